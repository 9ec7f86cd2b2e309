"""Arcs as chords that depend on the arc alone and keep its area.

The chords of a circle or an ellipse end at fixed angles, whoever draws it, in which direction and from where to
where; so neighbours that share an arc share every vertex. Every second vertex lies a little outside of the curve, so
that the chords bound exactly the area that the arc bounds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

import numpy as np

MAX_OFFSET_M = 0.005  # how far a vertex may lie off its arc
_MIN_CHORDS, _MAX_CHORDS = 64, 65_536  # of a whole circle
_SAME_CIRCLE = 1e-6  # centres and radii closer than this are one circle
_FULL_TURN = 2 * np.pi
_DECIMALS = 12
_MIN_STEP = 0.01  # of a chord: a vertex nearer to an end of the arc is left out


@dataclass(frozen=True)
class Arc:
    """An arc of a circle or an ellipse: ``centre + cos(t) u + sin(t) v`` while t turns by ``sweep``.

    Attributes:
        start, end: the ends, shape (3,). centre: shape (3,). u, v: conjugate half axes, shape (3,).
        sweep: radians from start to end, in the sense from u to v; ±2π is the whole curve.
    """

    start: np.ndarray
    end: np.ndarray
    centre: np.ndarray
    u: np.ndarray
    v: np.ndarray
    sweep: float

    def transform(self, matrix: np.ndarray) -> Arc:
        """The arc moved by an affine matrix, shape (4, 4), of row vectors."""
        turn, shift = matrix[:3, :3], matrix[3, :3]
        start, end, centre = (point @ turn + shift for point in (self.start, self.end, self.centre))
        return Arc(start, end, centre, self.u @ turn, self.v @ turn, self.sweep)

    def reverse(self) -> Arc:
        """The arc from its end to its start."""
        return Arc(self.end, self.start, self.centre, self.u, self.v, -self.sweep)


@dataclass
class Conics:
    """The circles and ellipses of a file: those that differ by less than a micrometre are one."""

    known: dict[tuple[int, ...], tuple[float, ...]] = field(default_factory=dict)

    def find(self, values: tuple[float, ...]) -> tuple[float, ...]:
        """The numbers of the known curve (x, y, half axes, angle) that are the nearest to these, or these."""
        key = tuple(int(np.floor(value / _SAME_CIRCLE)) for value in values)
        circle = len(values) == 3
        for steps in product((0, -1, 1), repeat=len(values)) if circle else [(0,) * len(values)]:
            found = self.known.get(tuple(one + step for one, step in zip(key, steps, strict=True)))
            if found is not None:
                return found
        return self.known.setdefault(key, values)


def arc_from_bulge(start: np.ndarray, end: np.ndarray, bulge: float) -> Arc:
    """The arc of a polyline's bulge (tangent of a quarter of its angle) in the plane of x and y.

    Args:
        start, end: shape (3,). bulge: positive turns left.
    """
    if tuple(end[:2]) < tuple(start[:2]):  # the same numbers whichever end is the first
        return arc_from_bulge(end, start, -bulge).reverse()
    chord = end - start
    left = np.array([-chord[1], chord[0], 0.0])
    centre = (start + end) / 2 + left * ((1 - bulge * bulge) / (4 * bulge))
    radius = float(np.hypot(*chord[:2])) * (1 + bulge * bulge) / (4 * abs(bulge))
    return Arc(
        start, end, centre, np.array([radius, 0.0, 0.0]), np.array([0.0, radius, 0.0]), 4 * float(np.arctan(bulge))
    )


def chords(arc: Arc, conics: Conics, *, offset: float = MAX_OFFSET_M, fewest: int = _MIN_CHORDS) -> np.ndarray:
    """The vertices of an arc from its start to its end, shape (n, 3).

    Args:
        arc: the arc. conics: the curves of the file so far.
        offset: how far a vertex may lie off the arc, in units of the coordinates.
        fewest: chords of a whole circle, at least.
    """
    plane = np.column_stack([arc.u[:2], arc.v[:2]])
    size = np.linalg.svd(plane, compute_uv=False)
    if not np.isfinite(size).all() or size[1] <= 1e-9 * size[0]:
        return _edge_on(arc)
    centre, axes = _canonical_axes(arc, plane, conics)
    count = _sector_count(float(np.abs(axes).max()), offset, fewest)
    turns = float(np.linalg.det(plane)) * arc.sweep > 0
    low, high = (arc.start, arc.end) if turns else (arc.end, arc.start)
    if abs(arc.sweep) >= _FULL_TURN - 1e-12:
        made = _place(arc, centre, axes, *_with_middles(np.arange(count + 1) * (_FULL_TURN / count)))
        made[-1] = made[0]
        return made if turns else made[::-1]
    first = _angle(low, centre, axes)
    sweep = (_angle(high, centre, axes) - first) % _FULL_TURN
    if abs(sweep - abs(arc.sweep)) > np.pi:  # next to nothing, or next to all
        sweep += _FULL_TURN if sweep < abs(arc.sweep) else -_FULL_TURN
    if sweep <= 0:
        return np.array([arc.start, arc.end])
    made = _place(arc, centre, axes, *_with_middles(_sector_ends(first, first + sweep, count)))
    made[0], made[-1] = low, high
    return made if turns else made[::-1]


def _edge_on(arc: Arc) -> np.ndarray:
    """A curve that is seen from its edge, a line from above: evenly many points."""
    begin = np.linalg.lstsq(np.column_stack([arc.u, arc.v]), arc.start - arc.centre, rcond=None)[0]
    angle = np.arctan2(begin[1], begin[0]) + np.linspace(0.0, arc.sweep, _MIN_CHORDS + 1)
    made = arc.centre + np.outer(np.cos(angle), arc.u) + np.outer(np.sin(angle), arc.v)
    made[0], made[-1] = arc.start, arc.end
    return made


def _canonical_axes(arc: Arc, plane: np.ndarray, conics: Conics) -> tuple[np.ndarray, np.ndarray]:
    """Centre, shape (2,), and half axes as columns, shape (2, 2): those of x and y where it is a circle."""
    turned, size, _ = np.linalg.svd(plane)
    if size[0] - size[1] <= 1e-9 * size[0]:
        x, y, radius = conics.find((*map(float, arc.centre[:2]), float(np.sqrt(size[0] * size[1]))))
        return np.array([x, y]), np.diag([radius, radius])
    angle = float(np.arctan2(turned[1, 0], turned[0, 0])) % np.pi
    x, y, long, short, angle = conics.find((*map(float, arc.centre[:2]), *map(float, size), angle))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.array([x, y]), turn * [long, short]


def _sector_count(radius: float, offset: float, fewest: int) -> int:
    """Sectors of a whole turn, of two chords each: a power of two, so that the axes' ends are among the vertices."""
    wanted = _FULL_TURN / np.sqrt(24 * offset / radius) if radius > 0 else 0
    return int(min(_MAX_CHORDS, 2 ** np.ceil(np.log2(max(2 * wanted, fewest)))) // 2)


def _angle(point: np.ndarray, centre: np.ndarray, axes: np.ndarray) -> float:
    """The parameter of the point of the curve that lies in the direction of a point."""
    x, y = np.linalg.solve(axes, point[:2] - centre)
    return float(np.arctan2(y, x))


def _sector_ends(low: float, high: float, count: int) -> np.ndarray:
    """Angles of the vertices that lie on the curve: the ends, and the fixed ones between them."""
    step = _FULL_TURN / count
    numbers = np.arange(np.floor(low / step) + 1, np.ceil(high / step))
    near = _MIN_STEP * step
    return np.hstack([low, numbers[(numbers * step - low > near) & (high - numbers * step > near)] * step, high])


def _with_middles(ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Angles and factors of the half axes: between two vertices on the curve one outside of it.

    Its two chords bound the area of the sector: half of sin(a) f twice, for the a of the sector's half angle.
    """
    half = np.diff(ends) / 2
    angles, factors = np.empty(2 * len(ends) - 1), np.ones(2 * len(ends) - 1)
    angles[::2], angles[1::2] = ends, ends[:-1] + half
    factors[1::2] = half / np.sin(half)
    return angles, factors


def _place(arc: Arc, centre: np.ndarray, axes: np.ndarray, angles: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """Points at angles and factors of the half axes, with the height of the arc's plane, or between its ends'."""
    flat = centre + (factors * np.array([np.cos(angles), np.sin(angles)])).T @ axes.T
    if arc.u[2] or arc.v[2]:
        parts = np.linalg.solve(np.column_stack([arc.u[:2], arc.v[:2]]), (flat - arc.centre[:2]).T)
        high = arc.centre[2] + parts.T @ np.array([arc.u[2], arc.v[2]])
    else:
        high = np.interp(np.linspace(0, 1, len(flat)), [0, 1], _end_heights(arc))
    return np.round(np.column_stack([flat, high]), _DECIMALS) + 0.0  # no -4e-14, no minus nought


def _end_heights(arc: Arc) -> list[float]:
    """Heights of the two ends in the order in which the vertices are placed: anticlockwise."""
    turns = float(np.linalg.det(np.column_stack([arc.u[:2], arc.v[:2]]))) * arc.sweep > 0
    ends = [float(arc.start[2]), float(arc.end[2])]
    return ends if turns else ends[::-1]


def polyline_pieces(points: np.ndarray, bulges: np.ndarray) -> Iterator[np.ndarray | Arc]:
    """Runs of straight sides, shape (n, 3), and arcs of a polyline.

    Args:
        points: shape (n, 3). bulges: of the side after each point but the last, shape (n - 1,).
    """
    begin = 0
    for at in np.flatnonzero(bulges).tolist():
        if (points[at, :2] == points[at + 1, :2]).all():
            continue
        if at > begin:
            yield points[begin : at + 1]
        yield arc_from_bulge(points[at], points[at + 1], float(bulges[at]))
        begin = at + 1
    if begin < len(points) - 1:
        yield points[begin:]
