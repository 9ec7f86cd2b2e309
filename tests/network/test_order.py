"""The order of nodes: neighbours in memory are neighbours in town."""

from __future__ import annotations

import numpy as np

from urbanplan.network.order import SIDE, hilbert_order


def test_cells_stand_once_on_one_unbroken_way():
    cells = np.indices((SIDE, SIDE)).reshape(2, -1).T
    way = cells[np.argsort(hilbert_order(cells * 1.0), kind="stable")]
    assert len(np.unique(hilbert_order(cells * 1.0))) == SIDE**2
    assert (np.abs(np.diff(way, axis=0)).sum(axis=1) == 1).all()


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
