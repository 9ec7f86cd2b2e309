"""What narrows a number: figures per head and for each of several, walks and distances of a share, sizes without a noun.

Each sentence was written with its answer before the rules were looked at.
"""

from __future__ import annotations

import datetime

import pytest

from urbanplan.analysis.draft import district_name
from urbanplan.plan.draft import read_promises, read_rules
from urbanplan.plan.draft.plan_file import doubt_texts

RULES = read_rules()


def check_reported(text, doubt):
    """The one promise of a text asks for a reported value, and says why."""
    (one,) = promises(text)
    assert one.proposal.measure == {"kind": "reported"}
    assert any(doubt in said for said in doubt_texts(one))


def promises(text):
    heading = "Plan for 2026 to 2030" if text.isascii() else "2026年工作安排"
    return [one for one in read_promises(f"{heading}\n\n{text}", RULES).promises if one.promise]


@pytest.mark.parametrize(
    "text",
    [
        "人均公园绿地面积提升至14.8平方米。",
        "每千人口医疗床位不低于7.2张。",
        "每万人拥有停车位不少于1200个。",
        "每1000人拥有养老床位40张以上。",
        "户均停车位不低于1.2个。",
        "每百户居民拥有公园面积不低于30平方米。",
        "Provide 1.5 parking spaces per dwelling in new developments.",
        "At least 4.5 hospital beds per 1,000 residents will be available by 2028.",
        "Provide 3.2 hectares of parks per 1,000 population.",
    ],
)
def test_a_figure_per_head_is_no_total_of_a_layer(text):
    check_reported(text, "per head")


@pytest.mark.parametrize(
    "text",
    [
        "每个街道至少建成1处养老服务中心。",
        "每个社区建有不少于2处口袋公园。",
        "两年内建成图书馆、文化馆各1座。",
        "Every ward will have at least two parks by 2028.",
    ],
)
def test_a_figure_for_each_of_several_is_no_total_of_a_layer(text):
    check_reported(text, "each of several")


@pytest.mark.parametrize(
    "text",
    ["关停污水处理厂2座。", "拆除老旧公园设施，腾退停车位300个。", "We will replace 1,500 parking spaces with trees."],
)
def test_what_is_taken_away_is_no_total_of_a_layer(text):
    check_reported(text, "taken away")


def test_lines_and_numbered_headings_of_english_text():
    text = (
        "Local Plan 2026-2036\n\n2. Housing\nThe tram will be extended by 6.4 km.\n85% of homes shall be heated by 2030, "
        "see No. 5.\nToday there are 2.9 ha of parks.\n3. Budget\nWe will invest £12m in 2026/27.\n"
    )
    found = read_promises(text, RULES).promises
    assert [(one.number, one.promise) for one in found] == [(6.4, True), (85, True), (2.9, False), (12, True)]
    assert [one.chapter for one in found] == ["Housing"] * 3 + ["Budget"]


def test_every_year_is_not_each_of_several():
    (one,) = promises("We will open 5 parks every year.")
    assert one.proposal.measure == {"kind": "count", "of": "parks"}


@pytest.mark.parametrize(
    ("text", "bound", "words", "within"),
    [
        ("15分钟便民生活圈覆盖居民超过九成。", (">", 90), "生活圈", None),
        ("社区养老设施500米服务半径覆盖率达到85%。", (">=", 85), "社区养老设施500米服务半径覆盖率", [500]),
        ("公园800米半径覆盖居民不低于95%。", (">=", 95), "公园800米半径", [800]),
        ("By 2030, 90% of residents will live within 400 metres of a park.", (">=", 90), "residents within 400", [400]),
        (
            "Ninety-five per cent of homes will be within a 10-minute walk of a park.",
            (">=", 95),
            "10-minute walk",
            None,
        ),
    ],
)
def test_a_walk_belongs_to_the_share_of_its_clause(text, bound, words, within):
    (one,) = promises(text)
    assert (one.comparator, one.number) == bound
    assert words in one.object
    assert (one.proposal.beside or {}).get("within") == within


