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
HEADS = ("2026年工作安排", "2025年工作回顾", "2026—2028年规划", "前言")


def texts() -> Iterator[str]:
    """Documents of a heading and one sentence."""
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
