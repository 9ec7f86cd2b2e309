"""Coverage, monotone in knowledge: whatever becomes unknown gives a reading that contains the old one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import examples
from measure.closed_form_layers import CRS
from measure.test_coverage_unknown import layer
from measure.test_laws_of_unknown import ends

from urbanplan.measure.catalog import measure_function, validate_parameters
from urbanplan.measure.coverage_unknown import OpenResidents, greatest_share, least_share
from urbanplan.measure.measured import MeasureContext

HOLDS = st.sampled_from([True, True, True, False])
SPOT = st.integers(0, 30).map(lambda k: 100.0 * k)
SIZE = st.integers(0, 9)


@st.composite
def town(draw: Any, areas: bool) -> dict[str, dict[str, list[Any]]]:
    """Streets along y = 0, some parallel to it, with sites, homes or areas, walls and two sub-districts."""
    spots = [draw(SPOT) for _ in range(draw(st.integers(1, 4)))]
    homes = [shapely.box(x, -40, x + 200, 40) if areas else shapely.Point(x, 10) for x in spots]
    sites = [shapely.Point(draw(SPOT), -10) for _ in range(draw(st.integers(1, 2)))]
    walls = [shapely.LineString([(x, -5), (x + 300, -5)]) for x in draw(st.lists(SPOT, max_size=1))]
    streets = [shapely.LineString([(1000 * i, 0), (1000 * i + 1000, 0)]) for i in range(3)]
    streets += [shapely.LineString([(500, 30), (2500, 30)])]
    shapes = {"homes": homes, "sites": sites, "walls": walls, "streets": streets}
    tables = {name: {"geometry": some, "holds": [draw(HOLDS) for _ in some]} for name, some in shapes.items()}
    tables["streets"]["holds"][0] = True
    tables["homes"]["residents"] = [draw(SIZE) for _ in homes]
    return tables


def reading(tables: dict[str, dict[str, list[Any]]], **params: Any) -> Any:
    layers = {
        name: layer(name, "any", rows["geometry"], **{c: v for c, v in rows.items() if c != "geometry"})
        for name, rows in tables.items()
    }
    halves = [shapely.box(-100, -500, 1500, 500), shapely.box(1500, -500, 4000, 500)]
    layers["parts"] = layer("parts", "polygon", halves, part=["west", "east"])
    chosen = {name: {"layer": name, "where": "holds = TRUE"} for name in ("streets", "sites", "homes", "walls")}
    declared = {"kind": "coverage", "streets": chosen["streets"], "sites": chosen["sites"], "within": 600,
                "residents": chosen["homes"], "barriers": chosen["walls"], **params}  # fmt: skip
    setting = MeasureContext(crs=CRS, subdistricts="parts", subdistrict_name="part")
    return measure_function("coverage")(layers, validate_parameters(declared), setting)


@pytest.mark.parametrize("asked", ["residents", "streets", "subdistricts"])
@pytest.mark.parametrize("areas", [False, True], ids=["homes", "areas"])
@settings(max_examples=examples(6))
@given(data=st.data())
def test_what_becomes_unknown_of_a_coverage_widens_it(asked: str, areas: bool, data: Any) -> None:
    tables = data.draw(town(areas))
    before = reading(tables, reading=asked)
    name = data.draw(st.sampled_from([name for name in tables if tables[name]["geometry"]]))
    column = data.draw(st.sampled_from(list(tables[name])))
    row = data.draw(st.integers(0, len(tables[name]["geometry"]) - 1))
    tables[name][column][row] = None
    after = reading(tables, reading=asked)
    if before.reading is None:
        return
    low, high = ends(after.reading)
    assert low <= ends(before.reading)[0] + 1e-9
    assert high >= ends(before.reading)[1] - 1e-9
    wide = {row.keys["subdistrict"]: row.reading for row in after.breakdown}
    for part in before.breakdown:
        low, high = ends(wide.get(part.keys["subdistrict"]))
        assert low <= part.reading.low + 1e-9
        assert high >= part.reading.high - 1e-9


WEIGHT = st.tuples(st.integers(0, 3), st.integers(0, 3)).map(sorted)


@given(st.integers(0, 5), st.integers(0, 5), st.lists(st.tuples(WEIGHT, st.integers(0, 4)), max_size=4), st.data())
def test_extreme_shares_hold_every_number_of_people(covered: int, more: int, rows: Any, data: Any) -> None:
    least, most = (np.array([float(span[end]) for span, _ in rows]) for end in (0, 1))
    part = np.array([fraction / 4 for _, fraction in rows])
    every = np.ones(len(rows), dtype=bool)
    unknown = OpenResidents(every, least, most, every, ~every)
    people = np.array([float(data.draw(st.integers(*span))) for span, _ in rows])
    whole = covered + more + people.sum()
    low, high = (share(covered, covered + more, unknown, part) for share in (least_share, greatest_share))
    if whole > 0 and low is not None and high is not None:
        assert low - 1e-9 <= (covered + (people * part).sum()) / whole <= high + 1e-9
    ends_of = [(covered + (w * part).sum()) / (covered + more + w.sum()) for w in _corners(least, most)
               if covered + more + w.sum() > 0]  # fmt: skip
    if ends_of:
        assert (low, high) == pytest.approx((min(ends_of), max(ends_of)))


def _corners(least: Any, most: Any) -> list[Any]:
    picks = np.array(np.meshgrid(*[[0, 1]] * len(least))).reshape(len(least), -1).T if len(least) else np.zeros((1, 0))
    return [np.where(pick, most, least) for pick in picks]
