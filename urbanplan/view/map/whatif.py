"""What the page needs to answer "what if a site stood there" by the rules of the network room.

Streets, homes, barriers and what the present sites see go into the page as exact doubles;
the page searches and covers anew for each change (``view/assets/map/coverage.js``).
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.layer.layer import Layer
from urbanplan.measure.catalog import validate_parameters
from urbanplan.measure.coverage import Coverage
from urbanplan.measure.measured import MeasureContext, build_context
from urbanplan.measure.selection import SelectedFeatures
from urbanplan.measure.walk_layers import select_walk_layers, walk_settings
from urbanplan.model.plan import Plan
from urbanplan.model.report import Report, Verdict
from urbanplan.view.map.columns import to_json_values
from urbanplan.view.map.plane import fit_polynomials

if TYPE_CHECKING:
    from urbanplan.network.walk.leg_intervals import LegIntervals
    from urbanplan.network.walk.people import People
    from urbanplan.residents.walk_model import WalkModel


@dataclass(frozen=True)
class WhatIfInputs:
    """The streets, sites and people of the coverage targets that share them."""

    params: Coverage
    verdicts: list[Verdict]
    model: WalkModel
    sites: SelectedFeatures
    districts: Layer | None


def whatif_data(plan: Plan, report: Report, layers: dict[str, Layer]) -> dict[str, Any] | None:
    """The page's town, None where no target is measured by coverage or one of its layers is missing."""
    town = whatif_inputs(plan, report, layers)
    if town is None or not len(town.sites.frame):
        return None
    network, params, walls = town.model.network, town.params, town.model.walls
    x, y = network.coords.T
    edge = 2000.0
    bounds = (x.min() - edge, y.min() - edge, x.max() + edge, y.max() + edge)
    return {
        "targets": [{"target": v.target, "reading": _reading_kind(v)} for v in town.verdicts],
        "bands": [int(band) if band == int(band) else band for band in params.band],
        "leg": params.leg,
        "coords": encode_doubles(network.coords),
        "sizes": np.diff(network.offsets).tolist(),
        "u": network.u.tolist(),
        "v": network.v.tolist(),
        "nodes": network.nodes,
        "barriers": encode_doubles(np.empty((0, 4)) if walls is None else walls),
        "people": [_people_group(town, people) for people in town.model.people],
        "districts": _districts(town),
        "sites": _sites(town),
        **_leg_tables(town),
        "template": _site_template(town),
        "plane": fit_polynomials(network.crs, bounds),
    }


def whatif_inputs(plan: Plan, report: Report, layers: dict[str, Layer]) -> WhatIfInputs | None:
    """The town of the first coverage target, with the other targets that ask about the same town."""
    asked = [v for v in report.verdicts if v.measure and v.measure.get("kind") == "coverage"]
    if not asked or plan.district is None:
        return None
    shared = [v for v in asked if _shared_parameters(v) == _shared_parameters(asked[0])]
    params = validate_parameters(asked[0].measure or {}, where=asked[0].where)
    setting = build_context(plan)
    if not isinstance(params, Coverage) or not params.layers(setting) <= set(layers):
        return None
    return _build_inputs(params, shared, layers, setting)


def _shared_parameters(verdict: Verdict) -> dict[str, Any]:
    return {key: value for key, value in (verdict.measure or {}).items() if key != "reading"}


def _reading_kind(verdict: Verdict) -> str:
    return str((verdict.measure or {}).get("reading", "residents"))


def _build_inputs(
    params: Coverage, verdicts: list[Verdict], layers: dict[str, Layer], setting: MeasureContext
) -> WhatIfInputs:
    from urbanplan.residents.walk_model import build_walk_model

    chosen, sites = select_walk_layers(params, layers, setting)
    districts = None if setting.subdistricts is None else layers[setting.subdistricts]
    return WhatIfInputs(params, verdicts, build_walk_model(chosen, walk_settings(params)), sites, districts)


