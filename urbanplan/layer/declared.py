"""Declared figures against drawn ones: announced area against the polygon's, stated length against the line's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.layer.area import plane_areas
from urbanplan.layer.arrays import geometry_array, id_array
from urbanplan.layer.ellipsoid import ellipsoid_areas
from urbanplan.layer.geojson import to_geojson
from urbanplan.model.comparison import is_above, is_below
from urbanplan.model.finding import Finding, build_finding
from urbanplan.model.layertype import DeclaredFigure
from urbanplan.model.units import convert_unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from urbanplan.layer.layer import Layer

_LIKELY_UNITS = {"area": ("m2", "mu", "ha", "km2", "万m2"), "length": ("m", "km")}
_BASE_UNITS = {"area": "m2", "length": "m"}
_UNIT_MATCH_TOLERANCE = 0.05  # a figure this near to the drawn one in another unit was written in that unit


def declared_findings(layer: Layer) -> list[Finding]:
    """Findings on declared areas and lengths that differ from the drawn ones, with the unit that would explain it."""
    return [
        hit
        for rule in layer.type.declared
        if rule.field in layer.frame.columns
        for hit in _difference_findings(layer, rule)
    ]


def _difference_findings(layer: Layer, rule: DeclaredFigure) -> Iterator[Finding]:
    shapes, ids = geometry_array(layer), id_array(layer)
    given = layer.frame[rule.field].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    factor = convert_unit(1.0, rule.unit, _BASE_UNITS[rule.of])
    low, high = drawn_sizes(shapes, rule.of)
    margin = np.maximum(rule.tolerance * np.abs(given), rule.tolerance_abs or 0.0) * factor
    away = is_below(given * factor, low - margin) | is_above(given * factor, high + margin)
    for row in np.flatnonzero(away & np.isfinite(given) & layer.usable):
        size = float(low[row])
        values: dict[str, Any] = {
            "column": rule.field,
            "declared": float(given[row]),
            "drawn": size / factor,
            "difference": float(given[row]) - size / factor,
            "unit": rule.unit,
        }
        code, more = _explain_difference(layer, rule, shapes[row], float(given[row]), size, float(margin[row]))
        yield build_finding(
            code, layer=layer.name, feature=ids[row], geometry=to_geojson(shapes[row]), **values, **more
        )


def drawn_sizes(shapes: Any, of: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Least and greatest plane area in m² or length in m of each shape."""
    if of == "area":
        return plane_areas(shapes)
    length = shapely.length(shapes)
    return length, length


def _explain_difference(
    layer: Layer, rule: DeclaredFigure, shape: Any, given: float, size: float, margin: float
) -> tuple[str, dict[str, Any]]:
    """The code, and what would explain the difference: another unit, or the area on the ellipsoid."""
    for unit in _LIKELY_UNITS[rule.of]:
        if (
            unit != rule.unit
            and abs(convert_unit(given, unit, _BASE_UNITS[rule.of]) - size) <= _UNIT_MATCH_TOLERANCE * size
        ):
            return "layer-unit-suspect", {"likely": unit}
    if rule.of == "area" and layer.frame.crs is not None:
        round_area = float(ellipsoid_areas(np.array([shape], dtype=object), layer.frame.crs)[0])
        if abs(convert_unit(given, rule.unit, "m2") - round_area) <= margin:
            return "layer-declared-ellipsoid", {"ellipsoid": convert_unit(round_area, "m2", rule.unit)}
    return "layer-declared-differs", {}
