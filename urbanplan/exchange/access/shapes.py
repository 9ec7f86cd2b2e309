"""The shapes of a Personal Geodatabase: records as a shapefile has them, read as one."""

from __future__ import annotations

import dataclasses
import struct
import tempfile
from pathlib import Path

import numpy as np

from urbanplan.exchange import ogr
from urbanplan.exchange.esri.records import invalid_records, read_index
from urbanplan.exchange.formats import by_name
from urbanplan.exchange.table import Source

_KINDS = {9: 11, 10: 13, 19: 15, 20: 18, 32: 31}  # those with heights and no measures, as a shapefile has them
# general kinds as a shapefile has them: plain, with heights, with measures
_GENERAL = {50: (3, 13, 23), 51: (5, 15, 25), 52: (1, 11, 21), 53: (8, 18, 28), 54: (31, 31, 31)}
_HIGH, _MEASURED, _CURVED = 0x80000000, 0x40000000, 0x20000000
_POINT_Z, _NO_MEASURE = 11, struct.pack("<d", -1e39)
_NULL = struct.pack("<I", 0)


def read_shapes(blobs: list[bytes | None], source: Source) -> tuple[np.ndarray, dict[int, str], tuple[str, ...]]:
    """Geometries of records, shape (n,), the reasons of those refused, by row from 0, and what is to be told."""
    records, refused = [], {}
    for row, blob in enumerate(blobs):
        try:
            records.append(_NULL if not blob else _to_record(bytes(blob)))
        except (ValueError, struct.error) as error:
            records.append(_NULL)
            refused[row] = str(error) if isinstance(error, ValueError) else "a geometry that cannot be read"
    shapes, notes = np.full(len(blobs), None, dtype=object), ()
    kinds = np.array([int.from_bytes(record[:4], "little") for record in records])
    for kind in np.unique(kinds[kinds != 0]).tolist():  # one, but for a layer that somebody has altered
        rows = np.flatnonzero(kinds == kind)
        shapes[rows], lost, told = _read_kind([records[row] for row in rows], source)
        refused |= {int(rows[at]): reason for at, reason in lost.items()}
        notes = (*notes, *told)
    return shapes, refused, notes


def _read_kind(records: list[bytes], source: Source) -> tuple[np.ndarray, dict[int, str], tuple[str, ...]]:
    """Geometries of records of one kind, those refused by place from 0, and what is to be told."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shapes.shp"
        _write(path, records)
        lost = invalid_records(path, read_index(path.with_suffix(".shx")))
        inner = dataclasses.replace(source, path=path, format=by_name("shapefile"), columns=())
        with ogr.shown_as(path, source.path):
            table = ogr.read(inner, layer=None, lost=lost)
    gone = {int(row) - 1: str(reason) for row, reason in table.refused[["row", "reason"]].itertuples(index=False)}
    shapes = np.full(len(records), None, dtype=object)
    shapes[[row for row in range(len(records)) if row not in gone]] = table.frame.geometry.to_numpy()
    return shapes, gone, table.notes


def _to_record(blob: bytes) -> bytes:
    """A shapefile's record of a shape.

    Raises:
        ValueError: it has arcs. struct.error: it is none.
    """
    (said,) = struct.unpack_from("<I", blob)
    kind = said & 0xFF
    if kind in _GENERAL:
        if said & _CURVED:
            raise ValueError("arcs, which are not read")
        kind = _GENERAL[kind][1 if said & _HIGH else 2 if said & _MEASURED else 0]
    elif said > 0xFF:
        raise ValueError("a geometry that cannot be read")
    kind = _KINDS.get(kind, kind)
    more = _NO_MEASURE if kind == _POINT_Z and len(blob) < 36 else b""
    return struct.pack("<I", kind) + blob[4:] + more


def _write(path: Path, records: list[bytes]) -> None:
    """A .shp and its .shx, without a table, of records of one kind."""
    padded = [record + bytes(-len(record) % 2) for record in records]
    sizes = np.array([len(record) for record in padded], dtype=np.int64)
    places = 100 + np.concatenate([[0], np.cumsum(sizes + 8)[:-1]])
    heads = np.column_stack([np.arange(1, len(padded) + 1), sizes // 2]).astype(">i4").tobytes()
    body = b"".join(heads[8 * at : 8 * at + 8] + record for at, record in enumerate(padded))
    index = np.column_stack([places // 2, sizes // 2]).astype(">i4").tobytes()
    for ending, data in ((".shp", body), (".shx", index)):
        head = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, (100 + len(data)) // 2) + struct.pack("<i", 1000)
        path.with_suffix(ending).write_bytes((head + records[0][:4]).ljust(100, b"\0") + data)
