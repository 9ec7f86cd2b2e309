"""Rings, lines and walks read at once, held against the geometry library's own parts and rings."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import examples
from layer.test_any_shape import shapes

from urbanplan.layer.geojson import to_geojson
from urbanplan.layer.intricacy import _cell_bound, _segment_boxes
from urbanplan.layer.rings import are_counterclockwise, linear_parts, split_parts, split_rings

DRAWN = st.lists(shapes, max_size=6).map(lambda drawn: np.array([*drawn, None], dtype=object))


@settings(max_examples=examples(60), deadline=None)
@given(DRAWN)
def test_parts_and_rings_are_those_of_the_library(drawn: np.ndarray) -> None:
    parts, row = split_parts(drawn)
    wanted, rows = shapely.get_parts(drawn, return_index=True)
    assert row.tolist() == rows.tolist()
    assert shapely.to_wkb(parts).tolist() == shapely.to_wkb(wanted).tolist()
    rings, of = shapely.get_rings(wanted, return_index=True)
    line = np.isin(shapely.get_type_id(wanted), [1, 2])
    found, owner = linear_parts(drawn)
    every = np.concatenate([rings, wanted[line]])
    assert owner.tolist() == [*rows[of].tolist(), *rows[line].tolist()]
    assert [a.tobytes() for a in map(shapely.get_coordinates, found)] == [
        a.tobytes() for a in map(shapely.get_coordinates, every)
    ]


@settings(max_examples=examples(60), deadline=None)
@given(DRAWN)
def test_rings_of_valid_polygons_run_as_the_library_says(drawn: np.ndarray) -> None:
    parts, _ = split_parts(drawn)
    valid = parts[shapely.is_valid(parts)]
    rings, _ = split_rings(valid)
    assert are_counterclockwise(rings).tolist() == shapely.is_ccw(shapely.get_rings(valid)).tolist()


def test_a_ring_thinner_than_rounding_runs_as_the_library_says() -> None:
    far = 1e8 + np.array([0.0, 3.0, 6.0])
    points = np.column_stack([far, far * 3 + [0, 1.5e-8, 0]])
    rings = np.array([shapely.LinearRing(points), shapely.LinearRing(points[::-1])], dtype=object)
    assert are_counterclockwise(rings).tolist() == shapely.is_ccw(rings).tolist()


@settings(max_examples=examples(40), deadline=None)
@given(shapes)
def test_a_finding_has_the_coordinates_of_its_shape(shape: Any) -> None:
    found = to_geojson(shape)
    if found is not None:
        kept = shapely.geometry.shape(found)
        assert shapely.to_wkb(kept) == shapely.to_wkb(shapely.force_2d(shape))
        assert found["type"] == shape.geom_type


def test_cells_that_fall_together_only_raise_the_number_of_pairs() -> None:
    chance = np.random.default_rng(2)
    lines = np.array([shapely.LineString(chance.uniform(0, 60, (4, 2))) for _ in range(40)], dtype=object)
    low, high, _ = _segment_boxes(lines)
    meet = ((low[:, None] <= high) & (high[:, None] >= low)).all(axis=2)
    assert _cell_bound(low, high) >= (meet.sum() - len(low)) // 2
