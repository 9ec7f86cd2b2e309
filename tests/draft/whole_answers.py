"""All that is read in the invented reports, one line for each number: ``python tests/draft/whole_answers.py`` writes it.

The lines hold what the draft says today, right or wrong (how much of it is right is another test), so that no change
of a rule goes unseen: whoever changes one looks at the difference and writes the file anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from urbanplan.plan.draft import read_promises, read_rules
from urbanplan.plan.draft.plan_file import PlanHead, doubt_texts, plan_text

HELD = Path(__file__).with_name("heldout")
FILE = Path(__file__).with_name("whole_answers.jsonl")
PLAN_FILE = Path(__file__).with_name("whole_plan.toml")


def answer_lines() -> Iterator[str]:
    """One JSON line for each number and each sentence that was not understood, in the order of the reports."""
    rules = read_rules()
    for report in sorted(HELD.glob("*.txt")):
        reading = read_promises(report.read_text(encoding="utf-8"), rules)
        yield _line(report.name, year=reading.year, title=reading.title)
        for one in reading.promises:
            row = {key: value for key, value in asdict(one).items() if value not in (None, "", ()) and key != "doubts"}
            yield _line(report.name, **row, doubts=doubt_texts(one))
        for start, quote, why in reading.unread:
            yield _line(report.name, start=start, unread=quote, why=why)


def water_plan() -> str:
    """The plan file of the report on water."""
    reading = read_promises((HELD / "water.txt").read_text(encoding="utf-8"), read_rules())
    head = PlanHead(
        "water", reading.title, "汀阳县", "EPSG:4547", "water.txt", "sources/water.txt", "0", crs_guessed=True
    )
    return plan_text(head, reading, lambda start: f"sign {start}")


def _line(report: str, **row: object) -> str:
    return json.dumps({"report": report, **row}, ensure_ascii=False, default=str)


if __name__ == "__main__":
    FILE.write_text("".join(f"{line}\n" for line in answer_lines()), encoding="utf-8")
    PLAN_FILE.write_text(water_plan(), encoding="utf-8")
