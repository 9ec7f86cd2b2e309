"""The records of a shapefile looked at before GDAL does: what cannot be a shape is refused by its row, not lost."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from urbanplan.errors import ExchangeError

_REPAIR_HINT = "Get all files of the shapefile again from their source."
_POINT_SIZES = {1: 20, 11: 28, 21: 28}  # kind of shape -> bytes of its content at least
_MULTIPOINT_TYPES = (8, 18, 28)
_MULTIPART_TYPES = (3, 5, 13, 15, 23, 25, 31)


def invalid_records(shapes: Path, index: Path) -> dict[int, str]:
    """Rows (from 0) whose record cannot be a shape, with the reason.

    Args:
        shapes: the .shp, whose length was checked. index: its .shx.

    Raises:
        ExchangeError: the index points outside the file.
    """
    data = np.memmap(shapes, dtype=np.uint8, mode="r")
    numbers = np.fromfile(index, dtype=">u4", offset=100).astype(np.int64)
    if len(numbers) % 2:
        raise ExchangeError("the index does not fit the shapes", where=str(index), fix=_REPAIR_HINT)
    rows = numbers.reshape(-1, 2) * 2
    at, long = rows[:, 0] + 8, rows[:, 1]
    held = long > 0
    if ((at < 108) | (at + long > len(data)))[held].any():
        raise ExchangeError("the index does not fit the shapes", where=str(index), fix=_REPAIR_HINT)
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
