"""The first page: the plans that were opened."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

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
    body = f'<h1>{escape(title)}</h1><ul class="cards">{cards}</ul>{_drop_form(desk)}{_end_form()}'
    return page(request, title, body)


async def end_desk(request: Request) -> Response:
    """End the server after this answer, and with it what works beside it."""
    desk_of(request).closing.set()
    title = localize("The desk is closed")
    text = localize("What was written stays in the plan's folder. This window may be closed.")
    return page(request, title, f"<h1>{escape(title)}</h1><p>{escape(text)}</p>")


def _end_form() -> str:
    word = escape(localize("Close the desk"))
    hint = escape(localize("Ends the server and the work under way; nothing that was written is lost."))
    button = f'<button class="plain">{word}</button>'
    return f'<form class="actions" method="post" action="/end">{button}<small>{hint}</small></form>'


def _drop_form(desk: Desk) -> str:
    """A place to drop a document on, of which a plan is drafted."""
    if desk.home is None:
        return ""
    hint = localize("Drop a work report, plan or notice here (.txt, .docx, .pdf, .html, .ofd), or choose it. Its "
                    "promises become a plan that you review line by line.")  # fmt: skip
    return (
        f"<section><h2>{escape(localize('A plan from its document'))}</h2>"
        '<form class="drop" data-drop method="post" enctype="multipart/form-data" action="/documents">'
        f'<p>{escape(hint)}</p><label for="file">{escape(localize("Document"))}</label>'
        '<input id="file" type="file" name="file" required>'
        f"<p><button>{escape(localize('Look at it'))}</button></p></form></section>"
    )


def _card(desk: Desk, one: OpenPlan) -> str:
    try:
        plan = desk.held.read(one.file)
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
