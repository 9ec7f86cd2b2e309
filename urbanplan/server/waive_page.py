"""Letting a finding pass, with reason and owner, in the waiver file beside the plan."""

from __future__ import annotations

import hashlib

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from urbanplan.analysis.waive import WAIVERS, waive
from urbanplan.errors import UsageError
from urbanplan.model.finding import Finding
from urbanplan.model.translation import localize
from urbanplan.server.desk import desk_of
from urbanplan.server.markup import page
from urbanplan.server.plan_view import PlanView, view_plan
from urbanplan.view.page import escape

_MAX_TEXT = 2_000  # characters


def waive_page(request: Request) -> Response:
    """Answer with the form of a waiver."""
    view = view_plan(request)
    hit = _finding(view, request)
    title = localize("Waive a finding")
    note = localize("It is written into {file} beside the plan, expires 90 days after the plan's date, and counts from "
                    "the next check on.", file=WAIVERS)  # fmt: skip
    body = (
        f"<h1>{escape(title)}</h1><section><p><b>{escape(hit.message)}</b></p><p>{escape(hit.fix)}</p>"
        f'<form method="post"><input type="hidden" name="finding" value="{_digest(hit)}">'
        f'<label for="reason">{escape(localize("Reason"))}</label>'
        '<input type="text" id="reason" name="reason" required>'
        f'<label for="owner">{escape(localize("Owner"))}</label><input type="text" id="owner" name="owner" required>'
        f"<p>{escape(note)}</p><p><button>{escape(localize('Waive'))}</button></p></form></section>"
    )
    return page(request, title, body, place=view.place("layers"))


async def save_waiver(request: Request) -> Response:
    """Write a waiver and go back to the layers."""
    opened = desk_of(request).writable_plan(request.path_params["plan"])
    view = await run_in_threadpool(view_plan, request)
    hit = _finding(view, request)
    async with request.form(max_files=0, max_fields=10) as form:
        reason, owner = (str(form.get(name, ""))[:_MAX_TEXT] for name in ("reason", "owner"))
        shown = str(form.get("finding", "")) or _digest(hit)
    if shown != _digest(hit):
        raise UsageError("another check was made since this page was opened", fix="Look at the findings again.")
    as_of = view.plan.as_of.isoformat()
    await run_in_threadpool(waive, opened.file.parent / WAIVERS, hit, reason=reason, owner=owner, as_of=as_of)
    return RedirectResponse(f"{opened.path}/layers", status_code=303)


def _digest(hit: Finding) -> str:
    """What tells a finding from others: its number is of one check, and another tab may have made a new one."""
    parts = (hit.code, hit.layer or "", hit.feature or "", hit.message)
    return hashlib.sha256("\0".join(parts).encode("utf-8")).hexdigest()[:16]


def _finding(view: PlanView, request: Request) -> Finding:
    """The finding of an address: its number in the last report.

    Raises:
        HTTPException: 404, there is none.
    """
    number = request.path_params["finding"]
    found = [] if view.report is None else view.report.findings
    if not (number.isascii() and number.isdecimal() and len(number) < 9 and int(number) < len(found)):
        raise HTTPException(404)
    return found[int(number)]
