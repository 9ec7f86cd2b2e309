"""What the formats that GDAL reads and writes share."""

from __future__ import annotations

import dataclasses
import os
import re
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import shapely

from urbanplan.errors import ExchangeError
from urbanplan.exchange.fields.columns import to_json_values
from urbanplan.exchange.frames import build_frame
from urbanplan.exchange.gate.gdal_path import clean_layer_name, readable_path, writable_path
from urbanplan.exchange.gate.settled import settled_path
from urbanplan.exchange.gdal import drivers, vector
from urbanplan.exchange.geometry.arrow import (
    from_wkb,
    parse_zoned,
    to_arrow_stream,
    to_arrow_table,
    to_series,
    unique_name,
)
from urbanplan.exchange.table import Source, Table, WriteJob, refused_table
from urbanplan.exchange.text.utf8 import drop_invalid_texts, invalid_rows
from urbanplan.model.metric_crs import crs_name
from urbanplan.model.translation import localize

_ID_FIELDS = ("id", "地块编号", "编号", "宗地号", "宗地代码", "handle", "name", "名称", "地块名称")  # they name a row
FIXED_TIMESTAMP = "2000-01-01T00:00:00.000Z"  # instead of the hour of writing: the same data give the same bytes
_DRIVERS = {  # GDAL's, by our names
    "gpkg": "GPKG", "shapefile": "ESRI Shapefile", "flatgeobuf": "FlatGeobuf", "filegdb": "OpenFileGDB",
    "mapinfo": "MapInfo File", "mif": "MapInfo File", "gml": "GML", "osm": "OSM",
}  # fmt: skip
_ADVICE = re.compile(r"Non closed ring detected")  # such a ring is refused by row, and options are not a person's
_AGAIN = "Get the file again from its source, or mend it where it was made."
_OPENING = {  # options of drivers; the own index of OSM passes over nodes that do not ascend, and those below 0
    "GML": {"WRITE_GFS": "NO", "DOWNLOAD_SCHEMA": "NO"}, "OSM": {"USE_CUSTOM_INDEXING": "NO"},
}  # fmt: skip
PASSED_THROUGH = "ISO-8859-1"  # what GDAL is told, so that it changes no byte of texts that are decoded here
_STREAM_OPTIONS = {"OGR_FLATGEOBUF_STREAM_BASE_IMPL": "YES"}  # the driver's own breaks on null geometries (GDAL 3.12)


def read(
    source: Source, *, layer: str | None, encoding: str | None = None, lost: dict[int, str] | None = None,
    recode: bool = False, declared: Any = None,
) -> Table:  # fmt: skip
    """Read one layer through GDAL; ``lost`` are rows (from 0) that are known to be bad, with their reasons.

    ``recode``: GDAL passes the bytes of names and texts on as they are, and they are decoded here.
    ``declared``: the CRS that the file says, where GDAL is not to be asked.

    Raises:
        ExchangeError: GDAL cannot read it.
    """
    pins = {"encoding": encoding} if not recode else {"encoding": PASSED_THROUGH, "columns": None}
    with query(source, layer=layer, **pins) as asked:
        found = vector.read(asked)
        table = _with_zones(found.table, asked)
    meta, told = found.meta, ()
    name = meta["geometry_name"] or "wkb_geometry"  # GDAL's name for shapes whose format has none
    if recode:
        from urbanplan.exchange.text.recode import decode_table

        table, bad, told = decode_table(table, encoding or "utf-8")
        lost = {**bad, **(lost or {})}
        table = table.select([field for field in table.column_names if field == name or source.wants(field)])
    lost = {**invalid_rows(table, str(source.path)), **(lost or {})}
    table = drop_invalid_texts(table, lost)
    values = {field: to_series(table[field]) for field in table.column_names if field != name}
    if name not in table.column_names:
        said = source.format.name, layer, meta["encoding"], localize("plain rows")
        return Table(pd.DataFrame(values), *said, aliases=found.aliases())
    shapes, refused, curved = from_wkb(table[name])
    frame, note = build_frame(values, shapes, source, declared=meta["crs"] if declared is None else declared)
    said = (localize("GDAL says: {text}", text=text[:200]) for text in found.warnings if not _ADVICE.search(text))
    notes = tuple(dict.fromkeys(said))[:5]
    notes = (*told, *curved, *notes)
    refused = refused | {row: reason for row, reason in (lost or {}).items() if row < len(frame)}
    return separate_refused(
        frame, refused, source, note, layer=layer, encoding=encoding or meta["encoding"], notes=notes,
        aliases=found.aliases(),
    )  # fmt: skip


