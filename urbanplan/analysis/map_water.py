"""The water of a plan's target on its map: where its rain stands, by depth, for the first target of ponding."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (pandas and shapely say little of what their columns hold)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.model.translation import localize

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.analysis.check import Check
    from urbanplan.measure.ponding import Ponding as Question
    from urbanplan.model.plan import Plan

STANDING_WATER = "standing_water"
"""Name of the layer."""
MOST_POINTS = 60_000
"""Corners of the layer at most, so that no page grows heavy; the largest areas are kept."""


def standing_water(done: Check) -> gpd.GeoDataFrame | None:
    """The water of the first target that asks for ponding, heights as they are given; None where there is none to draw.

    A run of which a profile holds something back has none: the water would tell of heights.
    """
    if done.disclosed or STANDING_WATER in done.layers:
        return None
    for name, question in _questions(done.plan):
        layer = done.layers.get(question.elevation)
        if layer is not None and layer.grid is not None:
            return _water(layer, name, question, done.run.basins)
    return None


def _questions(plan: Plan) -> list[tuple[str, Question]]:
    """Targets that ask for ponding, with what they ask."""
    from urbanplan.errors import UrbanplanError
    from urbanplan.measure.catalog import validate_parameters
    from urbanplan.measure.ponding import Ponding

    found: list[tuple[str, Question]] = []
    for target in plan.target:
        if (target.measure or {}).get("kind") != "ponding":
            continue
        try:
            question = validate_parameters(target.measure or {}, where=target.where)
        except UrbanplanError:  # the verdict says what is wrong
            continue
        if isinstance(question, Ponding):
            found.append((target.id, question))
    return found


def _water(layer: Any, target: str, question: Question, known: dict[str, Any]) -> gpd.GeoDataFrame | None:
    """The water of a question; trees of depressions that the run found are ``known``."""
    from urbanplan.analysis.rain_layers import ponding_frame
    from urbanplan.errors import RasterError
    from urbanplan.measure.ponding import basins_of_layer
    from urbanplan.raster.rain import pond

    try:
        basins = basins_of_layer(layer, known)
    except RasterError:  # the verdict says what is wrong
        return None
    water = pond(basins, rain_mm=question.rain_mm, loss_mm=question.loss_mm, drainage_mm=question.drainage_mm)
    found = ponding_frame(water, layer.frame.crs)
    if not len(found):
        return None
    named = found.rename(columns={"from_m": "depth_from_m", "to_m": "depth_to_m"})
    return largest_parts(named.assign(target=target, remark=""), MOST_POINTS)


def largest_parts(frame: gpd.GeoDataFrame, most: int) -> gpd.GeoDataFrame:
    """A frame whose largest polygons have ``most`` corners at most, in rows as before; what is left out is remarked."""
    import shapely

    parts, row = shapely.get_parts(frame.geometry.to_numpy(), return_index=True)
    order = np.argsort(-shapely.area(parts), kind="stable")
    kept = order[np.cumsum(shapely.get_num_coordinates(parts[order])) <= most]
    if len(kept) == len(parts):
        return frame
    text = localize("only the {shown} largest of {all} areas are drawn", shown=len(kept), all=len(parts))
    shapes: Any = [shapely.multipolygons(parts[kept[row[kept] == one]]) for one in range(len(frame))]
    thinned = frame.set_geometry(shapes, crs=frame.crs).assign(remark=text)
    return thinned[~thinned.geometry.is_empty].reset_index(drop=True)
