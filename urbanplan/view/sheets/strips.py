"""Plan strips of a road: its axis cut into lengths, each turned so that the road runs from left to right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.view.sheets.frame import Frame
from urbanplan.view.sheets.surroundings import Ground, line_parts

STRIP_SIZE = (164.0, 38.0)  # mm
_AXIS_LENGTH = 152.0  # mm of road on one strip
_SCALES = (500, 1000, 1500, 2000, 2500, 3000, 4000, 5000)


@dataclass(frozen=True)
class Strip:
    """One strip.

    Attributes:
        part: index of the axis it shows. start, end: stations on that axis, in metres.
        frame: in turned coordinates. turn: radians by which the land is turned, against the clock. pivot: about which.
    """

    part: int
    start: float
    end: float
    frame: Frame
    turn: float
    pivot: tuple[float, float]

    def turned(self, shapes: Any) -> Any:
        """Shapes in the strip's turned coordinates."""
        cos, sin, (px, py) = np.cos(self.turn), np.sin(self.turn), self.pivot

        def spin(points: NDArray[np.float64]) -> NDArray[np.float64]:
            x, y = points[:, 0] - px, points[:, 1] - py
            return np.column_stack([px + x * cos - y * sin, py + x * sin + y * cos])

        return shapely.transform(shapely.force_2d(shapes), spin)

    def ground(self, ground: Ground) -> Ground:
        """What of a ground lies around the strip, turned."""
        west, south, east, north = self.frame.window
        reach = float(np.hypot(east - west, north - south)) / 2 + float(ground.widths.max(initial=0.0))
        x, y = self.middle()
        near = ground.near((x - reach, y - reach, x + reach, y + reach))
        shapes = self.turned(ground.shapes[near])
        return replace(ground, shapes=shapes, names=[ground.names[i] for i in near], widths=ground.widths[near])

    def middle(self) -> tuple[float, float]:
        """The frame's centre on the land."""
        cos, sin, (px, py) = np.cos(self.turn), np.sin(self.turn), self.pivot
        x, y = self.frame.centre[0] - px, self.frame.centre[1] - py
        return px + x * cos + y * sin, py - x * sin + y * cos


def axes(lines: NDArray[Any]) -> list[Any]:
    """Axes of a road's segments: joined end to end, from the west or the north on, one after the other."""
    joined = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(line_parts(lines))))
    turned = [_orient_from_west(line) for line in joined]
    return sorted(turned, key=lambda line: tuple(shapely.get_coordinates(line)[0]))


def _orient_from_west(line: Any) -> Any:
    first, last = shapely.get_coordinates(line)[[0, -1]]
    level = abs(last[0] - first[0]) >= abs(last[1] - first[1])
    return line if (first[0] <= last[0] if level else first[1] >= last[1]) else shapely.reverse(line)


def strip_scale(length: float, *, wanted: int = 4) -> int:
    """The largest scale at which a road of some metres fits on ``wanted`` strips."""
    return next((s for s in _SCALES if length * 1000 / s <= wanted * _AXIS_LENGTH), _SCALES[-1])


def _strips_of(length: float, scale: int) -> int:
    """Strips of an axis of some metres."""
    return max(1, int(np.ceil(length * 1000 / scale / _AXIS_LENGTH - 1e-9)))


def count_strips(found: list[Any], scale: int) -> int:
    """How many strips all axes take at a scale."""
    return sum(_strips_of(float(axis.length), scale) for axis in found)


def cut_strips(found: list[Any], scale: int) -> list[Strip]:
    """Strips of all axes at a scale."""
    made = []
    for part, axis in enumerate(found):
        length = float(axis.length)
        cuts = np.linspace(0.0, length, _strips_of(length, scale) + 1).tolist()
        made += [_strip(axis, part, scale, ends) for ends in pairwise(cuts)]
    return made


def _strip(axis: Any, part: int, scale: int, ends: tuple[float, float]) -> Strip:
    points = shapely.get_coordinates(shapely.line_interpolate_point(axis, np.linspace(*ends, 60)))
    way = points[-1] - points[0]
    turn = -float(np.arctan2(way[1], way[0])) if np.hypot(*way) > 0 else 0.0
    pivot = (float(points[0, 0]), float(points[0, 1]))
    blank = Strip(part, *ends, Frame(*STRIP_SIZE, scale, pivot), turn, pivot)
    west, south, east, north = shapely.total_bounds(blank.turned(shapely.points(points)))
    frame = Frame(*STRIP_SIZE, scale, (float(west + east) / 2, float(south + north) / 2))
    return replace(blank, frame=frame)
