"""Esri JSON in: a feature set as ArcGIS servers answer and Features To JSON writes, with aliases and code tables."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import shapely

from urbanplan.exchange.boundary.ring_nesting import nest_rings
from urbanplan.exchange.fields.code_tables import clean_aliases, clean_codes, code_notes
from urbanplan.exchange.fields.columns import key_names, to_column
from urbanplan.exchange.frames import build_frame
from urbanplan.exchange.geometry.arrow import non_finite_rows
from urbanplan.exchange.geometry.coordinates import explain_coordinates
from urbanplan.exchange.ogr import separate_refused
from urbanplan.exchange.rows.damaged_values import invalid_values
from urbanplan.exchange.table import Source, Table
from urbanplan.model.translation import localize

_EPOCH = datetime.datetime(1970, 1, 1)
_MAX_EPSG = 32_768  # codes from here on are Esri's own


def is_featureset(document: Any) -> bool:
    """Whether a JSON document is a feature set of Esri."""
    features = document.get("features") if isinstance(document, dict) and "type" not in document else None
    if not isinstance(features, list):
        return False
    said = any(name in document for name in ("geometryType", "fields", "spatialReference"))
    return said or (bool(features) and isinstance(features[0], dict) and "attributes" in features[0])


def read_featureset(
    document: dict[str, Any], source: Source, *, encoding: str, notes: tuple[str, ...], exact: bool = False
) -> Table:
    """The table of a feature set; features that cannot be read are set aside.

    Raises:
        CrsError: its spatial reference is unknown.
    """
    features = [one if isinstance(one, dict) else {} for one in document["features"]]
    rows = [one["attributes"] if isinstance(one.get("attributes"), dict) else {} for one in features]
    damaged = invalid_values(rows) if exact else {}
    rows = [{} if at in damaged else row for at, row in enumerate(rows)]
    given = [one.get("geometry") for one in features]
    shapes, refused = read_shapes(given, heights=document.get("hasZ") is True)
    refused |= {at: "an entry that is no Feature" for at, one in enumerate(features) if "attributes" not in one}
    fields = [one for one in document.get("fields") or [] if isinstance(one, dict) and isinstance(one.get("name"), str)]
    columns, bad = _columns(rows, fields, source)
    frame, crs_note = build_frame(columns, shapes, source, declared=_spatial_reference(document))
    aliases = clean_aliases({one["name"]: one.get("alias") for one in fields if one["name"] in columns})
    codes = clean_codes({one["name"]: dict(_coded_values(one)) for one in fields if one["name"] in columns})
    part = document.get("exceededTransferLimit") is True
    lost = (localize("the server sent only a part: it says that its limit was exceeded"),) if part else ()
    if any(isinstance(one, dict) and one.get("hasM") is True for one in (document, *given)):
        lost = (*lost, localize("the measures (M) of the geometries are left out"))
    return separate_refused(
        frame, bad | damaged | non_finite_rows(shapes) | refused, source, crs_note, encoding=encoding,
        notes=(*notes, *code_notes(codes)), lost=lost, aliases=aliases, codes=codes,
    )  # fmt: skip


def _columns(
    rows: list[dict[str, Any]], fields: list[dict[str, Any]], source: Source
) -> tuple[dict[str, Any], dict[int, str]]:
    """Columns by name, those of dates as times, and rows with a date that is none."""
    kinds = {one["name"]: one.get("type") for one in fields}
    names = [name for name in dict.fromkeys([*kinds, *key_names(rows)]) if source.wants(name)]
    columns: dict[str, Any] = {}
    refused: dict[int, str] = {}
    for name in names:
        values = [row.get(name) for row in rows]
        if kinds.get(name) == "esriFieldTypeDate":
            moments = [_parse_moment(value) for value in values]
            lost = [at for at, moment in enumerate(moments) if moment is None and values[at] is not None]
            refused |= dict.fromkeys(lost, localize("a date of {field} that cannot be read", field=name))
            columns[name] = pd.Series(pd.to_datetime(pd.Series(moments, dtype=object))).dt.as_unit("us")
        elif name in kinds or any(value is not None for value in values):
            columns[name] = to_column(values)
    return columns, refused


def _parse_moment(value: Any) -> datetime.datetime | None:
    """A moment of milliseconds since 1970."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        return _EPOCH + datetime.timedelta(milliseconds=value)
    except (OverflowError, ValueError):
        return None


