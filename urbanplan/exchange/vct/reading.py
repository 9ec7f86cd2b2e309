"""VCT read: one feature code or table as a layer, its attributes by the number of the object."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from urbanplan.exchange.fields.columns import to_columns
from urbanplan.exchange.frames import build_frame
from urbanplan.exchange.geometry.arrow import non_finite_rows
from urbanplan.exchange.geopackage.database import select_layer
from urbanplan.exchange.ogr import separate_refused
from urbanplan.exchange.table import Source, Table
from urbanplan.exchange.vct.document import SHAPES, FeatureKind, VctDocument, declared_crs, read_document
from urbanplan.exchange.vct.objects import ObjectReader, VctObject, build_shapes
from urbanplan.model.translation import localize


def read(source: Source) -> Table:
    """Read the features of one table; where the document has one only, that.

    Raises:
        ExchangeError: it is no VCT, breaks off, or the layer must be named.
    """
    document = read_document(source)
    found = _objects(document)
    kind = _layers(document, found)[select_layer(list(_layers(document, found)), source)]
    mine = [one for one in found[kind.shape] if one.code == kind.code]
    lines = {one.number: _joined(one) for one in found["Line"] if one.parts and not one.problem}
    shapes = np.empty(len(mine), dtype=object)
    shapes[:] = build_shapes(mine, kind.shape, lines)
    if document.swaps_axes:
        shapes = _swap(shapes)
    rows, faults = _attributes(document, kind, mine)
    refused = {at: one.problem for at, one in enumerate(mine) if one.problem}
    refused |= {at: faults[one.number] for at, one in enumerate(mine) if one.number in faults and at not in refused}
    columns = to_columns(rows, source.wants)
    frame, note = build_frame(columns, shapes, source, declared=declared_crs(document, _an_easting(shapes)))
    return separate_refused(
        frame, refused | non_finite_rows(shapes), source, note, encoding=document.encoding,
        layer=kind.table or kind.code, notes=(*document.notes, *_notes(document)), lost=_lost(document),
    )  # fmt: skip


def layer_names(path: Path) -> list[str]:
    """Tables (or codes) that have features, in the order of the document."""
    from urbanplan.exchange.formats import by_name

    document = read_document(Source(path, by_name("vct")))
    return list(_layers(document, _objects(document)))


def _objects(document: VctDocument) -> dict[str, list[VctObject]]:
    return {shape: ObjectReader(document.sections.get(shape, []), document).objects(shape) for shape in SHAPES}


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


def _swap(shapes: Any) -> Any:
    import shapely

    return shapely.transform(shapes, lambda points: points[:, ::-1])


def _an_easting(shapes: Any) -> float | None:
    import shapely

    points = shapely.get_coordinates(shapes)
    return float(np.median(points[:, 0])) if len(points) else None


def _attributes(
    document: VctDocument, kind: FeatureKind, mine: list[VctObject]
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """A row for each object, and objects whose row has another number of values than the table has fields."""
    fields = document.fields.get(kind.table, [])
    rows, faults = dict[str, dict[str, Any]](), dict[str, str]()
    for line in _table_lines(document, kind.table):
        cells = [cell.strip() for cell in line.split(document.separator)]
        values = cells[1:] if len(cells) == len(fields) + 1 else cells
        if len(values) != len(fields):
            what = "its row of {table} has {count} values for {fields} fields"
            faults[cells[0]] = localize(what, table=kind.table, count=len(cells), fields=len(fields))
            continue
        rows[cells[0]] = {name: _value(text, sort) for (name, sort), text in zip(fields, values, strict=True)}
    names = [name for name, _ in fields]
    empty = dict.fromkeys(names)
    own = {} if names else {"id": None}
    return [{**own, **(rows.get(one.number) or empty), **({} if names else {"id": one.number})} for one in mine], faults


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


def _value(text: str, sort: str) -> Any:
    if not text:
        return None
    try:
        if sort.startswith("int"):
            return int(text)
        if sort.startswith(("float", "double", "num")):
            return float(text)
    except ValueError:
        return text
    if sort == "date" and len(text) == 8 and text.isdigit():
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
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
