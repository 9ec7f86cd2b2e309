"""A number in its sentence: the clause around it, what stands before and behind it, and what it counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from urbanplan.plan.draft.numerals import Numeral
from urbanplan.plan.draft.rules import DraftRules

_CLAUSE = "，,；;：:。！？!?"
_PART = _CLAUSE + "、（(）)"
_BRACKETS = {"(": ")", "（": "）"}
_LONGEST_NOUN, _LONGEST_CLAUSE = 40, 240


@dataclass(frozen=True)
class Mention:
    """A number with its surroundings in one sentence.

    Attributes:
        text: the sentence. number: the number. start, end: of its clause. head: from the clause to the number.
        near: the part of it behind the last comma-like mark, bracket and number. tail: from the number to the next
        mark or number. before: the number before it in the clause, if any. bracketed: it stands in brackets.
    """

    text: str
    number: Numeral
    start: int
    end: int
    head: str
    near: str
    tail: str
    before: Numeral | None
    after: Numeral | None
    bracketed: bool


def mentions(text: str, found: Sequence[Numeral]) -> list[Mention]:
    """Each number of a sentence with its surroundings."""
    return [_mention(text, found, at) for at in range(len(found))]


def _mention(text: str, found: Sequence[Numeral], at: int) -> Mention:
    one = found[at]
    start = _last_of(text, _CLAUSE, one.start)
    end = _first_of(text, _CLAUSE, one.end)
    before = found[at - 1] if at and found[at - 1].end > start else None
    after = found[at + 1] if at + 1 < len(found) and found[at + 1].start < end else None
    near_start = max(_last_of(text, _PART, one.start), before.end if before else 0)
    tail_end = min(_first_of(text, _PART, one.end), after.start if after else end)
    opening = text[near_start - 1 : near_start] if near_start else ""
    closing = _first_of(text, "）)", one.end)
    bracketed = opening in _BRACKETS and text[closing : closing + 1] == _BRACKETS[opening]
    return Mention(
        text, one, start, end, text[start : one.start], text[near_start : one.start], text[one.end : tail_end],
        before, after, bracketed,
    )  # fmt: skip


def _last_of(text: str, signs: str, end: int) -> int:
    """The place behind the last of the signs before ``end``; a comma between digits is none."""
    for at in range(end - 1, max(end - _LONGEST_CLAUSE, 0) - 1, -1):
        if text[at] in signs and not _is_inside_number(text, at):
            return at + 1
    return max(end - _LONGEST_CLAUSE, 0)


def _first_of(text: str, signs: str, start: int) -> int:
    for at in range(start, min(start + _LONGEST_CLAUSE, len(text))):
        if text[at] in signs and not _is_inside_number(text, at):
            return at
    return min(start + _LONGEST_CLAUSE, len(text))


def _is_inside_number(text: str, at: int) -> bool:
    return text[at] == "," and text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit()


def noun_behind(mention: Mention, rules: DraftRules) -> str:
    """The noun that follows number and unit: 停车位 of 5000个停车位; empty where none does."""
    tail = mention.tail if not mention.tail.startswith(" ") else f" {mention.tail.lstrip()} "
    word = rules.after_pattern.match(tail.lstrip())
    if word:
        tail = tail[len(tail) - len(tail.lstrip()) + word.end() :]
    tail = tail.removeprefix("的")
    if tail[:1] in ("和", "及", "与", "以", "并", "或"):
        return ""
    cut = rules.pattern("cut").search(tail)
    return trim_noun(tail[: cut.start()] if cut else tail, rules)


def noun_ahead(mention: Mention, rules: DraftRules) -> str:
    """The noun before the number: 技术合同成交额 of 技术合同成交额突破180亿元."""
    near = mention.near
    if mention.bracketed:
        near = mention.text[mention.start : mention.number.start].rstrip("（(")
        near = near[_last_of(near, _PART, len(near)) :]
    near = re.sub(r"^(?:余|多)", "", near)
    if rules.english is None:
        near = _MODAL.split(re.split(r"\band\b", near)[-1], maxsplit=1)[0] or near
    word = rules.after_pattern.match(near)
    return trim_noun(near[word.end() if word else 0 :], rules)


_REST = re.compile(r"^[a-z]+(?= )")
# what numbers the items of a list: 2. （三） 一是
_MARKER = re.compile(
    r"^.*?(?<![\u4e00-\u9fff])[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[）).．、](?!\d)|^.*?[一二三四五六七八九十]是"
)


def trim_noun(text: str, rules: DraftRules) -> str:
    """A noun without verbs, comparators and joining words at its ends, nor the time or what it is compared with."""
    text = _WHEN.sub("", _MARKER.sub("", text)).strip(' 　、“”‘’.。"')
    text = text[_last_of_new(text) :]
    back = rules.back_words
    for _ in range(8):
        trimmed = _strip_front(text, rules)  # English words keep their spaces: "the ", " will"
        trimmed = _FROM.sub("", _strip_back(trimmed, back))
        trimmed = trimmed.strip(' 　、“”‘’.。"的')
        if trimmed == text:
            break
        text = trimmed
    return "" if text in rules.words.front or text in back else text[-_LONGEST_NOUN:]


def _last_of_new(text: str) -> int:
    """The end of the last 新增 that a noun follows: 沿线新增停车位."""
    return max((match.end() for match in _NEW.finditer(text)), default=0)


_WHEN = re.compile(
    r"^(?:(?:20\d\d年)?(?:\d{1,2}月|年|季度?)[底末]?(?:之前|以前|前)|[一二三四]季度[末底前]*|[上下]半年|(?:[一二两三四五]|\d{1,2})年[之以]?内|"
    r"(?:较|比|同比|与)(?:去年|上年|前年|20\d\d年)?(?:同期|[年底末]+)?)"
)
_MODAL = re.compile(r"\s(?:will|shall|should|must|may|can|is to|are to|needs? to|ha(?:s|ve) to)\b")
_FROM = re.compile(  # where a change starts
    r" from [\d.,]+ ?(?:%|[a-z]+)?$|[由从自](?:去年|上年|前年|目前|现有|20\d\d年)?[底末]?$"
)
_NEW = re.compile(r"(?:净增|新增|增设|增建)(?=[\u4e00-\u9fff]{2})")


def _strip_front(text: str, rules: DraftRules) -> str:
    """The text without its first word, longest first, that is no part of a noun, as 安置 is of 安置房."""
    if not text.startswith(rules.front_words):
        return text
    found = next(word for word in rules.front_words if text.startswith(word))
    if not found or len(text) <= len(found) + 1:
        return text
    known = rules.object_words if text.startswith(rules.object_words) else ()
    if any(len(word) > len(found) and text.startswith(word) for word in known):
        return text
    rest = text[len(found) :]
    if rest.startswith("性"):
        return text
    return _REST.sub("", rest) if found[-1:].isascii() and found[-1:].isalpha() else rest  # "reduc" of reduce


def _strip_back(text: str, words: tuple[str, ...]) -> str:
    """The text without the first word of a list, longest first, that it ends with; Latin ones are whole words."""
    if not text.endswith(words):
        return text
    found = next((word for word in words if text.endswith(word) and not _is_inside_word(text, word)), "")
    return text[: -len(found)] if found and len(text) > len(found) else text


def _is_inside_word(text: str, end: str) -> bool:
    """Whether the end of a text is only the end of a word: over of cover."""
    return end[0].isascii() and end[0].isalpha() and text[-len(end) - 1 : -len(end)].isalpha()
