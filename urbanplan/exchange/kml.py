"""KML: placemarks with their extended data; a document with entities is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

import geopandas as gpd
import numpy as np
import shapely

from urbanplan.errors import ExchangeError, GateError
from urbanplan.exchange.crs.projection import to_wgs84
from urbanplan.exchange.fields.columns import column, names_of, plain
from urbanplan.exchange.frames import assemble
from urbanplan.exchange.geojson.text import DIGITS
from urbanplan.exchange.geometry import antimeridian
from urbanplan.exchange.geometry.coordinates import shapes as shapes_of
from urbanplan.exchange.losses import Loss, texts
from urbanplan.exchange.native_types import alone
from urbanplan.exchange.ogr import set_aside
from urbanplan.exchange.table import Job, Source, Table
from urbanplan.exchange.text.encoding import damaged
from urbanplan.model.translation import say

_FIX = "Mend the file where it was made, or get it again from its source."
_TYPES = {"integer": "int", "number": "double", "boolean": "bool"}
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_RETURN = {"\r": "&#13;"}  # XML makes a line feed of a bare one
_DEEPEST = 16
_ELSEWHERE = ("NetworkLink", "GroundOverlay", "ScreenOverlay", "PhotoOverlay", "Folder", "Tour")
_LABELS = ("地块名称", "名称", "NAME")  # fields that name a placemark too
_MULTI = {"Point": "MultiPoint", "LineString": "MultiLineString", "Polygon": "MultiPolygon"}


def read(source: Source) -> Table:
    """Read all placemarks.

    Raises:
        GateError: the document defines entities. ExchangeError: it is no KML.
    """
    root = _root(source)
    schema = {field.get("name"): field.get("type") for field in root.iter("SimpleField")}
    marks = list(root.iter("Placemark"))
    if not marks and any(element.tag in _ELSEWHERE for element in root.iter()):
        raise ExchangeError("the document holds no placemark", where=str(source.path), fix=_FIX)
    rows = [_fields(mark, schema) for mark in marks]
    geometries, reasons = [], {}
    for at, mark in enumerate(marks):
        try:
            geometries.append(next((_geometry(child, _DEEPEST) for child in mark if child.tag in _SHAPES), None))
        except (ValueError, TypeError, IndexError, RecursionError) as error:
            geometries.append(None)
            reasons[at] = say("coordinates that cannot be read: {reason}", reason=str(error)[:80])
    made, bad = shapes_of(geometries)
    listed = dict.fromkeys([*(str(name) for name in schema if name), *names_of(rows)])
    names = [name for name in listed if source.columns is None or name in source.columns]
    columns = {name: column([row.get(name) for row in rows]) for name in names}
    frame, note = assemble(columns, made, source, default="EPSG:4326")
    return set_aside(frame, reasons | bad, source, note, encoding="utf-8")


def _text(source: Source) -> str:
    """The document as text: UTF-8, or GB18030 where it is that.

    Raises:
        ExchangeError: it is neither, or it is UTF-8 but for some bytes.
    """
    data = source.path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    byte = None if source.encoding else damaged(data)
    if byte is not None:
        raise ExchangeError("the text is UTF-8, but for byte {byte}", where=str(source.path), fix=_FIX, byte=byte)
    for encoding in (source.encoding,) if source.encoding else ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    fix = "Save it as UTF-8 or GBK, or pin the encoding."
    raise ExchangeError("the text has no known encoding", where=str(source.path), fix=fix)


def _root(source: Source) -> ElementTree.Element:
    text = _text(source)
    if re.search(r"<!(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise GateError("the document defines entities", where=str(source.path), fix="Take its DOCTYPE out.")
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        line, col = error.position
        place = f"{source.path}:{line}:{col} feature {text.count('<Placemark', 0, _offset(text, line, col))}"
        raise ExchangeError("this is no XML: {reason}", where=place, fix=_FIX, reason=str(error)) from error
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    if root.tag != "kml":
        raise ExchangeError("this is XML, but no KML", where=str(source.path), fix="Give a KML file.")
    return root


def _offset(text: str, line: int, col: int) -> int:
    return sum(len(row) + 1 for row in text.split("\n")[: line - 1]) + col


def _fields(mark: ElementTree.Element, schema: dict[Any, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for data in mark.iter("Data"):
        row[data.get("name", "?")] = data.findtext("value") or ""
    for data in mark.iter("SimpleData"):
        name = data.get("name", "?")
        row[name] = _typed(data.text or "", schema.get(name))
    for tag in ("name", "description"):
        text = mark.findtext(tag)
        if text is not None and tag not in row and not (tag == "name" and text in map(row.get, _LABELS)):
            row[tag] = text
    if mark.get("id") and "id" not in row:
        row["id"] = mark.get("id")
    return row


def _typed(text: str, what: str | None) -> Any:
    match what:
        case "int" | "uint" | "short" | "ushort" if re.fullmatch(r"-?\d{1,19}", text.strip()):
            return int(text)
        case "float" | "double" if re.fullmatch(r"[-+.\deE]+", text.strip()):
            return float(text)
        case "bool" if text.strip().lower() in ("true", "false", "0", "1"):
            return text.strip().lower() in ("true", "1")
    return text


_SHAPES = ("Point", "LineString", "LinearRing", "Polygon", "MultiGeometry")


def _geometry(element: ElementTree.Element, levels: int) -> dict[str, Any]:
    """A geometry element as a GeoJSON object."""
    if levels == 0:
        raise ValueError(f"nested deeper than {_DEEPEST} levels")
    match element.tag:
        case "Point":
            return {"type": "Point", "coordinates": _positions(element)[0]}
        case "LineString" | "LinearRing":
            return {"type": "LineString", "coordinates": _positions(element)}
        case "Polygon":
            rings = [*element.iterfind("outerBoundaryIs/LinearRing"), *element.iterfind("innerBoundaryIs/LinearRing")]
            return {"type": "Polygon", "coordinates": [_positions(ring) for ring in rings]}
    parts = [_geometry(child, levels - 1) for child in element if child.tag in _SHAPES]
    kinds = {part["type"] for part in parts}
    if len(kinds) == 1 and (only := kinds.pop()) in _MULTI:
        return {"type": _MULTI[only], "coordinates": [part["coordinates"] for part in parts]}
    return {"type": "GeometryCollection", "geometries": parts}


def _positions(element: ElementTree.Element) -> list[list[float]]:
    text = element.findtext("coordinates") or ""
    return [[float(cell) for cell in place.split(",")] for place in text.split()]


def write(job: Job) -> dict[str, Any]:
    """Write placemarks with a schema of the fields' types, WGS 84, 7 digits."""
    frame = job.geo()
    shapes = antimeridian.cut(frame) if antimeridian.reached(frame) else to_wgs84(frame)
    names = [str(name) for name in frame.columns if name != frame.geometry.name]
    fields = "".join(
        f"<SimpleField type={quoteattr(_TYPES.get(alone(frame[name], 'kml'), 'string'))} name={quoteattr(name)}/>"
        for name in names
    )
    columns = [[_cell(value) for value in plain(frame[name])] for name in names]
    rows = zip(*columns, strict=True) if names else ((),) * len(frame)
    tags = [f"<SimpleData name={quoteattr(name)}>" for name in names]
    label = next((names.index(name) for name in ("name", *_LABELS) if name in names), None)
    marks = [_mark(shape, row, tags, label) for shape, row in zip(shapes, rows, strict=True)]
    title = escape(_ILLEGAL.sub("?", job.layer))
    job.path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">\n'
        f'<Document><name>{title}</name><Schema name="fields" id="fields">{fields}</Schema>\n'
        + "".join(marks) + "</Document>\n</kml>\n",
        encoding="utf-8", newline="\n",
    )  # fmt: skip
    return {"crs": "OGC:CRS84"}


