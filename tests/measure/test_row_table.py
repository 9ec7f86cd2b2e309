"""What is computed of rows once for all targets of a run is what each target alone would find."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import examples
from measure.closed_form_layers import CRS, SETTING, X, Y, layer, square
from measure.test_against_reference import FILTERS, made, rectangles, segments
from shapely.geometry import Polygon, box

from urbanplan.layer.area import dissolved_area
from urbanplan.measure.catalog import measure_function, validate_parameters
from urbanplan.measure.row_sizes import covered_area
from urbanplan.measure.row_table import RowTable
from urbanplan.measure.selection import Selection, select_features
from urbanplan.model.reading import Reading

PARTS = layer([box(X, Y, X + 25, Y + 60), box(X + 25, Y, X + 80, Y + 60)], called="parts", name=["west", "east"])
SHAPES = [
    {"kind": "count", "by": "subdistrict"},
    {"kind": "area"},
    {"kind": "area", "by": "subdistrict"},
    {"kind": "share", "that": "kind = 'x'", "weight": "area", "by": "subdistrict"},
    {"kind": "share", "that": "spaces > 20", "weight": "spaces"},
    {"kind": "sum", "field": "spaces", "by": "kind"},
    {"kind": "within", "inside": "parts"},
    {"kind": "near", "to": "parts", "metres": 3},
    {"kind": "length", "by": "subdistrict"},
    {"kind": "ratio", "part": "free", "whole": "spaces"},
]
ASKED = st.lists(st.tuples(st.sampled_from(SHAPES), st.sampled_from(FILTERS)), min_size=3, max_size=6)


def answers(asked, layers, shared):
    """Reading, groups, ids and what is known, of measures that ask one run or each its own."""
    setting = replace(SETTING, subdistricts="parts", memory={}, noticed=[])
    for declared, (where, _) in asked:
        if not shared:
            setting = replace(setting, memory={})
        params = validate_parameters({"of": "sites", "where": where, **declared})
        found = measure_function(params.kind)(layers, params, setting)
        known = found.known and (ends(Reading(low=found.known.value, high=None, unit="")), found.known.unknown_rows)
        groups = [(row.keys, ends(row.reading)) for row in found.breakdown]
        yield ends(found.reading), groups, known, found.evidence.layers, found.reason, found.settled_by


def ends(reading):
    """The ends of a reading, without the last digits, which hang on the order of sums."""
    return reading and [end if end is None else round(end, 6) for end in (reading.low, reading.high)]


@settings(max_examples=examples(8))
@given(st.one_of(rectangles(1, 5), segments(5)), ASKED)
def test_one_run_answers_as_each_target_alone(rows, asked):
    layers = {"sites": made("sites", rows), "parts": PARTS}
    assert [*answers(asked, layers, True)] == [*answers(asked, layers, False)]


def test_each_row_is_computed_once():
    table = RowTable(gpd.GeoDataFrame({"id": range(4)}, geometry=[square(n) for n in range(4)], crs=CRS))
    seen = []

    def make(rows):
        seen.append(rows.tolist())
        return (rows * 10, np.stack([rows, rows], axis=1))

    for rows in ([2, 0], [0, 1], [3, 2, 1, 0], []):
        one, two = table.per_row("key", np.array(rows, dtype=np.intp), make)
        assert one.tolist() == [row * 10 for row in rows]
        assert two.shape == (len(rows), 2)
    assert seen == [[2, 0], [1], [3]]
    assert [table.is_worth("pairs", rows) for rows in (2, 1, 1, 1)] == [False, False, False, True]


def test_overlaps_of_many_selections_are_looked_for_once(monkeypatch):
    from urbanplan.layer import area

    sites = layer([square(n, 25) for n in range(6)], spaces=range(6))
    setting = replace(SETTING, memory={})
    calls = []

    def counted(shapes, **more):
        calls.append(len(shapes))
        return plain(shapes, **more)

    plain = area.overlapping_rows
    monkeypatch.setattr(area, "overlapping_rows", counted)
    areas = []
    for least in range(6):
        chosen = select_features(Selection(layer="sites", where=f"spaces >= {least}"), {"sites": sites}, setting)
        areas.append((chosen.shapes, covered_area(chosen)))
    assert calls == [6]
    for shapes, found in areas:
        assert found == pytest.approx(dissolved_area(shapes))


def test_what_the_rules_know_of_validity_is_what_measures_find():
    bow = Polygon([(X, Y), (X + 10, Y + 10), (X + 10, Y), (X, Y + 10)])
    drawn = layer([square(X, Y), bow, None, square(X + 50, Y)], called="sites")
    asked = replace(SETTING, memory={})
    alone = select_features("sites", {"sites": drawn}, asked)
    assert alone.table.broken(np.array([1, 3])).tolist() == [True, False]
    assert alone.table.broken(np.arange(4)).tolist() == [False, True, False, False]
    assert drawn.valid.tolist() == [True, False, False, True]  # a rule asks; the next run takes it over
    assert drawn.usable.tolist() == [True, True, False, True]
    told = select_features("sites", {"sites": drawn}, replace(SETTING, memory={}))
    assert told.table.broken(np.arange(4)).tolist() == [False, True, False, False]
    assert [shape and shape.is_valid for shape in told.valid_shapes] == [True, True, None, True]
    assert told.valid_shapes[1].area == pytest.approx(50)
