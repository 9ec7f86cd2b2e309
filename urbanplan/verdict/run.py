"""The audit: a plan's run, from targets to a report."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.errors import CrsError, PlanError
from urbanplan.layer.kinds import read_types
from urbanplan.measure.measured import BASINS, build_context
from urbanplan.model.display import html_table
from urbanplan.model.finding import Finding, build_finding, limit_findings
from urbanplan.model.formatting import format_bound, format_reading
from urbanplan.model.plan import Plan
from urbanplan.model.reading import Bound
from urbanplan.model.report import VERDICT_COLUMNS, LayerEntry, PlanEntry, Report, Verdict, summarise
from urbanplan.model.titles import use_titles
from urbanplan.model.toml_locations import locate_in_file
from urbanplan.model.translation import current_language
from urbanplan.plan.quote import quote_findings
from urbanplan.plan.reported import read_reported
from urbanplan.plan.selection import select_targets
from urbanplan.verdict.cache import ResultCache, cached_layer_findings
from urbanplan.verdict.cached_measure import ResultFrames
from urbanplan.verdict.double_counting import double_counting_findings
from urbanplan.verdict.evaluate import PreparedTarget, TargetEvaluator, prepare_target
from urbanplan.verdict.unit_check import check_units

if TYPE_CHECKING:
    import pandas as pd

    from urbanplan.layer.layer import Layer

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Audit:
    """A run: the report, the layers in the working CRS, and result layers for maps and exports.

    ``findings`` are all of the run, of which the report holds a bounded part; ``basins`` are trees of depressions that
    its targets found, by layer, for a map of their water.
    """

    plan: Plan
    report: Report
    layers: dict[str, Layer]
    made: list[tuple[str, Callable[[], ResultFrames]]] = field(default_factory=list)
    findings: tuple[Finding, ...] = ()
    basins: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return repr(self.report).replace("<Report", "<Audit", 1)

    def _repr_html_(self) -> str:
        return html_table(repr(self), self.report.rows())

    def to_frame(self) -> pd.DataFrame:
        """One row for each verdict; low and high in the row's unit."""
        import pandas as pd

        return pd.DataFrame(self.report.rows(), columns=list(VERDICT_COLUMNS))

    @cached_property
    def results(self) -> ResultFrames:
        """Result layers by name; those of remembered readings are made when they are first asked for."""
        frames: ResultFrames = {}
        for target, make in self.made:
            for name, frame in make().items():  # a later target's result of the same name bears its id
                frames[f"{name}:{target}" if name in frames else name] = frame
        return frames


def audit(  # noqa: PLR0913 — each is a choice that the caller must be able to name
    plan: Plan,
    *,
    select: list[str] | None = None,
    real_only: bool = False,
    sources: Path | None = None,
    every_layer: bool = False,
    targetless: bool = False,
    replaced: Mapping[str, Layer] | None = None,
    tell: Progress | None = None,
    on_verdict: Callable[[Verdict], None] | None = None,
) -> Audit:
    """Prove a plan's targets.

    Args:
        plan: the plan, as :func:`urbanplan.plan.read_plan` gives it.
        select: patterns of targets, all unless said. real_only: leave illustrative layers out.
        sources: a further folder of the sources' text files. every_layer: read all layers, for a map.
        targetless: take a plan that has no target yet, too.
        replaced: layers that stand for those of the plan, for a what-if.
        tell: called with (what, done, of) as work goes on. on_verdict: called with each verdict as it is proved.

    Raises:
        UsageError: no target is selected. MeasureError, FilterError, PlanError: a target cannot be used.
        GateError: a layer's path is hostile.
    """
    from urbanplan.store.district_zone import scale_findings
    from urbanplan.store.folder import read_plan_layers

    _check_crs(plan)
    targets = [] if targetless and not plan.target else select_targets(plan, select)
    setting = build_context(plan)
    bound = [prepare_target(target, plan, setting) for target in targets]
    reported, types = read_reported(plan), read_types(plan)
    for one in bound:
        check_units(one.target, one.params, types, reported.values.get(one.target.id))
    needed = {name for one in bound for name in one.needs}
    usable = {s.name for s in plan.layer if not (real_only and s.basis == "illustrative")}
    names = (
        usable if every_layer else needed | {n for n in (plan.district.boundary, plan.district.subdistricts) if n}
    ) & usable
    with use_titles(types):
        layers, found = read_plan_layers(plan, names, tell=None if tell is None else lambda name: tell(name, 0, 0))
        layers |= {name: layer for name, layer in (replaced or {}).items() if name in layers}
        _check_subdistricts(plan, layers)
        memory = ResultCache(plan)
        boundary = layers.get(plan.district.boundary or "")
        found = [*quote_findings(plan, folder=sources), *scale_findings(plan, layers), *found]
        found += [hit for layer in layers.values() for hit in cached_layer_findings(memory, layer, boundary)]
        found += reported.findings
        run = TargetEvaluator(plan, layers, frozenset(usable), reported, setting, memory)
        verdicts: list[Verdict] = []
        made: list[tuple[str, Callable[[], ResultFrames]]] = []
        seen: set[tuple[object, ...]] = set()
        for done, one in enumerate(bound):
            if tell is not None:
                tell(one.target.id, done, len(bound))
            verdict, measured, late = run.prove(one)
            verdicts.append(verdict)
            if on_verdict is not None:
                on_verdict(verdict)
            if late is not None:
                made.append((one.target.id, late))
            found += [*_unseen(measured.findings, seen), *_near_bound_findings(one, verdict)]
        memory.keep()
        found += double_counting_findings(targets, verdicts, layers)
        report = _build_report(plan, layers, verdicts, limit_findings(found))
        return Audit(plan, report, layers, made, tuple(found), setting.memory.get(BASINS, {}))


