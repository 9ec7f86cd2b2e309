"""Features to be written: geometry in EPSG:4547 and properties; every one is illustrative and has an id."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from .plane import Points, densify, warp
from .shapes import inset

Value = str | int | float | bool | None


@dataclass(frozen=True)
class Record:
    """One feature of a layer."""

    shape: BaseGeometry
    values: dict[str, Value]

    @property
    def id(self) -> str:
        """The feature's stable id."""
        return str(self.values["id"])


Layers = dict[str, list[Record]]


def polygon(ring: Points, *, bend: bool = False) -> shapely.Polygon:
    """An open ring of the drawing plane as a polygon of the map; ``bend`` follows the curve of the streets."""
    closed = np.vstack([ring, ring[:1]])
    return shapely.Polygon(warp(densify(closed, 60) if bend else closed))


def plot(ring: Points, setback: float = 16.0) -> shapely.Polygon:
    """The buildable part of a block: inside the red lines of its streets."""
    inner = inset(ring, setback)
    return polygon(inner if len(inner) > 2 else ring)


def point(spot: Points) -> shapely.Point:
    """A point of the drawing plane on the map."""
    return shapely.Point(warp(np.asarray(spot)[None])[0])


def line(points: Points) -> shapely.LineString:
    """A line of the drawing plane on the map, bent, without needless vertices."""
    bent = shapely.LineString(warp(densify(np.asarray(points))))
    thin = shapely.simplify(bent, 0.25)
    return shapely.LineString(np.round(shapely.get_coordinates(thin), 3))


def mu(shape: BaseGeometry) -> float:
    """Plane area in mu."""
    return shape.area * 15 / 10000


def date(generator: np.random.Generator, first: str, last: str) -> str:
    """A day between two ISO dates, both included."""
    low, high = np.datetime64(first), np.datetime64(last)
    return str(low + np.timedelta64(int(generator.integers(0, int((high - low).astype(int)) + 1)), "D"))


def gap(generator: np.random.Generator, value: Value, chance: float) -> Value:
    """The value, or null with a chance: nobody's ledger is complete."""
    return None if generator.random() < chance else value
