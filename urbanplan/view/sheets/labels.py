"""Placing labels so that no two overlap: measured boxes, candidates in order of liking, the dearest left out.

Every label offers candidate boxes with a cost.  Labels are placed in order of their rank, each at its cheapest place
still free; one tree over all candidates says which of them what is placed excludes.  A label without a free place is
left out and told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

LABEL_SPACING = 0.25  # mm kept between boxes


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
    """What labels keep clear of: ``hard`` shapes are never covered, ``soft`` lines cost."""

    hard: list[Any] = field(default_factory=list)
    soft: list[tuple[Any, float]] = field(default_factory=list)


def rotated_boxes(x: Any, y: Any, size: tuple[Any, Any], angle: Any) -> NDArray[Any]:
    """Polygons of boxes by centre, (width, height) and angle in degrees; all arrays of one length."""
    half_w, half_h = np.asarray(size[0], float) / 2, np.asarray(size[1], float) / 2
    turn = np.radians(np.asarray(angle, float))
    cos, sin = np.cos(turn), np.sin(turn)
    corners = np.empty((len(half_w), 4, 2))
    for i, (sx, sy) in enumerate(((-1, -1), (1, -1), (1, 1), (-1, 1))):
        corners[:, i, 0] = x + sx * half_w * cos - sy * half_h * sin
        corners[:, i, 1] = y + sx * half_w * sin + sy * half_h * cos
    return np.asarray(shapely.polygons(corners), dtype=object)


@dataclass(frozen=True)
class _Candidates:
    owner: NDArray[np.intp]
    cost: NDArray[np.float64]
    shape: NDArray[Any]
    places: NDArray[np.float64]


def _candidates(labels: list[Label]) -> _Candidates:
    owner = np.repeat(np.arange(len(labels)), [len(label.places) for label in labels])
    values = np.concatenate([np.asarray(label.places, dtype=float).reshape(-1, 4) for label in labels])
    size = np.array([(label.width, label.height) for label in labels]).reshape(-1, 2)[owner] + LABEL_SPACING
    shape = rotated_boxes(values[:, 0], values[:, 1], (size[:, 0], size[:, 1]), values[:, 2])
    return _Candidates(owner, values[:, 3].copy(), shape, values)


def _candidate_costs(
    found: _Candidates, tree: shapely.STRtree, obstacles: Obstacles, room: tuple[float, float]
) -> NDArray[np.float64]:
    """Cost of each candidate; infinite where it covers something hard or leaves the frame."""
    cost = found.cost
    bounds = shapely.bounds(found.shape)
    outside = (bounds[:, 0] < 0) | (bounds[:, 1] < 0) | (bounds[:, 2] > room[0]) | (bounds[:, 3] > room[1])
    cost[outside] = np.inf
    if obstacles.hard:
        cost[tree.query(obstacles.hard, predicate="intersects")[1]] = np.inf
    if obstacles.soft:
        price = np.array([each for _, each in obstacles.soft])
        what, hit = tree.query([shape for shape, _ in obstacles.soft], predicate="intersects")
        np.add.at(cost, hit, price[what])
    return cost


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
    tree = shapely.STRtree(found.shape)
    cost = _candidate_costs(found, tree, obstacles, room)
    starts = np.searchsorted(found.owner, np.arange(len(labels) + 1))
    for i, label in enumerate(labels):
        if label.fixed:
            cost[starts[i]] = 0.0
    chosen: dict[int, PlacedLabel] = {}
    for i in sorted(range(len(labels)), key=lambda i: (not labels[i].fixed, labels[i].rank)):
        own = cost[starts[i] : starts[i + 1]]
        if not own.size or not np.isfinite(own.min()):
            continue
        best = starts[i] + int(np.argmin(own))
        cost[tree.query(found.shape[best], predicate="intersects")] = np.inf
        chosen[i] = PlacedLabel(labels[i], LabelPosition(*found.places[best].tolist()))
    placed = [chosen[i] for i in sorted(chosen)]
    return placed, [label for i, label in enumerate(labels) if i not in chosen]
