"""What a person may be asked of a file before it comes in: which layer it is, and which column is which field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from urbanplan.analysis.plans import open_plan, plan_folder
from urbanplan.errors import LayerError
from urbanplan.model.translation import current_language

if TYPE_CHECKING:
    from urbanplan.model.layertype import LayerType
    from urbanplan.model.plan import Plan

_SHAPES = {"point": "Point", "line": "LineString", "polygon": "Polygon"}


@dataclass(frozen=True)
class FieldChoice:
    """A field of a type beside the column that holds it, None where none was found; ``rule`` is how it was found."""

    name: str
    title: str
    required: bool
    column: str | None
    rule: str


def match_fields(
    type_name: str, columns: Iterable[str], *, plan: Plan | Path | str, given: Mapping[str, str] | None = None
) -> list[FieldChoice]:
    """The fields of a layer type, each beside the column of a file that holds it.

    Args:
        type_name: the type. columns: of the file. plan: whose own types stand first. given: field = column.

    Raises:
        LayerError: there is no such type.
    """
    from urbanplan.layer.column_names import match_columns
    from urbanplan.layer.kinds import find_layer_type

    declared = open_plan(plan)
    kind = find_layer_type(type_name, home=plan_folder(declared), where=declared.file)
    found = {one.field: one for one in match_columns(list(columns), kind, given)}
    return [
        FieldChoice(
            name, spec.title.get(current_language(), name), spec.required,
            found[name].column if name in found else None, found[name].rule if name in found else "",
        )
        for name, spec in kind.fields.items()
    ]  # fmt: skip


def field_names(type_name: str, *, plan: Plan | Path | str) -> list[str]:
    """Names of the fields of a layer type; none of a type that there is not."""
    try:
        return [one.name for one in match_fields(type_name, (), plan=plan)]
    except LayerError:
        return []


def rank_layers(plan: Plan | Path | str, columns: Iterable[str], *, shapes: Iterable[str], stem: str = "") -> list[str]:
    """The plan's layers, those first that a file may hold: of its shapes, and with its columns as fields.

    Args:
        plan: the plan. columns: of the file. shapes: kinds of its geometry, as ``MultiPolygon``. stem: of its name.
    """
    from urbanplan.layer.kinds import find_layer_type

    declared = open_plan(plan)
    home, held, drawn = plan_folder(declared), list(columns), list(shapes)
    kinds = {spec.type: find_layer_type(spec.type, home=home, where=declared.file) for spec in declared.layer}
    rated = {name: _rate(kind, held, drawn) for name, kind in kinds.items()}
    order = sorted(declared.layer, key=lambda spec: (stem != spec.name, -rated[spec.type]))
    return [spec.name for spec in order]


def _rate(kind: LayerType, columns: list[str], shapes: list[str]) -> float:
    """How well a file fits a type: the share of its columns that are fields, nothing where its shapes are others."""
    from urbanplan.layer.column_names import match_columns

    wanted = _SHAPES.get(kind.geometry)
    if wanted is not None and shapes and not any(shape.endswith(wanted) for shape in shapes):
        return -1.0
    found = match_columns(columns, kind)
    return len(found) / max(len(columns), 1) + len(found) / max(len(kind.fields), 1)
