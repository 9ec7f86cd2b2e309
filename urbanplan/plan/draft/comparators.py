"""Which comparator a number is meant with, by the rule of comparator words.

An explicit word decides (不少于, 以上, 左右 …); else a list (等6条) and what stands in brackets is itself, what is
newly made or promised is a floor, a share is a floor, a rank or a time is a ceiling.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from urbanplan.model.reading import Comparator
from urbanplan.plan.draft.mention import Mention
from urbanplan.plan.draft.qualifiers import REACH
from urbanplan.plan.draft.rules import DraftRules, comparator_of, last_end

_FAR = 14  # signs between a comparator word and its number
_WISH = re.compile(r"(?<!全)力争|至少")
_LEADS_TO = ("到", "至", "为", "to")
_OPPOSITE: dict[Comparator, Comparator] = {">": "<=", "<": ">="}
_NEGATED = re.compile(r"\b(?:not|never|cannot)\b(?: \w+){0,2}$|(?:不[得能可应宜许]?|严禁|禁止)$")
_NONE = re.compile(r"\s*(?:no|none of|neither)\b")
_LIST = re.compile(r"等(?:其他|其它|全部|共)?$")


@dataclass(frozen=True)
class Reason:
    """A comparator and the words that it comes from; ``stated`` where a comparator word says it."""

    comparator: Comparator
    words: str
    stated: bool


def read_comparator(mention: Mention, rules: DraftRules, *, inherited: Reason | None, background: bool) -> Reason:
    """The comparator of a number.

    Args:
        mention: the number in its clause. rules: the words. inherited: what the number before it in the sentence got
            from a verb, for lists. background: it is no promise, so no verb makes it a floor.
    """
    stated = _stated(mention, rules)
    if stated is not None:
        return stated
    number = mention.number
    if number.role in ("rank", *REACH):
        return Reason("<=", mention.text[number.start : number.end], False)
    if number.role == "low":
        return Reason(">=", mention.text[number.start : number.end], False)
    if background:
        return Reason("=", "", False)
    return _implied(mention, rules, inherited)


def _stated(mention: Mention, rules: DraftRules) -> Reason | None:
    behind = rules.after_pattern.match(mention.tail.lstrip())
    if behind and not (behind[0] == "内" and mention.number.dimension not in ("time", "year")):
        return _reason(rules.after, behind[0])
    if mention.number.more:
        return Reason(">", "余", True)
    adjacent = rules.adjacent_pattern.search(mention.near)
    found = _last_near(mention, rules)
    if adjacent:
        word = adjacent[0].strip()
        if found is None or not found.words.endswith(word):
            found = _reason(rules.adjacent, word)
    return None if found is None else _turned(found, mention, rules)


def _turned(found: Reason, mention: Mention, rules: DraftRules) -> Reason:
    """What a fall leads to is a ceiling; what nothing exceeds or falls below is its closed opposite."""
    lead = mention.near.rstrip().removesuffix(found.words).rstrip()
    if found.comparator == ">=" and mention.number.role == "rank":  # 升至前5位: the fourth place is better
        return Reason("<=", found.words, True)
    if found.comparator == ">=" and found.words in _LEADS_TO and _falls(lead, rules):
        return Reason("<=", found.words, True)
    if found.comparator in _OPPOSITE and (_NEGATED.search(lead) or _NONE.match(mention.head)):
        return Reason(_OPPOSITE[found.comparator], found.words, True)
    return found


def _falls(lead: str, rules: DraftRules) -> bool:
    """Whether the last word of a change before a number is one of a fall; in Chinese directly before it."""
    if rules.english is not None:
        return any(lead.endswith(word) for word in rules.words.fall)
    return last_end(rules.pattern("fall"), lead) > last_end(rules.pattern("rise"), lead)


def _last_near(mention: Mention, rules: DraftRules) -> Reason | None:
    """The last comparator word of the part before the number, where it is not far."""
    words = [m for m in rules.near_pattern.finditer(mention.near) if len(mention.near) - m.end() <= _FAR]
    return _reason(rules.near, words[-1][0]) if words else None


def _reason(table: dict[Comparator, list[str]], word: str) -> Reason:
    return Reason(comparator_of(table, word) or "=", word, True)


def _implied(mention: Mention, rules: DraftRules, inherited: Reason | None) -> Reason:
    """The comparator where no word states it."""
    listed = _LIST.search(mention.near) or (mention.bracketed and not rules.pattern("growth").search(mention.near))
    near = mention.near.rstrip()
    every = next((m for m in rules.pattern("every").finditer(near) if m.end() == len(near)), None)
    if every and mention.tail:
        return Reason("=", every[0], False)
    if mention.near.endswith("的") and mention.tail:  # 去年发现的43个问题
        return Reason("=", "的", False)
    if listed:
        return Reason("=", "等" if not mention.bracketed else "（）", False)
    if mention.number.dimension == "share":
        return Reason(">=", "", False)
    if mention.tail.startswith("的") and mention.number.dimension not in ("count", "people"):
        return Reason("=", "的", False)
    verb = _last_verb(mention.head, rules)
    if verb in rules.words.identity:
        return Reason("=", verb, False)
    wish = _WISH.search(mention.text[: mention.number.start])
    if wish:
        return Reason(">=", wish[0], False)
    if not verb and inherited is not None:
        return inherited
    if not mention.tail or rules.pattern("completion").search(mention.text, mention.number.end, mention.end):
        return Reason(">=", verb, False)
    return Reason(">=" if verb in rules.words.floor and verb not in rules.words.neutral else "=", verb, False)


def _last_verb(head: str, rules: DraftRules) -> str:
    """The last verb before a number that says what is done with it."""
    found = ""
    end = 0
    for name in ("floor", "neutral", "identity"):
        for match in rules.pattern(name).finditer(head):
            if match.end() > end or (match.end() == end and len(match[0]) > len(found)):
                found, end = match[0], match.end()
    return found
