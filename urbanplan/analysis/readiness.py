"""Readiness: how much of a plan is measurable today, and which missing data would settle most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from urbanplan.analysis.check import Check
    from urbanplan.model.readiness import Readiness


def assess_readiness(done: Check) -> Readiness:
    """Count what a check could measure and decide, by kind and chapter, and rank what is missing."""
    from urbanplan.verdict.readiness import assess_readiness as assess

    return assess(done.plan, done.report)


def readiness_csv(ready: Readiness) -> Any:
    """What is missing as CSV: how many targets each would settle, who has it, and which targets they are."""
    from urbanplan.view.spreadsheet import csv_text

    rows = [
        {**want.model_dump(), "count": len(want.targets), "targets": " ".join(want.targets)} for want in ready.wants
    ]
    return csv_text(("count", "what", "owner", "kind", "targets"), rows)


def readiness_json(ready: Readiness) -> str:
    """A readiness as JSON text."""
    return ready.model_dump_json(indent=1) + "\n"
