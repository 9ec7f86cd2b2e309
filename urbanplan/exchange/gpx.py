"""GPX in: waypoints, routes and tracks of receivers and phones; a document with entities is refused."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import shapely

from urbanplan.errors import ExchangeError
from urbanplan.exchange.fields.columns import to_columns
from urbanplan.exchange.frames import build_frame, degree_outliers
from urbanplan.exchange.geometry.arrow import non_finite_rows
from urbanplan.exchange.geometry.coordinates import explain_coordinates
from urbanplan.exchange.geopackage.database import select_layer
from urbanplan.exchange.ogr import separate_refused
from urbanplan.exchange.table import Source, Table
from urbanplan.exchange.text.xml_document import parse_document
from urbanplan.model.translation import localize

_LAYERS = {"waypoints": "wpt", "routes": "rte", "tracks": "trk"}
_TEXTS = ("name", "cmt", "desc", "src", "number", "type", "sym", "time", "ele")
_MOST, _MAX_NAMED = 2**53, 10
_NUMBERS = frozenset({"ele", "number"})


def read(source: Source) -> Table:
    """Read the waypoints, the routes or the tracks; where the document has one of them only, that.

    Raises:
        GateError: the document defines entities. ExchangeError: it is no GPX, or the layer must be named.
    """
    made = parse_document(source)
    if made.root.tag != "gpx":
        raise ExchangeError("this is XML, but no GPX", where=str(source.path), fix="Check what the file is.")
    layer = select_layer(_layers(made.root), source)
    rows, shapes, refused = [], [], {}
    for at, element in enumerate(made.root.iterfind(_LAYERS[layer])):
        row = {name: _value(name, text) for name in _TEXTS if (text := (element.findtext(name) or "").strip())}
        rows.append({**row, **_times(element)})
        try:
            shapes.append(_shape(element))
        except (ValueError, TypeError, shapely.errors.ShapelyError) as error:
            shapes.append(None)
            refused[at] = explain_coordinates(error)
    array = np.array(shapes, dtype=object)
    single = sum(len(part) == 1 for element in made.root.iterfind(_LAYERS[layer]) for part in _parts(element))
    what = "{count} tracks or routes have a part of a single point, which is no line"
    lost = (localize(what, count=single),) if single and layer != "waypoints" else ()
    lost = (*lost, *_left_out(made.root.findall(_LAYERS[layer])))
    refused |= non_finite_rows(array)
    refused |= degree_outliers(array, source)
    columns = to_columns(rows, source.wants)
    frame, note = build_frame(columns, array, source, default="EPSG:4326", declared=None)
    return separate_refused(
        frame,
        refused,
        source,
        note,
        encoding=made.encoding,
        notes=made.notes,
        layer=layer,
        lost=lost,
    )


def layer_names(path: Path) -> list[str]:
    """Those of ``waypoints``, ``routes`` and ``tracks`` that the document names; it is parsed when one of them is read.

    Raises:
        GateError, ExchangeError: it names none, and is no GPX.
    """
    from urbanplan.exchange.formats import by_name

    data = path.read_bytes()
    found = [name for name, tag in _LAYERS.items() if re.search(rf"<(?:[\w.-]+:)?{tag}[\s/>]".encode(), data)]
    return found or _layers(parse_document(Source(path, by_name("gpx"))).root)


def _layers(root: ElementTree.Element) -> list[str]:
    return [name for name, tag in _LAYERS.items() if root.find(tag) is not None]


def _left_out(elements: list[ElementTree.Element]) -> Iterator[str]:
    """What of waypoints, routes or tracks is not taken over: moments of single points, values of other programs."""
    moments = sum(max(0, sum(1 for _ in one.iter("time")) - 2) for one in elements if one.tag != "wpt")
    if moments:
        what = "{count} moments of tracks: only the first and the last are taken over"
        yield localize(what, count=moments)
    held = Counter(
        child.tag for one in elements for more in one.iter("extensions") for child in more.iter() if child is not more
    )
    if held:
        listed = ", ".join(f"{count} {name}" for name, count in held.most_common(_MAX_NAMED))
        yield localize("not taken over: {listed}", listed=listed)


def _value(name: str, text: str) -> Any:
    """A text of an element, a number where the format has one; what is no number stays as it is written."""
    if name not in _NUMBERS:
        return text
    try:
        number = float(text) if name == "ele" else int(text)
    except ValueError:
        return text
    return number if abs(number) < _MOST else text


def _times(element: ElementTree.Element) -> dict[str, str]:
    """The first and the last moment of a route or track."""
    moments = [text for time in element.iter("time") if (text := (time.text or "").strip())]
    return {"begin": moments[0], "end": moments[-1]} if moments and element.tag != "wpt" else {}


def _shape(element: ElementTree.Element) -> Any:
    """A waypoint as a point, a route as a line, a track as a line for each segment; one point makes no line.

    Raises:
        ValueError, TypeError, ShapelyError: a position is none.
    """
    if element.tag == "wpt":
        return shapely.Point(_position(element))
    places = [[_position(point) for point in part] for part in _parts(element)]
    lines = [_line(part) for part in places if len(part) > 1]
    return None if not lines else lines[0] if len(lines) == 1 else shapely.MultiLineString(lines)


def _parts(element: ElementTree.Element) -> list[list[ElementTree.Element]]:
    """The points of each segment of a track, or of a route."""
    segments = element.findall("trkseg") if element.tag == "trk" else [element]
    return [[*segment.iterfind("trkpt"), *segment.iterfind("rtept")] for segment in segments]


def _line(places: list[list[float]]) -> Any:
    width = min(map(len, places))
    return shapely.linestrings(np.array([place[:width] for place in places]))


def _position(point: ElementTree.Element) -> list[float]:
    height = (point.findtext("ele") or "").strip()
    return [float(point.get("lon", "")), float(point.get("lat", "")), *([float(height)] if height else [])]