def encode_doubles(values: NDArray[np.float64]) -> str:
    """Doubles as base64, little-endian, exact."""
    return base64.b64encode(np.ascontiguousarray(values, dtype="<f8").tobytes()).decode("ascii")


def _people_group(town: WhatIfInputs, people: People) -> dict[str, Any]:
    """People placed by one method: homes, and people spread over stretches of street."""
    return {
        "points": encode_doubles(people.points),
        "count": encode_doubles(people.count),
        "leg": 0.0 if people.on_street else town.params.leg,
        "district": _district_indices(town, people.points),
        "edge": people.edge.tolist(),
        "low": encode_doubles(people.low),
        "high": encode_doubles(people.high),
        "living": encode_doubles(people.living),
        "total": people.total,
    }


def _district_indices(town: WhatIfInputs, points: NDArray[np.float64]) -> list[int]:
    """The sub-district of each point, -1 outside all."""
    from urbanplan.network.walk.districts import first_containing

    if town.districts is None:
        return [-1] * len(points)
    return first_containing(town.districts.frame.geometry.to_numpy(), points).tolist()


def _districts(town: WhatIfInputs) -> dict[str, Any] | None:
    """Sub-districts: the layer's name and, for each, the sites that stand in it."""
    if town.districts is None:
        return None
    shapes = town.districts.frame.geometry.to_numpy()
    sites = town.sites.frame.geometry.to_numpy()
    district, site = shapely.STRtree(sites).query(shapes, predicate="intersects")
    return {"layer": town.districts.name, "held": [site[district == k].tolist() for k in range(len(shapes))]}


def _sites(town: WhatIfInputs) -> list[dict[str, Any]]:
    middle = shapely.get_coordinates(shapely.centroid(town.sites.frame.geometry.to_numpy()))
    ids = town.sites.frame["__id__"].astype(str)
    return [
        {"id": name, "layer": town.sites.layer, "sure": bool(sure), "x": x, "y": y}
        for name, sure, (x, y) in zip(ids, town.sites.sure, middle.tolist(), strict=True)
    ]


def _leg_tables(town: WhatIfInputs) -> dict[str, Any]:
    """What the sites see, for each walk and reading; most are one and the same table, held once."""
    tables: list[dict[str, Any]] = []
    use: dict[str, dict[str, int]] = {}
    for band in town.params.band:
        use[f"{band:g}"] = {}
        for reading in ("low", "high"):
            table = _leg_table(_leg_intervals(town, band, low=reading == "low"))
            if table not in tables:
                tables.append(table)
            use[f"{band:g}"][reading] = tables.index(table)
    return {"sights": tables, "use": use}


def _leg_intervals(town: WhatIfInputs, within: float, *, low: bool) -> LegIntervals:
    from urbanplan.network.walk.covered_intervals import find_walk_legs
    from urbanplan.network.walk.walk import Walk

    model = town.model
    return find_walk_legs(model.network, model.sources, Walk(within, town.params.leg, low=low), model.walls)


def _leg_table(seen: LegIntervals) -> dict[str, Any]:
    metres = {name: encode_doubles(getattr(seen, name)) for name in ("low", "high", "t0", "g", "m", "plus")}
    return {"place": seen.place.tolist(), "edge": seen.edge.tolist(), **metres}


def _site_template(town: WhatIfInputs) -> dict[str, Any]:
    """The attributes of a present site that counts, for sites to be copied as a layer."""
    sure = np.flatnonzero(town.sites.sure)
    if not len(sure):
        return {}
    dimensions = shapely.get_dimensions(town.sites.frame.geometry.to_numpy()[sure])
    row = int(sure[np.argmin(dimensions)])
    skipped = {"geometry", "__id__"}
    return {
        str(name): to_json_values(column.iloc[[row]])[0]
        for name, column in town.sites.frame.items()
        if name not in skipped
    }
