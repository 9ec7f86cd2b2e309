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

from urbanplan.exchange.boundary.numbers import digits_of
from urbanplan.exchange.boundary.rings import How
from urbanplan.exchange.boundary.template import HEAD
from urbanplan.exchange.boundary.text import Parts

UNITS = {"ha": 10_000.0, "m2": 1.0, "mu": 10_000.0 / 15.0}  # square metres
_DIGITS = 12  # more after the point are below what a double tells apart


def ways(text: Parts, how: How) -> dict[str, Any]:
    """Template settings that the plots and heads show."""
    areas = text.heads.column(1)
    areas = areas.filter(pac.not_equal(areas, ""))
    return {
        "closing": how.closing,
        "count": how.count,
        "parts": how.parts,
        "prefix": text.numbers[0].as_py().strip().rstrip("0123456789"),
        "comma": bool(text.heads.last().all()),
        "digits": min(digits_of(text.first), _DIGITS),
        "area_digits": digits_of(areas) if len(areas) else 4,
    }


def area_unit(frame: gpd.GeoDataFrame) -> dict[str, Any]:
    """The unit that 地块面积 is in, by the drawn areas: nearest of hectares, square metres and mu."""
    if HEAD[1] not in frame or frame.crs is None or frame.crs.is_geographic:
        return {}
    drawn = shapely.area(frame.geometry.to_numpy())
    said = pd.to_numeric(frame[HEAD[1]], errors="coerce").to_numpy(dtype=float)
    both = (drawn > 0) & (said > 0)
    if not both.any():
        return {}
    size = float(np.median(drawn[both] / said[both]))
    return {"area_unit": min(UNITS, key=lambda unit: abs(np.log(size / UNITS[unit])))}
