"""The order of nodes: neighbours in memory are neighbours in town."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from urbanplan.network import order as order_module
from urbanplan.network.intervals import running_max
from urbanplan.network.order import (
    LEVEL,
    SIDE,
    group_equal_points,
    hilbert_order,
    sort_order,
    split_by_place,
    stable_order,
    unique_rows,
)


def test_cells_stand_once_on_one_unbroken_way():
    cells = np.indices((SIDE, SIDE)).reshape(2, -1).T.astype(np.float64)
    way = cells[np.argsort(hilbert_order(cells), kind="stable")]
    assert len(np.unique(hilbert_order(cells))) == SIDE**2
    assert (np.abs(np.diff(way, axis=0)).sum(axis=1) == 1).all()


def test_cells_stand_as_on_the_curve_of_geopandas():
    x, y = np.indices((SIDE, SIDE)).reshape(2, -1)
    curve = gpd.GeoSeries.from_xy(x, y).hilbert_distance(level=LEVEL)
    assert curve.tolist() == order_module._curve()[x, y].tolist()


def test_points_of_a_cell_have_an_order_too():
    inner = np.indices((SIDE, SIDE)).reshape(2, -1).T / SIDE  # one cell, and a corner that spans the extent
    points = np.vstack([inner, [[SIDE, SIDE]]])
    assert len(np.unique(hilbert_order(points))) == len(points)


def test_one_point_and_points_on_a_line_are_no_exception():
    assert hilbert_order(np.array([[3.0, 4.0]])).tolist() == [0]
    assert len(np.unique(hilbert_order(np.column_stack([np.arange(50.0), np.zeros(50)])))) == 50


def test_neighbours_in_memory_are_neighbours_in_town():
    points = np.random.default_rng(5).uniform(0, 10_000, (20_000, 2))
    way = points[np.argsort(hilbert_order(points), kind="stable")]
    step = np.hypot(*np.diff(way, axis=0).T)
    assert np.median(step) < 100  # the mean distance of 20,000 points on 100 square kilometres is 71 m
    assert np.quantile(step, 0.99) < 400


def test_whole_numbers_stand_in_their_stable_order():
    chance = np.random.default_rng(3)
    for keys in (chance.integers(0, 50, 1000), chance.integers(0, 2**62, 1000), np.empty(0, np.int64)):
        assert sort_order(keys).tolist() == np.argsort(keys, kind="stable").tolist()


def test_numbers_stand_in_their_stable_order():
    chance = np.random.default_rng(9)
    for values in (chance.integers(0, 20, 1000) / 4, chance.random(1000), np.array([0.0, -0.0, 0.0]), np.empty(0)):
        assert stable_order(values).tolist() == np.argsort(values, kind="stable").tolist()


def test_places_of_one_number_are_told_apart_by_their_coordinates(monkeypatch):
    monkeypatch.setattr(order_module, "_mix_points", lambda x, y: (x % 2).astype(np.uint64) << np.uint64(40))
    points = np.array([[1.0, 0.0], [3.0, 0.0], [1.0, 0.0], [2.0, 5.0], [3.0, 0.0], [1.0, 1.0]])
    order, group = group_equal_points(points)
    assert points[order].tolist() == sorted(points.tolist())
    assert group.tolist() == [0, 0, 1, 2, 3, 3]


def test_equal_points_are_one_group_and_no_others():
    points = np.random.default_rng(4).integers(-3, 3, (500, 2)).astype(np.float64)
    points[points == 0] *= np.random.default_rng(5).choice([-1.0, 1.0], int((points == 0).sum()))  # -0.0 is 0.0
    order, group = group_equal_points(points)
    assert sorted(order.tolist()) == list(range(500))
    together = {}
    for row, number in zip(order.tolist(), group.tolist(), strict=True):
        together.setdefault(number, set()).add(tuple(points[row] + 0.0))
    assert sorted(together) == list(range(len(np.unique(points + 0.0, axis=0))))
    assert all(len(places) == 1 for places in together.values())


def test_equal_points_stand_in_one_piece(monkeypatch):
    monkeypatch.setattr(order_module, "ROWS_AT_ONCE", 9)
    points = np.random.default_rng(6).integers(-3, 3, (300, 2)).astype(np.float64)
    points[points == 0] *= np.random.default_rng(7).choice([-1.0, 1.0], int((points == 0).sum()))
    pieces = [rows.tolist() for rows in split_by_place(points) if len(rows)]
    assert len(pieces) > 10
    assert all(rows == sorted(rows) for rows in pieces)
    assert sorted(row for rows in pieces for row in rows) == list(range(300))
    places = [{tuple(point) for point in (points[rows] + 0.0).tolist()} for rows in pieces]
    assert sum(map(len, places)) == len(set().union(*places))


def test_points_of_one_hash_are_told_apart(monkeypatch):
    monkeypatch.setattr(order_module, "_mix", lambda mixed, value: mixed * np.uint64(0))
    points = np.array([[1.0, 2.0], [3.0, 4.0], [1.0, 2.0]])
    order, group = group_equal_points(points)
    assert order.tolist() == [0, 2, 1]
    assert group.tolist() == [0, 0, 1]


def test_different_rows_stand_once_by_both_numbers():
    for rows in (np.random.default_rng(8).integers(-3, 3, (200, 2)), np.empty((0, 2)), np.array([[2.5, 1.0]])):
        assert unique_rows(rows).tolist() == np.unique(rows, axis=0).tolist()


def test_the_greatest_value_so_far_starts_anew_on_each_line():
    line = np.array([0, 0, 0, 2, 5, 5, 5])
    value = np.array([3.0, 1.0, 4.0, 2.0, 9.0, 7.0, 8.0])
    assert running_max(line, value).tolist() == [3.0, 3.0, 4.0, 2.0, 9.0, 9.0, 9.0]
    assert running_max(line, np.sort(value)).tolist() == np.sort(value).tolist()
    assert running_max(line[:0], value[:0]).tolist() == []
