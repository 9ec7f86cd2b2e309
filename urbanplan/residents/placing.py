"""Which way people are placed: points and buildings as homes, cells as areas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.errors import ResidentsError
from urbanplan.network.graph import Network
from urbanplan.network.walk.people import People
from urbanplan.residents.counts import CountingAssumptions

if TYPE_CHECKING:
    import geopandas as gpd

ResidentKind = Literal["auto", "homes", "areas"]
MIN_POPULATION_AREA = 5_000.0
"""Square metres: polygons with a median area from here on are population areas, smaller ones are buildings."""


def assign_residents(
    network: Network,
    frame: gpd.GeoDataFrame,
    *,
    kind: ResidentKind = "auto",
    column: str | None = None,
    leg: float = 50.0,
    custom: CountingAssumptions | None = None,
) -> list[People]:
    """Place the people of a frame in the network's CRS; one :class:`People` for each method.

    Args:
        network: the streets. frame: points, building outlines or population polygons.
        kind: ``homes``, ``areas``, or ``auto``: polygons of 5000 m² and more (median) are areas.
        column: the column of people. leg: leg limit for areas without a street inside, metres.

    Raises:
        ResidentsError: no column tells people, or the kind is unknown. NetworkError: the frame is in another CRS.
    """
    if kind not in ("auto", "homes", "areas"):
        raise ResidentsError(
            "residents cannot be placed as '{kind}'", fix="Choose one of: {choices}.", kind=kind, choices="homes, areas"
        )
    network.check_crs(frame, "residents")
    if kind == "auto":
        kind = residents_kind(np.asarray(frame.geometry.array, dtype=object))
    if kind == "areas":
        from urbanplan.residents.cells import residents_from_areas

        return residents_from_areas(network, frame, column=column, leg=leg, custom=custom)
    from urbanplan.residents.dwellings import residents_from_homes

    return residents_from_homes(frame, column=column, custom=custom)


def residents_kind(shapes: NDArray[np.object_]) -> Literal["homes", "areas"]:
    """``areas`` where all shapes are polygons of 5000 m² and more (median), else ``homes``."""
    solid = shapely.get_dimensions(shapes) == 2
    large = solid.all() and len(shapes) and np.median(shapely.area(shapes)) >= MIN_POPULATION_AREA
    return "areas" if large else "homes"
