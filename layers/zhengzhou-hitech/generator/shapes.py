"""Convex polygons and lines as arrays: cutting, insetting, offsetting. No buffers, so results do not depend on GEOS."""

from __future__ import annotations

import numpy as np

from .plane import Points


def area(ring: Points) -> float:
    """Signed area of an open ring; positive when counter-clockwise."""
    x, y = ring.T
    return float(0.5 * np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


def centre(ring: Points) -> Points:
    """Centre of gravity of an open ring."""
    x, y = ring.T
    cross = x * np.roll(y, -1) - np.roll(x, -1) * y
    total = cross.sum()
    return np.array([((x + np.roll(x, -1)) * cross).sum(), ((y + np.roll(y, -1)) * cross).sum()]) / (3 * total)


def rectangle(x0: float, y0: float, x1: float, y1: float) -> Points:
    """Counter-clockwise open ring of a box."""
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])


def keep_left(ring: Points, point: Points, direction: Points) -> Points:
    """The part of a convex ring to the left of a directed line; may have no vertices."""
    side = direction[0] * (ring[:, 1] - point[1]) - direction[1] * (ring[:, 0] - point[0])
    out = []
    for i in range(len(ring)):
        j = (i + 1) % len(ring)
        if side[i] >= 0:
            out.append(ring[i])
        if (side[i] > 0 > side[j]) or (side[i] < 0 < side[j]):
            t = side[i] / (side[i] - side[j])
            out.append(ring[i] + t * (ring[j] - ring[i]))
    return np.array(out).reshape(-1, 2)


def cut(ring: Points, point: Points, direction: Points) -> tuple[Points, Points, Points]:
    """Left part, right part and the cutting segment of a convex ring."""
    left, right = keep_left(ring, point, direction), keep_left(ring, point, -direction)
    side = np.abs(direction[0] * (left[:, 1] - point[1]) - direction[1] * (left[:, 0] - point[0]))
    on = left[side < 1e-6 * np.hypot(*direction)]
    return left, right, on[:2]


def inset(ring: Points, distance: float) -> Points:
    """Move every edge of a convex counter-clockwise ring inwards; empty when nothing is left."""
    out = ring
    for a, b in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        along = (b - a) / np.hypot(*(b - a))
        out = keep_left(out, a + distance * np.array([-along[1], along[0]]), along)
        if len(out) < 3:
            return np.empty((0, 2))
    return out


def axes(ring: Points) -> tuple[Points, Points, float, float]:
    """Unit vectors along and across a ring's longest edge, and its extent in both."""
    edges = np.roll(ring, -1, axis=0) - ring
    longest = edges[np.argmax(np.hypot(*edges.T))]
    along = longest / np.hypot(*longest)
    across = np.array([-along[1], along[0]])
    return along, across, float(np.ptp(ring @ along)), float(np.ptp(ring @ across))


def split_to(ring: Points, size: float, generator: np.random.Generator) -> tuple[list[Points], list[Points]]:
    """Cut a convex ring again and again until no side is much longer than ``size``: pieces and cuts."""
    along, across, long, wide = axes(ring)
    if max(long, wide) < 1.45 * size:
        return [ring], []
    run, turn, extent = (along, across, long) if long >= wide else (across, -along, wide)
    parts = max(2, round(extent / size))
    share = (parts // 2) / parts + generator.uniform(-0.06, 0.06)
    start = float((ring @ run).min())
    point = centre(ring)
    point = point + run * (start + share * extent - point @ run)
    skew = generator.normal(0, 0.025)
    left, right, segment = cut(ring, point, turn + run * skew)
    pieces, cuts = [], [segment]
    for half in (left, right):
        more, lines = split_to(half, size, generator)
        pieces += more
        cuts += lines
    return pieces, cuts


def clip_line(a: Points, b: Points, ring: Points) -> Points | None:
    """The part of a segment inside a convex counter-clockwise ring, or None."""
    low, high = 0.0, 1.0
    for p, q in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        edge = q - p
        at_a = edge[0] * (a[1] - p[1]) - edge[1] * (a[0] - p[0])
        at_b = edge[0] * (b[1] - p[1]) - edge[1] * (b[0] - p[0])
        if at_a < 0 and at_b < 0:
            return None
        if at_a < 0:
            low = max(low, at_a / (at_a - at_b))
        elif at_b < 0:
            high = min(high, at_a / (at_a - at_b))
    if high - low < 1e-9:
        return None
    return np.array([a + low * (b - a), a + high * (b - a)])


def offset(line: Points, distance: float) -> Points:
    """A line to the left (positive) of another, vertex by vertex."""
    step = np.gradient(line, axis=0)
    step = step / np.hypot(*step.T)[:, None]
    return line + distance * np.column_stack([-step[:, 1], step[:, 0]])


def ribbon(line: Points, width: float | Points) -> Points:
    """The ring of a band of a given width (constant or for each vertex) along a line."""
    half = np.broadcast_to(np.asarray(width, dtype=float) / 2, len(line))
    step = np.gradient(line, axis=0)
    normal = np.column_stack([-step[:, 1], step[:, 0]]) / np.hypot(*step.T)[:, None]
    ring = np.vstack([line - normal * half[:, None], (line + normal * half[:, None])[::-1]])
    return ring


def smooth(points: Points, step: int = 8) -> Points:
    """Catmull-Rom curve through points, ``step`` vertices for each span."""
    p = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    t = (np.arange(step) / step)[:, None]
    spans = []
    for a, b, c, d in zip(p[:-3], p[1:-2], p[2:-1], p[3:], strict=True):
        spans.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    return np.vstack([*spans, points[-1:]])


def blob(middle: Points, radii: tuple[float, float], waves: list[tuple[int, float, float]], n: int = 72) -> Points:
    """A closed wavy ellipse; each wave is (how many, relative height, phase)."""
    angle = 2 * np.pi * np.arange(n) / n
    radius = 1 + sum(height * np.sin(many * angle + phase) for many, height, phase in waves)
    return middle + np.column_stack([radii[0] * radius * np.cos(angle), radii[1] * radius * np.sin(angle)])
