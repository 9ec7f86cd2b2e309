"""Shapes as WKB, several times faster than one by one: headers and coordinates are joined as whole arrays."""

# pyarrow makes the functions of its compute module when it is loaded
# pyright: reportAttributeAccessIssue=false
from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pac
import shapely

_POINT, _LINE, _POLYGON = 0, 1, 3
_PARTS = {4: _POINT, 5: _LINE, 6: _POLYGON}  # what the multi-shapes are made of
_TYPE_DTYPE = np.dtype([("order", "u1"), ("kind", "<u4")])
_COUNTED_DTYPE = np.dtype([("order", "u1"), ("kind", "<u4"), ("count", "<u4")])
_RINGED_DTYPE = np.dtype([("head", _COUNTED_DTYPE), ("points", "<u4")])  # a polygon of one ring
_MAX_COLUMN_BYTES = 2**31 - 1  # bytes of a column with 32-bit offsets


def to_wkb(shapes: np.ndarray) -> pa.Array:
    """A column of little-endian WKB, the same bytes as ``shapely.to_wkb`` gives; missing shapes are null.

    Shapes that are empty, or have heights or measures, are written one by one.

    Args:
        shapes: geometries, shape (n,).
    """
    codes = shapely.get_type_id(shapes)
    kinds = np.flatnonzero(np.bincount(codes + 1, minlength=1)) - 1
    if not len(kinds) or not set(kinds.tolist()) <= {_POINT, _LINE, _POLYGON, *_PARTS} or not _is_simple_2d(shapes):
        return _encode_singly(shapes)
    rows = [np.flatnonzero(codes == code) for code in kinds.tolist()]
    made = [_encode_type(shapes[own], code) for code, own in zip(kinds.tolist(), rows, strict=True)]
    if len(made) == 1:
        return made[0]
    return pa.concat_arrays(made).take(pa.array(np.argsort(np.concatenate(rows))))


def _encode_singly(shapes: np.ndarray) -> pa.Array:
    return pa.array(shapely.to_wkb(shapes), type=pa.binary())


def _is_simple_2d(shapes: np.ndarray) -> bool:
    """True where no shape is empty, all have two coordinates, and together they fit into one column."""
    sizes = shapely.get_num_coordinates(shapes)
    fits = 16 * int(sizes.sum()) + 64 * len(shapes) < _MAX_COLUMN_BYTES // 4
    return bool(fits and sizes.all() and (shapely.get_coordinate_dimension(shapes) == 2).all())


def _encode_type(shapes: np.ndarray, code: int) -> pa.Array:
    if code not in _PARTS:
        return _encode_simple(shapes, code)
    parts, whole = shapely.get_parts(shapes, return_index=True)
    if not shapely.get_num_coordinates(parts).all():  # an empty part
        return _encode_singly(shapes)
    counts = np.bincount(whole, minlength=len(shapes))
    return _join_bytes(_encode_headers(code, counts), _gather_parts(_encode_simple(parts, _PARTS[code]), counts))


def _encode_simple(shapes: np.ndarray, code: int) -> pa.Array:
    """Points, lines or polygons, none of them empty."""
    if code == _POLYGON:
        return _encode_polygons(shapes)
    sizes = shapely.get_num_coordinates(shapes)
    heads = (
        np.array([(1, 1)], dtype=_TYPE_DTYPE).repeat(len(shapes)) if code == _POINT else _encode_headers(code, sizes)
    )
    return _join_bytes(heads, _encode_coordinates(shapes, sizes))


def _encode_polygons(shapes: np.ndarray) -> pa.Array:
    counts = shapely.get_num_interior_rings(shapes) + 1
    if (counts == 1).all():
        sizes = shapely.get_num_coordinates(shapes)
        heads = np.empty(len(shapes), dtype=_RINGED_DTYPE)
        heads["head"], heads["points"] = _encode_headers(_POLYGON, counts), sizes
        return _join_bytes(heads, _encode_coordinates(shapes, sizes))
    rings = shapely.get_rings(shapes)
    sizes = shapely.get_num_coordinates(rings)
    if not sizes.all():  # an empty hole
        return _encode_singly(shapes)
    lines = _join_bytes(sizes.astype("<u4"), _encode_coordinates(rings, sizes))
    return _join_bytes(_encode_headers(_POLYGON, counts), _gather_parts(lines, counts))


def _encode_headers(code: int, counts: np.ndarray) -> np.ndarray:
    """Byte order, type and number of parts of each shape."""
    heads = np.empty(len(counts), dtype=_COUNTED_DTYPE)
    heads["order"], heads["kind"], heads["count"] = 1, 2 if code == _LINE else code, counts
    return heads


def _encode_coordinates(shapes: np.ndarray, sizes: np.ndarray) -> pa.Array:
    edges = np.append(0, np.cumsum(16 * sizes))
    return _split_bytes(pa.py_buffer(shapely.get_coordinates(shapes).astype("<f8", copy=False)), edges)


def _gather_parts(parts: pa.Array, counts: np.ndarray) -> pa.Array:
    """The bytes of each shape's parts, which follow each other, as one."""
    edges = np.frombuffer(parts.buffers()[1], dtype=np.int32)[: len(parts) + 1]
    return _split_bytes(parts.buffers()[2], edges[np.append(0, np.cumsum(counts))])


def _join_bytes(heads: np.ndarray, bodies: pa.Array) -> pa.Array:
    edges = np.arange(len(heads) + 1) * heads.dtype.itemsize
    return pac.binary_join_element_wise(_split_bytes(pa.py_buffer(heads), edges), bodies, pa.scalar(b"", pa.binary()))


def _split_bytes(data: pa.Buffer, edges: np.ndarray) -> pa.Array:
    return pa.BinaryArray.from_buffers(pa.binary(), len(edges) - 1, [None, pa.py_buffer(edges.astype(np.int32)), data])
