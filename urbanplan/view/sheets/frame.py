"""The drawing's frame: an exact round scale, and the way from metres of land to millimetres of paper."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

# denominators that planners read off a scale rule; each a whole hundred
SCALES = (
    *(100, 200, 300, 400, 500, 600, 800, 1000, 1200, 1500, 2000, 2500, 3000, 4000, 5000, 6000, 8000),
    *(10000, 12000, 15000, 20000, 25000, 30000, 35000, 40000, 45000, 50000, 60000, 80000, 100000),
)


@dataclass(frozen=True)
class Frame:
    """A rectangle of paper that shows a window of land, north up.

    Attributes:
        width, height: of the paper rectangle, in mm. scale: denominator of the scale.
        centre: easting and northing at the rectangle's centre.
    """

    width: float
    height: float
    scale: int
    centre: tuple[float, float]

    @property
    def window(self) -> tuple[float, float, float, float]:
        """The land shown: least easting, least northing, greatest easting, greatest northing."""
        half_e, half_n = self.width * self.scale / 2000, self.height * self.scale / 2000
        east, north = self.centre
        return east - half_e, north - half_n, east + half_e, north + half_n

    def paper(self, points: Any) -> NDArray[np.float64]:
        """Millimetres from the rectangle's upper left corner, y down, of points, shape (n, 2)."""
        points = np.asarray(points, dtype=float)
        west, _, _, north = self.window
        return np.column_stack([points[:, 0] - west, north - points[:, 1]]) * (1000 / self.scale)

    def metres(self, millimetres: float) -> float:
        """Metres of land under a length on paper."""
        return millimetres * self.scale / 1000


def round_scale(width_m: float, height_m: float, room: tuple[float, float]) -> int:
    """The largest round scale at which a window of land fits into a room of paper in mm."""
    least = max(width_m / room[0], height_m / room[1]) * 1000
    fitting = (scale for scale in SCALES if scale >= least - 1e-9)
    return next(fitting, math.ceil(least / 10000) * 10000)


def fit_frame(bounds: tuple[float, float, float, float], size: tuple[float, float], *, margin: float = 10.0) -> Frame:
    """A frame of ``size`` mm at the largest round scale that leaves ``margin`` mm around ``bounds``."""
    west, south, east, north = bounds
    room = (size[0] - 2 * margin, size[1] - 2 * margin)
    scale = round_scale(max(east - west, 1e-3), max(north - south, 1e-3), room)
    return Frame(size[0], size[1], scale, ((west + east) / 2, (south + north) / 2))


def scale_bar(scale: int, *, room: float = 45.0) -> tuple[float, int]:
    """Metres of one division, and how many, of a bar at most ``room`` mm long: 1, 2 or 5 times a power of ten."""
    longest = room * scale / 1000
    power = 10.0 ** math.floor(math.log10(longest / 2))
    division = max(power * step for step in (1, 2, 5) if power * step * 2 <= longest)
    return division, min(int(longest // division), 4)
