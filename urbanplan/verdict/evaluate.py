"""The proof of one target: its measure bound before data is read, its reading judged, its basis told."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from urbanplan.errors import MeasureError, PlanError
from urbanplan.measure.catalog import validate_parameters
from urbanplan.measure.measured import MeasureContext, Measurement
from urbanplan.measure.parameters import Parameters
from urbanplan.measure.positions import explain_unknown_position
from urbanplan.model.plan import Basis, Plan, Target
from urbanplan.model.reading import Bound, Evidence
from urbanplan.model.report import Verdict, weakest_basis
from urbanplan.model.titles import layer_title
from urbanplan.model.translation import join_clauses, localize
from urbanplan.model.units import convert_unit
from urbanplan.plan.reported import ReportedValues
from urbanplan.verdict import cached_measure
from urbanplan.verdict.cache import ResultCache
from urbanplan.verdict.cached_measure import ResultFrames
from urbanplan.verdict.judge import judge_target
from urbanplan.verdict.unknown import convert_known, explain_unknown

if TYPE_CHECKING:
    from urbanplan.layer.layer import Layer


@dataclass(frozen=True)
class PreparedTarget:
    """A target bound to its measure."""

    target: Target
    params: Parameters | None
    needs: frozenset[str]


def prepare_target(target: Target, plan: Plan, setting: MeasureContext) -> PreparedTarget:
    """Validate the measure's parameters and that its layers are declared, before any data is read."""
    if target.measure is None:
        return PreparedTarget(target, None, frozenset())
    params = validate_parameters(target.measure, where=target.where)
    needs = frozenset(params.layers(setting))
    declared = {spec.name for spec in plan.layer}
    for name in sorted(needs - declared):
        import difflib

        near = difflib.get_close_matches(name, declared, n=1, cutoff=0.5)
        raise PlanError(
            "layer {name!r} is not declared in the plan",
            where=target.where,
            fix="Did you mean {near!r}?" if near else "Add a [[layer]] of that name",
            name=name,
            near="".join(near),
        )
    return PreparedTarget(target, params, needs)


@dataclass(frozen=True)
class TargetEvaluator:
    """What every target of a run is proved with."""

    plan: Plan
    layers: dict[str, Layer]
    usable: frozenset[str]
    reported: ReportedValues
    setting: MeasureContext
    memory: ResultCache

    def prove(self, one: PreparedTarget) -> tuple[Verdict, Measurement, Callable[[], ResultFrames] | None]:
        """A target's verdict, what was measured, and the maker of its result layers."""
        target = one.target
        measured, late, used = self._measured(one)
        _check_dimension(target, measured, target.bound or measured.implied)
        judged = judge_target(target, measured, as_of=self.plan.as_of)
        known, told = convert_known(measured, judged), _with_because(judged.reason, target, judged.bound)
        verdict = Verdict(
            target=target.id,
            title=target.name,
            chapter=target.chapter,
            quote=target.quote,
            source=target.source,
            kind=target.kind,
            role=target.role,
            status=judged.status,
            warn=judged.warn,
            basis=self._basis(one, used),
            reading=judged.reading,
            bound=judged.bound,
            known=known,
            comparator_because=target.comparator_because,
            progress=judged.progress,
            surplus=judged.surplus,
            reason=join_clauses([told, *explain_unknown(known, judged, measured)]),
            reason_code=judged.code,
            settled_by=judged.settled_by or None,
            breakdown=measured.breakdown,
            evidence=measured.evidence,
            measure=target.measure,
            layers=used,
            where=target.where,
        )
        return verdict, measured, late

    def _basis(self, one: PreparedTarget, used: list[str]) -> Basis | None:
        """The weakest of the layers used; of a reported value its own."""
        if _is_reported(one):
            value = self.reported.values.get(one.target.id)
            return None if value is None else value.basis
        return weakest_basis([self.layers[name].basis for name in used])  # pyright: ignore[reportArgumentType]

    def _measured(self, one: PreparedTarget) -> tuple[Measurement, Callable[[], ResultFrames] | None, list[str]]:
        """The reading of a target, the maker of its result layers, and the layers it rests on."""
        if one.params is None or _is_reported(one):
            return _reported_measurement(one.target, self.reported, as_of=self.plan.as_of), None, []
        absent = sorted(one.needs - set(self.layers))
        if absent:
            return self._without(absent), None, []
        unknown = explain_unknown_position(
            one.params.compared_layers(self.setting), self.layers, bounded=one.params.bounds_positions
        )
        if unknown is not None:
            return Measurement(None, reason=unknown[0], settled_by=unknown[1]), None, sorted(one.needs)
        setting = replace(self.setting, where=one.target.where, target=one.target.id)
        measured, late = cached_measure.measure_cached(self.memory, one.params, self.layers, setting)
        if late is None and measured.results:
            late = partial(_identity, measured.results)
        return measured, late, sorted(one.needs)

    def _without(self, absent: list[str]) -> Measurement:
        """Why nothing is measured where layers are absent."""
        left_out = [name for name in absent if name not in self.usable]
        reason = (
            localize("layer {layer} is illustrative and was left out", layer=layer_title(left_out[0]))
            if left_out
            else localize("layer {layer} cannot be read", layer=layer_title(absent[0]))
        )
        return Measurement(
            None,
            reason=reason,
            settled_by=localize("layer {layer}", layer=localize(", ").join(layer_title(name) for name in absent)),
        )


def _identity(frames: ResultFrames) -> ResultFrames:
    return frames


def _with_because(reason: str, target: Target, bound: Bound | None) -> str:
    """The reason with why the bound has its comparator, where the plan says so."""
    if bound is None or not target.comparator_because:
        return reason
    return localize(
        "{reason} ({comparator}: {because})",
        reason=reason,
        comparator=bound.comparator,
        because=target.comparator_because,
    )


def _is_reported(one: PreparedTarget) -> bool:
    return one.params is None or one.params.kind == "reported"


def _reported_measurement(target: Target, reported: ReportedValues, *, as_of: datetime.date) -> Measurement:
    value, later = reported.values.get(target.id), reported.later.get(target.id)
    if value is None and later is not None:
        reason = localize(
            "the value of {date} ({file}:{line}) is after the plan's date {as_of}",
            date=later.date.isoformat(),
            file=later.file,
            line=later.line,
            as_of=as_of.isoformat(),
        )
        return Measurement(None, reason=reason, settled_by=localize("a value of that date, or a later `as_of`"))
    if value is None:
        asked = target.missing is not None or target.measure is None
        reason = "" if asked else localize("no value is reported")
        return Measurement(None, reason=reason, settled_by=localize("a reported value with source and date"))
    notes = {"source": value.source, "date": value.date.isoformat(), "file": value.file, "line": value.line}
    return Measurement(value.reading, evidence=Evidence(notes={"reported": notes}))


def _check_dimension(target: Target, measured: Measurement, bound: Bound | None) -> None:
    """A bound in mu against a reading in km is a slip of the plan."""
    if measured.reading is None or bound is None or not bound.unit:
        return
    try:
        convert_unit(1.0, measured.reading.unit, bound.unit)
    except ValueError as error:
        raise MeasureError(
            "the bound is in {unit}, but the measure gives {given}",
            where=target.where,
            fix="Mend the unit of the bound or the measure",
            unit=bound.unit,
            given=measured.reading.unit,
        ) from error
