"""Working CRS and degrees in the page: polynomials fitted on the district, both ways.

A page has no projection library; over one district polynomials of the fifth degree
are true to far less than a millimetre, which is checked.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanplan.errors import CrsError, ViewError

DEGREE = 5
_GRID = 24
_LEAST_ROOM = 2000.0  # metres


def fit_polynomials(crs: Any, bounds: tuple[float, float, float, float]) -> dict[str, Any]:
    """Coefficients from metres to degrees and back.

    Args:
        crs: the projected working CRS. bounds: west, south, east, north in metres.

    Raises:
        ViewError: the fit is worse than a centimetre (the extent is too large for a page).
    """
    import pyproj

    west, south, east, north = bounds
    x, y = (axis.ravel() for axis in np.meshgrid(np.linspace(west, east, _GRID), np.linspace(south, north, _GRID)))
    longitude, latitude = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(x, y)
    metres, degrees = np.column_stack([x, y]), np.column_stack([longitude, latitude])
    if np.isfinite(degrees).all():
        forth, back = _fit(metres, degrees), _fit(degrees, metres)
        if np.abs(evaluate_polynomials(back, evaluate_polynomials(forth, metres)) - metres).max() < 0.01:
            return {"degrees": forth, "metres": back}
    raise ViewError("the district is too large for the page's what-if", fix="Draw a smaller district.")


def grid_of_page(crs: Any, bounds: list[list[float]], *, in_degrees: bool) -> dict[str, Any]:
    """What the page's grid for print needs: the CRS by name and polynomials around the map's bounds.

    No polynomials stand where the grid is one of degrees: for a page in degrees, for a working CRS that is not one of
    metres, and for a district so large that they are not true.

    Args:
        crs: the working CRS; empty where none is known. bounds: south-west and north-east in degrees, latitude first.
    """
    return {"crs": str(crs), "plane": None if in_degrees else _fit_around(crs, bounds)}


def _fit_around(crs: Any, bounds: list[list[float]]) -> dict[str, Any] | None:
    from urbanplan.layer.crs import is_metric_crs, parse_crs

    try:
        parsed = parse_crs(crs)
        if not is_metric_crs(parsed):
            return None
        box = _spread(parsed, bounds)
        return fit_polynomials(parsed, box) if np.isfinite(box).all() else None
    except (CrsError, ViewError):
        return None


def _spread(crs: Any, bounds: list[list[float]]) -> tuple[float, float, float, float]:
    """Bounds in metres with as much room on each side as they are large: the sheet shows more than the map is about."""
    import pyproj

    (south, west), (north, east) = bounds
    to_metres = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    left, bottom, right, top = to_metres.transform_bounds(west, south, east, north)
    room = max(right - left, top - bottom, _LEAST_ROOM)
    return left - room, bottom - room, right + room, top + room


def evaluate_polynomials(fit: dict[str, Any], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The polynomials at points, shape (n, 2)."""
    place = (points - np.array(fit["middle"])) / np.array(fit["half"])
    return _terms(place) @ np.array(fit["coefficients"])


def _fit(given: NDArray[np.float64], wanted: NDArray[np.float64]) -> dict[str, Any]:
    middle = (given.min(axis=0) + given.max(axis=0)) / 2
    half = np.maximum((given.max(axis=0) - given.min(axis=0)) / 2, 1e-9)
    coefficients = np.linalg.lstsq(_terms((given - middle) / half), wanted, rcond=None)[0]
    return {"middle": middle.tolist(), "half": half.tolist(), "coefficients": coefficients.tolist()}


def _terms(place: NDArray[np.float64]) -> NDArray[np.float64]:
    a, b = place.T
    return np.column_stack([a**i * b**j for i in range(DEGREE + 1) for j in range(DEGREE + 1 - i)])
