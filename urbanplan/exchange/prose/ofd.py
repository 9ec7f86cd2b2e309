"""OFD (GB/T 33190): the text codes of each page, a line for each height on it."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from urbanplan.errors import ExchangeError
from urbanplan.exchange.gate.archive import open_zip
from urbanplan.exchange.prose.markup import read_events
from urbanplan.exchange.prose.packed import part_path, read_part
from urbanplan.exchange.prose.pages import check_page_count, join_pages

_SAME_LINE = 1.5  # mm between the heights of two pieces of one line


@dataclass
class _Locations:
    """Text of elements and ``BaseLoc`` of pages, in order."""

    names: tuple[str, ...]
    found: list[str] = field(default_factory=list[str])
    held: list[str] | None = None

    def start(self, name: str, values: dict[str, str]) -> None:
        if name in self.names:
            self.held = [values["BaseLoc"]] if "BaseLoc" in values else []

    def end(self, name: str) -> None:
        if name in self.names and self.held is not None:
            self.found.append("".join(self.held).strip())
            self.held = None

    def text(self, signs: str) -> None:
        if self.held is not None:
            self.held.append(signs)


class _Page:
    """Pieces of text with the height at which they stand."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.top = 0.0
        self.line: float | None = None
        self.reading = False

    def start(self, name: str, values: dict[str, str]) -> None:
        if name == "TextObject":
            self.top = _number(values.get("Boundary", "").split()[1:2])
        elif name == "TextCode":
            height = self.top + _number([values.get("Y", "0")])
            if self.line is not None and abs(height - self.line) > _SAME_LINE:
                self.pieces.append("\n")
            self.line, self.reading = height, True

    def end(self, name: str) -> None:
        if name == "TextCode":
            self.reading = False

    def text(self, signs: str) -> None:
        if self.reading:
            self.pieces.append(signs.replace("\n", ""))


def _number(words: list[str]) -> float:
    try:
        return float(words[0]) if words else 0.0
    except ValueError:
        return 0.0


def read_prose(data: bytes, path: Path, encoding: str | None = None) -> tuple[str, tuple[int, ...]]:
    """The text of all pages, and where each begins in it.

    Raises:
        GateError, ExchangeError: the archive or its XML cannot be read.
    """
    where = str(path)
    texts: list[str] = []
    with open_zip(path) as archive:
        for root in _located(archive, "OFD.xml", ("DocRoot",), where):
            pages = _located(archive, root, ("Page",), where)
            check_page_count(len(pages), where)
            texts += [_page_text(archive, name, where) for name in pages]
    return join_pages(texts)


def _located(archive: zipfile.ZipFile, part: str, names: tuple[str, ...], where: str) -> list[str]:
    """The members that a part names in its elements."""
    found = _Locations(names)
    read_events(read_part(archive, part, where), where, start=found.start, end=found.end, text=found.text)
    if not found.found:
        fix = "Save the document again with the program that made it."
        raise ExchangeError("the document has no part {name}", where=where, fix=fix, name=names[0])
    return [part_path(part, location) for location in found.found]


def _page_text(archive: zipfile.ZipFile, part: str, where: str) -> str:
    page = _Page()
    read_events(read_part(archive, part, where), where, start=page.start, end=page.end, text=page.text)
    return "".join(page.pieces) + "\n"
