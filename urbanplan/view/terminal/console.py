"""The terminal that people read: every text is data, and none of it acts there."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from urbanplan.view.terminal.lines import terminal_text


class PlainConsole(Console):
    """A console that reads no markup and replaces control characters (ESC, C1, text direction) in what is printed."""

    def print(self, *objects: Any, **settings: Any) -> None:
        """Print as :class:`rich.console.Console` does, each text as it stands but for what would act."""
        super().print(*(plain_text(one) if isinstance(one, str) else one for one in objects), **settings)


def open_console(*, err: bool = False, width: int | None = None) -> PlainConsole:
    """The terminal's standard output, or standard error."""
    return PlainConsole(stderr=err, width=width, highlight=False, markup=False, emoji=False)


def plain_text(text: object) -> Text:
    """A text in which only line ends act."""
    return Text(terminal_text(text))
