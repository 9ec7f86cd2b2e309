"""Every answer about standing water on a small ground, as it was looked at last; and what of them is known by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from measure.closed_form_layers import SETTING
from measure.whole_ponding import ASKED, FILE, LOTS, OF_PEOPLE, PEOPLE, RAIN, answer_line, place

HELD = FILE.read_text(encoding="utf-8").splitlines()
PATHS = "kind = 'path'"
BY_HAND = [
    ({**RAIN, "of": "ways"}, (60, 60)),  # 40 m through the deep hollow, 20 m through the shallow one
    ({**RAIN, "of": "ways", "over_m": 0.5}, (40, 40)),  # the shallow one is just so deep, not deeper
    ({**RAIN, "of": "ways", "over_m": 1}, (20, 20)),
    ({**RAIN, "of": "ways", "reading": "share"}, (0.75, 0.75)),
    ({**RAIN, "of": "ways", "rain_mm": 0}, (0, 0)),
    ({**RAIN, "of": "ways", "rain_mm": 30, "loss_mm": 10, "drainage_mm": 20, "error_m": 0.25}, (0, 0)),
    ({**RAIN, "of": "ways", "error_m": 0.25, "over_m": 0.5}, (0, 60)),  # brimming and half a metre more
    ({**RAIN, "of": "ways", "error_m": 0.25, "over_m": 0.49}, (0, 80)),
    ({**RAIN, "of": "ways", "error_m": 0.25, "over_m": 2.5}, (0, 0)),
    ({**RAIN, "where": PATHS}, (40, None)),  # drawn twice, counted once; that without a place has any length
    ({**RAIN, "of": "twins"}, (20 + 20, 40 + 20 + 20)),  # one of two that bear one id, or both
    ({**LOTS, "where": "kind = 'park'"}, (1800, 1800)),  # 1,600 of the deep hollow, 200 of the shallow one
    ({**LOTS, "where": "kind = 'park'", "reading": "share"}, (1800 / 3400, 1800 / 3400)),
    (PEOPLE, (10 + 7, 10 + 7 + 100 + 30 + 5)),
    ({**PEOPLE, "where": "kind = 'b'"}, (0, 30 + 5 + 7)),
    ({**OF_PEOPLE, "where": "spaces < 25"}, (17 / (17 + 20 + 5), (17 + 5 + 100) / (17 + 20 + 5 + 100))),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(ASKED)))
def test_no_field_of_an_answer_changes_unseen(number):
    assert answer_line(ASKED[number]) == HELD[number]


def test_no_line_is_left_over():
    assert len(HELD) == len(ASKED)


@pytest.mark.parametrize(("asked", "ends"), BY_HAND, ids=[str(number) for number in range(len(BY_HAND))])
def test_metres_land_and_people_by_hand(asked, ends):
    reading = json.loads(answer_line(asked))["reading"]
    assert (reading["low"], reading["high"]) == pytest.approx(ends)


def test_a_layer_that_bears_no_heights_is_no_ground():
    from urbanplan.measure.catalog import measure_function, validate_parameters
    from urbanplan.measure.measured import BASINS

    layers, setting = place(), replace(SETTING, memory={})
    params: Any = validate_parameters(RAIN)
    answer = measure_function("ponding")(layers, params, setting)
    assert (answer.reading, answer.settled_by) == (None, "an elevation that can be used")
    assert setting.memory[BASINS] == {}
    assert params.compared_layers(setting) == [{"streets", "ground"}]
    assert params.layers(setting) == {"streets", "ground"}
    assert (params.bounds_positions, params.loss_mm, params.drainage_mm, params.over_m) == (False, 0.0, 0.0, 0.15)
    assert [validate_parameters({**RAIN, "reading": one}).dimension({}) for one in ("area", "share")] == [
        "area",
        "share",
    ]
