"""Shapefile: encodings told apart, long names mapped, sizes checked against the headers."""

from __future__ import annotations

import dataclasses
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from urbanplan.errors import ExchangeError
from urbanplan.exchange import ogr
from urbanplan.exchange.esri import dbf
from urbanplan.exchange.esri.dbf_values import DbfValues, read_values
from urbanplan.exchange.esri.linked_set import linked_set
from urbanplan.exchange.esri.prj import crs_of_damaged, is_damaged, read_prj
from urbanplan.exchange.esri.records import find_records, index_bytes, invalid_records, live_rows, read_index
from urbanplan.exchange.fields import field_names
from urbanplan.exchange.fields.columns import column_kind, to_json_values
from urbanplan.exchange.files import sidecar
from urbanplan.exchange.losses import Loss, geometry_kinds, text_columns
from urbanplan.exchange.table import Source, Table, WriteJob
from urbanplan.exchange.text.code_pages import codec_name, decoder_name, is_utf8, parse_code_page
from urbanplan.exchange.text.encoding import EncodingChoice, choose_encoding, decode_value, is_readable
from urbanplan.model.translation import localize

PROFILES = ("utf-8", "gbk")
_REPAIR_HINT = "Get all files of the shapefile again from their source."


def read(source: Source) -> Table:
    """Read a shapefile with its companions.

    Raises:
        ExchangeError: a file of it is cut short, or not in the pinned encoding.
    """
    _check_length(source.path)
    index = _companion_path(source.path, ".shx")
    if index is not None:
        _check_length(index)
    records = find_records(source.path) if index is None else read_index(index)
    encoding, notes = detect_encoding(source.path, source.encoding)
    if index is None:
        what = "its .shx is missing: the places of its {count} shapes were found in the .shp"
        notes = (*notes, localize(what, count=len(records)))
    lost, alive, held = _look_at_rows(source.path, encoding, records)
    if held is not None and (deleted := held.rows - len(alive)):
        notes = (*notes, localize("{count} records marked as deleted were passed over", count=deleted))
    if _companion_path(source.path, ".dbf") is None:
        notes = (*notes, localize("there is no .dbf beside it: the shapes have no fields"))
    page = _companion_path(source.path, ".prj")
    mapped = sidecar.read_names(source.path.with_suffix(".names.json"))
    made = index_bytes(source.path, records) if index is None else None
    with (
        _readable_set(source.with_file_names(mapped), page, made) as (inner, declared),
        ogr.shown_as(inner.path, source.path),
    ):
        table = ogr.read(inner, layer=None, encoding=encoding, lost=lost, recode=True, declared=declared)
    if page is not None and source.crs is None and getattr(table.frame, "crs", True) is None:
        notes = (*notes, localize("its .prj names no CRS that is known: {text}", text=read_prj(page).excerpt))
    table = table if held is None else _put_right(table, held, alive)
    frame = table.frame.rename(columns={alias: name for alias, name in mapped.items() if alias in table.frame})
    return Table(
        frame,
        "shapefile",
        None,
        encoding,
        table.crs_note,
        table.refused,
        notes=(*notes, *table.notes, *_alias_note(mapped)),
        lost=() if held is None else tuple(held.values.lost),
    )


@contextmanager
def _readable_set(source: Source, page: Path | None, index: bytes | None) -> Iterator[tuple[Source, Any]]:
    """The source as GDAL can take it, and the CRS where GDAL is not to be asked: a .prj that is damaged lies not
    beside it, an index that was made does.

    Raises:
        CrsError: the .prj is damaged and no CRS is pinned.
    """
    changed: dict[str, bytes | None] = {} if index is None else {".shx": index}
    declared = None
    if page is not None and is_damaged(page):
        changed[".prj"], declared = None, crs_of_damaged(source, page)
    if not changed:
        yield source, None
        return
    with linked_set(source.path, changed) as path:
        yield dataclasses.replace(source, path=path), declared


@dataclass(frozen=True)
class _Fields:
    """The table beside the shapes: how many rows it has, deleted ones counted, and what their values are."""

    rows: int
    values: DbfValues


def _put_right(table: Table, held: _Fields, alive: np.ndarray) -> Table:
    """The table with the truth values that GDAL takes for false, without fields whose values stand elsewhere."""
    frame = table.frame.drop(columns=[name for name in held.values.unread if name in table.frame])
    kept = np.setdiff1d(np.arange(len(alive)), table.refused["row"].to_numpy() - 1)
    for name, truths in held.values.truths.items():
        if name in frame and len(kept) == len(frame):
            frame[name] = pd.array(truths[alive[kept]], dtype="boolean")
    return dataclasses.replace(table, frame=frame)


