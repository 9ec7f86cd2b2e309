"""Turned boxes on paper, as arrays of numbers: which of them meet."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Boxes(NamedTuple):
    """Boxes by their middle, half their sides and their turn; a line is a box without height.

    Attributes:
        x, y: middles in mm, shape (n,). across, up: half of width and height in mm. cos, sin: of the turn on paper.
    """

    x: Any
    y: Any
    across: Any
    up: Any
    cos: Any
    sin: Any

    def bounds(self) -> Floats:
        """Least x and y, greatest x and y of each, shape (n, 4)."""
        wide = np.abs(self.across * self.cos) + np.abs(self.up * self.sin)
        high = np.abs(self.across * self.sin) + np.abs(self.up * self.cos)
        return np.column_stack([self.x - wide, self.y - high, self.x + wide, self.y + high])

    def take(self, at: Any) -> Boxes:
        """Those at some indices."""
        return Boxes(*(values[at] for values in self))


def turned_boxes(x: Floats, y: Floats, width: Floats, height: Floats, degrees: Floats) -> Boxes:
    """Boxes by their middle, sides and turn in degrees, shape (n,) each."""
    turn = np.radians(degrees)
    return Boxes(x, y, width / 2, height / 2, np.cos(turn), np.sin(turn))


def upright_box(x: float, y: float, width: float, height: float) -> Boxes:
    """One box that is not turned."""
    return Boxes(*np.array([[x], [y], [width / 2], [height / 2], [1.0], [0.0]]))


def line_boxes(start: Floats, end: Floats) -> Boxes:
    """Straight lines as boxes, by their ends, shape (n, 2)."""
    way = end - start
    length = np.hypot(way[:, 0], way[:, 1])
    unit = way / np.maximum(length, 1e-12)[:, None]
    middle = (start + end) / 2
    cos = np.where(length > 0, unit[:, 0], 1.0)
    return Boxes(middle[:, 0], middle[:, 1], length / 2, np.zeros(len(way)), cos, unit[:, 1])


def path_boxes(points: Floats) -> Boxes:
    """The straight lines of a path, by its points, shape (n, 2)."""
    return line_boxes(points[:-1], points[1:])


def join_boxes(parts: list[Boxes]) -> Boxes:
    """Boxes of several arrays in one, in order."""
    return (
        Boxes(*(np.concatenate(values) for values in zip(*parts, strict=True))) if parts else Boxes(*np.empty((6, 0)))
    )


def boxes_meet(one: Boxes, other: Boxes) -> Any:
    """Whether boxes share a point, pair by pair: of two single boxes, or of arrays.

    Two boxes are apart when one of their four sides' directions parts them (separating axes; Gottschalk 1996).
    """
    x, y = other.x - one.x, other.y - one.y
    cos, sin = abs(one.cos * other.cos + one.sin * other.sin), abs(one.cos * other.sin - one.sin * other.cos)
    return (
        (abs(x * one.cos + y * one.sin) <= one.across + other.across * cos + other.up * sin)
        & (abs(y * one.cos - x * one.sin) <= one.up + other.across * sin + other.up * cos)
        & (abs(x * other.cos + y * other.sin) <= other.across + one.across * cos + one.up * sin)
        & (abs(y * other.cos - x * other.sin) <= other.up + one.across * sin + one.up * cos)
    )


def circles_meet(boxes: Boxes, x: Any, y: Any, radius: float) -> Any:
    """Whether boxes share a point with circles, pair by pair."""
    x, y = x - boxes.x, y - boxes.y
    beside = np.maximum(np.abs(x * boxes.cos + y * boxes.sin) - boxes.across, 0.0)
    above = np.maximum(np.abs(y * boxes.cos - x * boxes.sin) - boxes.up, 0.0)
    return beside**2 + above**2 <= radius**2


def rectangles(bounds: Floats) -> NDArray[Any]:
    """Rectangles as shapes for a tree, by their bounds, shape (n, 4)."""
    return np.asarray(shapely.box(*bounds.T), dtype=object)
