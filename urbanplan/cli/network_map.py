"""The map of a network's account: one HTML file that opens without a network."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from urbanplan.model.translation import current_language, localize

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.network.roads.road_analysis import RoadAnalysis


def write_map(made: RoadAnalysis, path: Path, *, as_of: datetime.date) -> None:
    """Draw connected parts, critical streets and junctions, projects and findings to one file, whole or not at all."""
    from urbanplan.exchange.files.atomic import atomic_write

    page = map_page(made, as_of=as_of)
    with atomic_write(path) as temporary:
        temporary.write_text(page, encoding="utf-8", newline="\n")


def map_page(made: RoadAnalysis, *, as_of: datetime.date) -> str:
    """The page's text, which bears the day ``as_of``; the title says so where a layer is illustrative."""
    from urbanplan.model.plan import District, Plan
    from urbanplan.model.report import PlanEntry, Report, summarise
    from urbanplan.network.walk.document import crs_name
    from urbanplan.view import draw_map

    title = localize("Street network")
    if made.layers.basis == "illustrative":
        title = localize("{title} (illustrative data)", title=title)
    crs = crs_name(made.network.crs) or ""
    plan = Plan(id="network", title=title, as_of=as_of, district=District(name=title, crs=crs))
    notes = list(made.findings)
    report = Report(
        plan=PlanEntry(id="network", title=title, as_of=as_of.isoformat()),
        crs=crs,
        findings=notes,
        summary=summarise([], notes),
    )
    return draw_map(plan, report, {}, result_layers(made), kind="network", lang=current_language())


def result_layers(made: RoadAnalysis) -> dict[str, gpd.GeoDataFrame]:
    """Layers by the names that the map knows."""
    import geopandas as gpd

    from urbanplan.network.roads.document import edge_lines, result_layers

    network = made.network
    part = made.critical.part[network.u] + 1
    columns = {"id": made.topology.ids[network.row].astype(str), "component": part.astype(np.int64)}
    found = {"components": gpd.GeoDataFrame(columns, geometry=edge_lines(network), crs=network.crs)}
    names = {
        "critical_streets": "critical_streets",
        "critical_junctions": "critical_junctions",
        "projects": "project_effects",
    }
    drawn = result_layers(made)
    for name, label in names.items():
        if name in drawn:
            frame = drawn[name]
            ids = (
                frame["street" if name == "critical_streets" else "road"].astype(str)
                if name != "critical_junctions"
                else None
            )
            found[label] = frame.assign(id=frame.index.astype(str) if ids is None else ids)
    places = {"parking": made.layers.lots, "fitness_sites": made.layers.sites, "parcels": made.layers.parcels}
    found |= {name: frame for name, frame in places.items() if frame is not None and len(frame)}
    return found
