"""Lengths and areas of lines and squares drawn twice, askew, broken or not at all, by hand."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely.geometry import GeometryCollection, LineString, MultiLineString, MultiPolygon, Point, Polygon, box

from urbanplan.layer.area import dissolved_area, overlapping_rows, plane_areas
from urbanplan.layer.ellipsoid import ellipsoid_areas
from urbanplan.layer.length import dissolved_length, plane_length


def line(*points):
    return LineString(points)


WEST, EAST = line((0, 0), (100, 0)), line((100, 0), (200, 0))
SQUARE = box(0, 0, 100, 100)


@pytest.mark.parametrize(
    ("lines", "metres"),
    [
        ([], 0), ([None], 0), ([WEST], 100), ([WEST, None, LineString()], 100), ([WEST, WEST], 100), ([WEST] * 50, 100),
        ([WEST, shapely.reverse(WEST)], 100), ([WEST, EAST], 200), ([WEST, line((50, 0), (150, 0))], 150),
        ([WEST, line((20, 0), (40, 0))], 100), ([WEST, line((50, -50), (50, 50))], 200),
        ([WEST, line((0, 0.00004), (100, 0.00004))], 100), ([WEST, line((0, 0.001), (100, 0.001))], 200),
        ([WEST, line((0, 0), (100, 1.5))], 100 + np.hypot(100, 1.5)), ([WEST, line((0, 5), (50, 0), (100, 0))], 100 + np.hypot(50, 5)),
        ([WEST, MultiLineString([[(50, 0), (70, 0)], [(0, 9), (10, 9)]])], 110), ([WEST, EAST, line((50, 0), (150, 0))], 200),
                ([line((0, 0), (0.00005, 0)), line((0, 0), (0.00005, 0))], 0.0001), ([line((0, 0), (60, 0), (60, 60)), line((60, 10), (60, 90))], 150),
        ([line((0, 0), (30, 40)), line((15, 20), (45, 60))], 75), ([line((1e6, 4e6), (1e6 + 30, 4e6 + 40))] * 2, 50),
    ],
)  # fmt: skip
def test_stretches_on_one_line_count_once(lines, metres):
    assert dissolved_length(np.array([*lines, None], dtype=object)[: len(lines)]) == pytest.approx(metres, abs=2e-4)


def test_each_of_many_pairs_of_lines_counts_once_and_those_alone_exactly():
    rows = np.arange(1500)
    ends = np.stack([np.column_stack([rows * 0, rows * 7.0]), np.column_stack([rows * 0 + 10, rows * 7.0])], axis=1)
    lines = shapely.linestrings(np.concatenate([ends, ends[::-1], ends[:3] + np.array([0, 3.123456789])]))
    assert dissolved_length(lines) == pytest.approx(15_030, rel=1e-12)
    assert plane_length(lines) == pytest.approx(30_030, rel=1e-12)


def test_the_grid_says_which_lines_are_one():
    beside = [WEST, line((0, 0.4), (100, 0.4))]
    assert dissolved_length(beside) == pytest.approx(200)
    assert dissolved_length(beside, grid=1.0) == pytest.approx(100)
    alone = line((0, 50.123), (100.456, 50.123))
    assert dissolved_length([*beside, alone], grid=1.0) == pytest.approx(200.456, abs=1e-9), (
        "what touches nothing is exact"
    )


def test_a_missing_line_has_no_length():
    assert plane_length([WEST, None, LineString(), EAST]) == 200
    assert plane_length([]) == 0


BOW = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])


@pytest.mark.parametrize(
    ("shape", "low", "high"),
    [
        (SQUARE, 10_000, 10_000), (None, 0, np.inf), (Polygon([(0, 0), (np.nan, 1), (1, 1)]), 0, np.inf), (Polygon(), 0, 0),
        (BOW, 0, 50), (shapely.reverse(SQUARE), 10_000, 10_000), (MultiPolygon([SQUARE, SQUARE]), 10_000, 20_000), (WEST, 0, 0),
        (SQUARE.difference(box(10, 10, 20, 20)), 9900, 9900),
    ],
)  # fmt: skip
def test_the_area_of_a_shape_as_an_interval(shape, low, high):
    found = plane_areas(np.array([shape, None], dtype=object)[:1])
    assert [float(end[0]) for end in found] == pytest.approx([low, high])


@pytest.mark.parametrize(
    ("shapes", "low", "high", "rows"),
    [
        ([], 0, 0, []), ([SQUARE], 10_000, 10_000, []), ([SQUARE, SQUARE], 10_000, 10_000, [0, 1]),
        ([SQUARE, box(100, 0, 200, 100)], 20_000, 20_000, []), ([SQUARE, box(50, 0, 150, 100)], 15_000, 15_000, [0, 1]),
        ([SQUARE, box(500, 0, 510, 10), box(90, 90, 110, 110)], 10_400, 10_400, [0, 2]), ([SQUARE, None], 10_000, np.inf, []),
        ([SQUARE, box(100 - 1e-9, 0, 200, 100)], 20_000, 20_000, []), ([BOW, box(50, 0, 60, 10)], 100, 150, []),
        ([SQUARE, box(10, 10, 20, 20), None], 10_000, np.inf, [0, 1]),
    ],
)  # fmt: skip
def test_land_that_polygons_share_counts_once(shapes, low, high, rows):
    held = np.array([*shapes, None], dtype=object)[: len(shapes)]
    assert dissolved_area(held) == pytest.approx((low, high))
    assert overlapping_rows(held).tolist() == rows


def test_the_tolerance_says_what_is_shared():
    pair = np.array([SQUARE, box(99.99, 0, 200, 100)], dtype=object)
    assert overlapping_rows(pair).tolist() == [0, 1]
    assert overlapping_rows(pair, tolerance=1.01).tolist() == []


def test_areas_on_the_ellipsoid_of_parts_holes_and_none():
    lon, lat = 113.0, 34.0
    cell = box(lon, lat, lon + 0.01, lat + 0.01)
    hole = cell.difference(box(lon + 0.002, lat + 0.002, lon + 0.004, lat + 0.004))
    inner = GeometryCollection([Point(lon, lat), GeometryCollection([cell, WEST])])
    shapes = [
        cell,
        hole,
        None,
        MultiPolygon([cell, shapely.affinity.translate(cell, 0.02)]),
        inner,
        shapely.reverse(cell),
        Polygon(),
    ]
    found = ellipsoid_areas(np.array(shapes, dtype=object), "EPSG:4490")
    metres = 1_024_500  # 923.9 m by 1,109.2 m
    assert found[0] == pytest.approx(metres, rel=2e-3)
    assert found / found[0] == pytest.approx([1, 0.96, 0, 2, 1, 1, 0], abs=2e-5)
    plane = box(500_000, 3_700_000, 501_000, 3_701_000)
    (metric,) = ellipsoid_areas(np.array([plane], dtype=object), "EPSG:4547")
    assert metric == pytest.approx(1e6, rel=1e-4)
    assert metric != 1e6
