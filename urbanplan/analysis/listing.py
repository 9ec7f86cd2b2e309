"""Lists of what a plan may name: layer types, units, measures, and the plan's own targets and layers."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.analysis.plans import open_plan, plan_folder
from urbanplan.model.translation import current_language, localize

if TYPE_CHECKING:
    from urbanplan.model.layertype import FieldSpec, LayerType
    from urbanplan.model.plan import LayerSpec, Plan, Target

Row = dict[str, Any]


def list_types(plan: Path | str | None = None) -> list[Row]:
    """Every layer type that can be used, with its fields; a plan's own types stand before shipped ones of their name.

    Args:
        plan: the plan, its file or folder; shipped types only without it.
    """
    from urbanplan.layer.kinds import list_layer_types

    home = None if plan is None else plan_folder(open_plan(plan))
    return [_type_row(kind, own) for kind, own in list_layer_types(home)]


def find_type(name: str, plan: Path | str | None = None) -> Row:
    """One layer type with its fields.

    Raises:
        LayerError: there is none of this name; the nearest are said.
    """
    from urbanplan.layer.kinds import find_layer_type

    home = None if plan is None else plan_folder(open_plan(plan))
    kind = find_layer_type(name, home=home)
    return _type_row(kind, home is not None and (home / "types" / f"{name}.toml").is_file())


def _type_row(kind: LayerType, own: bool) -> Row:
    return {
        "name": kind.name,
        "title": kind.title,
        "geometry": kind.geometry,
        "stages": kind.stages,
        "own": own,
        "fields": [_field_row(name, spec) for name, spec in kind.fields.items()],
    }


def _field_row(name: str, spec: FieldSpec) -> Row:
    return {
        "name": name,
        "title": spec.title,
        "type": spec.type,
        "unit": spec.unit,
        "required": spec.required,
        "codes": spec.codes,
        "aliases": spec.aliases,
    }


def list_units() -> list[Row]:
    """Every unit with its dimension and how much of the dimension's first unit it is."""
    from urbanplan.model.units import unit_table

    return [
        {"dimension": dimension, "names": names, "factor": factor}
        for dimension, factors in unit_table().items()
        for factor, names in factors.items()
    ]


def list_measures(kind: str = "") -> list[Row]:
    """Every measure, or the one of a kind, with its parameters and an example as a plan declares it.

    Raises:
        MeasureError: there is none of this kind; the nearest is said.
    """
    from urbanplan.measure.catalog import MEASURES, check_kind, parameter_model

    if kind:
        check_kind(kind)
    text = (files("urbanplan.measure") / "examples.toml").read_text(encoding="utf-8")
    examples = tomllib.loads(text)
    return [
        {
            "kind": kind,
            "title": examples[kind]["title"],
            "parameters": [name for name in parameter_model(kind).model_fields if name != "kind"],
            "example": {key: value for key, value in examples[kind].items() if key != "title"},
        }
        for kind in ([kind] if kind else MEASURES)
    ]


def list_targets(plan: Plan | Path | str) -> list[Row]:
    """The plan's targets: id, title, chapter, bound, measure, due date, and where each stands."""
    return [_target_row(target) for target in open_plan(plan).target]


def _target_row(target: Target) -> Row:
    bound = target.bound
    return {
        "id": target.id,
        "title": target.name,
        "chapter": target.chapter,
        "kind": target.kind,
        "role": target.role,
        "comparator": None if bound is None else bound.comparator,
        "number": None if bound is None else bound.number,
        "unit": None if bound is None else bound.unit,
        "measure": None if target.measure is None else target.measure["kind"],
        "due": None if target.due is None else target.due.isoformat(),
        "where": target.where,
    }


def list_layers(plan: Plan | Path | str) -> list[Row]:
    """The plan's layers with their state: ``read`` with its features, ``absent``, or ``unreadable`` with the reason.

    ``crs`` is the one that the plan pins, else the datum that the file says; ``findings`` are those of reading it.
    """
    declared = open_plan(plan)
    return [_layer_row(declared, spec) for spec in declared.layer]


def layer_titles(plan: Plan | Path | str) -> dict[str, str]:
    """What people call each layer of a plan: its own title, else that of its type in the current language.

    A title that several layers have stands with the layer's name.
    """
    declared = open_plan(plan)
    titles = {spec.name: spec.title or _type_title(declared, spec) for spec in declared.layer}
    shared = {title for title, count in Counter(titles.values()).items() if count > 1}
    return {name: f"{title} ({name})" if title in shared else title for name, title in titles.items()}


def key_title(plan: Plan, key: str, layers: Iterable[str]) -> str:
    """What people call a key of a breakdown: a field's title in the types of its layers, else the key itself.

    Args:
        plan: the plan. key: ``subdistrict``, or a column of a layer. layers: those that the reading used.
    """
    from urbanplan.layer.kinds import find_layer_type

    if key == "subdistrict":
        return localize("sub-district")
    specs = [spec for spec in plan.layer if spec.name in set(layers)]
    kinds = (find_layer_type(spec.type, home=plan_folder(plan), where=plan.file) for spec in specs)
    titles = (kind.fields[key].title.get(current_language(), "") for kind in kinds if key in kind.fields)
    return next(filter(None, titles), key)


def _layer_row(plan: Plan, spec: LayerSpec) -> Row:
    from urbanplan.store.folder import read_layer

    used = [one.id for one in plan.target if _names_layer(one.measure or {}, spec.name)]
    row: Row = {
        "name": spec.name,
        "title": spec.title or _type_title(plan, spec),
        "type": spec.type,
        "file": spec.file,
        "basis": spec.basis,
        "date": None if spec.date is None else spec.date.isoformat(),
        "source": spec.source,
        "targets": used,
        "crs": spec.crs,
        "findings": [],
    }
    if not (plan_folder(plan) / spec.file).exists():
        return {**row, "state": "absent", "features": None, "reason": localize("the file does not exist")}
    layer, findings = read_layer(plan, spec)
    row["findings"] = [{"code": hit.code, "level": hit.level, "message": hit.message} for hit in findings]
    if layer is None:
        reason = findings[0].message if findings else ""
        return {**row, "state": "unreadable", "features": None, "reason": reason}
    if spec.crs is None and layer.datum is not None:
        row["crs"] = layer.datum.source
    return {**row, "state": "read", "features": len(layer.frame), "reason": ""}


def _type_title(plan: Plan, spec: LayerSpec) -> str:
    from urbanplan.layer.kinds import find_layer_type

    kind = find_layer_type(spec.type, home=plan_folder(plan), where=plan.file)
    return kind.title.get(current_language(), spec.name)


def _names_layer(value: Any, name: str) -> bool:
    if isinstance(value, Mapping):
        return any(_names_layer(part, name) for part in value.values())  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]
    if isinstance(value, list):
        return any(_names_layer(part, name) for part in value)  # pyright: ignore[reportUnknownVariableType]
    return value == name


def rows_json(rows: Iterable[Row]) -> str:
    """Rows as JSON text."""
    return json.dumps(list(rows), ensure_ascii=False, indent=1, allow_nan=False, default=str) + "\n"
