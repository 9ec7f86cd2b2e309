"""Texts that a spreadsheet would run as a formula, and the apostrophe that keeps them texts: a rule for all tables."""

from __future__ import annotations

import re

FORMULA_PATTERN = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
"""What begins so may run; Chinese spreadsheets take the full-width signs for the others."""


def escape_formula(text: str) -> str:
    """A text as a cell of CSV: led by an apostrophe where it could run."""
    return f"'{text}" if FORMULA_PATTERN.match(text) else text


def unescape_formula(text: str) -> str:
    """The text of a cell that :func:`escape_formula` wrote."""
    return text[1:] if text[:1] == "'" and FORMULA_PATTERN.match(text) else text
