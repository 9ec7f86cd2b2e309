"""The difference of two runs of a plan: what turned, and why."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from urbanplan.errors import UsageError

if TYPE_CHECKING:
    from urbanplan.analysis.check import Check
    from urbanplan.store.diff import Change
    from urbanplan.store.runlog import RunRecord


@dataclass(frozen=True)
class RunDifference:
    """Two runs and the changes between them, one for each target that turned or whose reading moved."""

    old: RunRecord
    new: RunRecord
    changes: list[Change]

    def to_json(self) -> str:
        """The changes as JSON text."""
        turned = [
            {
                **asdict(one),
                "before": one.before and one.before.model_dump(),
                "after": one.after and one.after.model_dump(),
            }
            for one in self.changes
        ]
        names = {"old": self.old.number or self.old.at, "new": self.new.number or self.new.at}
        data = {"schema_version": "1.0", **names, "turns": turned}
        return json.dumps(data, ensure_ascii=False, indent=1)


def compare_runs(plan: Path | str, old: str, new: str = "last") -> RunDifference:
    """Compare two runs.

    Args:
        plan: the plan's file or folder, whose log is read.
        old, new: number of a run in the log, ``last``, ``last~1`` …, or the JSON file of a report.

    Raises:
        UsageError: there is no such run, or the file is no report. StoreError: the log was changed after writing.
    """
    from urbanplan.store.diff import diff_runs
    from urbanplan.store.runlog import log_file

    log = log_file(plan)
    before, after = load_run(old, log), load_run(new, log)
    return RunDifference(before, after, diff_runs(before, after))


def log_run(done: Check) -> list[Change]:
    """Add a check to the log beside its plan, and say what turned since the run before it.

    Raises:
        StoreError: the log cannot be written, or was changed after writing.
    """
    from urbanplan.store.diff import diff_runs
    from urbanplan.store.runlog import append_run, log_file, read_runs

    path = log_file(done.plan.file)
    before = read_runs(path)
    run = append_run(path, done.report)
    return diff_runs(before[-1], run) if before else []


def last_run(plan: Path | str) -> RunRecord | None:
    """The last run in the log beside a plan, None where there is none.

    Raises:
        StoreError: the log was changed after writing.
    """
    from urbanplan.store.runlog import log_file, read_runs

    runs = read_runs(log_file(plan))
    return runs[-1] if runs else None


def load_run(name: str, log: Path) -> RunRecord:
    """A run by its number, ``last``, ``last~N`` or the file of a report; see :func:`compare_runs`."""
    from urbanplan.store.runlog import read_runs

    if name.endswith(".json"):
        return _read_run(Path(name))
    runs = read_runs(log)
    word, _, back = name.partition("~")
    steps, number = _whole_number(back or "0"), _whole_number(name)
    if word == "last" and steps is not None and steps < len(runs):
        return runs[-1 - steps]
    if number is not None and 1 <= number <= len(runs):
        return runs[number - 1]
    raise UsageError(
        "there is no run {name} in the log",
        where=str(log),
        fix="The log holds {count} runs; say a number, last, last~1, or a report's JSON file.",
        name=name[:40],
        count=len(runs),
    )


def _whole_number(text: str) -> int | None:
    """A number of a run; None where it is none, or of more digits than any log has."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _read_run(path: Path) -> RunRecord:
    from pydantic import ValidationError

    from urbanplan.model.report import Report
    from urbanplan.store.runlog import to_record

    try:
        return to_record(Report.model_validate_json(path.read_bytes()), at=path.name)
    except (OSError, ValidationError) as error:
        raise UsageError(
            "this is no report of a run", where=str(path), fix="Make one: urbanplan check --output json:FILE."
        ) from error
