"""The ways of a TXT's heads: which area unit, how many digits, what stands before a point's number."""

# pyarrow makes the functions of its compute module when it is loaded
# pyright: reportAttributeAccessIssue=false
from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.compute as pac
import shapely

from urbanplan.exchange.boundary.numbers import max_digits
from urbanplan.exchange.boundary.rings import PlotConventions
from urbanplan.exchange.boundary.template import HEAD_FIELDS
from urbanplan.exchange.boundary.text import BoundaryText

AREA_UNITS = {"ha": 10_000.0, "m2": 1.0, "mu": 10_000.0 / 15.0}  # square metres
_MAX_DIGITS = 12  # more after the point are below what a double tells apart


def detect_settings(text: BoundaryText, how: PlotConventions) -> dict[str, Any]:
    """Template settings that the plots and heads show."""
    areas = text.heads.column(1)
    areas = areas.filter(pac.not_equal(areas, ""))
    return {
        "closing": how.closing,
        "count": how.count,
        "parts": how.parts,
        "prefix": text.numbers[0].as_py().strip().rstrip("0123456789"),
        "comma": bool(text.heads.last().all()),
        "digits": min(max_digits(text.first), _MAX_DIGITS),
        "area_digits": max_digits(areas) if len(areas) else 4,
    }


def detect_area_unit(frame: gpd.GeoDataFrame) -> dict[str, Any]:
    """The unit that 地块面积 is in, by the drawn areas: nearest of hectares, square metres and mu."""
    if HEAD_FIELDS[1] not in frame or frame.crs is None or frame.crs.is_geographic:
        return {}
    drawn = shapely.area(frame.geometry.to_numpy())
    said = pd.to_numeric(frame[HEAD_FIELDS[1]], errors="coerce").to_numpy(dtype=float)
    both = (drawn > 0) & (said > 0)
    if not both.any():
        return {}
    size = float(np.median(drawn[both] / said[both]))
    return {"area_unit": min(AREA_UNITS, key=lambda unit: abs(np.log(size / AREA_UNITS[unit])))}
