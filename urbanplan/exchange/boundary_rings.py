"""Boundary points to plots: rings told apart, holes put into their parts, each bad plot with its reason."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from urbanplan.exchange.boundary_text import Parts
from urbanplan.model.language import say

_LINE, _POINT = "线", "点"


@dataclass(frozen=True)
class How:
    """How a file writes its plots.

    Attributes:
        numbers: the point numbers of each plot, joined by spaces.
        rings: the ring numbers of each plot's rings where no rule gives them, or None.
        closing: ``first``, ``next`` or ``none``. count: ``closed`` or ``open``. parts: ``restart`` or ``continue``.
        notes: in words.
    """

    numbers: list[str]
    rings: list[str] | None
    closing: str
    count: str
    parts: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Rings:
    """Rings of all plots: first point of each (and the end), plot of each, ring number of each, closed or not."""

    starts: np.ndarray
    plot: np.ndarray
    number: np.ndarray
    closed: np.ndarray


def plots(
    text: Parts, east: np.ndarray, north: np.ndarray, heads: list[list[str]]
) -> tuple[np.ndarray, dict[int, str], How]:
    """Geometries of all plots, shape (p,), reasons of the refused ones by position, and the file's ways."""
    points = np.column_stack([east, north])
    sizes = np.diff(text.starts)
    numbers = np.asarray(text.numbers.to_pylist(), dtype=object)
    rings = _rings(text, points, sizes, numbers)
    joined = [" ".join(numbers[a:b]) for a, b in zip(text.starts[:-1], text.starts[1:], strict=True)]
    kinds = [head[4] if len(head) > 4 else "" for head in heads] or [""] * len(sizes)
    areal = np.array([kind not in (_LINE, _POINT) for kind in kinds])
    closed = rings.closed[areal[rings.plot]]
    any_closed = bool(closed.size == 0 or closed.mean() >= 0.5)
    count, refused = _counted(heads, sizes, np.bincount(rings.plot[rings.closed], minlength=len(sizes)))
    refused |= _bad(points, sizes, rings, areal, any_closed)
    made = _shapes(points, rings, kinds, refused, len(sizes))
    shown, parts = _ring_numbers(rings, made)
    notes = () if any_closed else ("the rings are not closed in the file; they were closed on reading",)
    ends = rings.starts[1:][rings.closed] - 1
    first = bool(len(ends) == 0 or (numbers[ends] == numbers[rings.starts[:-1][rings.closed]]).mean() >= 0.5)
    closing = ("first" if first else "next") if any_closed else "none"
    return made, refused, How(joined, shown, closing, count, parts, notes)


def _rings(text: Parts, points: np.ndarray, sizes: np.ndarray, numbers: np.ndarray) -> _Rings:
    """A ring begins with each plot, with each new ring number, and after a point that closes the one before."""
    plot = np.repeat(np.arange(len(sizes)), sizes)
    begins = np.ones(len(points), dtype=bool)
    begins[1:] = (plot[1:] != plot[:-1]) | (text.rings[1:] != text.rings[:-1])
    starts = np.append(np.flatnonzero(begins), len(points))
    starts = _restarts(points, starts, numbers)
    first, last = starts[:-1], starts[1:] - 1
    closed = (points[first] == points[last]).all(axis=1) & (last > first)
    return _Rings(starts, plot[first], text.rings[first], closed)


