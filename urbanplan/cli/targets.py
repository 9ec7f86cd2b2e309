"""``urbanplan targets``: the targets of a plan."""

from __future__ import annotations

from urbanplan.cli.options import ListOutput, PlanArgument, PlanTwin, plan_file
from urbanplan.cli.output import put_rows


def targets(plan: PlanArgument = None, plan_option: PlanTwin = None, output: ListOutput = None) -> None:
    """List the plan's targets: ids, titles, chapters, bounds and measures; nothing is measured."""
    from urbanplan.analysis.listing import list_targets
    from urbanplan.view.terminal.listing import show_targets

    put_rows(output, lambda: list_targets(plan_file(plan, plan_option)), show_targets)
