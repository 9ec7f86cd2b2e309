"""The first page: the plans that were opened."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from urbanplan.analysis.plans import open_plan
from urbanplan.errors import UrbanplanError
from urbanplan.model.translation import localize, translate
from urbanplan.server.desk import Desk, desk_of
from urbanplan.server.markup import page
from urbanplan.server.opened import OpenPlan
from urbanplan.view.page import escape


async def plans_page(request: Request) -> Response:
    """Answer with a card for each plan."""
    desk = desk_of(request)
    cards = "".join(_card(desk, one) for one in desk.plans)
    title = localize("Plans")
    return page(request, title, f'<h1>{escape(title)}</h1><ul class="cards">{cards}</ul>')


def _card(desk: Desk, one: OpenPlan) -> str:
    try:
        plan = open_plan(one.file)
    except UrbanplanError as error:
        text = escape(desk.hide_paths(error.text(translate)))
        return f'<li><h2>{escape(one.file.parent.name)}</h2><p role="alert">{text}</p></li>'
    facts = localize("{district}, as of {date}", district=plan.district.name, date=plan.as_of.isoformat())
    counts = localize("{targets} targets, {layers} layers", targets=len(plan.target), layers=len(plan.layer))
    note = "" if one.writable else f"<p>{escape(localize('The example of urbanplan; it cannot be changed here.'))}</p>"
    return (
        f'<li><h2><a href="{one.path}">{escape(plan.title)}</a></h2><p>{escape(facts)}</p>'
        f"<p>{escape(counts)}</p>{note}</li>"
    )
