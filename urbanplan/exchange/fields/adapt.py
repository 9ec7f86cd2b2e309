"""A frame made to fit its format before it is written; :mod:`urbanplan.exchange.losses` lists what goes here."""

from __future__ import annotations

import datetime
import decimal
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pac
import shapely

from urbanplan.exchange.fields.columns import INT64, column_kind
from urbanplan.exchange.formats import Format
from urbanplan.exchange.frames import set_shapes
from urbanplan.exchange.wkt import to_wkt

WITH_MEASURES = ("gpkg", "csv", "xlsx")  # formats that keep the measures (M) of shapes
_GDB = ("filegdb", "gdbzip")
WITHOUT_EMPTY_SHAPES = ("shapefile", "shapezip", "flatgeobuf", "kml", "kmz", *_GDB)  # an empty shape is none there
SINGLE_DIMENSION = ("shapefile", "shapezip", "flatgeobuf", *_GDB)  # all shapes have heights there, or none
WITH_PARTIAL_HEIGHTS = ("gpkg", "geoparquet", "flatgeobuf")  # formats in which a height may be none
WITHOUT_ZERO_BYTES = ("gpkg", "flatgeobuf", "csv", "txt", *_GDB)  # one ends a text there, or makes the file none
UTC_RESOLUTIONS = {"gpkg": "ms", "flatgeobuf": "ms", "filegdb": "s", "gdbzip": "s"}  # times stand in UTC, no finer
_OTHER_TYPES = (datetime.time, datetime.timedelta, bytes)


def adapt_frame(frame: Any, row: Format) -> Any:
    """The frame as the format can hold it; the frame itself where it fits already."""
    frame = convert_values(frame)
    for name in field_names(frame):
        if row.name in UTC_RESOLUTIONS and column_kind(frame[name]) in ("datetime", "instant"):
            frame = frame.assign(**{name: round_times(frame[name], row)})
        elif row.name in WITHOUT_ZERO_BYTES and has_zero_bytes(frame[name]):
            frame = frame.assign(**{name: frame[name].str.replace("\0", "?", regex=False)})
    if not isinstance(frame, gpd.GeoDataFrame):
        return frame
    given = shapes = frame.geometry.to_numpy()
    level = is_2d(shapes)
    if not level and row.name not in WITH_MEASURES:
        shapes = drop_measures(shapes)
    if not level and row.name not in WITH_PARTIAL_HEIGHTS and len(partial := partial_heights(shapes)):
        shapes = shapes.copy()
        shapes[partial] = shapely.force_2d(shapes[partial])
    if row.name in WITHOUT_EMPTY_SHAPES and shapely.is_empty(shapes).any():
        shapes = shapes.copy()
        shapes[shapely.is_empty(shapes)] = None
    if not level and row.name in SINGLE_DIMENSION and not (row.name == "flatgeobuf" and has_mixed_types(shapes)):
        shapes = fill_heights(shapes)
    if shapes is given:
        return frame
    return set_shapes(frame, shapes)


def field_names(frame: Any) -> list[Any]:
    """The names of all columns but the geometry."""
    active = getattr(frame, "_geometry_column_name", None)
    return [name for name in frame.columns if name != active]


def fallback_kind(values: pd.Series) -> str | None:
    """``numbers`` or ``texts``, where values of no kind (decimals, hours, lengths of time, bytes, shapes) become that.

    ``large`` where integers beyond 64 bits become numbers.
    """
    if values.dtype == object:
        kinds = {type(value) for value in values[values.notna()].tolist()}
        if kinds == {decimal.Decimal}:
            return "numbers" if all(_is_supported(value) for value in values.dropna()) else "texts"
        if kinds == {int}:
            return "large" if any(not INT64[0] <= value <= INT64[1] for value in values.dropna()) else None
        return (
            "texts"
            if any(issubclass(what, (decimal.Decimal, *_OTHER_TYPES, shapely.Geometry)) for what in kinds)
            else None
        )
    if values.dtype == "uint64" or values.dtype == "UInt64":
        return "large" if (values.dropna() > 2**63 - 1).any() else None
    return "texts" if isinstance(values.dtype, gpd.array.GeometryDtype) or values.dtype.kind == "m" else None


