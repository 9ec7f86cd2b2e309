"""``urbanplan add``: a file becomes a layer of the plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from urbanplan.cli.notes import print_note
from urbanplan.cli.options import (
    AllowLoss,
    Crs,
    Encoding,
    Head,
    LocalSystem,
    Place,
    PlanFile,
    parse_columns,
    parse_geometry_columns,
    takes_drawing_options,
)
from urbanplan.errors import UsageError


@takes_drawing_options
def add(
    layer: Annotated[str, typer.Argument(metavar="LAYER", help="Name of the layer in the plan")],
    file: Annotated[Path | None, typer.Argument(help="The file to bring in")] = None,
    plan: PlanFile = Path("plan.toml"),
    table: Annotated[str | None, typer.Option(help="The layer inside FILE, where there are several")] = None,
    crs: Crs = None,
    encoding: Encoding = None,
    local_system: LocalSystem = None,
    datum: Annotated[str | None, typer.Option(help="gcj02 or bd09: undo the shift of a web map")] = None,
    swap_axes: Annotated[bool, typer.Option("--swap-axes", help="North stands before east")] = False,
    place: Place = None,
    head: Head = None,
    cad: Any = None,
    column: Annotated[list[str] | None, typer.Option(help="FIELD=COLUMN: the file's column of a field")] = None,
    repair: Annotated[
        list[str] | None, typer.Option(help="Mend on request: close, repeated, cross, sliver, order; each is logged")
    ] = None,
    tolerance: Annotated[float, typer.Option(help="Square metres that a repair may change a feature by")] = 1.0,
    allow_loss: AllowLoss = False,
    declare: Annotated[
        bool, typer.Option("--declare", help="Append the layer to the plan where it is not declared yet")
    ] = False,
    type_name: Annotated[
        str | None, typer.Option("--type", help="Its type with --declare; the one of its name unless given")
    ] = None,
    any_geometry: Annotated[
        bool, typer.Option("--any-geometry", help="Bring in shapes of another kind than the type's")
    ] = False,
    join: Annotated[
        Path | None, typer.Option("--join", help="A table with more columns; without FILE joined to the plan's layer")
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", help="The key of --join: a column of both, or LAYER=TABLE; found if one fits")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Bring back what the last add replaced; no FILE")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, write nothing")] = False,
) -> None:
    """Bring a file in as the plan's layer: bad features are set aside and named, nothing is guessed silently."""
    from urbanplan.analysis.files import ReadOptions
    from urbanplan.analysis.intake import add_layer
    from urbanplan.analysis.layer_copies import undo_add
    from urbanplan.analysis.table_join import JoinOptions

    if undo and file is not None:
        raise UsageError("--undo takes no file", fix="Leave FILE out.")
    if undo:
        undo_add(plan, layer, notify=print_note)
        return
    if file is None and join is None:
        raise UsageError("no file is given", where="FILE", fix="Name the file to bring in, or give --join or --undo.")
    reading = ReadOptions(
        table,
        crs,
        encoding,
        parse_geometry_columns(place),
        head,
        datum,
        swap_axes,
        cad=cad,
        local_system=local_system,
    )
    add_layer(
        plan,
        layer,
        file,
        join=JoinOptions(join, on, reading if file is None else ReadOptions()) if join else None,
        reading=reading,
        columns=parse_columns(column),
        repairs=repair or (),
        tolerance_m2=tolerance,
        allow_loss=allow_loss,
        dry_run=dry_run,
        declare=declare,
        type_name=type_name,
        any_geometry=any_geometry,
        notify=print_note,
    )
