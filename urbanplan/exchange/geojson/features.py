"""GeoJSON in: strict and fast; each feature that is no feature is named and set aside."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely

from urbanplan.errors import ExchangeError
from urbanplan.exchange.esri.featureset import is_featureset, read_featureset
from urbanplan.exchange.fields.columns import key_names, to_column
from urbanplan.exchange.frames import build_frame, degree_outliers
from urbanplan.exchange.geojson import rfc7946
from urbanplan.exchange.geometry.coordinates import LEVELS, to_geometries
from urbanplan.exchange.rows.damaged_values import invalid_values, parse_json
from urbanplan.exchange.rows.mixed_columns import unify_mixture
from urbanplan.exchange.table import Source, Table, refused_table
from urbanplan.exchange.text.code_pages import decoder_name
from urbanplan.exchange.text.document import decode_sound
from urbanplan.exchange.topojson import is_topology, read_topology
from urbanplan.model.library_messages import translate_problem
from urbanplan.model.place import feature_place
from urbanplan.model.translation import localize

write = rfc7946.write
_LONG_INTEGER = re.compile(rb"[\s:,\[]-?\d{19,}[\s,}\]]")
_TOO_DEEP = ("depth limit exceeded", "failed to allocate memory", "Recursion limit reached")  # what orjson says of it
_RECORD_SEPARATOR, _RECORD_PADDING = (
    b"\x1e",
    b"\x1e \t\r\n",
)  # of a record in a sequence of JSON texts; what stands around one
_MEMBERS = frozenset({"type", "id", "geometry", "properties", "bbox"})
_REPAIR_HINT = "Mend the file where it was made, or get it again from its source."


def read(source: Source) -> Table:
    """Read a GeoJSON file (a collection, a feature or a bare geometry).

    Raises:
        ExchangeError: the file is no JSON or no GeoJSON.
    """
    data, encoding, notes = _read_text(source)
    lines = _parse_lines(data)
    document, exact = ({}, False) if lines else _parse_document(data, str(source.path))
    if (is_topology(document) or is_featureset(document)) and not exact and _LONG_INTEGER.search(data):
        document, exact = parse_json(data), True
    if is_topology(document):
        return read_topology(document, source, encoding=encoding, notes=notes, exact=exact)
    if is_featureset(document):
        return read_featureset(document, source, encoding=encoding, notes=notes, exact=exact)
    features = lines or _feature_list(document, str(source.path))
    notes = (*notes, *_document_notes(document, lines))
    reasons = _invalid_features(features)
    geometries = [None if at in reasons else feature.get("geometry") for at, feature in enumerate(features)]
    given = geometries
    if source.close:
        geometries = [_close_rings(geometry) for geometry in given]
    made, bad = to_geometries(geometries)
    rows = [{} if at in reasons else (feature.get("properties") or {}) for at, feature in enumerate(features)]
    ids = [feature.get("id") if isinstance(feature, dict) else None for feature in features]
    reasons |= bad | _invalid_values(rows, ids, exact=exact, data=b"" if lines else data)
    keep = [at for at in range(len(features)) if at not in reasons]
    if _declared_crs(document) is None:
        reasons |= degree_outliers(made, source)
        keep = [at for at in keep if at not in reasons]
    columns = _property_columns([rows[at] for at in keep], [ids[at] for at in keep], source)
    columns, told = _unify_mixtures(columns) if not source.kinds else (columns, ())
    notes = (*notes, *told)
    lost = (*_measure_note(given, made), *_foreign_members(features))
    frame, crs_note = build_frame(columns, made[keep], source, declared=_declared_crs(document), default="EPSG:4326")
    refused = [(at + 1, _feature_id(ids[at], rows[at]), reasons[at]) for at in sorted(reasons)]
    closed = tuple(row for row, at in enumerate(keep) if geometries[at] != given[at])
    return Table(
        frame, "geojson", None, encoding, crs_note, refused_table(refused), notes=notes, closed=closed, lost=lost
    )


def _close_rings(geometry: Any) -> Any:
    """A polygon with the first point of each open ring put to its end; anything else as it is."""
    match geometry:
        case {"type": "Polygon", "coordinates": list(rings)}:
            return {"type": "Polygon", "coordinates": [_close_ring(ring) for ring in rings]}
        case {"type": "MultiPolygon", "coordinates": list(parts)}:
            closed = [[_close_ring(ring) for ring in part] if isinstance(part, list) else part for part in parts]
            return {"type": "MultiPolygon", "coordinates": closed}
    return geometry


def _close_ring(ring: Any) -> Any:
    open_ = isinstance(ring, list) and len(ring) >= 3 and ring[0] != ring[-1]
    return [*ring, ring[0]] if open_ else ring


def _read_text(source: Source) -> tuple[bytes, str, tuple[str, ...]]:
    data = source.path.read_bytes()
    try:
        plain = data.removeprefix(b"\xef\xbb\xbf")
        if source.encoding is None:
            plain.decode("utf-8")
            return plain, "utf-8", ()
    except UnicodeDecodeError:
        pass
    made = decode_sound(data, where=str(source.path), pinned=source.encoding)
    code = decoder_name(made.encoding)
    note = localize("the text is not UTF-8 as GeoJSON demands; it was read as {encoding}", encoding=code.upper())
    return made.text.encode(), source.encoding or code, () if source.encoding else (note, *made.notes)


def _parse_lines(data: bytes) -> list[Any]:
    """The features of newline-delimited GeoJSON, None for a line that is no JSON; empty where it is not that."""
    end = data.find(b"\n", 0, -1)
    if (end < 0 and not data.startswith(_RECORD_SEPARATOR)) or _parse_feature(
        data[: end if end > 0 else None].strip(_RECORD_PADDING)
    ) is None:
        return []
    return [_parse_feature(line) for text in data.split(b"\n") if (line := text.strip(_RECORD_PADDING))]


def _parse_feature(line: bytes) -> dict[str, Any] | None:
    """A line that is one feature or geometry as a feature, else None."""
    try:
        document = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    kind = document.get("type") if isinstance(document, dict) else None
    known = isinstance(kind, str) and (kind in ("Feature", "GeometryCollection") or kind in LEVELS)
    return _feature_list(document, "")[0] if known else None


def _document_notes(document: Any, lines: list[Any]) -> tuple[str, ...]:
    if lines:
        return (localize("each line is a feature of its own (newline-delimited)"),)
    member = document.get("crs") if isinstance(document, dict) else None
    if member is None or _declared_crs(document) is not None:
        return ()
    return (localize("its crs member names no CRS: {text}", text=json.dumps(member, ensure_ascii=False)[:80]),)


def _parse_document(data: bytes, where: str) -> tuple[Any, bool]:
    """The document, and whether integers are exact; NaN and half characters are left to be found row by row."""
    try:
        return orjson.loads(data), False
    except orjson.JSONDecodeError as error:
        problem = error
    row = data[: len(data.decode()[: problem.pos].encode())].count(b'"Feature"')
    place = feature_place(f"{where}:{problem.lineno}:{problem.colno}", row)
    if problem.msg in _TOO_DEEP:
        raise ExchangeError("the JSON nests deeper than 1024 levels", where=place, fix=_REPAIR_HINT) from problem
    try:
        return parse_json(data), True
    except (ValueError, RecursionError) as error:
        raise ExchangeError(
            "this is no JSON: {reason}", where=place, fix=_REPAIR_HINT, reason=translate_problem(problem.msg)
        ) from error


def _feature_list(document: Any, where: str) -> list[Any]:
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "FeatureCollection":
        if isinstance(document.get("features"), list):
            return document["features"]
        fix = "Give it the member features, a list of features."
        raise ExchangeError("the features of the FeatureCollection are no list", where=where, fix=fix)
    if kind == "Feature":
        return [document]
    if isinstance(kind, str) and (kind in LEVELS or kind == "GeometryCollection"):
        return [{"type": "Feature", "geometry": document, "properties": {}}]
    raise ExchangeError(
        "this is JSON, but no GeoJSON: its type is {kind}",
        where=where,
        fix="Give a FeatureCollection, a Feature or a geometry.",
        kind=repr(kind)[:60],
    )


def _invalid_features(features: list[Any]) -> dict[int, str]:
    reasons = {}
    for at, feature in enumerate(features):
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            reasons[at] = "an entry that is no Feature"
        elif not isinstance(feature.get("properties"), (dict, type(None))):
            reasons[at] = "properties that are no object"
        elif not isinstance(feature.get("geometry"), (dict, type(None))):
            reasons[at] = "a geometry that is no object"
    return reasons


def _invalid_values(rows: list[dict[str, Any]], ids: list[Any], *, exact: bool, data: bytes) -> dict[int, str]:
    """Rows with numbers that JSON or 64 bits cannot hold, or half characters."""
    if not exact and _LONG_INTEGER.search(data):  # orjson makes floats of integers beyond 64 bits
        rows = [
            (feature.get("properties") or {}) if isinstance(feature, dict) else {}
            for feature in _feature_list(json.loads(data), "")
        ]
    elif not exact:
        return {}
    return invalid_values(rows, ids)


def _property_columns(rows: list[dict[str, Any]], ids: list[Any], source: Source) -> dict[str, Any]:
    names = key_names(rows)
    columns = {name: to_column([row.get(name) for row in rows]) for name in names}
    if any(own is not None and "id" not in row for own, row in zip(ids, rows, strict=True)):
        named = to_column(
            [row.get("id", own) for own, row in zip(ids, rows, strict=True)]
        )  # its own id, where none else
        columns = {**columns, "id": named} if "id" in columns else {"id": named, **columns}
    others = [own if own is not None and "id" in row and str(row["id"]) != str(own) else None
              for own, row in zip(ids, rows, strict=True)]  # fmt: skip
    if any(other is not None for other in others) and "feature_id" not in columns:
        columns["feature_id"] = to_column(others)  # a feature's own id beside the property of that name
    if source.columns is not None:
        columns = {name: columns[name] for name in source.columns if name in columns}
    return columns


def _unify_mixtures(columns: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Columns that hold texts among numbers as texts, and what is told."""
    found = {name: unify_mixture(name, values) for name, values in columns.items()}
    made = {name: values if (one := found[name]) is None else one[0] for name, values in columns.items()}
    return made, tuple(one[1] for one in found.values() if one is not None)


