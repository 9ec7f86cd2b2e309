"""Files read by others: GDAL itself, openpyxl, ezdxf, csv, xlrd, pyarrow and short loops, nothing of urbanplan's readers."""

from __future__ import annotations

import csv
import json
import math
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapely


@dataclass
class Plain:
    """What a file holds: shapes (None where a row has none) and all attribute values, by row."""

    shapes: list[Any] = field(default_factory=list)
    values: list[list[Any]] = field(default_factory=list)


def readers() -> dict[str, Callable[[Path, str | None], Plain]]:
    """The reader of each ending."""
    return {
        ".csv": read_csv, ".xlsx": read_xlsx, ".xls": read_xls, ".dxf": read_dxf, ".parquet": read_parquet,
        ".geojson": read_geojson, ".json": read_geojson, ".txt": read_txt, ".kml": read_kml,
        ".kmz": read_kml,
    }  # fmt: skip


def read_plain(path: Path, layer: str | None = None) -> Plain:
    """The file by a reader of its ending, GDAL for those that have none."""
    return readers().get(path.suffix.lower(), read_gdal)(path, layer)


def read_gdal(path: Path, layer: str | None) -> Plain:
    """GDAL's features, without the gate; a shape that GEOS does not take is none."""
    import pyogrio

    where = str(path)
    if path.suffix == ".zip":
        where = f"/vsizip/{path}/{zipfile.ZipFile(path).namelist()[0].split('/')[0]}"
    more = {"USE_CUSTOM_INDEXING": "NO"} if path.suffix == ".pbf" else {}
    _, _, shapes, columns = pyogrio.raw.read(where, layer=layer, encoding=_code_page(path), **more)
    made = [] if shapes is None else list(shapely.from_wkb(shapes, on_invalid="ignore"))
    return Plain(made, [list(row) for row in zip(*columns, strict=True)])


_CODE_PAGES = {  # of shapefiles made for this, by those who made them
    "cpg_1251": "CP1251", "cpg_1252_one": "CP1252", "ldid57_one": "CP1252", "cpg_big5": "BIG5", "cpg_sjis": "CP932",
    "cpg_latin1_end": "ISO-8859-1", "cpg_latin1_many": "ISO-8859-1", "cpg_latin1_one": "ISO-8859-1", "nocpg_euckr": "EUC-KR",
}  # fmt: skip


def _code_page(path: Path) -> str | None:
    """Of a shapefile, the code page that is known, else UTF-8 where its table is that as a whole, else GBK."""
    table = path.with_suffix(".dbf")
    if path.suffix != ".shp" or not table.exists():
        return None
    known = _CODE_PAGES.get(path.stem)
    return known or ("UTF-8" if _is_utf8(table.read_bytes().split(b"\r", 1)[1]) else "GBK")


def read_geojson(path: Path, layer: str | None) -> Plain:
    """The json module and shapely."""
    document = json.loads(path.read_text(encoding="utf-8-sig"))
    found = document.get("features", [document]) if isinstance(document.get("features", []), list) else []
    plain = Plain()
    for one in found:
        shape = one.get("geometry") if "geometry" in one else one if "coordinates" in one else None
        plain.shapes.append(None if shape is None else shapely.from_geojson(json.dumps(_three(shape))))
        given = list((one.get("properties") or {}).values())
        plain.values.append([*given, one["id"]] if "id" in one else given)
    return plain


def _three(shape: Any) -> Any:
    """A GeoJSON geometry without numbers beyond the height."""
    if isinstance(shape, dict):
        return {key: _three(value) for key, value in shape.items()}
    if isinstance(shape, list) and shape and all(isinstance(one, (int, float)) for one in shape):
        return shape[:3]
    return [_three(one) for one in shape] if isinstance(shape, list) else shape


def read_csv(path: Path, layer: str | None) -> Plain:
    """The csv module; shapes of a column of WKT, else of two columns of degrees or metres."""
    data = path.read_bytes()
    text = data.decode("utf-8-sig" if _is_utf8(data) else "cp1252")
    head, *rows = list(csv.reader(text.splitlines(keepends=True)))
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    return _table(head, rows)


def _table(head: list[Any], rows: list[list[Any]]) -> Plain:
    plain = Plain()
    drawn = next((at for at in range(len(head)) if any(_is_wkt(row[at]) for row in rows)), None)
    names = [str(name).strip().lower() for name in head]
    pair = next(
        (
            (names.index(x), names.index(y))
            for x, y in (("lon", "lat"), ("经度", "纬度"), ("x", "y"))
            if x in names and y in names
        ),
        None,
    )
    for row in rows:
        shape = None
        if drawn is not None:
            shape = shapely.from_wkt(row[drawn]) if _is_wkt(row[drawn]) else None
        elif pair is not None:
            shape = shapely.Point(float(row[pair[0]]), float(row[pair[1]]))
        plain.shapes.append(shape)
        plain.values.append([cell for at, cell in enumerate(row) if at != drawn])
    return plain


