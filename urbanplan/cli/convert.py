"""``urbanplan convert``: a file into another format, whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from urbanplan.cli.notes import print_note
from urbanplan.cli.options import (
    AllowLoss,
    DatumError,
    Digits,
    Head,
    LocalSystem,
    Place,
    Profile,
    ToCrs,
    parse_geometry_columns,
    takes_drawing_options,
)


@takes_drawing_options
def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help="The file to read")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write; its ending is its format")],
    layer: Annotated[str | None, typer.Option(help="The layer to read, where there are several")] = None,
    crs: Annotated[str | None, typer.Option(help="Pin the CRS of IN")] = None,
    encoding: Annotated[str | None, typer.Option(help="Pin the encoding of IN")] = None,
    place: Place = None,
    head: Head = None,
    cad: Any = None,
    to_crs: ToCrs = None,
    local_system: LocalSystem = None,
    datum: Annotated[str | None, typer.Option(help="IN is gcj02 or bd09: undo the shift")] = None,
    swap_axes: Annotated[bool, typer.Option("--swap-axes", help="IN has north before east")] = False,
    datum_error: DatumError = None,
    format: Annotated[str | None, typer.Option("--format", help="Format of OUT, where its ending does not say")] = None,
    profile: Profile = None,
    allow_loss: AllowLoss = False,
    digits: Digits = None,
    set_aside: Annotated[bool, typer.Option("--set-aside", help="Leave bad features out; they are listed")] = False,
) -> None:
    """Convert a file; every loss is listed, and refused unless allowed."""
    from urbanplan.analysis.convert import convert_file
    from urbanplan.analysis.files import ReadOptions

    convert_file(
        source,
        target,
        reading=ReadOptions(
            layer, crs, encoding, parse_geometry_columns(place), head, datum, swap_axes, datum_error, cad, local_system
        ),
        to_crs=to_crs,
        format=format,
        profile=profile,
        allow_loss=allow_loss,
        digits=digits,
        set_aside=set_aside,
        notify=print_note,
    )
