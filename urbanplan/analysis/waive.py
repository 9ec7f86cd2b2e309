"""Waiving one finding: a row in the waiver file, with who answers for it and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from urbanplan.errors import UsageError

if TYPE_CHECKING:
    from urbanplan.model.finding import Finding


def waive(path: Path | str, finding: Finding, *, reason: str, owner: str, as_of: str) -> None:
    """Add a waiver of a finding to a file; rows that stand in it stay as they are.

    Args:
        path: the waiver file, made where it is missing. finding: of a check. reason, owner: why, and who says so.
        as_of: the plan's date, 90 days after which the waiver expires.

    Raises:
        UsageError: no reason or owner is given, or a waiver of it stands there. PlanError: the file cannot be read.
    """
    from urbanplan.verdict.waiver import append_waiver

    if not (reason.strip() and owner.strip()):
        raise UsageError("a waiver needs a reason and an owner", fix="Give both.")
    append_waiver(Path(path), finding, reason=reason.strip(), owner=owner.strip(), as_of=as_of)
