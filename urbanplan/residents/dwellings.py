"""Homes: each with its own legs to the streets it sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from urbanplan.network.walk.people import People
from urbanplan.network.walk.sources import identify
from urbanplan.residents.counts import Custom, counted

if TYPE_CHECKING:
    import geopandas as gpd


def homes(frame: gpd.GeoDataFrame, *, column: str | None = None, custom: Custom | None = None) -> list[People]:
    """People at homes, one :class:`People` for each method of counting.

    Args:
        frame: points, or building outlines (people live at a point inside) in the network's CRS.
        column: the column of people. custom: what a household or a floor holds where people are not counted.

    Raises:
        ResidentsError: no column tells people.
    """
    shapes = np.asarray(frame.geometry.array, dtype=object)
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    points = shapely.get_coordinates(shapely.point_on_surface(shapes[there]))
    ids = identify(frame)[there]
    methods = counted(frame, column, custom)
    return [
        People(
            name,
            points=points,
            count=count[there],
            ids=ids,
            lost=float(count[~there].sum()),
            lost_ids=tuple(identify(frame)[~there & (count > 0)]),
        )
        for name, count in methods.items()
    ]
