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
from urbanplan.measure.catalog import bind
from urbanplan.measure.coverage import Coverage
from urbanplan.measure.measured import Setting, setting_of
from urbanplan.measure.selection import Selected, choose
from urbanplan.model.plan import Plan
from urbanplan.model.report import Report, Verdict
from urbanplan.view.map.columns import plain
from urbanplan.view.map.plane import plane

if TYPE_CHECKING:
    from urbanplan.network.graph import Network
    from urbanplan.network.walk.people import People
    from urbanplan.network.walk.places import Places
    from urbanplan.network.walk.seen import Seen


@dataclass(frozen=True)
class Town:
    """The streets, sites and people of the coverage targets that share them."""

    params: Coverage
    verdicts: list[Verdict]
    network: Network
    sites: Selected
    places: Places
    walls: NDArray[np.float64] | None
    people: list[People]
    districts: Layer | None


def whatif(plan: Plan, report: Report, layers: dict[str, Layer]) -> dict[str, Any] | None:
    """The page's town, None where no target is measured by coverage or one of its layers is missing."""
    town = town_of(plan, report, layers)
    if town is None or not len(town.sites.frame):
        return None
    network, params = town.network, town.params
    x, y = network.coords.T
    edge = 2000.0
    bounds = (x.min() - edge, y.min() - edge, x.max() + edge, y.max() + edge)
    return {
        "targets": [{"target": v.target, "reading": _reading_of(v)} for v in town.verdicts],
        "bands": [int(band) if band == int(band) else band for band in params.band],
        "leg": params.leg,
        "coords": doubles(network.coords),
        "sizes": np.diff(network.offsets).tolist(),
        "u": network.u.tolist(),
        "v": network.v.tolist(),
        "nodes": network.nodes,
        "barriers": doubles(np.empty((0, 4)) if town.walls is None else town.walls),
        "people": [_group(town, people) for people in town.people],
        "districts": _districts(town),
        "sites": _sites(town),
        **_sights(town),
        "template": _template(town),
        "plane": plane(network.crs, bounds),
    }


def town_of(plan: Plan, report: Report, layers: dict[str, Layer]) -> Town | None:
    """The town of the first coverage target, with the other targets that ask about the same town."""
    asked = [v for v in report.verdicts if v.measure and v.measure.get("kind") == "coverage"]
    if not asked or plan.district is None:
        return None
    shared = [v for v in asked if _same(v) == _same(asked[0])]
    params = bind(asked[0].measure or {}, where=asked[0].where)
    setting = setting_of(plan)
    if not isinstance(params, Coverage) or not params.layers(setting) <= set(layers):
        return None
    return _town(params, shared, layers, setting)


def _same(verdict: Verdict) -> dict[str, Any]:
    return {key: value for key, value in (verdict.measure or {}).items() if key != "reading"}


def _reading_of(verdict: Verdict) -> str:
    return str((verdict.measure or {}).get("reading", "residents"))


def _town(params: Coverage, verdicts: list[Verdict], layers: dict[str, Layer], setting: Setting) -> Town:
    from urbanplan.network import build
    from urbanplan.network.walk.places import places, segments_of

    streets = choose(params.streets, layers, setting).frame
    network = build(streets, noding=params.noding, tolerance=params.tolerance)
    sites = choose(params.sites, layers, setting)
    gates = None if params.entrances is None else layers[params.entrances].frame
    walls = None
    if params.barriers is not None:
        walls = segments_of(choose(params.barriers, layers, setting).frame.geometry.to_numpy())
    return Town(
        params=params,
        verdicts=verdicts,
        network=network,
        sites=sites,
        places=places(sites.frame, id_column="__id__", entrances=gates),
        walls=walls,
        people=_people(network, params, layers, setting),
        districts=None if setting.subdistricts is None else layers[setting.subdistricts],
    )


def _people(network: Network, params: Coverage, layers: dict[str, Layer], setting: Setting) -> list[People]:
    from urbanplan.residents import residents

    if params.residents is None:
        return []
    homes = choose(params.residents, layers, setting).frame
    return residents(network, homes.assign(id=homes["__id__"]), column=params.people, leg=params.leg)


def doubles(values: NDArray[np.float64]) -> str:
    """Doubles as base64, little-endian, exact."""
    return base64.b64encode(np.ascontiguousarray(values, dtype="<f8").tobytes()).decode("ascii")


def _group(town: Town, people: People) -> dict[str, Any]:
    """People placed by one method: homes, and people spread over stretches of street."""
    return {
        "points": doubles(people.points),
        "count": doubles(people.count),
        "leg": 0.0 if people.on_street else town.params.leg,
        "district": _holding(town, people.points),
        "edge": people.edge.tolist(),
        "low": doubles(people.low),
        "high": doubles(people.high),
        "living": doubles(people.living),
        "total": people.total,
    }


def _holding(town: Town, points: NDArray[np.float64]) -> list[int]:
    """The sub-district of each point, -1 outside all."""
    from urbanplan.network.walk.districts import first_holding

    if town.districts is None:
        return [-1] * len(points)
    return first_holding(town.districts.frame.geometry.to_numpy(), points).tolist()


def _districts(town: Town) -> dict[str, Any] | None:
    """Sub-districts: the layer's name and, for each, the sites that stand in it."""
    if town.districts is None:
        return None
    shapes = town.districts.frame.geometry.to_numpy()
    sites = town.sites.frame.geometry.to_numpy()
    district, site = shapely.STRtree(sites).query(shapes, predicate="intersects")
    return {"layer": town.districts.name, "held": [site[district == k].tolist() for k in range(len(shapes))]}


def _sites(town: Town) -> list[dict[str, Any]]:
    middle = shapely.get_coordinates(shapely.centroid(town.sites.frame.geometry.to_numpy()))
    ids = town.sites.frame["__id__"].astype(str)
    return [
        {"id": name, "layer": town.sites.layer, "sure": bool(sure), "x": x, "y": y}
        for name, sure, (x, y) in zip(ids, town.sites.sure, middle.tolist(), strict=True)
    ]


def _sights(town: Town) -> dict[str, Any]:
    """What the sites see, for each walk and reading; most are one and the same table, held once."""
    tables: list[dict[str, Any]] = []
    use: dict[str, dict[str, int]] = {}
    for band in town.params.band:
        use[f"{band:g}"] = {}
        for reading in ("low", "high"):
            table = _table(_seen(town, band, low=reading == "low"))
            if table not in tables:
                tables.append(table)
            use[f"{band:g}"][reading] = tables.index(table)
    return {"sights": tables, "use": use}


def _seen(town: Town, within: float, *, low: bool) -> Seen:
    from urbanplan.network.walk.cover import sight
    from urbanplan.network.walk.reach import Walk

    return sight(town.network, town.places, Walk(within, town.params.leg, low=low), town.walls)


def _table(seen: Seen) -> dict[str, Any]:
    metres = {name: doubles(getattr(seen, name)) for name in ("low", "high", "t0", "g", "m", "plus")}
    return {"place": seen.place.tolist(), "edge": seen.edge.tolist(), **metres}


def _template(town: Town) -> dict[str, Any]:
    """The attributes of a present site that counts, for sites to be copied as a layer."""
    sure = np.flatnonzero(town.sites.sure)
    if not len(sure):
        return {}
    dimensions = shapely.get_dimensions(town.sites.frame.geometry.to_numpy()[sure])
    row = int(sure[np.argmin(dimensions)])
    skipped = {"geometry", "__id__"}
    return {str(name): plain(column.iloc[[row]])[0] for name, column in town.sites.frame.items() if name not in skipped}
