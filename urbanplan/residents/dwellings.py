"""Homes: each with its own legs to the streets it sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from urbanplan.network.walk.people import People
from urbanplan.network.walk.source_rows import row_ids
from urbanplan.residents.counts import CountingAssumptions, count_people, unknown_rows

if TYPE_CHECKING:
    import geopandas as gpd


def residents_from_homes(
    frame: gpd.GeoDataFrame, *, column: str | None = None, custom: CountingAssumptions | None = None
) -> list[People]:
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
    ids = row_ids(frame)[there]
    methods = count_people(frame, column, custom)
    return [
        People(
            name,
            points=points,
            count=count[there],
            ids=ids,
            lost=float(count[~there].sum()),
            lost_ids=tuple(row_ids(frame)[~there & (count > 0)]),
            unknown_ids=tuple(row_ids(frame)[unknown_rows(frame, column)]),
        )
        for name, count in methods.items()
    ]