def _check_crs(plan: Plan) -> None:
    """Refuse an unknown working CRS at its line, before anything is read."""
    from urbanplan.layer.crs import parse_crs

    try:
        parse_crs(plan.district.crs)
    except CrsError as error:
        error.where = locate_in_file(plan.file, ("district", "crs"))
        raise


def _check_subdistricts(plan: Plan, layers: dict[str, Layer]) -> None:
    """Refuse a column of names that the layer of sub-districts does not have."""
    layer, column = layers.get(plan.district.subdistricts or ""), plan.district.subdistrict_name
    if layer is not None and column not in layer.frame.columns:
        raise PlanError(
            "layer {layer!r} has no column {column!r} with the names of sub-districts",
            where=locate_in_file(plan.file, ("district", "subdistrict_name")),
            fix="Give one of its columns as `subdistrict_name`: {known}",
            layer=layer.name,
            column=column[:60],
            known=", ".join(str(name) for name in layer.frame.columns if name != "geometry"),
        )


def _unseen(findings: Iterable[Finding], seen: set[tuple[object, ...]]) -> Iterator[Finding]:
    """Those that no earlier target has: two targets on one layer notice the same."""
    for hit in findings:
        key = (hit.code, hit.layer, hit.feature, tuple(hit.features), hit.message)
        if key not in seen:
            seen.add(key)
            yield hit


def _near_bound_findings(one: PreparedTarget, verdict: Verdict) -> Iterable[Finding]:
    """A warning where the bound holds, but only just."""
    target = one.target
    if verdict.warn and verdict.reading and verdict.bound and target.warn:
        band = Bound(comparator=target.warn.comparator, number=target.warn.number, unit=verdict.bound.unit)
        yield build_finding(
            "verdict-near-bound",
            feature=target.id,
            where=target.where,
            reading=format_reading(verdict.reading, verdict.bound, band),
            bound=format_bound(verdict.bound),
            warn=format_bound(band),
        )


def _library_versions() -> dict[str, str]:
    """What computes areas, lengths and pieces: a finding at the edge of a tolerance may hang on it."""
    import pyproj
    import shapely

    return {"geos": shapely.geos_version_string, "proj": pyproj.proj_version_str, "shapely": shapely.__version__}


def _build_report(plan: Plan, layers: dict[str, Layer], verdicts: list[Verdict], found: Iterable[Finding]) -> Report:
    findings = list(found)
    tongue = current_language()
    return Report(
        urbanplan=importlib.metadata.version("urbanplan"),
        engines=_library_versions(),
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
        summary=summarise(verdicts, findings, chapters=plan.chapters),
    )