def _foreign_members(features: list[Any]) -> tuple[str, ...]:
    """What is told of members of features that GeoJSON does not know: they are no properties."""
    names = set().union(*(feature for feature in features if isinstance(feature, dict)))
    listed = ", ".join(sorted(repr(name)[:40] for name in names - _MEMBERS))
    return (localize("members of features that are no properties: {names}", names=listed[:200]),) if listed else ()


def _measure_note(geometries: list[Any], made: np.ndarray) -> tuple[str, ...]:
    """What is told of positions of four numbers, of which the last, a measure, is left out."""
    count = 0
    for at in np.flatnonzero(shapely.has_z(made)).tolist():
        place = geometries[at].get("coordinates")
        while isinstance(place, list) and place and isinstance(place[0], list):
            place = place[0]
        count += isinstance(place, list) and len(place) > 3
    what = "{count} geometries have a fourth number at their positions: it was left out"
    return (localize(what, count=count),) if count else ()


def _feature_id(given: Any, row: dict[str, Any]) -> Any:
    return given if given is not None else row.get("id", row.get("name"))


def _declared_crs(document: Any) -> Any:
    """The ``crs`` member of old GeoJSON, as text, or None."""
    member = document.get("crs") if isinstance(document, dict) else None
    if not isinstance(member, dict) or not isinstance(member.get("properties"), dict):
        return None
    name, code = member["properties"].get("name"), member["properties"].get("code")
    if member.get("type") == "EPSG" and type(code) is int:  # as GeoJSON 0.5 had it
        return f"EPSG:{code}"
    name = name if isinstance(name, str) else None
    return "EPSG:4326" if isinstance(name, str) and name.upper().endswith("CRS84") else name


def raw_text(path: Path) -> bytes:
    """The beginning of the text as raw bytes."""
    with path.open("rb") as stream:
        return stream.read(500_000).removeprefix(b"\xef\xbb\xbf")
