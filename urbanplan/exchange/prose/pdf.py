"""PDF: the text of each page, as far as the file holds text."""

from __future__ import annotations

import io
import logging
import warnings
from pathlib import Path
from typing import Any

from urbanplan.errors import ExchangeError, GateError, MissingExtraError
from urbanplan.exchange.prose.pages import check_page_count, join_pages


def read_prose(data: bytes, path: Path, encoding: str | None = None) -> tuple[str, tuple[int, ...]]:
    """The text of all pages, and where each begins in it.

    Raises:
        MissingExtraError: the library that reads PDF is not installed.
        GateError: it is encrypted or has too many pages. ExchangeError: it is damaged.
    """
    where = str(path)
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError as error:
        raise MissingExtraError("reading PDF needs pypdf", fix="Install the extra 'documents'.") from error
    logging.getLogger("pypdf").addHandler(logging.NullHandler())
    damaged = (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        RecursionError,
        OSError,
        OverflowError,
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _read_pages(PdfReader(io.BytesIO(data)), where)
    except GateError:
        raise
    except damaged as error:
        fix = "Open it in a PDF program and save it again, or save the text."
        problem = str(error)[:80]
        raise ExchangeError("the PDF is damaged: {problem}", where=where, fix=fix, problem=problem) from error


def _read_pages(reader: Any, where: str) -> tuple[str, tuple[int, ...]]:
    if reader.is_encrypted and not reader.decrypt(""):
        raise GateError("the PDF is encrypted", where=where, fix="Save it without its password first.")
    check_page_count(len(reader.pages), where)
    return join_pages([f"{page.extract_text()}\n" for page in reader.pages])
