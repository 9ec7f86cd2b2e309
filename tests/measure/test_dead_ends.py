"""Dead ends: counted on towns whose answer is plain."""

from __future__ import annotations

from typing import Any

import shapely
from measure.test_connected import CRS, layer

from urbanplan.layer.layer import Layer
from urbanplan.measure.catalog import measure_function, validate_parameters
from urbanplan.measure.measured import MeasureContext, Measurement

OLD = [[(0, 0), (200, 0)], [(200, 0), (400, 0)]]


def dead_ends(*layers: Layer, **params: Any) -> Measurement:
    declared = {"kind": "dead_ends", **params}
    return measure_function("dead_ends")(
        {one.name: one for one in layers}, validate_parameters(declared), MeasureContext(crs=CRS)
    )


def ends(measured: Measurement) -> tuple[float | None, float | None]:
    assert measured.reading is not None
    return measured.reading.low, measured.reading.high


def test_a_road_that_leads_nowhere_and_one_that_joins_at_both_ends() -> None:
    old = layer("old", OLD)
    joined = dead_ends(layer("new", [[(100, 0), (100, 80), (200, 0)]]), old, of="new", **{"with": "old"})
    assert ends(joined) == (0, 0)  # one end in the middle of a street, one at its end
    hanging = dead_ends(layer("new", [[(100, 0), (100, 80)]]), old, of="new", **{"with": "old"})
    assert ends(hanging) == (1, 1)
    assert hanging.evidence.layers == {"new": ["new-0"]}
    (point,) = hanging.results["dead_ends"].geometry
    assert (point.x, point.y) == (100, 80)
    assert hanging.implied is not None
    assert hanging.implied.compare(hanging.reading) == "not_met"  # pyright: ignore[reportArgumentType]


def test_cutting_the_street_that_it_joins_turns_the_count() -> None:
    new = layer("new", [[(400, 0), (400, 90)], [(400, 90), (0, 90)], [(0, 90), (0, 0)]])
    assert ends(dead_ends(new, layer("old", OLD), of="new", **{"with": "old"})) == (0, 0)
    assert ends(dead_ends(new, layer("old", OLD[:1]), of="new", **{"with": "old"})) == (1, 1)


def test_at_end_points_only_a_middle_joins_nothing() -> None:
    new = layer("new", [[(100, 0), (100, 80)]])
    assert ends(dead_ends(new, layer("old", OLD), of="new", noding="endpoints", **{"with": "old"})) == (2, 2)


def test_an_unknown_stage_widens_the_count() -> None:
    new = layer("new", [[(200, 0), (200, 50)], [(200, 50), (200, 90)]], stage=["通车", None])
    opened = dead_ends(new, layer("old", OLD), of={"layer": "new", "stage_at_least": "通车"}, **{"with": "old"})
    assert ends(opened) == (0, 2)  # the second may be left out (then (200, 50) is dead) or lead on to (200, 90)
    assert opened.settled_by


def test_a_loop_and_the_rim_of_the_district_are_no_dead_ends() -> None:
    ring = layer("new", [[(0, 0), (50, 0), (50, 50), (0, 0)]])
    assert ends(dead_ends(ring, of="new")) == (0, 0)
    out = layer("new", [[(50, 50), (150, 50)]])
    land = layer("land", [[(0, 0), (1, 1)]])
    land.frame.geometry = [shapely.box(0, 0, 100, 100)]
    assert ends(dead_ends(out, land, of="new", beside="land")) == (1, 1)
    assert ends(dead_ends(out, of="new")) == (2, 2)


def test_a_road_drawn_twice_keeps_its_dead_ends() -> None:
    line = [(0, 0), (100, 0)]
    assert ends(dead_ends(layer("new", [line]), of="new")) == (2, 2)
    twice = dead_ends(layer("new", [line, line[::-1]]), of="new")
    assert ends(twice) == (2, 2)
    assert [note.code for note in twice.findings] == ["network-drawn-twice"]
    halves = layer("new", [line, [(0, 0), (40, 0)], [(40, 0), (100, 0)]])
    assert ends(dead_ends(halves, of="new")) == (2, 2)


def test_a_road_that_is_not_drawn_may_end_nowhere_and_mend_every_end() -> None:
    new = layer("new", OLD)
    new.frame.geometry = [new.frame.geometry[0], None]
    found = dead_ends(new, of="new")
    assert ends(found) == (0, 4)
    assert found.settled_by


def test_no_road_is_not_measured() -> None:
    assert dead_ends(layer("new", OLD, stage=["a", "a"]), of={"layer": "new", "where": "stage = 'b'"}).reading is None


def test_reasons_and_evidence_name_the_layer_of_each_road() -> None:
    new, old = layer("new", [[(100, 0), (100, 80)]]), layer("old", OLD)
    old.frame.geometry = [old.frame.geometry[0], None]
    found = dead_ends(new, old, of="new", **{"with": "old"})
    assert found.reason == "1 roads of old are not drawn"
    both = dead_ends(new, layer("old", OLD), of=["new", "old"])
    assert both.evidence.layers == {"new": ["new-0"], "old": ["old-0", "old-1"]}
    assert both.reason == "3 ends of roads of new, old join nothing"
    open_street = layer("old", [*OLD, [(0, 0), (0, 50)]], stage=["通车", "通车", None])
    exact = dead_ends(new, open_street, of="new", **{"with": {"layer": "old", "stage_at_least": "通车"}})
    assert (ends(exact), exact.reason) == ((1, 1), "1 ends of roads of new join nothing")
    assert exact.settled_by == ""
