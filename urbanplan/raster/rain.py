"""Rain on a ground: it runs to the pits, fills them, spills and merges, and what stands is told to the last litre."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.errors import RasterError
from urbanplan.raster.kernels.hierarchy import add_children
from urbanplan.raster.kernels.spilling import ponding_depth, pool_levels, pool_of_labels, spill_and_merge

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from urbanplan.raster.basins import Basins

    Floats = NDArray[np.floating[Any]]

BALANCE = 1e-9
"""What may be missing of the rain, relative to it."""


@dataclass(frozen=True, eq=False)
class Ponding:
    """Where the water of one rain stands at its end.

    Attributes:
        basins: the ground. rain_mm: the rain. level: of the water over each basin, -inf where there is none.
        rain_m3: what fell. lost_m3: seeped away or held before it ran. drained_m3: taken by the drains everywhere.
        piped_m3: taken by the pipes at single places. out_m3: left over the border or into a void.
    """

    basins: Basins
    rain_mm: float
    level: Floats
    rain_m3: float
    lost_m3: float
    drained_m3: float
    piped_m3: float
    out_m3: float

    @cached_property
    def depth(self) -> Floats:
        """Metres of water over each cell: rows x columns, 0 where dry, NaN where void."""
        return ponding_depth(self.basins.elevation.heights, self.basins.label, self.level)

    @cached_property
    def stored_m3(self) -> float:
        """What stands, added up over the cells."""
        return float(np.nansum(self.depth, axis=1) @ self.basins.elevation.row_area)

    @property
    def balance(self) -> float:
        """What is missing of the rain, relative to it."""
        found = self.lost_m3 + self.drained_m3 + self.piped_m3 + self.stored_m3 + self.out_m3
        return (found - self.rain_m3) / self.rain_m3 if self.rain_m3 else 0.0


def pond(
    basins: Basins, *, rain_mm: float, loss_mm: float = 0.0, drainage_mm: float = 0.0, pipes_m3: Floats | None = None
) -> Ponding:
    """Let a rain fall evenly, run to the pits, fill, spill and merge until it rests.

    Args:
        basins: the ground. rain_mm: depth of the rain. loss_mm: of it that seeps away or is held before it runs.
        drainage_mm: of the rest that the drains take everywhere.
        pipes_m3: by label, what pipes take at the bottom of a basin before water stands in it.

    Raises:
        RasterError: the rain that is found again is not the rain that fell, a fault of the program.
    """
    lost = min(rain_mm, loss_mm)
    drained = min(rain_mm - lost, drainage_mm)
    water = basins.catchment * ((rain_mm - lost - drained) / 1000)
    pipes = np.zeros(len(basins.parent))
    if pipes_m3 is not None:
        pipes[1 : basins.labels] = pipes_m3[1:]
        add_children(pipes, basins.parent)
    held, formed = spill_and_merge(water, basins.parent, basins.child, basins.beyond, basins.capacity + pipes)
    top = pool_of_labels(basins.parent, formed, basins.labels)
    pools = np.unique(top[1:])
    taken = np.minimum(held, pipes)
    level = np.full(len(basins.parent), -np.inf)
    level[pools] = _levels(basins, pools, held - taken)
    ground = float(basins.catchment.sum())
    found = Ponding(
        basins, rain_mm, np.append(-np.inf, level[top[1:]]), ground * rain_mm / 1000, ground * lost / 1000,
        ground * drained / 1000, float(taken[pools].sum()), float(held[0]),
    )  # fmt: skip
    if abs(found.balance) > BALANCE:
        raise RasterError("of {rain_m3} m³ of rain {share:.1e} is not found again", fix="Report this as a fault.",
                          rain_m3=found.rain_m3, share=found.balance)  # fmt: skip
    return found


def brimming_depth(basins: Basins) -> Floats:
    """Metres of water over each cell as if every depression were full: rows x columns, NaN where void."""
    return ponding_depth(basins.elevation.heights, basins.label, basins.level[: basins.labels])


def _levels(basins: Basins, pools: NDArray[np.int64], standing: Floats) -> Floats:
    """Levels of the water in pools."""
    inner = basins.child[:, 0]
    other = basins.child[:, 1]
    grown = inner >= 0
    base = np.column_stack(
        [
            np.where(grown, basins.spill[inner], basins.lowest),
            np.where(grown, basins.capacity[inner] + basins.capacity[other], 0.0),
            np.where(grown, basins.area[inner] + basins.area[other], 0.0),
        ]
    )
    ground = basins.elevation
    heights = ground.heights.ravel()[basins.cells]
    areas = ground.row_area[basins.cells // ground.heights.shape[1]]
    full = basins.capacity
    return pool_levels(pools, standing, base, basins.spill, full, basins.starts, heights, areas)
