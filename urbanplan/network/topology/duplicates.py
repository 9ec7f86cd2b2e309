"""Lines drawn twice, wholly or in part."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanplan.network.intersections import Mask, SharedStretches
from urbanplan.network.intervals import Floats, Ints, expand_counts
from urbanplan.network.shapes import to_polylines
from urbanplan.network.topology.defect import Defect, Edit
from urbanplan.network.topology.linework import Drawing

MIN_OVERLAP = 1.0
"""Metres: lines that run together for less are not an overlap (a narrow fork is none)."""


def find_duplicates(drawing: Drawing) -> tuple[list[Defect], Mask]:
    """Later copies of lines, and the mask of lines without them."""
    first = _first_copies(drawing)
    copies = np.flatnonzero(first != np.arange(drawing.lines))
    shapes, length = line_substrings(drawing, copies), drawing.length[copies].tolist()
    found = [
        Defect("duplicate", line, shape, (leader,), (Edit("drop", line),), {"length_m": metres})
        for line, leader, shape, metres in zip(
            copies.tolist(), first[copies].tolist(), shapes.tolist(), length, strict=True
        )
    ]
    alive = drawing.alive.copy()
    alive[copies] = False
    return found, alive


def _first_copies(drawing: Drawing) -> Ints:
    """The first line of each group of lines that are the same from end to end."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    line, other, total = _length_per_pair(drawing.stretches, drawing.lines)
    slack = 2 * drawing.tolerance + 1e-6
    same = (total >= drawing.length[line] - slack) & (total >= drawing.length[other] - slack)
    line, other = line[same], other[same]
    links = coo_array((np.ones(len(line), np.int8), (line, other)), shape=(drawing.lines,) * 2)
    group = connected_components(links, directed=False)[1]
    leader = np.full(drawing.lines, drawing.lines, dtype=np.int64)
    np.minimum.at(leader, group, np.arange(drawing.lines))
    return leader[group]


def _length_per_pair(stretches: SharedStretches, lines: int) -> tuple[Ints, Ints, Floats]:
    pair, row = np.unique(stretches.line * lines + stretches.other, return_inverse=True)
    total = np.bincount(row, weights=stretches.length, minlength=len(pair)).astype(np.float64)
    line, other = np.divmod(pair, lines)
    return line, other, total


def find_overlaps(drawing: Drawing, overrun: Ints) -> list[Defect]:
    """Lines that run on others in part; of two the later gives way, a line wholly on another goes.

    Args:
        drawing: without later copies. overrun: pairs whose short overrun is told as an overshoot.
    """
    line, other, total = _length_per_pair(drawing.stretches, drawing.lines)
    whole = total >= drawing.length[line] - 2 * drawing.tolerance - 1e-6
    back = dict(zip((line * drawing.lines + other).tolist(), whole.tolist(), strict=True))
    twin = np.array([back.get(key, False) for key in (other * drawing.lines + line).tolist()], dtype=bool)
    yields = np.where(whole != twin, whole, line > other)
    chosen = yields & (total >= MIN_OVERLAP) & ~np.isin(line * drawing.lines + other, overrun)
    return [
        _overlap_defect(drawing, int(a), int(b), bool(gone))
        for a, b, gone in zip(line[chosen], other[chosen], whole[chosen], strict=True)
    ]


def _overlap_defect(drawing: Drawing, line: int, other: int, gone: bool) -> Defect:
    rows = (drawing.stretches.line == line) & (drawing.stretches.other == other)
    lows, highs = drawing.stretches.low[rows].tolist(), drawing.stretches.high[rows].tolist()
    parts = line_substrings(drawing, np.full(len(lows), line), np.array(lows), np.array(highs)).tolist()
    ends = drawing.length[line]
    near = 2 * drawing.tolerance
    edits = [Edit("drop", line)]
    if not gone:
        edits = [
            Edit("without", line, 0.0 if low <= near else low, float(ends) if high >= ends - near else high)
            for low, high in zip(lows, highs, strict=True)
        ]
        edits += [Edit("cut", other, at) for at in _stretch_ends(drawing, other, line)]
    shape = parts[0] if len(parts) == 1 else shapely.union_all(parts)
    return Defect("overlap", line, shape, (other,), tuple(edits), {"length_m": sum(highs) - sum(lows)})


def _stretch_ends(drawing: Drawing, line: int, other: int) -> list[float]:
    rows = (drawing.stretches.line == line) & (drawing.stretches.other == other)
    return [*drawing.stretches.low[rows].tolist(), *drawing.stretches.high[rows].tolist()]


def line_substring(drawing: Drawing, line: int, low: float = 0.0, high: float | None = None) -> BaseGeometry:
    """The stretch ``low..high`` of a line as a LineString; a Point where it has no length."""
    lows, highs = np.array([low]), None if high is None else np.array([high])
    return line_substrings(drawing, np.array([line]), lows, highs)[0]


def line_substrings(
    drawing: Drawing, line: Ints, low: Floats | None = None, high: Floats | None = None
) -> NDArray[np.object_]:
    """The stretches ``low..high`` of lines, whole ones unless given; a Point where one has no length."""
    length = drawing.length[line]
    low = np.zeros(len(line)) if low is None else np.maximum(low, 0.0)
    high = length if high is None else np.minimum(high, length)
    first = drawing.offsets[line]
    owner, number = expand_counts(drawing.offsets[line + 1] - first)
    vertex = first[owner] + number
    at = drawing.vertex_at[vertex]
    inner = (at > low[owner] + 1e-9) & (at < high[owner] - 1e-9)
    owner, vertex = owner[inner], vertex[inner]
    count = np.bincount(owner, minlength=len(line)) + 2
    offsets = np.append(0, np.cumsum(count)).astype(np.int64)
    coords = np.empty((int(offsets[-1]), 2))
    coords[np.arange(len(owner)) + 2 * owner + 1] = drawing.coords[vertex]
    coords[offsets[:-1]], coords[offsets[1:] - 1] = drawing.points(line, low), drawing.points(line, high)
    shapes = to_polylines(coords, offsets)
    spot = ~(high > low)
    shapes[spot] = shapely.points(coords[offsets[:-1]][spot])
    return shapes
