"""One document as text: the reader for its ending, the gate's rules for size, first bytes and archives."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from urbanplan.errors import ExchangeError, GateError
from urbanplan.exchange.gate.admission import resolve_path

MAX_BYTES, MAX_PLAIN_BYTES = 50_000_000, 15_000_000  # of packed documents; of texts and pages
MAX_SIGNS = 1_000_000  # of the text; a year's report has a few ten thousand
# ending -> (module, first bytes that it may have; none: any)
_READERS: dict[str, tuple[str, tuple[bytes, ...]]] = {
    ".txt": ("urbanplan.exchange.prose.plain", ()),
    ".md": ("urbanplan.exchange.prose.plain", ()),
    ".docx": ("urbanplan.exchange.prose.docx", (b"PK",)),
    ".html": ("urbanplan.exchange.prose.html", ()),
    ".htm": ("urbanplan.exchange.prose.html", ()),
    ".pdf": ("urbanplan.exchange.prose.pdf", (b"%PDF",)),
    ".ofd": ("urbanplan.exchange.prose.ofd", (b"PK",)),
}
_WITH_PARAGRAPHS = (".docx", ".html", ".htm")
_NO_READER = (".doc", ".wps", ".rtf", ".odt", ".pages")
_NOT_TEXT = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf")


@dataclass(frozen=True)
class DocumentText:
    """The text of a document.

    Attributes:
        text: the text. pages: where each page begins in it, in characters;
        empty where there are none. digest: SHA-256 of the file. paragraphs: each line is a paragraph; else lines may be
        broken anywhere.
    """

    text: str
    pages: tuple[int, ...]
    digest: str
    paragraphs: bool = False


def read_document(path: Path | str, *, encoding: str | None = None) -> DocumentText:
    """Read the text of a report or notice.

    Args:
        path: a .txt, .md, .docx, .html, .pdf or .ofd file. encoding: pins that of a plain text.

    Raises:
        GateError: the file is not what its ending says, too large, or hostile. ExchangeError: it cannot be read.
    """
    found = resolve_path(path)
    ending = found.suffix.lower()
    if ending in _NO_READER:
        fix = "Save it as .docx (Word, WPS: Save as) or as .txt, and draft from that."
        raise ExchangeError("{ending} files are not read", where=str(path), fix=fix, ending=ending)
    if ending not in _READERS:
        fix = "Give one of: {known}"
        raise ExchangeError(
            "a plan is not drafted from {ending} files", where=str(path), fix=fix, ending=ending or "—",
            known=", ".join(_READERS),
        )  # fmt: skip
    module, heads = _READERS[ending]
    data = _read_bytes(found, str(path), MAX_BYTES if heads else MAX_PLAIN_BYTES)
    _check_head(data, heads, str(path))
    reader: Callable[[bytes, Path, str | None], tuple[str, tuple[int, ...]]] = import_module(module).read_prose
    text, pages = reader(data, found, encoding)
    _check_text(text, str(path))
    return DocumentText(text, pages, hashlib.sha256(data).hexdigest(), ending in _WITH_PARAGRAPHS)


def _read_bytes(path: Path, where: str, most: int) -> bytes:
    size, largest = path.stat().st_size, int(os.environ.get("URBANPLAN_LARGEST") or most)
    if size == 0:
        raise GateError("the file is empty", where=where, fix="Get the file again from its source.")
    if size > largest:
        raise GateError("the file is larger than {most} MB", where=where, fix="Split it", most=largest // 1_000_000)
    try:
        return path.read_bytes()
    except OSError as error:
        fix = "Give yourself the right to read it."
        raise ExchangeError("the file may not be read", where=where, fix=fix) from error


def _check_head(data: bytes, heads: tuple[bytes, ...], where: str) -> None:
    """Refuse a file whose first bytes are those of another kind."""
    wrong = not data.startswith(heads) if heads else data.startswith(_NOT_TEXT)
    if wrong:
        fix = "Check what the file is, and give it the ending of its format."
        raise GateError("the file is not what its ending says", where=where, fix=fix)


def _check_text(text: str, where: str) -> None:
    if len(text) > MAX_SIGNS:
        what = "the document has {count} characters, more than {limit}"
        raise GateError(what, where=where, fix="Split it", count=len(text), limit=MAX_SIGNS)
    if not text.strip():
        fix = "A scanned document has pictures only: run a text recognition, or type the text."
        raise ExchangeError("there is no text in the document", where=where, fix=fix)