def _coded_values(field: dict[str, Any]) -> Iterator[tuple[str, str]]:
    domain = field.get("domain")
    rows = domain.get("codedValues") if isinstance(domain, dict) else None
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict) and "code" in row:
            yield str(row["code"]), str(row.get("name", row["code"]))


def _spatial_reference(document: dict[str, Any]) -> str | None:
    """The CRS that a feature set declares, as text."""
    said = document.get("spatialReference")
    if not isinstance(said, dict):
        return None
    code = said.get("latestWkid", said.get("wkid"))
    if isinstance(code, int) and not isinstance(code, bool) and code > 0:
        return f"EPSG:{code}" if code < _MAX_EPSG else f"ESRI:{code}"
    return said["wkt"] if isinstance(said.get("wkt"), str) else None


def read_shapes(given: list[Any], *, heights: bool = False) -> tuple[np.ndarray, dict[int, str]]:
    """Geometries of Esri's geometry objects, shape (n,), and the reasons of those refused, by row from 0.

    ``heights``: a third number of positions is a height, also where the object itself does not say so.
    """
    made, refused = np.full(len(given), None, dtype=object), {}
    for at, geometry in enumerate(given):
        try:
            made[at] = _read_shape(geometry, heights=heights)
        except (ValueError, TypeError, IndexError, KeyError, shapely.errors.ShapelyError) as error:
            refused[at] = explain_coordinates(error)
    return made, refused


def _read_shape(geometry: Any, *, heights: bool = False) -> Any:
    """A geometry object as a shape; a point without numbers and empty lists are none.

    Raises:
        ValueError, TypeError, KeyError, IndexError, ShapelyError: its coordinates cannot be read.
    """
    if geometry is None:
        return None
    if "curveRings" in geometry or "curvePaths" in geometry:
        raise ValueError("an arc")
    if "x" in geometry:
        if geometry["x"] in (None, "NaN") or geometry.get("y") is None:
            return None
        place = [geometry["x"], geometry["y"], *([geometry["z"]] if geometry.get("z") is not None else [])]
        return shapely.Point(_positions([place]))
    if "xmin" in geometry:
        west, south, east, north = (float(geometry[name]) for name in ("xmin", "ymin", "xmax", "ymax"))
        return shapely.box(west, south, east, north) if np.isfinite([west, south, east, north]).all() else None
    width = 3 if geometry.get("hasZ", heights) else 2
    if "points" in geometry:
        places = _positions(geometry["points"], width)
        return shapely.MultiPoint(places) if len(places) else None
    parts = [_positions(part, width) for part in geometry["paths" if "paths" in geometry else "rings"]]
    parts = [part for part in parts if len(part)]
    if not parts:
        return None
    if "rings" in geometry:
        return _join_rings(parts)
    lines = [shapely.LineString(part) for part in parts]
    return lines[0] if len(lines) == 1 else shapely.MultiLineString(lines)


def _positions(rows: Any, width: int = 3) -> np.ndarray:
    places = np.array([row[:width] for row in rows], dtype=float)
    if places.size and (places.ndim != 2 or places.shape[1] < 2):
        raise ValueError("a position without two numbers")
    return places


def _join_rings(rings: list[np.ndarray]) -> Any:
    """The polygon of rings, whichever order and direction they have: one inside another is its hole."""
    for ring in rings:
        if len(ring) < 4 or not np.array_equal(ring[0], ring[-1]):
            raise ValueError("a ring that is not closed")
    lines = np.array([shapely.LinearRing(ring) for ring in rings], dtype=object)
    order = np.argsort(-shapely.area(shapely.polygons(lines)), kind="stable")
    made = np.full(1, None, dtype=object)
    nest_rings(made, lines[order], np.zeros(len(lines), dtype=np.int64))
    return made[0]
