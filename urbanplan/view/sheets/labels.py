"""Placing labels so that no two overlap: measured boxes, candidates in order of liking, the dearest left out.

Every label offers candidate boxes with a cost.  Labels are placed in order of their rank, each at its cheapest place
still free.  A label without a free place is left out and told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.view.sheets.boxes import Boxes, boxes_meet, circles_meet, join_boxes, rectangles, turned_boxes

LABEL_SPACING = 0.25  # mm kept between boxes
_SQUARE = 8.0  # mm: side of a square of paper in which boxes are looked for


class LabelPosition(NamedTuple):
    """A candidate: centre in mm, angle in degrees (clockwise on paper), cost."""

    x: float
    y: float
    angle: float = 0.0
    cost: float = 0.0


@dataclass(frozen=True)
class Label:
    """A label to place.

    Attributes:
        text: lines, parted by newline. kind: style of the template. size: of the text in mm.
        width, height: of the box in mm. rank: lower is placed first.
        places: candidates, or their numbers in an array of shape (n, 4).
        fixed: it stands where its first candidate is, come what may (north arrow, marks).
    """

    text: str
    kind: str
    size: float
    width: float
    height: float
    rank: float
    places: tuple[LabelPosition, ...] | NDArray[np.float64]
    fixed: bool = False


@dataclass(frozen=True)
class PlacedLabel:
    """A label at its place."""

    label: Label
    place: LabelPosition


@dataclass
class Obstacles:
    """What labels keep clear of, in mm.

    Attributes:
        hard: boxes and lines that are never covered. circles: the same, shape (n, 2), of ``radius``.
        soft: pieces, each of one or more boxes, and what a label costs that meets the piece.
    """

    hard: list[Boxes] = field(default_factory=list)
    circles: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 2)))
    radius: float = 0.0
    soft: list[tuple[Boxes, float]] = field(default_factory=list)


@dataclass(frozen=True)
class _Candidates:
    """Places of all labels: the label of each, its cost, its box with the room around it, and its numbers."""

    owner: NDArray[np.intp]
    cost: NDArray[np.float64]
    box: Boxes
    bounds: NDArray[np.float64]
    places: NDArray[np.float64]

    @cached_property
    def numbers(self) -> NDArray[np.float64]:
        """The boxes, one in a row."""
        return np.column_stack(self.box)


def _candidates(labels: list[Label]) -> _Candidates:
    owner = np.repeat(np.arange(len(labels)), [len(label.places) for label in labels])
    values = np.concatenate([np.asarray(label.places, dtype=float).reshape(-1, 4) for label in labels])
    size = np.array([(label.width, label.height) for label in labels]).reshape(-1, 2)[owner] + LABEL_SPACING
    box = turned_boxes(values[:, 0], values[:, 1], size[:, 0], size[:, 1], values[:, 2])
    return _Candidates(owner, values[:, 3].copy(), box, box.bounds(), values)


def _candidate_costs(found: _Candidates, obstacles: Obstacles, room: tuple[float, float]) -> NDArray[np.float64]:
    """Cost of each candidate; infinite where it covers something hard or leaves the frame."""
    cost, bounds = found.cost, found.bounds
    outside = (bounds[:, 0] < 0) | (bounds[:, 1] < 0) | (bounds[:, 2] > room[0]) | (bounds[:, 3] > room[1])
    cost[outside] = np.inf
    tree = shapely.STRtree(rectangles(bounds))
    cost[_meeting(found, tree, join_boxes(obstacles.hard))[0]] = np.inf
    cost[_on_circles(found, tree, obstacles)] = np.inf
    if obstacles.soft:
        piece = np.repeat(np.arange(len(obstacles.soft)), [len(boxes.x) for boxes, _ in obstacles.soft])
        hit, which = _meeting(found, tree, join_boxes([boxes for boxes, _ in obstacles.soft]))
        once = np.unique(hit * len(obstacles.soft) + piece[which])
        price = np.array([each for _, each in obstacles.soft])
        np.add.at(cost, once // len(price), price[once % len(price)])
    return cost


def _meeting(found: _Candidates, tree: Any, boxes: Boxes) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of a candidate and one of the boxes that share a point."""
    which, hit = tree.query(rectangles(boxes.bounds()))
    meet = boxes_meet(found.box.take(hit), boxes.take(which))
    return hit[meet], which[meet]


def _on_circles(found: _Candidates, tree: Any, obstacles: Obstacles) -> NDArray[np.intp]:
    """Candidates that share a point with one of the circles."""
    spots, radius = obstacles.circles, obstacles.radius
    which, hit = tree.query(rectangles(np.hstack([spots - radius, spots + radius])))
    x, y = spots[which].T
    return hit[circles_meet(found.box.take(hit), x, y, radius)]


class _Taken:
    """Boxes that are placed, by the squares of paper that they lie in."""

    def __init__(self, found: _Candidates) -> None:
        self._found = found
        self._squares = np.floor(found.bounds / _SQUARE).astype(np.int64)
        self._held: dict[tuple[int, int], list[tuple[Boxes, list[float]]]] = {}

    def place(self, order: list[int]) -> int | None:
        """Take the first of some candidates that meets no box placed before; None where there is none."""
        for each in order:
            left, top, right, bottom = self._squares[each].tolist()
            squares = [(x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]
            bounds = self._found.bounds[each].tolist()
            near = self._near(bounds, squares)
            box = Boxes(*self._found.numbers[each].tolist())
            if not any(boxes_meet(box, other) for other in near):
                for square in squares:
                    self._held.setdefault(square, []).append((box, bounds))
                return each
        return None

    def _near(self, bounds: list[float], squares: list[tuple[int, int]]) -> list[Boxes]:
        """Boxes whose bounds meet some bounds."""
        left, top, right, bottom = bounds
        return [
            box
            for square in squares
            for box, (west, north, east, south) in self._held.get(square, ())
            if left <= east and right >= west and top <= south and bottom >= north
        ]


def place_labels(
    labels: list[Label], obstacles: Obstacles, room: tuple[float, float]
) -> tuple[list[PlacedLabel], list[Label]]:
    """Place labels in a frame of ``room`` mm so that no two boxes overlap.

    Returns:
        labels placed, and labels left out, both in the given order.
    """
    if not labels:
        return [], []
    found = _candidates(labels)
    cost = _candidate_costs(found, obstacles, room)
    first = np.searchsorted(found.owner, [i for i, label in enumerate(labels) if label.fixed])
    cost[first] = 0.0
    order = np.lexsort((cost, found.owner))  # by label, each label's cheapest first
    order = order[np.isfinite(cost[order])]
    parts = np.searchsorted(found.owner[order], np.arange(len(labels) + 1)).tolist()
    taken, chosen = _Taken(found), {}
    for i in sorted(range(len(labels)), key=lambda i: (not labels[i].fixed, labels[i].rank)):
        best = taken.place(order[parts[i] : parts[i + 1]].tolist())
        if best is not None:
            chosen[i] = PlacedLabel(labels[i], LabelPosition(*found.places[best].tolist()))
    placed = [chosen[i] for i in sorted(chosen)]
    return placed, [label for i, label in enumerate(labels) if i not in chosen]
