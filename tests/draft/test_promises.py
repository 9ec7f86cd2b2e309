"""Promises of sentences: comparator, object, time, quote; nothing that is not in the text."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urbanplan.errors import UsageError
from urbanplan.plan.draft import read_promises, read_rules
from urbanplan.plan.precision import quoted_numbers
from urbanplan.plan.quote import is_quoted_in, normalize_text

RULES = read_rules()


def promises(text, heading="2025年工作安排"):
    return [one for one in read_promises(f"{heading}\n\n{text}", RULES).promises if one.promise]


def bounds(text):
    return [(one.comparator, one.number, one.unit) for one in promises(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("普惠率达到92%以上。", [(">=", 92, "%")]),
        ("投资增长百分之六点二。", [(">=", 6.2, "%")]),
        ("投资增长百分之 8。".replace(" ", ""), [(">=", 8, "%")]),
        ("一般公共预算收入增长一成。", [(">=", 10, "%")]),
        ("出让土地10至12宗、面积1500—1800亩。", [(">=", 10, "宗"), (">=", 1500, "亩")]),
        ("谋划入库项目不少于8个。", [(">=", 8, "个")]),
        ("交易额突破80亿元。", [(">", 80, "亿元")]),
        ("办理率超过90%。", [(">", 90, "%")]),
        ("漏损率控制在9%以内。", [("<=", 9, "%")]),
        ("浓度下降到42微克/立方米以下。", [("<=", 42, "微克/立方米")]),
        ("失业率控制在5.5%左右。", [("about", 5.5, "%")]),
        ("新建学校3所。", [(">=", 3, "所")]),
        ("开工建设工业路、开明路等6条道路。", [("=", 6, "条")]),
        ("计划出让产业项目地块22宗、1719亩。", [("=", 22, "宗"), ("=", 1719, "亩")]),
        ("完成首批地块（436亩）土地征收。", [("=", 436, "亩")]),
        ("确保总投资388.3亿元的30个已签约项目落地。", [("=", 388.3, "亿元"), ("=", 30, "个")]),
        ("创建省级示范园3所、市级8所。", [(">=", 3, "所"), (">=", 8, "所")]),
        ("力争进入全省前10位。", [("<=", 10, "位")]),
        ("审批时限压缩至3个工作日以内。", [("<=", 3, "个工作日")]),
        ("实现保交付项目100%交付。", [(">=", 100, "%")]),
        ("3个水厂、5座泵站建成投用。", [(">=", 3, "个"), (">=", 5, "座")]),
        ("招引5—8个项目。", [(">=", 5, "个")]),
        ("社区养老设施全覆盖。", [(">=", 100, "%")]),
        ("普惠率由45%提高到50%。", [(">=", 50, "%")]),
        ("实施10亿元以上项目12个。", [(">=", 12, "个")]),
        ("新增城镇就\n业4500人以上。", [(">=", 4500, "人")]),
        ("新增供水管网12\n0公里。", [(">=", 120, "公里")]),
    ],
)
def test_comparators(text, expected):
    assert bounds(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("新增5000个停车位。", "停车位"),
        ("技术合同成交额突破180亿元。", "技术合同成交额"),
        ("新增城镇就业4500人以上。", "城镇就业"),
        ("吸引1万名以上高校毕业生在高新区创业就业。", "高校毕业生"),
        ("幼儿园普惠率保持在96%以上。", "幼儿园普惠率"),
    ],
)
def test_objects(text, expected):
    assert [one.object for one in promises(text)] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "2024年，全县完成投资12亿元，增长8%。",
        "截至目前，全县共有水库56座。",
        "去年建成学校3所。",
        "全县现有公路1200公里。",
        "全区已建成停车场30个。",
    ],
)
def test_background_is_no_promise(text):
    read = read_promises(f"2025年工作安排\n\n{text}", RULES)
    assert read.promises
    assert not [one for one in read.promises if one.promise]


def test_a_review_is_background_and_the_plan_after_it_is_not():
    text = "2024年工作总结和2025年工作计划\n\n一、2024年工作回顾\n新建学校3所。\n\n二、2025年工作安排\n新建学校5所。\n"
    found = read_promises(text, RULES).promises
    assert [(one.number, one.promise) for one in found] == [(3, False), (5, True)]
    assert found[1].chapter == "2025年工作安排"


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("新建学校3所。", (2025, 12, 31)),
        ("6月底前完成水库除险加固3座。", (2025, 6, 30)),
        ("到2027年，新建学校3所。", (2027, 12, 31)),
        ("力争3年内生产总值突破100亿元。", (2028, 12, 31)),
        ("一季度完成投资3亿元。", (2025, 3, 31)),
    ],
)
def test_due(text, due):
    assert promises(text)[-1].due == datetime.date(*due)


NARROW = """临溪县水利局关于印发2025年水利
与生态建设工作要点的通知