def _cell(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, dict)):
        from urbanplan.exchange.geometry.arrow import json_text

        return json_text(value)
    return repr(value)


def _mark(shape: Any, row: tuple[str | None, ...], tags: list[str], label: int | None) -> str:
    cells = "".join(
        f"{tag}{escape(_ILLEGAL.sub('?', cell), _RETURN)}</SimpleData>"
        for tag, cell in zip(tags, row, strict=True)
        if cell is not None
    )
    text = row[label] if label is not None else None
    name = f"<name>{escape(_ILLEGAL.sub('?', text))}</name>" if text else ""
    data = f'<ExtendedData><SchemaData schemaUrl="#fields">{cells}</SchemaData></ExtendedData>'
    return f"<Placemark>{name}{data}{_xml(shape)}</Placemark>\n"


def _xml(shape: Any) -> str:
    if shape is None:
        return ""
    match shape.geom_type:
        case "Point":
            return f"<Point>{_coordinates(shape)}</Point>"
        case "LineString" | "LinearRing":
            return f"<LineString>{_coordinates(shape)}</LineString>"
        case "Polygon":
            holes = "".join(f"<innerBoundaryIs>{_ring(hole)}</innerBoundaryIs>" for hole in shape.interiors)
            return f"<Polygon><outerBoundaryIs>{_ring(shape.exterior)}</outerBoundaryIs>{holes}</Polygon>"
    return f"<MultiGeometry>{''.join(map(_xml, shape.geoms))}</MultiGeometry>"


def _ring(ring: Any) -> str:
    return f"<LinearRing>{_coordinates(ring)}</LinearRing>"


def _coordinates(shape: Any) -> str:
    points = shapely.get_coordinates(shape, include_z=bool(shape.has_z)).tolist()
    texts = " ".join(",".join(np.format_float_positional(v, precision=DIGITS, trim="0") for v in p) for p in points)
    return f"<coordinates>{texts}</coordinates>"


def losses(frame: gpd.GeoDataFrame, profile: Any) -> Iterator[Loss]:
    """What KML cannot hold of a frame."""
    if not isinstance(frame, gpd.GeoDataFrame):
        yield Loss("rows without geometry")
        return
    for name, values in texts(frame):
        if values.str.contains(_ILLEGAL).any():
            yield Loss("control characters in {field}", values={"field": name})


def count(path: Path) -> int:
    """Number of placemarks."""
    return path.read_bytes().count(b"<Placemark>")
