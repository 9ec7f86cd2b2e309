"""Siting on the desk: a question, and the sites that answer it with their proof; a proposal, never a verdict."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from urbanplan.model.translation import localize
from urbanplan.server.desk import desk_of
from urbanplan.server.fields import cells, select, text_field
from urbanplan.server.inspection_view import place_markup
from urbanplan.server.job_pages import job_box
from urbanplan.server.jobs import Job
from urbanplan.server.markup import page, table
from urbanplan.server.plan_view import PlanView, view_plan
from urbanplan.view.page import escape

WORDS = ("target", "candidates", "goal", "share", "count", "budget", "cost", "where", "by", "within")
_MAX_WORD, _MAX_ROWS, _MAX_SHOWN = 300, 200, 5


def siting_page(request: Request) -> Response:
    """Answer with the form of a question, and the proposals that were made."""
    view = view_plan(request)
    made = [job for job in view.desk.jobs.of_plan(view.opened.number) if job.name == "site"][:_MAX_SHOWN]
    asked = dict(made[0].values.get("asked", {})) if made else {}
    title = localize("Siting")
    answers = "".join(_answer(view, job) for job in made)
    body = f'<h1>{escape(title)}</h1><div class="split made"><div>{_form(view, asked)}</div><div>{answers}</div></div>'
    return page(request, title, body, place=view.place("siting"))


async def ask_sites(request: Request) -> Response:
    """Begin to seek sites and go back to the page that shows them."""
    desk = desk_of(request)
    opened = desk.plan(request.path_params["plan"])
    async with request.form(max_files=0, max_fields=30) as form:
        asked = {name: str(form.get(name, "")).strip()[:_MAX_WORD] for name in WORDS}
    desk.jobs.start("site", opened, {"asked": {name: word for name, word in asked.items() if word}})
    return RedirectResponse(f"{opened.path}/siting", status_code=303)


def _form(view: PlanView, asked: dict[str, str]) -> str:
    targets = [
        (one.id, f"{one.name} ({one.id})") for one in view.plan.target if (one.measure or {}).get("kind") == "coverage"
    ]
    if not targets:
        text = localize("Siting starts from a target of coverage; the plan has none.")
        return f"<section><p>{escape(text)}</p></section>"
    layers = [(spec.name, view.layer_name(spec.name)) for spec in view.plan.layer]
    goals = [
        ("fewest", localize("fewest sites")),
        ("cheapest", localize("least cost")),
        ("most", localize("most covered")),
    ]
    counted = [("", "—"), ("residents", localize("residents")), ("metres", localize("metres"))]
    fields = [
        select("target", localize("Streets, people and present sites of the target"), targets, asked),
        select("candidates", localize("Candidates: where a site may stand"), [("", "—"), *layers], asked),
        text_field("where", localize("Filter of the candidates (CQL2)"), asked),
        cells((
            select("goal", localize("Wanted"), goals, asked),
            select("by", localize("Counted by"), counted, asked),
            text_field("share", localize("Share to cover, such as 95%"), asked),
            text_field("count", localize("At most so many sites"), asked),
            text_field("cost", localize("Column of costs"), asked),
            text_field("budget", localize("Budget"), asked),
            text_field("within", localize("Walk in metres"), asked),
        )),
    ]  # fmt: skip
    return (
        f'<form method="post" action="{view.opened.path}/siting"><section>{"".join(fields[:3])}'
        f'<div class="pair">{fields[3]}</div><p><button>{escape(localize("Propose sites"))}</button></p>'
        "</section></form>"
    )


def _answer(view: PlanView, job: Job) -> str:
    """A proposal: its sentences, sites and picture, and the files of it."""
    if job.state != "done":
        return job_box(view.desk, job)
    shown: dict[str, Any] = json.loads((job.out / "site.json").read_bytes())
    lines = "".join(f"<p>{escape(line)}</p>" for line in shown["lines"])
    heads = (localize("site"), localize("metres gained"), localize("residents gained"), localize("cost"))
    rows = ([_cell(name, value) for name, value in row.items()] for row in shown["rows"][:_MAX_ROWS])
    sites = table(heads, rows) if shown["rows"] else ""
    name = localize("Where the proposed sites lie in the district")
    return f"<section>{lines}{place_markup(shown['picture'], name)}{sites}</section>{job_box(view.desk, job)}"


def _cell(name: str, value: Any) -> str:
    """A value as people write it: metres and people whole, costs as they are; the files hold every digit."""
    if value is None:
        return "—"
    if not isinstance(value, float):
        return escape(str(value))
    return f"{value:,.10g}" if name == "cost" else f"{value:,.0f}"
