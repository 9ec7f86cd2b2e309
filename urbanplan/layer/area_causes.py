"""What an area figure would be if one known slip were behind it: another zone, Web Mercator, a web map's shift …

Each prediction is the figure, in m², that stands to the drawing as the slip would have it, from arrays: whether the
figure or the drawing is at fault, the slip is the same.  NaN where it cannot be at work.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import shapely

from urbanplan.layer import datum
from urbanplan.layer.ellipsoid import ellipsoid_areas

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

Cause = Literal[
    "definition", "wrong_zone", "web_mercator", "gcj02_shift", "bd09_shift", "swapped_axes", "mu_666_67", "mu_667",
    "hectares_for_mu", "square_metres_for_mu", "hole", "duplicate", "clipped", "missing",
]  # fmt: skip
CAUSES: tuple[str, ...] = Cause.__args__
ROUNDED_MU = {"mu_666_67": 666.67, "mu_667": 667.0}  # m² that people take a mu for
MU_M2 = 10000 / 15
OFF_PLACE = 0.01  # plane and ellipsoid this far apart: the drawing lies nowhere near its zone
_SHIFTS = {
    "gcj02_shift": (datum.wgs84_to_gcj02, datum.gcj02_to_wgs84),
    "bd09_shift": (datum.wgs84_to_bd09, datum.bd09_to_wgs84),
}
_WEB_MERCATOR_RADIUS = 6378137.0
_UTM_SCALE = 0.9996


class Prediction(NamedTuple):
    """A cause, which variant of it, and the figure that it predicts for each feature, m², shape (n,)."""

    cause: str
    variant: str
    areas: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DrawnAreas:
    """Areas as they are drawn.

    Attributes:
        plane, ellipsoid: m², shape (n,); NaN where a feature has no shape, or none that lies on the earth.
        error: what the digits of the coordinates leave open, m² (three standard deviations), shape (n,).
    """

    plane: NDArray[np.float64]
    ellipsoid: NDArray[np.float64]
    error: NDArray[np.float64]

    @property
    def misplaced(self) -> NDArray[np.bool_]:
        """Which drawings lie where their zone cannot be: plane and ellipsoid are far apart."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return ~np.isnan(self.plane) & ~(np.abs(self.plane / self.ellipsoid - 1) < OFF_PLACE)


def drawn_areas(shapes: Any, crs: CRS) -> DrawnAreas:
    """Plane and ellipsoidal area of polygons, and what the digits of their coordinates leave open.

    Args:
        shapes: valid polygons or None, shape (n,). crs: projected, in metres.
    """
    plane = np.where(shapely.is_missing(shapes), np.nan, shapely.area(shapes))
    return DrawnAreas(plane, _ellipsoid(shapes, crs), _digit_error(shapes, coordinate_step(shapes, crs)))


def coordinate_step(shapes: Any, crs: CRS) -> float:
    """Metres of the last digit that coordinates have, as they stand or as degrees; 0.0001 m where they have more."""
    points = shapely.get_coordinates(shapes)[:10_000]
    for digits in (2, 3):  # whole metres are how people draw, not how they round
        if len(points) and _is_rounded(points, digits, 1e-7):
            return 10.0**-digits
    degrees = _degrees(points, crs)
    for digits in range(4, 9):
        if len(points) and _is_rounded(degrees, digits, 1e-11):
            return 111_000 * 10.0**-digits
    return 1e-4


@np.errstate(divide="ignore", invalid="ignore")  # a drawing without an area has no ratio, and no cause is at work
def predict_areas(shapes: Any, crs: CRS, drawn: DrawnAreas, *, definition: str, clip: Any = None) -> list[Prediction]:
    """The figure that each known cause predicts for each polygon.

    Args:
        shapes: valid polygons or None, shape (n,). crs: projected, in metres. drawn: their areas.
        definition: of area, plane or ellipsoid. clip: the area that a drawing or figure may end at, in ``crs``.
    """
    own = drawn.plane if definition == "plane" else drawn.ellipsoid
    other = drawn.ellipsoid if definition == "plane" else drawn.plane
    found = [
        Prediction("definition", "ellipsoid" if definition == "plane" else "plane", other),
        *_place_predictions(shapes, crs, drawn, own),
        *_figure_predictions(own),
        Prediction("hole", "", _without_holes(shapes, own, drawn.plane)),
        Prediction("hole", "inner", _with_holes(shapes, own, drawn.plane)),
    ]
    found = [one._replace(areas=np.where(drawn.misplaced, np.nan, one.areas)) for one in found]
    found.append(Prediction("swapped_axes", *_swapped(shapes, crs, drawn, own)))
    if clip is not None:
        inside = shapely.area(shapely.intersection(shapes, clip)) / drawn.plane * own
        found.append(Prediction("clipped", "", np.where((inside > 0) & (inside < own * (1 - 1e-9)), inside, np.nan)))
    return found


