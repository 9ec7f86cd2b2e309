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

from urbanplan.errors import ExchangeError
from urbanplan.exchange.crs.projection import to_wgs84
from urbanplan.exchange.fields.code_tables import clean_aliases
from urbanplan.exchange.fields.columns import to_columns, to_json_values
from urbanplan.exchange.frames import build_frame, degree_outliers
from urbanplan.exchange.geometry import antimeridian
from urbanplan.exchange.geometry.coordinates import explain_coordinates
from urbanplan.exchange.geometry.coordinates import to_geometries as shapes_of
from urbanplan.exchange.geometry.rounding import Rounding
from urbanplan.exchange.losses import Loss, rounding_losses, text_columns
from urbanplan.exchange.native_types import native_kind
from urbanplan.exchange.ogr import separate_refused
from urbanplan.exchange.placemarks import (
    LABEL_FIELDS,
    PlacemarkNotes,
    count_passed_over,
    find_placemarks,
    read_fields,
    read_geometry,
)
from urbanplan.exchange.table import Source, Table, WriteJob
from urbanplan.exchange.text.xml_document import parse_document

_REPAIR_HINT = "Mend the file where it was made, or get it again from its source."
_SCHEMA_TYPES = {"integer": "int", "number": "double", "boolean": "bool"}
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ESCAPES = {"\r": "&#13;"}  # XML makes a line feed of a bare one


def read(source: Source) -> Table:
    """Read all placemarks.

    Raises:
        GateError: the document defines entities. ExchangeError: it is no KML.
    """
    root, encoding, notes = _parse_root(source)
    schema = {field.get("name"): field.get("type") for field in root.iter("SimpleField")}
    marks, counted = find_placemarks(root), PlacemarkNotes()
    count_passed_over(root, counted)
    if not marks and (counted.lost or next(root.iter("Folder"), None) is not None):
        raise ExchangeError("the document holds no placemark", where=str(source.path), fix=_REPAIR_HINT)
    rows = [read_fields(mark, schema, counted) for mark in marks]
    geometries, reasons = [], {}
    for at, mark in enumerate(marks):
        try:
            geometries.append(read_geometry(mark, counted))
        except (ValueError, TypeError, IndexError, RecursionError) as error:
            geometries.append(None)
            reasons[at] = explain_coordinates(error)
    made, bad = shapes_of(geometries)
    bad |= degree_outliers(made, source)
    columns = to_columns(rows, source.wants, first=(str(name) for name in schema if name))
    frame, note = build_frame(columns, made, source, default="EPSG:4326")
    titles = {data.get("name"): data.findtext("displayName") for data in root.iter("Data")}
    aliases = clean_aliases({name: title for name, title in titles.items() if title and name in frame})
    told = {"notes": (*notes, *counted.texts()), "lost": counted.lost_texts(), "aliases": aliases}
    return separate_refused(frame, reasons | bad, source, note, encoding=encoding, **told)


def _parse_root(source: Source) -> tuple[ElementTree.Element, str, tuple[str, ...]]:
    """The document, its encoding, and what is told of it."""
    made = parse_document(source, feature="Placemark")
    if made.root.tag != "kml":
        raise ExchangeError("this is XML, but no KML", where=str(source.path), fix="Give a KML file.")
    return made.root, made.encoding, made.notes


def _schema_type(column: Any) -> str:
    return _SCHEMA_TYPES.get(native_kind(column, "kml"), "string")


def write(job: WriteJob) -> dict[str, Any]:
    """Write placemarks with a schema of the fields' types, WGS 84, 7 digits."""
    frame = job.geo()
    shapes = antimeridian.cut(frame) if antimeridian.may_cross(frame) else to_wgs84(frame)
    rounding = Rounding(job.digits)
    rounding.measure_shapes(np.asarray(shapes, dtype=object))
    names = [str(name) for name in frame.columns if name != frame.geometry.name]
    fields = "".join(
        f"<SimpleField type={quoteattr(_schema_type(frame[name]))} name={quoteattr(name)}/>" for name in names
    )
    columns = [[_value_text(value) for value in to_json_values(frame[name])] for name in names]
    rows = zip(*columns, strict=True) if names else ((),) * len(frame)
    tags = [f"<SimpleData name={quoteattr(name)}>" for name in names]
    label = next((names.index(name) for name in ("name", *LABEL_FIELDS) if name in names), None)
    labels = [(tags, label, job.digits)] * len(frame)
    marks = [_placemark_xml(shape, row, *look) for shape, row, look in zip(shapes, rows, labels, strict=True)]
    title = escape(_ILLEGAL.sub("?", job.layer))
    job.path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">\n'
        f'<Document><name>{title}</name><Schema name="fields" id="fields">{fields}</Schema>\n'
        + "".join(marks) + "</Document>\n</kml>\n",
        encoding="utf-8", newline="\n",
    )  # fmt: skip
    return {"crs": "OGC:CRS84", "losses": rounding_losses(rounding)}


def _value_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, dict)):
        from urbanplan.exchange.geometry.arrow import to_json_text

        return to_json_text(value)
    return repr(value)


def _placemark_xml(shape: Any, row: tuple[str | None, ...], tags: list[str], label: int | None, digits: int) -> str:
    cells = "".join(
        f"{tag}{escape(_ILLEGAL.sub('?', cell), _ESCAPES)}</SimpleData>"
        for tag, cell in zip(tags, row, strict=True)
        if cell is not None
    )
    text = row[label] if label is not None else None
    name = f"<name>{escape(_ILLEGAL.sub('?', text))}</name>" if text else ""
    data = f'<ExtendedData><SchemaData schemaUrl="#fields">{cells}</SchemaData></ExtendedData>'
    return f"<Placemark>{name}{data}{_geometry_xml(shape, digits)}</Placemark>\n"


def _geometry_xml(shape: Any, digits: int) -> str:
    if shape is None:
        return ""
    match shape.geom_type:
        case "Point":
            return f"<Point>{_coordinates_xml(shape, digits)}</Point>"
        case "LineString" | "LinearRing":
            return f"<LineString>{_coordinates_xml(shape, digits)}</LineString>"
        case "Polygon":
            holes = "".join(f"<innerBoundaryIs>{_ring_xml(hole, digits)}</innerBoundaryIs>" for hole in shape.interiors)
            outer = _ring_xml(shape.exterior, digits)
            return f"<Polygon><outerBoundaryIs>{outer}</outerBoundaryIs>{holes}</Polygon>"
    parts = "".join(_geometry_xml(part, digits) for part in shape.geoms)
    return f"<MultiGeometry>{parts}</MultiGeometry>"


def _ring_xml(ring: Any, digits: int) -> str:
    return f"<LinearRing>{_coordinates_xml(ring, digits)}</LinearRing>"


def _coordinates_xml(shape: Any, digits: int) -> str:
    points = shapely.get_coordinates(shape, include_z=bool(shape.has_z)).tolist()
    texts = " ".join(",".join(np.format_float_positional(v, precision=digits, trim="0") for v in p) for p in points)
    return f"<coordinates>{texts}</coordinates>"


def losses(frame: gpd.GeoDataFrame, profile: Any) -> Iterator[Loss]:
    """What KML cannot hold of a frame."""
    if not isinstance(frame, gpd.GeoDataFrame):
        yield Loss("rows without geometry")
        return
    for name, values in text_columns(frame):
        if values.str.contains(_ILLEGAL).any():
            yield Loss("control characters in {field}", values={"field": name})


def count(path: Path) -> int:
    """Number of placemarks."""
    return path.read_bytes().count(b"<Placemark>")
