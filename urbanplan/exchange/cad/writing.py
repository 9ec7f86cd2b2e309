"""DXF out: a layer for each class in its standard colour, numbers as texts, attributes as extended data."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import orjson
import shapely

from urbanplan.errors import MissingExtraError
from urbanplan.exchange.cad.shapes import DrawnEntity
from urbanplan.exchange.cad.xdata import APPLICATION_ID
from urbanplan.exchange.fields.columns import to_json_values
from urbanplan.exchange.losses import Loss
from urbanplan.exchange.ogr import crs_text
from urbanplan.exchange.table import WriteJob
from urbanplan.model.translation import localize

CLASS_FIELDS = (
    "地块用途",
    "use",
    "land_use",
    "用途",
    "use_code",
    "地类编码",
    "class",
    "type",
    "stage",
    "layer",
)  # fields that name a class
LABEL_FIELDS = ("地块编号", "id", "编号", "地块名称", "name", "名称")  # fields that number a parcel
_FONT_FAMILY, _FONT_CHARSET = (
    "SimSun",
    0x8602,
)  # TrueType family of the texts, and its character set 134 (GB 2312) as CAD packs it
_STRING_LENGTH, _MAX_ATTRIBUTE_BYTES = 80, 14_000  # characters of one string, bytes of an entity's extended data
_ILLEGAL_CHARACTERS = re.compile(r'[<>/\\":;?*|=,`\x00-\x1f]')


def write(job: WriteJob) -> dict[str, Any]:
    """Write a drawing: R2004 with the code page ANSI_936; the profile ``utf-8`` writes R2010 in UTF-8.

    GDAL (3.6 to 3.12, and so QGIS) takes the UTF-8 of newer drawings for Latin-1; every reader knows the code page.
    """
    frame = job.geo()
    gbk = job.profile != "utf-8"
    drawing = _new_drawing(gbk)
    classes = _first_values(frame, CLASS_FIELDS)
    labels = _first_values(frame, LABEL_FIELDS)
    names = [layer_name(value) for value in classes]
    for name in dict.fromkeys(names):
        layer = drawing.layers.get(name) if name in drawing.layers else drawing.layers.add(name)
        layer.dxf.true_color = _true_colour(name)
    height = _text_height(frame)
    rows = _attribute_rows(frame)
    space = drawing.modelspace()
    for at, shape in enumerate(frame.geometry.to_numpy()):
        if shape is None or shape.is_empty:
            continue
        _add_feature(space, shape, names[at], {"f": at, "t": shape.geom_type, "p": rows[at]}, gbk)
        if labels[at] and shape.geom_type.endswith("Polygon"):
            middle = shape.representative_point()
            text = space.add_text(str(labels[at]), height=height, dxfattribs={"layer": names[at], "style": "HZ"})
            text.set_placement((middle.x, middle.y), align=_centre_alignment())
    drawing.header["$INSUNITS"] = 6  # metres
    drawing.classes.add_required_classes(drawing.dxfversion)  # ezdxf keeps them in a set: another order in each run
    drawing.classes.classes = dict(sorted(drawing.classes.classes.items()))
    drawing.saveas(str(job.path))
    encoding = "gbk" if gbk else "utf-8"
    _normalize_header(job.path, encoding)
    return {"crs": crs_text(frame), "encoding": encoding}


def _new_drawing(gbk: bool) -> Any:
    try:
        from ezdxf.filemanagement import new
    except ImportError as error:
        raise MissingExtraError("DXF needs ezdxf", fix="Install urbanplan[cad].") from error
    drawing = new("R2004" if gbk else "R2010")
    if gbk:
        drawing.encoding = "gbk"
        drawing.header["$DWGCODEPAGE"] = "ANSI_936"
    drawing.appids.add(APPLICATION_ID)
    style = drawing.styles.add("HZ", font="simsun.ttc")
    style.set_xdata("ACAD", [(1000, _FONT_FAMILY), (1071, _FONT_CHARSET)])
    return drawing


def _centre_alignment() -> Any:
    from ezdxf.enums import TextEntityAlignment

    return TextEntityAlignment.MIDDLE_CENTER


def _first_values(frame: Any, names: tuple[str, ...]) -> list[Any]:
    name = next((name for name in names if name in frame.columns), None)
    return [None] * len(frame) if name is None else to_json_values(frame[name])


def layer_name(value: Any) -> str:
    """A class as a layer's name; what has none lies on layer 0."""
    text = _ILLEGAL_CHARACTERS.sub("_", str(value)).strip()[:100] if value is not None else ""
    return text or "0"


