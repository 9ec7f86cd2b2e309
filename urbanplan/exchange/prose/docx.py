"""Word documents: paragraphs, cells of tables with tabs between; deleted text, fields and notes are left out."""

from __future__ import annotations

from pathlib import Path

from urbanplan.exchange.gate.archive import open_zip
from urbanplan.exchange.prose.markup import read_events
from urbanplan.exchange.prose.packed import read_part

_BODY = "word/document.xml"
_BREAKS = ("br", "cr")


class _Body:
    """Collects the text of ``w:t`` in paragraphs, one a line."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.reading = False
        self.cells = 0

    def start(self, name: str, values: dict[str, str]) -> None:
        if name == "t":
            self.reading = True
        elif name == "tc":
            self.cells += 1
        elif name == "tab":
            self.pieces.append("\t")
        elif name in _BREAKS:
            self.pieces.append("\f" if values.get("w:type") == "page" else "\n")

    def end(self, name: str) -> None:
        if name == "t":
            self.reading = False
        elif name == "p":
            self.pieces.append(" " if self.cells else "\n")
        elif name == "tc":
            self.cells -= 1
            self.pieces.append("\t")
        elif name == "tr":
            self.pieces.append("\n")

    def text(self, signs: str) -> None:
        if self.reading:
            self.pieces.append(signs)


def read_prose(data: bytes, path: Path, encoding: str | None = None) -> tuple[str, tuple[int, ...]]:
    """The text of the body; pages are set by the program that prints it, so there are none.

    Raises:
        GateError, ExchangeError: the archive or its XML cannot be read.
    """
    body = _Body()
    with open_zip(path) as archive:
        part = read_part(archive, _BODY, str(path))
    read_events(part, str(path), start=body.start, end=body.end, text=body.text)
    return "".join(body.pieces), ()