def _is_wkt(text: Any) -> bool:
    return (
        isinstance(text, str)
        and re.match(r"(?i)\s*(multi)?(point|linestring|polygon)\s*(z|m|zm)?\s*(\(|empty)", text) is not None
    )


def read_xlsx(path: Path, layer: str | None) -> Plain:
    """openpyxl, the first sheet of cells."""
    import openpyxl

    book = openpyxl.load_workbook(path, data_only=True)
    sheet = book[layer] if layer else next(one for one in book.worksheets if one.max_row > 1)
    head, *rows = [list(row) for row in sheet.iter_rows(values_only=True) if any(cell is not None for cell in row)]
    return _table(head, rows)


def read_xls(path: Path, layer: str | None) -> Plain:
    """xlrd."""
    import xlrd

    sheet = xlrd.open_workbook(str(path)).sheet_by_index(0)
    head, *rows = [sheet.row_values(at) for at in range(sheet.nrows)]
    return _table(head, rows)


def read_parquet(path: Path, layer: str | None) -> Plain:
    """pyarrow; WKB and the nested lists of GeoArrow taken apart by a loop."""
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    said = json.loads((table.schema.metadata or {}).get(b"geo", b"{}"))
    name = said.get("primary_column") or next((one for one in table.column_names if one == "geometry"), None)
    meta = said.get("columns", {}).get(name, {})
    boxes = {box["xmin"][0] for box in [meta.get("covering", {}).get("bbox", {})] if box}
    shapes = [None] * len(table)
    if name is not None:
        kind = meta.get("encoding", "WKB")
        shapes = [None if one is None else _shape(one, kind) for one in table[name].to_pylist()]
    others = [one for one in table.column_names if one != name and one not in boxes]
    columns = [table[one].to_pylist() for one in others]
    return Plain(shapes, [list(row) for row in zip(*columns, strict=True)] if columns else [[] for _ in shapes])


def _shape(value: Any, kind: str) -> Any:
    if isinstance(value, bytes):
        return shapely.from_wkb(value)
    depth = {"point": 0, "linestring": 1, "multipoint": 1, "polygon": 2, "multilinestring": 2, "multipolygon": 3}[kind]
    coordinates = _nested(value, depth)
    types = {"point": "Point", "linestring": "LineString", "multipoint": "MultiPoint", "polygon": "Polygon",
             "multilinestring": "MultiLineString", "multipolygon": "MultiPolygon"}  # fmt: skip
    return shapely.from_geojson(json.dumps({"type": types[kind], "coordinates": coordinates}))


def _nested(value: Any, depth: int) -> Any:
    if depth:
        return [_nested(one, depth - 1) for one in value]
    return (
        [number for axis in "xyz" if (number := value.get(axis)) is not None]
        if isinstance(value, dict)
        else list(value)[:3]
    )


def read_kml(path: Path, layer: str | None) -> Plain:
    """ElementTree: placemarks with their names, data and first kinds of geometry."""
    from xml.etree import ElementTree

    packed = zipfile.ZipFile(path).read("doc.kml") if path.suffix == ".kmz" else None
    root = ElementTree.fromstring(packed or path.read_bytes())
    for one in root.iter():
        one.tag = one.tag.rpartition("}")[2]
    plain = Plain()
    for mark in root.iter("Placemark"):
        shapes = [shape for part in mark for shape in _kml_shapes(part)]
        plain.shapes.append(
            None if not shapes else shapes[0] if len(shapes) == 1 else shapely.GeometryCollection(shapes)
        )
        texts = [mark.findtext(tag) for tag in ("name", "description", "address", "phoneNumber", "Snippet")]
        texts += [one.text for tag in ("value", "SimpleData", "begin", "end") for one in mark.iter(tag)]
        moments = [one.text for one in mark.iter("when")]
        texts += moments if len(moments) < 2 else [moments[0], moments[-1]]
        plain.values.append([*texts, mark.get("id")])
    return plain


def _kml_shapes(part: Any) -> Iterator[Any]:
    def row(text: str | None) -> list[list[float]]:
        joined = re.sub(r"\s*,\s*", ",", (text or "").strip())
        return [[float(cell) for cell in one.split(",")] for one in joined.split()]

    match part.tag:
        case "Point" if (part.findtext("coordinates") or "").strip():
            yield shapely.Point(row(part.findtext("coordinates"))[0])
        case "LineString" | "LinearRing" if (part.findtext("coordinates") or "").strip():
            yield shapely.LineString(row(part.findtext("coordinates")))
        case "Polygon" if part.find("outerBoundaryIs") is not None:
            rings = [row(one.text) for one in part.iter("coordinates")]
            yield shapely.Polygon(rings[0], rings[1:])
        case "Track":
            yield shapely.LineString([[float(cell) for cell in (one.text or "").split()] for one in part.iter("coord")])
        case "MultiGeometry" | "MultiTrack" | "MultiPolygon":
            yield from (shape for one in part for shape in _kml_shapes(one))


