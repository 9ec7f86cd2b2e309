"""The one door by which lines of text reach the terminal."""

from __future__ import annotations

import typer

from urbanplan.view.terminal.lines import terminal_text


def print_line(text: str, *, err: bool = False) -> None:
    """Print text of one line or several; names and values of data move no cursor and set no title there."""
    typer.echo(terminal_text(text), err=err)
