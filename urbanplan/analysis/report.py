"""The report: a run as one offline page, as PDF, and its indicators as a workbook."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from urbanplan.analysis.check import Check, ensure_check
from urbanplan.analysis.files import size_note, write_whole
from urbanplan.errors import StoreError
from urbanplan.model.note import Note, NoteLog, Notify, note
from urbanplan.model.translation import use_language

if TYPE_CHECKING:
    from urbanplan.model.plan import Plan
    from urbanplan.store.runlog import RunRecord


@dataclass(frozen=True)
class ReportFiles:
    """The files that were written, the page first, and notes on each."""

    files: list[Path]
    notes: list[Note] = field(default_factory=list)


def report(
    plan: Plan | Path | str | Check,
    out: Path | str = "report.html",
    *,
    pdf: Path | str | None = None,
    xlsx: Path | str | None = None,
    log: bool = True,
    notify: Notify | None = None,
) -> ReportFiles:
    """Write the report of a run.

    Args:
        plan: a check made with every layer, or a plan that is checked now.
        out: the page, one HTML file that needs no network. pdf, xlsx: files of the PDF and of the workbook.
        log: add this run to the log beside the plan. notify: called with each note as it comes.

    Raises:
        ViewError: it cannot be drawn. MissingExtraError: what the PDF or the workbook needs is not installed.
    """
    done, notes = ensure_check(plan, targetless=True), NoteLog(notify)
    files = [write_whole(out, page_text(done, _runs(done, notes, log=log)))]
    notes.put(size_note(files[-1]))
    if pdf is not None:
        files.append(write_whole(pdf, _pdf(done)))
        notes.put(size_note(files[-1]))
    if xlsx is not None:
        files.append(_write_workbook(done, Path(xlsx)))
        notes.put(size_note(files[-1]))
    return ReportFiles(files, notes.notes)


def brief(
    plan: Plan | Path | str | Check,
    out: Path | str = "brief.html",
    *,
    log: bool = True,
    notify: Notify | None = None,
) -> ReportFiles:
    """Write the director's page of a run, which prints on one A4: what is met, red, turned, and would settle most.

    Args:
        plan: a check made with every layer, or a plan that is checked now.
        out: the page, one HTML file that needs no network and runs no script.
        log: add this run to the log beside the plan. notify: called with each note as it comes.
    """
    done, notes = ensure_check(plan, targetless=True), NoteLog(notify)
    files = [write_whole(out, brief_text(done, _runs(done, notes, log=log), logged=log))]
    notes.put(size_note(files[-1]))
    return ReportFiles(files, notes.notes)


def brief_text(done: Check, runs: list[RunRecord], *, logged: bool) -> str:
    """The director's page as HTML text.

    Args:
        done: a check made with every layer. runs: of the log, the oldest first. logged: whether its run is the last.
    """
    from urbanplan.analysis.readiness import assess_readiness
    from urbanplan.store.diff import diff_runs
    from urbanplan.store.runlog import to_record
    from urbanplan.view.report import brief_page
    from urbanplan.view.report.brief import Progress

    before = runs[:-1] if logged else runs
    with use_language(done.report.language):
        turned = diff_runs(before[-1], to_record(done.report)) if before else None
        progress = Progress(turned, assess_readiness(done).wants)
    return brief_page(done.plan, done.report, done.layers, done.results, progress=progress, lang=done.report.language)


def _runs(done: Check, notes: NoteLog, *, log: bool) -> list[RunRecord]:
    """The runs of the plan's log, this one added; a folder that cannot be written to is noted.

    A disclosed run is neither added nor set beside earlier ones: the log holds what the profile does not let leave.
    """
    if done.disclosed:
        return []
    from urbanplan.store.runlog import append_run, log_file, read_runs

    path = log_file(done.plan.file)
    runs = read_runs(path)
    if log:
        try:
            runs.append(append_run(path, done.report))
        except StoreError as error:  # a plan in a folder that cannot be written to still has a report
            notes.put(note("{problem}", level="remark", problem=error))
    return runs


def page_text(done: Check, runs: list[RunRecord]) -> str:
    """The report as HTML text; ``runs`` are those of the log, the oldest first."""
    from urbanplan.view.report import report_page

    return report_page(done.plan, done.report, done.layers, done.results, lang=done.report.language, history=runs)


def _pdf(done: Check) -> bytes:
    from urbanplan.view.report import report_pdf

    return report_pdf(done.plan, done.report, done.layers, done.results, lang=done.report.language)


def _write_workbook(done: Check, path: Path) -> Path:
    from urbanplan.view.indicators import write_indicators

    write_indicators(path, done.plan, done.report, layers=done.layers, results=done.results, lang=done.report.language)
    return path
