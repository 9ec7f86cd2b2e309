"""Pages of a document: how many there may be, and where each begins in the text."""

from __future__ import annotations

from itertools import accumulate

from urbanplan.errors import GateError

MAX_PAGES = 3000


def check_page_count(count: int, where: str) -> None:
    """Refuse a document of too many pages.

    Raises:
        GateError: it has more than :data:`MAX_PAGES`.
    """
    if count > MAX_PAGES:
        what = "the document has {count} pages, more than {limit}"
        raise GateError(what, where=where, fix="Split it", count=count, limit=MAX_PAGES)


def join_pages(texts: list[str]) -> tuple[str, tuple[int, ...]]:
    """The text of all pages, and where each begins in it, in characters."""
    return "".join(texts), tuple(accumulate(map(len, texts), initial=0))[: len(texts)]
