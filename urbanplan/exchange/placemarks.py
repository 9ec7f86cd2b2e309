"""The placemarks of a KML: their fields, folders and times, their geometries, and what is not taken over."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from urbanplan.exchange.fields.field_names import number_name
from urbanplan.exchange.geometry.coordinates import InvalidCoordinatesError
from urbanplan.model.translation import localize

MAX_DEPTH = 16  # levels of geometries
LABEL_FIELDS = ("地块名称", "名称", "NAME")  # fields that name a placemark too
GEOMETRY_ELEMENTS = ("Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "MultiPolygon", "MultiLineString",
                     "MultiPoint", "Track", "MultiTrack")  # fmt: skip
_NUMERIC_TYPES = frozenset({"int", "uint", "short", "ushort", "float", "double", "bool"})
_MAX_FOLDERS = 32  # levels of folders that are named
_PASSED_OVER = ("NetworkLink", "GroundOverlay", "ScreenOverlay", "PhotoOverlay", "Tour", "Model", "LatLonQuad")
_MULTI_TYPES = {"Point": "MultiPoint", "LineString": "MultiLineString", "Polygon": "MultiPolygon"}
_TEXT_ELEMENTS = {"name": "name", "description": "description", "address": "address", "phoneNumber": "phone",
                  "Snippet": "snippet", "snippet": "snippet"}  # fmt: skip


@dataclass(frozen=True)
class Placemark:
    """A placemark: its element, the names of the folders around it, outermost first, and whether one is hidden."""

    element: ElementTree.Element
    folders: tuple[str, ...] = ()
    hidden: bool = False


@dataclass
class PlacemarkNotes:
    """What is counted while placemarks are read."""

    moments: int = 0
    several: int = 0
    hidden: int = 0
    lost: Counter[str] = field(default_factory=Counter)

    def texts(self) -> tuple[str, ...]:
        """What is to be told of them."""
        counted = (
            (self.several, "{count} placemarks have several geometries: they are read as one"),
            (self.hidden, "{count} placemarks are hidden in the file: they are read"),
        )
        return tuple(localize(what, count=count) for count, what in counted if count)

    def lost_texts(self) -> tuple[str, ...]:
        """What of the file is not taken over."""
        listed = ", ".join(f"{count} {name}" for name, count in sorted(self.lost.items()))
        found = (localize("not taken over: {listed}", listed=listed),) if listed else ()
        what = "{count} moments of tracks: only the first and the last are taken over"
        return (*found, localize(what, count=self.moments)) if self.moments else found


def find_placemarks(root: ElementTree.Element) -> list[Placemark]:
    """All placemarks in the order of the document."""
    return list(_walk(root))


def _walk(element: ElementTree.Element) -> Iterator[Placemark]:
    stack: list[tuple[ElementTree.Element, tuple[str, ...], bool]] = [(element, (), False)]
    while stack:
        one, around, hidden = stack.pop()
        hidden = hidden or (one.findtext("visibility") or "").strip() in ("0", "false")
        if one.tag == "Placemark":
            yield Placemark(one, around, hidden)
            continue
        if one.tag == "Folder" and len(around) < _MAX_FOLDERS:
            around = (*around, " ".join((one.findtext("name") or "").split()) or "—")
        stack += [(child, around, hidden) for child in reversed(list(one))]


def count_passed_over(root: ElementTree.Element, notes: PlacemarkNotes) -> None:
    """Count the elements that hold something to see and are no placemarks of shapes."""
    notes.lost.update(element.tag for element in root.iter() if element.tag in _PASSED_OVER)


def read_fields(mark: Placemark, schema: dict[Any, Any], notes: PlacemarkNotes) -> dict[str, Any]:
    """The fields of a placemark by name; of several with one name the later ones are numbered."""
    element, row = mark.element, {}
    for data in element.iter("Data"):
        _put(row, data.get("name", "?"), data.findtext("value") or "")
    for data in element.iter("SimpleData"):
        name = data.get("name", "?")
        _put(row, name, _parse_value(data.text or "", schema.get(name)))
    for data in element.iterfind("ExtendedData/*"):
        if data.tag not in ("Data", "SchemaData", "SimpleData") and (text := (data.text or "").strip()):
            _put(row, data.tag, text)  # of a namespace of its own
    for tag, name in _TEXT_ELEMENTS.items():
        text = element.findtext(tag)
        if text is not None and not (tag == "name" and text in map(row.get, LABEL_FIELDS)):
            _put_beside(row, name, text)
    for name, text in _read_times(element):
        _put_beside(row, name, text)
    if mark.folders:
        _put_beside(row, "folder", "/".join(mark.folders))
    if element.get("id"):
        _put_beside(row, "id", element.get("id"))
    notes.hidden += mark.hidden
    return row


def _put(row: dict[str, Any], name: str, value: Any) -> None:
    row[number_name(name, row)] = value


def _put_beside(row: dict[str, Any], name: str, text: Any) -> None:
    """A part of the placemark itself, beside a field of the same name where that says something else."""
    if name not in row:
        row[name] = text
    elif str(row[name]) != str(text):
        _put(row, f"placemark_{name}", text)


def _read_times(mark: ElementTree.Element) -> Iterator[tuple[str, str]]:
    """Times of a placemark: ``when``, or ``begin`` and ``end`` of a span or a track."""
    for span in mark.iter("TimeSpan"):
        for tag in ("begin", "end"):
            if text := (span.findtext(tag) or "").strip():
                yield tag, text
    for stamp in mark.iter("TimeStamp"):
        if text := (stamp.findtext("when") or "").strip():
            yield "when", text
    moments = [
        text for track in mark.iter("Track") for when in track.iterfind("when") if (text := (when.text or "").strip())
    ]
    if moments:
        yield from (("begin", moments[0]), ("end", moments[-1]))


def _parse_value(text: str, what: str | None) -> Any:
    match what:
        case "int" | "uint" | "short" | "ushort" if re.fullmatch(r"-?\d{1,19}", text.strip()):
            return int(text)
        case "float" | "double" if re.fullmatch(r"[-+.\deE]+", text.strip()):
            return float(text)
        case "bool" if text.strip().lower() in ("true", "false", "0", "1"):
            return text.strip().lower() in ("true", "1")
        case str() if what in _NUMERIC_TYPES and not text.strip():
            return None
    return text


def read_geometry(mark: Placemark, notes: PlacemarkNotes) -> dict[str, Any] | None:
    """The geometry of a placemark as a GeoJSON object; several are one.

    Raises:
        ValueError, TypeError, IndexError: its coordinates cannot be read.
    """
    found = [child for child in mark.element if child.tag in GEOMETRY_ELEMENTS]
    notes.moments += max(0, sum(len(track.findall("when")) for track in mark.element.iter("Track")) - 2)
    if len(found) > 1:
        notes.several += 1
        return _join_parts([_parse_geometry(child, MAX_DEPTH) for child in found])
    return _parse_geometry(found[0], MAX_DEPTH) if found else None


def _parse_geometry(element: ElementTree.Element, levels: int) -> dict[str, Any]:
    """A geometry element as a GeoJSON object."""
    if levels == 0:
        raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
    match element.tag:
        case "Point":
            return {"type": "Point", "coordinates": next(iter(_parse_positions(element)), [])}
        case "LineString" | "LinearRing":
            return {"type": "LineString", "coordinates": _parse_positions(element)}
        case "Polygon":
            outer, inner = (element.findall(f"{side}BoundaryIs/LinearRing") for side in ("outer", "inner"))
            if len(outer) > 1 or (inner and not outer):
                raise InvalidCoordinatesError(localize("a polygon with {count} outer boundaries", count=len(outer)))
            positions = [_parse_positions(ring) for ring in (*outer, *inner)]
            return {"type": "Polygon", "coordinates": positions if any(positions) else []}
        case "Track":
            places = [[float(cell) for cell in text.split()] for coord in element.iterfind("coord")
                      if (text := coord.text or "").strip()]  # fmt: skip
            single = len(places) == 1
            return {"type": "Point" if single else "LineString", "coordinates": places[0] if single else places}
    return _join_parts([_parse_geometry(child, levels - 1) for child in element if child.tag in GEOMETRY_ELEMENTS])


def _join_parts(parts: list[dict[str, Any]]) -> dict[str, Any]:
    kinds = {part["type"].removeprefix("Multi") for part in parts}
    if len(kinds) == 1 and (only := kinds.pop()) in _MULTI_TYPES:
        singles = [one for part in parts for one in _single_coordinates(part, only)]
        return {"type": _MULTI_TYPES[only], "coordinates": [one for one in singles if one or only != "Point"]}
    return {"type": "GeometryCollection", "geometries": parts}


def _single_coordinates(part: dict[str, Any], only: str) -> list[Any]:
    """The coordinates of the single geometries of a part: of itself, or of those that it joins."""
    return [part["coordinates"]] if part["type"] == only else part["coordinates"]


def _parse_positions(element: ElementTree.Element) -> list[list[float]]:
    """The positions of an element; people write a space after the commas inside one."""
    found = element.find("coordinates")
    if found is not None and len(found):  # an element inside is no text, and what it refers to is not read
        raise ValueError("an element among the coordinates")
    text = re.sub(r"\s*,\s*", ",", element.findtext("coordinates") or "")
    return [[float(cell) for cell in place.split(",")] for place in text.split()]