def read_counted(source: Source, *, layer: str | None, where: str = "") -> Table:
    """As :func:`read`, and as many rows as the driver counts; ``where`` is the file in messages.

    Raises:
        ExchangeError: GDAL cannot read it, or not all of it.
    """
    table = read(source, layer=layer)
    with query(source, layer=layer) as asked:
        rows = vector.count(asked)
    found = len(table.frame) + len(table.refused)
    if found != rows:
        raise count_error(where or str(source.path), found=found, rows=rows)
    return table


@contextmanager
def shown_as(copy: Path, path: Path | str) -> Iterator[None]:
    """What is wrong with a copy, told of the file that it was made of.

    Raises:
        ExchangeError: as it was raised, with the file's own name.
    """
    try:
        yield
    except ExchangeError as error:
        error.where = error.where.replace(str(copy), str(path))
        raise


def count_error(where: str, *, found: int, rows: int) -> ExchangeError:
    """That a file holds other numbers of rows than could be read."""
    return ExchangeError("{found} of {rows} rows could be read", where=where, fix=_AGAIN, found=found, rows=rows)


def layer_names(source: Source, *, where: str = "") -> list[str]:
    """Names of the layers that GDAL finds in a file; ``where`` is the file in messages.

    Raises:
        ExchangeError: GDAL cannot read it.
    """
    with query(source, where=where or str(source.path)) as asked:
        return list(vector.layers(asked))


@contextmanager
def query(source: Source, **more: Any) -> Iterator[vector.Query]:
    """What to ask GDAL for a source, whose path is one that GDAL takes; ``more`` are fields of the query."""
    driver = _DRIVERS[source.format.name]
    columns = None if source.columns is None else list(source.columns)
    options = _STREAM_OPTIONS if driver == "FlatGeobuf" else {}
    with readable_path(settled_path(source.path) if driver == "GPKG" else source.path) as path:
        asked = vector.Query(
            os.path.abspath(path),
            str(source.path),
            driver,
            columns=columns,
            options=options,
            opening=_OPENING.get(driver, {}),
        )
        yield dataclasses.replace(asked, **more)


def _with_zones(table: pa.Table, asked: vector.Query) -> pa.Table:
    """The table with moments in their zones, where GDAL's stream drops the zone or moves the clock to UTC."""
    moved = [f.name for f in table.schema if pa.types.is_timestamp(f.type) and _may_have_zone(table[f.name])]
    if not moved:
        return table
    texts = vector.read(dataclasses.replace(asked, columns=moved, geometry=False, texts=True)).table
    for name in moved:
        if name in texts.column_names and len(texts) == len(table):
            zoned = parse_zoned(texts[name])
            at = table.column_names.index(name)
            table = table if zoned is None else table.set_column(at, name, zoned)
    return table


def _may_have_zone(moments: pa.ChunkedArray) -> bool:
    """Whether a zone may have been lost: in UTC, midnights alone are days as they were written."""
    if moments.type.tz is None:
        return True
    known = moments.to_pandas().dropna()
    return bool((known != known.dt.normalize()).any())


