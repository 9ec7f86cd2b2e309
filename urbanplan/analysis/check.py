"""The check: every target of a plan proved, with findings, and an exit code that says so."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.analysis.plans import in_plan_language, open_plan
from urbanplan.model.display import html_table

if TYPE_CHECKING:
    import pandas as pd

    from urbanplan.layer.layer import Layer
    from urbanplan.model.finding import Finding
    from urbanplan.model.plan import Plan
    from urbanplan.model.report import Report, Verdict
    from urbanplan.verdict import Audit
    from urbanplan.verdict.run import Progress


@dataclass(frozen=True, repr=False)
class Check:
    """A run of a plan: its report, the layers in the working CRS, and result layers for maps and exports."""

    run: Audit

    @property
    def disclosed(self) -> bool:
        """Whether a profile has looked at it; earlier runs of the log then stand on no page."""
        return bool(self.run.report.disclosure)

    @property
    def plan(self) -> Plan:
        """The plan that was checked."""
        return self.run.plan

    @property
    def report(self) -> Report:
        """The report, as ``--output json:FILE`` writes it."""
        return self.run.report

    @property
    def verdicts(self) -> list[Verdict]:
        """The verdict of each selected target."""
        return self.run.report.verdicts

    @property
    def findings(self) -> list[Finding]:
        """What is noteworthy about plan, layers and network."""
        return self.run.report.findings

    @property
    def layers(self) -> dict[str, Layer]:
        """The layers that were read, by name."""
        return self.run.layers

    @property
    def results(self) -> dict[str, Any]:
        """Result layers by name (GeoDataFrames), made when they are first asked for."""
        return self.run.results

    @property
    def exit_code(self) -> int:
        """0 all met, 1 some not met or error findings, 3 nothing failed and some undecidable."""
        return self.run.report.exit_code()

    def to_frame(self) -> pd.DataFrame:
        """The verdicts as a table: one row for each target, readings in the unit of the row."""
        return self.run.to_frame()

    def to_json(self, *, more: dict[str, Any] | None = None) -> str:
        """The report as JSON text, with further keys at its top."""
        held = self.report.bounded()
        indent = 1 if held is self.report else None  # a file of megabytes is for programs
        if more is None:
            return held.model_dump_json(indent=indent) + "\n"
        return json.dumps({**held.model_dump(mode="json"), **more}, ensure_ascii=False, indent=indent) + "\n"

    def to_csv(self) -> bytes | str:
        """The verdicts as CSV."""
        from urbanplan.view.spreadsheet import verdict_csv

        return verdict_csv(self.report)

    def to_sarif(self) -> str:
        """The findings as a SARIF log, for tools that show problems beside their files."""
        from urbanplan.view.sarif import sarif_log

        return json.dumps(sarif_log(self.report), ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def write_geopackage(self, path: Path | str) -> None:
        """Write findings, evidence, layers and results as layers of a GeoPackage."""
        from urbanplan.view.geopackage_report import write_geopackage_report

        write_geopackage_report(self.report, Path(path), layers=self.layers, results=self.results)

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {status}" for status, count in self.report.summary.status.items())
        return f"<Check of {self.plan.id}: {counts}; {len(self.findings)} findings>"

    def _repr_html_(self) -> str:
        return html_table(repr(self), self.report.rows())


def check(  # noqa: PLR0913 — each is a choice that the caller must be able to name
    plan: Plan | Path | str,
    *,
    select: Sequence[str] | None = None,
    real_only: bool = False,
    waivers: Path | str | None = None,
    sources: Path | str | None = None,
    every_layer: bool = False,
    targetless: bool = False,
    progress: Progress | None = None,
    on_verdict: Callable[[Verdict], None] | None = None,
) -> Check:
    """Prove a plan's targets.

    Args:
        plan: the plan, its file or its folder.
        select: patterns of targets (``SP-0*``, ``chapter:…``, ``kind:…``, ``role:…``, ``measure:…``), all unless said.
        real_only: leave illustrative layers out. waivers: file of findings that are let pass.
        sources: a further folder of the sources' text files. every_layer: read all layers, for a map or a report.
        targetless: take a plan that has no target yet, too, for a map or a report.
        progress: called with (what, done, of) as work goes on. on_verdict: called with each verdict as it is proved.

    Raises:
        UsageError: no target is selected. PlanError: the plan or the waiver file cannot be used.
        MeasureError, FilterError: a target cannot be used. GateError: a layer's path is hostile.
    """
    from urbanplan.verdict import audit
    from urbanplan.verdict.waiver import apply_waivers, read_waivers

    declared = open_plan(plan)
    known = [] if waivers is None else read_waivers(Path(waivers))
    run = audit(
        declared,
        select=None if select is None else list(select),
        real_only=real_only,
        sources=None if sources is None else Path(sources),
        every_layer=every_layer,
        targetless=targetless,
        tell=progress,
        on_verdict=on_verdict,
    )
    return Check(apply_waivers(run, known))


def ensure_check(
    plan: Plan | Path | str | Check, progress: Progress | None = None, *, targetless: bool = False
) -> Check:
    """The check itself, or one of a plan with every layer read, in the language of the plan's pages."""
    if isinstance(plan, Check):
        return plan
    with in_plan_language(plan) as declared:
        return check(declared, every_layer=True, targetless=targetless, progress=progress)


def clear_cache(plan: Plan | Path | str) -> None:
    """Forget what earlier runs of a plan measured, so that the next run measures everything."""
    from urbanplan.verdict.cache import clear_cache as clear

    clear(open_plan(plan))


def write_waivers(path: Path | str, done: Check) -> None:
    """Write all findings of a check as waivers, to be filled with reasons and owners.

    Raises:
        PlanError: the file cannot hold them.
    """
    from urbanplan.verdict.waiver import write_waivers as write

    write(Path(path), done.report)
