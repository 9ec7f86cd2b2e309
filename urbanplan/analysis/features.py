"""A plan's layers, results and findings as a store of features in CRS84, for servers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from urbanplan.analysis.export import to_frame
from urbanplan.analysis.plans import open_plan
from urbanplan.model.translation import current_language, localize
from urbanplan.store.features import Collection

if TYPE_CHECKING:
    from urbanplan.analysis.check import Check
    from urbanplan.layer.layer import Layer
    from urbanplan.model.finding import Finding
    from urbanplan.model.plan import Plan
    from urbanplan.verdict.run import Progress

_FINDING_COLUMNS = ("code", "level", "layer", "feature", "message", "fix")
Part = tuple[Collection, Any, str | None]


def write_feature_store(
    plan: Plan | Path | str, folder: Path, *, results: bool = False, progress: Progress | None = None
) -> None:
    """Write a plan's layers into a folder as a store that :class:`urbanplan.store.feature_file.FeatureFile` reads.

    Args:
        plan: the plan. folder: an empty one. results: also check the plan, for result layers and findings.
        progress: called with (what, done, of) as work goes on.

    Raises:
        PlanError: the plan cannot be used. ExchangeError: the store cannot be written.
    """
    from urbanplan.analysis.check import check
    from urbanplan.store.feature_file import write_features
    from urbanplan.store.folder import read_plan_layers

    declared = open_plan(plan)
    if not results:
        layers, _ = read_plan_layers(declared, tell=None if progress is None else lambda name: progress(name, 0, 0))
        write_features(folder, [_layer_part(layer) for layer in layers.values()])
        return
    done = check(declared, every_layer=True, progress=progress)
    parts = [_layer_part(layer) for layer in done.layers.values()]
    taken = {about.name for about, _, _ in parts}
    more = [*_result_parts(done), *_finding_parts(done)]
    write_features(folder, [*parts, *(_renamed(part, taken) for part in more)])


def _renamed(part: Part, taken: set[str]) -> Part:
    """A part whose name no layer has."""
    about, frame, key = part
    return (replace(about, name=f"result-{about.name}"), frame, key) if about.name in taken else part


def _layer_part(layer: Layer) -> Part:
    title = layer.type.title.get(current_language(), layer.name)
    about = Collection(layer.name, title, "; ".join(filter(None, (layer.source, layer.basis))), 0, None, layer.date)
    return about, _in_degrees(to_frame(layer)), layer.type.id


def _result_parts(done: Check) -> Iterator[Part]:
    for name, frame in done.results.items():
        if len(frame) and getattr(frame, "crs", None) is not None:
            about = Collection(
                name.replace(":", "-"), name, localize("a result of the check"), 0, None, done.plan.as_of
            )
            yield about, _in_degrees(frame), None


def _finding_parts(done: Check) -> Iterator[Part]:
    import geopandas as gpd
    import shapely

    placed = [hit for hit in done.findings if hit.geometry is not None]
    if not placed:
        return
    shapes = shapely.from_geojson([_geojson(hit) for hit in placed])
    rows = [{name: getattr(hit, name) for name in _FINDING_COLUMNS} for hit in placed]
    frame = gpd.GeoDataFrame(rows, geometry=shapes, crs=done.plan.district.crs)
    about = Collection("findings", localize("Findings"), localize("a result of the check"), 0, None, done.plan.as_of)
    yield about, _in_degrees(frame), None


def _geojson(hit: Finding) -> str:
    import json

    return json.dumps(hit.geometry)


def _in_degrees(frame: Any) -> Any:
    """Rows in degrees of WGS 84, longitude first; columns of lists and the like as text."""
    made = frame.to_crs("EPSG:4326")
    for name in made.columns:
        if name != made.geometry.name and made[name].dtype == object:
            made[name] = list(map(_plain, made[name]))
    return made.rename(columns={name: f"{name}_" for name in made.columns if str(name).lower() == "fid"})


def _plain(value: Any) -> Any:
    return str(cast("object", value)) if isinstance(value, list | dict | tuple | set) else value
