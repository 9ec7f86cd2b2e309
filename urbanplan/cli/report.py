"""``urbanplan report``: a run as one offline page, as PDF, and its indicators as a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urbanplan.cli.notes import print_note, print_notes
from urbanplan.cli.options import (
    Disclosure,
    PageFile,
    PlanArgument,
    PlanTwin,
    ProposalFile,
    RealOnly,
    ReviewNumber,
    Sources,
    check_disclosed,
    disclosure_options,
    plan_file,
)
from urbanplan.cli.progress_bar import progress_bar
from urbanplan.errors import UsageError


def report(
    plan: PlanArgument = None,
    plan_option: PlanTwin = None,
    out: PageFile = Path("report.html"),
    pdf: Annotated[Path | None, typer.Option("--pdf", help="Also a PDF")] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="Also the indicators as a workbook")] = None,
    real_only: RealOnly = False,
    sources: Sources = None,
    brief: Annotated[bool, typer.Option("--brief", help="The director's page: one screen, one A4")] = False,
    waivers: Annotated[Path | None, typer.Option(help="File of findings that are let pass")] = None,
    log: Annotated[bool, typer.Option("--log/--no-log", help="Add this run to the log beside the plan")] = True,
    proposal: ProposalFile = None,
    disclosure: Disclosure = None,
    review_number: ReviewNumber = None,
) -> int:
    """Write the report of a run; exit 0 when it was written."""
    if brief and (pdf or xlsx):
        raise UsageError("--brief writes one page", fix="Leave out --pdf and --xlsx, or make the whole report too.")
    asked = disclosure_options(disclosure, review_number)
    check_disclosed(asked, proposal)
    from urbanplan.analysis.check import check
    from urbanplan.analysis.disclosure_doors import disclose_or_warn
    from urbanplan.analysis.plans import in_plan_language
    from urbanplan.analysis.report import brief as write_brief
    from urbanplan.analysis.report import report as write_report

    with in_plan_language(plan_file(plan, plan_option)) as declared, progress_bar() as progress:
        done = check(
            declared,
            real_only=real_only,
            waivers=waivers,
            sources=sources,
            every_layer=True,
            targetless=True,
            progress=progress,
        )
    done, notes = disclose_or_warn(done, asked)
    if proposal is not None:
        from urbanplan.analysis.what_if import with_proposal

        done = with_proposal(done, proposal, notes)
    print_notes(notes)
    if brief:
        write_brief(done, out, log=log, notify=print_note)
        return 0
    write_report(done, out, pdf=pdf, xlsx=xlsx, log=log, notify=print_note)
    return 0
