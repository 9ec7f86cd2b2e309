"""Conversion: a file into another format, whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.analysis.files import (
    ReadOptions,
    check_read_losses,
    datum_notes,
    georeference,
    missing_crs,
    read_file,
    read_loss_notes,
    refused_notes,
    written_notes,
)
from urbanplan.errors import ExchangeError
from urbanplan.model.note import Note, NoteLog, Notify, note
from urbanplan.model.place import feature_place
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    from urbanplan.exchange.table import Table, Written

_MAX_REPORTED = 20  # features set aside that are noted one by one


@dataclass(frozen=True)
class Conversion:
    """What was read, what was written, and notes: features set aside, remarks on the source, losses."""

    table: Table
    written: Written
    notes: list[Note] = field(default_factory=list)


def convert_file(  # noqa: PLR0913 — each is a choice that the caller must be able to name
    source: Path | str,
    target: Path | str,
    *,
    reading: ReadOptions = ReadOptions(),  # noqa: B008 — frozen
    to_crs: str | None = None,
    format: str | None = None,
    profile: Any = None,
    allow_loss: bool = False,
    set_aside: bool = False,
    digits: int | None = None,
    notify: Notify | None = None,
) -> Conversion:
    """Convert a file; every loss is noted, and refused unless allowed.

    Args:
        source: the file to read. target: the file to write; its ending is its format unless ``format`` says.
        reading: what the caller says of the source. to_crs: CRS of the target, the source's unless given.
        profile: of the format, or a template of boundary points; a TXT goes back by its own.
        allow_loss: write although something is lost. set_aside: leave bad features out.
        digits: of degrees in GeoJSON and KML, 7 unless given. notify: called with each note as it comes.

    Raises:
        ExchangeError: the source cannot be read, or has bad features that may not be left out.
        CrsError: the target needs a CRS and the source says none, or the way there is not known.
        LossError: a loss is not allowed.
    """
    from urbanplan.exchange import write
    from urbanplan.exchange.diagnostics import size_contradiction

    source, target = Path(source), Path(target)
    log = NoteLog(notify)
    table = read_file(source, reading)
    _check_refused(table, source, set_aside=set_aside)
    check_read_losses(table, source, allowed=allow_loss)
    log.extend(refused_notes(table, limit=_MAX_REPORTED))
    put_right = georeference(table, reading)
    doubt = size_contradiction(put_right.frame) or _degrees_contradiction(put_right)
    if doubt is not None:
        what = "{message}: they are written as they stand. Pin the right CRS with --crs, or the unit of a drawing."
        log.put(note(what, level="warning", message=doubt))
    goal = to_crs or _format_crs(target, format)
    log.extend(datum_notes(put_right.frame, goal, reading))
    if to_crs is None and reading.datum_error is None:
        goal = None  # the format brings it there itself, and cuts what passes the 180th meridian
    moved = georeference(put_right, ReadOptions(datum_error=reading.datum_error), to_crs=goal)
    written = write(
        require_crs(moved.frame, target, format, source),
        target,
        format=format,
        profile=profile if profile is not None else source_template(table, target, format),
        allow_loss=allow_loss,
        digits=digits,
        metadata=source_metadata(table, source),
    )
    log.extend(note("{text}", text=text) for text in table.notes)
    log.extend((*read_loss_notes(table), *written_notes(written)))
    return Conversion(moved, written, log.notes)


def _degrees_contradiction(table: Table) -> str | None:
    """That coordinates of a format that is in degrees are none, so that their CRS is not known; None where they are."""
    from urbanplan.exchange.formats import by_name

    crs = getattr(table.frame, "crs", "none")
    if crs is not None or by_name(table.format).crs != "wgs84" or table.frame.geometry.isna().all():
        return None
    return localize("the coordinates are not of the size that {crs} has", crs="WGS 84")


def _check_refused(table: Table, source: Path, *, set_aside: bool) -> None:
    """Refuse a file with bad features unless they may be left out.

    Raises:
        ExchangeError: there are some and they may not.
    """
    if not len(table.refused) or set_aside:
        return
    first = table.refused.iloc[0]
    raise ExchangeError(
        "{count} features cannot be read, the first because: {reason}",
        where=feature_place(str(source), first["row"], first["id"]),
        fix="Mend the file, or leave them out with --set-aside.",
        count=len(table.refused),
        reason=first["reason"],
    )


def _format_crs(target: Path, format: str | None) -> str | None:
    """The CRS in which the target's format keeps everything; None where it keeps any."""
    from urbanplan.exchange.formats import by_name, by_suffix

    row = by_name(format) if format else by_suffix(target)
    return "EPSG:4326" if row.crs == "wgs84" else None


def source_metadata(table: Table, source: Path) -> dict[str, Any]:
    """What the source's metadata file says of origin, date and basis, and the source as the last of the lineage."""
    from urbanplan.exchange.files import sidecar

    said = sidecar.read_metadata(source, table.digest)
    kept = {key: said[key] for key in ("title", "source", "date", "basis", "as_of") if key in said}
    kept |= {key: held for key, held in (("aliases", table.aliases), ("codes", table.codes)) if held}
    before: Any = said.get("lineage") if isinstance(said.get("lineage"), list) else []
    return {**kept, "lineage": [*before, {"file": source.name, "format": table.format, "sha256": table.digest}]}


def source_template(table: Table, target: Path, format: str | None) -> Any:
    """The template of a TXT of boundary points where the target is a TXT too, else None."""
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
    raise missing_crs(guess_crs(frame.geometry.to_numpy(), most=3), where=str(source))
