"""Arrow tables to frames and back, as GDAL's formats and GeoParquet share them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import shapely

from urbanplan.exchange.fields.columns import column_kind, to_json_values
from urbanplan.exchange.gate.depth import MAX_DEPTH, is_wkb_too_deep
from urbanplan.exchange.geometry.arcs import Conics
from urbanplan.exchange.geometry.curves import faces_to_polygons, linearize
from urbanplan.exchange.geometry.wkb import to_wkb
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    from urbanplan.exchange.table import Draw

_ROWS_AT_ONCE = 65_536  # shapes drawn in one piece: bounds the memory, not the answer
_ARROW_TYPES = {"boolean": pa.bool_(), "date": pa.date32(), "string": pa.string(), "null": pa.string()}


def to_series(values: pa.ChunkedArray) -> pd.Series:
    """A column with integers and booleans kept beside nulls, dates as dates, texts as ``str``."""
    kept = values.type
    if pa.types.is_dictionary(kept):
        return to_series(values.cast(kept.value_type))
    if values.null_count and pa.types.is_integer(kept):
        return values.to_pandas(types_mapper={kept: pd.Int64Dtype()}.get)
    if values.null_count and pa.types.is_boolean(kept):
        return values.to_pandas(types_mapper={kept: pd.BooleanDtype()}.get)
    if pa.types.is_string(kept) or pa.types.is_large_string(kept):
        return values.to_pandas().astype("str")
    if pa.types.is_timestamp(kept):
        return values.to_pandas().dt.as_unit("us")
    if pa.types.is_time64(kept) and kept.unit == "ns":
        return _to_clock_times(values)
    return values.to_pandas(date_as_object=True)


def _to_clock_times(values: pa.ChunkedArray) -> pd.Series:
    """Times of day in nanoseconds as times, or as texts where Python's microseconds cannot hold them."""
    try:
        return values.cast(pa.time64("us")).to_pandas()
    except pa.ArrowInvalid:
        return values.cast(pa.string()).to_pandas().astype("str")


def parse_zoned(values: pa.ChunkedArray) -> pa.Array | None:
    """Moments of texts that all bear a zone: in it where it is one, else in UTC; None where one bears none."""
    if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
        return None
    texts = values.to_pandas().astype("string")
    zones = texts.str.extract(r"T.*?(Z|[+-]\d{2}(?::?\d{2})?)$")[0]
    if not len(texts.dropna()) or bool((zones.isna() & texts.notna()).any()):
        return None
    moments = pd.to_datetime(texts, format="ISO8601", utc=True, errors="coerce")
    if bool((moments.isna() & texts.notna()).any()):
        return None
    known = [zone if ":" in zone else f"{zone[:3]}:{zone[3:] or '00'}" for zone in zones.dropna().unique()]
    zone = known[0] if len(known) == 1 and known[0][0] in "+-" else "UTC"
    return pa.array(moments.dt.as_unit("us"), type=pa.timestamp("us", tz=zone))


def from_wkb(values: pa.ChunkedArray) -> tuple[np.ndarray, dict[int, str], tuple[str, ...]]:
    """Geometries of a WKB column, shape (n,), the reasons of those refused, by row from 0, and what is to be told."""
    blobs = values.to_numpy(zero_copy_only=False)
    refused = dict.fromkeys(
        np.flatnonzero(is_wkb_too_deep(values)).tolist(),
        localize("a geometry nested deeper than {levels} levels", levels=MAX_DEPTH),
    )
    if refused:
        blobs = blobs.copy()
        blobs[list(refused)] = None
    faces = 0
    try:
        shapes, curved = _parse_wkb(blobs)
    except (shapely.errors.ShapelyError, ValueError, TypeError):
        shapes, curved = _parse_wkb(blobs, on_invalid="ignore")
        faces = _fill_faces(blobs, shapes)
        lost = shapely.is_missing(shapes) & np.array([blob is not None for blob in blobs])
        refused |= dict.fromkeys(np.flatnonzero(lost).tolist(), "a geometry that cannot be read")
    notes = (localize("{count} geometries have arcs: they were drawn as chords", count=curved),) if curved else ()
    if faces:
        notes = (*notes, localize("{count} surfaces of faces (multipatch, TIN) are read as polygons", count=faces))
    return shapes, refused | non_finite_rows(shapes), notes


