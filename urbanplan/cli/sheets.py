"""``urbanplan sheets``: A4 sheets as PDF for parcels, road projects and the circle of each sub-district."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urbanplan.cli.planfile import plan_file


def sheets(
    parcels: Annotated[list[str] | None, typer.Argument(help="Ids or names; all unless given")] = None,
    plan: Annotated[Path | None, typer.Option("--plan", help="Plan file or folder; ./plan.toml unless given")] = None,
    out: Annotated[Path, typer.Option("-o", "--out", help="The folder to write into")] = Path("sheets"),
    combined: Annotated[bool, typer.Option("--combined", help="Also one file of all sheets")] = False,
    of: Annotated[str, typer.Option("--of", help="What to draw: parcels, roads, or circle")] = "parcels",
) -> int:
    """Write one PDF for each parcel, road project or sub-district; exit 0 when they were written."""
    from urbanplan.errors import UsageError
    from urbanplan.plan import read_plan

    declared = read_plan(plan_file(plan, None))
    match of:
        case "parcels" | "roads":
            return _write_sheets(declared, parcels, out=out, combined=combined, of=of)
        case "circle":
            return _write_circles(declared, out=out, combined=combined)
    raise UsageError("there are no sheets of {of}", fix="Say parcels, roads or circle.", of=of)


def _write_sheets(plan, wanted, *, out: Path, combined: bool, of: str) -> int:  # pyright: ignore[reportMissingParameterType]
    from urbanplan.cli.progress_bar import progress_bar
    from urbanplan.store.folder import read_plan_layers
    from urbanplan.view.sheets import parcel_sheets, road_sheets

    with progress_bar() as tell:
        layers, _ = read_plan_layers(plan, tell=lambda name: tell(name, 0, 0))
        step = lambda done, total: tell("sheets", done, total)  # noqa: E731
        if of == "parcels":
            made = parcel_sheets(plan, layers, out=out, parcels=wanted, combined=combined, progress=step)
        else:
            made = road_sheets(plan, layers, out=out, roads=wanted, combined=combined, progress=step)
    return _print_result(made)


def _write_circles(plan, *, out: Path, combined: bool) -> int:  # pyright: ignore[reportMissingParameterType]
    from urbanplan.cli.progress_bar import progress_bar
    from urbanplan.verdict import audit
    from urbanplan.view.sheets import circle_sheets

    with progress_bar() as tell:
        run = audit(plan, every_layer=True, tell=tell)
        step = lambda done, total: tell("sheets", done, total)  # noqa: E731
        made = circle_sheets(plan, run.layers, results=run.results, out=out, combined=combined, progress=step)
    return _print_result(made)


def _print_result(made) -> int:  # pyright: ignore[reportMissingParameterType]
    from urbanplan.model.translation import localize

    typer.echo(localize("{n} sheets in {folder}", n=len(made.files), folder=made.files[0].parent))
    if made.combined is not None:
        typer.echo(localize("all in {file}", file=made.combined))
    for reason in made.left_out:
        typer.echo(localize("left out: {reason}", reason=reason), err=True)
    return 0
