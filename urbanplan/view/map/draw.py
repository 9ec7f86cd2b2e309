"""Draw a plan's map: one HTML file that asks for nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.errors import ViewError
from urbanplan.layer.layer import Layer
from urbanplan.model.plan import Plan
from urbanplan.model.report import Report
from urbanplan.model.style import MapDefinition, map_kinds, read_map_definition
from urbanplan.model.translation import use_language
from urbanplan.store.diff import Change
from urbanplan.view.linker import link
from urbanplan.view.map.base import BaseMap, Datum, choose_base_map
from urbanplan.view.map.evidence import verdict_rows
from urbanplan.view.map.ground import Ground, ground_of_page
from urbanplan.view.map.plane import grid_of_page
from urbanplan.view.map.sheet import MapLayer, payload, to_degrees
from urbanplan.view.map.stack import stack_layers
from urbanplan.view.map.subject import add_proposal, apply_subject, subject_of_report, walk_switch
from urbanplan.view.map.whatif import whatif_data
from urbanplan.view.map.words import page_words, unit_decimals, unit_words
from urbanplan.view.page import FONTS, Page, inline, read_asset

if TYPE_CHECKING:
    import geopandas as gpd

_MAP_ID = "urbanplan"


def draw_map(  # noqa: PLR0913 - what an audit gives, and three settings
    plan: Plan,
    report: Report,
    layers: dict[str, Layer],
    results: dict[str, gpd.GeoDataFrame],
    *,
    kind: str | MapDefinition = "overview",
    lang: str = "zh",
    online: str | None = None,
    since: Sequence[Change] | None = None,
    ground: Ground | None = None,
) -> str:
    """One HTML file that shows a plan's layers, results and verdicts without a network.

    Args:
        plan, report, layers, results: what :func:`urbanplan.verdict.run.audit` gives; shapes in the working CRS.
        kind: a map definition, or the name of one of ``maps/``: overview, parcels, roads, circle, parking,
            findings, coverage, network.
        lang: ``zh`` or ``en``.
        online: None keeps the page offline. "" lets it ask its user for a Tianditu key, which it does not keep; a
            key given here is kept in the page; ``NAME:`` and ``NAME:KEY`` take another base of ``maps/bases``.
        since: what turned since another run: the page shows it first, with the cause.
        ground: a file of pictures that lies under the plan, instead of what ``online`` names.

    Raises:
        ViewError: no such kind, a layer that cannot be drawn, or a ground that lies elsewhere.
    """
    beside = Path(plan.file).parent if plan.file else None
    with use_language(lang):
        definition = kind if isinstance(kind, MapDefinition) else _read_definition(kind, beside)
        definition = apply_subject(definition, subject_of_report(report, layers, beside=beside))
        definition = add_proposal(definition, results)
        sheets = stack_layers(definition, report, layers, results, beside=beside)
        base = None if ground is not None else choose_base_map(online, beside=beside)
        return _page(Drawing(plan, report, definition, sheets, layers, lang, base, since, ground))


def _read_definition(kind: str, beside: Path | None) -> MapDefinition:
    definition = read_map_definition(kind, beside=beside)
    if definition is not None:
        return definition
    known = ", ".join(map_kinds(beside=beside))
    raise ViewError("there is no map of the kind {kind}", fix="Choose one of {kinds}.", kind=kind, kinds=known)


@dataclass(frozen=True)
class Drawing:
    """What goes onto one map, in one language."""

    plan: Plan
    report: Report
    definition: MapDefinition
    sheets: list[MapLayer]
    layers: dict[str, Layer]
    lang: str
    base: BaseMap | None = None
    since: Sequence[Change] | None = None
    ground: Ground | None = None

    @property
    def datum(self) -> Datum:
        """The datum that the page's coordinates are in."""
        if self.ground is not None:
            return self.ground.datum
        return self.base.datum if self.base else "cgcs2000"

    @property
    def tiling(self) -> str:
        """The tiling that the page's map is projected for."""
        if self.ground is not None:
            return self.ground.source.facts.tiling.name
        return self.base.tiling.name if self.base else "mercator"

    def origins(self) -> list[str]:
        """Where the page's pictures may come from."""
        if self.ground is not None:
            return ["'self'"] if self.ground.folder is not None else []
        return self.base.origins() if self.base else []


