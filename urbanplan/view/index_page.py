"""A folder's front page: a link to each file of a run, with a line on what it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from urbanplan.view.page import FONTS, Page, escape, read_asset


@dataclass(frozen=True)
class IndexEntry:
    """A file beside the page: its name relative to the folder, a title, what it is, and its size in bytes."""

    file: str
    title: str
    what: str
    size: int


def index_page(title: str, facts: str, entries: Sequence[IndexEntry], *, warning: str = "", lang: str) -> str:
    """The front page as one HTML file that asks for nothing.

    Args:
        title, facts: of the plan, plain text. entries: in the order in which they are shown.
        warning: of what the data are not, under the facts. lang: ``zh`` or ``en``.
    """
    links = [quote(entry.file) for entry in entries]
    rows = [
        f'<li><a href="{escape(link)}">{escape(entry.title)}</a><span>{escape(entry.what)}</span>'
        f"<small>{escape(entry.file)} · {entry.size / 1000:,.0f} kB</small></li>"
        for entry, link in zip(entries, links, strict=True)
    ]
    banner = f'<p class="banner">{escape(warning)}</p>' if warning else ""
    body = f"<main><h1>{escape(title)}</h1><p>{escape(facts)}</p>{banner}<ul>{''.join(rows)}</ul></main>"
    style = read_asset("index.css").replace("FONTS", FONTS)
    return Page(title=title, styles=[style], body=body, lang=lang, links=links).html()
