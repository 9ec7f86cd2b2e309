"""The formats, one row each: a newcomer adds a module and a row, and every test picks it up.

A format's module has ``read(source) -> Table`` and ``write(job) -> dict``
(see :mod:`urbanplan.exchange.table`); it is loaded when it is first used.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Literal

from urbanplan.errors import ExchangeError
from urbanplan.model.translation import localize

_GIB = 2**30
_UTF16_PATTERN = rb"\xff\xfe|\xfe\xff|"  # its byte-order marks
_JSON_PATTERN = rb"(\xef\xbb\xbf)?\s*\{"
_TEXT_PATTERN = rb"(?![\s\xef\xbb\xbf]*<)(?!PK\x03\x04|SQLite format 3|%PDF|PAR1|\x89)[^\x00]+\Z"


@dataclass(frozen=True)
class Format:
    """One format.

    Attributes:
        name, title: how it is called in options and in messages.
        suffixes: file endings; the first is the one written.
        magic: pattern of the first 4096 bytes.
        module: reader and writer.
        crs: ``wgs84`` (always written so), ``any`` (kept in the file), ``pinned`` (the file cannot say it).
        losses: what the format cannot hold, in words; what of it befalls a given frame is listed before writing.
        largest: size limit in bytes; ``URBANPLAN_LARGEST`` overrides it.
        companions: endings of files that belong to it.
        drawn_only: it holds no feature without a shape. piecewise: its writer takes shapes that are yet to be drawn.
        writable: it is written too, not only read. folder: it is a folder of files, whose first has the ``magic``.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    magic: bytes
    module: str
    crs: Literal["wgs84", "any", "pinned"]
    losses: tuple[str, ...] = ()
    largest: int = 8 * _GIB
    companions: tuple[str, ...] = ()
    drawn_only: bool = False
    piecewise: bool = False
    writable: bool = True
    folder: bool = False

    @property
    def local_title(self) -> str:
        """The title in the language of messages."""
        return localize(self.title)

    def load(self) -> ModuleType:
        """The module that reads and writes it."""
        return import_module(f"urbanplan.exchange.{self.module}")


_TYPES_LOSS = "dates, times and number types are text; the metadata file beside it brings them back"

