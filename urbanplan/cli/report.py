"""``urbanplan report``: a run as one offline page, as PDF, and its indicators as a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from urbanplan.cli.planfile import plan_file

if TYPE_CHECKING:
    from urbanplan.verdict import Audit


def report(
    plan: Annotated[Path | None, typer.Argument(help="Plan file or folder; ./plan.toml unless given")] = None,
    plan_option: Annotated[Path | None, typer.Option("--plan", help="The same as the argument")] = None,
    out: Annotated[Path, typer.Option("-o", "--out", help="The HTML file to write")] = Path("report.html"),
    pdf: Annotated[Path | None, typer.Option("--pdf", help="Also a PDF")] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="Also the indicators as a workbook")] = None,
    real_only: Annotated[bool, typer.Option("--real-only", help="Leave illustrative layers out")] = False,
    sources: Annotated[Path | None, typer.Option(help="Folder with the text files of the plan's sources")] = None,
    waivers: Annotated[Path | None, typer.Option(help="File of findings that are let pass")] = None,
    log: Annotated[bool, typer.Option("--log/--no-log", help="Add this run to the log beside the plan")] = True,
) -> int:
    """Write the report of a run; exit 0 when it was written."""
    from urbanplan.cli.progress_bar import telling
    from urbanplan.plan import read
    from urbanplan.verdict import audit
    from urbanplan.verdict.waiver import apply, read_waivers

    declared = read(plan_file(plan, plan_option))
    let_pass = [] if waivers is None else read_waivers(waivers)
    with telling() as tell:
        run = audit(declared, real_only=real_only, sources=sources, every_layer=True, tell=tell)
        run = apply(run, let_pass)
    _page(run, out, log=log)
    if pdf is not None:
        _pdf(run, pdf)
    if xlsx is not None:
        _workbook(run, xlsx)
    return 0


def _page(run: Audit, out: Path, *, log: bool) -> None:
    from urbanplan.errors import StoreError
    from urbanplan.exchange.files.atomic import atomic
    from urbanplan.model.translation import language, translate
    from urbanplan.store.runlog import append, log_file, read_runs
    from urbanplan.view.report import report_page

    path = log_file(run.plan.file)
    runs = read_runs(path)
    if log:
        try:
            runs.append(append(path, run.report))
        except StoreError as error:  # a plan in a folder that cannot be written to still has a report
            typer.echo(error.text(translate), err=True)
    text = report_page(run.plan, run.report, run.layers, run.results, lang=language(), history=runs)
    with atomic(out) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
    _told(out)


def _pdf(run: Audit, path: Path) -> None:
    from urbanplan.exchange.files.atomic import atomic
    from urbanplan.model.translation import language
    from urbanplan.view.report import report_pdf

    made = report_pdf(run.plan, run.report, run.layers, run.results, lang=language())
    with atomic(path) as temporary:
        temporary.write_bytes(made)
    _told(path)


def _workbook(run: Audit, path: Path) -> None:
    from urbanplan.model.translation import language
    from urbanplan.view.indicators import write_indicators

    write_indicators(path, run.plan, run.report, layers=run.layers, results=run.results, lang=language())
    _told(path)


def _told(path: Path) -> None:
    from urbanplan.model.translation import say

    typer.echo(say("{file}: {size} kB", file=path, size=f"{path.stat().st_size / 1000:,.0f}"))
