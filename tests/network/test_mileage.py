"""Mileage: every trap of counting kilometres, on roads whose sums are plain."""

from __future__ import annotations

import datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import examples

from urbanplan.layer.layer import Layer
from urbanplan.layer.length import dissolved_length
from urbanplan.measure.catalog import measure_function, validate_parameters
from urbanplan.measure.measured import MeasureContext
from urbanplan.model.layertype import FieldSpec, LayerType
from urbanplan.network.roads.mileage import measure_mileage
from urbanplan.network.roads.mileage_findings import mileage_findings
from urbanplan.network.roads.mileage_rules import MileageRules, count_mileage
from urbanplan.network.roads.overlapping_projects import find_overlapping_projects

YEAR = MileageRules(since=datetime.date(2025, 1, 1), until=datetime.date(2025, 12, 31))
BOX = shapely.box(0, -1000, 10_000, 1000)
COLUMNS = ("id", "road", "name", "alias", "stage", "opened", "carriageway")

# x0, x1, y, then the columns
ROWS: list[tuple[float, float, float, str, str, str, str | None, str | None, str | None, str | None]] = [
    (0, 500, 0, "A1", "A", "垂柳路", None, "通车", "2025-09-28", "single"),
    (500, 900, 0, "A2", "A", "垂柳路", None, "在建", None, "single"),  # partly open
    (0, 300, 50, "B1", "B", "西站路西延", "金水路西延", "通车", "2024-11-30", "single"),  # the year before
    (9_900, 10_500, 100, "C1", "C", "新龙路", None, "通车", "2025-03-01", "single"),  # over the boundary
    (0, 200, 200, "D1", "D", "四", None, "通车", "2025-05-01", "left"),
    (0, 200, 215, "D2", "D", "四", None, "通车", "2025-05-01", "right"),  # the other carriageway
    (0, 100, 300, "E1", "E", "五", None, "通车", "2025-06-01", None),  # nobody told the carriageway
    (0, 80, 400, "F1", "F", "六", None, "通车", None, "single"),  # open, nobody knows since when
    (400, 600, 0, "G1", "G", "七", None, "开工", None, "single"),  # runs on A
    (0, 60, 500, "H1", "H", "八", None, None, None, "single"),  # no stage at all
]


def roads(rows: list[Any] | None = None) -> gpd.GeoDataFrame:
    rows = ROWS if rows is None else rows
    data = {name: [row[3 + k] for row in rows] for k, name in enumerate(COLUMNS)}
    shapes = [shapely.LineString([(row[0], row[2]), (row[1], row[2])]) for row in rows]
    frame = gpd.GeoDataFrame(data, geometry=shapes, crs="EPSG:4547")
    return frame.assign(opened=pd.to_datetime(frame["opened"]))


def test_a_line_without_a_name_is_no_half_of_a_road_called_by_its_row() -> None:
    """Two lines 20 m apart: of one road they may be its two carriageways, of which one counts; nameless ones are two."""
    shapes = [shapely.LineString([(0, y), (400, y)]) for y in (0, 20)]
    sums = []
    for names in (["1", "1"], ["1", None], [None, None]):
        frame = gpd.GeoDataFrame({"road": names}, geometry=shapes, crs="EPSG:4547")
        found = measure_mileage(frame, district=BOX, rules=MileageRules())
        sums.append((found.total_low_m, found.total_high_m))
    assert sums == [(pytest.approx(400), pytest.approx(800)), *[(pytest.approx(800), pytest.approx(800))] * 2]


def test_the_kilometres_of_the_year() -> None:
    found = measure_mileage(roads(), district=BOX, rules=YEAR)
    # A1 500, C1 100 of 600, D1 200 and not D2, E1 50 to 100; F1 and H1 perhaps
    assert found.opened_low_m == pytest.approx(500 + 100 + 200 + 50)
    assert found.opened_high_m == pytest.approx(500 + 100 + 200 + 100 + 80 + 60)
    assert [row["segment"] for row in found.behind] == ["A1", "C1", "D1", "D2", "E1", "F1", "H1"]
    assert sum(row["low_m"] for row in found.behind) == pytest.approx(found.opened_low_m)
    assert sum(row["high_m"] for row in found.behind) == pytest.approx(found.opened_high_m)


