"""What narrows a number in its clause: a figure per head or for each of several, and a walk or distance of a share."""

from __future__ import annotations

import re
from collections.abc import Sequence

from urbanplan.model.note import Note, note
from urbanplan.plan.draft.mention import Mention
from urbanplan.plan.draft.rules import DraftRules

REACH = ("circle", "reach")
"""Roles of a time that it takes to get somewhere: 15分钟生活圈, 步行10分钟可达."""

_AROUND = re.compile(
    r"(?:(?:范围|距离|之?内|以内)*的?(?:服务)?半径)|(?:服务)?(?:范围|覆盖)|(?:之|以)?内(?=[^，。；]*覆盖)"
)
_TIMES = re.compile(r"\b(?:each|every) (?:year|month|week|day|quarter)\b|每[年月周天]|每季度?")
_LEVEL = re.compile(r"(?:[到至]|\bto)(?: no more than| at most)?\s*$")  # reduce to 5: what is there then
_WITHIN = re.compile(r"\bwithin (?:about |a |an )?$")


def per_unit_note(mention: Mention, rules: DraftRules) -> Note | None:
    """Why the total of a layer does not show a number: per head, for each of several, or taken away; else None."""
    if rules.pattern("removal").search(mention.near) and not _LEVEL.search(mention.near):
        return note("what is taken away: the layer of what is there does not show it")
    clause = _TIMES.sub("", mention.text[mention.start : mention.end])
    lead = _TIMES.sub("", mention.near if mention.before else mention.head)
    if rules.pattern("rate").search(lead + mention.tail):
        return note("a figure per head, household or area: the total of a layer does not show it")
    each = rules.pattern("each").search(clause if rules.english is None else lead)
    if each or mention.near.rstrip().endswith("各"):
        return note("a figure for each of several: the total of a layer does not show it")
    return None


def reach_of(mention: Mention, rows: Sequence[Mention]) -> Mention | None:
    """The walk or distance in the clause of a share that says where the share is met; None where there is none.

    ``90% of residents within 400 metres of a bus stop``, ``公交站点500米覆盖率95%``.
    """
    if mention.number.dimension != "share":
        return None
    beside = [one for one in rows if one is not mention and one.start == mention.start]
    return next((one for one in beside if is_reach(one)), None)


def is_reach(mention: Mention) -> bool:
    """Whether a number is a walk, or a distance around something."""
    number = mention.number
    if number.role in REACH:
        return True
    if number.dimension not in ("length", "time"):
        return False
    return _AROUND.match(mention.tail) is not None or _WITHIN.search(mention.near) is not None
