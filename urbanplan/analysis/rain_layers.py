"""The answer to a question of rain as layers: depressions, ponding by depth class, features with their depths."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (pandas and shapely say little of what their columns hold)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.analysis.rain_tables import DEPTHS, Stand, depth_key

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.raster.rain import Ponding


def rain_layers(result: Any, water: Ponding) -> dict[str, gpd.GeoDataFrame]:
    """Layers of one rain in the working CRS; those that hold nothing are left out.

    Args:
        result: an :class:`urbanplan.analysis.rain_result.RainResult`. water: of one of its rains.
    """
    found = {"depressions": depression_frame(result), "ponding": ponding_frame(water, result.inputs.crs)}
    for name, features in result.stands.items():
        found[name] = _feature_frame(features, water)
    return {name: frame for name, frame in found.items() if len(frame)}


def depression_frame(result: Any) -> gpd.GeoDataFrame:
    """Outermost depressions as if full, deepest first."""
    import geopandas as gpd

    from urbanplan.raster.outlines import outline

    listed, basins, ground = result.depressions, result.basins, result.basins.elevation
    number = np.zeros(len(basins.parent), np.int64)
    number[listed.node] = np.arange(1, len(listed.node) + 1)
    group = number[basins.group]
    wet = ground.heights < np.append(basins.level[: basins.labels], -np.inf)[basins.label]
    found, shapes = outline(ground, np.where(wet, group[np.maximum(basins.label, 0)], 0))
    rows = found - 1
    x, y = pour_points(result)
    frame = gpd.GeoDataFrame(
        {
            "id": [f"D{one}" for one in found], "depth_m": listed.depth_m[rows], "area_m2": listed.area_m2[rows],
            "volume_m3": listed.volume_m3[rows], "level_m": listed.level_m[rows],
            "catchment_m2": listed.catchment_m2[rows], "basins": listed.basins[rows],
            "pour_x": x[rows], "pour_y": y[rows],
        },
        geometry=list(shapes), crs=ground.crs,
    )  # fmt: skip
    return frame.to_crs(result.inputs.crs)


def pour_points(result: Any) -> tuple[Any, Any]:
    """Where each listed depression spills, in the working CRS: the middle of the cell."""
    from pyproj import Transformer

    ground, pour = result.basins.elevation, result.depressions.pour
    columns = ground.heights.shape[1]
    x, y = ground.to_coordinates(pour % columns + 0.5, pour // columns + 0.5)
    if ground.crs == result.inputs.crs:
        return x, y
    return Transformer.from_crs(ground.crs, result.inputs.crs, always_xy=True).transform(x, y)


def ponding_frame(water: Ponding, crs: Any) -> gpd.GeoDataFrame:
    """Areas under water by depth class, in a CRS: from the first depth of a class to that of the next."""
    import geopandas as gpd

    from urbanplan.raster.outlines import outline

    bounds = [one.metres for one in DEPTHS]
    depth = np.nan_to_num(water.depth)
    found, shapes = outline(water.basins.elevation, np.digitize(depth, bounds, right=True))
    frame = gpd.GeoDataFrame(
        {
            "id": [f"P{depth_key(bounds[one - 1])}" for one in found],
            "from_m": [bounds[one - 1] for one in found],
            "to_m": [bounds[one] if one < len(bounds) else np.nan for one in found],
            "rain_mm": water.rain_mm,
        },
        geometry=list(shapes),
        crs=water.basins.elevation.crs,
    )
    return frame.to_crs(crs)


def _feature_frame(features: Stand, water: Ponding) -> gpd.GeoDataFrame:
    """Features with their depths beside their own columns."""
    table = features.table(water.depth)
    over = {f"over_{depth_key(one.metres).replace('.', '_')}": table[depth_key(one.metres)] for one in DEPTHS}
    told: dict[str, Any] = {"depth_m": table["depth_m"], **over, "depth_unknown": table["unknown"]}
    return features.frame.assign(**{name: values.to_numpy() for name, values in told.items()})
