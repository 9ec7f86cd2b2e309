"""Notes of workflows at the terminal: the answer on standard output, the rest on standard error."""

from __future__ import annotations

import logging
import sys
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

from urbanplan.cli.terminal import print_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from urbanplan.model.note import Note

_SIGNS = {"info": "· ", "warning": "! ", "refused": "✗ ", "repair": "~ ", "loss": "  · "}


def print_note(note: Note, *, err: bool = False) -> None:
    """Print a note with the sign of its level; the answer too on standard error where ``err`` is true."""
    print_line(f"{_SIGNS.get(note.level, '')}{note.render()}", err=err or note.level != "result")


def print_notes(notes: Iterable[Note], *, err: bool = False) -> None:
    """Print notes in their order; with ``err`` all on standard error, since a document is on standard output."""
    for note in notes:
        print_note(note, err=err)


class _Printer(logging.Handler):
    """Prints each warning once."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._seen: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if text not in self._seen:
            self._seen.add(text)
            print_line(f"{_SIGNS['warning']}{text}", err=True)


@contextmanager
def print_warnings() -> Iterator[None]:
    """Print what the package warns of inside the block on standard error.

    What libraries warn of, with lines of their source, reaches nobody unless Python is told to show it (``-W``) or
    somebody has made errors of warnings.
    """
    printer, logger = _Printer(), logging.getLogger("urbanplan")
    logger.addHandler(printer)
    try:
        with warnings.catch_warnings():
            if not sys.warnoptions and all(action != "error" for action, *_ in warnings.filters):
                warnings.simplefilter("ignore")
            yield
    finally:
        logger.removeHandler(printer)
