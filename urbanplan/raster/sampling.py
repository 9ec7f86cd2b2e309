"""Which cells features lie in: lines by the metre, points by their cell, polygons by the middles of cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.raster.elevation import Elevation

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    Floats = NDArray[Any]
    Ints = NDArray[np.int64]

LEVEL_COLUMNS = ("bridge", "tunnel", "level")
_NO = ("", "no", "false", "0", "0.0", "none", "nan", "<na>", "否", "f")


@dataclass(frozen=True, eq=False)
class Samples:
    """Parts of features, each in one cell.

    Attributes:
        feature: row of the feature. cell: row-major place of the cell, -1 beyond the grid.
        amount: metres of a line, square metres of a polygon's cells, 1 for a point.
    """

    feature: Ints
    cell: Ints
    amount: Floats

    def values(self, grid: Floats) -> Floats:
        """A grid's value at each part, NaN beyond it."""
        return np.where(self.cell >= 0, grid.ravel()[np.maximum(self.cell, 0)], np.nan)


def sample(frame: gpd.GeoDataFrame, elevation: Elevation) -> Samples:
    """The cells that features lie in; lengths in the frame's CRS.

    Args:
        frame: points, lines or polygons in a projected CRS, metres. elevation: the grid.

    A polygon that holds no cell's middle is taken at a point of its own.
    """
    shapes = np.asarray(frame.geometry.array, dtype=object)
    dimension = shapely.get_dimensions(shapes)
    placed = _Placement(frame.crs, elevation)
    parts = [
        _line_samples(shapes, np.flatnonzero(dimension == 1), placed),
        _polygon_samples(shapes, np.flatnonzero(dimension == 2), placed),
        _point_samples(shapes, np.flatnonzero(dimension == 0), placed),
    ]
    joined = [np.concatenate([part[i] for part in parts]) for i in range(3)]
    order = np.argsort(joined[0], kind="stable")
    return Samples(joined[0][order].astype(np.int64), joined[1][order].astype(np.int64), joined[2][order])


