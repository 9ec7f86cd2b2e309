"""The ways of a TXT's heads: how many fields, which area unit, how many digits."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pac
import shapely

from urbanplan.exchange.boundary_rings import How
from urbanplan.exchange.boundary_template import HEAD
from urbanplan.exchange.boundary_text import Parts

UNITS = {"ha": 10_000.0, "m2": 1.0, "mu": 10_000.0 / 15.0}  # square metres


def head_names(heads: list[list[str]]) -> tuple[str, ...]:
    """Names of the head's fields: the standard ones, then 备用1, 备用2 …; a trailing comma before ``@`` is no field."""
    most = max((len(head) - (head[-1] == "") for head in heads), default=0)
    spare = tuple(f"备用{number}" for number in range(1, most - len(HEAD) + 1))
    return (*HEAD, *spare)[:most]


def ways(text: Parts, how: How, heads: list[list[str]]) -> dict[str, Any]:
    """Template settings that the plots and heads show."""
    number = text.numbers[0].as_py().strip() if len(text.numbers) else "J1"
    areas = [head[1] for head in heads if len(head) > 1 and head[1]]
    return {
        "closing": how.closing,
        "count": how.count,
        "parts": how.parts,
        "prefix": number.rstrip("0123456789"),
        "comma": all(head[-1] == "" for head in heads),
        "area_digits": max((len(area.partition(".")[2]) for area in areas), default=4),
    }


def digits_of(texts: pa.ChunkedArray) -> int:
    """The most digits after the point."""
    point = pac.call_function("find_substring", [texts], pac.MatchSubstringOptions("."))
    length = pac.call_function("utf8_length", [pac.call_function("utf8_trim_whitespace", [texts])])
    point, length = point.to_numpy(), length.to_numpy()
    after = np.where(point >= 0, length - point - 1, 0)
    return int(min(after.max(initial=0), 12))


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
