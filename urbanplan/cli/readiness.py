"""``urbanplan readiness``: how much of a plan is measurable today, and which missing data would settle most."""

from __future__ import annotations

from typing import Annotated

import typer

from urbanplan.cli.options import PlanArgument, PlanTwin, Quiet, RealOnly, plan_file
from urbanplan.cli.output import parse_outputs, uses_stdout
from urbanplan.cli.progress_bar import progress_bar


def readiness(
    plan: PlanArgument = None,
    plan_option: PlanTwin = None,
    select: Annotated[
        list[str] | None, typer.Option(help="Id, pattern, chapter:TEXT, kind: or measure:; repeatable")
    ] = None,
    real_only: RealOnly = False,
    output: Annotated[
        list[str] | None, typer.Option(help="FORMAT:FILE, repeatable; json, csv; - is standard output")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Tell how much of a plan is measurable today, by kind and chapter, and which missing data would settle most."""
    chosen = parse_outputs(output, ("json", "csv"))
    from urbanplan.analysis.check import check
    from urbanplan.analysis.readiness import assess_readiness, readiness_csv, readiness_json

    with progress_bar(quiet=quiet) as progress:
        done = check(plan_file(plan, plan_option), select=select, real_only=real_only, progress=progress)
    ready = assess_readiness(done)
    for one in chosen:
        one.put(readiness_json(ready) if one.format == "json" else readiness_csv(ready))
    if not quiet:
        from urbanplan.view.terminal.report import show_readiness

        show_readiness(ready, err=uses_stdout(chosen))