def convert_values(frame: Any) -> Any:
    """The frame with values of the kinds that a table has: texts, numbers, truths, dates, times, lists."""
    for name in field_names(frame):
        values = frame[name]
        if isinstance(values.dtype, pd.CategoricalDtype):
            frame = frame.assign(**{name: values.astype(values.cat.categories.dtype)})
        elif (becomes := fallback_kind(values)) is not None:
            frame = frame.assign(**{name: _convert(values, becomes)})
        elif values.dtype == object and column_kind(values) == "datetime":
            frame = frame.assign(**{name: _to_timestamps(values)})
    return frame


def _is_supported(value: decimal.Decimal) -> bool:
    return value.is_finite() and decimal.Decimal(repr(float(value))) == value


def _convert(values: pd.Series, what: str) -> pd.Series:
    if what != "texts":
        return values.astype("float64")
    pairs = zip(values.isna(), values.astype(object), strict=True)
    return pd.Series([None if hole else _to_text(value) for hole, value in pairs], index=values.index, dtype="str")


def _to_text(value: Any) -> str:
    match value:
        case shapely.Geometry():
            return to_wkt([value])[0]
        case bytes():
            return value.hex()
        case datetime.time() | pd.Timedelta():
            return value.isoformat()
        case datetime.timedelta():
            return pd.Timedelta(value).isoformat()
    return str(value)


def _to_timestamps(values: pd.Series) -> pd.Series:
    """Python's times as a column of times; those of several zones in UTC."""
    zoned = any(value.tzinfo is not None for value in values.dropna())
    try:
        return pd.Series(pd.to_datetime(values, utc=zoned), index=values.index)
    except (ValueError, TypeError):  # with and without a zone
        texts = [None if pd.isna(value) else value.isoformat() for value in values]
        return pd.Series(texts, index=values.index, dtype="str")


def round_times(values: pd.Series, row: Format) -> pd.Series:
    """Times in UTC, no finer than the format has them."""
    if column_kind(values) == "instant":
        values = values.dt.tz_convert("UTC")
    values = values.dt.floor(UTC_RESOLUTIONS[row.name])
    early = values < pd.Timestamp(0, tz=values.dt.tz)  # GDAL 3.12 makes the next second of their fractions
    return values.where(~early, values.dt.floor("s")) if early.any() else values


def has_zero_bytes(values: pd.Series) -> bool:
    """True where a text holds a zero byte."""
    if column_kind(values) != "string":
        return False
    found = pac.call_function("match_substring", [pa.array(values, type=pa.string(), from_pandas=True)],
                              pac.MatchSubstringOptions("\0"))  # fmt: skip
    return bool(pac.call_function("any", [found]).as_py())


def is_2d(shapes: np.ndarray) -> bool:
    """True where no shape has heights or measures: one look at all, before any is looked at closely."""
    return bool(shapely.get_coordinate_dimension(shapes).max(initial=2) == 2)


def partial_heights(shapes: np.ndarray) -> np.ndarray:
    """Places of the shapes of which a height is none: no number, though the shape has heights."""
    high = np.flatnonzero(shapely.has_z(shapes))
    points, owner = shapely.get_coordinates(shapes[high], include_z=True, return_index=True)
    return high[np.unique(owner[np.isnan(points[:, 2])])]


def has_mixed_types(shapes: np.ndarray) -> bool:
    """True where the shapes are of several types; single and multi are two."""
    return len(np.unique(shapely.get_type_id(shapes[~shapely.is_missing(shapes)]))) > 1


def fill_heights(shapes: np.ndarray) -> np.ndarray:
    """Shapes with the height 0 where others have heights: a file of one type takes all from its first, or drops all."""
    high = shapely.has_z(shapes)
    if not high.any() or high[~shapely.is_missing(shapes)].all():
        return shapes
    return np.where(high | shapely.is_missing(shapes), shapes, shapely.force_3d(shapes))


def drop_measures(shapes: np.ndarray) -> np.ndarray:
    """Shapes without measures; heights stay."""
    has = shapely.has_m(shapes)
    if not has.any():
        return shapes
    shapes = shapes.copy()
    high = shapely.has_z(shapes)
    shapes[has & ~high] = shapely.force_2d(shapes[has & ~high])
    shapes[has & high] = shapely.from_wkb(shapely.to_wkb(shapes[has & high], output_dimension=3))
    return shapes
