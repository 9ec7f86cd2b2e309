"""Every measure by its kind.  A new measure is one file and one row here."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from pydantic import ValidationError

from urbanplan.errors import MeasureError
from urbanplan.measure.measured import Layers, MeasureContext, Measurement
from urbanplan.measure.parameters import Parameters
from urbanplan.model.layertype import LayerType
from urbanplan.model.library_messages import translate_problem
from urbanplan.model.toml_file import repair_of_type

# kind -> (module, its parameter model, what it measures: a dimension of units; empty where its parameters say)
MEASURES: dict[str, tuple[str, str, str]] = {
    "count": ("urbanplan.measure.count", "Count", "count"),
    "area": ("urbanplan.measure.area", "Area", "area"),
    "length": ("urbanplan.measure.length", "Length", "length"),
    "sum": ("urbanplan.measure.sum", "Sum", ""),
    "share": ("urbanplan.measure.share", "Share", "share"),
    "ratio": ("urbanplan.measure.ratio", "Ratio", "share"),
    "exists": ("urbanplan.measure.exists", "Exists", "count"),
    "within": ("urbanplan.measure.within", "Within", "share"),
    "near": ("urbanplan.measure.near", "Near", "share"),
    "disjoint": ("urbanplan.measure.disjoint", "Disjoint", "count"),
    "connected": ("urbanplan.measure.connected", "Connected", "count"),
    "dead_ends": ("urbanplan.measure.dead_ends", "DeadEnds", "count"),
    "coverage": ("urbanplan.measure.coverage", "Coverage", ""),
    "ponding": ("urbanplan.measure.ponding", "Ponding", ""),
    "reported": ("urbanplan.measure.reported", "Reported", ""),
}


def parameter_model(kind: str) -> type[Parameters]:
    """The parameter model of a measure."""
    module, model, _ = MEASURES[kind]
    return getattr(import_module(module), model)


def measure_function(kind: str) -> Callable[[Layers, Any, MeasureContext], Measurement]:
    """The function of a measure."""
    return import_module(MEASURES[kind][0]).measure


def measured_dimension(params: Parameters, types: Mapping[str, LayerType]) -> str | None:
    """The dimension of units that a measure's readings have; None where only a reported value tells.

    Args:
        params: of the measure. types: layer types by the layer's name, as far as they are known.
    """
    return MEASURES[params.kind][2] or params.dimension(types)


def check_kind(kind: str, *, where: str = "") -> None:
    """Refuse a kind of measure that there is not.

    Raises:
        MeasureError: there is none; the nearest right name is said.
    """
    if kind not in MEASURES:
        near = difflib.get_close_matches(kind, MEASURES, n=1, cutoff=0.5)
        raise MeasureError(
            "there is no measure {kind!r}",
            where=where,
            fix="Did you mean {near!r}?" if near else "Give one of: {known}",
            kind=kind,
            near="".join(near),
            known=", ".join(MEASURES),
        )


def validate_parameters(declared: dict[str, Any], *, where: str = "") -> Parameters:
    """Validate a target's measure before any data is read.

    Raises:
        MeasureError: the kind is unknown or its parameters do not fit; it names the place and the nearest right name.
    """
    kind = str(declared["kind"])
    check_kind(kind, where=where)
    model = parameter_model(kind)
    try:
        return model.model_validate(declared, strict=True)
    except ValidationError as error:
        raise _validation_error(error, kind, model, where) from error


def _validation_error(error: ValidationError, kind: str, model: type[Parameters], where: str) -> MeasureError:
    """The first problem, unknown names before missing ones, with the others behind it."""
    rows = sorted(_of_one_branch(error.errors()), key=lambda row: row["type"] != "extra_forbidden")
    first, *rest = (_row_error(row, kind, model, where) for row in rows)
    first.also = tuple(rest)
    return first


def _of_one_branch(rows: list[Any]) -> list[Any]:
    """The problems without those of the other kinds that a value of several kinds might have been."""
    kinds = {"list_type", "float_type", "string_type", "model_type", "dict_type", "float_parsing", "bool_type"}
    telling = {row["loc"][:1] for row in rows if row["type"] not in kinds}
    return [row for row in rows if row["type"] not in kinds or row["loc"][:1] not in telling]


def _row_error(row: Any, kind: str, model: type[Parameters], where: str) -> MeasureError:
    steps = [str(step) for step in row["loc"]]
    key = ".".join(step for step in steps[:1] + [one for one in steps[1:] if one.isidentifier() or one.isdecimal()])
    known = [field.alias or name for name, field in model.model_fields.items()]
    near = difflib.get_close_matches(key.rpartition(".")[2], known, n=1, cutoff=0.5)
    match row["type"]:
        case "extra_forbidden":
            return MeasureError(
                "measure {kind!r} has no parameter {key!r}",
                where=where,
                fix="Did you mean {near!r}?" if near else "Give one of: {known}",
                kind=kind,
                key=key,
                near="".join(near),
                known=", ".join(known),
            )
        case "missing":
            return MeasureError(
                "measure {kind!r} needs the parameter {key!r}", where=where, fix="Add it", kind=kind, key=key
            )
        case _:
            return MeasureError(
                "parameter {key!r} of measure {kind!r}: {problem}",
                where=where,
                fix="{repair}",
                repair=repair_of_type(row),
                kind=kind,
                key=key,
                problem=translate_problem(row["msg"]),
            )
