"""Every field of a verdict says what the plan or the measure gave."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from urbanplan.model.report import Verdict
from urbanplan.plan import read_plan
from urbanplan.verdict import audit

HEAD = """id = "p"
title = "Plan"
as_of = 2025-12-31
chapters = ["growth"]
reported = ["r.csv"]
[district]
name = "District"
crs = "EPSG:4547"
[[source]]
id = "speech"
title = "Speech"
date = 2025-01-10
"""
TARGET = """[[target]]
id = "T"
title = "Growth"
chapter = "growth"
quote = "7% growth"
source = "speech"
kind = "indicator"
role = "{role}"
comparator_because = "a floor"
bound = {{ comparator = "{comparator}", number = {number}, unit = "%" }}
warn = {{ comparator = ">=", number = 9 }}
due = {due}
measure = {{ kind = "reported" }}
"""


def verdict(
    home: Path, *, comparator: str = ">=", number: float = 7, due: str = "2025-12-31", role: str = "promise"
) -> Verdict:
    text = HEAD + TARGET.format(comparator=comparator, number=number, due=due, role=role)
    (home / "plan.toml").write_text(text, encoding="utf-8")
    (home / "r.csv").write_text(
        "target,low,high,unit,source,date,basis\nT,8,8,%,office,2025-12-20,surveyed\n", encoding="utf-8"
    )
    (found,) = audit(read_plan(home / "plan.toml")).report.verdicts
    return found


def test_every_field_of_a_met_target(tmp_path: Path) -> None:
    told: dict[str, Any] = verdict(tmp_path, role="context").model_dump()
    assert told.pop("where").endswith("plan.toml:13")
    assert told.pop("evidence")["notes"] == {
        "reported": {"source": "office", "date": "2025-12-20", "file": "r.csv", "line": 2}
    }
    assert told == {
        "target": "T", "title": "Growth", "chapter": "growth", "quote": "7% growth", "source": "speech", "kind": "indicator",
        "role": "context", "status": "met", "warn": True, "basis": "surveyed", "reading": {"low": 8.0, "high": 8.0, "unit": "%"},
        "known": None, "bound": {"comparator": ">=", "number": 7.0, "unit": "%", "tolerance": None},
        "comparator_because": "a floor", "progress": 1.0, "surplus": 1.0,
        "reason": "the reading 8.0 % is inside ≥ 7 %, 1.0 % more than asked (>=: a floor)", "reason_code": "inside",
        "settled_by": None, "breakdown": [], "measure": {"kind": "reported"}, "layers": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("comparator", "number", "due", "status", "code", "progress", "settled"),
    [
        (">=", 10, "2026-06-01", "undecidable", "not-yet", 0.8, "the same layers on that day"),
        (">=", 10, "2025-12-31", "not_met", "outside", 0.8, None),
        ("<=", 7, "2026-06-01", "not_met", "outside", None, None),
        (">", 8, "2026-06-01", "undecidable", "not-yet", 1.0, "the same layers on that day"),
        ("about", 8, "2025-12-31", "undecidable", "no-tolerance", None, "a tolerance in the plan"),
    ],
)
def test_what_a_target_that_is_not_met_says(
    tmp_path: Path,
    comparator: str,
    number: float,
    due: str,
    status: str,
    code: str,
    progress: float | None,
    settled: str | None,
) -> None:
    told = verdict(tmp_path, comparator=comparator, number=number, due=due)
    assert (told.status, told.reason_code, told.progress, told.settled_by) == (status, code, progress, settled)
    assert (told.warn, told.surplus, told.role) == (False, None, "promise")
    assert told.reason.endswith(f"({comparator}: a floor)")
    assert datetime.date(2025, 12, 31) >= datetime.date.fromisoformat(due) or status != "not_met" or comparator == "<="
