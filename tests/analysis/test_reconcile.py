"""Reconciliation: 200 planted causes named, 50 differences without a cause left alone; figures by their digits."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Transformer
from shapely import Polygon, box

from urbanplan.analysis.reconcile import ReconcileOptions, reconcile
from urbanplan.analysis.stated_areas import figure_interval, total_interval
from urbanplan.cli.app import run
from urbanplan.errors import UsageError
from urbanplan.exchange import read, write
from urbanplan.layer.datum import wgs84_to_gcj02

CRS = "EPSG:4547"
MU = 2000 / 3
EACH = 20
PLANTED = ("wrong_zone", "web_mercator", "gcj02_shift", "swapped_axes", "mu_666_67", "hectares_for_mu", "hole",
           "duplicate", "clipped", "missing")  # fmt: skip


def area_in(shape, crs):
    line = Transformer.from_crs(CRS, crs, always_xy=True)
    return shapely.transform(shape, lambda points: np.column_stack(line.transform(*points.T))).area


def shifted(shape):
    there = Transformer.from_crs(CRS, "EPSG:4490", always_xy=True)
    back = Transformer.from_crs("EPSG:4490", CRS, always_xy=True)

    def move(points):
        return np.column_stack(back.transform(*wgs84_to_gcj02(*there.transform(*points.T))))

    return shapely.transform(shape, move)


def plant(cause, number, shape, clip):
    """The drawn shapes and the stated area in m² of a parcel whose true shape is ``shape``."""
    match cause:
        case "wrong_zone":
            return [shape], area_in(shape, ("EPSG:4546", "EPSG:4548", "EPSG:32650")[number % 3])
        case "web_mercator":
            return [shape], area_in(shape, "EPSG:3857")
        case "gcj02_shift":
            return [shifted(shape)], shape.area
        case "swapped_axes":
            return [shapely.transform(shape, lambda points: points[:, ::-1])], shape.area
        case "mu_666_67":
            return [shape], shape.area * MU / 666.67
        case "hectares_for_mu":
            return [shape], shape.area / 15
        case "hole":
            return [shape.difference(shape.centroid.buffer(10 + number))], shape.area
        case "duplicate":
            return [shape, shape], shape.area
        case "clipped":
            return [shape], shape.intersection(clip).area
        case "missing":
            return [], shape.area
    return [shape], shape.area * (1.03 + 0.011 * number)  # no known cause


def planted_world():
    rng = np.random.default_rng(18)
    rows, stated, causes = [], [], {}
    clip = box(440_000, 3_840_000, 470_000, 3_900_000)
    for at, cause in enumerate([*np.repeat(PLANTED, EACH), *["none"] * 50]):
        x, y = 445_000 + 700 * (at % 16), 3_846_000 + 700 * (at // 16)
        if cause == "clipped":
            x = 470_000 - rng.uniform(40, 200)
        angles = np.sort(rng.uniform(0, 2 * np.pi, 9)) + at
        radii = rng.uniform(150, 300, 9)
        shape = (
            Polygon(np.column_stack([x + radii * np.cos(angles), y + radii * np.sin(angles)])).buffer(20).simplify(1)
        )
        name = f"P{at:03d}"
        drawn, area = plant(cause, at % EACH, shape, clip)
        rows += [(name, one) for one in drawn]
        stated.append((name, area))
        causes[name] = cause
    frame = gpd.GeoDataFrame({"id": [name for name, _ in rows]}, geometry=[one for _, one in rows], crs=CRS)
    table = pd.DataFrame({"id": [name for name, _ in stated], "面积_亩": [round(area / MU, 6) for _, area in stated]})
    return frame, table, gpd.GeoDataFrame(geometry=[clip], crs=CRS), causes


@pytest.fixture(scope="module")
def world():
    frame, table, clip, causes = planted_world()
    return reconcile(frame, ledger=table, on="id", options=ReconcileOptions(clip=clip)), causes


def test_200_planted_causes_are_named_and_50_controls_are_not(world):
    found, causes = world
    named = {row["id"]: row["cause"] for row in found.rows}
    wrong = {
        name: (cause, named[name])
        for name, cause in causes.items()
        if named[name] != (None if cause == "none" else cause)
    }
    assert len(causes) == 250
    assert not wrong
    states = {row["id"]: row["state"] for row in found.rows}
    assert {states[name] for name, cause in causes.items() if cause == "none"} == {"unexplained"}


def test_a_row_holds_figure_drawing_and_what_is_left(world):
    found, causes = world
    row = next(row for row in found.rows if causes[row["id"]] == "web_mercator")
    (cause,) = row["causes"]
    assert row["figure"] == "ledger"
    assert row["difference"] == pytest.approx(row["ledger"] - row["drawn_plane"])
    assert cause["predicted"] + cause["left"] == pytest.approx(row["ledger"])
    assert abs(cause["left"]) < 1e-3 * row["ledger"] / 1e3
    assert row["drawn_plane"] / row["drawn_ellipsoid"] == pytest.approx(1, abs=1e-3)


def test_the_parts_of_a_sum_are_its_difference(world):
    found, _ = world
    (total,) = found.sums
    parts = {part["cause"]: part for part in total["parts"]}
    assert sum(part["features"] for part in total["parts"]) == 250
    assert parts["hectares_for_mu"]["features"] == EACH
    assert sum(part["difference"] for part in total["parts"]) == pytest.approx(total["difference"], rel=1e-9)


def lots():
    boxes = [box(458_000 + 300 * n, 3_853_000, 458_200 + 300 * n, 3_853_000 + 50 * (n + 1)) for n in range(4)]
    return gpd.GeoDataFrame({"id": ["A", "B", "C", "D"]}, geometry=boxes, crs=CRS)  # 15, 30, 45 and 60 mu


def test_equal_is_what_the_digits_of_the_figure_hold():
    table = pd.DataFrame({"id": ["A", "B", "C", "D"], "台账面积（亩）": ["15", "30.20", "44.70", None]})
    rows = {row["id"]: row for row in reconcile(lots(), ledger=table, on="id").rows}
    assert [rows[name]["state"] for name in "ABCD"] == ["equal", "unexplained", "unexplained", "missing"]
    assert rows["A"]["figures"]["ledger"]["low"] == pytest.approx(14.5 * MU)
    low, high = figure_interval(pd.Series([78.1, 3.25, np.nan]))  # a workbook keeps no trailing zero
    assert high - low == pytest.approx([0.01, 0.01, np.nan], nan_ok=True)
    low, high = figure_interval(pd.Series(["1,719.0", "3.25", "—"]))
    assert high - low == pytest.approx([0.1, 0.01, np.nan], nan_ok=True)
    assert total_interval("1719亩") == pytest.approx((1718.5 * MU, 1719.5 * MU))
    with pytest.raises(UsageError, match="is no area"):
        total_interval("1719 km")


def test_a_cause_that_coarse_figures_hit_by_chance_explains_nothing():
    rng = np.random.default_rng(22)
    boxes = [box(450_000 + 400 * n, 3_853_000, 450_250 + 400 * n, 3_853_000 + 40 + n) for n in range(20)]
    frame = gpd.GeoDataFrame({"id": [f"L{n}" for n in range(20)]}, geometry=boxes, crs=CRS)
    off = frame.geometry.area / MU * (1 + rng.uniform(-0.004, 0.004, 20))
    table = pd.DataFrame({"id": frame["id"], "area_mu": [f"{one:.1f}" for one in off]})
    states = [row["state"] for row in reconcile(frame, ledger=table, on="id").rows]
    assert set(states) == {"equal", "unexplained"}
    mercator = [area_in(one, "EPSG:3857") / MU for one in frame.geometry]
    table = pd.DataFrame({"id": frame["id"], "area_mu": [f"{one:.1f}" for one in mercator]})
    assert {row["cause"] for row in reconcile(frame, ledger=table, on="id").rows} == {"web_mercator"}


def test_several_causes_are_listed_and_none_is_named():
    outer = box(458_000, 3_853_000, 458_200, 3_853_200)
    frame = gpd.GeoDataFrame(
        {"id": ["D"]}, geometry=[outer.difference(box(458_020, 3_853_040, 458_180, 3_853_165))], crs=CRS
    )
    table = pd.DataFrame({"id": ["D", "D"], "area_m2": ["20000", "20000"]})  # twice the land, or the hole filled
    (row,) = reconcile(frame, ledger=table, on="id").rows
    assert (row["state"], row["cause"]) == ("several", None)
    assert {one["cause"] for one in row["causes"]} == {"hole", "duplicate"}


def test_degrees_with_latitude_first():
    degrees = lots().to_crs("EPSG:4490")
    swapped = degrees.set_geometry(degrees.geometry.transform(lambda points: points[:, ::-1]))
    table = pd.DataFrame({"id": list("ABCD"), "面积(公顷)": ["1.00", "2.00", "3.00", "4.00"]})
    found = reconcile(swapped, ledger=table, on="id")
    assert {row["cause"] for row in found.rows} == {"swapped_axes"}
    assert found.rows[0]["drawn_plane"] is None
    assert "latitude stands before longitude" in "\n".join(map(str, found.notes))


def test_an_announced_sum_misses_what_is_not_drawn():
    table = pd.DataFrame({"id": list("ABCDE"), "area_mu": ["15.00", "30.00", "45.00", "60.00", "12.00"]})
    found = reconcile(lots(), ledger=table, on="id", options=ReconcileOptions(total="162 mu"))
    total = found.sums[-1]
    assert (total["figure"], total["state"], total["cause"]) == ("total", "explained", "missing")
    assert total["difference"] == pytest.approx(12 * MU)
    assert [row["state"] for row in found.rows] == ["equal"] * 4 + ["missing"]


def test_a_feature_without_a_shape_misses_its_area_and_one_without_an_area_explains_nothing():
    frame = lots()
    flat = Polygon([(445_000, 3_846_000), (445_010, 3_846_000), (445_020, 3_846_000)])
    drawn = frame.set_geometry([None, flat, *frame.geometry[2:]], crs=CRS)
    table = pd.DataFrame({"id": list("ABCD"), "亩数": ["15.00", "30.00", "45.00", "60.00"]})
    found = reconcile(drawn, ledger=table, on="id")
    assert [row["state"] for row in found.rows] == ["missing", "unexplained", "equal", "equal"]
    assert found.rows[0]["causes"][0]["variant"] == "drawing"
    assert "1 polygons are not drawn" in "\n".join(map(str, found.notes))
    assert found.units == {"ledger": "亩"}


def test_figures_that_are_no_numbers_are_named():
    table = pd.DataFrame({"id": list("ABCD"), "area_mu": ["15.00", "约30", "45.00亩", None]})
    found = reconcile(lots(), ledger=table, on="id", options=ReconcileOptions(columns={"ledger": "area_mu"}))
    assert [row["state"] for row in found.rows] == ["equal", "missing", "missing", "missing"]
    assert "area_mu: 2 values are no numbers and count as not stated: 约30, 45.00亩" in "\n".join(map(str, found.notes))


def test_from_a_plan_announced_figures_are_the_types(tmp_path, example_plan_parcels):
    assert {row["state"] for row in example_plan_parcels.rows} <= {"equal", "explained", "several", "unexplained"}
    assert example_plan_parcels.units == {"announced": "mu"}
    assert len(example_plan_parcels.rows) == 22


@pytest.fixture
def example_plan_parcels():
    from urbanplan.analysis.plans import example_district

    return reconcile("parcels", plan=example_district(), options=ReconcileOptions(total="1719亩"))


def test_the_command_writes_json_and_tables(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write(lots(), tmp_path / "lots.gpkg")
    table = pd.DataFrame(
        {
            "地块编号": list("ABCD"),
            "公告面积（亩）": [15.0, 2.0, 45.0, 61.5],
            "批复面积（亩）": [15.0, 30.0, 45.0, 60.0],
        }
    )
    write(table, tmp_path / "ledger.xlsx")
    words = ["--lang", "zh", "reconcile", "lots.gpkg", "--ledger", "ledger.xlsx", "--on", "id=地块编号"]
    assert run([*words, "--total", "165 亩", "-o", "areas.xlsx", "--output", "json:areas.json"]) == 0
    out = capsys.readouterr().out
    assert "公顷" in out
    assert "原因不明" in out
    rows = {row["id"]: row for row in json.loads((tmp_path / "areas.json").read_text("utf-8"))["rows"]}
    assert [rows[name]["cause"] for name in "ABCD"] == [None, "hectares_for_mu", None, None]
    assert rows["D"]["figures"]["approved"]["state"] == "equal"
    back = read(tmp_path / "areas.xlsx").frame
    assert back["announced_high"].tolist() == pytest.approx([15.05 * MU, 2.05 * MU, 45.05 * MU, 61.55 * MU])
    assert run([*words, "-o", "ledger.xlsx"]) == 2
    assert run(["reconcile", "lots.gpkg"]) == 2  # no figures
    assert run([*words[2:], "--area", "spherical"]) == 2
