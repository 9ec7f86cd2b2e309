"""Lines of text as the terminal gets them."""

from __future__ import annotations

from urbanplan.model.printable import to_printable


def terminal_text(text: object) -> str:
    """Text of one line or several in which only line ends act: data sets no title there and moves no cursor."""
    return to_printable(text, keep="\n")
