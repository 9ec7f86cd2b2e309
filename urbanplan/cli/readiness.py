"""``urbanplan readiness``: how much of a plan is measurable today, and which missing data would settle most."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from urbanplan.cli.output import parse_outputs, uses_stdout
from urbanplan.cli.planfile import plan_file


def readiness(
    plan: Annotated[Path | None, typer.Argument(help="Plan file or folder; ./plan.toml unless given")] = None,
    plan_option: Annotated[Path | None, typer.Option("--plan", help="The same as the argument")] = None,
    select: Annotated[
        list[str] | None, typer.Option(help="Id, pattern, chapter:TEXT, kind: or measure:; repeatable")
    ] = None,
    real_only: Annotated[bool, typer.Option("--real-only", help="Leave illustrative layers out")] = False,
    output: Annotated[
        list[str] | None, typer.Option(help="FORMAT:FILE, repeatable; json, csv; - is standard output")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No table for people and no progress")] = False,
) -> None:
    """Tell how much of a plan is measurable today, by kind and chapter, and which missing data would settle most."""
    chosen = parse_outputs(output, ("json", "csv"))
    from urbanplan.cli.progress_bar import progress_bar
    from urbanplan.plan import read_plan
    from urbanplan.verdict import audit
    from urbanplan.verdict.readiness import assess_readiness as count
    from urbanplan.view.spreadsheet import csv_text

    declared = read_plan(plan_file(plan, plan_option))
    with nullcontext() if quiet else progress_bar() as tell:
        run = audit(declared, select=select, real_only=real_only, tell=tell)
    ready = count(declared, run.report)
    for one in chosen:
        if one.format == "json":
            one.put(ready.model_dump_json(indent=1) + "\n")
        else:
            rows = [
                {**want.model_dump(), "count": len(want.targets), "targets": " ".join(want.targets)}
                for want in ready.wants
            ]
            one.put(csv_text(("count", "what", "owner", "kind", "targets"), rows))
    if not quiet:
        from urbanplan.view.terminal.report import show_readiness

        show_readiness(ready, err=uses_stdout(chosen))
