"""Numbers of Chinese prose: values and units as people write them, and what is no number."""

from __future__ import annotations

import pytest

from urbanplan.plan.draft.numerals import numerals
from urbanplan.plan.draft.rules import Mask, read_rules

RULES = read_rules()


def numbers(text):
    return [(one.value, one.unit) for one in numerals(text, RULES)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("新增停车泊位3.2万个", [(32_000, "个")]),
        ("总投资316.2亿元", [(316.2, "亿元")]),
        ("力争规模超千亿，", [(1000, "亿元")]),
        ("投入2000万元", [(2000, "万元")]),
        ("新建1,200套住房", [(1200, "套")]),
        ("新增76万平方米", [(760_000, "平方米")]),
        ("亩均税收20万元/亩", [(20, "万元/亩")]),
        ("浓度42微克/立方米", [(42, "微克/立方米")]),
        ("实施三项行动", [(3, "项")]),
        ("建成两个项目", [(2, "个")]),
        ("达到百分之八十五", [(85, "%")]),
        ("八成以上", [(80, "%")]),
        ("收入翻一番", [(100, "%")]),
        ("产值翻两番", [(300, "%")]),
        ("招引5—8个项目", [(5, "个"), (8, "个")]),
        ("种植3—5万亩", [(30_000, "亩"), (50_000, "亩")]),
        ("增长5%至6%", [(5, "%"), (6, "%")]),
        ("服务500余个企业", [(500, "个")]),
        ("10多家企业", [(10, "家")]),
        ("进入全国前20强", [(20, "位")]),
        ("10分钟健身圈", [(10, "分钟")]),
        ("２２宗、１７１９亩", [(22, "宗"), (1719, "亩")]),
        ("提高0.5个百分点", [(0.5, "个百分点")]),
    ],
)
def test_values_and_units(text, expected):
    from urbanplan.plan.draft.prose import sentences

    assert numbers(sentences(text)[0].text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2025年12月31日前", "到2027年底", "2021—2025年", "“十四五”期间", "第三批", "G310国道", "PM2.5", "110千伏变电站",
        "5G网络", "“2+4+3”产业", "12345热线", "高效办成“一件事”", "一体化推进", "二期工程", "五星级酒店", "三级医院",
        "发〔2024〕12号", "一季度", "千方百计", "4A级景区",
    ],
)  # fmt: skip
def test_what_is_no_number(text):
    assert [pair for pair in numbers(text) if pair[1]] == []


def test_a_pattern_of_the_rules_has_300_signs_at_most():
    assert Mask(patterns=["a" * 300]).patterns == ["a" * 300]
    with pytest.raises(ValueError, match="longer than 300"):
        Mask(patterns=["a" * 301])
