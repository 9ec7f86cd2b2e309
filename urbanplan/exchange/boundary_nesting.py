"""Rings of one plot put together: holes into their parts, other rings as parts of their own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import shapely

_PAIRS = 2**20  # pairs of rings that are looked at together: bounds the memory


def nested(made: np.ndarray, lines: np.ndarray, plot: np.ndarray) -> None:
    """Put the plots of several rings into ``made``, in place.

    Rings are taken in their order: one inside a part, and in none of its holes, is a hole; any other begins a part.

    Args:
        made: geometries of all plots. lines: rings, shape (r,). plot: of each ring, ascending, shape (r,).
    """
    if not len(lines):
        return
    part, is_hole = _parts(lines, plot)
    order = np.argsort(part, kind="stable")
    polygons = np.asarray(shapely.polygons(lines[order], indices=part[order]), dtype=object)
    plots, number, count = np.unique(plot[~is_hole], return_inverse=True, return_counts=True)
    alone = (count == 1)[number]
    made[plots[count == 1]] = polygons[alone]
    if not alone.all():
        indices = np.unique(number[~alone], return_inverse=True)[1]
        made[plots[count > 1]] = shapely.multipolygons(polygons[~alone], indices=indices)


def _parts(lines: np.ndarray, plot: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number of each ring's part, counted from 0 through all plots, and True for each hole; shape (r,)."""
    part, is_hole, parts = [0] * len(lines), [False] * len(lines), 0
    for ring, around in enumerate(_around(lines, np.searchsorted(plot, plot))):
        homes = {part[one] for one in around if not is_hole[one]} - {part[one] for one in around if is_hole[one]}
        if homes:
            part[ring], is_hole[ring] = max(homes), True
        else:
            part[ring], parts = parts, parts + 1
    return np.array(part), np.array(is_hole)


def _around(lines: np.ndarray, begin: np.ndarray) -> Iterator[list[int]]:
    """For each ring, the rings before it in its plot, which starts at ring ``begin``, that have it inside."""
    areas: np.ndarray = np.asarray(shapely.polygons(lines), dtype=object)
    boxes = shapely.bounds(lines)
    before = np.arange(len(lines)) - begin
    chunk = np.cumsum(before) // _PAIRS
    for low, high in pairwise(np.searchsorted(chunk, np.arange(chunk[-1] + 2)).tolist()):
        inner = np.repeat(np.arange(low, high), before[low:high])
        skipped = np.cumsum(before[low:high]) - before[low:high]
        outer = begin[inner] + np.arange(len(inner)) - np.repeat(skipped, before[low:high])
        near = (boxes[outer, :2] <= boxes[inner, :2]).all(axis=1) & (boxes[outer, 2:] >= boxes[inner, 2:]).all(axis=1)
        inner, outer = inner[near], outer[near]
        shapely.prepare(areas[outer])
        holds = shapely.contains(areas[outer], lines[inner])
        found = outer[holds].tolist()
        edges = np.searchsorted(inner[holds], np.arange(low, high + 1)).tolist()
        yield from (found[a:b] for a, b in pairwise(edges))