def test_a_stretch_that_two_projects_claim_counts_once_and_is_told() -> None:
    found = measure_mileage(roads(), district=BOX, rules=YEAR)
    assert [(s.road, s.other, s.length_m) for s in found.shared] == [("A", "G", 100.0), ("A", "G", 100.0)]
    by = {road.road: road for road in found.roads}
    assert by["G"].high_m == pytest.approx(0)  # all 200 m of it run on A
    assert by["G"].drawn_m == pytest.approx(200)
    assert by["A"].next_m == pytest.approx(400)
    assert found.next[0]["road"] == "A"


def test_another_layer_claims_by_line_or_by_alias() -> None:
    other = gpd.GeoDataFrame(
        {"id": ["X1", "X2", "X3"], "road": ["X1", "X2", "X3"], "name": ["金水路西延", "某路", "远"]},
        geometry=[
            shapely.LineString([(0, 5_000), (9, 5_000)]),
            shapely.LineString([(100, 0), (250, 0)]),
            shapely.LineString([(0, 6_000), (9, 6_000)]),
        ],
        crs="EPSG:4547",
    )
    found = find_overlapping_projects(roads().assign(counted_in=["external", *[None] * 9]), {"external": other})
    told = [(c.road, c.other, round(c.length_m, 3), c.declared) for c in found]
    assert told == [("A", "X2", 150, True), ("B", "X1", 0, False)]


def test_by_project_stage_and_alias() -> None:
    found = measure_mileage(roads(), district=BOX, rules=YEAR)
    by = {road.road: road for road in found.roads}
    assert by["B"].alias == "金水路西延"
    assert (by["B"].opened_high_m, by["B"].open_low_m) == pytest.approx((0, 300))
    assert by["A"].stages == pytest.approx({"通车": 500, "在建": 400})
    assert (by["C"].drawn_m, by["C"].inside_m) == pytest.approx((600, 100))
    assert (by["D"].low_m, by["D"].high_m) == pytest.approx((200, 200))
    assert (by["E"].low_m, by["E"].high_m) == pytest.approx((50, 100))
    assert sum(found.stages.values()) == pytest.approx(found.total_high_m)


def test_ledger_and_ellipsoid_stand_beside_the_plane() -> None:
    frame = roads().assign(ledger_m=[1000.0, 1000.0, *[None] * 8])
    moved = frame.set_geometry(frame.geometry.translate(458_000, 3_853_000))
    found = measure_mileage(moved, rules=YEAR)
    first = found.roads[0]
    assert first.ledger_m == 1000
    assert first.ledger_difference_m == pytest.approx(900 - 1000)
    assert first.ellipsoid_m == pytest.approx(first.drawn_m, rel=1e-4)
    assert first.ellipsoid_m != first.drawn_m  # 21 mm in a kilometre
    assert abs(first.ellipsoid_m - first.drawn_m) == pytest.approx(0.0209 * 0.9, rel=0.05)


def test_without_columns_everything_drawn_counts_and_nothing_is_known_to_be_open() -> None:
    found = measure_mileage(roads()[["id", "geometry"]])
    assert found.total_high_m == pytest.approx(found.total_low_m)
    assert found.opened_low_m == 0
    assert found.opened_high_m == pytest.approx(found.total_high_m)


def test_the_measure_says_the_same() -> None:
    kind = LayerType(
        name="roads",
        title={"en": "roads"},
        geometry="line",
        stages=["开工", "在建", "通车"],
        fields={name: FieldSpec() for name in COLUMNS},
    )
    layer = Layer(name="roads", frame=roads(), type=kind)
    area = gpd.GeoDataFrame({"id": ["D"]}, geometry=[BOX], crs="EPSG:4547")
    district = Layer(
        name="district",
        frame=area,
        type=LayerType(name="district", title={"en": "d"}, geometry="polygon", fields={"id": FieldSpec()}),
    )
    declared = {
        "kind": "length",
        "of": {"layer": "roads", "clip": "district", "stage_at_least": "通车"},
        "where": "opened >= DATE('2025-01-01') AND opened <= DATE('2025-12-31')",
        "carriageway": "carriageway",
    }
    reading = measure_function("length")(
        {"roads": layer, "district": district}, validate_parameters(declared), MeasureContext(crs="EPSG:4547")
    ).reading
    found = measure_mileage(roads(), district=BOX, rules=YEAR)
    assert reading is not None
    assert (reading.low, reading.high) == pytest.approx((found.opened_low_m, found.opened_high_m))


spans = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 20), st.integers(0, 2)), min_size=1, max_size=10)


