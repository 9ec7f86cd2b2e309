"""The map of a coverage run: one HTML file that opens without a network."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from urbanplan.model.translation import current_language, localize

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.model.style import MapDefinition
    from urbanplan.network.walk.coverage import Coverage


@dataclass(frozen=True)
class CoverageMap:
    """What a map of coverage says besides the run.

    Attributes:
        sites: with their columns, in the run's CRS. name: what is sought, for titles.
        as_of: the day that the map bears. walks: of the switch, metres; the run's is one more.
        illustrative: whether a layer is; the title says so.
        proposed: sites of a proposal, which have a sign of their own. title: instead of the name in the title.
    """

    sites: gpd.GeoDataFrame
    name: str
    as_of: datetime.date
    walks: Sequence[float] = ()
    illustrative: bool = False
    proposed: gpd.GeoDataFrame | None = None
    title: str | None = None


def write_coverage_map(run: Coverage, content: CoverageMap, path: Path) -> None:
    """Draw streets by coverage, gaps by residents and sites to one HTML file, whole or not at all."""
    from urbanplan.exchange.files.atomic import atomic_write

    page = coverage_page(run, content)
    with atomic_write(path) as temporary:
        temporary.write_text(page, encoding="utf-8", newline="\n")


def coverage_page(run: Coverage, content: CoverageMap) -> str:
    """The page's text."""
    from urbanplan.layer.crs import crs_name
    from urbanplan.model.plan import District, Plan
    from urbanplan.model.report import PlanEntry, Report, summarise
    from urbanplan.siting.proposal import PROPOSED_LAYER
    from urbanplan.view import draw_map
    from urbanplan.view.map.subject import CoverageSubject, apply_subject

    as_of = content.as_of
    title = localize("{name}: within {metres:g} m", name=content.title or content.name, metres=run.settings["within_m"])
    if content.illustrative:
        title = localize("{title} (illustrative data)", title=title)
    crs = crs_name(run.network.crs) or ""
    plan = Plan(id="coverage", title=title, as_of=as_of, district=District(name=title, crs=crs))
    report = Report(
        plan=PlanEntry(id="coverage", title=title, as_of=as_of.isoformat()),
        crs=crs,
        findings=list(run.findings),
        summary=summarise([], list(run.findings)),
    )
    walk = float(run.settings["within_m"])
    walks = sorted({*map(float, content.walks), walk})
    subject = CoverageSubject(content.name, tuple(walks), walk, has_tiers="tier" in content.sites.columns)
    kind = apply_subject(_read_definition(), subject)
    layers = _result_layers(run, content.sites, walks)
    if content.proposed is not None:
        layers[PROPOSED_LAYER] = content.proposed
    return draw_map(plan, report, {}, layers, kind=kind, lang=current_language())


def _read_definition() -> MapDefinition:
    from urbanplan.model.style import read_map_definition

    definition = read_map_definition("coverage")
    assert definition is not None, "maps/coverage.toml is part of the package"
    return definition


def _result_layers(run: Coverage, sites: gpd.GeoDataFrame, walks: Sequence[float]) -> dict[str, gpd.GeoDataFrame]:
    """The layers by the names that the map knows."""
    from urbanplan.network.walk.readings import streets_by_walk

    streets = streets_by_walk(run.question, walks)
    streets = streets.rename(columns={"begin_m": "from_m", "end_m": "to_m", "street": "id"})
    layers = {"coverage_streets": streets.assign(id=streets["id"].astype(str)), "coverage_sites": sites}
    return layers if run.gaps is None else {**layers, "coverage_gaps": run.gaps}