def _alias_note(mapped: dict[str, str]) -> tuple[str, ...]:
    return (localize("{count} field names come from the name map", count=len(mapped)),) if mapped else ()


def detect_encoding(path: Path, pinned: str | None = None) -> tuple[str, tuple[str, ...]]:
    """The encoding of the texts, and notes on how it was found.

    Raises:
        ExchangeError: the texts are not in the pinned encoding.
    """
    table = _companion_path(path, ".dbf")
    if table is None:
        return pinned or "utf-8", ()
    head = dbf.read_header(table)
    values = dbf.foreign_texts(table, head)
    declared = _read_code_page(path) or head.encoding
    choice = choose_encoding(values, declared)
    if pinned:
        return pinned, _check_pinned(values, pinned, choice, str(table))
    if choice is None:
        return declared or "cp1252", (localize("the texts are in no known encoding: pin it with --encoding"),)
    return choice.encoding, (choice.note,) if choice.note else ()


def _check_pinned(values: list[bytes], pinned: str, choice: EncodingChoice | None, where: str) -> tuple[str, ...]:
    """Notes on a pinned encoding; raises where the texts are not in it."""
    if codec_name(pinned) is None or not is_readable(values, pinned):
        other = choice.encoding if choice else "gbk"
        fix = "Pin {encoding} instead, or leave the encoding out."
        raise ExchangeError("the texts are not {said}", where=where, fix=fix, said=pinned, encoding=other)
    if choice and values and is_utf8(choice.encoding) and not is_utf8(pinned):
        return (localize("read as {pinned} as pinned, but the texts look like utf-8", pinned=pinned),)
    return ()


def _read_code_page(path: Path) -> str | None:
    """The code page file's encoding as Python names it, or None."""
    page = _companion_path(path, ".cpg")
    return None if page is None else parse_code_page(page.read_bytes()[:40].decode("ascii", "ignore"))


def _companion_path(path: Path, ending: str) -> Path | None:
    wanted = f"{path.stem}{ending}".lower()
    return next((file for file in path.parent.iterdir() if file.name.lower() == wanted), None)


def _look_at_rows(path: Path, encoding: str, records: np.ndarray) -> tuple[dict[int, str], np.ndarray, _Fields | None]:
    """Rows, as GDAL will count them, whose shape or values are damaged; the records that are not marked as deleted;
    and what their values are, None where there is no table.

    Raises:
        ExchangeError: there are not as many rows as shapes.
    """
    table = _companion_path(path, ".dbf")
    lost, shapes = invalid_records(path, records), len(records)
    if table is None:
        return lost, np.arange(shapes), None
    head = dbf.read_header(table)
    if head.rows != shapes:
        what = "the table has {rows} rows, and there are {shapes} shapes"
        raise ExchangeError(what, where=str(table), fix=_REPAIR_HINT, rows=head.rows, shapes=shapes)
    alive = live_rows(table, head.header, head.record, head.rows)
    values = read_values(table, head, encoding)
    lost = {**values.faults, **lost}
    kept = {place: lost[row] for place, row in enumerate(alive.tolist()) if row in lost} if lost else {}
    return kept, alive, _Fields(head.rows, values)


def _check_length(path: Path) -> None:
    with path.open("rb") as stream:
        head = stream.read(100)
    if len(head) < 100 or struct.unpack(">I", head[24:28])[0] * 2 != path.stat().st_size:
        raise ExchangeError("the file is cut short or its header is damaged", where=str(path), fix=_REPAIR_HINT)


def write(job: WriteJob) -> dict[str, Any]:
    """Write the shapefile's files beside ``job.path``, in UTF-8 or the profile's GBK."""
    encoding = job.profile or "utf-8"
    _check_geometry_type(job.geo(), job.path.name)
    active = job.geo().geometry.name
    frame = job.frame.copy()
    for name in [name for name in frame.columns if name != active]:
        if column_kind(frame[name]) in ("date", "datetime", "instant"):
            frame[name] = pd.Series(to_json_values(frame[name]), index=frame.index, dtype="str")
    chosen = field_names.aliases([str(name) for name in frame.columns if name != active], encoding)
    renamed = WriteJob(frame.rename(columns=chosen), job.path, job.profile, job.path.stem)
    page = "CP936" if encoding == "gbk" else "UTF-8"
    options = {"DBF_DATE_LAST_UPDATE": "2000-01-01"}
    ogr.write(renamed, "ESRI Shapefile", crs=ogr.crs_text(frame), options=options, encoding=page)
    job.path.with_suffix(".cpg").write_text("936" if encoding == "gbk" else "UTF-8", encoding="ascii")
    field_names.write_names(job.path.with_suffix(".names.json"), chosen)
    _check_length(job.path)
    return {"crs": ogr.crs_text(frame), "encoding": encoding}