@cache
def _read_colours() -> dict[str, list[int]]:
    text = (files("urbanplan.exchange.cad") / "class_colours.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["colours"]


def _true_colour(name: str) -> int:
    """The standard colour of the class whose words the name holds, the longest match first; grey for others."""
    match = max(
        (word for word in _read_colours() if (name.startswith(word) if word.isdigit() else word in name)),
        key=len,
        default=None,
    )
    red, green, blue = _read_colours()[match] if match else (128, 128, 128)
    return red << 16 | green << 8 | blue


def _text_height(frame: gpd.GeoDataFrame) -> float:
    """Height of the texts in drawing units: a tenth of the middling feature's width."""
    bounds = frame.geometry.bounds.to_numpy()
    widths = bounds[:, 2] - bounds[:, 0]
    widths = widths[np.isfinite(widths) & (widths > 0)]
    return float(np.median(widths)) / 10 if len(widths) else 1.0


def _attribute_rows(frame: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    names = [name for name in frame.columns if name != frame.geometry.name]
    columns = [to_json_values(frame[name]) for name in names]
    keys = [str(name) for name in names]
    return [dict(zip(keys, row, strict=True)) for row in zip(*columns, strict=True)] or [{}] * len(frame)


def _add_feature(space: Any, shape: Any, layer: str, said: dict[str, Any], gbk: bool) -> None:
    """The entities of one feature; the first carries its attributes, each its place in the feature."""
    for number, (part, ring, points, closed) in enumerate(_point_runs(shape)):
        style = {"layer": layer}
        if len(points) == 1 and not closed and shape.geom_type.endswith("Point"):
            entity = space.add_point(points[0], dxfattribs=style)
        elif points.shape[1] == 3:
            entity = space.add_polyline3d(points, close=closed, dxfattribs=style)
        else:
            entity = space.add_lwpolyline(points, close=closed, dxfattribs=style)
        note = {**said, "k": [part, ring]} if number == 0 else {"f": said["f"], "t": said["t"], "k": [part, ring]}
        text = _to_json_bytes(note, gbk).decode()
        entity.set_xdata(
            APPLICATION_ID, [(1000, text[at : at + _STRING_LENGTH]) for at in range(0, len(text), _STRING_LENGTH)]
        )


def _to_json_bytes(said: dict[str, Any], gbk: bool) -> bytes:
    """JSON for extended data; for GBK in ASCII, whose escapes have every character; none that DXF takes for its own."""
    text = json.dumps(said, separators=(",", ":")).encode() if gbk else orjson.dumps(said)
    return text.replace(b"\\\\", b"\\u005c")


def _point_runs(shape: Any) -> Iterator[tuple[int, int, np.ndarray, bool]]:
    """Runs of points of a shape: part, ring, coordinates (closed rings without their last point), closed."""
    for part, piece in enumerate(shapely.get_parts(shape)):
        high = bool(piece.has_z)
        if piece.geom_type == "Polygon":
            for ring, line in enumerate([piece.exterior, *piece.interiors]):
                yield part, ring, shapely.get_coordinates(line, include_z=high)[:-1], True
        else:
            yield part, 0, shapely.get_coordinates(piece, include_z=high), False


def join_entities(group: list[DrawnEntity]) -> Any:
    """The geometry of one feature from its entities; the opposite of writing."""
    parts: dict[int, dict[int, Any]] = {}
    said = [entity.said or {} for entity in group]
    for entity, told in zip(group, said, strict=True):
        if entity.shape is None:
            raise ValueError(localize("a {entity} without two points that are numbers", entity=entity.entity))
        part, ring = told["k"]
        parts.setdefault(part, {})[ring] = entity.shape
    kind = said[0]["t"]
    pieces = [_build_piece(rings) for _, rings in sorted(parts.items())]
    return pieces[0] if not kind.startswith(("Multi", "Geometry")) else _multi_type(kind)(pieces)


def _multi_type(kind: str) -> Any:
    return {
        "MultiPolygon": shapely.MultiPolygon,
        "MultiLineString": shapely.MultiLineString,
        "MultiPoint": shapely.MultiPoint,
        "GeometryCollection": shapely.GeometryCollection,
    }[kind]


def _build_piece(rings: dict[int, Any]) -> Any:
    ordered = [ring for _, ring in sorted(rings.items())]
    if ordered[0].geom_type != "Polygon":
        return ordered[0]
    return shapely.Polygon(ordered[0].exterior, [ring.exterior for ring in ordered[1:]])


def _normalize_header(path: Path, encoding: str) -> None:
    """Take hours, programs and random ids out of the header: the same data give the same bytes."""
    text = path.read_bytes().decode(encoding, "surrogateescape")
    text = re.sub(r"(\$(?:TDCREATE|TDUCREATE|TDUPDATE|TDUUPDATE)\s+40\s+)\S+", r"\g<1>2451544.5", text)
    text = re.sub(
        r"(\$(?:FINGERPRINTGUID|VERSIONGUID)\s+2\s+)\S+", rf"\g<1>{{{'0' * 8}-0000-0000-0000-{'0' * 12}}}", text
    )
    text = re.sub(r"(CREATED_BY_EZDXF|WRITTEN_BY_EZDXF)(\s+1\s+)[^\r\n]*", r"\g<1>\g<2>urbanplan", text)
    text = re.sub(r"[\d.]+ @ \d{4}-\d\d-\d\dT[\d:.+]+", "urbanplan", text)
    text = re.sub(r"\\U\+[0-9a-f]{4,5}", lambda found: f"\\U+{found[0][3:].upper()}", text)  # as other readers want it
    path.write_bytes(text.encode(encoding, "surrogateescape"))


def losses(frame: gpd.GeoDataFrame, profile: Any) -> Iterator[Loss]:
    """What a drawing cannot hold of a frame."""
    if not isinstance(frame, gpd.GeoDataFrame):
        yield Loss("rows without geometry")
        return
    if frame.geometry.isna().any() or frame.geometry.is_empty.any():
        yield Loss("features without geometry")
    room = [len(_to_json_bytes(row, profile != "utf-8")) for row in _attribute_rows(frame)]
    if max(room, default=0) > _MAX_ATTRIBUTE_BYTES:
        yield Loss("attributes beyond {limit} bytes of a feature", values={"limit": _MAX_ATTRIBUTE_BYTES})
    if (frame.geom_type == "GeometryCollection").any():
        yield Loss("collections in collections")


def count(path: Path) -> int:
    """Number of features: the highest place that extended data name, and one."""
    data = path.read_bytes()
    places = [int(match) for match in re.findall(rb'1000\s*\r?\n\{"f":(\d+)', data)]
    return len(set(places))
