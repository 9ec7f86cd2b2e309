"""VCT read: one feature code or table as a layer, its attributes by the number of the object."""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from urbanplan.exchange.fields.columns import to_columns
from urbanplan.exchange.frames import build_frame
from urbanplan.exchange.geometry.arrow import non_finite_rows
from urbanplan.exchange.geopackage.database import select_layer
from urbanplan.exchange.ogr import separate_refused
from urbanplan.exchange.rows.parse_coordinates import unpack_degrees
from urbanplan.exchange.table import Source, Table
from urbanplan.exchange.vct.document import SHAPES, FeatureKind, VctDocument, declared_crs, read_document
from urbanplan.exchange.vct.objects import MalformedObject, ObjectReader, VctObject, build_shapes
from urbanplan.layer.dates import parse_day
from urbanplan.model.translation import localize

_WHOLE = re.compile(r"[-+]?[0-9]{1,18}")
_MAX_KILOMETRES = 50_000  # beyond it a coordinate is in metres, whatever the head says


def read(source: Source) -> Table:
    """Read the features of one table; where the document has one only, that.

    Raises:
        ExchangeError: it is no VCT, breaks off, or the layer must be named.
    """
    document = read_document(source)
    found = _objects(document)
    kind = _layers(document, found)[select_layer(list(_layers(document, found)), source)]
    mine = [one for one in found[kind.shape] if one.code == kind.code]
    _mark_doubled(found)
    lines = {one.number: _joined(one) for one in found["Line"] if one.parts and not one.problem}
    shapes = np.empty(len(mine), dtype=object)
    shapes[:] = build_shapes(mine, kind.shape, lines)
    shapes = _to_xy(shapes, document)
    known = {one.number for objects in found.values() for one in objects}
    rows, faults, notes = _attributes(document, kind, mine, known)
    refused = {at: one.problem for at, one in enumerate(mine) if one.problem}
    refused |= {at: faults[one.number] for at, one in enumerate(mine) if one.number in faults and at not in refused}
    columns = to_columns(rows, source.wants)
    frame, note = build_frame(columns, shapes, source, declared=declared_crs(document, _an_easting(shapes)))
    return separate_refused(
        frame, refused | non_finite_rows(shapes), source, note, encoding=document.encoding,
        layer=kind.table or kind.code, notes=(*document.notes, *_notes(document), *notes), lost=_lost(document),
    )  # fmt: skip


def layer_names(path: Path) -> list[str]:
    """Tables (or codes) that have features, in the order of the document."""
    from urbanplan.exchange.formats import by_name

    document = read_document(Source(path, by_name("vct")))
    return list(_layers(document, _objects(document)))


def _objects(document: VctDocument) -> dict[str, list[VctObject]]:
    return {shape: ObjectReader(document.sections.get(shape, []), document).objects(shape) for shape in SHAPES}


def _mark_doubled(found: dict[str, list[VctObject]]) -> None:
    """Objects of one shape and number cannot be told apart: neither their attributes nor who refers to them."""
    for objects in found.values():
        seen = Counter(one.number for one in objects)
        for one in objects:
            if seen[one.number] > 1:
                one.problem = one.problem or localize("several objects have the number {number}", number=one.number)


def _layers(document: VctDocument, found: dict[str, list[VctObject]]) -> dict[str, FeatureKind]:
    """Kinds of features that the document holds, by table; by code where several have one table or none."""
    held = {shape: {one.code for one in objects} for shape, objects in found.items()}
    kinds = [kind for kind in document.kinds if kind.shape in held and kind.code in held[kind.shape]]
    names = [kind.table or kind.code for kind in kinds]
    layers = {name if names.count(name) == 1 else kind.code: kind for name, kind in zip(names, kinds, strict=True)}
    known = {(kind.shape, kind.code) for kind in kinds}
    undeclared = {(shape, code) for shape, codes in held.items() for code in codes} - known
    used = _referenced(found)
    for shape, code in sorted(undeclared):
        objects = [one for one in found[shape] if one.code == code]
        if shape != "Line" or not all(one.number in used for one in objects):  # the edges of polygons are no layer
            layers[code or localize("without a code")] = FeatureKind(code, "", shape, "")
    return layers


def _referenced(found: dict[str, list[VctObject]]) -> set[str]:
    return {number.lstrip("-") for objects in found.values() for one in objects for number in one.lines}


def _joined(one: VctObject) -> Any:
    """The coordinates of a line of several segments."""
    return np.concatenate([one.parts[0], *(part[1:] for part in one.parts[1:])])


