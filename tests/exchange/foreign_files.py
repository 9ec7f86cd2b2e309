"""Files of other programs, as bytes, for formats that are read: made by GDAL, or to the published structure."""

from __future__ import annotations

import io
import json
import lzma
import sqlite3
import struct
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow as pa
import shapely
from exchange.vct_texts import FIRST_EDITION

from urbanplan.exchange.gdal import vector


def write_by_gdal(
    path: Path, driver: str, *, columns: dict[str, list[Any]], wkt: Sequence[str | None], **more: Any
) -> Path:
    """Write a layer by a driver of GDAL; ``metadata`` are what fields say by name, others are pyogrio's keywords."""
    named = more.pop("metadata", {})
    shapes = [None if text is None else shapely.from_wkt(text).wkb for text in wkt]
    fields, arrays = [pa.field("geometry", pa.binary())], [pa.array(shapes, pa.binary())]
    for name, values in columns.items():
        arrays.append(pa.array(values))
        said = {f"GDAL:OGR:{key}": text for key, text in named.get(name, {}).items()}
        fields.append(pa.field(name, arrays[-1].type, metadata=said or None))
    keywords = {"crs": "EPSG:4547", "geometry_name": "geometry", "geometry_type": "Polygon", **more}
    layer = keywords.pop("layer", "地块")
    with tempfile.TemporaryDirectory() as folder:
        held = Path(folder) / "table.arrow"
        with pa.ipc.new_file(str(held), pa.schema(fields)) as stream:
            stream.write_table(pa.Table.from_arrays(arrays, schema=pa.schema(fields)))
        vector.write(vector.Writing(str(path), path.name, driver, layer, str(held), keywords))
    return path


SQUARES = ["POLYGON ((438000 3850000, 438100 3850000, 438100 3850100, 438000 3850100, 438000 3850000))",
           "POLYGON ((438200 3850000, 438300 3850000, 438300 3850100, 438200 3850100, 438200 3850000))"]  # fmt: skip
ALIAS = "地类" + "X" * 400  # room for what is put in its place

DOMAIN = (
    '<GPCodedValueDomain2 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><DomainName>DLBM</DomainName><FieldType>esriFieldTypeString</FieldType>'
    "<CodedValues><CodedValue><Name>城镇住宅用地</Name><Code>0701</Code></CodedValue>"
    "<CodedValue><Name>工业用地</Name><Code>0601</Code></CodedValue></CodedValues></GPCodedValueDomain2>"
)


def write_geodatabase(folder: Path) -> Path:
    """A geodatabase of GDAL's with an alias and, put in as ArcGIS writes it, a domain of codes; two layers, a table."""
    path = folder / "征地.gdb"
    columns = {"DLBM": ["0701", "0601"], "MJ": [1.5, None], "备注": ["甲", None]}
    write_by_gdal(path, "OpenFileGDB", columns=columns, wkt=SQUARES, metadata={"DLBM": {"alternative_name": ALIAS}})
    more = {"layer": "规则", "metadata": {"f": {"alternative_name": "Y" * 3000}}}
    write_by_gdal(path, "OpenFileGDB", columns={"f": ["a"]}, wkt=[None], geometry_type="Point", **more)
    catalogue = path / "a00000004.gdbtable"
    data = catalogue.read_bytes()
    alias = f"<AliasName>{ALIAS}</AliasName>".encode()
    wanted = "<AliasName>地类编码</AliasName><DomainName>DLBM</DomainName>".encode()
    data = data.replace(alias, wanted.ljust(len(alias)))
    start = data.rindex(b"<?xml", 0, data.index(b"Y" * 100))
    end = data.index(b"</typens:DEFeatureClassInfo>", start) + len(b"</typens:DEFeatureClassInfo>")
    catalogue.write_bytes(data[:start] + DOMAIN.encode().ljust(end - start) + data[end:])
    return path


def zip_folder(path: Path) -> bytes:
    """A folder in a zip, as a file manager packs it."""
    with io.BytesIO() as held:
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
            for file in sorted(path.iterdir()):
                packed.write(file, f"{path.name}/{file.name}")
        return held.getvalue()


def _geodatabase_zip() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.gdb"
        write_by_gdal(path, "OpenFileGDB", columns={"id": ["a", "b"]}, wkt=SQUARES)
        return zip_folder(path)


def _by_gdal(ending: str, driver: str, **more: Any) -> Callable[[], bytes]:
    def make() -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"good{ending}"
            return write_by_gdal(path, driver, columns={"id": ["a", "b"]}, wkt=SQUARES, **more).read_bytes()

    return make


