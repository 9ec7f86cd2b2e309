"""What lies outside of areas, within them and beside them: nothing is both within and outside."""

from __future__ import annotations

from typing import Any

import pytest
from measure.closed_form_layers import X, Y, layer, reading_ends
from shapely.geometry import LineString, MultiPoint, Point, box


def line(*points: tuple[float, float]) -> LineString:
    return LineString([(X + x, Y + y) for x, y in points])


def rectangle(x: float, y: float, wide: float = 10, tall: float = 10) -> Any:
    return box(X + x, Y + y, X + x + wide, Y + y + tall)


SHAPES: list[tuple[Any, int, int, int]] = [  # shape; whether it is within, outside, touching
    (rectangle(2, 2, 3, 3), 1, 0, 1),
    (rectangle(0, 0), 1, 0, 1),
    (rectangle(10, 0), 0, 1, 1),
    (rectangle(10, 10), 0, 1, 1),
    (rectangle(9, 0), 0, 0, 1),
    (rectangle(20, 0), 0, 1, 0),
    (line((0, 5), (10, 5)), 1, 0, 1),
    (line((0, 0), (10, 0)), 1, 0, 1),
    (line((-5, 0), (5, 0)), 0, 0, 1),
    (line((10, 5), (20, 5)), 0, 1, 1),
    (line((-5, 5), (5, 5)), 0, 0, 1),
    (line((-5, 5), (5, 15)), 0, 1, 1),
    (Point(X + 5, Y + 5), 1, 0, 1),
    (Point(X + 10, Y + 5), 1, 0, 1),
    (Point(X + 11, Y + 5), 0, 1, 0),
    (MultiPoint([(X + 10, Y + 5), (X + 11, Y + 5)]), 0, 0, 1),
]


@pytest.mark.parametrize(("shape", "within", "outside", "touching"), SHAPES)
def test_where_a_shape_lies(shape: Any, within: int, outside: int, touching: int) -> None:
    areas = layer([rectangle(0, 0)], called="areas")
    for name, wanted in (("within", within), ("outside", outside), ("touching", touching)):
        of = {"layer": "sites", name: "areas"}
        assert reading_ends({"kind": "count", "of": of}, layer([shape]), areas) == (wanted, wanted)


@pytest.mark.parametrize("name", ["within", "outside", "touching"])
def test_areas_that_are_not_drawn_may_be_anywhere(name: str) -> None:
    areas = layer([rectangle(0, 0), None], called="areas")
    far = reading_ends({"kind": "count", "of": {"layer": "sites", name: "areas"}}, layer([rectangle(50, 0)]), areas)
    assert far == (0, 1)
