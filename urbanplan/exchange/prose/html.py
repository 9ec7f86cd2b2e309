"""Pages of the web: the text of blocks, a line each; scripts, styles and menus are left out."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from urbanplan.exchange.text.code_pages import parse_code_page
from urbanplan.exchange.text.document import decode_sound

_SKIPPED = frozenset({"script", "style", "noscript", "template", "nav", "select", "button", "svg", "iframe", "object"})
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "br",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "ul",
        "ol",
        "tr",
        "table",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "blockquote",
        "pre",
        "hr",
        "title",
        "dd",
        "dt",
        "figcaption",
        "caption",
        "form",
        "address",
        "body",
    ]
)
_CELLS = frozenset({"td", "th"})
_VOID = frozenset({"br", "hr"})


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.skipped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIPPED:
            self.skipped.append(tag)
        elif tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.skipped:
            del self.skipped[self.skipped.index(tag) :]
        elif tag in _CELLS:
            self.pieces.append("\t")
        elif tag in _BLOCKS - _VOID:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.skipped:
            self.pieces.append(re.sub(r"[ \r\n\f]+", " ", data))


def read_prose(data: bytes, path: Path, encoding: str | None = None) -> tuple[str, tuple[int, ...]]:
    """The text of a page; what it declares of its encoding is believed as far as its texts bear it out.

    Raises:
        ExchangeError: it is not in the pinned encoding, in none, or damaged.
    """
    declared = re.search(rb"charset\s*=\s*[\"']?([\w-]{2,20})", data[:4096])
    said = parse_code_page(declared[1].decode("ascii")) if declared else None
    page = _Page()
    page.feed(decode_sound(data, where=str(path), pinned=encoding, declared=said).text)
    page.close()
    text = re.sub(r"[ \u3000\xa0]*\n[ \xa0]*", "\n", "".join(page.pieces))
    return re.sub(r"\n{2,}", "\n", text).strip("\n") + "\n", ()