def _figure_predictions(own: NDArray[np.float64]) -> Iterator[Prediction]:
    """Slips of units, which need no shape."""
    for cause, rounded in ROUNDED_MU.items():
        yield Prediction(cause, "", own * (MU_M2 / rounded))  # mu that were made of m²
        yield Prediction(cause, "", own * (rounded / MU_M2))  # m² that were made of mu
    yield Prediction("hectares_for_mu", "", own / 15)
    yield Prediction("hectares_for_mu", "mu", own * 15)
    yield Prediction("square_metres_for_mu", "", own * MU_M2)
    yield Prediction("square_metres_for_mu", "mu", own / MU_M2)


def _place_predictions(shapes: Any, crs: CRS, drawn: DrawnAreas, own: NDArray[np.float64]) -> Iterator[Prediction]:
    """Slips of place: zone, Web Mercator, shift."""
    points = _degrees(shapely.get_coordinates(shapes), crs)
    usable = np.isfinite(points).all() and len(points) and (np.abs(points[:, 1]) < 85).all()
    if usable:
        for name, there in _zone_coordinates(points, crs):
            yield Prediction("wrong_zone", name, _area_at(shapes, there))
        mercator = _area_at(shapes, _web_mercator(points))
        yield Prediction("web_mercator", "", mercator)
        yield Prediction("web_mercator", "drawing", own * drawn.plane / mercator)
        for cause, ways in _SHIFTS.items():
            for variant, way in zip(("", "drawing"), ways, strict=True):
                moved = np.column_stack(way(points[:, 0], points[:, 1]))
                yield Prediction(cause, variant, _moved_areas(shapes, points, moved, crs, own=own, drawn=drawn))


def _swapped(shapes: Any, crs: CRS, drawn: DrawnAreas, own: NDArray[np.float64]) -> tuple[str, NDArray[np.float64]]:
    """What a drawing with swapped axes says when they are swapped back, or a figure that was made of swapped ones."""
    swapped = _ellipsoid(shapely.transform(shapes, lambda points: points[:, ::-1]), crs)
    away = drawn.misplaced
    with np.errstate(divide="ignore", invalid="ignore"):
        back = np.abs(drawn.plane / swapped - 1) < OFF_PLACE
    if away.any():
        right = drawn.plane if own is drawn.plane else swapped
        return "drawing", np.where(away & back, right, np.nan)
    return "", np.where(np.isfinite(swapped) & (swapped > 0), swapped, np.nan)


def _zone_coordinates(points: NDArray[np.float64], crs: CRS) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """The points in the zones that their place may be taken for: three 3-degree and two 6-degree ones, and UTM."""
    from pyproj import Transformer

    middle = float(np.median(points[:, 0]))
    near = 3 * round(middle / 3)
    six = 6 * np.floor(middle / 6) + 3
    zones = {(float(near + step), 1.0) for step in (-3, 0, 3)}
    zones |= {(float(six + step), scale) for step in (-6, 0, 6) for scale in (1.0, _UTM_SCALE)}
    ellipsoid = crs.ellipsoid
    axes = (6378137.0, 6356752.314140356) if ellipsoid is None else (
        ellipsoid.semi_major_metre, ellipsoid.semi_minor_metre)  # fmt: skip
    for meridian, scale in sorted(zones):
        text = f"+proj=tmerc +lon_0={meridian} +k={scale} +x_0=500000 +a={axes[0]!r} +b={axes[1]!r} +units=m"
        base = f"+proj=longlat +a={axes[0]!r} +b={axes[1]!r}"
        there = Transformer.from_crs(base, text, always_xy=True).transform(points[:, 0], points[:, 1])
        name = f"{meridian:g}E" + ("" if scale == 1 else " UTM")
        yield name, np.column_stack(there)


