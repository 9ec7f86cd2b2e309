"""What the coverage command works on when a plan says it: the layers of its first coverage target."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from urbanplan.cli.coverage_inputs import Inputs
from urbanplan.errors import UsageError

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.measure.coverage import Coverage as Parameters
    from urbanplan.measure.measured import MeasureContext
    from urbanplan.model.plan import Plan, Target


def from_plan(file: Path, target: str | None, *, tell: Callable[[str], None]) -> tuple[Inputs, Parameters]:
    """Layers and settings of a coverage target, the plan's first unless one is named.

    Raises:
        UsageError: the plan has no such target, or a layer that it needs cannot be read.
    """
    from urbanplan.measure.catalog import validate_parameters
    from urbanplan.plan import read_plan

    plan = read_plan(file)
    chosen = _target(plan, target)
    params = cast("Parameters", validate_parameters(chosen.measure or {}, where=chosen.where))
    return _inputs(plan, chosen, params, tell), params


def _target(plan: Plan, name: str | None) -> Target:
    found = [one for one in plan.target if one.measure and one.measure.get("kind") == "coverage"]
    if name is not None:
        found = [one for one in found if one.id == name]
    if not found:
        raise UsageError(
            "the plan has no coverage target {name}",
            where=str(plan.file),
            fix="Add one, or give --streets and --facilities.",
            name=name or "",
        )
    return found[0]


def _inputs(plan: Plan, target: Target, params: Parameters, tell: Callable[[str], None]) -> Inputs:
    from urbanplan.measure.measured import build_context
    from urbanplan.measure.selection import select_features
    from urbanplan.store.folder import read_plan_layers

    setting = build_context(plan, where=target.where, target=target.id)
    needed = params.layers(setting) - {None}
    layers, findings = read_plan_layers(plan, needed, tell=tell)
    absent = sorted(needed - set(layers))
    if absent:
        problem = next((note.message for note in findings if note.layer in absent), "")
        raise UsageError(
            "layer {layer} cannot be read: {problem}", where=target.where, fix="", layer=absent[0], problem=problem
        )

    def chosen(value: Any) -> gpd.GeoDataFrame | None:
        return None if value is None else select_features(value, layers, setting).frame.assign(id=lambda f: f["__id__"])

    sites = select_features(params.sites, layers, setting)
    facts = {
        "plan": str(plan.file),
        "target": target.id,
        "basis": {name: layer.basis for name, layer in layers.items()},
        "digests": {name: layer.digest for name, layer in layers.items()},
        "sites_unsure": int((~sites.sure).sum()),
    }
    return Inputs(
        streets=cast("gpd.GeoDataFrame", chosen(params.streets)),
        sites=sites.frame[sites.sure].assign(id=lambda f: f["__id__"]).reset_index(drop=True),
        residents=chosen(params.residents),
        barriers=chosen(params.barriers),
        entrances=None if params.entrances is None else layers[params.entrances].frame,
        districts=_districts(layers, setting),
        people=params.people,
        site_id="id",
        cache=Path(plan.file).resolve().parent / ".urbanplan",
        as_of=plan.as_of,
        facts=facts,
    )


def _districts(layers: Any, setting: MeasureContext) -> gpd.GeoDataFrame | None:
    if setting.subdistricts is None or setting.subdistricts not in layers:
        return None
    named = layers[setting.subdistricts].frame
    return named.assign(id=named[setting.subdistrict_name].astype(str))[["id", "geometry"]]
