"""``urbanplan layers``: the layers of a plan and their state."""

from __future__ import annotations

from urbanplan.cli.options import ListOutput, PlanArgument, PlanTwin, plan_file
from urbanplan.cli.output import put_rows


def layers(plan: PlanArgument = None, plan_option: PlanTwin = None, output: ListOutput = None) -> None:
    """List the plan's layers: type, basis, whether the file is there and can be read, and how many targets use it."""
    from urbanplan.analysis.listing import list_layers
    from urbanplan.view.terminal.listing import show_layers

    put_rows(output, lambda: list_layers(plan_file(plan, plan_option)), show_layers)
