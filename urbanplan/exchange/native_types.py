"""What a file says by itself of its fields' kinds, without the metadata file beside it."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd

from urbanplan.exchange.fields.columns import column_kind

_TIMES_AS_TEXT = dict.fromkeys(("date", "datetime", "instant"), "string")
_LISTS_AS_TEXT = {"json": "string"}
_GDB_KINDS = {"null": "string", "boolean": "integer", "date": "instant", "datetime": "instant", **_LISTS_AS_TEXT}
_NATIVE_KINDS = {
    "geojson": _TIMES_AS_TEXT,
    "gpkg": {"null": "string", "datetime": "instant", **_LISTS_AS_TEXT},
    "shapefile": {"null": "string", **_TIMES_AS_TEXT, **_LISTS_AS_TEXT},
    "shapezip": {"null": "string", **_TIMES_AS_TEXT, **_LISTS_AS_TEXT},
    "flatgeobuf": {"null": "string", "date": "datetime", "instant": "datetime", **_LISTS_AS_TEXT},
    "filegdb": _GDB_KINDS,
    "gdbzip": _GDB_KINDS,
    "geoparquet": {"null": "string", **_LISTS_AS_TEXT},
    "xlsx": {"datetime": "string", "instant": "string", **_LISTS_AS_TEXT},
    "dxf": _TIMES_AS_TEXT,
    "kml": {**_TIMES_AS_TEXT, **_LISTS_AS_TEXT},
    "kmz": {**_TIMES_AS_TEXT, **_LISTS_AS_TEXT},
}  # format -> kind of a field -> kind that the file shows; others stay
_NULL_KIND_FORMATS = ("geojson", "xlsx", "dxf", "kml", "kmz")  # a field without any value has no kind there
_SHEET_EPOCH = datetime.date(1900, 3, 1)
MAX_EXACT_INTEGER = 10**15  # integers from here on are texts in a sheet


def native_kind(values: pd.Series, format: str) -> str:
    """The kind that a field has when the format's file is read without metadata."""
    what = column_kind(values)
    if format == "csv":
        return _csv_kind(values, what)
    if format in _NULL_KIND_FORMATS and values.isna().all():
        return "null"
    if format == "xlsx":
        what = _sheet_kind(values.dropna(), what)
    if format in ("filegdb", "gdbzip") and what == "integer" and (values.dropna().abs() >= 2**31).any():
        return "number"
    if format in ("kml", "kmz") and what == "integer" and (values.dropna().abs() >= 2**31).any():
        return "string"  # its integers have 32 bits; readers cut larger ones
    return _NATIVE_KINDS.get(format, {}).get(what, what)


def _sheet_kind(given: pd.Series, what: str) -> str:
    """A sheet has one kind of number: whole ones are integers."""
    if what == "number" and bool((given == np.round(given.astype(float))).all()):
        return "integer"
    if what == "date":
        return "string" if is_before_sheet_epoch(given) else what
    if what == "integer":
        large = (given.abs() >= MAX_EXACT_INTEGER).to_numpy(dtype=bool)
        return "string" if large.all() else ("integer" if not large.any() else "mixed")
    return what


def is_before_sheet_epoch(given: pd.Series) -> bool:
    """True where a date lies before the calendar of spreadsheets, whose first two months are wrong by a day."""
    return any(day < _SHEET_EPOCH for day in given.dropna().tolist())


def _csv_kind(values: pd.Series, what: str) -> str:
    import pyarrow as pa

    from urbanplan.exchange.delimited import infer_types
    from urbanplan.exchange.geometry.arrow import to_arrow_array

    if what not in ("string", "number") or values.isna().all():
        return {"integer": what, "boolean": what}.get(what, "string") if not values.isna().all() else "string"
    return column_kind(infer_types(pa.chunked_array([to_arrow_array(values).cast(pa.string())])))