def has_no_depth(frame: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Bridges, tunnels and what lies on another level: the ground below or above tells nothing of them.

    Args:
        frame: features with columns ``bridge``, ``tunnel`` and ``level`` where there are such.
    """
    import pandas as pd

    hidden = np.zeros(len(frame), np.bool_)
    for column in ("bridge", "tunnel"):
        if column in frame.columns:
            words = frame[column].astype("string").fillna("").str.strip().str.lower()
            hidden |= ~words.isin(_NO).to_numpy(dtype=bool)
    if "level" in frame.columns:
        level = pd.to_numeric(frame["level"], errors="coerce").fillna(0).to_numpy()
        hidden |= level != 0
    return hidden


class _Placement:
    """Coordinates of a frame as columns and rows of a grid."""

    def __init__(self, crs: Any, elevation: Elevation) -> None:
        self.elevation = elevation
        self._transformer = None
        if crs != elevation.crs:
            from pyproj import Transformer

            self._transformer = Transformer.from_crs(crs, elevation.crs, always_xy=True)

    def columns_rows(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        if self._transformer is not None:
            x, y = self._transformer.transform(x, y)
        return self.elevation.to_cells(np.asarray(x), np.asarray(y))

    def cells(self, column: Floats, row: Floats) -> Ints:
        """Row-major places."""
        rows, columns = self.elevation.heights.shape
        with np.errstate(invalid="ignore"):
            inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
        at = np.where(inside, np.floor(np.where(inside, row, 0)) * columns + np.floor(np.where(inside, column, 0)), -1)
        return at.astype(np.int64)


def _line_samples(shapes: Any, rows: Ints, placed: _Placement) -> tuple[Ints, Ints, Floats]:
    """Lines cut where they go from one cell into the next."""
    lines, part = shapely.get_parts(shapes[rows], return_index=True)
    points, line = shapely.get_coordinates(lines, return_index=True)
    column, row = placed.columns_rows(points[:, 0], points[:, 1])
    inner = np.flatnonzero(line[1:] == line[:-1])
    metres = np.hypot(*(points[inner + 1] - points[inner]).T)
    feature = rows[part[line[inner]]]
    cuts = [_crossings(column[inner], column[inner + 1]), _crossings(row[inner], row[inner + 1])]
    segment = np.concatenate([np.arange(len(inner)), np.arange(len(inner)), cuts[0][0], cuts[1][0]])
    share = np.concatenate([np.zeros(len(inner)), np.ones(len(inner)), cuts[0][1], cuts[1][1]])
    order = np.lexsort((share, segment))
    segment, share = segment[order], share[order]
    within = np.flatnonzero(segment[1:] == segment[:-1])
    long = share[within + 1] - share[within]
    within, long = within[long > 0], long[long > 0]
    owner, middle = segment[within], share[within] + long / 2
    x = column[inner][owner] + middle * (column[inner + 1] - column[inner])[owner]
    y = row[inner][owner] + middle * (row[inner + 1] - row[inner])[owner]
    return feature[owner], placed.cells(x, y), metres[owner] * long


def _crossings(first: Floats, last: Floats) -> tuple[Ints, Floats]:
    """Shares of segments at which they pass a whole number."""
    low, high = np.minimum(first, last), np.maximum(first, last)
    usable = np.isfinite(low) & np.isfinite(high) & (high - low < 1e7)
    begin = np.where(usable, np.floor(low) + 1, 0).astype(np.int64)
    count = np.where(usable, np.ceil(high) - begin, 0).clip(0).astype(np.int64)
    segment = np.repeat(np.arange(len(first)), count)
    number = begin[segment] + np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return segment, (number - first[segment]) / (last - first)[segment]


def _point_samples(shapes: Any, rows: Ints, placed: _Placement) -> tuple[Ints, Ints, Floats]:
    points, part = shapely.get_parts(shapes[rows], return_index=True)
    cells = placed.cells(*placed.columns_rows(shapely.get_x(points), shapely.get_y(points)))
    return rows[part], cells, np.ones(len(points))


def _polygon_samples(shapes: Any, rows: Ints, placed: _Placement) -> tuple[Ints, Ints, Floats]:
    """Cells whose middle lies in a polygon, what of it lies beyond the grid in one part of no cell; where it holds no
    middle, the cell of a point in it with the polygon's area."""
    area = shapely.area(shapes[rows])
    moved = shapely.transform(shapes[rows], lambda xy: np.column_stack(placed.columns_rows(xy[:, 0], xy[:, 1])))
    height, width = placed.elevation.heights.shape
    bounds = shapely.bounds(moved)
    first = np.floor(np.clip(bounds[:, :2] - 0.5, 0, [width, height])).astype(np.int64)
    last = np.ceil(np.clip(bounds[:, 2:] + 0.5, 0, [width, height])).astype(np.int64)
    across, down = (np.maximum(last - first, 0)).T
    count = across * down
    polygon = np.repeat(np.arange(len(rows)), count)
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    column = first[polygon, 0] + within % np.maximum(across, 1)[polygon]
    row = first[polygon, 1] + within // np.maximum(across, 1)[polygon]
    shapely.prepare(moved)
    held = shapely.contains_xy(moved[polygon], column + 0.5, row + 0.5)
    polygon, cell = polygon[held], row[held] * width + column[held]
    bare = np.setdiff1d(np.arange(len(rows)), polygon)
    inner = shapely.point_on_surface(moved[bare])
    ground = placed.elevation.row_area[cell // width]
    sticks_out = np.flatnonzero((bounds[:, :2] < 0).any(axis=1) | (bounds[:, 2:] > [width, height]).any(axis=1))
    partly = np.isin(np.arange(len(rows)), np.setdiff1d(sticks_out, bare))
    beyond = np.where(partly, area - np.bincount(polygon, ground, len(rows)), 0.0)
    over = np.flatnonzero(beyond > 0)
    return (
        rows[np.concatenate([polygon, bare, over])],
        np.concatenate([cell, placed.cells(shapely.get_x(inner), shapely.get_y(inner)), np.full(len(over), -1)]),
        np.concatenate([ground, area[bare], beyond[over]]),
    )