def _check_geometry_type(frame: gpd.GeoDataFrame, where: str) -> None:
    """One kind of shape is in the frame, as a shapefile holds it.

    Raises:
        ExchangeError: there are several; what GDAL would make of them is no drawing of anybody's.
    """
    kinds = geometry_kinds(frame)
    if len(kinds) > 1 or "collection" in kinds:
        fix = "Write each kind to a file of its own, or choose GeoPackage."
        listed = ", ".join(sorted(kinds))
        raise ExchangeError("a shapefile holds one kind of shape, not {kinds}", where=where, fix=fix, kinds=listed)


def raw_text(path: Path) -> bytes:
    """Field names and texts as raw bytes, without the halves of characters at their ends."""
    table = _companion_path(path, ".dbf")
    if table is None:
        return b""
    values = dbf.foreign_texts(table, dbf.read_header(table))
    code = decoder_name(detect_encoding(path)[0])
    texts = [(value, decode_value(value.rstrip(), code)) for value in values]
    return b"\n".join(value if text is None else text[0].encode(code) for value, text in texts)


def losses(frame: gpd.GeoDataFrame, profile: Any) -> Iterator[Loss]:
    """What a shapefile cannot hold of a frame."""
    encoding = profile or "utf-8"
    if not isinstance(frame, gpd.GeoDataFrame):
        yield Loss("rows without geometry")
        return
    kinds = geometry_kinds(frame)
    if len(kinds) > 1 or "collection" in kinds:
        yield Loss("mixed shapes ({kinds})", values={"kinds": ", ".join(sorted(kinds))})
    fields = [str(name) for name in frame.columns if name != frame.geometry.name]
    changed = [name for name, alias in field_names.aliases(fields, encoding).items() if alias != name]
    if changed:
        yield Loss("long field names: {fields} get aliases", True, {"fields": ", ".join(changed)})
    for name, values in text_columns(frame):
        yield from _text_losses(name, values, encoding)
    for name in fields:
        yield from _number_losses(name, frame[name])


def _text_losses(name: str, values: pd.Series, encoding: str) -> Iterator[Loss]:
    coded = [str(text).encode(encoding, "replace") for text in values]
    if max(map(len, coded), default=0) > 254:
        yield Loss("texts of {field} beyond {limit} bytes", values={"field": name, "limit": 254})
    if any(code.decode(encoding) != text for code, text in zip(coded, values, strict=True)):
        what = "characters of {field} that {encoding} does not have"
        yield Loss(what, values={"field": name, "encoding": encoding})
    if (values.str.strip(" ") != values).any() or (values == "").any():
        yield Loss("empty texts and spaces at the ends of {field}", values={"field": name})
    if values.str.contains("\0", regex=False).any():
        yield Loss("control characters in {field}", values={"field": name})


def _number_losses(name: str, values: pd.Series) -> Iterator[Loss]:
    what = column_kind(values)
    if what == "integer" and (values.dropna().abs() >= 10**18).any():
        yield Loss("integers of {field} beyond 18 digits", values={"field": name})
    if what == "number":
        given = values.dropna().to_numpy(dtype=float)
        with np.errstate(over="ignore", invalid="ignore"):  # of endless numbers, which are lost
            off = np.abs(np.round(given, 15) - given)
        if not ((off <= 1e-12 * np.abs(given)) & (np.abs(given) <= 1e22)).all():
            yield Loss("digits of {field} beyond {limit}", values={"field": name, "limit": "N(24,15)"})
        elif any(float(f"{value:.15f}") != value for value in given[off > 0].tolist()):
            yield Loss("numbers of {field} keep 15 decimals", values={"field": name}, ruled=True)


def count(path: Path) -> int:
    """Number of rows of the table, after the lengths of all files were checked against their headers."""
    for ending in (".shp", ".shx"):
        _check_length(path.with_suffix(ending))
    return dbf.read_header(path.with_suffix(".dbf")).rows
