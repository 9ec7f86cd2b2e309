"""What a file says by itself of its fields' kinds, without the metadata file beside it."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd

from urbanplan.exchange.fields.columns import kind

_TEXTS = dict.fromkeys(("date", "datetime", "instant"), "string")
_LISTS = {"json": "string"}
_ALONE = {
    "geojson": _TEXTS,
    "gpkg": {"null": "string", "datetime": "instant", **_LISTS},
    "shapefile": {"null": "string", **_TEXTS, **_LISTS},
    "shapezip": {"null": "string", **_TEXTS, **_LISTS},
    "flatgeobuf": {"null": "string", "date": "datetime", "instant": "datetime", **_LISTS},
    "geoparquet": {"null": "string", **_LISTS},
    "xlsx": {"datetime": "string", "instant": "string", **_LISTS},
    "dxf": _TEXTS,
    "kml": {**_TEXTS, **_LISTS},
}  # format -> kind of a field -> kind that the file shows; others stay
_UNTYPED = ("geojson", "xlsx", "dxf", "kml")  # a field without any value has no kind there
_SHEETS = datetime.date(1900, 3, 1)
EXACT = 10**15  # integers from here on are texts in a sheet


def alone(values: pd.Series, format: str) -> str:
    """The kind that a field has when the format's file is read without metadata."""
    what = kind(values)
    if format == "csv":
        return _in_csv(values, what)
    if format in _UNTYPED and values.isna().all():
        return "null"
    if format == "xlsx":
        what = _in_sheet(values.dropna(), what)
    if format == "kml" and what == "integer" and (values.dropna().abs() >= 2**31).any():
        return "string"  # its integers have 32 bits; readers cut larger ones
    return _ALONE.get(format, {}).get(what, what)


def _in_sheet(given: pd.Series, what: str) -> str:
    """A sheet has one kind of number: whole ones are integers."""
    if what == "number" and bool((given == np.round(given.astype(float))).all()):
        return "integer"
    if what == "date":
        return "string" if before_sheets(given) else what
    if what == "integer":
        large = (given.abs() >= EXACT).to_numpy(dtype=bool)
        return "string" if large.all() else ("integer" if not large.any() else "mixed")
    return what


def before_sheets(given: pd.Series) -> bool:
    """True where a date lies before the calendar of spreadsheets, whose first two months are wrong by a day."""
    return any(day < _SHEETS for day in given.dropna().tolist())


def _in_csv(values: pd.Series, what: str) -> str:
    import pyarrow as pa

    from urbanplan.exchange.delimited import inferred
    from urbanplan.exchange.geometry.arrow import array_of

    if what not in ("string", "number") or values.isna().all():
        return {"integer": what, "boolean": what}.get(what, "string") if not values.isna().all() else "string"
    return kind(inferred(pa.chunked_array([array_of(values).cast(pa.string())])))
