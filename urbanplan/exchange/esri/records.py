"""The records of a shapefile looked at before GDAL does: what cannot be a shape is refused by its row, not lost."""

from __future__ import annotations

import mmap
import struct
from array import array
from pathlib import Path

import numpy as np

from urbanplan.errors import ExchangeError

_REPAIR_HINT = "Get all files of the shapefile again from their source."
_POINT_SIZES = {1: 20, 11: 28, 21: 28}  # kind of shape -> bytes of its content at least
_MULTIPOINT_TYPES = (8, 18, 28)
_MULTIPART_TYPES = (3, 5, 13, 15, 23, 25, 31)


def read_index(index: Path) -> np.ndarray:
    """Where each record begins and how long its content is, as the .shx says, in bytes, shape (n, 2).

    Raises:
        ExchangeError: it is no list of pairs.
    """
    numbers = np.fromfile(index, dtype=">u4", offset=100).astype(np.int64)
    if len(numbers) % 2:
        raise ExchangeError("the index does not fit the shapes", where=str(index), fix=_REPAIR_HINT)
    return numbers.reshape(-1, 2) * 2


def find_records(shapes: Path) -> np.ndarray:
    """The same without a .shx: the records one behind the other, each at the row of its number.

    A record that grew is written once more at the end, under its old number: the last one counts.

    Raises:
        ExchangeError: one leads out of the file, or their numbers are not those of rows.
    """
    found = array("q")  # number, place and length, one record after the other
    with shapes.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        at, end = 100, len(data)
        while at < end:
            number, words = struct.unpack_from(">2I", data, at) if at + 8 <= end else (0, 0)
            if not number or words < 2 or at + 8 + 2 * words > end:
                what = "the companion {ending} is missing, and no record begins at byte {place}"
                raise ExchangeError(what, where=str(shapes), fix=_REPAIR_HINT, ending=".shx", place=at)
            found.extend((number, at, 2 * words))
            at += 8 + 2 * words
    rows = np.array(found, dtype=np.int64).reshape(-1, 3)[::-1]
    numbers, last = np.unique(rows[:, 0], return_index=True)
    if len(numbers) and numbers[-1] != len(numbers):
        what = "the companion {ending} is missing, and its records are not numbered from 1 to {count}"
        raise ExchangeError(what, where=str(shapes), fix=_REPAIR_HINT, ending=".shx", count=len(numbers))
    return rows[last, 1:]


def index_bytes(shapes: Path, rows: np.ndarray) -> bytes:
    """A .shx of these records."""
    with shapes.open("rb") as stream:
        head = bytearray(stream.read(100))
    struct.pack_into(">I", head, 24, 50 + 4 * len(rows))
    return bytes(head) + (rows // 2).astype(">u4").tobytes()


def invalid_records(shapes: Path, rows: np.ndarray) -> dict[int, str]:
    """Rows (from 0) whose record cannot be a shape, with the reason.

    Args:
        shapes: the .shp, whose length was checked. rows: where its records are, see :func:`read_index`.

    Raises:
        ExchangeError: a record lies outside the file.
    """
    data = np.memmap(shapes, dtype=np.uint8, mode="r")
    at, long = rows[:, 0] + 8, rows[:, 1]
    held = long > 0
    if ((at < 108) | (at + long > len(data)))[held].any():
        raise ExchangeError("the index does not fit the shapes", where=str(shapes), fix=_REPAIR_HINT)
    kind = np.zeros(len(rows), dtype=np.int64)
    kind[held] = _read_integers(data, at[held])
    wanted = int(data[32:36].view("<i4")[0])
    bad = (kind != 0) & (kind != wanted)
    bad |= _is_too_short(data, at, long, kind)
    return dict.fromkeys(np.flatnonzero(bad).tolist(), "a record that is damaged")


def live_rows(table: Path, start: int, record: int, rows: int) -> np.ndarray:
    """Rows of a dBASE table (from 0) that are not marked as deleted: GDAL passes the others over."""
    with table.open("rb") as stream:
        stream.seek(start)
        data = np.frombuffer(stream.read(rows * record), dtype=np.uint8)
    return np.flatnonzero(data[::record][:rows] != ord("*"))


def _is_too_short(data: np.ndarray, at: np.ndarray, long: np.ndarray, kind: np.ndarray) -> np.ndarray:
    """Records that cannot hold the parts and points they say."""
    need = np.zeros(len(at), dtype=np.int64)
    for code, least in _POINT_SIZES.items():
        need[kind == code] = least
    many, parted = np.isin(kind, _MULTIPOINT_TYPES), np.isin(kind, _MULTIPART_TYPES)
    need[many], need[parted] = 40, 44
    ready = (need <= long) & (many | parted)
    points, parts = np.zeros_like(need), np.zeros_like(need)
    points[ready & many] = _read_integers(data, at[ready & many] + 36)
    parts[ready & parted] = _read_integers(data, at[ready & parted] + 36)
    points[ready & parted] = _read_integers(data, at[ready & parted] + 40)
    need += 16 * points + 4 * parts
    return (need > long) | (points < 0) | (parts < 0) | (parts > points)


def _read_integers(data: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Little-endian integers of 4 bytes at these places."""
    return data[at[:, None] + np.arange(4)].copy().view("<i4")[:, 0].astype(np.int64)
