"""Stretches of edges with what is told of each, whose lines are drawn of those that are asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.graph import Network
from urbanplan.network.intervals import Intervals, Ints
from urbanplan.network.shapes import ROWS_AT_ONCE, edge_sections, section_coords

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True, eq=False)
class Sections(ABC):
    """Stretches of edges.

    Attributes:
        network: whose edges they lie on. parts: edge and metres of each.
        mixed: columns whose values may be of several kinds, and stay as they are.
    """

    mixed: ClassVar[tuple[str, ...]] = ()
    network: Network
    parts: Intervals

    def __len__(self) -> int:
        return len(self.parts)

    @abstractmethod
    def pick(self, rows: slice) -> Self:
        """Some of them."""

    @abstractmethod
    def columns(self) -> dict[str, Any]:
        """What is told of them, by the names that :meth:`frame` gives its columns."""

    def pieces(self, size: int) -> Iterator[Self]:
        """All of them, at most ``size`` at a time."""
        for start in range(0, len(self), size):
            yield self.pick(slice(start, start + size))

    def coords(self) -> tuple[NDArray[np.float64], Ints]:
        """Vertices of their lines, shape (k, 2), and where each line begins, k at last."""
        return section_coords(self.network, self.parts.line, self.parts.low, self.parts.high)

    def frame(self) -> gpd.GeoDataFrame:
        """All of them with their lines, in the network's CRS."""
        return self._with_shapes(self.draw(slice(0, len(self))))

    def undrawn(self) -> gpd.GeoDataFrame:
        """The same frame of one line over and over, which has the extent of all; :meth:`draw` draws their own."""
        import shapely

        low, high = np.full(2, np.inf), np.full(2, -np.inf)
        for piece in self.pieces(ROWS_AT_ONCE):
            points = piece.coords()[0]
            low, high = np.minimum(low, points.min(axis=0)), np.maximum(high, points.max(axis=0))
        line = shapely.LineString([low, high]) if len(self) else None
        return self._with_shapes(np.full(len(self), line, dtype=object))

    def draw(self, rows: slice) -> NDArray[np.object_]:
        """The lines of some of them."""
        some = self.parts.pick(rows)
        return edge_sections(self.network, some.line, some.low, some.high)

    def _with_shapes(self, geometry: NDArray[np.object_]) -> gpd.GeoDataFrame:
        import geopandas as gpd
        import pandas as pd

        told = self.columns()
        told |= {name: pd.Series(told[name], dtype=object) for name in self.mixed}
        return gpd.GeoDataFrame(told, geometry=geometry, crs=self.network.crs)


def draw_layers(layers: Mapping[str, Sections | gpd.GeoDataFrame]) -> dict[str, gpd.GeoDataFrame]:
    """Layers by name as frames, those of stretches drawn."""
    return {name: one.frame() if isinstance(one, Sections) else one for name, one in layers.items()}
