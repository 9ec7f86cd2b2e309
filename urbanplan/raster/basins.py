"""The tree of depressions of an elevation: what each holds, where it spills, and what runs into it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.raster.elevation import Elevation
from urbanplan.raster.flow import ALL_OPEN
from urbanplan.raster.kernels.basins import label_basins, lowest_saddles, sum_areas
from urbanplan.raster.kernels.directions import COLUMN_STEP, ROW_STEP, cross_flats, descend
from urbanplan.raster.kernels.hierarchy import (
    add_children,
    lower_with_children,
    measure_nodes,
    merge_basins,
    outermost,
    skip_links,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]
    Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Basins:
    """Basins, one for each pit, and the nodes into which they grow together as they fill.

    Nodes 1.. ``labels - 1`` are basins, those beyond two nodes that merged; node 0 is outside.

    Attributes:
        elevation: the ground. label: rows x columns, the basin of each cell, 0 outside, -1 void.
        pits: place of the lowest cell of each basin, by label; that of 0 means nothing.
        catchment: ground that drains to each label, m².
        parent: by node, 0 where it spills for good. child: by node x 2, -1 for a basin.
        spill: level of the outlet of each node. pour: place of its outlet's cell. beyond: the label behind it.
        level, group: by node, the level of the outermost depression and which it is.
        capacity: by node, m³ below its spill. area: by node, m² that are then wet.
        cells, nodes: place and smallest node of each wet cell, by node and height; starts: by node, where they begin.
    """

    elevation: Elevation
    label: NDArray[np.int32]
    pits: Ints
    catchment: Floats
    parent: Ints
    child: Ints
    spill: Floats
    pour: Ints
    beyond: Ints
    level: Floats
    group: Ints
    capacity: Floats
    area: Floats
    cells: Ints
    starts: Ints

    @property
    def labels(self) -> int:
        """Labels, that of the outside included."""
        return len(self.catchment)

    @property
    def lowest(self) -> Floats:
        """By node, the height of its lowest cell."""
        low = np.full(len(self.parent), np.inf)
        low[1 : self.labels] = self.elevation.heights.ravel()[self.pits[1:]]
        lower_with_children(low, self.parent)
        return low


def find_basins(elevation: Elevation) -> Basins:
    """Find the basins of a ground and how they spill and merge; eight neighbours, the border and voids are open."""
    heights = elevation.heights
    code = descend(heights, elevation.steepness, ALL_OPEN, ROW_STEP, COLUMN_STEP)
    pits = cross_flats(heights, code, ROW_STEP, COLUMN_STEP)
    label = label_basins(code, pits, ROW_STEP, COLUMN_STEP)
    first, second, height, place = lowest_saddles(heights, label, len(pits))
    order = np.lexsort((place, height))
    parent, child, outlet, beyond = merge_basins(first[order], second[order], len(pits) + 1)
    spill = np.append(height[order], -np.inf)[outlet]
    level, group = outermost(parent, spill)
    jump = skip_links(parent)
    node_of, cells, area, volume = measure_nodes(heights, label, elevation.row_area, parent, spill, level, jump)
    sort = np.lexsort((heights.ravel()[cells], node_of))
    add_children(area, parent)
    add_children(volume, parent)
    with np.errstate(invalid="ignore"):  # outside has no level
        capacity = np.maximum(volume - area * (level - spill), 0.0)
    capacity[0] = 0.0
    return Basins(
        elevation, label, np.append(0, pits),
        sum_areas(label, elevation.row_area, len(pits) + 1),
        parent, child, spill, _pour_cells(heights, np.append(place[order], 0)[outlet]), beyond, level, group,
        capacity, area, cells[sort], np.searchsorted(node_of[sort], np.arange(len(parent) + 1)),
    )  # fmt: skip


def _pour_cells(heights: Floats, place: Ints) -> Ints:
    """The higher of the two cells of each saddle."""
    cell, which = place // 4, place % 4
    columns = heights.shape[1]
    other = np.minimum(cell + np.choose(which, [1, columns - 1, columns, columns + 1]), heights.size - 1)
    flat: Any = heights.ravel()
    return np.where(flat[other] > flat[cell], other, cell)


@dataclass(frozen=True, eq=False)
class Depressions:
    """Depressions as if they were full, deepest first.

    Attributes:
        node: of the tree. inside: the node that each lies in, 0 for an outermost one.
        depth_m, area_m2, volume_m3, level_m: when full. catchment_m2: ground that drains to it.
        pour: place of the cell over which it spills. basins: how many pits it holds.
    """

    node: Ints
    inside: Ints
    depth_m: Floats
    area_m2: Floats
    volume_m3: Floats
    level_m: Floats
    catchment_m2: Floats
    pour: Ints
    basins: Ints


def depressions(
    basins: Basins, *, least_depth: float = 0.0, least_area: float = 0.0, nested: bool = False
) -> Depressions:
    """The depressions of a ground.

    Args:
        basins: of :func:`find_basins`. least_depth, least_area: metres and m² below which one is left out.
        nested: with those that lie in others.
    """
    node = np.arange(len(basins.parent))
    inner = basins.child[:, 0]
    grown = (inner >= 0) & (basins.spill[np.maximum(inner, 0)] >= basins.spill)  # nothing but what it has grown from
    outer = basins.group == node
    depth = basins.spill - basins.lowest
    kept = (node > 0) & ~grown & (outer | nested) & (depth >= least_depth) & (basins.area >= least_area)
    chosen = np.flatnonzero(kept)
    chosen = chosen[np.lexsort((chosen, -depth[chosen]))]
    catchment, count = np.zeros(len(node)), np.zeros(len(node))
    catchment[1 : basins.labels], count[1 : basins.labels] = basins.catchment[1:], 1
    add_children(catchment, basins.parent)
    add_children(count, basins.parent)
    inside = np.where(outer, 0, basins.parent)
    return Depressions(
        chosen, inside[chosen], depth[chosen], basins.area[chosen], basins.capacity[chosen], basins.spill[chosen],
        catchment[chosen], basins.pour[chosen], count[chosen].astype(np.int64),
    )  # fmt: skip
