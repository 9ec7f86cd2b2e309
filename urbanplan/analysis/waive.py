"""Waiving findings: a row of each in the waiver file, with who answers for it and why."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from urbanplan.errors import UsageError

if TYPE_CHECKING:
    from urbanplan.model.finding import Finding
    from urbanplan.model.plan import Plan


WAIVERS = "waivers.toml"  # beside the plan
_MAX_NAMED = 10


@dataclass(frozen=True)
class FindingChoice:
    """Which findings are meant: of a code, of a layer and feature where they are named; ``every`` one of them."""

    code: str
    layer: str | None = None
    feature: str | None = None
    every: bool = False

    def fits(self, hit: Finding) -> bool:
        """Whether a finding is meant."""
        return hit.code == self.code and self.layer in (None, hit.layer) and self.feature in (None, hit.feature)


def waive_findings(
    plan: Plan | Path | str, choice: FindingChoice, *, reason: str, owner: str, waivers: Path | None = None
) -> tuple[Path, list[Finding]]:
    """Check a plan and waive the finding that is chosen, or several where every one is meant.

    Args:
        plan: the plan, its file or its folder. choice: of the findings. reason, owner: why, and who says so.
        waivers: the file; ``waivers.toml`` beside the plan unless given.

    Returns:
        The file, and the findings that are waived now.

    Raises:
        UsageError: no finding fits, or several and not every one is meant; no reason or owner is given.
    """
    from urbanplan.analysis.check import check
    from urbanplan.analysis.plans import open_plan

    declared = open_plan(plan)
    file = waivers or Path(declared.file).parent / WAIVERS
    report = check(declared, waivers=file if file.is_file() else None).report
    found = _chosen([hit for hit in report.findings if hit.waived is None and hit.level != "info"], choice)
    for hit in found:
        waive(file, hit, reason=reason, owner=owner, as_of=declared.as_of.isoformat())
    return file, found


def _chosen(findings: list[Finding], choice: FindingChoice) -> list[Finding]:
    """The findings that are meant.

    Raises:
        UsageError: none is, or several are and not every one of them.
    """
    found = [hit for hit in findings if choice.fits(hit)]
    if not found:
        known = ", ".join(sorted({hit.code for hit in findings})) or "—"
        fix = "Findings to be waived: {known}."
        raise UsageError("no finding of the code {code} fits", fix=fix, code=choice.code, known=known)
    if len(found) > 1 and not choice.every:
        named = "; ".join(" ".join(filter(None, (hit.layer, hit.feature))) or hit.message for hit in found[:_MAX_NAMED])
        fix = "Say --layer and --feature, or --all."
        raise UsageError("{count} findings fit: {named}", fix=fix, count=len(found), named=named)
    return found


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
