"""What may be said of a question of siting: one declaration for the options of the command and the form of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from urbanplan.analysis.candidates import CandidateOptions
from urbanplan.analysis.siting_question import parse_district_counts, parse_share
from urbanplan.errors import SitingError
from urbanplan.model.translation import localize
from urbanplan.siting.question import SitingQuestion

WORDS = {
    "target": "Coverage target of the plan; its first unless given",
    "candidates": "Where a site may stand: points, lines or polygons; a file, or a layer of the plan",
    "where": "Filter of the candidates, CQL2",
    "by": "What counts, residents or metres; residents where they are given",
    "within": "Walk in metres, legs included; 600 unless a plan says, none for the median",
    "share": "How much must be covered, as 95%; else all that candidates reach",
    "cost": "Column of the candidates' costs; 1 each unless given",
    "budget": "At most so much cost",
    "capacity": "Column of the people that a candidate can serve",
    "require": "Ids of candidates that must be chosen; several are allowed",
    "forbid": "Ids of candidates that may not be; several are allowed",
    "forbidden": "Places where no site may stand: a file, or a layer of the plan",
    "least_area": "Least area of a candidate, square metres",
    "min_per": "Sites in each sub-district at least",
    "max_per": "Sites in each sub-district at most",
    "at_least": "Sites in one sub-district at least, as ID=NUMBER; several are allowed",
    "at_most": "Sites in one sub-district at most, as ID=NUMBER; several are allowed",
}
"""What each word says, in the help of the command and beside the field of the form."""
GOAL_WORDS = {
    "fewest": "Fewest sites; the goal unless another is given",
    "most": "Best so many sites: those that cover most",
    "cheapest": "Least cost; needs a column of costs",
    "fairest": "So many sites for the worst-off sub-district first; needs sub-districts",
    "median": "So many sites with the least sum of residents' walks to the nearest (p-median)",
}
"""What each goal is."""
NUMBERS = ("within", "budget", "least_area")
WHOLE = ("count", "min_per", "max_per")
SEVERAL = ("require", "forbid", "at_least", "at_most")
MOST = 1e12
"""No number of a form is greater."""
COUNTED = ("most", "fairest", "median")
"""Goals that want to be told how many sites."""


def count_label() -> str:
    """What the number of sites is, in the language that is spoken."""
    return localize("So many sites, where the goal wants a number; else at most so many")


def word_labels() -> dict[str, str]:
    """What each word says, in the language that is spoken."""
    return {name: localize(text) for name, text in WORDS.items()}


def goal_labels() -> dict[str, str]:
    """What each goal is, in the language that is spoken."""
    return {name: localize(text) for name, text in GOAL_WORDS.items()}


def question_of_words(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Keywords of :func:`urbanplan.analysis.siting.siting` from what was said.

    Args:
        asked: values by the names of :data:`WORDS`, with ``goal`` and ``count``; what is not said is not there or None.

    Raises:
        SitingError: a word cannot be used.
    """
    goal, count, share, by = (asked.get(name) for name in ("goal", "count", "share", "by"))
    if goal in COUNTED and count is None and (goal != "most" or asked.get("budget") is None):
        raise SitingError("how many sites are wanted is not said", fix="Give a number, such as 3.")
    if goal == "cheapest" and asked.get("cost") is None:
        raise SitingError("the cheapest sites need a column of costs", where="--cost", fix="Name the column.")
    if by not in (None, "residents", "metres"):
        raise SitingError("--by {word} is unknown", fix="Choose residents or metres.", word=by)
    return {
        "target": asked.get("target"),
        "candidates": asked.get("candidates"),
        "within": asked.get("within"),
        "by": by,
        "question": SitingQuestion(
            goal or "fewest", None if share is None else parse_share(share), count, asked.get("budget")
        ),
        "options": CandidateOptions(
            where=asked.get("where"),
            cost=asked.get("cost"),
            required=asked.get("require") or (),
            forbidden=asked.get("forbid") or (),
            capacity=asked.get("capacity"),
            places=asked.get("forbidden"),
            least_area=asked.get("least_area"),
        ),
        "at_least": parse_district_counts(
            asked.get("at_least") or (), each=asked.get("min_per"), where="--at-least"
        ),
        "at_most": parse_district_counts(asked.get("at_most") or (), each=asked.get("max_per"), where="--at-most"),
    }  # fmt: skip


def read_texts(said: Mapping[str, str]) -> dict[str, Any]:
    """The values of texts, as a form gives them; empty ones are not said.

    Raises:
        SitingError: a text is no number.
    """
    given = {name: text.strip() for name, text in said.items() if text.strip()}
    return {name: _value(name, text) for name, text in given.items()}


def _value(name: str, text: str) -> Any:
    """A text as a number, as several texts with commas between, or as it is."""
    if name in SEVERAL:
        parts = text.replace("，", ",").replace("；", ",").replace(";", ",").replace("、", ",").split(",")
        return [part.strip() for part in parts if part.strip()]
    if name not in (*NUMBERS, *WHOLE):
        return text
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not -MOST <= value <= MOST or (name in WHOLE and value != int(value)):
        fix = "Write digits, such as 3." if name in WHOLE else "Write digits, such as 12.5."
        raise SitingError("{text} is no number", where=_shown(name), fix=fix, text=text)
    if value < 0:
        raise SitingError("{text} is below 0", where=_shown(name), fix="Give 0 or more.", text=text)
    return int(value) if name in WHOLE else value


def _shown(name: str) -> str:
    return count_label() if name == "count" else word_labels()[name]
