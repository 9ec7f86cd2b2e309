"""Time in a document: its year, which parts look back, and when a promise is due."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from urbanplan.plan.draft.mention import Mention
from urbanplan.plan.draft.prose import Sentence, has_han, heading_rank
from urbanplan.plan.draft.rules import DraftRules, last_end
from urbanplan.plan.precision import parse_han_number

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?:\s*年(?!代)|(?![\d年—–%]|[.,]\d| ?[-—–~～至] ?20)\b(?=[^\u4e00-\u9fff]*$))")
_HAN_YEAR = re.compile(r"(?<![零〇○一二三四五六七八九])二[零〇○][零〇○一二三四五六七八九]{2}(?=年)")
_HAN_DIGITS = dict(zip("零〇○一二三四五六七八九", "000123456789", strict=True))
_COMPARED = re.compile(r"(?:较|比|以|从|自|由|同|于|与|在)$")
_BASE = re.compile(
    r"(?:较|比|与|同|高于|低于|超过|不低于|快于|由|从|自|以|在)(?:去年|上年|前年|20\d\d年|现有|目前|现状|现在)(?:同期|底|末|年底|初)?"
    r"|同比|(?<=[对将把])现有|(?:去年|上年)(?=[^，,]{1,8}的)"
)
_PAST_TIME = re.compile(r"截至|截止(?!日)|去年|上年|过去|一年来|[两三四五几]年来|以来")
_START_TIME = re.compile(r"(?:去年|上年|前年|20\d\d年|目前|现在|现有|现状|原来|原有)?(?:底|末|年底|年末|同期)?的?")
_NOW = re.compile(r"今年(?!以来|前|上半年)|本年|年内|明年|来年|新的一年|今后|未来|接下来")
_DONE = re.compile(r"[成增现到建设入改立工展动放造进用]了")
_MONTH_END = re.compile(r"(?:(20\d\d)年)?(\d{1,2})月(?:底|末|份)?(?:前|之前|以前)")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_BY_MONTH = re.compile(rf"\bby (?:the end of )?({'|'.join(_MONTHS)}) (20\d\d)\b")
_YEARS = re.compile(r"(?<![\d.])(\d{1,2}|[一二两三四五])年(?:之内|以内|内|时间)")
_QUARTER = re.compile(r"([一二三四])季度")
_TO_YEAR = re.compile(
    r"(?:到|至|力争|其中，?)(20\d\d)年|(20\d\d)年(?:底|末|年底)"
    r"|\b(?:by|through|before the end of) (?:the end of )?(20\d\d)\b"
)
_SPAN = re.compile(r"(20\d\d)\s*年?\s*[—–\-~～至到]{1,2}\s*(20\d\d)\s*年?")
_FIVE_YEAR_PLAN = re.compile(r"(十[四五六])五”?(?=[^，。；]{0,12}(?:规划|计划|纲要|发展))")
_HEAD_SENTENCES = 4


def plan_years(sentences: Sequence[Sentence], rules: DraftRules) -> tuple[int, int] | None:
    """The first and the last year that the document plans.

    A span of years in its head (2026—2030年, “十五五”) or the years of headings that speak of a plan; else the most
    frequent year.
    """
    heads = [one.text for at, one in enumerate(sentences) if one.heading or at < _HEAD_SENTENCES]
    spans = [span for text in heads for span in _spans(text)]
    if spans:
        return spans[0]
    planned = [max(years) for text in heads if (years := _years(text)) and rules.pattern("plan").search(text)]
    if planned:
        year = max(year for year in planned if year <= min(planned) + 1)
        return year, year
    spoken = Counter(year for one in sentences for year in _years(one.text))
    if not spoken:
        return None
    most = max(spoken.values())
    year = max(year for year, count in spoken.items() if count >= most / 2)
    return year, year


def _first_year(text: str, signs: int) -> re.Match[str] | None:
    """The first year of a text, if it ends within so many signs; a cut text would show 2000 of 2000套 as one."""
    match = _YEAR.search(text)
    return match if match and match.end() <= signs else None


def fold_years(text: str) -> str:
    """The text with years in Chinese numerals as digits, sign for sign: 二〇二六年 is 2026年."""
    return _HAN_YEAR.sub(lambda match: "".join(_HAN_DIGITS[sign] for sign in match[0]), text)


def _years(text: str) -> list[int]:
    return [int(year) for year in _YEAR.findall(fold_years(text))]


def _spans(text: str) -> list[tuple[int, int]]:
    """Spans of years, as numbers or as the name of a five-year plan."""
    text = fold_years(text)
    found = [(int(m[1]), int(m[2])) for m in _SPAN.finditer(text) if int(m[1]) < int(m[2]) <= int(m[1]) + 20]
    last = [1955 + 5 * parse_han_number(m[1]) for m in _FIVE_YEAR_PLAN.finditer(text)]  # 十四五 ends in 2025
    return found + [(year - 4, year) for year in last]


@dataclass
class Timeline:
    """Whether a sentence looks back or ahead; fed with the sentences in order.

    Attributes:
        year, first: the last and the first year of the plan. mode: ``review``, ``plan`` or ``""`` where no heading has
        said yet. rank: of the heading that said it. past: the paragraph began with a past year.
    """

    rules: DraftRules
    year: int | None
    first: int | None = None
    mode: str = ""
    rank: int = 0
    paragraph: int = 0
    past: bool = False

    def enter(self, one: Sentence) -> None:
        """Take up a sentence: a heading or a turn of words may change the mode."""
        text = fold_years(one.text)
        if one.paragraph != self.paragraph:
            self.paragraph, self.past = one.paragraph, False
        if one.heading or one.text == one.chapter + "。":
            self._enter_heading(text)
        elif has_han(text) and self._begins_past(text):
            self.past = True
        elif self._turns_ahead(text):
            self.past = False
            self.mode = "plan" if self.mode == "review" and one.first else self.mode

    def _enter_heading(self, text: str) -> None:
        """A heading that looks back or ahead sets the mode; one of the same or a higher rank ends a review."""
        rules = self.rules if has_han(text) or self.rules.english is None else self.rules.english
        review, plan = (rules.pattern(name).search(text.lower()) for name in ("review", "plan"))
        years, rank = _years(text), heading_rank(text)
        mode = ""
        if bool(review) != bool(plan):
            mode = "review" if review else "plan"
        elif years and self.first and not review:
            mode = "review" if max(years) < self.first else "plan"
        if mode:
            self.mode, self.rank = mode, rank
        elif self.mode == "review" and rank <= self.rank:
            self.mode = "plan"

    def _begins_past(self, text: str) -> bool:
        match = _first_year(text, 24)
        if match and self.first and int(match[1]) < self.first and not _COMPARED.search(text[: match.start()]):
            return not self._has_promise(text)
        return re.match(r".{0,2}(?:截至|截止|去年|上年|过去|一年来)(?![^，,]{0,8}的)", text) is not None

    def _turns_ahead(self, text: str) -> bool:
        match = _first_year(text, 30)
        ahead = match is not None and self.first is not None and int(match[1]) >= self.first
        return ahead or re.match(r".{0,4}(?:下一步|今年|新的一年|明年)", text) is not None

    def _has_promise(self, text: str) -> bool:
        return self.rules.pattern("strong").search(text) is not None

    def is_background(self, one: Mention) -> bool:
        """Whether a number speaks of what is past, of what is there or of a larger whole."""
        if _is_of_whole(one, self.rules) or _is_threshold(one) or _is_start(one, self.rules):
            return True
        lead = _without_comparisons(one.text[: one.number.start])
        ahead = max(last_end(self.rules.pattern("strong"), lead), self._year_place(lead, past=False))
        past = max(last_end(_PAST_TIME, lead), self._year_place(lead, past=True))
        if past > ahead and last_end(_NOW, lead) > past:  # 去年建成8个，今年再建10个
            ahead = last_end(_NOW, lead)
        if past > ahead:
            return True
        if self._speaks_of_state(lead, ahead):
            return True
        if ahead > -1:
            return False
        if self.past or self.mode == "review":
            return True
        if self.mode == "plan":
            return False
        words = ("promise", "floor")
        return not any(self.rules.pattern(name).search(one.text) for name in words) or _is_counted(one, self.rules)

    def _speaks_of_state(self, lead: str, ahead: int) -> bool:
        """已, 现有, 目前 …: in the number's clause, or in an earlier one where no verb of making stands between."""
        state = max(last_end(self.rules.pattern("past"), lead), last_end(_DONE, lead))
        if state <= ahead:
            return False
        if self.rules.pattern("norm").search(lead, state):  # 每个社区建有不少于2处健身点
            return False
        behind = re.split(r"[，,；;]", lead[state:], maxsplit=1)
        return len(behind) == 1 or not any(
            words.search(behind[1]) for words in (self.rules.pattern("floor"), _NOW, _YEARS)
        )

    def _year_place(self, lead: str, *, past: bool) -> int:
        """The end of the last year that is past (or not), but for a base of a comparison; -1 where there is none."""
        years = [m for m in _YEAR.finditer(lead) if not _COMPARED.search(lead[: m.start()])]
        return max((m.end() for m in years if self.first is not None and (int(m[1]) < self.first) == past), default=-1)

    def due(self, one: Mention) -> datetime.date | None:
        """When a promise is due, by the words of its sentence, else at the end of the plan's year."""
        lead = one.text[: one.end]
        year = self.year
        if match := _last(_BY_MONTH, lead):
            return _month_end(int(match[2]), 1 + _MONTHS.index(match[1]))
        if match := _last(_MONTH_END, lead):
            return _month_end(int(match[1]) if match[1] else year, int(match[2]))
        match = _last(_TO_YEAR, lead) or (None if has_han(one.text) else _last(_TO_YEAR, one.text))
        if match:
            return datetime.date(int(match[1] or match[2] or match[3]), 12, 31)
        if year is None:
            return None
        if match := _last(_YEARS, lead):
            years = int(match[1]) if match[1].isdigit() else parse_han_number(match[1])
            begin = year if self.first in (None, year) else (self.first or year) - 1  # three years of 2026—2028
            return datetime.date(begin + years, 12, 31) if years < 50 else None
        if match := _last(_QUARTER, one.text[one.start : one.end]):
            return _month_end(year, 3 * parse_han_number(match[1]))
        if "上半年" in one.text[one.start : one.end]:
            return _month_end(year, 6)
        return datetime.date(year, 12, 31)


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return next(reversed([*pattern.finditer(text)]), None)


