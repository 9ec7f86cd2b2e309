"""A stretch or a piece of land that is drawn several times counts once, and is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from measure.closed_form_layers import SETTING, X, Y, layer, square
from shapely.geometry import LineString, MultiLineString, Point, box

from urbanplan.layer.layer import Layer
from urbanplan.measure.catalog import measure_function, validate_parameters
from urbanplan.model.finding import Finding

There = tuple[float, float]


def line(*points: There) -> LineString:
    return LineString([(X + x, Y + y) for x, y in points])


def run(declared: dict[str, Any], sites: Layer) -> tuple[tuple[float | None, float | None], list[str]]:
    """The ends of a reading, and the features that count once."""
    noticed: list[Finding] = []
    params = validate_parameters({"of": "sites", **declared})
    reading = measure_function(params.kind)({"sites": sites}, params, replace(SETTING, noticed=noticed)).reading
    assert reading is not None
    assert {hit.code for hit in noticed} <= {"verdict-counted-once"}
    return (reading.low, reading.high), [name for hit in noticed for name in hit.features]


THERE_AND_BACK = line((0, 0), (100, 0), (0, 0))
LINES: list[tuple[list[Any], float, list[str]]] = [
    ([THERE_AND_BACK], 100, ["S-0"]),
    ([line((0, 0), (100, 0), (60, 0), (60, 50)), line((0, 9), (10, 9))], 160, ["S-0"]),
    ([MultiLineString([line((0, 0), (100, 0)), line((100, 0), (0, 0))])], 100, ["S-0"]),
    ([THERE_AND_BACK, line((50, 0), (150, 0))], 150, ["S-0", "S-1"]),
    ([line((0, 0), (60, 0)), line((40, 0), (100, 0)), line((0, 9), (10, 9))], 110, ["S-0", "S-1"]),
    ([line((0, 0), (100, 0), (100, 100), (50, 100), (50, -50))], 400, []),  # it crosses itself
    ([line((0, 0), (100, 0), (100, 100), (0, 100), (0, 0))], 400, []),
    ([line((0, 0), (100, 0)), line((100, 0), (200, 0))], 200, []),
    ([line((0, 0), (100, 0), (0, 0.01))], 200.0000005, []),  # a centimetre beside is another line
]


@pytest.mark.parametrize(("shapes", "metres", "told"), LINES)
def test_a_line_that_is_drawn_again_counts_once(shapes: list[Any], metres: float, told: list[str]) -> None:
    ends, noticed = run({"kind": "length"}, layer(shapes))
    assert ends == pytest.approx((metres, metres), abs=1e-6)
    assert noticed == told


def test_a_share_by_length_weighs_a_line_that_is_drawn_again_once() -> None:
    sites = layer([THERE_AND_BACK, line((0, 9), (300, 9))], kind=["a", "b"])
    ends, _ = run({"kind": "share", "that": "kind = 'a'", "weight": "length"}, sites)
    assert ends == pytest.approx((0.25, 0.25))


def test_what_is_unsure_is_drawn_again_in_the_reading_of_all() -> None:
    sites = layer([THERE_AND_BACK, line((50, 0), (150, 0)), None], kind=["a", None, "b"])
    assert run({"kind": "length", "where": "kind = 'a'"}, sites) == ((100, 150), ["S-0", "S-1"])


@pytest.mark.parametrize(
    ("shapes", "metres", "told"),
    [
        ([square(0), box(X + 5, Y, X + 15, Y + 10)], 150, ["S-0", "S-1"]),
        ([square(0), square(0), square(1)], 200, ["S-0", "S-1"]),
        ([square(0), box(X + 10, Y, X + 20, Y + 10)], 200, []),
        ([square(0), square(1), Point(X, Y)], None, []),
    ],
)
def test_land_that_is_drawn_again_counts_once(shapes: list[Any], metres: float | None, told: list[str]) -> None:
    ends, noticed = run({"kind": "area"}, layer(shapes))
    assert ends == ((200, None) if metres is None else (pytest.approx(metres), pytest.approx(metres)))
    assert noticed == told


@pytest.mark.parametrize(("apart", "one_line"), [(0.00003, True), (0.00009, False), (0.0003, False)])
def test_lines_nearer_than_half_a_tenth_of_a_millimetre_are_one(apart: float, one_line: bool) -> None:
    sites = layer([line((0, 0), (100, 0)), line((0, apart), (100, apart))], kind=["a", "b"])
    ends, told = run({"kind": "length"}, sites)
    assert ends == pytest.approx((100, 100) if one_line else (200, 200), abs=1e-3)
    assert told == (["S-0", "S-1"] if one_line else [])
    ends, _ = run({"kind": "share", "that": "kind = 'a'", "weight": "length"}, sites)
    assert ends == pytest.approx((0, 1) if one_line else (0.5, 0.5))


@pytest.mark.parametrize(("wide", "told"), [(0.0005, []), (0.0015, ["S-0", "S-1"])])
def test_land_of_more_than_a_hundredth_of_a_square_metre_is_told(wide: float, told: list[str]) -> None:
    sites = layer([square(0), box(X + 10 - wide, Y, X + 20, Y + 10)])
    ends, noticed = run({"kind": "area"}, sites)
    assert ends == pytest.approx((200, 200), abs=1e-6)
    assert noticed == told
