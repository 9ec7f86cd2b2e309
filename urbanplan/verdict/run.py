"""The audit: a plan's run, from targets to a report."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from urbanplan.errors import MeasureError, PlanError
from urbanplan.measure.catalog import bind, function_of
from urbanplan.measure.measured import Measured, Setting
from urbanplan.measure.parameters import Parameters
from urbanplan.model.finding import Finding, finding
from urbanplan.model.language import language, say
from urbanplan.model.plan import Basis, Plan, Target
from urbanplan.model.reading import Bound
from urbanplan.model.report import LayerEntry, PlanEntry, Report, Verdict, summarise, weakest
from urbanplan.model.units import convert
from urbanplan.model.wording import shown, shown_bound
from urbanplan.plan.quote import check_quotes
from urbanplan.plan.reported import ReportedValue, read_reported
from urbanplan.plan.selection import select_targets
from urbanplan.verdict.doubles import counted_twice
from urbanplan.verdict.judge import judge
from urbanplan.verdict.memory import Memory

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.layer.layer import Layer

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Audit:
    """A run: the report, the layers in the working CRS, and result layers for maps and exports."""

    plan: Plan
    report: Report
    layers: dict[str, Layer]
    results: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)


@dataclass(frozen=True)
class Binding:
    """A target bound to its measure."""

    target: Target
    params: Parameters | None
    needs: frozenset[str]


def audit(
    plan: Plan,
    *,
    select: list[str] | None = None,
    real_only: bool = False,
    sources: Path | None = None,
    every_layer: bool = False,
    tell: Tell | None = None,
) -> Audit:
    """Prove a plan's targets.

    Args:
        plan: the plan, as :func:`urbanplan.plan.read` gives it.
        select: patterns of targets, all unless said. real_only: leave illustrative layers out.
        sources: a further folder of the sources' text files. every_layer: read all layers, for a map.
        tell: called with (what, done, of) as work goes on.

    Raises:
        UsageError: no target is selected. MeasureError, FilterError, PlanError: a target cannot be used.
        GateError: a layer's path is hostile.
    """
    from urbanplan.store.folder import load

    targets = select_targets(plan, select)
    setting = _setting(plan)
    bound = [_bind(target, plan, setting) for target in targets]
    needed = {name for one in bound for name in one.needs}
    usable = {s.name for s in plan.layer if not (real_only and s.basis == "illustrative")}
    names = (
        usable if every_layer else needed | {n for n in (plan.district.boundary, plan.district.subdistricts) if n}
    ) & usable
    layers, found = load(plan, names, tell=None if tell is None else lambda name: tell(name, 0, 0))
    found = [*check_quotes(plan, folder=sources), *found, *_validated(layers, plan)]
    values = read_reported(plan)
    verdicts, results = [], {}
    for done, one in enumerate(bound):
        if tell is not None:
            tell(one.target.id, done, len(bound))
        verdict, measured = _prove(one, layers, usable, values, setting, plan)
        verdicts.append(verdict)
        for name, frame in measured.results.items():  # a later target's result of the same name bears its id
            results[f"{name}:{one.target.id}" if name in results else name] = frame
        found += [*measured.findings, *_near_bound(one, verdict)]
    found += counted_twice(targets, verdicts, layers)
    return Audit(plan, _report(plan, layers, verdicts, found), layers, results)


def _setting(plan: Plan) -> Setting:
    district = plan.district
    return Setting(
        crs=district.crs,
        area=plan.area,
        as_of=plan.as_of,
        boundary=district.boundary,
        subdistricts=district.subdistricts,
        subdistrict_name=district.subdistrict_name,
    )


def _bind(target: Target, plan: Plan, setting: Setting) -> Binding:
    """Validate the measure's parameters and that its layers are declared, before any data is read."""
    if target.measure is None:
        return Binding(target, None, frozenset())
    params = bind(target.measure, where=target.where)
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
    return Binding(target, params, needs)


def _prove(
    one: Binding,
    layers: dict[str, Layer],
    usable: set[str],
    values: dict[str, ReportedValue],
    setting: Setting,
    plan: Plan,
) -> tuple[Verdict, Measured]:
    target = one.target
    measured, basis, used = _measured(
        one, layers, usable, values, replace(setting, where=target.where, target=target.id)
    )
    _same_dimension(target, measured, target.bound or measured.implied)
    judged = judge(target, measured, as_of=plan.as_of)
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
        basis=basis,
        reading=judged.reading,
        bound=judged.bound,
        progress=judged.progress,
        reason=judged.reason,
        reason_code=judged.code,
        settled_by=judged.settled_by or None,
        breakdown=measured.breakdown,
        evidence=measured.evidence,
        measure=target.measure,
        layers=used,
        where=target.where,
    )
    return verdict, measured