def _page(drawing: Drawing) -> str:
    plan, sheets, lang = drawing.plan, drawing.sheets, drawing.lang
    data = {f"layer-{k}": payload(sheet, lang=lang, datum=drawing.datum) for k, sheet in enumerate(sheets)}
    meta = _meta(drawing)
    town = (
        whatif_data(plan, drawing.report, drawing.layers)
        if drawing.definition.whatif and drawing.datum != "gcj02"
        else None
    )
    under, tiles = (None, {}) if drawing.ground is None else ground_of_page(drawing.ground, meta["bounds"])
    online = drawing.base.payload(lang) if drawing.base else None
    page = Page(
        title=f"{plan.title} · {drawing.definition.title[lang]}",
        styles=[read_asset("map.css").replace("FONTS", FONTS)],
        scripts=[link("map/page.js")],
        data={
            "map-meta": meta | {"layers": list(data), "online": online, "ground": under},
            "map-verdicts": verdict_rows(plan, drawing.report, sheets, drawing.since or ()),
            **data,
            **({"map-whatif": town} if town else {}),
            **({"map-tiles": tiles} if tiles else {}),
        },
        body=read_asset("map-shell.html"),
        lang=lang,
        pictures_from=drawing.origins(),
    )
    return inline(_scaffold(meta["bounds"]), page)


def _scaffold(bounds: list[list[float]]) -> str:
    """folium's own page: the map element and its settings; no data pass its templates."""
    import folium

    (south, west), (north, east) = bounds
    plan_map = folium.Map(
        location=[(south + north) / 2, (west + east) / 2], zoom_start=12, tiles=None, prefer_canvas=True,
        zoom_control=False, attribution_control=False, zoom_snap=0.25, zoom_delta=0.5,
    )  # fmt: skip
    plan_map._id = _MAP_ID  # the same plan gives the same bytes
    plan_map.options["min_zoom"] = least_zoom(bounds)
    plan_map.options["max_zoom"] = 19  # folium drops it where there are no tiles
    return plan_map.get_root().render()


def least_zoom(bounds: list[list[float]]) -> int:
    """The zoom below which nobody needs to go: there what the map is about takes a quarter of a phone; at most 9.

    Args:
        bounds: south-west and north-east, each latitude and longitude, degrees.
    """
    (south, west), (north, east) = bounds
    span = max(
        east - west, 2 * (north - south), 1e-6
    )  # a degree of latitude is drawn as two of longitude at 60 degrees
    return min(9, max(0, math.floor(math.log2(100 * 360 / (256 * span)))))


def _meta(drawing: Drawing) -> dict[str, Any]:
    plan, definition, sheets, lang = drawing.plan, drawing.definition, drawing.sheets, drawing.lang
    banded = [sheet.frame[sheet.style.band] for sheet in sheets if sheet.style.band in sheet.frame]
    bands, band = walk_switch(definition, set().union(*(column.dropna().tolist() for column in banded)))
    illustrative = any(sheet.layer and sheet.layer.basis == "illustrative" for sheet in sheets)
    crs, bounds = drawing.report.crs or plan.district.crs, _bounds(drawing)
    return {
        "map": f"map_{_MAP_ID}",
        "title": plan.title,
        "kind": definition.name,
        "kind_title": definition.title[lang],
        "district": plan.district.name,
        "as_of": plan.as_of.isoformat(),
        "maker": plan.maker,
        "crs": crs,
        "lang": lang,
        "fonts": FONTS,
        "texts": page_words(),
        "units": unit_words(),
        "decimals": unit_decimals(),
        "tab": definition.tab if drawing.report.verdicts or definition.tab != "verdicts" else "layers",
        "scope": "map" if definition.groups and not definition.rest else "all",
        "bands": bands if banded else [],
        "band": band if banded else None,
        "groups": [group.title[lang] for group in definition.groups] + [{"zh": "其他图层", "en": "Other layers"}[lang]],
        "illustrative": illustrative,
        "compared": drawing.since is not None,
        "framed": bool(definition.extent),
        "tiling": drawing.tiling,
        "bounds": bounds,
        "grid": _grid(drawing, crs, bounds),
    }


def _grid(drawing: Drawing, crs: str, bounds: list[list[float]]) -> dict[str, Any] | None:
    """The grid for print; None where the page's coordinates are shifted, as no true grid fits them."""
    if drawing.datum == "gcj02":
        return None
    return grid_of_page(crs, bounds, in_degrees=drawing.tiling == "degrees")


def _bounds(drawing: Drawing) -> list[list[float]]:
    """South-west and north-east in degrees of what the first view shows; a hemisphere where nothing is shown."""
    import numpy as np
    import shapely

    plan, definition, sheets = drawing.plan, drawing.definition, drawing.sheets
    named = [s for s in sheets if s.name in definition.extent]
    framing = [s for s in sheets if s.name in {plan.district.boundary, "boundary"}]
    chosen = named or framing or sheets
    boxes = np.array([shapely.total_bounds(to_degrees(sheet.frame, drawing.datum)) for sheet in chosen]).reshape(-1, 4)
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    if not len(boxes):
        return [[0.0, 60.0], [60.0, 150.0]]
    (west, south), (east, north) = boxes[:, :2].min(axis=0).tolist(), boxes[:, 2:].max(axis=0).tolist()
    return [[south, west], [north, east]]