FORMATS = (
    Format(
        "geojson", "GeoJSON", (".geojson", ".json"), rb"(\xef\xbb\xbf)?\s*\x1e?\{", "geojson.features", "wgs84",
        ("coordinates are WGS 84, rounded to 7 digits (about 1 cm) or --digits", _TYPES_LOSS), _GIB // 2,
        piecewise=True,
    ),
    Format("gpkg", "GeoPackage", (".gpkg",), rb"SQLite format 3\x00", "geopackage.database", "any", piecewise=True),
    Format(
        "shapefile", "Shapefile", (".shp",), rb"\x00\x00\x27\x0a", "esri.shapefile", "any",
        (
            "field names hold 10 bytes: longer ones get an alias, the name map beside it brings them back",
            "texts hold 254 bytes, numbers 15 decimals; mixed shapes cannot be held; an empty text is a null",
        ),
        companions=(".dbf", ".shx", ".prj", ".cpg", ".names.json"),
    ),
    Format("shapezip", "zipped Shapefile", (".zip",), rb"PK\x03\x04", "esri.shapezip", "any", ("as Shapefile",), _GIB),
    Format("flatgeobuf", "FlatGeobuf", (".fgb",), rb"fgb\x03fgb", "flatgeobuf", "any"),
    Format("geoparquet", "GeoParquet", (".parquet", ".geoparquet"), rb"PAR1", "geoparquet", "any"),
    Format(
        "csv", "CSV", (".csv", ".dat"), _UTF16_PATTERN + _TEXT_PATTERN, "delimited", "pinned", (_TYPES_LOSS,), _GIB // 2
    ),
    Format("xlsx", "XLSX", (".xlsx",), rb"PK\x03\x04", "xlsx", "pinned", (_TYPES_LOSS,), _GIB // 4),
    Format(
        "txt", "boundary-point TXT", (".txt",),
        _UTF16_PATTERN + rb"[^\x00]*\[[^\x00]+\Z|(\xef\xbb\xbf)?\s*(@|[A-Za-z]{0,3}\d+\s*,)[^\x00]+\Z",
        "boundary.txt", "any",
        (
            "polygons in a CGCS2000 3-degree zone, rounded to the template's precision",
            "no fields but those of the plot's head",
        ), _GIB // 4, drawn_only=True,
    ),
    Format(
        "dxf", "DXF", (".dxf",), rb"AutoCAD Binary DXF|\s*(0|999)\s*\r?\n|\s*0\r", "cad.dxf", "pinned",
        ("attributes are extended data of each entity (16 kB)",), _GIB // 4, drawn_only=True,
    ),
    Format(
        "kml", "KML", (".kml", ".ovkml"),
        _UTF16_PATTERN + rb"(\xef\xbb\xbf)?\s*<(\?xml|([A-Za-z]\w*:)?kml)", "kml", "wgs84",
        ("coordinates are WGS 84, rounded to 7 digits (about 1 cm) or --digits", _TYPES_LOSS), _GIB // 4,
    ),
    Format("dwg", "DWG", (".dwg",), rb"AC10[0-9]{2}", "cad.dwg", "pinned", largest=_GIB // 4, writable=False),
    Format(
        "filegdb", "FileGDB", (".gdb",), rb"[\x02-\x04]\x00\x00\x00", "filegdb.folder", "any",
        ("names of fields of letters, digits and underscores: others get an alias", "coordinates keep 0.1 mm",
         "mixed shapes cannot be held; dates are moments, whole numbers beyond 32 bits are numbers"), folder=True,
    ),
    Format("gdbzip", "zipped FileGDB", (".gdb.zip",), rb"PK\x03\x04", "filegdb.packed", "any", ("as FileGDB",), _GIB),
    Format("kmz", "KMZ", (".kmz", ".ovkmz"), rb"PK\x03\x04", "kmz", "wgs84", ("as KML",), _GIB // 4),
    Format(
        "mapinfo", "MapInfo TAB", (".tab",), rb"(?i)(\xef\xbb\xbf)?\s*!table", "mapinfo", "any",
        companions=(".dat", ".map", ".id", ".ind"), writable=False,
    ),
    Format("mif", "MapInfo MIF", (".mif",), rb"(?i)\s*version\s", "mapinfo", "any", largest=_GIB, companions=(".mid",),
           writable=False),
    Format("xls", "XLS", (".xls", ".et"), rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls", "pinned", largest=_GIB // 8,
           writable=False),
    Format("ods", "ODS", (".ods",), rb"PK\x03\x04", "ods", "pinned", largest=_GIB // 4, writable=False),
    Format("spatialite", "SpatiaLite", (".sqlite", ".spatialite", ".db"), rb"SQLite format 3\x00", "spatialite", "any",
           writable=False),
    Format("wktlist", "list of WKT or WKB", (".wkt", ".wkb"), _UTF16_PATTERN + _TEXT_PATTERN, "wkt_list", "pinned",
           largest=_GIB // 2, writable=False),
    Format("esrijson", "Esri JSON", (".esrijson",), _JSON_PATTERN, "geojson.features", "any", largest=_GIB // 2,
           writable=False),
    Format("topojson", "TopoJSON", (".topojson",), _JSON_PATTERN, "geojson.features", "wgs84", largest=_GIB // 2,
           writable=False),
    Format("gpx", "GPX", (".gpx",), _UTF16_PATTERN + rb"(\xef\xbb\xbf)?\s*<(\?xml|gpx)", "gpx", "wgs84",
           largest=_GIB // 4, writable=False),
    Format("gml", "GML", (".gml",), rb"(\xef\xbb\xbf)?\s*<", "gml", "any", largest=_GIB // 2, writable=False),
    Format("vct", "VCT", (".vct",), _UTF16_PATTERN + rb"(\xef\xbb\xbf)?\s*(?:Comment|Head)Begin", "vct.reading", "any",
           largest=_GIB // 2, writable=False),
    Format("osm", "OpenStreetMap PBF", (".osm.pbf", ".pbf"), rb"\x00\x00\x00[\x00-\xff]\x0a\x09OSMHeader",
           "osm_layers", "any", writable=False),
    Format("access", "Access database", (".mdb", ".accdb"), rb"\x00\x01\x00\x00Standard (Jet|ACE) DB\x00",
           "access.reading", "any", largest=2 * _GIB, writable=False),
)  # fmt: skip


_DRAWING_SUFFIXES = (".dgn", ".dwt")
_SPREADSHEET_SUFFIXES = (".xlsb", ".numbers")
_GIS_SUFFIXES = (".wl", ".wp", ".wt")
_GEOJSON_LINES_SUFFIXES = (".geojsonl", ".geojsons", ".ndjson")
_DRAWING_HINT = "Save it as DXF with a CAD program: one of {known}."
_SPREADSHEET_HINT = "Save it as XLSX or CSV with a spreadsheet program: one of {known}."
_GIS_HINT = "Export it as GeoPackage or Shapefile with a GIS: one of {known}."
_GEOJSON_LINES_HINT = "Give it the ending .geojson, one of {known}: newline-delimited is read, too."


def by_name(name: str) -> Format:
    """The format of that name.

    Raises:
        ExchangeError: there is none.
    """
    for row in FORMATS:
        if row.name == name.lower():
            return row
    names = ", ".join(row.name for row in FORMATS)
    raise ExchangeError("there is no format {name}", fix="Choose one of {names}.", name=name, names=names)


def by_suffix(path: Path) -> Format:
    """The format of a path's ending.

    Raises:
        ExchangeError: the ending is unknown.
    """
    ending, name = path.suffix.lower(), path.name.lower()
    for row in reversed(FORMATS):  # .gdb.zip before .zip
        if ending in row.suffixes or any(one.count(".") > 1 and name.endswith(one) for one in row.suffixes):
            return row
    known = ", ".join(row.suffixes[0] for row in FORMATS)
    owner = next((row for row in FORMATS if ending in row.companions), None)
    if owner is not None:
        what, fix = "a file ending in {ending} is a part of a {title}", "Name the file beside it that ends in {main}."
        raise ExchangeError(
            what, where=str(path), fix=fix, ending=ending, title=owner.local_title, main=owner.suffixes[0]
        )
    usual = _GEOJSON_LINES_HINT if ending in _GEOJSON_LINES_SUFFIXES else "Use one of {known}."
    tables = _SPREADSHEET_HINT if ending in _SPREADSHEET_SUFFIXES else usual
    fix = _DRAWING_HINT if ending in _DRAWING_SUFFIXES else _GIS_HINT if ending in _GIS_SUFFIXES else tables
    raise ExchangeError(
        "files ending in {ending} are not read or written",
        where=str(path),
        fix=fix,
        ending=ending or "''",
        known=known,
    )
