"""Whether bounds and measures are of one dimension, before any layer is read."""

from __future__ import annotations

from collections.abc import Mapping

from urbanplan.errors import MeasureError
from urbanplan.measure.catalog import measured_dimension
from urbanplan.measure.parameters import Parameters
from urbanplan.model.layertype import LayerType
from urbanplan.model.plan import Target
from urbanplan.model.toml_locations import locate_in_target
from urbanplan.model.units import dimension, dimension_name, is_convertible, is_known_unit, suggest_unit, units_of
from urbanplan.plan.reported import ReportedValue

_PLAIN = ("count", "")  # what needs no unit


def check_units(
    target: Target, params: Parameters | None, types: Mapping[str, LayerType], value: ReportedValue | None
) -> None:
    """Check that a target's bound is in a unit of what is measured.

    Raises:
        MeasureError: a dimension's bound has no unit or one of another dimension; it names the bound's line.
    """
    if params is None or params.kind == "reported":
        measured = None if value is None else dimension(value.reading.unit)
    else:
        measured = measured_dimension(params, types)
    if params is not None:
        _check_own_unit(target, params)
    if measured is None or target.bound is None:
        return
    given = target.bound.unit
    if value is not None and not _fits(given, measured):
        raise MeasureError(
            "the bound is in {unit}, but the reported value is {given}",
            where=f"{value.file}:{value.line}",
            fix="Mend the unit of this value, or of the bound of {target}",
            unit=given or dimension_name("count"),
            given=dimension_name(measured),
            target=target.id,
        )
    if not given and measured not in _PLAIN:
        raise MeasureError(
            "a bound on {dimension} needs a unit",
            where=locate_in_target(target.where, ("bound",)),
            fix="Give one of: {units}",
            dimension=dimension_name(measured),
            units=units_of(measured),
        )
    if not _fits(given, measured):
        raise MeasureError(
            "the bound is in {unit}, but the measure gives {given}",
            where=locate_in_target(target.where, ("bound", "unit")),
            fix="Mend the unit of the bound or the measure",
            unit=given or dimension_name("count"),
            given=dimension_name(measured),
        )


def _fits(unit: str, measured: str) -> bool:
    return dimension(unit) == measured or is_convertible(unit, units_of(measured).partition(",")[0])


def _check_own_unit(target: Target, params: Parameters) -> None:
    """The unit that a measure itself declares (of a sum) is one of the table."""
    own = getattr(params, "unit", None)
    if own is not None and not is_known_unit(own):
        raise MeasureError(
            "the unit {unit!r} is not known; near it: {near}",
            where=locate_in_target(target.where, ("measure", "unit")),
            fix="Mend this value",
            unit=own,
            near=suggest_unit(own),
        )
