"""Promises of a document: numbers with unit, comparator, object, chapter and due date, each with its verbatim quote."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from urbanplan.errors import UsageError
from urbanplan.model.note import Note, note
from urbanplan.model.reading import Comparator
from urbanplan.plan.draft.comparators import Reason, read_comparator
from urbanplan.plan.draft.english import english_numerals
from urbanplan.plan.draft.measures import Proposal, propose_measure, propose_reach
from urbanplan.plan.draft.mention import Mention, mentions, noun_ahead, noun_behind, trim_noun
from urbanplan.plan.draft.numerals import Numeral, numerals
from urbanplan.plan.draft.prose import Sentence, has_han, sentences
from urbanplan.plan.draft.qualifiers import REACH, is_reach, per_unit_note, reach_of
from urbanplan.plan.draft.rules import DraftRules, last_end
from urbanplan.plan.draft.timeline import Timeline, fold_years, plan_years

MAX_NUMBERS, MAX_UNREAD = 5_000, 2_000
_TIMES = ("time", "year")
_DRAWN = ("count", "area", "length")  # what a layer may show
_LONGEST_QUOTE = 160
_LETTERS = re.compile(r"[A-Z]+")
_AUXILIARY = re.compile(r"^(?:(?:shall|should|will|must|are|is|to|be) )+")
_WISH = re.compile(r"力争|至少")


@dataclass(frozen=True)
class Promise:
    """One number of the document.

    Attributes:
        id: D-001 … quote: verbatim but for line breaks. start, end: its place in the text, in characters.
        number, unit, comparator: the bound. words: the words that the comparator comes from.
        object: what is counted. promise: False for background. flow: ``flow``, ``stock`` or ``""``.
        chapter, due: of the document. proposal: measure and layer, where the object is known.
        doubts: what was not understood. upper: the other end of a range, in the unit.
        title: what a reviewer calls it; by its object where that is empty.
    """

    id: str
    quote: str
    start: int
    end: int
    number: float
    unit: str
    comparator: Comparator
    words: str
    object: str
    promise: bool
    flow: str
    chapter: str
    due: datetime.date | None
    proposal: Proposal
    doubts: tuple[Note, ...] = ()
    paragraph: int = 0
    upper: float | None = None
    title: str = ""


@dataclass(frozen=True)
class Reading:
    """All that was read in a text: its year, its numbers, and sentences with numbers or promises not understood."""

    year: int | None
    title: str
    promises: list[Promise]
    unread: list[tuple[int, str, str]] = field(default_factory=list[tuple[int, str, str]])  # place, quote, why


def read_promises(text: str, rules: DraftRules, *, year: int | None = None, paragraphs: bool = False) -> Reading:
    """Read every number of a text as a promise or as background.

    Args:
        text: the document. rules: of its language. year: the plan's year, where the caller knows it.
        paragraphs: each line of the text is a paragraph; else lines may be broken anywhere.

    Raises:
        UsageError: there are more numbers than any report has.
    """
    parts = sentences(text, paragraphs=paragraphs)
    first, last = (year, year) if year else plan_years(parts, rules) or (None, None)
    timeline = Timeline(rules, last, first)
    found: list[Promise] = []
    unread: list[tuple[int, str, str]] = []
    before = ""
    for sentence in parts:
        timeline.enter(sentence)
        rows = [*_of_sentence(sentence, rules, timeline, before)]
        before = rows[-1].object if rows else before
        found += rows
        if len(found) > MAX_NUMBERS:
            what = "the document has more than {limit} numbers: it is a table, no report"
            raise UsageError(what, fix="Draft from the text alone", limit=MAX_NUMBERS)
        if len(unread) < MAX_UNREAD:
            unread += _unread(sentence, rules)
    found = _without_repeats(found)
    numbered = [replace(one, id=f"D-{at:03}") for at, one in enumerate(found, 1)]
    title = next((one.text.strip() for one in parts if one.text.strip()), "")
    return Reading(last, title[:80].rstrip("。．.；;：:"), numbered, unread)


def _of_sentence(sentence: Sentence, rules: DraftRules, timeline: Timeline, earlier: str) -> Iterator[Promise]:
    inherited: Reason | None = None
    noun, text = earlier, fold_years(sentence.text)
    if rules.english is not None and not has_han(text):
        rules, text = rules.english, _LETTERS.sub(lambda match: match[0].lower(), text)
        timeline = replace(timeline, rules=rules)
        found = english_numerals(text, rules)
    else:
        found = [one for one in numerals(text, rules) if one.unit or one.role or _is_bare(one, text)]
    rows = mentions(text, found)
    for at, mention in enumerate(rows):
        if mention.number.role == "high" or not _is_target(mention, rules) or _is_of_share(mention, rows):
            continue
        background = timeline.is_background(mention) or _is_deadline(mention, rules)
        reason = read_comparator(mention, rules, inherited=inherited, background=background)
        if not reason.stated and reason.words != "等":
            inherited = reason
        own, doubts = _object(mention, rules, noun, rows[at + 1] if mention.number.role == "low" else mention)
        reach = reach_of(mention, rows)
        if reach is not None:
            own, doubts = _share_object(mention, reach, rules, own), []
        noun = noun if own.removeprefix(noun) in rules.words.aspect else own
        yield _promise(sentence, mention, rules, reason, (own, doubts, background, timeline), reach)
    yield from _totals(sentence, rules, timeline)


def _is_bare(one: Numeral, text: str) -> bool:
    """A number without a unit counts only as a coefficient: 提高到0.58."""
    return "." in text[one.start : one.end] and re.search(r"(?:到|至|为|达|于|在)$", text[: one.start]) is not None


def _is_target(mention: Mention, rules: DraftRules) -> bool:
    """Units such as 级 never are a promise; times only as limits, lengths not as the size of what is counted."""
    number = mention.number
    if number.unit in rules.numerals.no_target:
        return False
    if number.role in (*REACH, "rank"):
        return True
    if mention.text[number.start] == "一" and number.value == 1:
        return any(pattern.search(mention.head) for pattern in (_WISH, rules.pattern("floor")))
    if number.dimension in _TIMES:
        return bool(
            rules.adjacent_pattern.search(mention.near)
            or rules.near_pattern.search(mention.near)
            or _is_deadline(mention, rules)
            or re.match(r"以[上内]|左右", mention.tail)
        )
    if number.dimension in ("length", "power") and mention.after is not None:
        sized = mention.tail and mention.after.start == number.end + len(mention.tail)
        joined = re.search(r"[和及与以并]|\band\b", mention.tail)  # 5公里道路和3座桥
        return joined is not None or not (sized and mention.after.dimension in ("count", "share"))
    return True


def _is_of_share(mention: Mention, rows: list[Mention]) -> bool:
    """Whether a walk or distance only says where the share in its clause is met: 15分钟生活圈覆盖居民超过九成."""
    return is_reach(mention) and any(reach_of(one, rows) is mention for one in rows)


def _share_object(mention: Mention, reach: Mention, rules: DraftRules, noun: str) -> str:
    """What a share within a walk or distance is of, with the walk: 公交站点500米覆盖率."""
    if reach.number.start < mention.number.start:
        return trim_noun(mention.text[reach.number.start - len(reach.near) : mention.number.start], rules) or noun
    if rules.english is not None:  # 九成居民步行10分钟可达公园
        return f"{noun}{mention.text[reach.number.start : reach.number.end]}{reach.tail}"
    within = mention.text.rfind("within", mention.number.end, reach.number.start)
    walk = mention.text[within if within >= 0 else reach.number.start : reach.number.end].strip()
    return f"{noun} {walk} of {noun_behind(reach, rules)}".removesuffix(" of ").strip()


def _sites_of(mention: Mention, reach: Mention, rules: DraftRules) -> str:
    """What is walked to: a park of "within 400 m of a park", 公园 of 公园800米半径覆盖居民."""
    ahead, behind = noun_ahead(reach, rules), noun_behind(reach, rules)
    return behind if reach.number.start > mention.number.start or not ahead else ahead


def _is_deadline(mention: Mention, rules: DraftRules) -> bool:
    """Whether a time says when, 三年内; one that something is brought down to, 压减至18个月以内, is a limit."""
    if mention.number.dimension != "year" or not mention.tail.startswith(("内", "以内", "之内")):
        return False
    return not rules.adjacent_pattern.search(mention.near)


def _object(mention: Mention, rules: DraftRules, earlier: str, last: Mention) -> tuple[str, list[Note]]:
    """What a number counts: the noun behind a count, ahead of a share or sum, else that of the number before.

    Args:
        last: the mention itself, of the lower end of a range that of the upper one.
    """
    behind, ahead = noun_behind(last, rules), noun_ahead(mention, rules)
    if rules.english is None and not behind and mention.number.dimension in ("count", "people"):
        behind = mention.number.unit.removeprefix("count")  # 5,000 homes, of which
    first, second = (behind, ahead) if mention.number.dimension in ("count", "people") else (ahead, behind)
    if mention.number.dimension not in ("count", "people", "share") and len(behind) > 1 and not mention.bracketed:
        first, second = (behind, ahead) if not ahead or ahead in rules.words.floor else (ahead, behind)
    if rules.english is None and mention.number.dimension != "share":  # the rules of English: 12 km of cycle lanes
        first, second = behind, ahead
    if mention.number.role in REACH:
        first, second = behind, ahead
    noun = first if len(first) > 1 else second
    if earlier and mention.near.endswith("of which "):
        return ", ".join(filter(None, (earlier, _AUXILIARY.sub("", mention.tail.strip(" .")))))[:60], []
    if noun in rules.words.aspect and earlier:  # 道路18条、总长23.7公里
        of_sentence = re.search(r"\d", mention.text[: mention.number.start])
        return f"{earlier}{noun}", [] if of_sentence else [_guess(earlier)]
    if len(noun) > 1:
        return noun, []
    if earlier:
        return earlier, [] if mention.before else [_guess(earlier)]  # from 32 % to 45 %
    return "", [note("what is counted is not named")]


def _guess(noun: str) -> Note:
    return note("what is counted is not named; it may be {object}", object=noun)


def _promise(
    sentence: Sentence,
    mention: Mention,
    rules: DraftRules,
    reason: Reason,
    about: tuple[str, list[Note], bool, Timeline],
    reach: Mention | None = None,
) -> Promise:
    noun, doubts, background, timeline = about
    number = mention.number
    proposal, lacking = _propose(mention, noun, rules, timeline, reach)
    quote, start, end = _quote(sentence, mention)
    doubts = [*doubts, *([] if background else [*_doubts(mention, reason), *lacking])]
    return Promise(
        "", quote, start, end, number.value, number.unit, reason.comparator, reason.words, noun, not background,
        _flow(mention, rules),
        sentence.chapter, None if background else timeline.due(mention), proposal, tuple(doubts), sentence.paragraph,
        mention.after.value if number.role == "low" and mention.after is not None else None,
    )  # fmt: skip


def _propose(
    mention: Mention, noun: str, rules: DraftRules, timeline: Timeline, reach: Mention | None
) -> tuple[Proposal, list[Note]]:
    """The measure of a number, with what a layer lacks to show it."""
    number = mention.number
    if reach is not None or number.role == "reach":
        share = 100.0 if reach is None else number.value
        sites = noun if reach is None else _sites_of(mention, reach, rules)
        return propose_reach(sites, (reach or mention).number, rules, share=share), []
    proposal = propose_measure(noun, number, rules, flow=_flow(mention, rules), year=timeline.year)
    apart = per_unit_note(mention, rules)
    if apart is not None and proposal.layer is not None:
        return Proposal({"kind": "reported"}), [apart]
    if proposal.layer is None and number.dimension in _DRAWN:
        return proposal, [
            note("no layer type is known for {object}: a reported value is asked for", object=noun or "—")
        ]
    return proposal, []


def _doubts(mention: Mention, reason: Reason) -> list[Note]:
    found: list[Note] = []
    if reason.comparator == "about":
        found.append(note("a number that is about has no tolerance: undecidable until one is declared"))
    if mention.number.implied:
        found.append(note("the unit is not written: taken as money"))
    if mention.number.role in ("low", "high"):
        found.append(note("a range: its lower end is the bound"))
    if not reason.stated and not reason.words and reason.comparator in (">=", "="):
        found.append(note("no word says how the number is meant"))
    return found


def _flow(mention: Mention, rules: DraftRules) -> str:
    flow, stock = (last_end(rules.pattern(name), mention.head) for name in ("flow", "stock"))
    return "" if flow == stock == -1 else "flow" if flow > stock else "stock"


def _quote(sentence: Sentence, mention: Mention) -> tuple[str, int, int]:
    """The clause, or as much of it in front of the number as a quote may have, with its place."""
    start = mention.start
    text = sentence.text
    while start < mention.number.start and text[start] in " ，,、。；;)）”’":
        start += 1
    end = max(mention.end, mention.number.end)
    if end - start > _LONGEST_QUOTE:
        start = max(start, mention.number.start - _LONGEST_QUOTE // 2)
        end = min(end, mention.number.end + _LONGEST_QUOTE // 2)
    return text[start:end].strip(), sentence.origin[start], sentence.origin[end - 1] + 1


def _totals(sentence: Sentence, rules: DraftRules, timeline: Timeline) -> Iterator[Promise]:
    """全覆盖, 应入尽入: a share of 100 % that words say."""
    for match in rules.pattern("total").finditer(sentence.text):
        number = Numeral(match.start(), match.end(), 100.0, "%", role="total")
        mention = mentions(sentence.text, [number])[0]
        if re.search(r"\d", mention.head + mention.tail) or re.search(r"[享办报]", match[0]):
            continue
        background = timeline.is_background(mention)
        reason = Reason(">=" if not background else "=", match[0], False)
        noun = noun_ahead(mention, rules)
        yield _promise(
            sentence,
            mention,
            rules,
            reason,
            (noun, [note("“{words}” is read as 100 %", words=match[0])], background, timeline),
        )


def _unread(sentence: Sentence, rules: DraftRules) -> Iterator[tuple[int, str, str]]:
    """Quantities that are no number."""
    for match in rules.pattern("vague").finditer(sentence.text):
        one = mentions(sentence.text, [Numeral(match.start(), match.end(), 0.0, "")])[0]
        quote, start, _ = _quote(sentence, one)
        yield start, quote, match[0]


def _without_repeats(found: list[Promise]) -> list[Promise]:
    """The same number of the same thing said twice is one promise: the later mention, or the first with a chapter."""
    kept: dict[tuple[Any, ...], Promise] = {}
    for one in found:
        key = (one.number, one.unit, one.comparator, one.object, one.promise, one.chapter if not one.object else "")
        kept.setdefault(key, one)
    return list(kept.values())
