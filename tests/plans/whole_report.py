"""The first district's whole report, one line a target: ``python tests/plans/whole_report.py`` writes it.

The lines hold all that a verdict says but its place in the file, numbers to nine digits; long lists are kept as their
length and a digest.  A verdict that changes is looked at, explained in the note, and the file is written anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("first_district.jsonl")
SHOWN = 12  # entries of a list that is kept whole


def report_lines(report: Any) -> Iterator[str]:
    """One JSON line for each verdict, in the plan's order."""
    for one in report.verdicts:
        row = one.model_dump(mode="json", exclude={"where", "measure", "quote", "title", "chapter", "source"})
        yield json.dumps({key: _short(value) for key, value in row.items() if _is_said(value)}, ensure_ascii=False)


def _is_said(value: Any) -> bool:
    return value is not None and value != "" and value is not False and value != [] and value != {}


def _short(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, dict):
        return {key: _short(item) for key, item in value.items() if _is_said(item)}
    if isinstance(value, list):
        items = [_short(item) for item in value]
        return items if len(items) <= SHOWN else [len(items), hashlib.sha256(repr(items).encode()).hexdigest()[:12]]
    return value


if __name__ == "__main__":
    import urbanplan

    plan = urbanplan.read_plan(Path(__file__).parents[2] / "layers" / "zhengzhou-hitech")
    FILE.write_text("".join(f"{line}\n" for line in report_lines(urbanplan.audit(plan).report)), encoding="utf-8")