def _fill_faces(blobs: np.ndarray, shapes: np.ndarray) -> int:
    """Fill in the shapes of surfaces of faces, which shapely does not read; how many there are."""
    count = 0
    for at in np.flatnonzero(shapely.is_missing(shapes)).tolist():
        with suppress(ValueError, IndexError, struct.error, shapely.errors.ShapelyError, TypeError):
            if blobs[at] is not None:
                shapes[at] = faces_to_polygons(bytes(blobs[at]))
                count += shapes[at] is not None
    return count


@np.errstate(invalid="ignore")  # of coordinates that are no numbers: their rows are refused by name
def _parse_wkb(blobs: np.ndarray, **options: Any) -> tuple[np.ndarray, int]:
    """Geometries of WKB, and how many of them have arcs, which shapely does not know."""
    try:
        return shapely.from_wkb(blobs, **options), 0
    except NotImplementedError:
        curved = [blob is not None and _has_arcs(blob) for blob in blobs]
    plain = blobs.astype(object)
    plain[np.array(curved)] = None
    shapes, conics = shapely.from_wkb(plain, **options), Conics()
    for at in np.flatnonzero(curved).tolist():
        with suppress(ValueError, IndexError, struct.error, shapely.errors.ShapelyError):
            shapes[at] = linearize(bytes(blobs[at]), conics)
    return shapes, sum(curved)


def _has_arcs(blob: bytes) -> bool:
    try:
        shapely.from_wkb(blob, on_invalid="ignore")
    except NotImplementedError:
        return True
    return False


def non_finite_rows(shapes: np.ndarray) -> dict[int, str]:
    """Rows with NaN or infinite coordinates, by row from 0."""
    if np.isfinite(shapely.get_coordinates(shapes)).all():
        return {}
    points, rows = shapely.get_coordinates(shapes, return_index=True)
    bad = np.unique(rows[~np.isfinite(points).all(axis=1)])
    return dict.fromkeys(bad.tolist(), "a coordinate that is not finite (NaN or infinite)")


def unique_name(frame: pd.DataFrame, wanted: str) -> str:
    """``wanted``, or it with underscores where the frame has a field of that name in any case."""
    active = getattr(frame, "_geometry_column_name", None)
    taken = {str(name).lower() for name in frame.columns if name != active}
    while wanted.lower() in taken:
        wanted += "_"
    return wanted


def to_arrow_table(frame: gpd.GeoDataFrame | pd.DataFrame) -> pa.Table:
    """The frame as an Arrow table, the geometry as WKB in the last column; lists and mixtures become JSON texts."""
    names, arrays = _to_fields(frame)
    if isinstance(frame, gpd.GeoDataFrame):
        names.append(unique_name(frame, "geometry"))
        arrays.append(to_wkb(frame.geometry.to_numpy()))
    return pa.Table.from_arrays(arrays, names=names)


def to_arrow_stream(frame: gpd.GeoDataFrame, draw: Draw) -> pa.RecordBatchReader:
    """The same read piece by piece, with the shapes that ``draw`` draws of some rows."""
    names, arrays = _to_fields(frame)
    fields = [pa.field(name, array.type) for name, array in zip(names, arrays, strict=True)]
    schema = pa.schema([*fields, pa.field(unique_name(frame, "geometry"), pa.binary())])

    def batches() -> Iterator[pa.RecordBatch]:
        for start in range(0, len(frame), _ROWS_AT_ONCE):
            shapes = to_wkb(draw(slice(start, start + _ROWS_AT_ONCE)))
            yield pa.RecordBatch.from_arrays(
                [*(array.slice(start, len(shapes)) for array in arrays), shapes], schema=schema
            )

    return pa.RecordBatchReader.from_batches(schema, batches())


def _to_fields(frame: gpd.GeoDataFrame | pd.DataFrame) -> tuple[list[str], list[pa.Array]]:
    """All columns but the geometry."""
    active = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None
    names = [name for name in frame.columns if name != active]
    return [str(name) for name in names], [to_arrow_array(frame[name]) for name in names]


def to_arrow_array(series: pd.Series) -> pa.Array:
    """One column as Arrow."""
    what = column_kind(series)
    if what == "json":
        return pa.array([to_json_text(value) for value in to_json_values(series)], type=pa.string())
    if what == "datetime" and series.dtype == object:
        return pa.array(pd.to_datetime(series))
    made = pa.array(series, from_pandas=True, type=_ARROW_TYPES.get(what))
    return made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made


def to_json_text(value: Any) -> str | None:
    """A value as JSON text."""
    return None if value is None else orjson.dumps(value, default=str).decode()
