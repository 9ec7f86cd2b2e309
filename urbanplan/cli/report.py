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
    from urbanplan.cli.progress_bar import progress_bar
    from urbanplan.plan import read_plan
    from urbanplan.verdict import audit
    from urbanplan.verdict.waiver import apply_waivers, read_waivers

    declared = read_plan(plan_file(plan, plan_option))
    let_pass = [] if waivers is None else read_waivers(waivers)
    with progress_bar() as tell:
        run = audit(declared, real_only=real_only, sources=sources, every_layer=True, tell=tell)
        run = apply_waivers(run, let_pass)
    _write_page(run, out, log=log)
    if pdf is not None:
        _write_pdf(run, pdf)
    if xlsx is not None:
        _write_workbook(run, xlsx)
    return 0


def _write_page(run: Audit, out: Path, *, log: bool) -> None:
    from urbanplan.errors import StoreError
    from urbanplan.exchange.files.atomic import atomic_write
    from urbanplan.model.translation import current_language, translate
    from urbanplan.store.runlog import append_run, log_file, read_runs
    from urbanplan.view.report import report_page

    path = log_file(run.plan.file)
    runs = read_runs(path)
    if log:
        try:
            runs.append(append_run(path, run.report))
        except StoreError as error:  # a plan in a folder that cannot be written to still has a report
            typer.echo(error.text(translate), err=True)
    text = report_page(run.plan, run.report, run.layers, run.results, lang=current_language(), history=runs)
    with atomic_write(out) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
    _print_size(out)


def _write_pdf(run: Audit, path: Path) -> None:
    from urbanplan.exchange.files.atomic import atomic_write
    from urbanplan.model.translation import current_language
    from urbanplan.view.report import report_pdf

    made = report_pdf(run.plan, run.report, run.layers, run.results, lang=current_language())
    with atomic_write(path) as temporary:
        temporary.write_bytes(made)
    _print_size(path)


def _write_workbook(run: Audit, path: Path) -> None:
    from urbanplan.model.translation import current_language
    from urbanplan.view.indicators import write_indicators

    write_indicators(path, run.plan, run.report, layers=run.layers, results=run.results, lang=current_language())
    _print_size(path)


def _print_size(path: Path) -> None:
    from urbanplan.model.translation import localize

    typer.echo(localize("{file}: {size} kB", file=path, size=f"{path.stat().st_size / 1000:,.0f}"))
