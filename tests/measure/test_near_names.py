"""A name that is not in a layer: what stands near it is proposed."""

from __future__ import annotations

import pytest
from measure.test_closed_forms import measure_declared, sites

from urbanplan.measure.near_names import near_names


@pytest.mark.parametrize(
    ("name", "known", "first"),
    [
        ("Esplanadin puisto", ["Kaivopuisto", "Esplanadi"], "Esplanadi"),
        ("雪松路", ["雪松路 ", "新龙路"], "雪松路 "),
        ("ABC广场", ["ＡＢＣ广场"], "ＡＢＣ广场"),
        ("Abc square", ["ABC Square", "other"], "ABC Square"),
        ("莲花公园", ["郑州莲花公园", "碧沙岗"], "郑州莲花公园"),
        ("科学会堂", ["科学会唐", None], "科学会唐"),
    ],
)
def test_near_names(name, known, first):
    assert near_names(name, known)[0] == first


def test_nothing_near_is_proposed_for_another_name():
    assert near_names("雪松路", ["公园茂", "木兰里", None, ""]) == []


def exists(name, **more):
    named = sites(name=["雪松路 ", "新龙路", "石楠路", "公园"], stage=["open", "planned", "open", "open"])
    return measure_declared({"kind": "exists", "of": "sites", "name": name, **more}, named)


def test_the_reason_of_exists_names_what_is_near():
    answer = exists("雪松路")
    assert (answer.reading.low, answer.reading.high) == (0, 0)
    assert "near it: “雪松路 ”" in answer.reason


def test_the_reason_tells_a_feature_that_fails_a_condition():
    assert "does not meet filter, stage or place" in exists("新龙路", stage_at_least="open").reason


def test_nameless_features_hide_no_near_name():
    named = sites(name=["雪松路 ", None, "石楠路", "公园"])
    answer = measure_declared({"kind": "exists", "of": "sites", "name": "雪松路"}, named)
    assert (answer.reading.low, answer.reading.high) == (0, 1)
    assert "near it: “雪松路 ”" in answer.reason
