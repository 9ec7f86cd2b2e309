"""The difference of two runs in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from urbanplan.model.translation import localize

if TYPE_CHECKING:
    from urbanplan.store.diff import Change
    from urbanplan.store.runlog import RunRecord


def run_lines(*runs: RunRecord) -> Iterator[str]:
    """A line for each run: number, time, who, and the count of each verdict."""
    for run in runs:
        counts = " · ".join(f"{_status_word(status)} {count}" for status, count in run.verdicts.items())
        yield f"#{run.number or '-'}  {run.at}  {run.who}  {counts}"


def diff_lines(old: RunRecord, new: RunRecord, changes: Sequence[Change]) -> Iterator[str]:
    """The count of changes, a line for each, and a line for each code whose count of findings changed."""
    from urbanplan.store.diff import format_outcome

    turned = [change for change in changes if change.way != "moved"]
    counts = {"turned": len(turned), "moved": len(changes) - len(turned)}
    yield localize("{turned} verdicts turned, {moved} readings moved", **counts)
    for change in changes:
        was = _status_word(change.before.status) if change.before else "—"
        now = _status_word(change.after.status) if change.after else "—"
        values = f"{format_outcome(change.before)} → {format_outcome(change.after)}"
        yield f"{change.target}  {change.title[:24]}  {was} → {now}  {values}  ({'; '.join(change.why)})"
    for code in sorted(set(old.codes) | set(new.codes)):
        was, now = old.codes.get(code, 0), new.codes.get(code, 0)
        if was != now:
            yield localize("findings {code}: {old} → {new}", code=code, old=was, new=now)


def _status_word(status: str) -> str:
    match status:
        case "met":
            return localize("met")
        case "not_met":
            return localize("not met")
        case _:
            return localize("undecidable")
