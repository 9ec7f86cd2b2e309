"""The runs of a plan as the page shows them: counts over time, and what turned since the run before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from urbanplan.store.diff import Turn, reading_text, turns
from urbanplan.store.runlog import Run

RUNS = 60  # runs of the trend
TURNS = 200


def history_rows(history: Sequence[Run] | None) -> dict[str, Any]:
    """Runs, the oldest first, and the turns from the last but one to the last."""
    runs = list(history or [])[-RUNS:]
    turned = turns(runs[-2], runs[-1])[:TURNS] if len(runs) > 1 else []
    return {"runs": [_run(run) for run in runs], "turns": [_turn(turn) for turn in turned]}


def _run(run: Run) -> dict[str, Any]:
    return {
        "number": run.number,
        "at": run.at,
        "who": run.who,
        "plan": run.plan_digest,
        "verdicts": run.verdicts,
        "findings": run.findings,
    }


def _turn(turn: Turn) -> dict[str, Any]:
    return {
        "id": turn.target,
        "title": turn.title,
        "way": turn.way,
        "was": turn.before.status if turn.before else "",
        "now": turn.after.status if turn.after else "",
        "values": f"{reading_text(turn.before)} → {reading_text(turn.after)}",
        "why": list(turn.why),
    }
