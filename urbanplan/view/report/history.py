"""The runs of a plan as the page shows them: counts over time, and what turned since the run before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from urbanplan.store.diff import Change, diff_runs, format_outcome
from urbanplan.store.runlog import RunRecord

MAX_RUNS = 60  # runs of the trend
MAX_CHANGES = 200


def history_rows(history: Sequence[RunRecord] | None) -> dict[str, Any]:
    """Runs, the oldest first, and the turns from the last but one to the last."""
    runs = list(history or [])[-MAX_RUNS:]
    turned = diff_runs(runs[-2], runs[-1])[:MAX_CHANGES] if len(runs) > 1 else []
    return {"runs": [_run(run) for run in runs], "turns": [_change(turn) for turn in turned]}


def _run(run: RunRecord) -> dict[str, Any]:
    return {
        "number": run.number,
        "at": run.at,
        "who": run.who,
        "plan": run.plan_digest,
        "verdicts": run.verdicts,
        "findings": run.findings,
    }


def _change(turn: Change) -> dict[str, Any]:
    return {
        "id": turn.target,
        "title": turn.title,
        "way": turn.way,
        "was": turn.before.status if turn.before else "",
        "now": turn.after.status if turn.after else "",
        "values": f"{format_outcome(turn.before)} → {format_outcome(turn.after)}",
        "why": list(turn.why),
    }
