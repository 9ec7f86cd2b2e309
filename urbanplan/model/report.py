"""The report of a run: the versioned JSON that users and programs rely on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from urbanplan.model.display import html_table, one_line
from urbanplan.model.finding import Finding
from urbanplan.model.plan import BASES, Basis
from urbanplan.model.reading import Bound, BreakdownRow, Evidence, Known, Reading, Status

SCHEMA_VERSION = "1.0"
MAX_EVIDENCE_IDS = 100_000
"""Ids of evidence that all verdicts of a report file hold together; of more, each has its first ones and a number."""
SHOWN_IDS = 10
VERDICT_COLUMNS = ("target", "title", "status", "low", "high", "unit", "basis", "reason")


class Verdict(BaseModel):
    """What a run says of one target."""

    model_config = ConfigDict(frozen=True)

    target: str
    title: str = ""
    chapter: str = ""
    quote: str = ""
    source: str | None = None
    kind: str = "spatial"
    role: str = "promise"
    status: Status
    warn: bool = False
    basis: Basis | None = None
    reading: Reading | None = None
    known: Known | None = Field(default=None, description="Value over the known rows, where some are unknown")
    bound: Bound | None = None
    comparator_because: str | None = None
    progress: float | None = None
    surplus: float | None = Field(default=None, description="What a floor is exceeded by, in the bound's unit")
    reason: str = ""
    reason_code: str = ""
    settled_by: str | None = None
    breakdown: list[BreakdownRow] = Field(default_factory=list)
    evidence: Evidence = Field(default_factory=Evidence)
    measure: dict[str, Any] | None = None
    layers: list[str] = Field(default_factory=list)
    where: str = ""


class LayerEntry(BaseModel):
    """A layer as it was used: name, file, digest, basis and number of features."""

    model_config = ConfigDict(frozen=True)

    name: str
    file: str = ""
    type: str = ""
    title: str = ""
    digest: str = ""
    basis: Basis = "illustrative"
    source: str = ""
    date: str | None = None
    features: int = 0
    refused: int = 0


class PlanEntry(BaseModel):
    """The plan as it was used."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str = ""
    district: str = ""
    digest: str = ""
    as_of: str = ""
    area: str = "plane"
    file: str = ""


class Summary(BaseModel):
    """Counts of promises by status, in all, by chapter and by basis; findings by level."""

    model_config = ConfigDict(frozen=True)

    status: dict[str, int]
    chapters: dict[str, dict[str, int]]
    bases: dict[str, dict[str, int]]
    measured: int
    findings: dict[str, int]


class Report(BaseModel):
    """A whole run.  Numbers are unrounded doubles; geometries are in ``crs``."""

    model_config = ConfigDict(frozen=True)

    schema_version: Literal["1.0"] = SCHEMA_VERSION
    urbanplan: str = ""
    engines: dict[str, str] = Field(default_factory=dict, description="Libraries of geometry and their versions")
    language: str = "en"
    crs: str = ""
    disclosure: dict[str, Any] = Field(
        default_factory=dict, description="For whom it leaves: profile, precision_m, review_number; empty as it is"
    )
    plan: PlanEntry
    layers: list[LayerEntry] = Field(default_factory=list)
    verdicts: list[Verdict] = Field(default_factory=list)
    findings: list[Finding] = Field(default_factory=list)
    summary: Summary

    def __repr__(self) -> str:
        status = (f"{count} {name.replace('_', ' ')}" for name, count in self.summary.status.items())
        return one_line("Report", self.plan.id, *status, f"{len(self.findings)} findings")

    __str__ = __repr__

    def _repr_html_(self) -> str:
        return html_table(repr(self), self.rows())

    def rows(self) -> list[dict[str, Any]]:
        """Verdicts as rows of :data:`VERDICT_COLUMNS`; low and high in the row's unit."""
        return [_verdict_row(one) for one in self.verdicts]

    @property
    def is_illustrative(self) -> bool:
        """Whether a layer is drawn as an example, so that no verdict is a fact."""
        return any(entry.basis == "illustrative" for entry in self.layers)

    def bounded(self) -> Report:
        """The report as a file holds it: of evidence beyond a hundred thousand ids the first of each list and a count.

        Up to there nothing is left out; the run itself, its maps and its GeoPackage hold all of it in any case.
        """
        if sum(len(ids) for one in self.verdicts for ids in one.evidence.layers.values()) <= MAX_EVIDENCE_IDS:
            return self
        rows = [one.model_copy(update={"evidence": one.evidence.shortened(SHOWN_IDS)}) for one in self.verdicts]
        return self.model_copy(update={"verdicts": rows})

    def exit_code(self) -> int:
        """0 all met; 1 some not met or an unwaived error finding; 3 nothing failed but some undecidable."""
        promises = [v for v in self.verdicts if v.role == "promise"]
        failed = any(v.status == "not_met" for v in promises)
        if failed or any(f.level == "error" and f.waived is None for f in self.findings):
            return 1
        return 3 if any(v.status == "undecidable" for v in promises) else 0


def _verdict_row(one: Verdict) -> dict[str, Any]:
    reading = one.reading
    span = (None, None, None) if reading is None else (reading.low, reading.high, reading.unit)
    values = (one.target, one.title or one.quote, one.status, *span, one.basis, one.reason)
    return dict(zip(VERDICT_COLUMNS, values, strict=True))


def weakest_basis(bases: list[Basis]) -> Basis | None:
    """The weakest of some bases, None of none."""
    return max(bases, key=BASES.index, default=None)


def summarise(verdicts: list[Verdict], findings: list[Finding], *, chapters: Sequence[str] = ()) -> Summary:
    """Count promises by status, chapter and basis; context rows are left out.

    Args:
        verdicts, findings: of a run. chapters: in the plan's order; others follow as their verdicts come.
    """
    promises = [v for v in verdicts if v.role == "promise"]
    by_chapter: dict[str, Counter[str]] = {name: Counter() for name in chapters}
    bases: dict[str, Counter[str]] = {}
    for verdict in promises:
        by_chapter.setdefault(verdict.chapter, Counter())[verdict.status] += 1
        bases.setdefault(verdict.basis or "none", Counter())[verdict.status] += 1
    return Summary(
        status={s: sum(v.status == s for v in promises) for s in ("met", "not_met", "undecidable")},
        chapters={name: dict(count) for name, count in by_chapter.items() if count},
        bases={name: dict(count) for name, count in bases.items()},
        measured=sum(v.reading is not None for v in verdicts),
        findings=dict(Counter("waived" if f.waived else f.level for f in findings)),
    )
