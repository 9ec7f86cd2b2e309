"""Shapes packed for the page: quantised to 1e-7 degrees, differences as variable-length integers, base64.

A feature is a row of chains (a point, a line, a ring without its closing point); the
page needs no more to draw, hit and measure.  50,000 polygons take about a megabyte.
"""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

QUANTUM = 1e-7  # degrees, about one centimetre
_DIMENSIONS = {0: "point", 1: "line", 2: "polygon"}


def pack_geometries(geometries: NDArray[Any]) -> dict[str, Any]:
    """Pack shapes for the page.

    Args:
        geometries: shapely geometries in WGS 84, longitude first; None and empty ones keep their row without a chain.

    Returns:
        ``dims`` (per row: 0 point, 1 line, 2 polygon), ``chains`` (chains per row), ``sizes`` (points per chain)
        and ``coords`` (differences of longitude and latitude), the three last as base64 of varints; ``spots``, a
        point inside each shape for its label, like ``coords``.
    """
    shapes: NDArray[Any] = np.array(shapely.orient_polygons(shapely.force_2d(geometries)), dtype=object)
    shapes[shapely.is_empty(shapes)] = None
    chains, rows = _chains(shapes)
    coords, owner = shapely.get_coordinates(chains, return_index=True)
    sizes = np.bincount(owner, minlength=len(chains))
    inner: NDArray[Any] = np.array(shapely.point_on_surface(shapes), dtype=object)
    inner[inner == None] = shapely.Point(0, 0)  # noqa: E711
    spots = shapely.get_coordinates(inner)
    return {
        "dims": np.maximum(shapely.get_dimensions(shapes), 0).astype(np.int64).tolist(),
        "chains": _varint_text(np.bincount(rows, minlength=len(shapes))),
        "sizes": _varint_text(sizes),
        "coords": _varint_text(_delta_encode(coords)),
        "spots": _varint_text(_delta_encode(spots)),
    }


def _chains(shapes: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Points, lines and open rings, in the order of their rows."""
    parts, rows = _parts(shapes)
    solid = shapely.get_dimensions(parts) == 2
    rings, ring_of = shapely.get_rings(parts[solid], return_index=True)
    chains = np.concatenate([parts[~solid], _open_rings(rings)])
    owners = np.concatenate([rows[~solid], rows[solid][ring_of]])
    order = np.argsort(owners, kind="stable")
    return chains[order], owners[order]


def _parts(shapes: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Simple shapes; collections are opened until none is left, points dropped beside larger parts."""
    parts, rows = shapely.get_parts(shapes, return_index=True)
    while (shapely.get_type_id(parts) > 3).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        rows = rows[inner]
    largest = np.zeros(len(shapes), dtype=np.int64)
    np.maximum.at(largest, rows, shapely.get_dimensions(parts))
    kept = shapely.get_dimensions(parts) == largest[rows]
    return parts[kept], rows[kept]


def _open_rings(rings: NDArray[Any]) -> NDArray[Any]:
    """Rings as lines without their closing point."""
    if not len(rings):
        return rings
    coords, owner = shapely.get_coordinates(rings, return_index=True)
    inner = np.flatnonzero(np.append(owner[1:] == owner[:-1], False))
    return np.asarray(shapely.linestrings(coords.take(inner, axis=0), indices=owner[inner]))


def _delta_encode(coords: NDArray[np.float64]) -> NDArray[np.int64]:
    """Differences from point to point, longitude and latitude in turn, zigzagged to natural numbers."""
    whole = np.rint(coords / QUANTUM).astype(np.int64)
    steps = np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).ravel()
    return (steps << 1) ^ (steps >> 63)


def _varint_text(numbers: NDArray[np.int64]) -> str:
    """Natural numbers as varints (seven bits a byte, low first), base64."""
    values = np.asarray(numbers, dtype=np.uint64)
    lengths = np.ones(len(values), dtype=np.int64)
    for bits in (7, 14, 21, 28, 35):
        lengths += values >= (np.uint64(1) << np.uint64(bits))
    ends = np.cumsum(lengths)
    out = np.zeros(int(ends[-1]) if len(ends) else 0, dtype=np.uint8)
    for k in range(6):
        held = lengths > k
        byte = (values[held] >> np.uint64(7 * k)) & np.uint64(0x7F)
        more = (lengths[held] > k + 1).astype(np.uint64) << np.uint64(7)
        out[ends[held] - lengths[held] + k] = (byte | more).astype(np.uint8)
    return base64.b64encode(out.tobytes()).decode("ascii")
