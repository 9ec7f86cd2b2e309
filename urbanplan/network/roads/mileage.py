"""Mileage of road projects: by project, stage and opening date, and the segments behind a figure such as "11 km".

A segment counts for what of it lies inside the district and on no segment before it; a right carriageway counts for
nothing, one of which nobody said whether it is half of a dual carriageway for half to all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.intersections import shared_stretches
from urbanplan.network.intervals import Floats
from urbanplan.network.roads.mileage_rules import (
    MIN_SHARED_LENGTH,
    FlatLines,
    MileageRules,
    SegmentLengths,
    count_mileage,
    is_right_carriageway,
    precise_sum,
    text_column,
)
from urbanplan.network.roads.road_groups import RoadGroups, group_by_road

if TYPE_CHECKING:
    import geopandas as gpd

LEDGER_COLUMNS = ("ledger_m", "length_ledger_m", "台账长度", "台账里程")


class RoadMileage(NamedTuple):
    """One road project; metres, ends of intervals where nobody tells (a tuple: of an extract they are 40,000)."""

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
        roads, shared = tuple(road._asdict() for road in self.roads), tuple(dict(vars(one)) for one in self.shared)
        return {**vars(self), "roads": roads, "shared": shared}  # asdict would copy every figure of every road


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
    roads = _roads(frame, segments, labels.road)
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


def _length_by_stage(stage: NDArray[np.object_], high: Floats) -> dict[str, float]:
    return {str(name): precise_sum(high[stage == name]) for name in dict.fromkeys(stage.tolist())}


def _roads(frame: gpd.GeoDataFrame, segments: SegmentLengths, road: NDArray[np.object_]) -> tuple[RoadMileage, ...]:
    """Every road in the order of first appearance; none where the frame names no roads."""
    if not {"road", "name"} & set(frame.columns):
        return ()
    groups = group_by_road(road)
    ledger, difference = _ledger_lengths(frame, groups, segments.drawn)
    texts = {column: groups.first_texts(frame.get(column)) for column in ("name", "alias", "counted_in")}
    sums = {field: groups.totals(values) for field, values in _summed_lengths(segments).items()}
    stages = groups.totals_by(text_column(frame, "stage", None), segments.high)
    columns = {
        "road": groups.names,
        "name": [told or road for told, road in zip(texts["name"], groups.names, strict=True)],
        "alias": texts["alias"],
        "segments": groups.rows,
        **sums,
        "stages": stages,
        "ledger_m": ledger,
        "ledger_difference_m": difference,
        "counted_in": texts["counted_in"],
    }
    return tuple(map(RoadMileage._make, zip(*(columns[name] for name in RoadMileage._fields), strict=True)))


def _summed_lengths(segments: SegmentLengths) -> dict[str, Floats]:
    """What each row adds to the figures of its road."""
    sure, maybe = segments.opened == 1, segments.opened != 0
    return {
        "drawn_m": segments.drawn,
        "ellipsoid_m": segments.ellipsoid,
        "inside_m": segments.inside,
        "low_m": segments.low,
        "high_m": segments.high,
        "opened_low_m": np.where(sure, segments.low - segments.again, 0.0),
        "opened_high_m": np.where(maybe, segments.high, 0.0),
        "open_low_m": np.where(segments.is_open == 1, segments.low, 0.0),
        "next_m": np.where(segments.is_open == 0, segments.high, 0.0),
    }


def _ledger_lengths(
    frame: gpd.GeoDataFrame, groups: RoadGroups, drawn: Floats
) -> tuple[list[float | None], list[float | None]]:
    """The ledger's length of each road, and by how much the drawn length is greater.

    The ledger has one figure that a road's segments repeat, else the sum of theirs; the right carriageway is not drawn.
    """
    import pandas as pd

    none: list[float | None] = [None] * len(groups.names)
    column = next((name for name in LEDGER_COLUMNS if name in frame.columns), None)
    if column is None:
        return none, none
    values = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    ledger, own = groups.agreed_totals(values), groups.totals(np.where(is_right_carriageway(frame), 0.0, drawn))
    return ledger, [None if told is None else mine - told for mine, told in zip(own, ledger, strict=True)]


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
    if "road" not in frame.columns:
        return ()
    lines = FlatLines.of(np.asarray(frame.geometry.array, dtype=object))
    if len(lines.row) < 2:
        return ()
    found, row = shared_stretches(lines.coords, lines.offsets, lines.at, tolerance=tolerance), lines.row
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
