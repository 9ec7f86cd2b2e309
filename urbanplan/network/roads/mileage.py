"""Mileage of road projects: by project, stage and opening date, and the segments behind a figure such as "11 km".

A segment counts for what of it lies inside the district and on no segment before it; a right carriageway counts for
nothing, one of which nobody said whether it is half of a dual carriageway for half to all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.intersections import intersect_lines
from urbanplan.network.intervals import Floats, Ints
from urbanplan.network.roads.mileage_rules import (
    MIN_SHARED_LENGTH,
    MileageRules,
    SegmentLengths,
    classify_carriageways,
    count_mileage,
    flatten_lines,
    precise_sum,
    text_column,
)

if TYPE_CHECKING:
    import geopandas as gpd

LEDGER_COLUMNS = ("ledger_m", "length_ledger_m", "台账长度", "台账里程")


@dataclass(frozen=True)
class RoadMileage:
    """One road project; metres, ends of intervals where nobody tells."""

    road: str
    name: str
    alias: str | None
    segments: int
    drawn_m: float
    ellipsoid_m: float
    inside_m: float
    low_m: float
    high_m: float
    opened_low_m: float
    opened_high_m: float
    open_low_m: float
    next_m: float
    stages: dict[str, float]
    ledger_m: float | None = None
    ledger_difference_m: float | None = None
    counted_in: str | None = None


@dataclass(frozen=True)
class SharedStretch:
    """A stretch that two projects claim, counted for the first only."""

    road: str
    other: str
    segment: str
    other_segment: str
    length_m: float


@dataclass(frozen=True)
class Mileage:
    """The whole answer; metres.

    Attributes:
        total_low_m, total_high_m: all segments inside the district, each stretch once, dual carriageways by the rule.
        opened_low_m, opened_high_m: of it opened in the time asked. opened_again_m: of these what runs on roads opened
            before, which the low end leaves out. stages: high ends by stage.
        roads: by project. behind: the segments that make up ``opened``, with what each adds.
        shared: stretches claimed by two projects. next: projects by what opening the rest of them would add.
    """

    drawn_m: float
    ellipsoid_m: float
    inside_m: float
    total_low_m: float
    total_high_m: float
    opened_low_m: float
    opened_high_m: float
    opened_again_m: float
    stages: dict[str, float]
    roads: tuple[RoadMileage, ...]
    behind: tuple[dict[str, Any], ...]
    shared: tuple[SharedStretch, ...]
    next: tuple[dict[str, Any], ...]
    settings: dict[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """The answer as plain data."""
        return asdict(self)


def measure_mileage(frame: gpd.GeoDataFrame, *, district: Any = None, rules: MileageRules | None = None) -> Mileage:
    """Count the mileage of road projects.

    Args:
        frame: lines in a projected CRS in metres; columns ``id``, ``road``, ``name``, ``alias``, ``stage``, ``opened``,
            ``carriageway``, ``counted_in`` and a ledger length (``ledger_m``) are used where they are.
        district: area in the same CRS to which roads are cut, or None.
    """
    rules = rules or MileageRules()
    segments = count_mileage(frame, district=district, rules=rules)
    labels = _labels(frame)
    sure, maybe = segments.opened == 1, segments.opened != 0
    low, high = segments.low, segments.high
    roads = tuple(_road_mileage(frame, segments, rows, name) for name, rows in _rows_by_road(frame, labels.road))
    told = {"stage", "opened"} & set(frame.columns)
    behind = np.flatnonzero(maybe & (segments.inside > 0)).tolist() if told else []
    return Mileage(
        drawn_m=precise_sum(segments.drawn),
        ellipsoid_m=precise_sum(segments.ellipsoid),
        inside_m=precise_sum(segments.inside),
        total_low_m=precise_sum(low),
        total_high_m=precise_sum(high),
        opened_low_m=precise_sum((low - segments.again)[sure]),
        opened_high_m=precise_sum(high[maybe]),
        opened_again_m=precise_sum(segments.again),
        stages=_length_by_stage(text_column(frame, "stage", None), high),
        roads=roads,
        behind=tuple(_segment_document(labels, segments, row) for row in behind),
        shared=_shared_stretches(frame, labels, rules.tolerance),
        next=tuple(_next_projects(roads)),
        settings={
            **{k: None if v is None else str(v) for k, v in asdict(rules).items()},
            "clipped": district is not None,
        },
    )


@dataclass(frozen=True, eq=False)
class _Labels:
    """Id, road, name and opening date of each row."""

    id: NDArray[np.object_]
    road: NDArray[np.object_]
    name: NDArray[np.object_]
    opened: list[str | None]


def _labels(frame: gpd.GeoDataFrame) -> _Labels:
    ids = text_column(frame, "id", np.arange(len(frame)).astype(str))
    road = text_column(frame, "road", text_column(frame, "name", ids))
    dates = frame["opened"].tolist() if "opened" in frame.columns else [None] * len(frame)
    opened = [None if date is None or date != date else str(date)[:10] for date in dates]
    return _Labels(ids, road, text_column(frame, "name", road), opened)


def _rows_by_road(frame: gpd.GeoDataFrame, road: NDArray[np.object_]) -> list[tuple[str, Ints]]:
    """Rows of each road in the order of first appearance; none where the frame names no roads."""
    if not {"road", "name"} & set(frame.columns):
        return []
    first: dict[str, int] = {}
    number = np.array([first.setdefault(name, len(first)) for name in road.tolist()], dtype=np.int64)
    order = np.argsort(number, kind="stable")
    rows = np.split(order, np.flatnonzero(np.diff(number[order])) + 1)
    return list(zip(first, rows, strict=True))


def _length_by_stage(stage: NDArray[np.object_], high: Floats) -> dict[str, float]:
    return {str(name): precise_sum(high[stage == name]) for name in dict.fromkeys(stage.tolist())}


def _road_mileage(frame: gpd.GeoDataFrame, segments: SegmentLengths, rows: Ints, name: str) -> RoadMileage:
    mine, part = frame.iloc[rows], segments.pick(rows)
    sure, maybe = part.opened == 1, part.opened != 0
    ledger = _ledger_length(mine)
    drawn = precise_sum(np.where(classify_carriageways(mine)[0], 0.0, part.drawn))
    return RoadMileage(
        road=name,
        name=_first_value(mine, "name") or name,
        alias=_first_value(mine, "alias"),
        segments=len(rows),
        drawn_m=precise_sum(part.drawn),
        ellipsoid_m=precise_sum(part.ellipsoid),
        inside_m=precise_sum(part.inside),
        low_m=precise_sum(part.low),
        high_m=precise_sum(part.high),
        opened_low_m=precise_sum((part.low - part.again)[sure]),
        opened_high_m=precise_sum(part.high[maybe]),
        open_low_m=precise_sum(part.low[part.is_open == 1]),
        next_m=precise_sum(part.high[part.is_open == 0]),
        stages=_length_by_stage(text_column(mine, "stage", None), part.high),
        ledger_m=ledger,
        ledger_difference_m=None if ledger is None else drawn - ledger,
        counted_in=_first_value(mine, "counted_in"),
    )


def _ledger_length(mine: gpd.GeoDataFrame) -> float | None:
    """The ledger's length of a road: one figure that its segments repeat, else the sum of theirs."""
    import pandas as pd

    column = next((name for name in LEDGER_COLUMNS if name in mine.columns), None)
    if column is None:
        return None
    values = pd.to_numeric(mine[column], errors="coerce").dropna()
    if values.empty:
        return None
    return float(values.iloc[0]) if values.nunique() == 1 else float(values.sum())


