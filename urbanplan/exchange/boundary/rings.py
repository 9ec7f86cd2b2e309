"""Boundary points to plots: rings told apart, holes put into their parts, each bad plot with its reason."""

# pyarrow makes the functions of its compute module when it is loaded
# pyright: reportAttributeAccessIssue=false
from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pac
import shapely

from urbanplan.exchange.boundary.ring_nesting import nest_rings
from urbanplan.exchange.boundary.text import BoundaryText
from urbanplan.model.translation import localize

_LINE, _POINT = "线", "点"
_MAX_COORDINATE = 1e9  # metres; no coordinate lies beyond


@dataclass(frozen=True)
class PlotConventions:
    """How a file writes its plots.

    Attributes:
        numbers: the point numbers of each plot, joined by spaces.
        rings: the ring numbers of each plot's rings where no rule gives them, or None.
        closing: ``first``, ``next`` or ``none``. count: ``closed`` or ``open``. parts: ``restart`` or ``continue``.
        notes: in words. mended: plots whose rings were closed on request.
    """

    numbers: pa.Array
    rings: list[str] | None
    closing: str
    count: str
    parts: str
    notes: tuple[str, ...]
    mended: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Points:
    """All points: coordinates, a code for each point number (equal where the numbers are), plot of each; shape (n,)."""

    east: np.ndarray
    north: np.ndarray
    code: np.ndarray
    plot: np.ndarray

    def same(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """True where the points at the places ``one`` and ``other`` lie upon each other."""
        return (self.east[one] == self.east[other]) & (self.north[one] == self.north[other])


@dataclass(frozen=True)
class _Rings:
    """Rings of all plots: first point of each (and the end), plot of each, ring number of each, closed or not."""

    starts: np.ndarray
    plot: np.ndarray
    number: np.ndarray
    closed: np.ndarray


def build_plots(
    text: BoundaryText, east: np.ndarray, north: np.ndarray, *, close: bool = False
) -> tuple[np.ndarray, dict[int, str], PlotConventions]:
    """Geometries of all plots, shape (p,), reasons of the refused ones by position, and the file's ways.

    ``close``: rings that lack their last point, where others have it, are closed on request.
    """
    sizes = np.diff(text.starts)
    code = text.numbers.dictionary_encode().indices.to_numpy()
    points = _Points(east, north, code, np.repeat(np.arange(len(sizes)), sizes))
    rings = _split_rings(text.rings, points)
    thin = _non_areal_plots(text, len(sizes))
    areal = np.ones(len(sizes), dtype=bool)
    areal[[*thin, *text.bad]] = False
    closed = rings.closed[areal[rings.plot]]
    any_closed = bool(closed.size == 0 or closed.mean() >= 0.5)
    count, refused = _count_convention(text, sizes, np.bincount(rings.plot[rings.closed], minlength=len(sizes)))
    opened = rings.plot[~rings.closed & areal[rings.plot]] if any_closed else rings.plot[:0]
    refused |= _invalid_plots(points, sizes, rings, areal, [] if close else opened.tolist()) | text.bad
    made, home = _build_geometries(points, rings, thin, refused, len(sizes))
    order = np.lexsort((home != np.arange(len(home)), home))  # the rings as they stand in the shapes
    shown, parts = _ring_numbers(rings, made, home, order)
    notes = () if any_closed else (localize("the rings are not closed in the file; they were closed on reading"),)
    closing = _closing_convention(points, rings) if any_closed else "none"
    names = (
        text.numbers if (order[1:] > order[:-1]).all() else text.numbers.take(pa.array(_reorder_points(rings, order)))
    )
    joined = pac.binary_join(pa.LargeListArray.from_arrays(pa.array(text.starts), names), " ")
    mended = tuple(sorted(set(opened.tolist()) - set(refused))) if close else ()
    return made, refused, PlotConventions(joined, shown, closing, count, parts, notes, mended)


def _non_areal_plots(text: BoundaryText, count: int) -> dict[int, str]:
    """The plots that the heads call lines or points, by position."""
    if not len(text.heads):
        return {}
    kinds = text.heads.column(4)
    found = pac.indices_nonzero(pac.is_in(kinds, pa.array([_LINE, _POINT], kinds.type)))
    return {at: kinds[at].as_py() for at in found.to_pylist()}


def _closing_convention(points: _Points, rings: _Rings) -> str:
    """What number most closing points take."""
    first, last = rings.starts[:-1][rings.closed], rings.starts[1:][rings.closed] - 1
    return "first" if len(last) == 0 or (points.code[last] == points.code[first]).mean() >= 0.5 else "next"


def _split_rings(number: np.ndarray, points: _Points) -> _Rings:
    """A ring begins with each plot, with each new ring number, and after a point that closes the one before."""
    begins = np.ones(len(number), dtype=bool)
    begins[1:] = (points.plot[1:] != points.plot[:-1]) | (number[1:] != number[:-1])
    starts = _restart_positions(points, np.append(np.flatnonzero(begins), len(number)))
    first, last = starts[:-1], starts[1:] - 1
    closed = points.same(first, last) & (last > first)
    return _Rings(starts, points.plot[first], number[first], closed)


def _restart_positions(points: _Points, starts: np.ndarray) -> np.ndarray:
    """Further starts where a run of one ring number holds several closed rings.

    Where closing points repeat the first number, only such a point closes: a ring may touch its start in passing.
    """
    first, last = starts[:-1], starts[1:] - 1
    begin = np.repeat(first, np.diff(starts))
    back = points.same(np.arange(len(begin)), begin)
    ends = back[last] & (last > first)
    again = points.code == points.code[begin]
    by_number = bool(ends.any() and again[last[ends]].all())
    if by_number:
        back &= again
    back[first] = back[last] = False
    runs = np.unique(np.searchsorted(first, np.flatnonzero(back), side="right") - 1)
    more = [
        at for run in runs.tolist() for at in _ring_starts(points, int(starts[run]), int(starts[run + 1]), by_number)
    ]
    return np.sort(np.append(starts, np.array(more, dtype=starts.dtype)))


def _ring_starts(points: _Points, begin: int, end: int, by_number: bool) -> list[int]:
    """Where further rings begin in the run of points from ``begin`` to ``end``; a slip in a number ends no run."""
    found = []
    while begin < end:
        rest = np.arange(begin + 1, end)
        same = points.same(rest, np.array(begin))
        numbered = same & (points.code[rest] == points.code[begin])
        back = np.flatnonzero(numbered if by_number and numbered.any() else same)
        if not len(back) or back[0] < 2 or begin + back[0] + 2 >= end:
            break
        begin += int(back[0]) + 2
        found.append(begin)
    return found


def _count_convention(text: BoundaryText, sizes: np.ndarray, closings: np.ndarray) -> tuple[str, dict[int, str]]:
    """Whether counts take the closing points in, and the plots whose count fits neither way."""
    if not len(text.heads):
        return "closed", {}
    said = text.heads.counts()
    whole, less = said == sizes, said == sizes - closings
    count = "open" if less.sum() > whole.sum() else "closed"
    wrong = np.flatnonzero(np.isfinite(said) & ~whole & ~less).tolist()
    texts = text.heads.column(0).take(pa.array(wrong, pa.int64())).to_pylist()
    return count, {
        at: localize("the head says {said} points, {found} follow", said=given, found=sizes[at])
        for at, given in zip(wrong, texts, strict=True)
    }


def _invalid_plots(
    points: _Points, sizes: np.ndarray, rings: _Rings, areal: np.ndarray, opened: list[int]
) -> dict[int, str]:
    reasons: dict[int, str] = dict.fromkeys(opened, "a ring that is not closed")
    corners = np.diff(rings.starts) - rings.closed
    ringed = areal[rings.plot]
    reasons |= dict.fromkeys(rings.plot[(corners < 3) & ringed].tolist(), "a ring with fewer than three points")
    lost = ~((np.abs(points.east) <= _MAX_COORDINATE) & (np.abs(points.north) <= _MAX_COORDINATE))
    reasons |= dict.fromkeys(points.plot[lost].tolist(), "a coordinate that is no number")
    return reasons | dict.fromkeys(np.flatnonzero(sizes == 0).tolist(), "a plot without points")


def _build_geometries(
    points: _Points, rings: _Rings, thin: dict[int, str], refused: dict[int, str], count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Geometries of all plots, and for each ring the outer ring of its part (itself where there is none)."""
    made = np.full(count, None, dtype=object)
    good = np.ones(count, dtype=bool)
    good[[*refused, *thin]] = False
    which = good[rings.plot]
    sizes = np.diff(rings.starts)
    coordinates = np.column_stack([points.east, points.north])
    within = coordinates if which.all() else coordinates[np.repeat(which, sizes)]
    number = np.repeat(np.arange(which.sum()), sizes[which])
    lines = np.asarray(shapely.linearrings(within, indices=number), dtype=object).reshape(-1)
    plot, home = rings.plot[which], np.arange(len(sizes))
    alone = np.bincount(plot, minlength=count)[plot] == 1
    made[plot[alone]] = shapely.polygons(lines[alone]) if alone.any() else []
    several = np.flatnonzero(which)[~alone]
    home[several] = several[nest_rings(made, lines[~alone], plot[~alone])]
    for at in thin.keys() - refused.keys():
        a, b = np.searchsorted(rings.plot, [at, at + 1])
        edges = rings.starts[a : b + 1].tolist()
        made[at] = _build_non_areal([coordinates[i:j] for i, j in pairwise(edges)], thin[at])
    return made, home


def _reorder_points(rings: _Rings, order: np.ndarray) -> np.ndarray:
    """The points in the order of the rings: holes stand after their part's outer ring."""
    sizes = np.diff(rings.starts)[order]
    begins = np.repeat(rings.starts[:-1][order] - (np.cumsum(sizes) - sizes), sizes)
    return begins + np.arange(len(begins))


def _build_non_areal(runs: list[np.ndarray], kind: str) -> shapely.Geometry:
    if kind == _POINT:
        every = np.vstack(runs)
        return shapely.Point(every[0]) if len(every) == 1 else shapely.MultiPoint(every)
    lines = [shapely.LineString(run) for run in runs if len(run) > 1]
    return lines[0] if len(lines) == 1 else shapely.MultiLineString(lines)


def number_rings(made: np.ndarray, rule: str) -> tuple[np.ndarray, np.ndarray]:
    """Ring numbers of polygons by a rule, and the plot of each ring."""
    parts, plot = shapely.get_parts(made, return_index=True)
    _, part = shapely.get_rings(parts, return_index=True)
    return _positions_in_group(part if rule == "restart" else plot[part]), plot[part]


def _ring_numbers(rings: _Rings, made: np.ndarray, home: np.ndarray, order: np.ndarray) -> tuple[list[str] | None, str]:
    """The rule that gives the file's ring numbers, or the numbers themselves where none does."""
    if len(rings.plot) == len(made) and (rings.number == 1).all():
        return None, "restart"
    kept = np.isin(shapely.get_type_id(made), (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON))
    polygonal = order[kept[rings.plot[order]]]
    for rule, group in (("restart", home), ("continue", rings.plot)):
        if (_positions_in_group(group[polygonal]) == rings.number[polygonal]).all():
            return None, rule
    listed: list[list[str]] = [[] for _ in made]
    for plot, number in zip(rings.plot[order].tolist(), rings.number[order].tolist(), strict=True):
        listed[plot].append(str(number))
    return [" ".join(row) for row in listed], "restart"


def _positions_in_group(group: np.ndarray) -> np.ndarray:
    """The place of each in its group, from 1; the groups ascend."""
    return np.arange(len(group)) - np.searchsorted(group, group, side="left") + 1
