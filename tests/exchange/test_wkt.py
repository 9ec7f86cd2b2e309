"""Well-known text of shapes reads back to the bit, whatever the numbers."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from urbanplan.exchange.wkt import to_wkt

numbers = st.floats(-1e8, 1e8, allow_nan=False)
points = st.tuples(numbers, numbers)


@given(st.lists(points, min_size=2, max_size=6))
def test_every_number_comes_back(places):
    shapes = [shapely.LineString(places), shapely.MultiPoint(places), None, shapely.LineString()]
    back = shapely.from_wkt(to_wkt(shapes))
    assert [one is None for one in back] == [False, False, True, False]
    assert np.array_equal(shapely.get_coordinates(back), shapely.get_coordinates(shapes))


def test_numbers_that_need_seventeen_digits():
    random = np.random.default_rng(1)
    drawn = shapely.points(
        random.uniform(3e5, 7e5, 20_000), random.uniform(-30, 60, 20_000), random.normal(size=20_000)
    )
    assert (shapely.from_wkt(shapely.to_wkt(drawn, rounding_precision=-1)) != drawn).any()  # so it is worth the trouble
    assert shapely.equals_identical(shapely.from_wkt(to_wkt(drawn)), drawn).all()


def test_numbers_that_are_none_are_written_as_they_are():
    shapes = [shapely.Point(np.nan, 1), shapely.points(1.5, 2.5, np.nan), shapely.Point(1e-7, 1e22)]
    texts = to_wkt(shapes)
    assert "NaN" in texts[0] or "EMPTY" in texts[0]
    assert shapely.from_wkt(texts[2]) == shapes[2]