各乡镇人民政府：

一、2024年工作成效

完成投资5亿元，新建水厂1座。

二、重点任务

（一）防洪减灾。除险加固水库9座，治理河道12.
5公里，投资2.
6亿元。开展突出问题
整治行动3次，新建雨量站36处、水位站1

— 3 —

2处，用水总量较2020年下降18%。去年发现的43个问题
全部销号，巡河12万人次以上。

（二）突出问题整治。拆除违建27处。
"""


def test_lines_broken_by_hand_and_a_page_number_inside_a_sentence():
    found = [one for one in read_promises(NARROW, RULES).promises if one.promise]
    assert [(one.number, one.unit, one.comparator) for one in found] == [
        (9, "座", ">="), (12.5, "公里", ">="), (2.6, "亿元", ">="), (3, "次", ">="), (36, "处", ">="), (12, "处", ">="),
        (18, "%", ">="), (43, "个", "="), (120_000, "人次", ">="), (27, "处", ">="),
    ]  # fmt: skip
    assert all(is_quoted_in(one.quote, NARROW.replace("— 3 —", "")) for one in found)


def test_the_first_years_of_a_plan_of_several_are_not_past():
    text = "交通建设三年行动计划（2025—2027年）\n\n2025年新建公路30公里；2026年新建公路40公里。2024年新建公路20公里。"
    assert [(one.number, one.promise) for one in read_promises(text, RULES).promises] == [
        (30, True), (40, True), (20, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("失业率较上年下降2%。", [(">=", 2, "%")]),
        ("入学率由去年的58.3%提高到60%。", [(">=", 60, "%")]),
        ("对现有20座泵站实施改造。", [("=", 20, "座")]),
        ("惠及全县74个乡镇。", [("=", 74, "个")]),
    ],
)
def test_a_base_of_a_comparison_is_not_the_time_of_the_promise(text, expected):
    assert bounds(text) == expected


def test_flows_and_stocks():
    assert [one.flow for one in promises("新增停车位500个。停车场总数达到100家。")] == ["flow", "stock"]


def test_the_layer_of_a_known_object_is_proposed():
    one = promises("新增5000个停车位。")[0]
    assert one.proposal.layer == "parking"
    assert one.proposal.measure == {"kind": "sum", "of": "parking", "field": "spaces", "where": "baseline = false"}


def test_sites_within_minutes_have_a_measure_on_the_streets_beside():
    from urbanplan.measure.catalog import validate_parameters

    one = promises("加快构建“10分钟健身圈”。")[0]
    assert (one.comparator, one.number, one.unit) == ("<=", 10, "分钟")
    assert one.proposal.measure == {"kind": "reported"}
    assert one.proposal.beside is not None
    assert validate_parameters(one.proposal.beside).kind == "coverage"


def test_every_measure_of_the_table_is_one_that_a_plan_may_hold():
    from urbanplan.layer.kinds import find_layer_type
    from urbanplan.measure.catalog import validate_parameters

    for row in RULES.object:
        find_layer_type(row.type or row.layer)
        for own in (row.count, row.area, row.length, row.share, row.time):
            if own is not None:
                place = {} if own["kind"] == "coverage" else {"of": row.layer}
                validate_parameters({**own, **place})


def test_a_plan_s_own_table_comes_first(tmp_path):
    (tmp_path / "draft.toml").write_text(
        '[[object]]\nwords = ["风雨操场"]\nlayer = "halls"\ntype = "schools"\ncount = { kind = "count" }\n', "utf-8"
    )
    read = read_promises("2025年计划\n\n新建风雨操场4个。", read_rules(tmp_path))
    assert read.promises[0].proposal.measure == {"kind": "count", "of": "halls"}


PIECES = st.sampled_from(
    ["新增", "完成", "学校", "5所", "3.2万个", "、", "，", "。", "\n", "以上", "达到", "22宗", "1719亩", "力争", "（", "）", "5—8个",
     "2024年", "等", "的", "100亿元", "%", "12%", "翻一番", "一座", "两", "个", " ", "“", "”", "全覆盖", "前20强", "不少于"]
)  # fmt: skip
WORDS = ("翻", "成", "百分之", "全覆盖")  # numbers that words say


@given(st.lists(PIECES, max_size=40).map("".join))
def test_nothing_is_invented(text):
    read = read_promises("2025年计划\n\n" + text, RULES)
    for one in read.promises:
        assert is_quoted_in(one.quote, text)
        assert normalize_text(("2025年计划\n\n" + text)[one.start : one.end]) == normalize_text(one.quote)
        if not any(word in one.quote for word in WORDS):
            signs = normalize_text(one.quote)
            values = [quoted.value for quoted in quoted_numbers(signs)]
            scaled = [one.number, *(one.number * scale for scale in (1e4, 1e8)), *(one.number / s for s in (1e4, 1e8))]
            assert any(abs(value - number) <= 1e-9 * max(1.0, number) for value in values for number in scaled)


@pytest.mark.parametrize("text", ["5个" * 6_000, "新增5个，" * 6_000])
def test_a_table_of_numbers_is_refused_early(text):
    with pytest.raises(UsageError, match="more than 5000 numbers"):
        read_promises("2025年计划\n\n" + text, RULES)


@pytest.mark.parametrize(
    "text", ["新增学校\n" * 5_000, "（" * 50_000, "甲" * 50_000, "9" * 50_000, "1." * 20_000, "一批" * 10_000]
)
def test_long_runs_without_an_end_are_cut(text):
    assert read_promises("2025年计划\n\n" + text, RULES).promises == []


def test_years_in_chinese_numerals_are_years():
    text = "二〇二六年工作报告\n一、二〇二五年工作回顾\n新建道路12条。\n二、二○二六年工作安排\n新建公园3个。\n"
    found = read_promises(text, RULES)
    assert found.year == 2026
    assert [(one.number, one.promise) for one in found.promises] == [(12, False), (3, True)]
    assert all(one.quote in text for one in found.promises)


@pytest.mark.parametrize(("text", "due"), [
    ("三年内盘活存量用地8000亩。", datetime.date(2028, 12, 31)), ("其中2026年完成4500亩。", datetime.date(2026, 12, 31)),
    ("新增产业用地1.5万亩。", datetime.date(2028, 12, 31)),
])  # fmt: skip
def test_a_plan_of_several_years_counts_from_its_first(text, due):
    found = read_promises(f"新区实施计划(2026—2028年)\n\n{text}", RULES).promises
    assert [one.due for one in found] == [due]


@pytest.mark.parametrize(("text", "noun"), [
    ("1.完成修复80万亩；2.新打机电井260眼。", "机电井"), ("（三）新建学校3所。", "学校"), ("一是新增停车泊位800个。", "停车泊位"),
    ("民生实事项目四是新增托位240个。", "托位"),
])  # fmt: skip
def test_the_number_of_a_list_item_is_no_part_of_the_noun(text, noun):
    assert promises(text)[-1].object == noun


def test_where_a_change_ends_is_a_promise_without_a_heading():
    found = read_promises("十五五发展规划\n\n到2030年生活垃圾分类村占比由45%提高到80%，教师学历比例提高到95%。", RULES)
    assert [(one.number, one.promise) for one in found.promises] == [(45, False), (80, True), (95, True)]