def read_txt(path: Path, layer: str | None) -> Plain:
    """A boundary-point TXT: heads end in @, point lines are number, ring, north, east; rings in rings are holes."""
    data = path.read_bytes()
    text = data.decode("utf-8-sig") if _is_utf8(data) else data.decode("gb18030")
    plain = Plain()
    rings: dict[str, list[tuple[float, float]]] = {}

    def close() -> None:
        if rings:
            made = shapely.Polygon()
            for ring in rings.values():
                made = made.symmetric_difference(shapely.Polygon(ring))
            plain.shapes.append(made)
            rings.clear()

    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split(",")]
        if line.rstrip().endswith("@"):
            close()
            plain.values.append([cell for cell in cells[1:-1] if cell])
        elif len(cells) >= 4 and re.fullmatch(r"[A-Za-z]{0,3}-?\d+", cells[0]):
            rings.setdefault(cells[1], []).append((float(cells[3]), float(cells[2])))
    close()
    return plain


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return True


def read_dxf(path: Path, layer: str | None) -> Plain:
    """ezdxf's own blocks in place and points on its arcs; dimensions and the like are left out, texts are values."""
    import ezdxf
    from ezdxf import recover

    drawing = ezdxf.readfile(str(path)) if _reads(path) else recover.readfile(str(path))[0]
    plain = Plain()
    for entity in _placed(drawing.modelspace()):
        kind = entity.dxftype()
        if kind in ("TEXT", "MTEXT", "ATTRIB"):
            plain.values.append([entity.plain_text()])
        elif (shape := _drawn(entity, kind)) is not None:
            plain.shapes.append(shape)
    return plain


def _placed(entities: Any) -> Iterator[Any]:
    for entity in entities:
        if entity.dxftype() == "INSERT":
            for one in entity.multi_insert() if entity.mcount > 1 else [entity]:
                yield from one.attribs
                yield from _placed(one.virtual_entities())
        else:
            yield entity


def _drawn(entity: Any, kind: str) -> Any:
    from ezdxf import path as paths

    if kind == "POINT":
        return shapely.Point(tuple(entity.dxf.location)[:2])
    if kind in ("SOLID", "TRACE", "3DFACE"):
        return shapely.Polygon([tuple(one)[:2] for one in entity.wcs_vertices()])
    if kind in ("HATCH", "MPOLYGON"):
        made = shapely.Polygon()
        for one in paths.from_hatch(entity):
            ring = shapely.Polygon([tuple(place)[:2] for place in one.flattening(1e-6, segments=16)])
            made = made.symmetric_difference(ring)
        return made
    points = _line_points(entity, kind)
    if len(points) < 2:
        return None
    closed = kind == "CIRCLE" or bool(getattr(entity, "closed", False) or getattr(entity, "is_closed", False))
    closed = closed or (len(points) > 3 and math.dist(points[0], points[-1]) < 1e-9)
    area = kind not in ("LINE", "ARC") and closed and len(points) > 3
    return shapely.Polygon(points) if area else shapely.LineString(points)


def _line_points(entity: Any, kind: str) -> list[tuple[float, ...]]:
    match kind:
        case "LINE":
            return [tuple(entity.dxf.start)[:2], tuple(entity.dxf.end)[:2]]
        case "CIRCLE" | "ARC" | "ELLIPSE":
            size = entity.dxf.radius if kind != "ELLIPSE" else entity.dxf.major_axis.magnitude
            sagitta = 1e-7 * max(float(size), 1e-9)
            return [tuple(one)[:2] for one in entity.flattening(sagitta)]
        case "SPLINE" | "HELIX":
            return [tuple(one)[:2] for one in entity.flattening(1e-5)]
        case "LWPOLYLINE" | "POLYLINE":
            if kind == "POLYLINE" and not (entity.is_2d_polyline or entity.is_3d_polyline):
                return []  # a mesh
            runs = [_line_points(one, one.dxftype()) for one in entity.virtual_entities()]
            found: list[tuple[float, ...]] = []
            for at, run in enumerate(runs):
                beside = found[-1] if found else runs[at + 1][0] if at + 1 < len(runs) else run[0]
                near = math.dist(beside, run[0]) <= math.dist(beside, run[-1])
                found += run if near == bool(found) or at + 1 == len(runs) == 1 else run[::-1]
            return found
    return []


def _reads(path: Path) -> bool:
    import ezdxf

    try:
        ezdxf.readfile(str(path))
    except (ezdxf.DXFError, OSError, ValueError, AttributeError, KeyError):
        return False
    return True
