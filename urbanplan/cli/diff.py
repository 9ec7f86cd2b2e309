"""``urbanplan diff``: what turned between two runs of a plan, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urbanplan.cli.options import plan_file
from urbanplan.cli.output import parse_outputs
from urbanplan.cli.terminal import print_line


def diff(
    old: Annotated[str, typer.Argument(help="A run's number in the log, last, last~1 …, or a report's JSON file")],
    new: Annotated[str, typer.Argument(help="The same, of the later run")] = "last",
    plan: Annotated[Path | None, typer.Option("--plan", help="Whose log; ./plan.toml unless given")] = None,
    output: Annotated[str | None, typer.Option("--output", help="json:FILE for programs")] = None,
) -> int:
    """Say which targets turned between two runs and what changed; exit 0."""
    from urbanplan.analysis.diff import compare_runs
    from urbanplan.view.terminal.diff import diff_lines, run_lines

    chosen = parse_outputs(None if output is None else [output], ("json",))
    found = compare_runs(plan_file(plan, None), old, new)
    for one in chosen:
        one.put(found.to_json())
    for line in run_lines(found.old, found.new):
        print_line(line, err=True)
    for line in diff_lines(found.old, found.new, found.changes):
        print_line(line)
    return 0