KML = """<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark>
<name>{name}</name><Point><coordinates>113.5,34.8</coordinates></Point></Placemark></Document></kml>"""


def _kmz() -> bytes:
    with io.BytesIO() as held:
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("doc.kml", KML.format(name="一"))
        return held.getvalue()


ESRI = {
    "displayFieldName": "DKMC", "geometryType": "esriGeometryPolygon",
    "spatialReference": {"wkid": 4547, "latestWkid": 4547},
    "fields": [
        {"name": "OBJECTID", "type": "esriFieldTypeOID", "alias": "OBJECTID"},
        {"name": "DKMC", "type": "esriFieldTypeString", "alias": "地块名称"},
        {"name": "DLBM", "type": "esriFieldTypeString", "alias": "DLBM",
         "domain": {"type": "codedValue", "codedValues": [{"name": "工业用地", "code": "0601"}]}},
        {"name": "RQ", "type": "esriFieldTypeDate", "alias": "日期"},
    ],
    "features": [
        {"attributes": {"OBJECTID": 1, "DKMC": "甲", "DLBM": "0601", "RQ": 1735689600000}, "geometry": {"rings": [
            [[2, 2], [4, 2], [4, 4], [2, 4], [2, 2]], [[0, 0], [0, 10], [10, 10], [10, 0], [0, 0]],
            [[20, 0], [20, 10], [30, 10], [30, 0], [20, 0]]]}},
        {"attributes": {"OBJECTID": 2, "DKMC": None, "DLBM": None, "RQ": None}, "geometry": None},
        {"attributes": {"OBJECTID": 3}, "geometry": {"rings": [[[0, 0], [0, 1], [1, 1]]]}},
        {"attributes": {"OBJECTID": 4}, "geometry": {"curveRings": [[[0, 0], {"c": [[3, 3], [1, 4]]}]]}},
    ],
}  # fmt: skip
TOPOLOGY = {
    "type": "Topology", "transform": {"scale": [0.001, 0.001], "translate": [113, 34]},
    "arcs": [[[0, 0], [10, 0]], [[10, 0], [0, 10], [-10, 0], [0, -10]], [[10, 0], [10, 0], [0, 10], [-10, 0]],
             [[10, 10], [0, -10]]],
    "objects": {
        "区": {"type": "GeometryCollection", "geometries": [
            {"type": "Polygon", "arcs": [[0, 1]], "id": "a", "properties": {"名称": "左"}},
            {"type": "Polygon", "arcs": [[2, 3]], "properties": {"名称": "右"}},
            {"type": "Polygon", "arcs": [[9]], "properties": {"名称": "坏"}}]},
        "点": {"type": "Point", "coordinates": [5, 5], "properties": {"名称": "中"}},
    },
}  # fmt: skip
GPX = """<?xml version="1.0" encoding="UTF-8"?><gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">
<wpt lat="34.8" lon="113.5"><ele>101.5</ele><name>界桩一</name><time>2025-01-01T08:00:00Z</time></wpt>
<wpt lat="x" lon="113.5"><name>坏</name></wpt>
<trk><name>踏勘</name><trkseg><trkpt lat="34.8" lon="113.5"><time>2025-01-01T08:00:00Z</time></trkpt>
<trkpt lat="34.9" lon="113.6"><time>2025-01-01T09:00:00Z</time></trkpt></trkseg></trk></gpx>"""

_ODS = """<?xml version="1.0" encoding="UTF-8"?><office:document-content
xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="地块">
{rows}<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="1024"/>
</table:table-row></table:table><table:table table:name="空"/></office:spreadsheet></office:body></office:document-content>"""


def ods(rows: str) -> bytes:
    """An ODS of these rows, to the published structure."""
    with io.BytesIO() as held:
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            packed.writestr("content.xml", _ODS.replace("{rows}", rows))
        return held.getvalue()


def ods_row(*cells: Any, span: int = 0) -> str:
    """A row of cells: texts, numbers, dates as ``date:2025-01-01``; the first spans so many rows."""
    made = []
    for at, cell in enumerate(cells):
        more = f' table:number-rows-spanned="{span}"' if span and at == 0 else ""
        if cell is None:
            made.append("<table:table-cell/>")
        elif isinstance(cell, (int, float)):
            made.append(
                f'<table:table-cell office:value-type="float" office:value="{cell}"{more}><text:p>{cell:.1f}</text:p></table:table-cell>'
            )
        elif cell.startswith("date:"):
            made.append(f'<table:table-cell office:value-type="date" office:date-value="{cell[5:]}"{more}/>')
        else:
            made.append(
                f'<table:table-cell office:value-type="string"{more}><text:p>{cell}</text:p></table:table-cell>'
            )
    return f"<table:table-row>{''.join(made)}</table:table-row>"