def _to_xy(shapes: Any, document: VctDocument) -> Any:
    """Shapes with the easting first, in metres or degrees; NaN where packed degrees are none."""
    import shapely

    def move(points: Any) -> Any:
        if document.unit == "K" and np.abs(points[:, :2]).max(initial=0.0) < _MAX_KILOMETRES:
            points = np.column_stack([points[:, :2] * 1000.0, points[:, 2:]])
        elif document.unit == "S":
            points = np.column_stack([unpack_degrees(points[:, :2]), points[:, 2:]])
        return points[:, [1, 0, *range(2, points.shape[1])]] if document.swaps_axes else points

    if not document.swaps_axes and document.unit not in ("K", "S"):
        return shapes
    return shapely.transform(shapes, move, include_z=bool(shapely.has_z(shapes).any()))


def _an_easting(shapes: Any) -> float | None:
    import shapely

    points = shapely.get_coordinates(shapes)
    return float(np.median(points[:, 0])) if len(points) else None


def _attributes(
    document: VctDocument, kind: FeatureKind, mine: list[VctObject], known: set[str]
) -> tuple[list[dict[str, Any]], dict[str, str], tuple[str, ...]]:
    """A row for each object, why rows of objects do not fit their table, and what is told of objects without a row
    and of rows whose number is no object's (``known`` are those of all)."""
    fields = document.fields.get(kind.table, [])
    rows, faults = dict[str, dict[str, Any]](), dict[str, str]()
    for line in _table_lines(document, kind.table):
        cells = [cell.strip() for cell in _cells(line, document.separator)]
        values = cells[1:] if len(cells) == len(fields) + 1 else cells
        try:
            if cells[0] in rows:
                raise MalformedObject(localize("{table} holds several rows of it", table=kind.table))
            rows[cells[0]] = _row(kind, fields, values, len(cells))
        except MalformedObject as problem:
            faults.setdefault(cells[0], str(problem))
    names = [name for name, _ in fields]
    if not names:
        return [{"id": one.number} for one in mine], faults, ()
    empty = dict.fromkeys(names)
    bare = sum(one.number not in rows and one.number not in faults for one in mine)
    loose = len(rows.keys() - known)
    notes = (localize("{count} features have no row in {table}", count=bare, table=kind.table),) if bare else ()
    if loose:
        notes = (*notes, localize("{count} rows in {table} are of no feature", count=loose, table=kind.table))
    return [{**(rows.get(one.number) or empty)} for one in mine], faults, notes


def _cells(line: str, separator: str) -> list[str]:
    """The values of a line; one in quotes may hold the separator."""
    return (
        next(csv.reader([line], delimiter=separator)) if '"' in line and len(separator) == 1 else line.split(separator)
    )


def _row(kind: FeatureKind, fields: list[tuple[str, str]], values: list[str], count: int) -> dict[str, Any]:
    """The values of a row by the names of fields.

    Raises:
        MalformedObject: there are others than fields, or one is not of its field's kind.
    """
    if len(values) != len(fields):
        what = "its row of {table} has {count} values for {fields} fields"
        raise MalformedObject(localize(what, table=kind.table, count=count, fields=len(fields)))
    return {name: _value(text, name, sort) for (name, sort), text in zip(fields, values, strict=True)}


def _table_lines(document: VctDocument, table: str) -> list[str]:
    """The rows of a table: they stand between its name and TableEnd."""
    found: list[str] = []
    inside: str | None = None
    for line in document.sections.get("Attribute", []):
        if line == "TableEnd":
            inside = None
        elif inside is None:
            inside = line
        elif inside == table:
            found.append(line)
    return found


def _value(text: str, name: str, sort: str) -> Any:
    """A value as its field's kind says, None where it is empty.

    Raises:
        MalformedObject: it is none of that kind.
    """
    if not text:
        return None
    if sort.startswith(("int", "float", "double", "num")):
        try:
            number = float(text)
            if not math.isfinite(number):
                raise ValueError
        except ValueError:
            what = "{text} in the field {name} is no number"
            raise MalformedObject(localize(what, text=repr(text[:40]), name=repr(name))) from None
        return int(text) if sort.startswith("int") and _WHOLE.fullmatch(text) else number
    if sort == "date":
        day = parse_day(text)
        if day is None and text.strip("0-/ "):
            raise MalformedObject(
                localize("{text} in the field {name} is no date", text=repr(text[:40]), name=repr(name))
            )
        return None if day is None else day.isoformat()
    return text


def _notes(document: VctDocument) -> tuple[str, ...]:
    version = document.head.get("version", "—")
    return (localize("VCT version {version}", version=version[:40]),)


def _lost(document: VctDocument) -> tuple[str, ...]:
    """Sections whose content is not taken over."""
    return tuple(
        localize("the section {name}", name=name)
        for name in ("Annotation", "Solid", "Aggregation")
        if document.sections.get(name)
    )
