"""The frame of the desk's pages: head, plan, ways to go; every text in it is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse

from urbanplan.model.translation import current_language, localize
from urbanplan.server.opened import OpenPlan
from urbanplan.view.page import HTML_LANGUAGES, escape

_OTHER_LANGUAGE = {"zh": ("en", "English"), "en": ("zh", "中文")}
_SHORT = 12  # characters of a cell that is not broken


@dataclass(frozen=True)
class Place:
    """Where a page stands: the plan that it is of, its title, and the part of the plan, ``layers`` for example."""

    plan: OpenPlan
    title: str
    part: str = ""


def page(request: Request, title: str, body: str, *, place: Place | None = None, status: int = 200) -> HTMLResponse:
    """A whole page.

    Args:
        request: that it answers. title: plain text. body: markup whose texts have passed ``escape``.
        place: the plan and part that it is of, where it is of one. status: of HTTP.
    """
    language = current_language()
    head = _head(request, place)
    text = (
        f'<!DOCTYPE html>\n<html lang="{HTML_LANGUAGES[language]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} · {escape(localize('Desk'))}</title>"
        '<link rel="stylesheet" href="/static/desk.css"><link rel="icon" href="data:,">'
        f'<script src="/static/desk.js" defer></script></head><body>{head}<main id="main">{body}</main></body></html>\n'
    )
    return HTMLResponse(text, status_code=status)


def _head(request: Request, place: Place | None) -> str:
    code, name = _OTHER_LANGUAGE[current_language()]
    tongue = HTML_LANGUAGES[code]
    link = f'<a href="?lang={code}" lang="{tongue}" hreflang="{tongue}">{name}</a>'
    title = localize("Desk") if place is None else place.title
    parts = "" if place is None else _parts(place)
    return (
        f'<a class="skip" href="#main">{escape(localize("To the content"))}</a>'
        f'<header><p><a href="/">urbanplan</a> <span aria-hidden="true">/</span> <b>{escape(title)}</b></p>'
        f"{parts}<p>{link}</p></header>"
    )


def _parts(place: Place) -> str:
    names = {
        "": localize("Targets"),
        "layers": localize("Layers"),
        "add": localize("Add data"),
        "siting": localize("Siting"),
        "results": localize("Results"),
    }
    links = [_part_link(place, part, name) for part, name in names.items()]
    return f'<nav aria-label="{escape(localize("Parts of the plan"))}">{"".join(links)}</nav>'


def _part_link(place: Place, part: str, name: str) -> str:
    here = ' aria-current="page"' if part == place.part else ""
    return f'<a href="{place.plan.path}{"/" if part else ""}{part}"{here}>{escape(name)}</a>'


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, caption: str = "") -> str:
    """A table of cells of markup; heads and caption are plain text."""
    told = f"<caption>{escape(caption)}</caption>" if caption else ""
    top = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return f'<div class="wide"><table>{told}<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(markup: str) -> str:
    """A cell; what is short and of one word stays on one line."""
    short = len(markup) <= _SHORT and " " not in markup
    return f'<td class="short">{markup}</td>' if short else f"<td>{markup}</td>"