def separate_refused(
    frame: gpd.GeoDataFrame | pd.DataFrame, refused: dict[int, str], source: Source, note: str, *,
    numbers: Any = None, **more: Any,
) -> Table:  # fmt: skip
    """A table without the refused rows (by position), which are named in its refused table.

    ``numbers`` are the rows' own in the file, from 1, where rows before them were left out.
    """
    rows = []
    if refused:
        named = next((name for name in _ID_FIELDS if name in frame), None)
        ids = [None] * len(frame) if named is None else to_json_values(frame[named])
        rows = [(at + 1 if numbers is None else int(numbers[at]), ids[at], refused[at]) for at in sorted(refused)]
        frame = frame.drop(index=list(refused)).reset_index(drop=True)
    return Table(frame, source.format.name, crs_note=note, refused=refused_table(rows), **more)


def write(job: WriteJob, driver: str, *, crs: Any = None, options: dict[str, Any] | None = None, **more: Any) -> None:
    """Write a frame through GDAL's Arrow door; shapes that are yet to be drawn are, piece by piece.

    Raises:
        ExchangeError: GDAL cannot write it.
    """
    shape = {}
    if isinstance(job.frame, gpd.GeoDataFrame):
        shape = {"geometry_type": geometry_type(job.frame), "geometry_name": unique_name(job.frame, "geometry")}
    with (
        vector.translated_writing(job.path.name),
        warnings.catch_warnings(),
        vector.config({"OGR_CURRENT_DATE": FIXED_TIMESTAMP}),
        writable_path(job.path) as path,
    ):
        warnings.simplefilter("ignore", RuntimeWarning)  # of texts cut and digits left out: listed before
        warnings.filterwarnings("ignore", "'crs' was not provided", UserWarning)  # a frame without one stays so
        name = path.stem if driver == "ESRI Shapefile" else clean_layer_name(job.layer)
        rows = to_arrow_table(job.frame) if job.draw is None else to_arrow_stream(job.geo(), job.draw)
        drivers.load_pyogrio().raw.write_arrow(
            rows, path, layer=name, driver=driver, crs=crs, **shape, **more, **(options or {})
        )


def write_apart(job: WriteJob, table: pa.Table, driver: str, **keywords: Any) -> None:
    """Write a table by a driver that has a worker process of its own; ``table`` has the geometry as its last column.

    Raises:
        ExchangeError: GDAL cannot write it.
    """
    with tempfile.TemporaryDirectory() as folder:
        held = Path(folder) / "table.arrow"
        with pa.ipc.new_file(str(held), table.schema) as stream:
            stream.write_table(table)
        with writable_path(job.path) as path:
            name = clean_layer_name(job.layer)
            vector.write(vector.Writing(os.path.abspath(path), job.path.name, driver, name, str(held), keywords))


def geometry_type(frame: gpd.GeoDataFrame) -> str:
    """The one geometry type of a frame for GDAL, or ``Unknown`` for a mixture."""
    shapes = frame.geometry.to_numpy()
    shapes = shapes[~shapely.is_missing(shapes)]
    kinds = set(zip(shapely.get_type_id(shapes).tolist(), shapely.has_z(shapes).tolist(), strict=True))
    if len(kinds) != 1:
        return "Unknown"
    code, high = kinds.pop()
    name = {0: "Point", 1: "LineString", 2: "LineString", 3: "Polygon", 4: "MultiPoint", 5: "MultiLineString"}.get(
        code, {6: "MultiPolygon", 7: "GeometryCollection"}.get(code, "Unknown")
    )
    return f"{name} Z" if high else name


def crs_text(frame: Any) -> str | None:
    """A frame's CRS for GDAL: ``EPSG:4547`` where it has a code, else WKT, or None."""
    crs = getattr(frame, "crs", None)
    if crs is None:
        return None
    code = crs.to_authority()
    return ":".join(code) if code else crs.to_wkt()


def crs_label(frame: Any) -> str:
    """A frame's CRS for people: its code or, where it has none, its name."""
    text = crs_text(frame)
    return "—" if text is None else crs_name(frame.crs) if "[" in text else text
