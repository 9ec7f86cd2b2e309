"""The map of a coverage run on bare files: one HTML file, by the map room's circle."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.model.translation import current_language, localize

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.network.walk.coverage import Coverage


def write_map(
    run: Coverage, sites: gpd.GeoDataFrame, path: Path, *, as_of: datetime.date, illustrative: bool = False
) -> None:
    """Draw streets by coverage, gaps by residents and sites to one HTML file, whole or not at all."""
    from urbanplan.exchange.files.atomic import atomic_write

    page = map_page(run, sites, as_of=as_of, illustrative=illustrative)
    with atomic_write(path) as temporary:
        temporary.write_text(page, encoding="utf-8", newline="\n")


def map_page(run: Coverage, sites: gpd.GeoDataFrame, *, as_of: datetime.date, illustrative: bool = False) -> str:
    """The page's text.

    Args:
        run: the run. sites: its sites with their columns, in its CRS. as_of: the day the map bears.
        illustrative: whether a layer is; the title says so.
    """
    from urbanplan.model.plan import District, Plan
    from urbanplan.model.report import PlanEntry, Report, summarise
    from urbanplan.network.walk.document import crs_name
    from urbanplan.view import draw_map

    title = localize("Within {metres:g} m of a site", metres=run.settings["within_m"])
    if illustrative:
        title = localize("{title} (illustrative data)", title=title)
    crs = crs_name(run.network.crs) or ""
    plan = Plan(id="coverage", title=title, as_of=as_of, district=District(name=title, crs=crs))
    report = Report(
        plan=PlanEntry(id="coverage", title=title, as_of=as_of.isoformat()),
        crs=crs,
        findings=list(run.findings),
        summary=summarise([], list(run.findings)),
    )
    return draw_map(plan, report, {}, _results(run, sites), kind="circle", lang=current_language())


def _results(run: Coverage, sites: gpd.GeoDataFrame) -> dict[str, Any]:
    """The layers by the names that the map knows; its switch goes over the whole band of walks."""
    from urbanplan.network.walk.readings import BAND, streets_by_walk

    streets = streets_by_walk(run.question, [*BAND, float(run.settings["within_m"])])
    streets = streets.rename(columns={"begin_m": "from_m", "end_m": "to_m", "street": "id"})
    layers: dict[str, Any] = {"coverage_streets": streets.assign(id=streets["id"].astype(str)), "fitness_sites": sites}
    if run.gaps is not None:
        layers["coverage_gaps"] = run.gaps
    return layers
