"""One run of a task in its own process, and how it tells the server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from urbanplan.model.note import Note
    from urbanplan.model.report import Verdict


class TaskRun:
    """One run of a task.

    Attributes:
        plan: the plan file. out: the folder for what it makes.
    """

    def __init__(self, plan: Path, out: Path, stream: TextIO) -> None:
        self.plan = plan
        self.out = out
        self._stream = stream

    def send(self, **message: Any) -> None:
        """Write one message as a line."""
        self._stream.write(json.dumps(message, ensure_ascii=False, default=str) + "\n")
        self._stream.flush()

    def progress(self, what: str, done: int, of: int) -> None:
        """Say how far the work is."""
        self.send(progress=[what, done, of])

    def notify(self, note: Note) -> None:
        """Pass a note on."""
        self.send(note=[note.level, note.render()])

    def verdict(self, verdict: Verdict) -> None:
        """Pass a verdict on in words."""
        from urbanplan.server.words import verdict_words

        self.send(verdict=verdict_words(verdict))