@settings(max_examples=examples(100))
@given(spans, st.randoms(use_true_random=False))
def test_the_sum_is_the_length_of_the_union_in_any_order(some: list[tuple[int, int, int]], chance: Any) -> None:
    rows = [
        (x, x + w, y * 100.0, f"S{k}", f"R{k % 3}", "n", None, "通车", "2025-05-01", "single")
        for k, (x, w, y) in enumerate(some)
    ]
    frame = roads(rows)
    total = measure_mileage(frame, rules=YEAR).opened_high_m
    assert total == pytest.approx(dissolved_length(frame.geometry.to_numpy()))
    chance.shuffle(rows)
    again = measure_mileage(roads(rows), rules=YEAR)
    assert again.opened_low_m == pytest.approx(total)
    assert sum(row["high_m"] for row in again.behind) == pytest.approx(total)
    assert sum(road.high_m for road in again.roads) == pytest.approx(total)
    assert np.isfinite(total)


def test_dates_that_say_little_are_told_once_with_their_roads() -> None:
    frame = roads()
    frame["opened"] = ["2025-09-28", None, "2025", "01/12/2024", *["2025-05-01"] * 6]
    counted = measure_mileage(frame, district=BOX, rules=YEAR)
    told = {finding.code: finding for finding in mileage_findings(frame, counted, rules=YEAR, layer="roads")}
    assert list(told["network-date-rough"].features or ()) == ["B1"]  # a year alone is an interval of days
    assert list(told["network-date-unclear"].features or ()) == ["C1"]  # December or January


def by_road_alone(frame: gpd.GeoDataFrame, groups: dict[str, list[int]]) -> list[tuple[Any, ...]]:
    """What each road has, looked at alone: the reference for all roads at once."""
    segments = count_mileage(frame, district=BOX, rules=YEAR)
    found = []
    for name, rows in groups.items():
        mine, at = frame.iloc[rows], np.array(rows)
        ledger = mine["ledger_m"].dropna()
        figure = None if ledger.empty else ledger.iloc[0] if ledger.nunique() == 1 else ledger.sum()
        counted = at[(mine["carriageway"] != "right").to_numpy()]
        stages: dict[str, float] = {}
        for row in rows:
            stage = "—" if pd.isna(frame["stage"][row]) else frame["stage"][row]
            stages[stage] = stages.get(stage, 0.0) + segments.high[row]
        sure, maybe = at[segments.opened[at] == 1], at[segments.opened[at] != 0]
        named, alias = mine["name"].dropna(), mine["alias"].dropna()
        found.append(
            (
                name,
                name if named.empty else named.iloc[0],
                None if alias.empty else alias.iloc[0],
                len(rows),
                pytest.approx(segments.drawn[at].sum()),
                pytest.approx((segments.low - segments.again)[sure].sum()),
                pytest.approx(segments.high[maybe].sum()),
                pytest.approx(segments.low[at][segments.is_open[at] == 1].sum()),
                pytest.approx(segments.high[at][segments.is_open[at] == 0].sum()),
                list(stages),
                pytest.approx(stages),
                None if figure is None else pytest.approx(figure),
                None if figure is None else pytest.approx(segments.drawn[counted].sum() - figure),
            )
        )
    return found


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from(ROWS), st.sampled_from("ABC"), st.sampled_from([None, 90, 120])), min_size=1))
def test_all_roads_at_once_are_each_road_alone(drawn: list[tuple[Any, str, int | None]]) -> None:
    rows = [(*row[:4], road, *row[5:]) for row, road, _ in drawn]
    frame = roads(rows).assign(ledger_m=pd.array([ledger for _, _, ledger in drawn], dtype="Float64"))
    groups: dict[str, list[int]] = {}
    for at, (_, road, _) in enumerate(drawn):
        groups.setdefault(road, []).append(at)
    told = measure_mileage(frame, district=BOX, rules=YEAR).roads
    assert [
        (
            one.road, one.name, one.alias, one.segments, one.drawn_m, one.opened_low_m, one.opened_high_m, one.open_low_m,
            one.next_m, list(one.stages), one.stages, one.ledger_m, one.ledger_difference_m,
        )
        for one in told
    ] == by_road_alone(frame, groups)  # fmt: skip


def test_unnamed_ways_are_as_many_roads() -> None:
    rows = [
        (9.0 * at, 9.0 * at + 5, 0, f"W{at}", f"W{at}", None, None, "通车", "2025-05-01", "single")
        for at in range(3_000)
    ]
    found = measure_mileage(roads(rows), rules=YEAR)
    assert len(found.roads) == 3_000
    assert {one.drawn_m for one in found.roads} == {5.0}
