"""Identity overlay: areas known by hand, pieces that sum to their polygon, overlaps and rests of their own."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from urbanplan.layer.identity_overlay import identity_overlay, union_by_group

X, Y = 38_500_000.0, 3_850_000.0


def at(west, south, east, north):
    return box(X + west, Y + south, X + east, Y + north)


def areas(found):
    return {
        (int(row), values): pytest.approx(area, rel=1e-9)
        for row, values, area in zip(found.left, found.values, found.areas, strict=True)
    }


def test_values_overlaps_and_the_rest_are_pieces_of_their_own():
    parcels = [at(0, 0, 100, 100), at(200, 0, 300, 100), None]
    zones = [at(-10, -10, 40, 110), at(30, -10, 60, 110), at(200, 0, 300, 100)]
    found = identity_overlay(parcels, zones, [0, 1, 0])
    assert areas(found) == {(0, (0,)): 3000.0, (0, (1,)): 2000.0, (0, (0, 1)): 1000.0, (0, ()): 4000.0,
                            (1, (0,)): 10_000.0}  # fmt: skip
    assert shapely.equals(found.shapes[found.left == 1][0], parcels[1])


def test_polygons_of_one_value_that_overlap_are_one_piece():
    found = identity_overlay([at(0, 0, 100, 100)], [at(0, 0, 60, 100), at(40, 0, 100, 100)], [7, 7])
    assert areas(found) == {(0, (7,)): 10_000.0}


def test_a_border_is_no_piece_and_no_other_layer_leaves_all():
    found = identity_overlay([at(0, 0, 100, 100)], [at(100, 0, 200, 100), at(-5, 100, 100, 200)], [1, 2])
    assert areas(found) == {(0, ()): 10_000.0}
    assert areas(identity_overlay([at(0, 0, 1, 1)], [None], [1])) == {(0, ()): 1.0}
    assert areas(identity_overlay([], [at(0, 0, 1, 1)], [1])) == {}


def test_a_hole_and_a_zone_within_a_zone():
    ring = at(0, 0, 90, 90).difference(at(30, 30, 60, 60))
    found = identity_overlay([at(0, 0, 90, 90)], [ring, at(30, 30, 60, 60)], [1, 2])
    assert areas(found) == {(0, (1,)): 7200.0, (0, (2,)): 900.0}
    found = identity_overlay([at(0, 0, 90, 90)], [at(0, 0, 90, 90), at(30, 30, 60, 60)], [1, 2])
    assert areas(found) == {(0, (1,)): 7200.0, (0, (1, 2)): 900.0}


numbers = st.integers(0, 40)


@st.composite
def rectangles(draw):
    west, south = draw(numbers), draw(numbers)
    turned = shapely.affinity.rotate(
        box(west, south, west + draw(st.integers(1, 30)), south + draw(st.integers(1, 30))), draw(st.floats(0, 90))
    )
    return shapely.transform(turned, lambda points: points + np.array([X, Y]))


@settings(max_examples=25)
@given(st.lists(rectangles(), min_size=1, max_size=3), st.lists(rectangles(), max_size=5))
def test_the_pieces_of_a_polygon_sum_to_it(parcels, zones):
    found = identity_overlay(parcels, zones, np.arange(len(zones)) % 3)
    sums = np.bincount(found.left, found.areas, minlength=len(parcels))
    assert sums == pytest.approx(shapely.area(parcels), rel=1e-9)
    for row, values, area in zip(found.left, found.values, found.areas, strict=True):
        under = [shapely.union_all([zones[at] for at in range(len(zones)) if at % 3 == one]) for one in values]
        outside = shapely.union_all([zones[at] for at in range(len(zones)) if at % 3 not in values])
        expected = shapely.difference(shapely.intersection_all([parcels[row], *under]), outside)
        assert area == pytest.approx(shapely.area(expected), rel=1e-6, abs=1e-4)


def test_union_by_group():
    squares = [at(n, 0, n + 1, 1) for n in range(6)]
    made = union_by_group(squares, np.array([0, 3, 0, 0, 3, 1]), 5)
    assert [None if one is None else one.area for one in made] == [3.0, 1.0, None, 2.0, None]
