"""Sentences put together from leads, verbs, numbers and tails, and all that is read in each.

``python tests/draft/whole_sentences.py`` writes ``whole_sentences.jsonl``.  The lines hold what the draft says today,
right or wrong, so that no change of a rule goes unseen: whoever changes one looks at the difference.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

from urbanplan.plan.draft import read_promises, read_rules
from urbanplan.plan.draft.plan_file import doubt_texts, kind_of, title_of

FILE = Path(__file__).with_name("whole_sentences.jsonl")
CHINESE = (
    ("", "今年", "2025年", "2026年，", "到2028年", "6月底前", "2027年3月前", "上半年", "三年内", "截至目前，", "较上年", "目前", "已",
     "从3个", "三季度", "去年", "2027年底", "下一步，", "其中，", "全省", "（一）", "原有", "每年"),
    ("新建", "建成", "推进", "出让", "", "确保", "培育", "引进", "支持", "增长", "力争达到", "不少于", "超过", "控制在", "压减", "新增",
     "增加到", "改造提升", "完成投资", "漏损率低于", "覆盖率达到", "公园面积约"),
    ("5个", "1,200亩", "三十余家", "3.2万平方米", "百分之六点二", "5—8公里", "320亿", "前10强", "15分钟", "一批", "12%", "翻一番",
     "3亿多元", "两个", "一个", "0.58", "20余万人", "二十三", "10级", "八成", "3至5处", "1.5亿美元", "500米", "六小时", "2024年", "100MW"),
    ("公园", "工业用地", "家企业", "的绿道", "以上项目12个", "左右", "以内", "生活圈", "", "、绿道4条", "（含改建2个）", "等设施",
     "停车位，惠及居民3万人", "全覆盖", "，提高0.3个百分点", "学校和医院", "左右的道路", "以下"),
)  # fmt: skip
ENGLISH = (
    ("", "By 2028 ", "by the end of June 2027 ", "In 2025 ", "this year ", "so far ", "compared with 2024, ", "Every year "),
    ("build ", "we will complete ", "at least ", "reduce to ", "raise from 3 to ", "no more than ", "about ", "more than "),
    ("5 parks", "12 km of cycle lanes", "1.5 million m2 of offices", "60 % of homes", "7 out of ten residents",
     "twelve schools", "5-8 ha of green land", "2 billion yuan", "30 minutes", "1,250 new homes", "3 dozen trees", "20 per cent"),
    ("", " in the city", " and 4 libraries", " (of 9 planned)", ", up from 2", " each"),
)  # fmt: skip
PLAN, WORK, REVIEW = "2026年工作安排", "2026年政府工作报告", "2025年工作回顾"
EDGES = (  # of each word that a rule names one sentence, and one on either side of each limit
    *(f"{PLAN}\n\n漏损率降{word}9%。" for word in ("到", "至", "为", "低到", "")),
    *(f"{PLAN}\n\n覆盖率提高{word}90%。" for word in ("到", "至", "为", "了", "")),
    *(
        f"{PLAN}\n\n{lead}12个项目。"
        for lead in ("确保新建不超过", "不得低于", "不突破", "未超过", "严禁超过", "至少不低于", "去年发现的")
    ),
    *(
        f"{PLAN}\n\n新建公园5个{tail}。"
        for tail in (
            "内",
            "以内",
            "之内",
            "余",
            "多",
            "等",
            "等设施",
            "的绿地",
            "和绿道",
            "及绿道",
            "与绿道",
            "以满足需要",
            "并开放",
            "或绿道",
            "左右",
            "以上",
            "各",
        )
    ),
    *(
        f"{PLAN}\n\n{time}新建公园5个。"
        for time in (
            "一年内",
            "两年以内",
            "三年之内",
            "三年后",
            "上半年",
            "下半年",
            "一季度",
            "二季度",
            "四季度",
            "1月底前",
            "2月底前",
            "11月底前",
            "12月底前",
            "13月底前",
            "2027年上半年",
            "2027年一季度",
            "二〇二七年",
            "2027年2月底前",
            "2028年2月底前",
            "明年",
            "后年",
            "今冬明春",
            "年内",
            "年底前",
            "十五五期间",
        )
    ),
    *(
        f"{PLAN}\n\n{text}。"
        for text in (
            "投资3十亿元",
            "投资3百万元",
            "投资3千万元",
            "产值超千亿",
            "产值破百亿元",
            "规模达万亿大关",
            "产值320亿",
            "产值320亿左右",
            "产值320亿大市场",
            "每1000人拥有5张床位",
            "一个项目",
            "一批项目",
            "培育千万元以上企业5家",
            "培育百万元企业",
            "两百公顷绿地",
            "建成两百余公顷绿地",
            "新增三十多个车位",
            "5个以上项目12个",
            "10亿元及以上项目12个",
            "10亿元以下项目12个",
            "10亿元以上",
            "各街道各建公园5个",
            "每个街道各5个公园",
            "新建公园5个，其中街道3个",
            "公园5个（含改建2个）",
            "实现管网全覆盖",
            "应入尽入",
            "实现事项一网通办",
            "全程网办率达到100%",
            "若干公园",
            "大批项目",
            "排名升至前5位",
            "跻身全国前十强",
            "位居全省第一",
            "15分钟生活圈覆盖九成居民",
            "步行10分钟可达公园",
            "公园500米服务半径覆盖率达到90%",
            "公交站点300米半径覆盖居民八成",
            "三分之一",
            "三分之二以上的社区建成公园",
            "千分之五",
            "百分之九点五以内",
            "增长一成",
            "降低两成以上",
            "翻一番",
            "翻两番",
            "翻3番",
            "减半",
            "半数以上社区",
            "增速高于全省1个百分点",
            "漏损率下降0.5个百分点",
            "人均公园绿地面积达到15平方米",
            "单位能耗下降3.5%左右",
            "市场主体突破50万户，其中企业10万户",
            "新建5—8个公园",
            "新建5个—8个公园",
            "新建5至8公里绿道",
            "增长5%至6%",
            "增长6%至5%",
            "投资1.5至2亿元",
            "2025年公园由3个增至5个",
            "公园从3个增加到5个",
            "由去年的58.3%提高到60%",
            "占全国20%的产量",
            "全省5个市",
            "全国前20位行列",
            "道路12.5公里、绿道3公里",
            "装机100MW",
            "储能20万千瓦/40万千瓦时",
            "管网DN300",
            "5G基站100个",
            "建设3号线",
            "第5中学",
            "新增学位1,200个",
            "出让土地10宗1500亩",
            "住房（含保障房）5000套",
            "新建、改建公园5个",
            "新建或改建公园5个",
            "改革性试点5个",
            "绿色发展性项目5个",
            "培育专精特新“小巨人”企业5家",
            "开展“百日攻坚”行动3次",
        )
    ),
    *(
        f"{REVIEW}\n\n一年来，新建公园5个。\n\n{text}。"
        for text in (
            "下一步，新建公园6个",
            "今年，新建公园6个",
            "明年计划新建公园6个",
            "2026年，新建公园6个",
            "新的一年，新建公园6个",
            "新建公园6个",
            "截至目前，公园6个",
            "去年新建公园6个",
        )
    ),
    *(
        f"{WORK}\n\n一、{head}\n\n新建公园5个。\n\n（一）{other}\n\n新建绿道3条。"
        for head, other in (
            ("2025年工作回顾", "2026年工作安排"),
            ("主要目标", "存在问题"),
            ("去年成效", "今年任务"),
            ("2024年", "2026年"),
            ("公园", "绿道"),
        )
    ),
    *(f"{WORK}\n\n{'甲' * signs}2024年建成公园5个，绿道3条。" for signs in (18, 19, 20, 24, 25, 26)),
    *(f"{REVIEW}\n\n建成公园5个。{'甲' * signs}2026年新建绿道3条。" for signs in (24, 25, 26, 30, 31, 32)),
    *(f"{PLAN}\n\n{'甲' * signs}新建公园5个。" for signs in (2, 33, 34, 35, 40, 41, 153, 154, 155, 240, 241)),
    *(f"{PLAN}\n\n新建公园5个{'甲' * signs}，绿道3条。" for signs in (5, 11, 12, 13, 39, 40, 41, 150)),
    *(
        f"Plan for 2026\n\n{text}."
        for text in (
            "Build twenty-one parks",
            "Open thirty, forty and fifty schools",
            "Plant a dozen trees",
            "Plant 2 trillion trees",
            "A third of homes",
            "Two fifths of homes",
            "Three quarters of homes",
            "One tenth of homes",
            "Half of homes",
            "Double the number of homes",
            "Triple output",
            "Output will triple to 90",
            "Invest €2m",
            "Invest us$3bn",
            "Invest rmb 5 million",
            "Invest cny 5 billion",
            "Invest gbp 5",
            "Invest ¥7k",
            "Invest £1.5mn",
            "Raise the number of homes from 5 to 9",
            "Raise the share from 5% to at least 9%",
            "Between 5 and 9 parks",
            "From 9 to 5 parks",
            "5 to 9 parks",
            "A 10-minute walk for nine in ten residents",
            "A fifteen-minute city",
            "No parks",
            "None of 5 parks will close",
            "No more than 5 parks",
            "Not less than 5 parks",
            "5 square kilometres of forest",
            "5 million square metres of floor",
            "See No. 5 for 7 parks",
            "By December 2027 build 5 parks",
            "In January 2027 open 5 parks",
            "By May 2026 open 5 parks",
            "90% of residents within 400 m of a park",
            "5,000 homes, of which 2,000 are social",
            "Up to 5 parks or more",
        )
    ),
)
HEADS = ("2026年工作安排", "2025年工作回顾", "2026—2028年规划", "前言")


def texts() -> Iterator[str]:
    """Documents of a heading and one sentence."""
    yield from EDGES
    draw = random.Random(15)
    for count, parts, heads, end in (
        (420, CHINESE, HEADS, "。"),
        (160, ENGLISH, ("Plan for 2026", "Review of 2025"), "."),
    ):
        for _ in range(count):
            yield f"{draw.choice(heads)}\n\n{''.join(draw.choice(words) for words in parts)}{end}"


def lines() -> Iterator[str]:
    """One JSON line for each text."""
    rules = read_rules()
    for text in texts():
        reading = read_promises(text, rules)
        rows = [
            [one.quote, one.start, one.end, one.comparator, one.number, one.upper, one.unit, one.words, one.object,
             one.promise, one.flow, one.due and one.due.isoformat(), title_of(one), kind_of(one), doubt_texts(one),
             one.proposal.measure, one.proposal.layer]
            for one in reading.promises
        ]  # fmt: skip
        yield json.dumps([text, reading.year, rows, reading.unread], ensure_ascii=False)


if __name__ == "__main__":
    FILE.write_text("".join(f"{line}\n" for line in lines()), encoding="utf-8")
