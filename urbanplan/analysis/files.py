"""Reading and writing of files for the workflows: what the caller says of a file, and what is said of it after."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.errors import CrsError, LossError, UsageError
from urbanplan.exchange.drawing_options import CadOptions
from urbanplan.model.note import Note, note
from urbanplan.model.translation import join_clauses, localize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from urbanplan.exchange.table import Table, Written
    from urbanplan.layer.datum_change import DatumOptions

_SWAP_HINT = "Swap them back with --swap-axes."


@dataclass(frozen=True)
class ReadOptions:
    """What the caller says of a file, so that nothing of it is guessed.

    Attributes:
        layer: the layer inside the file, where there are several. crs, encoding: pinned, whatever the file says.
        place: the columns of a table that hold east and north, or the one that holds WKT.
        head: the row of a table, from 1, that holds the names.
        cad: what is taken of a drawing, and how.
        datum: ``gcj02`` or ``bd09``, whose shift is undone. swap_axes: north stands before east.
        datum_error: an accepted error such as ``"5 m"``, where it is not known how the file's datum lies.
        local_system: file of the parameters of the city's own system that the coordinates are in.
    """

    layer: str | None = None
    crs: str | None = None
    encoding: str | None = None
    place: tuple[str, ...] = ()
    head: int | None = None
    datum: str | None = None
    swap_axes: bool = False
    datum_error: str | None = None
    cad: CadOptions = field(default_factory=CadOptions)
    local_system: Path | None = None


def read_file(file: Path | str, options: ReadOptions, *, close_rings: bool = False) -> Table:
    """Read a file with nothing moved yet.

    Args:
        file: the file. options: what the caller says of it. close_rings: open rings get their last point.

    Raises:
        GateError: it is not to be opened. ExchangeError: it cannot be read. CrsError: its CRS is unknown.
    """
    from urbanplan.exchange import read

    return read(
        file,
        layer=options.layer,
        crs=options.crs,
        encoding=options.encoding,
        place=options.place,
        head=options.head,
        close=close_rings,
        cad=options.cad,
    )


def georeference(table: Table, options: ReadOptions, *, to_crs: str | None = None) -> Table:
    """The table as the caller says that it is to be understood: CRS pinned, shift undone, axes swapped back.

    Raises:
        CrsError: there is no CRS to come from, or nobody knows how the datums lie to each other.
        UsageError: the accepted error is no length.
    """
    return replace(table, frame=georeference_frame(table.frame, options, to_crs=to_crs))


def georeference_frame(frame: Any, options: ReadOptions, *, to_crs: str | None = None) -> Any:
    """As :func:`georeference`, of a frame."""
    from urbanplan.exchange.crs.georeference import reproject

    swap_axes = options.swap_axes
    if options.local_system is not None:
        frame, swap_axes = _to_public_system(frame, options), False
    return reproject(
        frame,
        crs=options.crs,
        datum=options.datum,
        swap_axes=swap_axes,
        to_crs=to_crs,
        options=_accepted_datum(options.datum_error),
    )


def _to_public_system(frame: Any, options: ReadOptions) -> Any:
    """A frame of local coordinates in the public system; its axes are swapped back first.

    Raises:
        UsageError: something else is said of the coordinates too. CrsError: the parameters cannot be used.
    """
    from urbanplan.exchange.crs.georeference import reproject
    from urbanplan.layer.local_system import from_local_system, read_local_system

    if options.crs is not None or options.datum is not None:
        fix = "Leave --crs and --datum out."
        raise UsageError("coordinates in a local system are in no other", where="--local-system", fix=fix)
    if options.local_system is None or getattr(frame, "active_geometry_name", None) is None:
        return frame
    system = read_local_system(options.local_system, where="--local-system")
    return from_local_system(reproject(frame, swap_axes=options.swap_axes), system)


def datum_notes(frame: Any, to_crs: Any, options: ReadOptions) -> Iterator[Note]:
    """A note where a change of datum leaves positions uncertain by more than a metre."""
    from urbanplan.exchange.frames import parse_crs
    from urbanplan.layer.datum_change import STATED_ERROR_M, find_datum_change

    source = getattr(frame, "crs", None)
    if source is None or to_crs is None:
        return
    accepted, bounds = _accepted_datum(options.datum_error), tuple(frame.total_bounds)
    change, _ = find_datum_change(source, parse_crs(to_crs), bounds=bounds, options=accepted)
    if change.error_m is not None and change.error_m > STATED_ERROR_M:
        yield note(
            "positions may be off by {error:g} m: {source} to {target}",
            error=change.error_m,
            source=change.source,
            target=change.target,
        )


def _accepted_datum(text: str | None) -> DatumOptions | None:
    """What an accepted error declares of the datum.

    Raises:
        UsageError: it is no length.
    """
    from urbanplan.layer.datum_change import DatumOptions

    return None if text is None else DatumOptions(accepted_error(text))


def accepted_error(text: str) -> float:
    """Metres of an accepted error such as ``"5 m"``.

    Raises:
        UsageError: it is no length.
    """
    from urbanplan.model.units import parse_metres

    metres = parse_metres(text)
    if metres is None:
        raise UsageError("{text} is no length", where="--datum-error", fix='Write it as "5 m".', text=text)
    return metres


def missing_crs(guesses: Sequence[Any], *, where: str = "", fallback: str = "EPSG:4547") -> CrsError:
    """The error of a file that declares no CRS, with the likeliest ones named.

    Args:
        guesses: ranked, as :func:`urbanplan.exchange.crs.guess.guess_crs` gives them.
        where: the file. fallback: the CRS of the hint where there is no guess.
    """
    listed = ", ".join(
        f"{guess.crs}{localize(' with swapped axes') if guess.swapped else ''} ({guess.confidence:.2f})"
        for guess in guesses
    )
    return CrsError(
        "the file declares no CRS; by the size of its coordinates it may be {guesses}",
        where=where,
        fix=_SWAP_HINT if guesses and guesses[0].swapped else "Pin it, for example --crs {best}.",
        guesses=listed or "—",
        best=guesses[0].crs if guesses else fallback,
    )


def check_read_losses(table: Table, file: Path, *, allowed: bool) -> None:
    """Refuse a file of which something is not taken over unless that is allowed.

    Raises:
        LossError: it is not.
    """
    if table.lost and not allowed:
        raise LossError(
            "reading it would lose: {losses}",
            where=str(file),
            fix="Turn the rest into what is read, or allow it with --allow-loss.",
            losses=join_clauses(table.lost),
        )


def read_loss_notes(table: Table) -> Iterator[Note]:
    """A note for each thing of the file that was not taken over."""
    for text in table.lost:
        yield note("{text}", level="loss", text=text)


def refused_notes(table: Table, *, limit: int | None = None) -> Iterator[Note]:
    """A note for each feature that was set aside, ``limit`` at most and one for the rest."""
    rows = table.refused if limit is None else table.refused.head(limit)
    for row in rows.to_dict("records"):
        named = f" {row['id']}" if row["id"] is not None else ""
        yield note("feature {row}{name}: {reason}", level="refused", row=row["row"], name=named, reason=row["reason"])
    if len(table.refused) > len(rows):
        yield note("… and {count} more", level="remark", count=len(table.refused) - len(rows))


def written_notes(written: Written) -> Iterator[Note]:
    """A note for the file that was written, and one for each loss that was carried or allowed."""
    yield note(
        "{path}: {features} features, {crs}, {size} bytes",
        level="result",
        path=written.path,
        features=written.features,
        crs=_crs_words(written.crs),
        size=written.size,
    )
    for loss in written.losses:
        how = localize("the metadata file brings it back") if loss.carried else localize("lost")
        how = localize("by the rule of the format") if loss.ruled else how
        yield note("{loss} ({how})", level="loss", loss=loss.text(), how=how)


def _crs_words(said: str | None) -> str:
    """A CRS for people: its code or, of WKT, its name."""
    if said is None or "[" not in said:
        return said or "—"
    from pyproj import CRS

    from urbanplan.model.metric_crs import crs_name

    return crs_name(CRS.from_wkt(said))


def size_note(path: Path) -> Note:
    """The note of a file that was written: where it is and how large."""
    return note("{file}: {size} kB", level="result", file=path, size=f"{path.stat().st_size / 1000:,.0f}")


def check_replaceable(path: Path, format: str) -> None:
    """Refuse to replace a file of another format, unless the run may; one of TOML (a plan, a type, a style) always.

    Args:
        path: the file that stands there. format: of what is to be written; empty where the ending says it.

    Raises:
        UsageError: it is of another format.
    """
    from urbanplan.exchange.files.existing import is_of_format
    from urbanplan.model.run_files import may_overwrite

    if format != "toml" and path.resolve().suffix.lower() == ".toml":
        raise UsageError("a plan, type or style would be replaced", where=str(path), fix="Name another file.")
    if not may_overwrite() and not is_of_format(path, format):
        fix = "Name another file, or give --overwrite."
        raise UsageError("the file that stands there is of another format", where=str(path), fix=fix)


def write_whole(path: Path | str, content: str | bytes | Iterable[bytes]) -> Path:
    """Write text (UTF-8), bytes or pieces of bytes to a file, whole or not at all."""
    from urbanplan.exchange.files.atomic import atomic_write

    data = content.encode("utf-8") if isinstance(content, str) else content
    with atomic_write(Path(path)) as temporary, temporary.open("wb") as stream:
        stream.writelines([data] if isinstance(data, bytes) else data)
    return Path(path)


def write_frame(frame: Any, path: Path | str, *, format: str | None = None) -> Written:
    """Write a frame to a file; see :func:`urbanplan.exchange.writing.write`.

    Args:
        frame: also :class:`~urbanplan.network.walk.sections.Sections`, drawn as they are written where the format
            takes them so. path, format: the file.
    """
    from urbanplan.exchange import write
    from urbanplan.network.walk.sections import Sections

    if isinstance(frame, Sections):
        return write(frame.undrawn(), Path(path), format=format, draw=frame.draw)
    return write(frame, Path(path), format=format)


def write_frames(layers: Mapping[str, Any], path: Path | str) -> None:
    """Write frames (or sections) by name as the layers of one GeoPackage, whole or not at all."""
    from urbanplan.exchange.geopackage.layers import write_layers
    from urbanplan.network.walk.sections import Sections

    drawn = {name: one.draw for name, one in layers.items() if isinstance(one, Sections)}
    frames = {name: one.undrawn() if name in drawn else one for name, one in layers.items()}
    write_layers(frames, Path(path), draw=drawn)
