"""The whole district: every layer, in an order that lets later ones refer to earlier ones."""

from __future__ import annotations

import numpy as np
import shapely

from . import admin, city, named, parcels, roads, science, services, town, works
from .frame import CELLS, XS, YS
from .plane import Points
from .record import Layers, Record
from .uses import Uses


def _kind_at(spot: Points) -> str:
    cell = (int(np.searchsorted(XS, spot[0])) - 1, int(np.searchsorted(YS, spot[1])) - 1)
    return CELLS.get(cell, "")


def _at_edge(spot: Points) -> bool:
    """Whether a point of the drawing plane lies at the outer side of the zone's last super-block."""
    return any(_kind_at(spot + np.array(step) * 40.0) == "" for step in ((1, 0), (0, 1)))


def _add_admin(layers: Layers, units: list[admin.Unit]) -> None:
    shapes = admin.offices(units)
    layers["subdistricts"] = [
        Record(shape, {"id": key, "name": admin.OFFICES[key], "name_status": "unverified"})
        for key, shape in shapes.items()
    ]
    whole = shapely.normalize(shapely.union_all(list(shapes.values())))
    layers["boundary"] = [Record(whole, {"id": "GX", "name": "郑州高新技术产业开发区", "name_status": "unverified"})]
    layers["communities"] = [
        Record(unit.shape, {"id": f"CO-{n:02d}", "name": f"社区-{n:02d}", "subdistrict": admin.office_of(*unit.cell)})
        for n, unit in enumerate(units, 1)
    ]


def draw() -> tuple[Layers, dict[str, list[str]]]:
    """All layers, and the ids of the street features that carry planted errors of drawing."""
    layers: Layers = {}
    uses = Uses()
    drawn = city.build(uses)
    units = admin.units()
    _add_admin(layers, units)
    found = roads.projects(roads.choose(drawn, _kind_at), science.entities())
    roads.crossing(found, _at_edge)
    planted = roads.add_layers(layers, drawn, found, science.UNBUILT)
    layers["parcels"] = parcels.parcels(uses.take("parcel"))
    named.add_named(layers, uses)
    science.add_science(layers, drawn.streets, uses.take("science"))
    town.add_town(layers, drawn, uses, units)
    works.add_works(layers, drawn.streets)
    services.add_services(layers, uses)
    return layers, planted