def _web_mercator(points: NDArray[np.float64]) -> NDArray[np.float64]:
    longitude, latitude = np.radians(points).T
    return _WEB_MERCATOR_RADIUS * np.column_stack([longitude, np.arctanh(np.sin(latitude))])


def _moved_areas(
    shapes: Any, points: NDArray[np.float64], moved: NDArray[np.float64], crs: CRS, *, own: Any, drawn: DrawnAreas
) -> NDArray[np.float64]:
    """Area by the definition after the degrees moved."""
    from pyproj import Transformer

    if own is drawn.plane:
        line = Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True)
        return _area_at(shapes, np.column_stack(line.transform(moved[:, 0], moved[:, 1])))
    return own * _area_at(shapes, _equal_area(moved)) / _area_at(shapes, _equal_area(points))


def _equal_area(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees on the cylinder that keeps areas of the ellipsoid (Snyder 1987, 10-15; GRS 80), times a constant."""
    e = 0.0818191910428
    sine = np.sin(np.radians(points[:, 1]))
    q = (1 - e * e) * (sine / (1 - (e * sine) ** 2) + np.arctanh(e * sine) / e)
    return np.column_stack([np.radians(points[:, 0]), q / 2]) * _WEB_MERCATOR_RADIUS


def _area_at(shapes: Any, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Area of the shapes with other coordinates, from a near origin; NaN for a missing one."""
    with np.errstate(invalid="ignore"):
        near = np.where(np.isfinite(points), points, 0.0)
    near = near - (near.min(axis=0) if len(near) else 0.0)
    areas = shapely.area(shapely.set_coordinates(np.array(shapes, dtype=object), near))
    return np.where(shapely.is_missing(shapes) | ~(areas > 0), np.nan, areas)


def _degrees(points: NDArray[np.float64], crs: CRS) -> NDArray[np.float64]:
    from pyproj import Transformer

    line = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    return np.column_stack(line.transform(points[:, 0], points[:, 1]))


def _ellipsoid(shapes: Any, crs: CRS) -> NDArray[np.float64]:
    """Area on the ellipsoid, NaN where a shape is missing or lies nowhere on it."""
    degrees = _degrees(shapely.get_coordinates(shapes), crs)
    owner = shapely.get_coordinates(shapes, return_index=True)[1]
    lost = np.zeros(len(shapes), dtype=bool)
    lost[owner[~np.isfinite(degrees).all(axis=1)]] = True
    kept = np.where(lost, None, shapes)
    return np.where(lost | shapely.is_missing(shapes), np.nan, ellipsoid_areas(kept, crs))


def _is_rounded(points: NDArray[np.float64], digits: int, tolerance: float) -> bool:
    return bool((np.abs(points - np.round(points, digits)) < tolerance).all())


def _digit_error(shapes: Any, step: float) -> NDArray[np.float64]:
    """Three standard deviations of the area of polygons whose corners are rounded to ``step``."""
    corners, owner = shapely.get_coordinates(shapes, return_index=True)
    sides = np.diff(corners, axis=0)
    squares = np.where(owner[1:] == owner[:-1], (sides**2).sum(axis=1), 0.0) if len(corners) else np.empty(0)
    total = np.bincount(owner[1:] if len(corners) else owner, squares, minlength=len(shapes))
    return 3 * step / np.sqrt(12) * np.sqrt(total)


def _without_holes(shapes: Any, own: NDArray[np.float64], plane: NDArray[np.float64]) -> NDArray[np.float64]:
    """Area with the holes filled; NaN where there is none."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    filled = np.bincount(owner, shapely.area(shapely.polygons(shapely.get_exterior_ring(parts))), minlength=len(shapes))
    holes = np.bincount(owner, shapely.get_num_interior_rings(parts), minlength=len(shapes))
    return np.where(holes > 0, filled / plane * own, np.nan)


def _with_holes(shapes: Any, own: NDArray[np.float64], plane: NDArray[np.float64]) -> NDArray[np.float64]:
    """Area less the other features that lie wholly inside; NaN where none does."""
    outer, inner = shapely.STRtree(shapes).query(shapes, predicate="contains_properly")
    taken = np.bincount(outer, shapely.area(shapes[inner]), minlength=len(shapes))
    return np.where((taken > 0) & (taken < plane), (plane - taken) / plane * own, np.nan)
