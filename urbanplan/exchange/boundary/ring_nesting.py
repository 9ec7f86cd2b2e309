"""Rings of one plot put together: holes into their parts, other rings as parts of their own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import shapely

_MAX_PAIRS = 2**20  # pairs of rings that are looked at together: bounds the memory


def nest_rings(made: np.ndarray, lines: np.ndarray, plot: np.ndarray) -> np.ndarray:
    """Put the plots of several rings into ``made``, in place.

    Rings are taken in their order: one inside a part, and in none of its holes, is a hole; any other begins a part.
    Where a ring stands behind one that it holds, the rings of that plot are taken from the largest to the smallest.

    Args:
        made: geometries of all plots. lines: rings, shape (r,). plot: of each ring, ascending, shape (r,).

    Returns:
        For each ring the outer ring of its part, shape (r,).
    """
    if not len(lines):
        return np.zeros(0, dtype=np.int64)
    begin = np.searchsorted(plot, plot)
    taken = _taking_order(lines, plot, begin)
    home = np.empty(len(lines), dtype=np.int64)
    home[taken] = taken[outer_rings(lines[taken], begin)]
    inside = home != np.arange(len(home))
    outer = np.flatnonzero(~inside)
    part = np.searchsorted(outer, home)
    order = np.lexsort((inside, part))
    polygons = np.asarray(shapely.polygons(lines[order], indices=part[order]), dtype=object)
    plots, number, count = np.unique(plot[outer], return_inverse=True, return_counts=True)
    alone = (count == 1)[number]
    made[plots[count == 1]] = polygons[alone]
    if not alone.all():
        indices = np.unique(number[~alone], return_inverse=True)[1]
        made[plots[count > 1]] = shapely.multipolygons(polygons[~alone], indices=indices)
    return home


def _taking_order(lines: np.ndarray, plot: np.ndarray, begin: np.ndarray) -> np.ndarray:
    """The order in which rings are taken: as they stand, but the largest first in plots where one holds an earlier."""
    order, sizes = np.arange(len(lines)), np.asarray(shapely.area(shapely.polygons(lines)), dtype=float)
    larger = np.append(False, (sizes[1:] > sizes[:-1]) & (plot[1:] == plot[:-1]))
    seen = np.flatnonzero(np.isin(plot, plot[larger]))[::-1]
    if not len(seen):
        return order
    backward = np.searchsorted(-plot[seen], -plot[seen])
    late = [plot[seen][inner] for _, _, inner, _ in _containing_pairs(lines[seen], backward) if len(inner)]
    moved = np.flatnonzero(np.isin(plot, np.concatenate(late))) if late else order[:0]
    order[moved] = moved[np.lexsort((-sizes[moved], plot[moved]))]
    return order


def outer_rings(lines: np.ndarray, begin: np.ndarray) -> np.ndarray:
    """The outer ring of each ring's part; itself where it begins one. Shape (r,).

    Args:
        lines: rings, shape (r,). begin: first ring of each ring's plot.
    """
    home = np.arange(len(lines))
    for low, high, inner, outer in _containing_pairs(lines, begin):
        count = np.bincount(inner - low, minlength=high - low)
        first = outer[np.minimum(np.cumsum(count) - count, len(outer) - 1)] if len(outer) else home[low:high]
        free = (home[first] == first) & ((first < low) | (count[np.maximum(first - low, 0)] == 0))
        plain = (count == 1) & free  # inside one ring, which is the outer ring of a part
        home[low:high][plain] = first[plain]
        edges = np.searchsorted(inner, np.arange(low, high + 1))
        for ring in (np.flatnonzero((count > 0) & ~plain) + low).tolist():
            around = outer[edges[ring - low] : edges[ring - low + 1]].tolist()
            home[ring] = _outer_ring(ring, around, home)
    return home


def _outer_ring(ring: int, around: list[int], home: np.ndarray) -> int:
    """The last part that has the ring inside and in none of its holes, else the ring itself."""
    own = {int(home[one]) for one in around if home[one] == one}
    return max(own - {int(home[one]) for one in around if home[one] != one}, default=ring)


def _containing_pairs(lines: np.ndarray, begin: np.ndarray) -> Iterator[tuple[int, int, np.ndarray, np.ndarray]]:
    """Rings from one to another, and the pairs of them (inner) with rings before them in their plot (outer)."""
    boxes, areas = shapely.bounds(lines), np.full(len(lines), None, dtype=object)
    before = np.arange(len(lines)) - begin
    chunk = np.cumsum(before) // _MAX_PAIRS
    for low, high in pairwise(np.searchsorted(chunk, np.arange(chunk[-1] + 2)).tolist()):
        inner = np.repeat(np.arange(low, high), before[low:high])
        skipped = np.cumsum(before[low:high]) - before[low:high]
        outer = begin[inner] + np.arange(len(inner)) - np.repeat(skipped, before[low:high])
        near = (boxes[outer, 0] <= boxes[inner, 0]) & (boxes[outer, 1] <= boxes[inner, 1])
        near &= (boxes[outer, 2] >= boxes[inner, 2]) & (boxes[outer, 3] >= boxes[inner, 3])
        inner, outer = inner[near], outer[near]
        wanted = np.unique(outer)
        areas[wanted] = shapely.polygons(lines[wanted]) if len(wanted) else []
        shapely.prepare(areas[wanted])
        holds = shapely.contains(areas[outer], lines[inner])
        yield low, high, inner[holds], outer[holds]
