"""What may not come through a door where texts of others stand: one look for each kind of answer."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import unicodedata
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

FORMULA_STARTS = tuple("=+-@＝＋－＠\t\r\n")
_ACTING = {"Cc", "Cf", "Zl", "Zp"}
_PDF_KEYS = {"/JS", "/JavaScript", "/URI", "/Launch", "/GoToR", "/SubmitForm", "/ImportData", "/AA", "/OpenAction",
             "/EmbeddedFiles", "/EmbeddedFile", "/RichMedia", "/Rendition", "/XFA"}  # fmt: skip


def acting_signs(text: str, *, but: str = "\n") -> set[str]:
    """Signs that a terminal, a log or a page obeys instead of showing: controls, directions, ends of lines."""
    return {sign for sign in text if unicodedata.category(sign) in _ACTING} - set(but)


def acting_cells(text: str) -> list[str]:
    """Cells of a CSV that a spreadsheet would run; numbers are none."""
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    found = [cell for row in rows for cell in row if cell.startswith(FORMULA_STARTS)]
    return [cell for cell in found if not re.fullmatch(r"[-+]?\d[\d.,e+-]*", cell)]


def acting_workbook(path: Path) -> list[str]:
    """Cells of an XLSX that are no text, number, date or truth, or would run once edited; links, and what lies elsewhere."""
    import openpyxl

    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    kinds = {"s", "n", "d", "b", "inlineStr"}
    found = [f"{cell.coordinate} is {cell.data_type}" for cell in cells if cell.data_type not in kinds]
    texts = [cell for cell in cells if isinstance(cell.value, str) and cell.value.startswith(FORMULA_STARTS)]
    found += [f"{cell.coordinate} runs once it is edited: {cell.value[:40]}" for cell in texts if not cell.quotePrefix]
    found += [f"{cell.coordinate} is a link" for cell in cells if cell.hyperlink]
    return found + ["links to other books"] * bool(getattr(book, "_external_links", None))


class Elements(HTMLParser):
    """The elements of a page, with the names of their attributes, and its policy."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: set[tuple[str, ...]] = set()
        self.policy: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add((tag, *(name for name, _ in attrs)))
        held = dict(attrs)
        if held.get("http-equiv", "") == "Content-Security-Policy":
            self.policy.append(re.sub(r"'sha256-[^']*'", "'sha256'", held.get("content") or ""))


def acting_pdf(data: bytes | Path) -> list[str]:
    """Keys of a PDF's objects that act or carry files, and links to elsewhere."""
    from pypdf import PdfReader
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

    reader = PdfReader(io.BytesIO(data if isinstance(data, bytes) else data.read_bytes()))
    found: set[str] = set()
    seen: set[Any] = set()
    todo: list[Any] = [reader.trailer]
    while todo:
        item = todo.pop()
        if isinstance(item, IndirectObject):
            if item.idnum not in seen:
                seen.add(item.idnum)
                todo.append(item.get_object())
        elif isinstance(item, DictionaryObject):
            found |= _PDF_KEYS & set(item.keys())
            found |= {str(item.get("/S"))} & _PDF_KEYS
            todo += [value for key, value in item.items() if key != "/Parent"]
        elif isinstance(item, ArrayObject):
            todo += list(item)
    said = [str(value) for value in (reader.metadata or {}).values()]
    return sorted(found) + [f"metadata hold {sign!r}" for sign in acting_signs("".join(said))]


def acting_database(path: Path) -> list[str]:
    """What is wrong with a database: damage, views or triggers beyond those of its format."""
    with closing(sqlite3.connect(path)) as base:
        found = [row[0] for row in base.execute("PRAGMA integrity_check") if row[0] != "ok"]
        made = base.execute("SELECT type, name, sql FROM sqlite_master WHERE type IN ('view', 'trigger')").fetchall()
    own = re.compile(r"^(rtree_|trigger_(insert|delete)_feature_count_|gpkg_)")
    return found + [f"a {kind} {name}" for kind, name, _ in made if not own.match(name)]


def acting_sarif(text: str) -> list[str]:
    """Messages of a log that a viewer would make a link, a placeholder or a control of."""
    messages = [result["message"]["text"] for result in json.loads(text)["runs"][0]["results"]]
    return [
        said
        for said in messages
        if not said.isprintable() or re.search(r"\]\(", said) or re.search("[{}]", re.sub(r"\{\{|\}\}", "", said))
    ]
