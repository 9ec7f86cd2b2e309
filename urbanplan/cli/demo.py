"""``urbanplan demo``: the first district from plan to map, in one command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urbanplan.cli.notes import print_notes
from urbanplan.cli.progress_bar import progress_bar


def demo(
    plan: Annotated[
        Path | None, typer.Argument(help="Plan file or folder; the shipped illustrative district unless given")
    ] = None,
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder of the results")] = Path("urbanplan-demo"),
) -> int:
    """Check a plan, draw its map, write its parcels as GeoJSON, tell where each went; exit 0 when all were written."""
    from urbanplan.analysis.demo import check_demo, write_demo
    from urbanplan.view.terminal.report import show_report

    with progress_bar() as progress:
        done = check_demo(plan, progress=progress)
    show_report(done.report)
    print_notes(write_demo(done, out).notes)
    return 0
