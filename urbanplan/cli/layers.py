"""``urbanplan layers``: the layers of a plan and their state."""

from __future__ import annotations

from urbanplan.cli.options import ListOutput, PlanArgument, PlanTwin, plan_file
from urbanplan.cli.output import parse_outputs, uses_stdout


def layers(plan: PlanArgument = None, plan_option: PlanTwin = None, output: ListOutput = None) -> None:
    """List the plan's layers: type, basis, whether the file is there and can be read, and how many targets use it."""
    chosen = parse_outputs(output, ("json",))
    from urbanplan.analysis.listing import list_layers, rows_json
    from urbanplan.view.terminal.listing import show_layers

    rows = list_layers(plan_file(plan, plan_option))
    for one in chosen:
        one.put(rows_json(rows))
    show_layers(rows, err=uses_stdout(chosen))
