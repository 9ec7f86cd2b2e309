"""``urbanplan map``: a plan's map as one HTML file that needs no network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urbanplan.cli.notes import print_notes
from urbanplan.cli.options import (
    Disclosure,
    PageFile,
    PlanArgument,
    PlanTwin,
    ProposalFile,
    RealOnly,
    ReviewNumber,
    check_disclosed,
    disclosure_options,
    plan_file,
)
from urbanplan.cli.progress_bar import progress_bar
from urbanplan.errors import UsageError


def map_(
    plan: PlanArgument = None,
    plan_option: PlanTwin = None,
    out: PageFile = Path("map.html"),
    kind: Annotated[
        str,
        typer.Option(help="overview, parcels, roads, circle, parking, findings, or one of the plan's own"),
    ] = "overview",
    since: Annotated[
        str | None,
        typer.Option(
            "--since", help="Show what turned since a run: its number, last, last~1 …, or a report's JSON file"
        ),
    ] = None,
    real_only: RealOnly = False,
    online: Annotated[
        bool, typer.Option("--online", help="Let the page put a base map beneath, with a key that it asks for")
    ] = False,
    base: Annotated[
        str | None,
        typer.Option(help="The ground: a GeoTIFF, MBTiles, PMTiles, folder of tiles, or a name of maps/bases"),
    ] = None,
    tiles: Annotated[
        Path | None, typer.Option("--tiles", help="Write the ground's tiles to this new folder beside the page")
    ] = None,
    embed: Annotated[
        float | None, typer.Option("--embed", help="Megabytes of the ground that the page holds; 20 unless given")
    ] = None,
    key: Annotated[str | None, typer.Option(help="Your key; with it the page asks no more, and keeps it")] = None,
    proposal: ProposalFile = None,
    disclosure: Disclosure = None,
    review_number: ReviewNumber = None,
) -> int:
    """Draw a plan's layers, results and verdicts; exit 0 when the file was written."""
    from urbanplan.analysis.check import check
    from urbanplan.analysis.disclosure_doors import disclose_or_warn
    from urbanplan.analysis.ground import GroundRequest, choose_ground
    from urbanplan.analysis.maps import write_map
    from urbanplan.analysis.plans import in_plan_language
    from urbanplan.model.note import Note

    if tiles is not None and tiles.absolute().parent != out.absolute().parent:
        raise UsageError("the folder of tiles does not lie beside the page", where=str(tiles), fix="Name one there.")
    asked = disclosure_options(disclosure, review_number)
    if asked is not None and since is not None:
        fix = "Leave one of them out."
        raise UsageError("--since shows what another run read, which no profile has looked at", fix=fix)
    check_disclosed(asked, proposal)
    said: list[Note] = []
    with in_plan_language(plan_file(plan, plan_option)) as declared, progress_bar() as progress:
        ground, service = choose_ground(declared, GroundRequest(base, online, key, tiles, embed), said.append)
        done = check(declared, real_only=real_only, every_layer=True, targetless=True, progress=progress)
    done, notes = disclose_or_warn(done, asked)
    if proposal is not None:
        from urbanplan.analysis.what_if import with_proposal

        done = with_proposal(done, proposal, notes)
    print_notes(notes)
    written = write_map(done, out, kind=kind, online=service, since=since, ground=ground)
    print_notes([*said, written])
    return 0
