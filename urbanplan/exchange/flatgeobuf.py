"""FlatGeobuf: order kept, every feature counted."""

from __future__ import annotations

import dataclasses
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from urbanplan.errors import ExchangeError
from urbanplan.exchange import ogr
from urbanplan.exchange.fields import field_names
from urbanplan.exchange.formats import by_name
from urbanplan.exchange.gdal import vector
from urbanplan.exchange.losses import Loss, alias_losses
from urbanplan.exchange.table import Source, Table, WriteJob
from urbanplan.model.translation import localize

PROFILES = ("indexed",)  # with a spatial index: the features are then sorted along a curve


def read(source: Source) -> Table:
    """Read the file's one layer.

    Raises:
        ExchangeError: the file is damaged or cut short.
    """
    rows = feature_count(source.path)
    table = ogr.read(source, layer=None, lost=_unreadable_dates(source))
    found = len(table.frame) + len(table.refused)
    if found != rows:
        raise ExchangeError(
            "{found} of {rows} rows could be read", where=str(source.path), fix=_REPAIR_HINT, found=found, rows=rows
        )
    return table


def _unreadable_dates(source: Source) -> dict[int, str]:
    """Rows with a date that is there and cannot be read: one of GDAL's two streams makes null of it, the other 1970."""
    lost: dict[int, str] = {}
    try:
        with ogr.query(source) as asked:
            dated = [name for name, kind in vector.field_types(asked).items() if "datetime" in kind]
            if not dated:
                return lost
            null, given = (_null_masks(source, dated, base) for base in ("YES", "NO"))
    except ExchangeError:
        return lost  # the reading itself says what is wrong
    for name in dated:
        rows = np.flatnonzero(null[name] & ~given[name])
        lost |= dict.fromkeys(rows.tolist(), localize("a date of {field} that cannot be read", field=name))
    return lost


def _null_masks(source: Source, names: list[str], base: str) -> dict[str, np.ndarray]:
    options = {"OGR_FLATGEOBUF_STREAM_BASE_IMPL": base}
    with ogr.query(source, columns=names, geometry=False, options=options) as asked:
        table = vector.read(asked).table
    return {name: table[name].is_null().to_numpy() for name in names}


_REPAIR_HINT = "Get the file again from its source."
_MAX_HEADER_BYTES = 10_000_000  # bytes of a header


def feature_count(path: Path) -> int:
    """How many features the file holds: as its header says, else by the sizes before them.

    Raises:
        ExchangeError: the header's size does not fit the file (GDAL would ask for that much memory), or a feature's.
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(12)
        long = struct.unpack("<I", head[8:12])[0] if len(head) == 12 else 2**32
        if not 8 <= long <= min(size - 12, _MAX_HEADER_BYTES):
            raise _damage_error(path)
        try:
            rows = _header_count(stream.read(long))
        except struct.error as error:
            raise _damage_error(path) from error
        if rows * 8 > size:
            raise _damage_error(path)
        return rows or _stream_count(stream, 12 + long, size, path)


def _damage_error(path: Path) -> ExchangeError:
    return ExchangeError("the file is cut short or its header is damaged", where=str(path), fix=_REPAIR_HINT)


def _header_count(header: bytes) -> int:
    """The number of features that the header's table says in its field 8; 0 where it does not know."""
    (root,) = struct.unpack_from("<I", header)
    back = root - struct.unpack_from("<i", header, root)[0]
    if back < 0:
        raise struct.error("a table before the header")
    (long,) = struct.unpack_from("<H", header, back)
    slot = 4 + 2 * 8
    at = struct.unpack_from("<H", header, back + slot)[0] if slot + 2 <= long else 0
    return struct.unpack_from("<Q", header, root + at)[0] if at else 0


def _stream_count(stream: BinaryIO, at: int, size: int, path: Path) -> int:
    """Features of a stream, whose header does not say how many; such a file has no index."""
    rows = 0
    while at < size:
        stream.seek(at)
        at += 4 + int.from_bytes(stream.read(4), "little")
        rows += 1
    if at != size:
        raise _damage_error(path)
    return rows


def write(job: WriteJob) -> dict[str, Any]:
    """Write ``job.frame``; without a spatial index, unless the profile is ``indexed``."""
    index = "YES" if job.profile == "indexed" else "NO"
    if index == "YES" and job.geo().geometry.isna().any():
        fix = "Leave the profile indexed out."
        raise ExchangeError("an indexed FlatGeobuf holds no feature without geometry", where=job.path.name, fix=fix)
    aliases = field_names.case_aliases(job.frame)  # GDAL would put the values of both into the first
    job = dataclasses.replace(job, frame=job.frame.rename(columns=aliases))
    ogr.write(job, "FlatGeobuf", crs=ogr.crs_text(job.frame), options={"SPATIAL_INDEX": index})
    return {"crs": ogr.crs_text(job.frame), "renamed": {alias: name for name, alias in aliases.items()}}


def losses(frame: Any, profile: Any) -> Iterator[Loss]:
    """What becomes of a frame's names, and of its order under the profile ``indexed``."""
    yield from alias_losses(frame)
    if profile == "indexed":
        yield Loss("the index sorts the features anew", ruled=True)


def count(path: Path) -> int:
    """Number of features that can be read back.

    Raises:
        ExchangeError: the file cannot be read.
    """
    feature_count(path)
    try:
        with ogr.query(Source(path, by_name("flatgeobuf")), columns=[], geometry=False, fids=True) as asked:
            return len(vector.read(asked).table)
    except ExchangeError as error:
        raise _damage_error(path) from error
