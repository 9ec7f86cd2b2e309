"""Whole answers of the measures on four squares, a land and three roads: every field of each, worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest
from measure.closed_form_layers import X, Y, layer, measure_declared, road, square
from shapely.geometry import LineString, box

SITES = layer(
    [square(0), square(1), square(2), square(3)],
    kind=["x", "x", "y", None],
    name=["a", "b", None, "d"],
    stage=["open", "planned", "open", None],
    spaces=[10, 20, None, 40],
    free=[50, 50, 80, None],
)
LAND = layer([box(X - 1, Y - 1, X + 31, Y + 11)], called="land", kind=["x"])
ROADS = layer(
    [road(0), LineString([(X + 100, Y), (X + 100, Y + 50)]), road(9)],
    called="roads",
    kind=["x", "x", None],
    carriageway=["single", None, "right"],
)
UNSURE = "1 features of sites do not tell whether they count"
OF_KIND = "the values of kind of these features of sites"
ALL = ["S-0", "S-1", "S-2", "S-3"]

ANSWERS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        {"kind": "count", "of": "sites", "where": "kind = 'x'", "by": "kind"},
        {"reading": (2, 3, "count"), "by": {"x": (2, 3), "—": (0, 1)}, "ids": ["S-0", "S-1", "S-3"],
         "reason": UNSURE, "settled_by": OF_KIND, "known": (2, 2, 1)},
    ),
    (
        {"kind": "count", "of": "sites", "where": "kind = 'x'",
         "baseline": {"layer": "sites", "stage_at_least": "open"}},
        {"reading": (-1, 1, "count"), "ids": ["S-0", "S-1", "S-3"], "reason": UNSURE, "settled_by": OF_KIND},
    ),
    (
        {"kind": "count", "of": "sites", "stage_at_least": "open"},
        {"reading": (2, 3, "count"), "ids": ["S-0", "S-2", "S-3"], "reason": UNSURE, "known": (2, 2, 1),
         "settled_by": "the values of stage of these features of sites"},
    ),
    (
        {"kind": "sum", "of": "sites", "field": "spaces", "by": "kind", "unit": "个"},
        {"reading": (70, 170, "个"), "by": {"x": (30, 70), "y": (0, 140), "—": (40, 40)}, "ids": ALL,
         "reason": "1 features of sites have no spaces", "known": (70, 3, 1),
         "settled_by": "the values of spaces of these features of sites"},
    ),
    (
        {"kind": "area", "of": "sites", "where": "kind = 'x'", "by": "kind"},
        {"reading": (200, 300, "m2"), "by": {"x": (200, 300), "—": (0, 100)}, "ids": ["S-0", "S-1", "S-3"],
         "reason": UNSURE, "settled_by": OF_KIND, "known": (200, 2, 1)},
    ),
    (
        {"kind": "length", "of": "roads", "carriageway": "carriageway", "by": "kind"},
        {"reading": (125, 150, "m"), "by": {"x": (125, 150), "—": (0, 0)}, "ids": ["S-0", "S-1", "S-2"]},
    ),
    (
        {"kind": "share", "of": "sites", "that": "kind = 'x'", "by": "stage"},
        {"reading": (1 / 2, 3 / 4, "share"), "by": {"planned": (1 / 2, 1), "open": (1 / 3, 2 / 3), "—": (0, 1)},
         "ids": ALL, "reason": UNSURE, "settled_by": "the missing attributes of these features of sites",
         "known": (2 / 3, 3, 1)},
    ),
    (
        {"kind": "ratio", "of": "sites", "part": "spaces", "whole": "free", "by": "kind"},
        {"reading": (0, 150 / 220, "share"), "by": {"x": (0, 1 / 2), "y": (0, 1), "—": (0, 1)}, "ids": ALL,
         "reason": "2 features of sites tell no part of their whole", "known": (0.3, 2, 2),
         "settled_by": "the values of spaces, free of these features of sites"},
    ),
    (
        {"kind": "near", "of": "sites", "to": "land", "metres": 15, "by": "kind"},
        {"reading": (3 / 4, 3 / 4, "share"), "by": {"x": (2 / 3, 1), "y": (1 / 2, 1), "—": (0, 0)}, "ids": ["S-3"],
         "results": {"too_far": 1}, "implied": (">=", 1, "share"),
         "reason": "1 features of sites have none of land within 15 m"},
    ),
    (
        {"kind": "within", "of": "sites", "inside": "land", "by": "kind"},
        {"reading": (1 / 2, 1 / 2, "share"), "by": {"x": (2 / 3, 1), "y": (0, 0), "—": (0, 0)}, "ids": ALL, "implied": (">=", 1, "share"),
         "reason": "2 features of sites are not inside land"},
    ),
    (
        {"kind": "disjoint", "of": "sites", "from": "land"},
        {"reading": (2, 2, "count"), "ids": ["S-0", "S-1"], "results": {"overlaps": 2}, "implied": ("<=", 0, "count"),
         "reason": "2 features of sites overlap"},
    ),
    (
        {"kind": "exists", "of": "sites", "name": "a", "by": "kind"},
        {"reading": (1, 2, "count"), "by": {"x": (1, 1), "y": (0, 1)}, "ids": ["S-0", "S-2"], "implied": (">=", 1, "count"), "reason": UNSURE,
         "settled_by": "the values of name of these features of sites", "known": (1, 1, 1)},
    ),
    (
        {"kind": "exists", "of": "sites", "name": "zz", "stage_at_least": "open"},
        {"reading": (0, 1, "count"), "ids": ["S-2"], "implied": (">=", 1, "count"), "known": (None, 0, 1),
         "reason": f"layer sites has no feature that matches zz; {UNSURE}",
         "settled_by": "the values of name of these features of sites"},
    ),
    (
        {"kind": "connected", "of": "roads"},
        {"reading": (2, 2, "count"), "ids": ["S-2"], "results": {"components": 3}, "implied": ("<=", 1, "count"),
         "reason": "1 roads of roads do not hang together with the longest part: S-2"},
    ),
    (
        {"kind": "dead_ends", "of": "roads"},
        {"reading": (4, 4, "count"), "ids": ["S-0", "S-2", "S-1"], "results": {"dead_ends": 4},
         "implied": ("<=", 0, "count"), "reason": "4 ends of roads of roads join nothing"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("declared", "wanted"), ANSWERS, ids=[f"{n}-{one['kind']}" for n, (one, _) in enumerate(ANSWERS)]
)
def test_every_field_of_an_answer(declared, wanted):
    answer = measure_declared(declared, SITES, LAND, ROADS)
    assert answer.reading is not None
    low, high, unit = wanted["reading"]
    assert (answer.reading.low, answer.reading.high) == pytest.approx((low, high))
    assert answer.reading.unit == unit
    rows = {row.keys[declared.get("by", "")]: (row.reading.low, row.reading.high) for row in answer.breakdown}
    assert list(rows) == list(wanted.get("by", {}))
    assert [end for span in rows.values() for end in span] == pytest.approx(
        [end for span in wanted.get("by", {}).values() for end in span]
    )
    assert answer.evidence.layers == {declared["of"]: wanted["ids"]}
    assert {name: len(frame) for name, frame in answer.results.items()} == wanted.get("results", {})
    assert answer.evidence.results == sorted(wanted.get("results", {}))
    implied = answer.implied and (answer.implied.comparator, answer.implied.number, answer.implied.unit)
    assert implied == wanted.get("implied")
    assert (answer.reason, answer.settled_by) == (wanted.get("reason", ""), wanted.get("settled_by", ""))
    known = answer.known and (answer.known.value, answer.known.rows, answer.known.unknown_rows)
    assert known == wanted.get("known")
