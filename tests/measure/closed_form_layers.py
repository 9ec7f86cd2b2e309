"""Layers with closed-form answers: squares of ten metres in a row, each with its attributes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import LineString, box

from urbanplan.layer.layer import Layer
from urbanplan.measure.measured import MeasureContext, Measurement
from urbanplan.model.layertype import FieldSpec, LayerType

CRS = "EPSG:4547"
X, Y = 458000.0, 3853000.0
SETTING = MeasureContext(crs=CRS, subdistricts="parts")
FIELDS = {
    "id": FieldSpec(required=True, unique=True),
    "name": FieldSpec(),
    "kind": FieldSpec(),
    "stage": FieldSpec(),
    "carriageway": FieldSpec(),
    "spaces": FieldSpec(type="number", minimum=0, maximum=100),
    "free": FieldSpec(type="number"),
    "opened": FieldSpec(type="date"),
}


def square(number: int, side: float = 10.0) -> Any:
    """The square that stands twenty metres times its number east of the origin."""
    return box(X + 20.0 * number, Y, X + 20.0 * number + side, Y + side)


def road(number: int, length: float = 100.0) -> Any:
    """A road eastwards, ten metres times its number north of the origin."""
    return LineString([(X, Y + 10.0 * number), (X + length, Y + 10.0 * number)])


def layer(shapes: Sequence[Any], *, called: str = "sites", ids: Sequence[Any] | None = None, **columns: Any) -> Layer:
    """A layer of shapes with every field of ``FIELDS``, absent ones null."""
    data: dict[str, Any] = {"id": list(ids) if ids else [f"S-{n}" for n in range(len(shapes))]}
    for field, spec in FIELDS.items():
        if field != "id":
            values = columns.get(field, [None] * len(shapes))
            dtype = {"number": "Float64", "date": "datetime64[ns]"}.get(spec.type, "string")
            data[field] = pd.Series(list(values), dtype=dtype)
    frame = gpd.GeoDataFrame(data, geometry=np.array([*shapes, None], dtype=object)[:-1], crs=CRS)
    kind = LayerType(name=called, title={}, geometry="any", fields=FIELDS, stages=["planned", "building", "open"])
    return Layer(called, frame, kind, basis="surveyed")


def measure_declared(declared: dict[str, Any], *layers: Layer) -> Measurement:
    """The answer of a measure as a plan declares it."""
    from urbanplan.measure.catalog import measure_function, validate_parameters

    params = validate_parameters(declared)
    return measure_function(params.kind)({one.name: one for one in layers}, params, SETTING)


def reading_ends(declared: dict[str, Any], *layers: Layer) -> tuple[float | None, float | None]:
    """Low and high end of a reading."""
    reading = measure_declared(declared, *layers).reading
    assert reading is not None
    return reading.low, reading.high
