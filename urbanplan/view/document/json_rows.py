"""Rows of JSON from columns: a table of many rows becomes text without an object of Python for each value."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_COMMA, _BRACKET = b",]"


def line_rows(columns: Mapping[str, np.ndarray], coords: NDArray[np.float64], offsets: NDArray[np.int64]) -> bytes:
    """Objects of JSON with commas between, each on a line of its own: the columns, then a line as GeoJSON geometry.

    Args:
        columns: by name, each of n values, n at least 1; NaN is null. coords: vertices of n lines, shape (k, 2).
        offsets: where each line begins, k at last, shape (n + 1,).
    """
    texts: list[pa.Array | pa.Scalar | bytes] = []
    before = ",\n{"
    for name, values in columns.items():
        if values.dtype.kind == "f" and np.isnan(values).all():
            before += f"{orjson.dumps(name).decode()}:null,"
            continue
        texts += [pa.scalar(f"{before}{orjson.dumps(name).decode()}:".encode(), pa.large_binary()), _values(values)]
        before = ""
    geometry = before + '"geometry":{"type":"LineString","coordinates":['
    texts += [pa.scalar(geometry.encode(), pa.large_binary()), _lines(coords, offsets)]
    texts += [pa.scalar(b"}}", pa.large_binary()), pa.scalar(b"", pa.large_binary())]
    rows = pc.binary_join_element_wise(*texts)  # pyright: ignore[reportAttributeAccessIssue]
    return rows.buffers()[2].slice(len(",\n")).to_pybytes()


def _values(values: np.ndarray) -> pa.Array:
    """JSON text of each value with the comma behind it, null for NaN."""
    if values.dtype.kind not in "fi":
        known = {value: orjson.dumps(value, default=str) + b"," for value in set(values.tolist())}
        return pa.array(map(known.__getitem__, values.tolist()), pa.large_binary(), size=len(values))
    text = _dump(values)
    text[-1] = _COMMA
    return _cut(text, np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == _COMMA) + 1)


def _lines(coords: NDArray[np.float64], offsets: NDArray[np.int64]) -> pa.Array:
    """Coordinates of each line with the bracket that closes them: it takes the place of the comma behind."""
    text = _dump(coords)
    signs = np.frombuffer(text, dtype=np.uint8)
    ends = np.flatnonzero(signs == _BRACKET)[offsets[1:] - 1] + 1
    signs[ends] = _BRACKET
    return _cut(text, ends + 1)


def _dump(values: np.ndarray) -> bytearray:
    return bytearray(orjson.dumps(np.ascontiguousarray(values), option=orjson.OPT_SERIALIZE_NUMPY))


def _cut(text: bytearray, ends: NDArray[np.int64]) -> pa.Array:
    """Texts that stand one behind the other, from the second sign on."""
    offsets = pa.py_buffer(np.append(np.int64(1), ends))
    return pa.Array.from_buffers(pa.large_binary(), len(ends), [None, offsets, pa.py_buffer(text)])
