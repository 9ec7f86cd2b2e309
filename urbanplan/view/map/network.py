"""The map of a network's account: one HTML file that opens without a network."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from urbanplan.model.translation import current_language, localize

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.model.style import MapDefinition
    from urbanplan.network.roads.road_analysis import RoadAnalysis


def write_network_map(made: RoadAnalysis, path: Path, *, as_of: datetime.date) -> None:
    """Draw connected parts, critical streets and junctions, projects and findings to one file, whole or not at all."""
    from urbanplan.exchange.files.atomic import atomic_write

    page = network_page(made, as_of=as_of)
    with atomic_write(path) as temporary:
        temporary.write_text(page, encoding="utf-8", newline="\n")


def network_page(made: RoadAnalysis, *, as_of: datetime.date) -> str:
    """The page's text, which bears the day ``as_of``; the title says so where a layer is illustrative."""
    from urbanplan.layer.crs import crs_name
    from urbanplan.model.plan import District, Plan
    from urbanplan.model.report import PlanEntry, Report, summarise
    from urbanplan.view import draw_map

    name = _streets_name(made)
    title = name
    if made.layers.basis == "illustrative":
        title = localize("{title} (illustrative data)", title=title)
    crs = crs_name(made.network.crs) or ""
    plan = Plan(id="network", title=title, as_of=as_of, district=District(name=name, crs=crs))
    notes = list(made.findings)
    report = Report(
        plan=PlanEntry(id="network", title=title, as_of=as_of.isoformat()),
        crs=crs,
        findings=notes,
        summary=summarise([], notes),
    )
    return draw_map(plan, report, {}, _result_layers(made), kind=_definition(made), lang=current_language())


def _streets_name(made: RoadAnalysis) -> str:
    """What the streets are called, by their file or layer; in general where that says no more than what they are."""
    said = made.layers.names.get("streets", "streets")
    return localize("Street network") if said in ("streets", "roads") else said


def _result_layers(made: RoadAnalysis) -> dict[str, gpd.GeoDataFrame]:
    """Layers by the names that the map knows."""
    from urbanplan.view.document.network import edge_frame, network_layers

    found = {"components": edge_frame(made).drop(columns="length_m")}
    drawn = network_layers(made)
    ids = {"critical_streets": "street", "critical_junctions": None, "projects": "road"}
    for name, column in ids.items():
        if name in drawn:
            frame = drawn[name]
            named = (frame.index if column is None else frame[column]).astype(str)
            found["project_effects" if name == "projects" else name] = frame.assign(id=named)
    places = {"parking": made.layers.lots, "sites": made.layers.sites, "parcels": made.layers.parcels}
    return found | {name: frame for name, frame in places.items() if frame is not None and len(frame)}


def _definition(made: RoadAnalysis) -> MapDefinition:
    """The kind ``network``; the layers of places are called as the analysis calls them."""
    from urbanplan.model.style import read_map_definition

    definition = read_map_definition("network")
    assert definition is not None, "maps/network.toml is part of the package"
    title = made.layers.names.get("sites")
    if title is None:
        return definition
    groups = [
        group.model_copy(
            update={
                "layers": [
                    one.model_copy(update={"title": {current_language(): title}}) if one.layer == "sites" else one
                    for one in group.layers
                ]
            }
        )
        for group in definition.groups
    ]
    return definition.model_copy(update={"groups": groups})
