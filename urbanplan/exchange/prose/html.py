"""Pages of the web: the text of blocks, a line each; scripts, styles and menus are left out."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from urbanplan.errors import ExchangeError
from urbanplan.exchange.text.encoding import guess_encodings, utf16_to_utf8

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
    """The text of a page in the encoding that it declares, else the likeliest.

    Raises:
        ExchangeError: no encoding fits.
    """
    plain, _ = utf16_to_utf8(data)
    declared = re.search(rb"charset\s*=\s*[\"']?([\w-]{2,20})", plain[:4096])
    names = [encoding, declared[1].decode("ascii") if declared else None, *(g.encoding for g in guess_encodings(plain))]
    page = _Page()
    page.feed(_decode(plain, [name for name in names if name], str(path)))
    page.close()
    text = re.sub(r"[ \u3000\xa0]*\n[ \xa0]*", "\n", "".join(page.pieces))
    return re.sub(r"\n{2,}", "\n", text).strip("\n") + "\n", ()


def _decode(data: bytes, names: list[str], where: str) -> str:
    for name in names:
        try:
            return data.decode("gb18030" if name.lower() in ("gb2312", "gbk") else name)
        except (UnicodeDecodeError, LookupError):
            continue
    fix = "Pin its encoding with --encoding, for example gbk, or save it as UTF-8."
    raise ExchangeError("the text's encoding is not known", where=where, fix=fix)
