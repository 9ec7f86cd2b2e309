"""TopoJSON in: arcs that neighbours share, put together to geometries of GeoJSON."""

from __future__ import annotations

from typing import Any

import numpy as np

from urbanplan.errors import ExchangeError
from urbanplan.exchange.fields.columns import to_column, to_columns
from urbanplan.exchange.frames import build_frame, degree_outliers
from urbanplan.exchange.geometry.coordinates import explain_coordinates, to_geometries
from urbanplan.exchange.ogr import separate_refused
from urbanplan.exchange.rows.damaged_values import invalid_values
from urbanplan.exchange.table import Source, Table

_MAX_DEPTH = 16  # levels of collections
_REPAIR_HINT = "Mend the file where it was made, or get it again from its source."
_LEVELS = {"LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}


def is_topology(document: Any) -> bool:
    """Whether a JSON document is TopoJSON."""
    return isinstance(document, dict) and document.get("type") == "Topology"


def read_topology(
    document: dict[str, Any], source: Source, *, encoding: str, notes: tuple[str, ...], exact: bool = False
) -> Table:
    """The table of all objects of a topology; where there are several, the column ``object`` names each row's.

    Raises:
        ExchangeError: its arcs or objects cannot be read.
    """
    arcs, found = _read_arcs(document, str(source.path)), _members(document, str(source.path))
    geometries, reasons = [], {}
    for at, (_, member) in enumerate(found):
        try:
            geometries.append(_to_geojson(member, arcs, document.get("transform"), _MAX_DEPTH))
        except (ValueError, TypeError, KeyError, IndexError) as error:
            geometries.append(None)
            reasons[at] = explain_coordinates(error)
    made, bad = to_geometries(geometries)
    bad |= degree_outliers(made, source)
    rows = [_attributes(member) for _, member in found]
    bad |= (damaged := invalid_values(rows) if exact else {})
    rows = [{} if at in damaged else row for at, row in enumerate(rows)]
    columns = to_columns(rows, source.wants)
    if len({name for name, _ in found}) > 1 and "object" not in columns and source.wants("object"):
        columns["object"] = to_column([str(name) for name, _ in found])
    frame, note = build_frame(columns, made, source, default="EPSG:4326")
    return separate_refused(frame, bad | reasons, source, note, encoding=encoding, notes=notes)


def _attributes(member: dict[str, Any]) -> dict[str, Any]:
    held = member.get("properties")
    row = dict(held) if isinstance(held, dict) else {}
    return {"id": member["id"], **row} if "id" in member and "id" not in row else row


def _members(document: dict[str, Any], where: str) -> list[tuple[str, dict[str, Any]]]:
    """Geometries of all objects with the object's name; a collection's are rows of their own."""
    objects, found = document.get("objects"), []
    if not isinstance(objects, dict):
        raise ExchangeError("the topology has no objects", where=where, fix=_REPAIR_HINT)
    for name, item in objects.items():
        held = item.get("geometries") if isinstance(item, dict) and item.get("type") == "GeometryCollection" else [item]
        found += [(name, one if isinstance(one, dict) else {}) for one in (held if isinstance(held, list) else [])]
    return found


def _read_arcs(document: dict[str, Any], where: str) -> list[np.ndarray]:
    """The arcs as positions, shape (n, 2) each, in degrees or what units the topology has.

    Raises:
        ExchangeError: they are no lists of positions, or the transform is none.
    """
    transform = document.get("transform")
    try:
        arcs = [np.array([row[:2] for row in arc], dtype=float).reshape(-1, 2) for arc in document.get("arcs") or []]
        if transform is None:
            return arcs
        scale, shift = (np.array(transform[name][:2], dtype=float) for name in ("scale", "translate"))
        return [np.cumsum(arc, axis=0) * scale + shift for arc in arcs]
    except (ValueError, TypeError, KeyError, IndexError) as error:
        what = "the arcs of the topology cannot be read: {reason}"
        raise ExchangeError(what, where=where, fix=_REPAIR_HINT, reason=str(error)[:100]) from error


def _to_geojson(member: dict[str, Any], arcs: list[np.ndarray], transform: Any, levels: int) -> dict[str, Any] | None:
    """A geometry of a topology as one of GeoJSON.

    Raises:
        ValueError, TypeError, KeyError, IndexError: it cannot be read.
    """
    kind = member.get("type")
    if levels == 0:
        raise ValueError(f"nested deeper than {_MAX_DEPTH} levels")
    if kind is None:
        return None
    if kind == "GeometryCollection":
        parts = [_to_geojson(one, arcs, transform, levels - 1) for one in member["geometries"]]
        return {"type": kind, "geometries": parts}
    if kind in _LEVELS:
        return {"type": kind, "coordinates": _stitch(member["arcs"], arcs, _LEVELS[kind])}
    places = np.array(member["coordinates"], dtype=float)
    if transform is not None:
        places = places[..., :2] * np.array(transform["scale"][:2]) + np.array(transform["translate"][:2])
    return {"type": kind, "coordinates": places.tolist()}


def _stitch(numbers: Any, arcs: list[np.ndarray], level: int) -> list[Any]:
    """Positions of arcs by their numbers, at the depth that the type has; ``~n`` is an arc backwards."""
    if level > 1:
        return [_stitch(part, arcs, level - 1) for part in numbers]
    parts = [arcs[number] if number >= 0 else arcs[~number][::-1] for number in numbers]
    joined = [part if at == 0 else part[1:] for at, part in enumerate(parts)]
    return np.concatenate(joined).tolist() if joined else []
