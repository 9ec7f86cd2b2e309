"""Verdicts, readings and bases in words, for the rows of the desk's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from urbanplan.model.code_words import basis_words, level_words, status_words
from urbanplan.model.formatting import format_bound, format_reading
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    from urbanplan.model.reading import Bound
    from urbanplan.model.report import Verdict


def status_word(status: str) -> str:
    """A verdict's status in the current language; a dash where there is none."""
    return status_words().get(status, "—")


def basis_word(basis: str | None) -> str:
    """A basis in the current language; empty where there is none."""
    return basis_words().get(basis or "", "")


def level_word(level: str) -> str:
    """A finding's level in the current language."""
    return localize("waived") if level == "waived" else level_words().get(level, level)


def bound_words(bound: Bound | None) -> str:
    """A bound as people write it; a dash where there is none."""
    return "—" if bound is None else format_bound(bound)


def verdict_words(verdict: Verdict) -> dict[str, str]:
    """What a row of the table of targets says of a verdict."""
    reading = "—" if verdict.reading is None else format_reading(verdict.reading, verdict.bound)
    return {
        "target": verdict.target,
        "status": verdict.status,
        "status_word": status_word(verdict.status),
        "reading": reading,
        "basis": verdict.basis or "",
        "basis_word": basis_word(verdict.basis),
        "reason": verdict.reason,
    }
