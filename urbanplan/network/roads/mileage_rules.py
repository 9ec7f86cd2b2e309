"""What of each road segment counts: inside the district, each stretch once, dual carriageways by rule, opened when."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.layer.dates import opened_between
from urbanplan.layer.rings import split_parts
from urbanplan.network.graph import distances_along
from urbanplan.network.intersections import Mask, shared_stretches
from urbanplan.network.intervals import Floats, Ints, union
from urbanplan.network.roads.dual import runs_beside_own_road
from urbanplan.network.roads.opening import is_before, is_stage

if TYPE_CHECKING:
    import geopandas as gpd
    from pyproj import CRS

RIGHT_CARRIAGEWAY = ("right", "右", "右幅")
KNOWN_CARRIAGEWAYS = ("single", "left", "单", "单幅", "左", "左幅", *RIGHT_CARRIAGEWAY)
MIN_SHARED_LENGTH = 0.05
"""Metres: two lines share a stretch from this on."""


@dataclass(frozen=True)
class MileageRules:
    """How mileage is counted.

    Attributes:
        since, until: opening dates that count, both included. open_stage: the stage of roads that are open.
        stages: the stages that a row may have; another one tells nothing.
        tolerance: metres within which lines are one line.
    """

    since: datetime.date | None = None
    until: datetime.date | None = None
    open_stage: str = "通车"
    stages: tuple[str, ...] = ("前期", "开工", "在建", "通车")
    tolerance: float = 0.01


@dataclass(frozen=True, eq=False)
class SegmentLengths:
    """What counts of each row, metres; shape (rows,) each.

    Attributes:
        drawn, ellipsoid: length in the plane and on the ellipsoid. inside: of it in the district.
        once: of that, what runs on no segment before it. low, high: by the carriageway rule.
        opened: whether it was opened in the time asked: 1 yes, 0 no, NaN nobody
            tells. is_open: open at all, the same way. again: metres that were open before it.
    """

    drawn: Floats
    ellipsoid: Floats
    inside: Floats
    once: Floats
    low: Floats
    high: Floats
    opened: Floats
    is_open: Floats
    again: Floats


def precise_sum(values: Floats) -> float:
    """A sum in extended precision."""
    return float(np.sum(values, dtype=np.longdouble))


def text_column(frame: gpd.GeoDataFrame, column: str, other: NDArray[Any] | None) -> NDArray[np.object_]:
    """A column as text, nulls filled from ``other`` (or ``—``)."""
    fallback = np.full(len(frame), "—", dtype=object) if other is None else other.astype(object)
    if column not in frame.columns:
        return fallback
    values = frame[column].astype("string")
    return np.where(values.isna().to_numpy(dtype=bool), fallback, values.fillna("").to_numpy(dtype=object))


def count_mileage(frame: gpd.GeoDataFrame, *, district: Any, rules: MileageRules) -> SegmentLengths:
    """What of each row counts."""
    shapes = np.asarray(frame.geometry.array, dtype=object)
    inside = shapes if district is None else shapely.intersection(shapes, district)
    opened, is_open = _opening_status(frame, rules)
    right, untold = classify_carriageways(frame)
    order = np.lexsort((np.arange(len(frame)), right | untold, opened != 1))  # what surely counts comes first
    lines = FlatLines.of(shapes)
    cut = lines if district is None else FlatLines.of(inside)
    once = _unshared_length(cut, rules.tolerance, order=order)
    again = _opened_again(frame, inside, opened, rules)
    low = np.where(right, 0.0, np.where(untold, once / 2, once))
    return SegmentLengths(
        drawn=lines.length,
        ellipsoid=geodesic_length(lines, frame.crs),
        inside=cut.length,
        once=once,
        low=low,
        high=np.where(right, 0.0, once),
        opened=opened,
        is_open=is_open,
        again=np.minimum(again, low),
    )


def _opened_again(frame: gpd.GeoDataFrame, inside: NDArray[np.object_], opened: Floats, rules: MileageRules) -> Floats:
    """Metres of each newly opened row that run on a row opened before the time asked: the stretch is not new."""
    none = np.zeros(len(frame))
    if rules.since is None or "opened" not in frame.columns:
        return none
    earlier = is_before(frame["opened"], rules.since) == 1
    new = (opened == 1) & ~earlier
    if not earlier.any() or not new.any():
        return none
    rows = np.concatenate([np.flatnonzero(earlier), np.flatnonzero(new)])
    alone = _unshared_length(FlatLines.of(inside[new]), rules.tolerance)
    behind = _unshared_length(FlatLines.of(inside[rows]), rules.tolerance)[earlier.sum() :]
    none[np.flatnonzero(new)] = np.maximum(alone - behind, 0.0)
    return none


def classify_carriageways(frame: gpd.GeoDataFrame) -> tuple[Mask, Mask]:
    """Right carriageways, and rows of which nobody told whether they are half of a dual carriageway.

    Nobody told where the column is there and empty, and without one where a line runs beside its own road's other line.
    """
    if "carriageway" not in frame.columns:
        name = next((column for column in ("road", "name") if column in frame.columns), None)
        none = np.zeros(len(frame), dtype=bool)
        if name is None:
            return none, none
        import pandas as pd

        shapes, (road, _) = np.asarray(frame.geometry.array, dtype=object), pd.factorize(frame[name].astype("string"))
        return none, runs_beside_own_road(shapes, road.astype(np.int64), tolerance=MIN_SHARED_LENGTH)
    return is_right_carriageway(frame), ~_sides(frame).isin(KNOWN_CARRIAGEWAYS).to_numpy(dtype=bool)


def is_right_carriageway(frame: gpd.GeoDataFrame) -> Mask:
    """Rows that say that they are the right carriageway of a road, whose length the left one has."""
    if "carriageway" not in frame.columns:
        return np.zeros(len(frame), dtype=bool)
    return _sides(frame).isin(RIGHT_CARRIAGEWAY).to_numpy(dtype=bool)


def _sides(frame: gpd.GeoDataFrame) -> Any:
    return frame["carriageway"].astype("string").str.strip().str.lower()


def _opening_status(frame: gpd.GeoDataFrame, rules: MileageRules) -> tuple[Floats, Floats]:
    """Whether each row was opened in the time asked, and whether it is open: 1, 0 or NaN."""
    unknown = np.full(len(frame), np.nan)
    stage = is_stage(frame["stage"], rules.open_stage, rules.stages) if "stage" in frame.columns else unknown
    when = opened_between(frame["opened"], rules.since, rules.until) if "opened" in frame.columns else unknown
    return np.where((stage == 0) | (when == 0), 0.0, stage * when), stage


def _unshared_length(lines: FlatLines, tolerance: float, *, order: Ints | None = None) -> Floats:
    """Length of each shape without what runs on shapes before it, in an order of the shapes where it is given."""
    row, shapes = lines.row, lines.shapes
    if len(row) < 2:
        return lines.length
    place = np.arange(shapes)
    if order is not None:
        place[order] = np.arange(shapes)
    rank = np.empty(len(row), dtype=np.int64)
    rank[np.argsort(place[row], kind="stable")] = np.arange(len(row))
    shared = shared_stretches(lines.coords, lines.offsets, lines.at, tolerance=tolerance, rank=rank)
    later = (rank[shared.line] > rank[shared.other]) & (shared.length > MIN_SHARED_LENGTH)
    double = union(shared.line[later], shared.low[later], shared.high[later])
    return np.maximum(lines.length - np.bincount(row[double.line], weights=double.length, minlength=shapes), 0.0)


@dataclass(frozen=True, eq=False)
class FlatLines:
    """The lines of shapes; the rim of a polygon is none.

    Attributes:
        coords: vertices of all lines, shape (k, 2). offsets: where each line begins in them, k at last.
        row: the shape of each line. shapes: number of shapes.
    """

    coords: NDArray[np.float64]
    offsets: Ints
    row: Ints
    shapes: int

    @classmethod
    def of(cls, shapes: NDArray[np.object_]) -> FlatLines:
        """The lines of shapes."""
        parts, row = split_parts(shapes)
        line = shapely.get_dimensions(parts) == 1
        parts, row = parts[line], row[line]
        coords = shapely.get_coordinates(parts)
        offsets = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(parts))]).astype(np.int64)
        return cls(coords, offsets, row.astype(np.int64), len(shapes))

    @cached_property
    def at(self) -> Floats:
        """Metres along its line of each vertex."""
        return distances_along(self.coords, self.offsets)

    @cached_property
    def length(self) -> Floats:
        """Metres of the lines of each shape."""
        ends = self.at[self.offsets[1:] - 1]
        return np.bincount(self.row, weights=ends, minlength=self.shapes).astype(np.float64)


def geodesic_length(lines: FlatLines, crs: CRS | None) -> Floats:
    """Length of the lines of each shape on the ellipsoid of their CRS, metres."""
    from pyproj import Transformer

    geodetic = None if crs is None else crs.geodetic_crs
    if crs is None or geodetic is None:
        return np.full(lines.shapes, np.nan)
    if not len(lines.row):
        return np.zeros(lines.shapes)
    coords = np.column_stack(Transformer.from_crs(crs, geodetic, always_xy=True).transform(*lines.coords.T))
    inner = np.ones(len(coords), dtype=bool)
    inner[lines.offsets[1:] - 1] = False
    head = np.flatnonzero(inner)
    owner = np.repeat(lines.row, np.diff(lines.offsets))[head]
    geod = geodetic.get_geod()
    assert geod is not None, "a geodetic CRS has an ellipsoid"
    _, _, length = geod.inv(*coords[head].T, *coords[head + 1].T)
    return np.bincount(owner, weights=length, minlength=lines.shapes).astype(np.float64)