SHEET = (
    ("二〇二五年供地计划", None, None, None, None),
    ("街道", "编号", "经度", "纬度", "日期"),
    ("石佛", "甲-1", 113.5, 34.8, "date:2025-01-01"),
    (None, "甲-2", 113.6, 34.9, "date:2025-12-31"),
    ("合计", None, None, None, None),
)  # the cell of the third row spans two


def sheet_ods() -> bytes:
    """The sheet as an ODS."""
    return ods("".join(ods_row(*row, span=2 if row[0] == "石佛" else 0) for row in SHEET))


def sheet_xls() -> bytes:
    """The sheet as an XLS, written by xlwt."""
    import datetime

    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("地块")
    book.add_sheet("空")
    day = xlwt.easyxf(num_format_str="yyyy/m/d")
    for at, row in enumerate(SHEET):
        for column, cell in enumerate(row):
            if isinstance(cell, str) and cell.startswith("date:"):
                sheet.write(at, column, datetime.date.fromisoformat(cell[5:]), day)
            elif cell is not None and cell != "石佛":
                sheet.write(at, column, cell)
    sheet.write_merge(2, 3, 0, 0, "石佛")
    with io.BytesIO() as held:
        book.save(held)
        return held.getvalue()


def spatialite() -> bytes:
    """A database with SpatiaLite's catalogue and blobs, to the published structure."""
    shapes = [
        to_spatialite(shapely.from_wkt(text))
        for text in (*SQUARES, f"MULTIPOLYGON ({SQUARES[0][8:]}, {SQUARES[1][8:]})")
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.sqlite"
        with closing(sqlite3.connect(path)) as base, base:
            base.executescript(_SPATIALITE)
            rows = zip(("甲", "乙", None), ("2025-01-01", None, "2025-12-31"), shapes, strict=True)
            base.executemany("INSERT INTO 地块 (名称, 日期, geom) VALUES (?, ?, ?)", rows)
        return path.read_bytes()


_SPATIALITE = """
CREATE TABLE spatial_ref_sys (srid INTEGER PRIMARY KEY, auth_name TEXT, auth_srid INTEGER, srtext TEXT);
INSERT INTO spatial_ref_sys VALUES (4547, 'epsg', 4547, '');
CREATE TABLE geometry_columns (f_table_name TEXT, f_geometry_column TEXT, geometry_type INTEGER, srid INTEGER);
INSERT INTO geometry_columns VALUES ('地块', 'geom', 3, 4547);
CREATE TABLE 地块 (fid INTEGER PRIMARY KEY, 名称 TEXT, 日期 DATE, geom POLYGON);
CREATE VIEW 图 AS SELECT * FROM 地块;
"""


def to_spatialite(shape: Any) -> bytes:
    """A shape as SpatiaLite's blob: its parts bear the mark 0x69 instead of the order of bytes."""
    wkb = bytearray(shapely.to_wkb(shape, byte_order=1))
    if shape.geom_type.startswith("Multi"):
        at = 9
        for part in shape.geoms:
            wkb[at] = 0x69
            at += len(shapely.to_wkb(part))
    return b"\0\1" + struct.pack("<i4d", 4547, *shape.bounds) + b"|" + bytes(wkb[1:]) + b"\xfe"


def geodatabase_mdb() -> bytes:
    """A Personal Geodatabase that Jackcess wrote."""
    return lzma.decompress((Path(__file__).parent / "programs" / "geodatabase.mdb.xz").read_bytes())


FILES: dict[str, Callable[[], bytes]] = {  # a good file of each format that is held by the smaller hostile corpus
    ".gdb.zip": _geodatabase_zip,
    ".kmz": _kmz,
    ".mif": _by_gdal(".mif", "MapInfo File", layer="good"),
    ".gml": _by_gdal(".gml", "GML"),
    ".esrijson": lambda: json.dumps(ESRI).encode(),
    ".topojson": lambda: json.dumps(TOPOLOGY).encode(),
    ".gpx": GPX.encode,
    ".ods": sheet_ods,
    ".sqlite": spatialite,
    ".wkt": lambda: f"甲;{SQUARES[0]}\nSRID=4547;{SQUARES[1]}\n".encode(),
    ".mdb": geodatabase_mdb,
    ".vct": lambda: FIRST_EDITION.encode("gbk"),
    **({".xls": sheet_xls} if find_spec("xlrd") and find_spec("xlwt") else {}),
}
