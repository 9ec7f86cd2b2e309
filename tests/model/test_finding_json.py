"""Findings come back whole from what is remembered of them, in the language of who reads them."""

from __future__ import annotations

import json

import pytest

from urbanplan.model.finding import build_finding, further_findings
from urbanplan.model.finding_json import finding_from_json, finding_to_json
from urbanplan.model.translation import use_language

SHAPE = {"type": "Point", "coordinates": [1.5, 2.5]}
SAMPLES = {
    "one": build_finding("layer-value-null", layer="homes", feature="H-1", column="n", geometry=SHAPE),
    "plan": build_finding("plan-quote-none", feature="T-1", where="plan.toml:3"),
    "group": build_finding("residents-undrawn", layer="homes", features=["H-1", "H-2", "H-9"]),
    "no layer": build_finding("plan-reported-unused", features=["A", "B"], where="a.csv:2", rows="a.csv:2", as_of=""),
    "further": further_findings("layer-value-null", layer="homes", features=["H-3", "H-4"], count=2500),
    "further of no ids": further_findings("layer-value-null", layer=None, features=(), count=7),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_finding_comes_back_whole(name):
    row = finding_to_json(SAMPLES[name])
    assert finding_from_json(json.loads(json.dumps(row))) == SAMPLES[name]


@pytest.mark.parametrize("name", SAMPLES)
def test_it_is_said_in_the_language_of_now(name):
    row = finding_to_json(SAMPLES[name])
    with use_language("zh"):
        chinese = finding_from_json(row)
    assert chinese.message != SAMPLES[name].message
    assert (chinese.code, chinese.layer, chinese.features, chinese.count) == (
        SAMPLES[name].code, SAMPLES[name].layer, SAMPLES[name].features, SAMPLES[name].count,
    )  # fmt: skip
