"""Readings of every kind against bounds of every kind, before and after the day: all that the judge says.

``python tests/verdict/whole_judge.py`` writes ``whole_judge.jsonl``, as it was looked at last.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from urbanplan.errors import UrbanplanError
from urbanplan.measure.measured import Measurement
from urbanplan.model.plan import Target
from urbanplan.model.reading import Bound, Reading
from urbanplan.verdict.judge import judge_target

FILE = Path(__file__).with_name("whole_judge.jsonl")
DAY = datetime.date(2025, 12, 31)
ENDS = [
    (5, 5),
    (4, 6),
    (3.5, 4),
    (6, 6.5),
    (4, 4),
    (6, 6),
    (5, 7),
    (3, 5),
    (None, 4),
    (6, None),
    (None, None),
    (0, 0),
    (-1, 2),
]
BOUNDS: list[dict[str, Any] | None] = [
    {"comparator": "=", "number": 5, "tolerance": 1},
    {"comparator": "=", "number": 5},
    *({"comparator": sign, "number": 5} for sign in (">=", "<=", ">", "<")),
    {"comparator": "about", "number": 5},
    {"comparator": "about", "number": 5, "tolerance": 1},
    {"comparator": ">=", "number": 0},
    {"comparator": ">=", "number": 5000, "unit": "m"},
    {"comparator": ">=", "number": 0.0005, "unit": "万人"},
    None,
]
SAID: list[dict[str, Any]] = [
    {},
    {"due": "2026-01-01"},
    {"due": "2025-12-31"},
    {"warn": {"comparator": ">=", "number": 6}},
    {"missing": {"what": "a survey", "owner": "the bureau"}},
]
TOLD = [("", "", None), ("three are unknown", "their values", Bound(comparator=">=", number=5, unit="count"))]


def judgements(number: int) -> Iterator[list[Any]]:
    """What is said of each reading beside one bound."""
    bound = BOUNDS[number]
    unit = {"m": "km", "万人": "person"}.get((bound or {}).get("unit", ""), "count")
    readings = [None, *(Reading(low=low, high=high, unit=unit) for low, high in ENDS)]
    for reading, said, (reason, settled_by, implied) in product(readings, SAID, TOLD):
        target = Target.model_validate({"id": "T", "quote": "q", "bound": bound, **said})
        measured = Measurement(reading, reason=reason, settled_by=settled_by, implied=implied)
        yield _judged(target, measured)


def _judged(target: Target, measured: Measurement) -> list[Any]:
    try:
        found = judge_target(target, measured, as_of=DAY)
    except (ValueError, UrbanplanError) as error:
        return [str(error)]
    ends = found.reading and [found.reading.low, found.reading.high, found.reading.unit]
    bound = found.bound and [found.bound.comparator, found.bound.number, found.bound.unit]
    return [
        found.status,
        ends,
        bound,
        found.code,
        found.reason,
        found.settled_by,
        found.warn,
        found.progress,
        found.surplus,
    ]


def line(number: int) -> str:
    """All of one bound as a JSON line."""
    return json.dumps(list(judgements(number)), ensure_ascii=False)


if __name__ == "__main__":
    FILE.write_text("".join(f"{line(number)}\n" for number in range(len(BOUNDS))), encoding="utf-8")