def _measured(
    one: Binding, layers: dict[str, Layer], usable: set[str], values: dict[str, ReportedValue], setting: Setting
) -> tuple[Measured, Basis | None, list[str]]:
    """The reading of a target, its basis and the layers it rests on."""
    value = values.get(one.target.id)
    if one.params is None or one.params.kind == "reported":
        return _reported(one.target, value)
    absent = sorted(one.needs - set(layers))
    if absent:
        left_out = [name for name in absent if name not in usable]
        reason = (
            say("layer {layer} is illustrative and was left out", layer=left_out[0])
            if left_out
            else say("layer {layer} cannot be read", layer=absent[0])
        )
        return Measured(None, reason=reason, settled_by=say("layer {layer}", layer=", ".join(absent))), None, []
    used = sorted(one.needs)
    measured = function_of(one.params.kind)(layers, one.params, setting)
    return measured, weakest([layers[name].basis for name in used]), used  # pyright: ignore[reportArgumentType]


def _reported(target: Target, value: ReportedValue | None) -> tuple[Measured, Basis | None, list[str]]:
    if value is None:
        asked = target.missing is not None or target.measure is None
        reason = "" if asked else say("no value is reported")
        return Measured(None, reason=reason, settled_by=say("a reported value with source and date")), None, []
    from urbanplan.model.reading import Evidence

    notes = {"source": value.source, "date": value.date.isoformat(), "file": value.file, "line": value.line}
    return Measured(value.reading, evidence=Evidence(notes={"reported": notes})), value.basis, []


def _same_dimension(target: Target, measured: Measured, bound: Bound | None) -> None:
    """A bound in mu against a reading in km is a slip of the plan."""
    if measured.reading is None or bound is None or not bound.unit:
        return
    try:
        convert(1.0, measured.reading.unit, bound.unit)
    except ValueError as error:
        raise MeasureError(
            "the bound is in {unit}, but the measure gives {given}",
            where=target.where,
            fix="Mend the unit of the bound or the measure",
            unit=bound.unit,
            given=measured.reading.unit,
        ) from error


def _validated(layers: dict[str, Layer], plan: Plan) -> list[Finding]:
    boundary = layers.get(plan.district.boundary or "")
    memory = Memory(plan)
    found = [hit for layer in layers.values() for hit in memory.validated(layer, boundary)]
    memory.keep()
    return found


def _near_bound(one: Binding, verdict: Verdict) -> Iterable[Finding]:
    """A warning where the bound holds, but only just."""
    target = one.target
    if verdict.warn and verdict.reading and verdict.bound and target.warn:
        band = Bound(comparator=target.warn.comparator, number=target.warn.number, unit=verdict.bound.unit)
        yield finding(
            "verdict-near-bound",
            feature=target.id,
            where=target.where,
            reading=shown(verdict.reading),
            bound=shown_bound(verdict.bound),
            warn=shown_bound(band),
        )


def _report(plan: Plan, layers: dict[str, Layer], verdicts: list[Verdict], found: Iterable[Finding]) -> Report:
    findings = list(found)
    tongue = language()
    return Report(
        urbanplan=importlib.metadata.version("urbanplan"),
        language=tongue,
        crs=plan.district.crs,
        plan=PlanEntry(
            id=plan.id,
            title=plan.title,
            district=plan.district.name,
            digest=plan.digest,
            as_of=plan.as_of.isoformat(),
            area=plan.area,
            file=Path(plan.file).name,
        ),
        layers=[
            LayerEntry(
                name=layer.name,
                file=layer.file,
                type=layer.type.name,
                title=layer.type.title.get(tongue, layer.name),
                digest=layer.digest,
                basis=layer.basis,  # pyright: ignore[reportArgumentType]
                source=layer.source,
                date=layer.date.isoformat() if layer.date else None,
                features=len(layer.frame),
                refused=0 if layer.refused is None else len(layer.refused),
            )
            for layer in layers.values()
        ],
        verdicts=verdicts,
        findings=findings,
        summary=summarise(verdicts, findings),
    )
