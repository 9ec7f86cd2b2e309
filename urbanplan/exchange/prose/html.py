"""Pages of the web: the text of blocks, a line each; scripts, styles and menus are left out."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from urbanplan.errors import GateError
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
_LONG_TAG = re.compile(r"<[A-Za-z][^<>]{100000,}")
MAX_ATTRIBUTES = 10_000
"""Attributes of one tag: each takes a kilobyte of memory, and a page of people has a few."""


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
        GateError: a tag has more than :data:`MAX_ATTRIBUTES`.
    """
    declared = re.search(rb"charset\s*=\s*[\"']?([\w-]{2,20})", data[:4096])
    said = parse_code_page(declared[1].decode("ascii")) if declared else None
    page, source = _Page(), decode_sound(data, where=str(path), pinned=encoding, declared=said).text
    _require_few_attributes(source, str(path))
    page.feed(source)
    page.close()
    text = re.sub(r"[ \u3000\xa0]*\n[ \xa0]*", "\n", "".join(page.pieces))
    return re.sub(r"\n{2,}", "\n", text).strip("\n") + "\n", ()


def _require_few_attributes(source: str, where: str) -> None:
    for tag in _LONG_TAG.finditer(source):
        count = max(tag[0].count("="), len(tag[0].split()) - 1)
        if count > MAX_ATTRIBUTES:
            what = "line {line}: a tag has {count} attributes, more than {limit}"
            line = source.count("\n", 0, tag.start()) + 1
            fix = "Save the page as text, or take the tag out"
            raise GateError(what, where=where, fix=fix, line=line, count=count, limit=MAX_ATTRIBUTES)