def _first_value(mine: gpd.GeoDataFrame, column: str) -> str | None:
    if column not in mine.columns:
        return None
    values = mine[column].dropna()
    return None if values.empty else str(values.iloc[0])


def _segment_document(labels: _Labels, segments: SegmentLengths, row: int) -> dict[str, Any]:
    return {
        "segment": str(labels.id[row]),
        "road": str(labels.road[row]),
        "name": str(labels.name[row]),
        "opened": labels.opened[row],
        "drawn_m": float(segments.drawn[row]),
        "inside_m": float(segments.inside[row]),
        "low_m": float(segments.low[row] - segments.again[row]) if segments.opened[row] == 1 else 0.0,
        "high_m": float(segments.high[row]),
    }


def _shared_stretches(frame: gpd.GeoDataFrame, labels: _Labels, tolerance: float) -> tuple[SharedStretch, ...]:
    """Stretches on which segments of two projects run; none where rows name no projects."""
    coords, offsets, row = flatten_lines(np.asarray(frame.geometry.array, dtype=object))
    if len(row) < 2 or "road" not in frame.columns:
        return ()
    _, found = intersect_lines(coords, offsets, tolerance=tolerance)
    a, b = row[found.line], row[found.other]
    road, ids = labels.road, labels.id
    twice = (a < b) & (road[a] != road[b]) & (found.length > MIN_SHARED_LENGTH)
    return tuple(
        SharedStretch(str(road[i]), str(road[j]), str(ids[i]), str(ids[j]), float(length))
        for i, j, length in zip(a[twice], b[twice], found.length[twice], strict=True)
    )


def _next_projects(roads: Sequence[RoadMileage]) -> list[dict[str, Any]]:
    """Projects by what opening the rest of them would add, most first."""
    waiting = sorted((road for road in roads if road.next_m > 0), key=lambda r: (-r.next_m, r.road))
    return [{"road": r.road, "name": r.name, "stages": r.stages, "adds_m": r.next_m} for r in waiting]