def _month_end(year: int | None, month: int) -> datetime.date | None:
    if year is None or not 1 <= month <= 12:
        return None
    following = datetime.date(year + month // 12, month % 12 + 1, 1)
    return following - datetime.timedelta(days=1)


def _without_comparisons(lead: str) -> str:
    """The text with 较上年, 比2020年, 由去年的 … blotted out: a base is no time of its own."""
    return _BASE.sub(lambda match: "□" * len(match[0]), lead)


def _is_of_whole(one: Mention, rules: DraftRules) -> bool:
    return last_end(rules.pattern("whole"), one.near) == len(one.near) and one.number.role != "rank" and bool(one.tail)


def _is_start(one: Mention, rules: DraftRules) -> bool:
    """从615个 …, 由去年的58.3% …: where a change starts or what something is made of."""
    starts = rules.pattern("baseline").finditer(one.near)
    return any(_START_TIME.fullmatch(one.near[match.end() :]) for match in starts)


def _is_threshold(one: Mention) -> bool:
    """10亿元以上项目12个: a threshold of what is counted."""
    if not one.tail.startswith(("以上", "及以上", "以下")) or len(one.tail) < 4:
        return False
    behind = one.after is not None and one.after.dimension in ("count", "people")
    ahead = one.before is not None and one.before.end == one.number.start and one.before.dimension == "count"
    return behind or ahead


def _is_counted(one: Mention, rules: DraftRules) -> bool:
    return rules.pattern("counted").search(one.head) is not None
