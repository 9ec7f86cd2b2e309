"""Notes of workflows at the terminal: the answer on standard output, the rest on standard error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from urbanplan.model.note import Note

_SIGNS = {"info": "· ", "warning": "! ", "refused": "✗ ", "repair": "~ ", "loss": "  · "}


def print_note(note: Note) -> None:
    """Print a note with the sign of its level."""
    typer.echo(f"{_SIGNS.get(note.level, '')}{note.render()}", err=note.level != "result")


def print_notes(notes: Iterable[Note]) -> None:
    """Print notes in their order."""
    for note in notes:
        print_note(note)
