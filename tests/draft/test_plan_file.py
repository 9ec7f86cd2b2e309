"""The drafted plan as text: head, stanzas and comments of promises made by hand."""

from __future__ import annotations

import datetime
import tomllib
from dataclasses import replace

import pytest

from urbanplan.model.note import note
from urbanplan.plan.draft.measures import Proposal
from urbanplan.plan.draft.plan_file import PlanHead, inline_table, kind_of, plan_text, title_of
from urbanplan.plan.draft.promises import Promise, Reading

HEAD = PlanHead("park", "Parks", "公园县", "EPSG:4547", "a.txt", "sources/a.txt", "abc")
DRAWN = Promise(
    "D-001", "新建公园5个", 10, 16, 5.0, "个", ">=", "新建", "公园", True, "flow", "公园", datetime.date(2026, 12, 31),
    Proposal({"kind": "count", "of": "parks"}, "parks", "park"),
)  # fmt: skip
RATE = replace(
    DRAWN, id="D-002", quote="收入增长6.5%", number=6.5, unit="%", words="", object="收入", flow="", due=None, chapter="民生",
    proposal=Proposal({"kind": "reported"}), doubts=(note("what is counted is not named"),),
)  # fmt: skip
PAST = replace(DRAWN, id="D-003", promise=False, quote="已建成3个", start=40)


def lines(*promises, head=HEAD, unread=()):
    reading = Reading(2026, "标题", list(promises), list(unread))
    return plan_text(head, reading, lambda start: f"sign {start}").splitlines()


def test_a_whole_file():
    found = lines(DRAWN, RATE, PAST, unread=[(50, "建设一批公园", "一批")])
    assert found[0] == "#:schema ./plan.schema.json"
    assert found[1].startswith("# Drafted from a.txt")
    assert found[2] == "# 2 promises, 1 numbers of background, 1 quantities not understood."
    plan = tomllib.loads("\n".join(found))
    assert {key: plan[key] for key in ("schema_version", "id", "title", "as_of", "language", "chapters", "district")} == {
        "schema_version": 1, "id": "park", "title": "Parks", "as_of": datetime.date(2026, 12, 31), "language": "zh",
        "chapters": ["公园", "民生"], "district": {"name": "公园县", "crs": "EPSG:4547"},
    }  # fmt: skip
    assert plan["source"] == [{"id": "document", "title": "标题", "file": "sources/a.txt", "sha256": "abc"}]
    assert plan["layer"] == [{"name": "parks", "file": "parks.geojson", "type": "park", "basis": "reported"}]
    assert plan["target"] == [
        {
            "id": "D-001", "title": "公园", "chapter": "公园", "quote": "新建公园5个", "source": "document", "kind": "spatial",
            "bound": {"comparator": ">=", "number": 5, "unit": "个"}, "due": datetime.date(2026, 12, 31),
            "measure": {"kind": "count", "of": "parks"},
        },
        {
            "id": "D-002", "title": "收入增长", "chapter": "民生", "quote": "收入增长6.5%", "source": "document",
            "kind": "indicator", "bound": {"comparator": ">=", "number": 6.5, "unit": "%"}, "measure": {"kind": "reported"},
        },
    ]  # fmt: skip


def test_comments_say_place_words_flow_and_doubts():
    found = lines(DRAWN, RATE, PAST, unread=[(50, "建设一批公园", "一批")])
    first, second = (found.index("[[target]]", at) for at in (0, found.index('id = "D-001"')))
    assert found[first - 1] == "# sign 10; >= by the words “新建”; a flow"
    assert found[second - 2 : second] == ["# sign 10; >= by rule", "# ? what is counted is not named"]
    assert found[-5:] == [
        "# Background, no promises: numbers of past years, of what is there, of larger wholes.",
        "# sign 40: 已建成3个",
        "",
        "# Not understood: quantities without a number.",
        "# sign 50: “一批” 建设一批公园",
    ]


def test_a_stock_and_what_shows_it_on_the_streets_are_commented():
    beside = {"kind": "share", "of": "roads"}
    found = lines(replace(DRAWN, flow="stock", proposal=replace(DRAWN.proposal, beside=beside)))
    at = found.index("[[target]]")
    assert found[at - 2] == "# sign 10; >= by the words “新建”; a stock"
    bound = 'bound = { comparator = ">=", number = 100, unit = "%" }'
    assert found[at - 1].endswith(f'{bound}, measure = {{ kind = "share", of = "roads" }}')


def test_without_promises_there_is_the_head_alone():
    found = lines()
    assert found[-1] == ""
    assert "chapters = []" in found
    assert not [line for line in found if line.startswith(("[[layer]]", "[[target]]", "# Background", "# Not"))]


def test_a_layer_has_one_stanza_with_its_own_name_where_no_type_is_known():
    bare = replace(DRAWN, proposal=Proposal({}, "trees"))
    found = tomllib.loads("\n".join(lines(DRAWN, bare, bare, DRAWN)))
    assert [(one["name"], one["type"]) for one in found["layer"]] == [("parks", "park"), ("trees", "trees")]


def test_a_guessed_crs_is_marked():
    plain, guessed = (lines(head=replace(HEAD, crs_guessed=said, language="en")) for said in (False, True))
    assert 'crs = "EPSG:4547"' in plain
    assert [line for line in guessed if line.startswith('crs = "EPSG:4547"  # not of the document')]
    assert 'language = "en"' in guessed


def test_control_signs_and_quotes_do_not_leave_their_line():
    odd = replace(DRAWN, quote='a"\x1bb\nc', chapter="x\ny", title='t"\x00')
    found = lines(odd, replace(PAST, quote="p\nid = 1"), unread=[(1, "u\r\nid = 2", "w")])
    plan = tomllib.loads("\n".join(found))
    assert (plan["target"][0]["quote"], plan["target"][0]["chapter"]) == ('a" b c', "x y")
    assert plan["target"][0]["title"] == 't"'
    assert plan["id"] == "park"


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({}, "收入增长"),
        ({"title": "居民收入"}, "居民收入"),
        ({"object": ""}, "D-002"),
        ({"unit": "个"}, "收入"),
        ({"quote": "收入达到6.5%"}, "收入"),
        ({"object": "收入增幅"}, "收入增幅"),
    ],
)
def test_the_title_of_a_promise(changes, title):
    assert title_of(replace(RATE, **changes)) == title


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        (DRAWN, "spatial"), (RATE, "indicator"), (replace(RATE, unit="个"), "pipeline"),
        (replace(RATE, unit="亿元"), "pipeline"), (replace(RATE, unit="亩"), "indicator"),
        (replace(RATE, unit="million GBP"), "pipeline"), (replace(RATE, unit="EUR"), "pipeline"),
        (replace(RATE, unit="万美元"), "pipeline"),
    ],
)  # fmt: skip
def test_the_kind_of_a_promise(one, kind):
    assert kind_of(one) == kind


def test_values_of_an_inline_table():
    values = {
        "a": 5.0, "b": 6.5, "c": True, "d": ["x", 1], "e": {"f": "公园"}, "g": datetime.date(2026, 1, 2), "h": 1e15, "i": 3,
    }  # fmt: skip
    written = inline_table(values)
    assert written == (
        '{ a = 5, b = 6.5, c = true, d = ["x", 1], e = { f = "公园" }, g = 2026-01-02, h = 1000000000000000.0, i = 3 }'
    )
    assert tomllib.loads(f"x = {written}")["x"] == values