@pytest.mark.parametrize(
    ("text", "minutes", "sites"),
    [
        ("养老服务设施步行10分钟可达。", [10], ["elderly_services"]),
        ("市民15分钟内可达公园。", [15], ["parks"]),
        ("居民出门步行5分钟见绿、10分钟入园。", [5, 10], [None, None]),
        ("Every home will be within a 10-minute walk of a park by 2030.", [10], ["parks"]),
        ("All residents shall reach a school in a fifteen-minute walk.", [15], [None]),
    ],
)
def test_a_walk_alone_is_a_promise(text, minutes, sites):
    found = promises(text)
    assert [one.number for one in found] == minutes
    assert {one.comparator for one in found} == {"<="}
    assert [(one.proposal.beside or {}).get("sites") for one in found] == sites


@pytest.mark.parametrize(
    ("text", "measures"),
    [
        ("新建道路18条、总长23.7公里。", [("count", "road_projects"), ("length", "road_projects")]),
        ("新建口袋公园15处，总面积30公顷，绿道30公里。", [("count", "parks"), ("area", "parks"), ("reported", None)]),
        ("新建安置房项目5个、总建筑面积20万平方米。", [("count", "housing_projects"), ("reported", None)]),
        ("新建农村公路5公里和停车场3个。", [("length", "road_projects"), ("count", "parking")]),
        ("Open 25 km of roads and 31 parks by 2030.", [("length", "road_projects"), ("count", "parks")]),
    ],
)
def test_a_size_is_of_the_noun_before_it(text, measures):
    assert [(one.proposal.measure["kind"], one.proposal.layer) for one in promises(text)] == measures


@pytest.mark.parametrize(
    ("text", "layer"),
    [
        ("水库移民搬迁安置216户。", None),
        ("新增高速公路出入口6个。", None),
        ("改造学校操场6所。", None),
        ("新增园区企业20家。", None),
        ("新建公园6个。", "parks"),
        ("完成农村公路改造工程20公里。", "road_projects"),
        ("Train 20 park rangers by 2028.", None),
        ("Add 300 parking places by 2028.", None),
    ],
)
def test_another_head_makes_a_noun_another_thing(text, layer):
    assert [one.proposal.layer for one in promises(text)] == [layer]


@pytest.mark.parametrize(
    ("text", "objects"),
    [
        ("生态用地面积占比由32%提升到45%以上。", ["生态用地面积占比"]),
        ("停车泊位达到3.5万个，较上年增加4200个。", ["停车泊位", "停车泊位"]),
        ("10月底前完成滨河公园二期15公顷建设任务。", ["滨河公园二期"]),
        ("保障性租赁住房不少于2000套。", ["保障性租赁住房"]),
        ("在建设路沿线新增公共停车位500个。", ["公共停车位"]),
        ("地下综合管廊新增8.5千米。", ["地下综合管廊"]),
        ("Increase tree canopy cover from 18% to 25% by 2035.", ["tree canopy cover"]),
        ("Deliver 5,000 homes, of which 60% shall be affordable, by 2031.", ["homes", "homes, affordable"]),
        ("Three stations will open by 2032 and the tram will be extended by 6.4 km.", ["stations", "tram"]),
    ],
)
def test_a_noun_has_neither_its_verb_nor_its_time(text, objects):
    assert [one.object for one in promises(text)] == objects


def test_numerals_in_words_with_a_measured_unit_and_years_that_are_none():
    assert [(one.number, one.unit) for one in promises("三年累计新增绿地两百公顷。")] == [(200, "公顷")]
    found = promises("棚户区改造1.2万套，开工保障性租赁住房2000套（间），加装电梯120部。")  # 2000 is the 24th sign
    assert [one.number for one in found] == [12_000, 2000, 120]
    found = promises("Deliver 5,000 homes, 60% of them for rent, by 2031.")
    assert [one.due for one in found] == [datetime.date(2031, 12, 31)] * 2


def test_an_item_without_a_heading_is_of_the_chapter_above_it():
    text = "2026年工作安排\n\n一、主要任务\n（一）畅通路网。新建道路8条。\n（二）新建公园5个，力争开放。\n二、保障\n新建学校3所。"
    assert [one.chapter for one in read_promises(text, RULES).promises] == ["畅通路网", "主要任务", "保障"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("2026年临江市经济技术开发区工作报告", "临江市经济技术开发区"),
        ("安和县2026年住房和城乡建设工作要点", "安和县"),
        ("关于印发临江市2026年重点工作的通知", "临江市"),
        ("北京市朝阳区停车规划", "北京市朝阳区"),
        ("临江市人民政府关于加快市政建设的意见", "临江市"),
        ("2026年住房和城乡建设工作要点", ""),
    ],
)
def test_the_district_stands_in_the_title(title, name):
    assert district_name(title) == name
