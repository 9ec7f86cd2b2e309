"""Siting on the desk: a question, and the sites that answer it with their proof; a proposal, never a verdict."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from urbanplan.analysis.siting_words import WORDS, count_label, goal_labels, word_labels
from urbanplan.errors import UsageError
from urbanplan.model.translation import localize
from urbanplan.server.desk import desk_of
from urbanplan.server.fields import cells, select, text_field
from urbanplan.server.inspection_view import place_markup
from urbanplan.server.job_pages import job_box
from urbanplan.server.jobs import Job
from urbanplan.server.markup import page, table
from urbanplan.server.plan_view import PlanView, view_plan
from urbanplan.view.page import escape

FIELDS = ("goal", "count", *WORDS)
_FIRST = ("target", "candidates", "where")
_MAX_WORD, _MAX_ROWS, _MAX_SHOWN = 3_000, 200, 5


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
        asked = {name: str(form.get(name, "")).strip() for name in FIELDS}
    if max(map(len, asked.values())) > _MAX_WORD:
        raise UsageError("an answer is too long", fix="Give fewer ids, or a filter.")
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
    label, nothing = word_labels(), [("", "—")]
    counted = [*nothing, ("residents", localize("residents")), ("metres", localize("metres"))]
    lists = {"target": targets, "candidates": [*nothing, *layers], "forbidden": [*nothing, *layers], "by": counted}

    def field(name: str) -> str:
        if name in lists:
            return select(name, label[name], lists[name], asked)
        return text_field(name, label[name], asked)

    goal = select("goal", localize("Wanted"), goal_labels().items(), asked)
    count = text_field("count", count_label(), asked)
    first, rest = [field(name) for name in _FIRST], [field(name) for name in label if name not in _FIRST]
    opened = " open" * any(asked.get(name) for name in label if name not in _FIRST)
    more = f'<div class="pair">{cells(rest)}</div>'
    return (
        f'<form method="post" action="{view.opened.path}/siting"><section>{"".join(first)}{goal}{count}'
        f"<details{opened}><summary>{escape(localize('Constraints'))}</summary>{more}</details>"
        f"<p><button>{escape(localize('Propose sites'))}</button></p></section></form>"
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
