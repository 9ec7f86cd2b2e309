"""What is written on a drawing: boundary points, edge lengths, names along roads and inside areas."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.view.sheets.boundary import Ring
from urbanplan.view.sheets.boxes import line_boxes
from urbanplan.view.sheets.fonts import CjkFont
from urbanplan.view.sheets.frame import Frame
from urbanplan.view.sheets.labels import Label, LabelPosition, Obstacles
from urbanplan.view.sheets.surroundings import Ground, clip_shapes, line_parts

POINT_TEXT_SIZE, EDGE_TEXT_SIZE, NAME_TEXT_SIZE = 2.4, 2.2, 2.5  # mm: size of text
CIRCLE_RADIUS = 0.4  # mm: radius of a boundary point's circle (0.8 mm across)
CLEARANCE = 0.45  # mm between a circle and its number
_DIRECTION_STEP = 45.0
_STRETCHES = 3  # straight ones of a line that its name is tried along
_EDGE_SPARE = 0.6  # mm that an edge is longer than its number at least
_EDGE_SHIFTS = (0.0, 0.25, -0.25, 0.45, -0.45)  # of the spare length, from the middle of an edge


def measure_text(text: str, kind: str, font: CjkFont, size: float) -> dict[str, Any]:
    """Measured box of a text of one or more lines: arguments of :class:`Label`."""
    lines = text.split("\n")
    width = max(font.width(line, size) for line in lines)
    leading = 1.35 if len(lines) > 1 else 1.0
    return {
        "text": text,
        "kind": kind,
        "size": size,
        "width": width + 0.2,
        "height": size * (1 + leading * (len(lines) - 1)) + 0.1,
    }


def ring_to_paper(ring: Ring, frame: Frame) -> NDArray[np.float64]:
    """Points of a ring on paper."""
    return frame.paper(ring.points)


def _bisectors(points: NDArray[np.float64], hole: bool) -> NDArray[np.float64]:
    """Direction, in radians on paper, from each point away from the land of a ring that runs clockwise."""
    back = points - np.roll(points, 1, axis=0)
    ahead = np.roll(points, -1, axis=0) - points
    unit = lambda v: v / np.maximum(np.hypot(v[:, 0], v[:, 1]), 1e-12)[:, None]  # noqa: E731
    way = unit(back) + unit(ahead)
    out = np.column_stack([way[:, 1], -way[:, 0]])  # clockwise on paper (y down): the outside is to the left
    return np.arctan2(out[:, 1], out[:, 0]) + (np.pi if hole else 0.0)


def point_labels(rings: list[Ring], frame: Frame, font: CjkFont) -> list[Label]:
    """Numbers of boundary points, outside the corner first."""
    made = []
    for ring in rings:
        points = ring_to_paper(ring, frame)
        edges = ring.lengths * 1000 / frame.scale
        room = np.minimum(edges, np.roll(edges, 1)).tolist()
        boxes = [measure_text(name, "point", font, POINT_TEXT_SIZE) for name in ring.names]
        sizes = np.array([(box["width"], box["height"]) for box in boxes])
        around = _point_positions(points, _bisectors(points, ring.hole), sizes)
        for i, (box, places) in enumerate(zip(boxes, around, strict=True)):
            rank = 0.0 if i == 0 else (1.0 if room[i] >= 4 else 5.0) - min(room[i], 50.0) / 1000
            made.append(Label(**box, rank=rank, places=places))
    return made


def _point_positions(
    points: NDArray[np.float64], outward: NDArray[np.float64], size: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Candidate places around points, shape (n, 16, 4): eight directions, near and a little farther."""
    steps = np.tile(np.arange(8) * _DIRECTION_STEP, 2)
    extra = np.repeat([0.0, 1.3], 8)
    turn = outward[:, None] + np.radians(steps)
    cos, sin = np.cos(turn), np.sin(turn)
    half = size[:, None, :] / 2
    extent = np.minimum(half[..., 0] / np.maximum(np.abs(cos), 1e-9), half[..., 1] / np.maximum(np.abs(sin), 1e-9))
    reach = CIRCLE_RADIUS + CLEARANCE + extra + extent
    cost = np.abs((steps + 180) % 360 - 180) / 180 + np.repeat([0.0, 0.8], 8)
    x, y = points[:, :1] + reach * cos, points[:, 1:] + reach * sin
    return np.stack([x, y, np.zeros_like(x), np.broadcast_to(cost, x.shape)], axis=-1)


