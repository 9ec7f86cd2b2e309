"""Lines of a document: which are joined, where a sentence is cut, what a heading is and of which rank."""

from __future__ import annotations

import pytest

from urbanplan.plan.draft.prose import heading_label, heading_rank, is_heading, sentences


def texts(text, **given):
    return [one.text for one in sentences(text, **given)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("新建公园\n5个。改造3个。", ["新建公园5个。", "改造3个。"]),
        ("新增供水管网12\n0.5公里。", ["新增供水管网120.5公里。"]),
        ("我们在这里新建，\n\n公园5个。", ["我们在这里新建，公园5个。"]),
        ("我们在这里新建公园5个。\n\n绿道3条。", ["我们在这里新建公园5个。", "绿道3条。"]),
        ("好！”好。好；好", ["好！”", "好。", "好；", "好"]),
        ("Build five\nparks. Then three more.", ["Build five parks.", " Then three more."]),
        ("a b\nc d 中 文 ５个 **好**。", ["a b c d中文5个好。"]),
        ("第 3 页\n\n新建公园5个，\n- 12 -\n绿道3条。", ["新建公园5个，绿道3条。"]),
        ("共新建公园5个，\n（一）绿道3条。", ["共新建公园5个，", "绿道3条。"]),
    ],
)
def test_lines_are_joined_until_a_sentence_ends(text, expected):
    assert texts(text) == expected


def test_each_line_is_a_paragraph_where_it_is_said():
    found = sentences("新建公园5个\n\n新建绿道3条。", paragraphs=True)
    assert [(one.text, one.paragraph, one.origin[0]) for one in found] == [
        ("新建公园5个", 1, 0),
        ("新建绿道3条。", 2, 8),
    ]


@pytest.mark.parametrize(("signs", "lengths"), [(600, [600]), (601, [600, 1]), (1501, [600, 600, 301])])
def test_a_sentence_without_an_end_is_cut(signs, lengths):
    assert [len(one) for one in texts("字" * signs)] == lengths


@pytest.mark.parametrize(("lines", "paragraphs"), [(200, 1), (201, 2), (400, 2), (401, 3)])
def test_a_paragraph_without_an_end_is_cut(lines, paragraphs):
    assert sentences("\n".join(["字字字，"] * lines))[-1].paragraph == paragraphs


def test_every_sign_knows_its_place():
    text = "一、公 园\n\n新建  公园\n５个。改造**3个**。"
    for one in sentences(text):
        plain = [text[at].replace("５", "5") for at in one.origin[: len(one.text)]]
        assert "".join(plain) == one.text


def test_sentences_stand_under_the_nearest_heading():
    found = sentences("一、公园\n\n新建5个。\n\n（二）绿道。新建3条。再建2条。")
    assert [(one.text, one.chapter, one.heading, one.first) for one in found] == [
        ("一、公园", "公园", True, True),
        ("新建5个。", "公园", False, True),
        ("绿道。", "绿道", False, True),
        ("新建3条。", "绿道", False, False),
        ("再建2条。", "绿道", False, False),
    ]


@pytest.mark.parametrize(
    ("text", "rank", "label"),
    [
        ("第一章 总则", 1, "总则"), ("第二节 目标", 3, "目标"), ("十二、公园", 1, "公园"), ("# 公园", 1, "公园"),
        ("（一）公园", 2, "公园"), ("（3）公园", 3, "公园"), ("3）公园", 3, "公园"), ("1. 公园", 3, "公园"),
        ("12.3.4 公园", 3, "公园"), ("① 公园", 3, "公园"), ("- 公园", 3, "公园"), ("目标", 0, "目标"), ("**公园**", 0, "公园"),
        ("一、公园，绿道", 1, "公园，绿道"),
    ],
)  # fmt: skip
def test_headings_and_their_ranks(text, rank, label):
    assert (is_heading(text), heading_rank(text), heading_label(text)) == (True, rank, label)


@pytest.mark.parametrize(
    "text",
    ["公园，绿道", "公园：", "公园、", "公园。", "新建5个", "1.新建5个", "1.5公里", "5公里绿道", "", "  ", "漏损率9%"],
)
def test_what_is_no_heading(text):
    assert not is_heading(text)


@pytest.mark.parametrize(
    ("signs", "plain", "numbered"), [(30, True, True), (31, False, True), (40, False, True), (41, False, False)]
)
def test_a_heading_is_short(signs, plain, numbered):
    assert (is_heading("字" * signs), is_heading("一、" + "字" * (signs - 2))) == (plain, numbered)
