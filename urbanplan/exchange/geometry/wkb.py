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
_KIND = np.dtype([("order", "u1"), ("kind", "<u4")])
_COUNTED = np.dtype([("order", "u1"), ("kind", "<u4"), ("count", "<u4")])
_RINGED = np.dtype([("head", _COUNTED), ("points", "<u4")])  # a polygon of one ring
_LARGEST = 2**31 - 1  # bytes of a column with 32-bit offsets


def wkb(shapes: np.ndarray) -> pa.Array:
    """A column of little-endian WKB, the same bytes as ``shapely.to_wkb`` gives; missing shapes are null.

    Shapes that are empty, or have heights or measures, are written one by one.

    Args:
        shapes: geometries, shape (n,).
    """
    codes = shapely.get_type_id(shapes)
    kinds = np.flatnonzero(np.bincount(codes + 1, minlength=1)) - 1
    if not len(kinds) or not set(kinds.tolist()) <= {_POINT, _LINE, _POLYGON, *_PARTS} or not _flat(shapes):
        return _one_by_one(shapes)
    rows = [np.flatnonzero(codes == code) for code in kinds.tolist()]
    made = [_of_kind(shapes[own], code) for code, own in zip(kinds.tolist(), rows, strict=True)]
    if len(made) == 1:
        return made[0]
    return pa.concat_arrays(made).take(pa.array(np.argsort(np.concatenate(rows))))


def _one_by_one(shapes: np.ndarray) -> pa.Array:
    return pa.array(shapely.to_wkb(shapes), type=pa.binary())


def _flat(shapes: np.ndarray) -> bool:
    """True where no shape is empty, all have two coordinates, and together they fit into one column."""
    sizes = shapely.get_num_coordinates(shapes)
    fits = 16 * int(sizes.sum()) + 64 * len(shapes) < _LARGEST // 4
    return bool(fits and sizes.all() and (shapely.get_coordinate_dimension(shapes) == 2).all())


def _of_kind(shapes: np.ndarray, code: int) -> pa.Array:
    if code not in _PARTS:
        return _simple(shapes, code)
    parts, whole = shapely.get_parts(shapes, return_index=True)
    if not shapely.get_num_coordinates(parts).all():  # an empty part
        return _one_by_one(shapes)
    counts = np.bincount(whole, minlength=len(shapes))
    return _joined(_heads(code, counts), _gathered(_simple(parts, _PARTS[code]), counts))


def _simple(shapes: np.ndarray, code: int) -> pa.Array:
    """Points, lines or polygons, none of them empty."""
    if code == _POLYGON:
        return _polygons(shapes)
    sizes = shapely.get_num_coordinates(shapes)
    heads = np.array([(1, 1)], dtype=_KIND).repeat(len(shapes)) if code == _POINT else _heads(code, sizes)
    return _joined(heads, _coordinates(shapes, sizes))


def _polygons(shapes: np.ndarray) -> pa.Array:
    counts = shapely.get_num_interior_rings(shapes) + 1
    if (counts == 1).all():
        sizes = shapely.get_num_coordinates(shapes)
        heads = np.empty(len(shapes), dtype=_RINGED)
        heads["head"], heads["points"] = _heads(_POLYGON, counts), sizes
        return _joined(heads, _coordinates(shapes, sizes))
    rings = shapely.get_rings(shapes)
    sizes = shapely.get_num_coordinates(rings)
    if not sizes.all():  # an empty hole
        return _one_by_one(shapes)
    lines = _joined(sizes.astype("<u4"), _coordinates(rings, sizes))
    return _joined(_heads(_POLYGON, counts), _gathered(lines, counts))


def _heads(code: int, counts: np.ndarray) -> np.ndarray:
    """Byte order, type and number of parts of each shape."""
    heads = np.empty(len(counts), dtype=_COUNTED)
    heads["order"], heads["kind"], heads["count"] = 1, 2 if code == _LINE else code, counts
    return heads


def _coordinates(shapes: np.ndarray, sizes: np.ndarray) -> pa.Array:
    edges = np.append(0, np.cumsum(16 * sizes))
    return _cut(pa.py_buffer(shapely.get_coordinates(shapes).astype("<f8", copy=False)), edges)


def _gathered(parts: pa.Array, counts: np.ndarray) -> pa.Array:
    """The bytes of each shape's parts, which follow each other, as one."""
    edges = np.frombuffer(parts.buffers()[1], dtype=np.int32)[: len(parts) + 1]
    return _cut(parts.buffers()[2], edges[np.append(0, np.cumsum(counts))])


def _joined(heads: np.ndarray, bodies: pa.Array) -> pa.Array:
    edges = np.arange(len(heads) + 1) * heads.dtype.itemsize
    return pac.binary_join_element_wise(_cut(pa.py_buffer(heads), edges), bodies, pa.scalar(b"", pa.binary()))


def _cut(data: pa.Buffer, edges: np.ndarray) -> pa.Array:
    return pa.BinaryArray.from_buffers(pa.binary(), len(edges) - 1, [None, pa.py_buffer(edges.astype(np.int32)), data])
