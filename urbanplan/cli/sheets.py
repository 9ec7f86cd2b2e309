"""``urbanplan sheets``: A4 sheets as PDF for parcels, road projects and the circle of each sub-district."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urbanplan.cli.notes import print_notes
from urbanplan.cli.options import Disclosure, ProposalFile, ReviewNumber, disclosure_options, plan_file
from urbanplan.cli.progress_bar import progress_bar
from urbanplan.errors import UsageError


def sheets(
    parcels: Annotated[list[str] | None, typer.Argument(help="Ids or names; all unless given")] = None,
    plan: Annotated[Path | None, typer.Option("--plan", help="Plan file or folder; ./plan.toml unless given")] = None,
    out: Annotated[Path, typer.Option("-o", "--out", help="The folder to write into")] = Path("sheets"),
    combined: Annotated[bool, typer.Option("--combined", help="Also one file of all sheets")] = False,
    of: Annotated[str, typer.Option("--of", help="What to draw: parcels, roads, or circle")] = "parcels",
    base: Annotated[
        str | None,
        typer.Option(help="The ground under the drawings: a GeoTIFF, MBTiles, PMTiles or folder of tiles"),
    ] = None,
    proposal: ProposalFile = None,
    disclosure: Disclosure = None,
    review_number: ReviewNumber = None,
) -> int:
    """Write one PDF for each parcel, road project or sub-district; exit 0 when they were written."""
    from urbanplan.analysis.sheets import sheets as write_sheets

    if proposal is not None and of != "circle":
        raise UsageError("only the sheets of circle show proposed sites", fix="Say --of circle.")
    asked = disclosure_options(disclosure, review_number)
    with progress_bar() as progress:
        made = write_sheets(
            plan_file(plan, None),
            out,
            of=of,
            names=parcels,
            combined=combined,
            proposal=proposal,
            progress=progress,
            base=base,
            disclosure=asked,
        )
    print_notes(made.notes)
    return 0
