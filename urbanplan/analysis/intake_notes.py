"""The notes of an intake: what was read, what looks wrong, what does not fit the layer's type, what was repaired."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.errors import LayerError
from urbanplan.model.note import Note, note
from urbanplan.model.translation import current_language, localize

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from urbanplan.exchange.table import Table
    from urbanplan.layer.repair import Repair
    from urbanplan.model.finding import Finding
    from urbanplan.model.layertype import LayerType

_PREVIEW_ROWS = 3
_MAX_REPORTED = 20  # findings of one code that are told one by one
_DIMENSIONS = {"point": 0, "line": 1, "polygon": 2}
_REFUSAL_REASONS = {
    "area": "the area would change by more than the tolerance",
    "neighbour": "there is no neighbour",
}


def read_note(table: Table, file: Path) -> Note:
    """What was read of what, and how many features it holds: read and set aside make all of the file."""
    return note(
        "{file} ({format}{layer}{encoding}): {read} features read, {refused} set aside",
        file=file.name,
        format=table.format,
        layer=note(", layer {name}", name=table.layer) if table.layer else "",
        encoding=note(", encoding {encoding}", encoding=table.encoding) if table.encoding else "",
        read=len(table.frame),
        refused=len(table.refused),
    )


def diagnostic_notes(table: Table, guesses: Any, reference: Any) -> Iterator[Note]:
    """What looks wrong with a file, each with its confidence and what to do."""
    from urbanplan.exchange.diagnostics import diagnose

    for row in diagnose(table, guesses, reference=reference):
        seen = f"{row['message']} ({row['confidence']:.2f})"
        yield note("{message}. {repair}", level="warning", message=seen, repair=row["repair"])


def finding_notes(findings: Iterable[Finding]) -> Iterator[Note]:
    """The findings, of each code the first ones and the count of the others."""
    counts: Counter[str] = Counter()
    for finding in findings:
        counts[finding.code] += 1
        if counts[finding.code] <= _MAX_REPORTED:
            problem = note("{message}. {repair}", message=finding.message, repair=finding.fix)
            yield note("{code}: {problem}", level="warning", code=finding.code, problem=problem)
    for code, count in counts.items():
        if count > _MAX_REPORTED:
            rest = note("… and {count} more", count=count - _MAX_REPORTED)
            yield note("{code}: {problem}", level="warning", code=code, problem=rest)


def geometry_notes(frame: Any, kind: LayerType) -> Iterator[Note]:
    """Features without a shape, or of another shape than the layer's type says: they come in, but not unsaid."""
    import numpy as np
    import shapely

    from urbanplan.exchange.frames import is_spatial

    if kind.geometry == "none" or not len(frame):
        return
    if not is_spatial(frame):
        what = localize("nothing in the file says where its rows are: they come in without geometry")
        fix = localize("Name the columns with --place EAST,NORTH.")
        yield note("{message}. {repair}", level="warning", message=what, repair=fix)
        return
    shapes: NDArray[Any] = frame.geometry.to_numpy()
    without = int(np.count_nonzero(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    if without:
        yield note("{count} features come in without geometry", level="warning", count=without)
    other = _count_other_shapes(shapes, kind)
    if other:
        yield note(
            "{count} features are no {shape}, as the layer's type demands",
            level="warning",
            count=other,
            shape=_shape_name(kind),
        )


def check_geometry(frame: Any, kind: LayerType, *, where: str, allowed: bool) -> None:
    """Refuse shapes of another kind than the type's.

    Args:
        frame: features of a file. kind: the type. where: the file. allowed: whether they may come in all the same.

    Raises:
        LayerError: there are some and they may not.
    """
    from urbanplan.exchange.frames import is_spatial

    if allowed or kind.geometry == "none" or not is_spatial(frame):
        return
    other = _count_other_shapes(frame.geometry.to_numpy(), kind)
    if other:
        raise LayerError(
            "{count} of {total} features are no {shape}, as the type {type} demands",
            where=where,
            fix="Name another file or another layer of it (--table), or bring them in with --any-geometry.",
            count=other,
            total=len(frame),
            shape=_shape_name(kind),
            type=kind.name,
        )


def _count_other_shapes(shapes: NDArray[Any], kind: LayerType) -> int:
    """How many shapes, of those that there are, have another dimension than the type's."""
    import numpy as np
    import shapely

    wanted = _DIMENSIONS.get(kind.geometry)
    if wanted is None:
        return 0
    drawn = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    sizes: NDArray[Any] = shapely.get_dimensions(shapes)  # pyright: ignore[reportUnknownMemberType]
    return int(np.count_nonzero(drawn & (sizes != wanted)))


def _shape_name(kind: LayerType) -> str:
    names = {"point": localize("points"), "line": localize("lines"), "polygon": localize("polygons")}
    return names[kind.geometry]


def column_notes(frame: Any, kind: LayerType, given: Mapping[str, str]) -> Iterator[Note]:
    """Which column of the file is which field, which stay as they are, and which fields have none."""
    from urbanplan.layer.column_names import match_columns

    columns = [str(name) for name in frame.columns if name != getattr(frame, "_geometry_column_name", None)]
    matches = match_columns(columns, kind, given)
    renamed = [f"{one.column} → {one.field}" for one in matches if one.column != one.field]
    if renamed:
        yield note("columns taken as fields: {columns}", columns=", ".join(renamed))
    rest = [name for name in columns if name not in {one.column for one in matches}]
    if rest:
        yield note("columns that the type {type} does not know stay as they are: {columns}",
                   type=kind.name, columns=", ".join(rest))  # fmt: skip
    found = {one.field for one in matches}
    absent = [_field_label(name, kind) for name in kind.fields if name not in found]
    if absent:
        yield note("fields for which there is no column: {fields}", fields=", ".join(absent))


def preview_notes(frame: Any, kind: LayerType) -> Iterator[Note]:
    """The first rows as they come in: the fields that have a value, and the kind of the shape."""
    for number, row in enumerate(frame.head(_PREVIEW_ROWS).to_dict("records"), start=1):
        shape = row.pop("geometry", None)
        cells = [f"{name}={_preview_cell(row[name])}" for name in dict.fromkeys([*kind.fields, *row])]
        parts = [cell for cell in cells if not cell.endswith("=–")]
        yield note("row {row}: {values}", row=number, values=" · ".join([*parts, shape.geom_type] if shape else parts))


def _preview_cell(value: Any) -> str:
    """A value as the file has it: a whole number may be a key, so it is not grouped."""
    from urbanplan.model.display import format_cell

    return str(value) if isinstance(value, int) and not isinstance(value, bool) else format_cell(value)


def _field_label(name: str, kind: LayerType) -> str:
    title = kind.fields[name].title.get(current_language(), "")
    return f"{name} ({title})" if title and title != name else name


def repair_notes(repairs: Iterable[Repair]) -> Iterator[Note]:
    """A note for each repair with the areas before and after in square metres."""
    for row in repairs:
        reasons = {name: localize(text) for name, text in _REFUSAL_REASONS.items()}
        yield note(
            "{feature} {kind}: {result}, {before} → {after} m²{reason}",
            level="repair",
            feature=row.feature,
            kind=row.kind,
            result=localize("mended") if row.done else localize("refused"),
            before=f"{row.before:.3f}",
            after=f"{row.after:.3f}",
            reason=f" {reasons.get(row.note, row.note)}" if row.note else "",
        )
