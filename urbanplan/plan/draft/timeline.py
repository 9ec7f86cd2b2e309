"""Time in a document: its year, which parts look back, and when a promise is due."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from urbanplan.plan.draft.mention import Mention
from urbanplan.plan.draft.prose import Sentence
from urbanplan.plan.draft.rules import DraftRules

_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*年(?!代)")
_COMPARED = re.compile(r"(?:较|比|以|从|自|由|同|于|与|在)$")
_MONTH_END = re.compile(r"(?:(20\d\d)年)?(\d{1,2})月(?:底|末|份)?(?:前|之前|以前)")
_YEARS = re.compile(r"(?<![\d.])(\d{1,2}|[一二两三四五])年(?:之内|以内|内|时间)")
_QUARTER = re.compile(r"([一二三四])季度")
_TO_YEAR = re.compile(r"(?:到|至|力争)(20\d\d)年|(20\d\d)年(?:底|末|年底)")
_HAN_YEARS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}


def plan_year(sentences: Sequence[Sentence], rules: DraftRules) -> int | None:
    """The year that the document plans: of headings that speak of a plan, else the most frequent one."""
    planned: list[int] = []
    spoken: Counter[int] = Counter()
    for at, one in enumerate(sentences):
        years = [int(year) for year in _YEAR.findall(one.text)]
        spoken.update(years)
        if (one.heading or at < 3) and years and rules.pattern("plan").search(one.text):
            planned += [max(years)]
    near = [year for year in planned if year <= min(planned) + 1]
    if near:
        return max(near)
    if not spoken:
        return None
    most = max(spoken.values())
    return max(year for year, count in spoken.items() if count >= most / 2)


@dataclass
class Timeline:
    """Whether a sentence looks back or ahead; fed with the sentences in order.

    Attributes:
        mode: ``review``, ``plan`` or ``""`` where no heading has said yet. past: the paragraph began with a past year.
    """

    rules: DraftRules
    year: int | None
    mode: str = ""
    paragraph: int = 0
    past: bool = False
    seen: list[str] = field(default_factory=list[str])

    def enter(self, one: Sentence) -> None:
        """Take up a sentence: a heading or a turn of words may change the mode."""
        if one.paragraph != self.paragraph:
            self.paragraph, self.past = one.paragraph, False
        if one.heading or one.text == one.chapter + "。":
            self._enter_heading(one.text)
        elif self._begins_past(one.text):
            self.past = True
        elif self._turns_ahead(one.text):
            self.past = False
            self.mode = "plan" if self.mode == "review" and one.first else self.mode

    def _enter_heading(self, text: str) -> None:
        review, plan = self.rules.pattern("review").search(text), self.rules.pattern("plan").search(text)
        years = [int(year) for year in _YEAR.findall(text)]
        if review and not plan:
            self.mode = "review"
        elif plan and not review:
            self.mode = "plan"
        elif years and self.year and not (review and plan):
            self.mode = "review" if max(years) < self.year else "plan"

    def _begins_past(self, text: str) -> bool:
        head = text[:24]
        match = _YEAR.search(head)
        if match and self.year and int(match[1]) < self.year and not _COMPARED.search(head[: match.start()]):
            return not self._has_promise(text)
        return re.match(r".{0,4}(?:截至|截止|去年|上年|过去|一年来)", text) is not None

    def _turns_ahead(self, text: str) -> bool:
        head = text[:30]
        match = _YEAR.search(head)
        ahead = match is not None and self.year is not None and int(match[1]) >= self.year
        return ahead or re.match(r".{0,4}(?:下一步|今年|新的一年|明年)", text) is not None

    def _has_promise(self, text: str) -> bool:
        return self.rules.pattern("strong").search(text) is not None

    def is_background(self, one: Mention) -> bool:
        """Whether a number speaks of what is past, of what is there or of a larger whole."""
        rules, lead = self.rules, one.text[: one.number.start]
        if _is_of_whole(one, rules) or _is_threshold(one) or _is_start(one, rules):
            return True
        strong = _last_end(rules, "strong", lead)
        past = max(_last_end(rules, "past", one.head), self._past_year(lead), _done(one.head))
        if strong > -1 and strong >= max(_last_end(rules, "past", lead), self._past_year(lead)):
            return False
        if past > -1 or self._past_year(lead) > -1 or _last_end(rules, "past", lead[:40]) > -1:
            return True
        if self.past:
            return True
        if self.mode == "review":
            return not (self.year and f"{self.year}年" in lead)
        if self.mode == "plan":
            return False
        ahead = ("promise", "floor")
        return not any(rules.pattern(name).search(one.text) for name in ahead) or _is_counted(one, rules)

    def _past_year(self, lead: str) -> int:
        """The place of a past year that is no base of a comparison, -1 where there is none."""
        found = -1
        for match in _YEAR.finditer(lead):
            if self.year and int(match[1]) < self.year and not _COMPARED.search(lead[: match.start()]):
                found = match.end()
            elif self.year and int(match[1]) >= self.year:
                found = -1
        return found

    def due(self, one: Mention) -> datetime.date | None:
        """When a promise is due, by the words of its sentence, else at the end of the plan's year."""
        lead = one.text[: one.end]
        year = self.year
        if match := _last(_MONTH_END, lead):
            return _month_end(int(match[1]) if match[1] else year, int(match[2]))
        if match := _last(_TO_YEAR, lead):
            return datetime.date(int(match[1] or match[2]), 12, 31)
        if year is None:
            return None
        if match := _last(_YEARS, lead):
            years = int(match[1]) if match[1].isdigit() else _HAN_YEARS[match[1]]
            return datetime.date(year + years, 12, 31) if years < 50 else None
        if match := _last(_QUARTER, one.text[one.start : one.end]):
            return _month_end(year, 3 * _HAN_YEARS[match[1]])
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


def _last_end(rules: DraftRules, name: str, text: str) -> int:
    return max((match.end() for match in rules.pattern(name).finditer(text)), default=-1)


def _done(head: str) -> int:
    """完成了, 新建了: it is done."""
    return max((match.end() for match in re.finditer(r"[成增现到建设入改立工展动放造进用][了]", head)), default=-1)


def _is_of_whole(one: Mention, rules: DraftRules) -> bool:
    match = next(reversed([*rules.pattern("whole").finditer(one.near)]), None)
    return match is not None and match.end() == len(one.near) and one.number.role != "rank" and bool(one.tail)


def _is_start(one: Mention, rules: DraftRules) -> bool:
    """从615个 …: where a change starts or what something is made of."""
    match = next(reversed([*rules.pattern("baseline").finditer(one.near)]), None)
    return match is not None and match.end() == len(one.near)


def _is_threshold(one: Mention) -> bool:
    """10亿元以上项目12个: a threshold of what is counted."""
    if not one.tail.startswith(("以上", "及以上", "以下")) or len(one.tail) < 4:
        return False
    behind = one.after is not None and one.after.dimension in ("count", "people")
    ahead = one.before is not None and one.before.end == one.number.start and one.before.dimension == "count"
    return behind or ahead


def _is_counted(one: Mention, rules: DraftRules) -> bool:
    return rules.pattern("counted").search(one.head) is not None
