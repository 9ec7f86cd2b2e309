"""Every measure of land, lines and rows against the same thing worked out on squared paper, with nulls and doubles."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import examples
from measure import grid_reference as paper
from measure.closed_form_layers import X, Y, layer, measure_declared
from shapely.geometry import LineString, Polygon, box

CELL = paper.CELL


def known(field: str, test: Any) -> paper.Condition:
    return lambda row: None if row[field] is None else test(row[field])


def opposite(condition: paper.Condition) -> paper.Condition:
    return lambda row: None if (truth := condition(row)) is None else not truth


def both(one: paper.Condition, other: paper.Condition) -> paper.Condition:
    return lambda row: paper.also(one(row), other(row))


def either(one: paper.Condition, other: paper.Condition) -> paper.Condition:
    return opposite(both(opposite(one), opposite(other)))


IS_X, MANY = known("kind", lambda kind: kind == "x"), known("spaces", lambda spaces: spaces > 20)
FILTERS: list[tuple[str, paper.Condition]] = [
    ("kind = 'x'", IS_X),
    ("kind <> 'x'", opposite(IS_X)),
    ("spaces > 20", MANY),
    ("NOT (kind = 'x' AND spaces > 20)", opposite(both(IS_X, MANY))),
    ("kind = 'x' OR NOT spaces > 20", either(IS_X, opposite(MANY))),
    ("kind IN ('x', 'z')", IS_X),
    ("kind LIKE 'x%'", IS_X),
    ("spaces BETWEEN 7 AND 20", known("spaces", lambda spaces: 7 <= spaces <= 20)),
    ("spaces * 2 - 1 >= 13", known("spaces", lambda spaces: spaces >= 7)),
    ("kind IS NULL", lambda row: row["kind"] is None),
    (
        "kind IS NOT NULL AND spaces < 100",
        both(lambda row: row["kind"] is not None, known("spaces", lambda s: s < 100)),
    ),
    ("spaces = free", lambda row: None if None in (row["spaces"], row["free"]) else row["spaces"] == row["free"]),
]
OPEN = known("stage", lambda stage: stage == "open")

VALUES = {
    "name": st.sampled_from(["a", "b", "c", None]),
    "kind": st.sampled_from(["x", "y", "x", "y", None]),
    "stage": st.sampled_from(["planned", "open", "open", "odd", None]),
    "spaces": st.sampled_from([0, 7, 20, 21, 100, None]),
    "free": st.sampled_from([-4, 0, 0.5, 7, 20, None]),
}


@st.composite
def rectangles(draw: Any, least: int, most: int) -> list[paper.Row]:
    """Rectangles on squared paper, some of them twice, null or empty."""
    rows: list[paper.Row] = []
    for number in range(draw(st.integers(least, most))):
        x, y, wide, tall = (draw(st.integers(low, high)) for low, high in ((0, 4), (0, 2), (1, 3), (1, 2)))
        shape = box(X + CELL * x, Y + CELL * y, X + CELL * (x + wide), Y + CELL * (y + tall))
        drawn: Any = {(x + i, y + j) for i in range(wide) for j in range(tall)}
        shape, drawn = draw(st.sampled_from([(shape, drawn)] * 8 + [(None, None), (Polygon(), None)]))
        rows.append(_row(draw, f"S-{number}", shape, drawn))
        if number and draw(st.integers(0, 5)) == 0:
            rows[-1] |= {part: rows[-2][part] for part in ("shape", "cells")}
    return rows


@st.composite
def segments(draw: Any, most: int) -> list[paper.Row]:
    """Lines along squared paper, each a set of edges; some run on one another."""
    rows: list[paper.Row] = []
    for number in range(draw(st.integers(0, most))):
        x, y, size = draw(st.integers(0, 4)), draw(st.integers(0, 2)), draw(st.integers(1, 4))
        east, back = draw(st.booleans()), draw(st.booleans())
        ends = [(X + CELL * x, Y + CELL * y), (X + CELL * (x + size * east), Y + CELL * (y + size * (not east)))]
        shape = LineString(ends[::-1] if back else ends)
        drawn: Any = {(x + i * east, y + i * (not east), east) for i in range(size)}
        shape, drawn = draw(st.sampled_from([(shape, drawn)] * 9 + [(None, None)]))
        rows.append(_row(draw, f"R-{number}", shape, drawn))
    return rows


def _row(draw: Any, name: str, shape: Any, cells: Any) -> paper.Row:
    plain = draw(st.booleans())  # half of the rows are known
    values = {
        field: draw(values.filter(lambda value: value is not None) if plain else values)
        for field, values in VALUES.items()
    }
    return {"id": name, "shape": shape, "cells": cells, **values}


def made(name: str, rows: list[paper.Row]) -> Any:
    columns = {field: [row[field] for row in rows] for field in VALUES}
    return layer([row["shape"] for row in rows], called=name, ids=[row["id"] for row in rows] or None, **columns)


@st.composite
def selections(draw: Any, places: bool = True) -> tuple[dict[str, Any], Any]:
    """A selection of sites as a plan declares it, and a function that makes it of rows of sites and of land."""
    text, condition = draw(st.sampled_from([*FILTERS, (None, lambda row: True)]))
    declared: dict[str, Any] = {"layer": "sites", **({"where": text} if text else {})}
    if draw(st.integers(0, 3)) == 0:
        declared["stage_at_least"] = "open"
        condition = both(
            condition, lambda row: None if row["stage"] not in ("planned", "open") else row["stage"] == "open"
        )
    how = draw(st.sampled_from([None, "within", "outside", "touching"])) if places else None
    beside = draw(st.sampled_from(FILTERS))
    if how is None:
        return declared, lambda sites, land: paper.kept(sites, condition)
    declared[how] = {"layer": "land", "where": beside[0]}

    def chosen(sites: Any, land: Any) -> Any:
        around = paper.kept(land, beside[1])
        return paper.kept(sites, both(condition, lambda row: paper.lies(row, how, around)))

    return declared, chosen


def ends(declared: dict[str, Any], **rows: list[paper.Row]) -> tuple[Any, Any] | None:
    reading = measure_declared(declared, *(made(name, some) for name, some in rows.items())).reading
    return None if reading is None else (reading.low, reading.high)


def same(found: Any, wanted: Any) -> None:
    if wanted is None or found is None:
        assert found == wanted
        return
    for one, other in zip(found, wanted, strict=True):
        assert (one is None) == (other is None), (found, wanted)
        assert one is None or math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9), (found, wanted)


def holds(found: Any, wanted: Any) -> None:
    """The reading contains what is worked out."""
    if found is None or wanted is None:
        return
    assert found[0] is None or wanted[0] is None or found[0] <= wanted[0] + 1e-9, (found, wanted)
    assert found[1] is None or (wanted[1] is not None and found[1] >= wanted[1] - 1e-9), (found, wanted)


SITES, LAND = rectangles(0, 5), rectangles(0, 3)


@settings(max_examples=examples(10))
@given(SITES, LAND, selections(), st.sampled_from(["id", "name"]))
def test_count_and_exists(sites, land, chosen, identity):
    declared, select = chosen
    wanted = paper.count(select(sites, land), identity)
    same(ends({"kind": "count", "of": {**declared, "distinct": identity}}, sites=sites, land=land), wanted)
    named = paper.kept([row for row, _ in select(sites, land)], known("name", lambda name: name == "a"))
    surely = {row["id"] for row, sure in select(sites, land) if sure and row["name"] == "a"}
    same(ends({"kind": "exists", "of": declared, "name": "a"}, sites=sites, land=land), (len(surely), len(named)))


@settings(max_examples=examples(10))
@given(SITES, LAND, selections(), st.sampled_from([("spaces", 0, 100), ("free", None, None)]), st.data())
def test_sum_less_what_there_was(sites, land, chosen, field, data):
    declared, select = chosen
    wanted = paper.total(select(sites, land), *field)
    measure = {"kind": "sum", "of": declared, "field": field[0]}
    same(ends(measure, sites=sites, land=land), wanted)
    before, select_before = data.draw(selections())
    taken = paper.total(select_before(sites, land), *field)
    low = None if wanted[0] is None or taken[1] is None else wanted[0] - taken[1]
    high = None if wanted[1] is None or taken[0] is None else wanted[1] - taken[0]
    same(ends({**measure, "baseline": before}, sites=sites, land=land), (low, high))


@settings(max_examples=examples(10))
@given(SITES, LAND, selections())
def test_area(sites, land, chosen):
    declared, select = chosen
    same(ends({"kind": "area", "of": declared}, sites=sites, land=land), paper.area(select(sites, land)))


@settings(max_examples=examples(8))
@given(SITES, LAND, selections(places=False), st.sampled_from(["clip", "minus"]), st.sampled_from(FILTERS))
def test_area_and_sum_of_what_is_cut(sites, land, chosen, how, beside):
    declared, select = chosen
    around = paper.kept(land, beside[1])
    rows, whole = select(sites, land), not any(row["cells"] is None for row, _ in around)
    found: dict[str, list[Any]] = {"area": [], "sum": [], "count": []}
    for cells in paper.land_of(around):
        cut = []
        for row, sure in rows:
            left = None if row["cells"] is None else row["cells"] & cells if how == "clip" else row["cells"] - cells
            part = 1 if not row["cells"] else Fraction(len(left or ()), len(row["cells"]))
            values = {limit: (limit if row["spaces"] is None else row["spaces"]) * part for limit in (0, 100)}
            cut.append(({**row, "cells": left, **values}, sure and row["cells"] is not None))
        found["area"].append(paper.area(cut))
        found["count"].append(paper.count([(row, sure) for row, sure in cut if row["cells"] != set()]))
        found["sum"].append((paper.total(cut, 0, None, None)[0], paper.total(cut, 100, None, None)[1]))
    for kind, more in (("area", {}), ("sum", {"field": "spaces"}), ("count", {})):
        reading = ends(
            {"kind": kind, "of": {**declared, how: {"layer": "land", "where": beside[0]}}, **more},
            sites=sites,
            land=land,
        )
        for wanted in found[kind]:
            holds(reading, wanted)
        known_all = len(found[kind]) == 1 and whole and all(row["spaces"] is not None for row, _ in rows)
        if known_all and all(row["cells"] is not None and sure for row, sure in rows):
            same(reading, found[kind][0])


def weights(kind: str) -> Any:
    limits = {"spaces": Fraction(100), "free": None}

    def weight(row: paper.Row) -> Any:
        match kind:
            case "count":
                return Fraction(1), Fraction(1)
            case "area" | "length":
                size = None if row["cells"] is None else Fraction(len(row["cells"]))
                return (Fraction(0), None) if size is None else (size, size)
            case _:
                unknown = row[kind] is None or row[kind] < 0
                return (Fraction(0), limits[kind]) if unknown else (Fraction(row[kind]),) * 2

    return weight


@settings(max_examples=examples(12))
@given(
    rectangles(0, 4), LAND, selections(), st.sampled_from(FILTERS), st.sampled_from(["count", "spaces", "free", "area"])
)
def test_share(sites, land, chosen, part, weight):
    declared, select = chosen
    rows = select(sites, land)
    found = ends({"kind": "share", "of": declared, "that": part[0], "weight": weight}, sites=sites, land=land)
    shapes = [row["cells"] for row, _ in rows if row["cells"]]
    if weight != "area" or sum(map(len, shapes)) == len(set().union(*shapes)):
        same(found, paper.share(rows, part[1], weights(weight)))
    else:
        assert found is None or 0 <= found[0] <= found[1] <= 1


@settings(max_examples=examples(8))
@given(rectangles(1, 4), st.sampled_from(FILTERS))
def test_share_of_land_that_features_share(sites, part):
    """Land on which all agree counts for them, other land may count either way."""
    found = ends({"kind": "share", "of": "sites", "that": part[0], "weight": "area"}, sites=sites)
    if any(row["cells"] is None for row in sites):
        return
    every = paper.cells_of(sites)
    agreed = {cell: {part[1](row) for row in sites if cell in row["cells"]} for cell in every}
    surely, maybe = (
        sum(test(truths) for truths in agreed.values()) for test in (lambda t: t == {True}, lambda t: t != {False})
    )
    same(found, (surely / len(every), maybe / len(every)))


@settings(max_examples=examples(10))
@given(rectangles(0, 4), LAND, selections(), st.sampled_from(FILTERS))
def test_within(sites, land, chosen, beside):
    declared, select = chosen
    around = paper.kept(land, beside[1])
    rows = select(sites, land)
    found = ends(
        {"kind": "within", "of": declared, "inside": {"layer": "land", "where": beside[0]}}, sites=sites, land=land
    )
    wanted = paper.share(
        rows,
        lambda row: paper.lies(row, "within", around) if any(sure for _, sure in around) else None,
        weights("count"),
    )
    same(found, wanted)


@settings(max_examples=examples(10))
@given(SITES, LAND, selections(), st.sampled_from([*FILTERS, None]))
def test_disjoint(sites, land, chosen, beside):
    declared, select = chosen
    rows, others = select(sites, land), None if beside is None else paper.kept(land, beside[1])
    measure = {"kind": "disjoint", "of": declared}
    if beside is not None:
        measure["from"] = {"layer": "land", "where": beside[0]}
    found, wanted = ends(measure, sites=sites, land=land), paper.overlapping(rows, others)
    if all(row["cells"] is not None for row, _ in [*rows, *(others or [])]):
        same(found, wanted)
    else:
        holds(found, wanted)


@settings(max_examples=examples(10))
@given(segments(5), st.sampled_from([*FILTERS, (None, lambda row: True)]))
def test_length(roads, chosen):
    text, condition = chosen
    rows = paper.kept(roads, condition)
    sure, every = (paper.cells_of(row for row, surely in rows if surely or may) for may in (False, True))
    high = None if any(row["cells"] is None for row, _ in rows) else len(every) * CELL
    declared = {"kind": "length", "of": {"layer": "sites", **({"where": text} if text else {})}}
    same(ends(declared, sites=roads), (len(sure) * CELL, high))


@pytest.mark.parametrize("weight", ["count", "spaces"])
@settings(max_examples=examples(5))
@given(rectangles(0, 5), st.sampled_from(FILTERS))
def test_a_breakdown_holds_every_way_to_fill_the_unknown_keys(weight, sites, part):
    """A row whose key is not known may belong to any group."""
    declared = {"kind": "share", "of": "sites", "that": part[0], "weight": weight, "by": "kind"}
    rows = measure_declared(declared, made("sites", sites)).breakdown
    for row in rows:
        key = row.keys["kind"]
        if key not in ("x", "y"):
            continue
        group = [(one, one["kind"] is not None) for one in sites if one["kind"] in (key, None)]
        wanted = paper.share(group, part[1], weights(weight))
        holds((row.reading.low, row.reading.high), wanted)
