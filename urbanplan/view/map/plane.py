"""Working CRS and degrees in the page: polynomials fitted on the district, both ways.

A page has no projection library; over one district polynomials of the fifth degree
are true to far less than a millimetre, which is checked.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanplan.errors import ViewError

DEGREE = 5
_GRID = 24


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
    forth, back = _fit(metres, degrees), _fit(degrees, metres)
    error = np.abs(evaluate_polynomials(back, evaluate_polynomials(forth, metres)) - metres).max()
    if not error < 0.01:
        raise ViewError("the district is too large for the page's what-if", fix="Draw a smaller district.")
    return {"degrees": forth, "metres": back}


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
