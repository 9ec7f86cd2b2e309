"""``urbanplan targets``: the targets of a plan."""

from __future__ import annotations

from urbanplan.cli.options import ListOutput, PlanArgument, PlanTwin, plan_file
from urbanplan.cli.output import parse_outputs, uses_stdout


def targets(plan: PlanArgument = None, plan_option: PlanTwin = None, output: ListOutput = None) -> None:
    """List the plan's targets: ids, titles, chapters, bounds and measures; nothing is measured."""
    chosen = parse_outputs(output, ("json",))
    from urbanplan.analysis.listing import list_targets, rows_json
    from urbanplan.view.terminal.listing import show_targets

    rows = list_targets(plan_file(plan, plan_option))
    for one in chosen:
        one.put(rows_json(rows))
    show_targets(rows, err=uses_stdout(chosen))
