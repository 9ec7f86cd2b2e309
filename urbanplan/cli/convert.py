"""``urbanplan convert``: a file into another format, whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from urbanplan.errors import CrsError, ExchangeError
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    from urbanplan.exchange.table import Table, Written


def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help="The file to read")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write; its ending is its format")],
    layer: Annotated[str | None, typer.Option(help="The layer to read, where there are several")] = None,
    crs: Annotated[str | None, typer.Option(help="Pin the CRS of IN")] = None,
    encoding: Annotated[str | None, typer.Option(help="Pin the encoding of IN")] = None,
    place: Annotated[str | None, typer.Option(help="EAST,NORTH or WKT: the columns that say where rows are")] = None,
    head: Annotated[int | None, typer.Option(help="The row of a table that holds the names")] = None,
    to_crs: Annotated[str | None, typer.Option("--to-crs", help="Bring the coordinates into this CRS")] = None,
    datum: Annotated[str | None, typer.Option(help="IN is gcj02 or bd09: undo the shift")] = None,
    swap_axes: Annotated[bool, typer.Option("--swap-axes", help="IN has north before east")] = False,
    format: Annotated[str | None, typer.Option("--format", help="Format of OUT, where its ending does not say")] = None,
    profile: Annotated[
        str | None, typer.Option(help="gbk (Shapefile), utf-8 (DXF), indexed (FlatGeobuf), a TXT template or sample")
    ] = None,
    allow_loss: Annotated[bool, typer.Option("--allow-loss", help="Write although something is lost")] = False,
    set_aside: Annotated[bool, typer.Option("--set-aside", help="Leave bad features out; they are listed")] = False,
) -> None:
    """Convert a file; every loss is listed, and refused unless allowed."""
    from urbanplan.cli.inspect import parse_geometry_columns
    from urbanplan.exchange import read, write
    from urbanplan.exchange.crs.georeference import reproject

    table = read(source, layer=layer, crs=crs, encoding=encoding, place=parse_geometry_columns(place), head=head)
    report_refused(table, source, set_aside=set_aside)
    frame = reproject(table.frame, crs=crs, datum=datum, swap_axes=swap_axes, to_crs=to_crs)
    chosen = profile if profile is not None else source_template(table, target, format)
    written = write(
        require_crs(frame, target, format, source),
        target,
        format=format,
        profile=chosen,
        allow_loss=allow_loss,
        metadata=source_metadata(table, source),
    )
    for note in table.notes:
        typer.echo(f"· {note}", err=True)
    report_written(written)


def report_refused(table: Table, source: Path, *, set_aside: bool) -> None:
    """List the features that were set aside; without ``--set-aside`` they stop the command.

    Raises:
        ExchangeError: there are some and they may not be left out.
    """
    rows = table.refused.head(20).to_dict("records")
    if not rows:
        return
    if not set_aside:
        first = rows[0]
        raise ExchangeError(
            "{count} features cannot be read, the first because: {reason}",
            where=f"{source} feature {first['row']} {first['id'] or ''}".rstrip(),
            fix="Mend the file, or leave them out with --set-aside.",
            count=len(table.refused),
            reason=first["reason"],
        )
    for row in rows:
        typer.echo(f"✗ {localize('feature')} {row['row']} {row['id'] or ''}: {row['reason']}", err=True)
    if len(table.refused) > len(rows):
        typer.echo(localize("… and {count} more", count=len(table.refused) - len(rows)), err=True)


def source_metadata(table: Table, source: Path) -> dict[str, Any]:
    """What the metadata file of IN says of its source, date and basis, and IN itself as the last of the lineage."""
    from urbanplan.exchange.files import sidecar

    said = sidecar.read_metadata(source, table.digest)
    kept = {key: said[key] for key in ("title", "source", "date", "basis", "as_of") if key in said}
    before = said.get("lineage")
    before = before if isinstance(before, list) else []
    return {**kept, "lineage": [*before, {"file": source.name, "format": table.format, "sha256": table.digest}]}


def source_template(table: Table, target: Path, format: str | None) -> Any:
    """A TXT goes back into TXT by its own template."""
    return table.template if format == "txt" or (format is None and target.suffix.lower() == ".txt") else None


def require_crs(frame: Any, target: Path, format: str | None, source: Path) -> Any:
    """The frame, unless the target's format needs a CRS that the source does not say.

    Raises:
        CrsError: it does; the likeliest ones are named.
    """
    from urbanplan.exchange.crs.guess import guess_crs
    from urbanplan.exchange.formats import by_name, by_suffix

    row = by_name(format) if format else by_suffix(target)
    if getattr(frame, "crs", "none") is not None or (row.crs != "wgs84" and row.name != "txt"):
        return frame
    ranked = guess_crs(frame.geometry.to_numpy(), most=3)
    listed = ", ".join(
        f"{guess.crs}{localize(' with swapped axes') if guess.swapped else ''} ({guess.confidence:.2f})"
        for guess in ranked
    )
    raise CrsError(
        "the file declares no CRS; by the size of its coordinates it may be {guesses}",
        where=str(source),
        fix="Swap them back with --swap-axes." if ranked and ranked[0].swapped else "Pin it, for example --crs {best}.",
        guesses=listed or "—",
        best=ranked[0].crs if ranked else "EPSG:4547",
    )


def report_written(written: Written) -> None:
    """One line for the file, one for each loss that was carried or allowed."""
    typer.echo(
        localize(
            "{path}: {features} features, {crs}, {size} bytes",
            path=written.path,
            features=written.features,
            crs=written.crs or "—",
            size=written.size,
        )
    )
    for loss in written.losses:
        how = localize("the metadata file brings it back") if loss.carried else localize("lost")
        how = localize("by the rule of the format") if loss.ruled else how
        typer.echo(f"  · {loss.text()} ({how})", err=True)