def edge_labels(rings: list[Ring], frame: Frame, font: CjkFont) -> list[Label]:
    """Edge lengths along their edges, outside first; an edge shorter than its number has none (it is in the table)."""
    made = []
    for ring in rings:
        points = ring_to_paper(ring, frame)
        way = np.roll(points, -1, axis=0) - points
        paper = np.hypot(way[:, 0], way[:, 1])
        boxes = [measure_text(f"{length:.2f}", "edge", font, EDGE_TEXT_SIZE) for length in ring.lengths.tolist()]
        spare = paper - np.array([box["width"] for box in boxes]) - 2 * CIRCLE_RADIUS
        at = np.flatnonzero(spare >= _EDGE_SPARE)
        places = _edge_positions(points[at], way[at], boxes[0]["height"] / 2 + CLEARANCE, spare=spare[at])
        for i, own in zip(at.tolist(), places, strict=True):
            length = float(paper[i])
            made.append(Label(**boxes[i], rank=(2.0 if length > 12 else 6.0) - length / 1000, places=own))
    return made


def readable_angle(angle: float) -> float:
    """An angle in degrees turned so that text along it reads from the left or from below."""
    turned = (angle + 90) % 180 - 90
    return turned if turned > -89.9 else turned + 180


def _edge_positions(
    start: NDArray[np.float64], way: NDArray[np.float64], off: float, *, spare: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Places on both sides of edges that run clockwise, shape (n, 10, 4): their middle, then towards their ends."""
    length = np.hypot(way[:, 0], way[:, 1])
    unit = way / length[:, None]
    outside = np.column_stack([unit[:, 1], -unit[:, 0]])
    angle = [readable_angle(turn) for turn in np.degrees(np.arctan2(way[:, 1], way[:, 0])).tolist()]
    places = np.empty((len(way), 10, 4))
    for k, (side, cost) in enumerate(((outside, 0.0), (-outside, 0.6))):
        for j, share in enumerate(_EDGE_SHIFTS):
            shift = spare * share
            place = places[:, 5 * k + j]
            place[:, :2] = start + unit * (length / 2 + shift)[:, None] + side * off
            place[:, 3] = cost + np.abs(shift) / np.maximum(spare, 1e-9) * 0.5
    places[:, :, 2] = np.array(angle)[:, None]
    return places


def line_labels(ground: Ground, frame: Frame, font: CjkFont, *, most: int = 8) -> list[Label]:
    """One label for each named line in the frame, along its longest straight stretch."""
    near = [i for i in ground.near(frame.window) if ground.names[i]]
    if not near:
        return []
    shapes = clip_shapes(ground.shapes[near], frame.window, frame.metres(0.2))
    by_name: dict[str, list[int]] = {}
    for place, i in enumerate(near):
        by_name.setdefault(ground.names[i], []).append(place)
    ranked = sorted(by_name, key=lambda name: -float(shapely.length(shapes[by_name[name]]).sum()))[:most]
    made = []
    for name in ranked:
        lines = shapes[by_name[name]]
        wide = float(ground.widths[near][by_name[name][0]]) * 1000 / frame.scale
        label = _line_label(name, _straight_stretches(lines, frame), font, wide)
        made.extend([label] if label else [])
    return made


def _straight_stretches(lines: NDArray[Any], frame: Frame) -> list[tuple[float, list[list[float]]]]:
    """The longest stretches on paper, the longest first, as (length, two ends); pieces of one line are joined."""
    parts = line_parts(lines)
    if not parts.size:
        return []
    joined = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(parts)))
    points, line = shapely.get_coordinates(shapely.simplify(joined, frame.metres(0.5)), return_index=True)
    ends = np.stack([frame.paper(points[:-1]), frame.paper(points[1:])], axis=1)[line[:-1] == line[1:]]
    length = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    order = np.argsort(-length, kind="stable")[:_STRETCHES]
    return list(zip(length[order].tolist(), ends[order].tolist(), strict=True))


def _line_label(name: str, stretches: list[Any], font: CjkFont, wide: float) -> Label | None:
    inside = wide >= 2.6
    size = min(NAME_TEXT_SIZE, wide * 0.7) if inside else 2.1
    box = measure_text(font.fitted(name, size, 40.0), "road", font, size)
    off = 0.0 if inside else wide / 2 + box["height"] / 2 + 0.2
    places: list[LabelPosition] = []
    for length, ((x, y), (end_x, end_y)) in stretches:
        if length < box["width"] + 1:
            break
        angle = readable_angle(math.degrees(math.atan2(end_y - y, end_x - x)))
        across, down = (end_x - x) / length, (end_y - y) / length
        for share in (0.5, 0.3, 0.7, 0.15, 0.85):
            if min(share, 1 - share) * length < box["width"] / 2 + 0.5:
                continue
            at = length * share
            for beside in (off, -off) if off else (0.0,):
                spot = x + across * at + down * beside, y + down * at - across * beside
                places.append(LabelPosition(*spot, angle, 0.3 * len(places)))
    return Label(**box, rank=3.0, places=tuple(places)) if places else None


def area_labels(ground: Ground, frame: Frame, font: CjkFont, *, leave: int = -1, rank: float = 4.0) -> list[Label]:
    """One label for each named area in the frame, inside it; ``leave`` is the row of the sheet's own feature."""
    near = [i for i in ground.near(frame.window) if ground.names[i] and i != leave]
    if not near:
        return []
    shapes = clip_shapes(ground.shapes[near], frame.window, frame.metres(0.2))
    made = []
    for i, shape in zip(near, shapes, strict=True):
        if shape.is_empty or shape.area < frame.metres(4.0) ** 2:
            continue
        box = measure_text(font.fitted(ground.names[i], 2.1, 34.0), "name", font, 2.1)
        made.append(Label(**box, rank=rank, places=_interior_positions(shape, frame, (box["width"], box["height"]))))
    return [label for label in made if len(label.places)]


def _interior_positions(shape: Any, frame: Frame, size: tuple[float, float], *, steps: int = 4) -> NDArray[np.float64]:
    """Places of a box wholly inside a shape, shape (n, 4), its middle first."""
    west, south, east, north = shapely.bounds(shape).tolist()
    if frame.metres(size[0]) >= east - west or frame.metres(size[1]) >= north - south:
        return np.empty((0, 4))
    shapely.prepare(shape)
    middle = shapely.get_coordinates(shapely.point_on_surface(shape))[0]
    xs, ys = np.meshgrid(np.linspace(west, east, steps + 2)[1:-1], np.linspace(south, north, steps + 2)[1:-1])
    spots = np.vstack([middle, np.column_stack([xs.ravel(), ys.ravel()])])
    half = np.array([frame.metres(size[0]) / 2, frame.metres(size[1]) / 2])
    held = shapely.contains_properly(shape, shapely.box(*(spots - half).T, *(spots + half).T))
    centre = frame.paper(shapely.get_coordinates(shapely.centroid(shape)))[0]
    paper = frame.paper(spots)
    cost = np.hypot(*(paper - centre).T) / 20
    return np.column_stack([paper, np.zeros(len(paper)), cost])[held]


def centre_label(shape: Any, text: str, frame: Frame, font: CjkFont) -> Label:
    """The parcel's own label: inside it where it fits, in large or in small print, else beside it."""
    for size in (3.0, 2.5, 2.1):
        box = measure_text(text, "own", font, size)
        places = _interior_positions(shape, frame, (box["width"] + 0.8, box["height"] + 0.8), steps=7)
        if len(places):
            return Label(**box, rank=0.5, places=places)
    box = measure_text(text, "own", font, 2.1)
    return Label(**box, rank=4.5, places=_outside_positions(shape, frame, (box["width"], box["height"])))


def _outside_positions(shape: Any, frame: Frame, size: tuple[float, float]) -> NDArray[np.float64]:
    """Places outside a shape all over the frame, shape (n, 4), nearer ones first."""
    xs, ys = np.meshgrid(np.linspace(0, frame.width, 22)[1:-1], np.linspace(0, frame.height, 26)[1:-1])
    paper = np.column_stack([xs.ravel(), ys.ravel()])
    west, _, _, north = frame.window
    spots = np.column_stack([west + frame.metres(1) * paper[:, 0], north - frame.metres(1) * paper[:, 1]])
    half = frame.metres(size[0] / 2), frame.metres(size[1] / 2)
    held = shapely.box(spots[:, 0] - half[0], spots[:, 1] - half[1], spots[:, 0] + half[0], spots[:, 1] + half[1])
    away = shapely.distance(held, shape) / frame.metres(1)
    near = np.argsort(np.where(away < 1.0, np.inf, away), kind="stable")[:60]
    near = near[away[near] >= 1.0]
    return np.column_stack([paper[near], np.zeros(len(near)), away[near] / 10])


def boundary_obstacles(rings: list[Ring], frame: Frame) -> Obstacles:
    """Boundary lines and point circles, which no text may cover."""
    points = [ring_to_paper(ring, frame) for ring in rings]
    lines = [line_boxes(each, np.roll(each, -1, axis=0)) for each in points]
    return Obstacles(hard=lines, circles=np.concatenate(points), radius=CIRCLE_RADIUS)