def _restarts(points: np.ndarray, starts: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Further starts where a run of one ring number holds several closed rings.

    Where closing points repeat the first number, only such a point closes: a ring may touch its start in passing.
    """
    run = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    first, last = starts[:-1], starts[1:] - 1
    back = (points == points[first][run]).all(axis=1)
    ends = (points[first] == points[last]).all(axis=1) & (last > first)
    if ends.any() and (numbers[last[ends]] == numbers[first[ends]]).all():
        points = np.column_stack([points, numbers == numbers[first][run]])
        back &= numbers == numbers[first][run]
    back[first] = back[last] = False
    again = np.unique(run[back])
    more = []
    for at in again.tolist():
        a, b = int(starts[at]), int(starts[at + 1])
        while a < b:
            same = np.flatnonzero((points[a + 1 : b] == points[a]).all(axis=1))
            if not len(same) or same[0] < 3 or a + same[0] + 2 >= b:
                break
            a += int(same[0]) + 2
            more.append(a)
    return np.sort(np.append(starts, np.array(more, dtype=starts.dtype)))


def _counted(heads: list[list[str]], sizes: np.ndarray, closings: np.ndarray) -> tuple[str, dict[int, str]]:
    """Whether counts take the closing points in, and the plots whose count fits neither way."""
    said = np.array([int(head[0]) if head and head[0].isdigit() else -1 for head in heads] or [-1] * len(sizes))
    given = said >= 0
    whole, less = said == sizes, said == sizes - closings
    count = "open" if (less & given).sum() > (whole & given).sum() else "closed"
    wrong = np.flatnonzero(given & ~whole & ~less)
    return count, {
        int(at): say("the head says {said} points, {found} follow", said=said[at], found=sizes[at]) for at in wrong
    }


def _bad(points: np.ndarray, sizes: np.ndarray, rings: _Rings, areal: np.ndarray, any_closed: bool) -> dict[int, str]:
    reasons: dict[int, str] = {}
    corners = np.diff(rings.starts) - rings.closed
    ringed = areal[rings.plot]
    if any_closed:
        open_ = rings.plot[~rings.closed & ringed]
        reasons |= dict.fromkeys(open_.tolist(), "a ring that is not closed")
    reasons |= dict.fromkeys(rings.plot[(corners < 3) & ringed].tolist(), "a ring with fewer than three points")
    plot = np.repeat(np.arange(len(sizes)), sizes)
    lost = plot[~np.isfinite(points).all(axis=1) | (np.abs(points) > 1e9).any(axis=1)]
    reasons |= dict.fromkeys(lost.tolist(), "a coordinate that is no number")
    return reasons | dict.fromkeys(np.flatnonzero(sizes == 0).tolist(), "a plot without points")


def _shapes(points: np.ndarray, rings: _Rings, kinds: list[str], refused: dict[int, str], count: int) -> np.ndarray:
    made = np.full(count, None, dtype=object)
    other = [at for at, kind in enumerate(kinds) if kind in (_LINE, _POINT) and at not in refused]
    good = ~np.isin(rings.plot, list(refused) + other)
    which = np.flatnonzero(good)
    run = np.repeat(np.arange(len(rings.plot)), np.diff(rings.starts))
    within = good[run]
    made_rings = shapely.linearrings(points[within], indices=np.searchsorted(which, run[within]))
    lines: np.ndarray = np.asarray(made_rings, dtype=object).reshape(-1)
    plot = rings.plot[which]
    alone = np.bincount(plot, minlength=count)[plot] == 1
    made[plot[alone]] = shapely.polygons(lines[alone]) if alone.any() else []
    for at in np.unique(plot[~alone]).tolist():
        made[at] = _nested([lines[row] for row in np.flatnonzero(plot == at)])
    for at in other:
        own = [points[rings.starts[row] : rings.starts[row + 1]] for row in np.flatnonzero(rings.plot == at)]
        made[at] = _thin(own, kinds[at])
    return made


def _nested(lines: list[shapely.LinearRing]) -> shapely.Geometry:
    """Rings in their order: one inside a part, and in none of its holes, is a hole; any other begins a part."""
    parts: list[list[shapely.LinearRing]] = []
    for line in lines:
        home = next((part for part in reversed(parts) if _hole(part, line)), None)
        if home is None:
            parts.append([line])
        else:
            home.append(line)
    shapes = [shapely.Polygon(part[0], part[1:]) for part in parts]
    return shapes[0] if len(shapes) == 1 else shapely.MultiPolygon(shapes)


def _hole(part: list[shapely.LinearRing], line: shapely.LinearRing) -> bool:
    inside = [shapely.contains(shapely.Polygon(ring), line) for ring in part]
    return bool(inside[0] and not any(inside[1:]))


def _thin(runs: list[np.ndarray], kind: str) -> shapely.Geometry:
    if kind == _POINT:
        every = np.vstack(runs)
        return shapely.Point(every[0]) if len(every) == 1 else shapely.MultiPoint(every)
    lines = [shapely.LineString(run) for run in runs if len(run) > 1]
    return lines[0] if len(lines) == 1 else shapely.MultiLineString(lines)


def by_rule(made: np.ndarray, rule: str) -> tuple[np.ndarray, np.ndarray]:
    """Ring numbers of polygons by a rule, and the plot of each ring."""
    parts, plot = shapely.get_parts(made, return_index=True)
    _, part = shapely.get_rings(parts, return_index=True)
    group = part if rule == "restart" else plot[part]
    order = np.arange(len(group))
    first = np.searchsorted(group, group, side="left")
    return order - first + 1, plot[part]


def _ring_numbers(rings: _Rings, made: np.ndarray) -> tuple[list[str] | None, str]:
    """The rule that gives the file's ring numbers, or the numbers themselves where none does."""
    if len(rings.plot) == len(made) and (rings.number == 1).all():
        return None, "restart"
    kept = np.array([shape is not None and shape.geom_type.endswith("Polygon") for shape in made], dtype=bool)
    given = rings.number[kept[rings.plot]]
    for rule in ("restart", "continue"):
        numbers, _ = by_rule(made[kept], rule)
        if len(numbers) == len(given) and (numbers == given).all():
            return None, rule
    listed: list[list[str]] = [[] for _ in made]
    for plot, number in zip(rings.plot.tolist(), rings.number.tolist(), strict=True):
        listed[plot].append(str(number))
    return [" ".join(row) for row in listed], "restart"
