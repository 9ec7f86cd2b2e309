"""Notes: what a workflow says of its work, as data; whoever shows them renders them in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from urbanplan.errors import UrbanplanError
from urbanplan.model.translation import localize, translate

Level = Literal["result", "remark", "info", "warning", "refused", "repair", "loss"]


@dataclass(frozen=True)
class Note:
    """One note.

    Attributes:
        text: English template; ``{name}`` takes ``values``.
        level: ``result`` is the answer of the work, ``remark`` and ``info`` say how it went, ``warning`` what looks
            wrong, ``refused`` a feature set aside, ``repair`` a feature repaired or not, ``loss`` what a format lost.
        values: values of the template; a note or an error among them is rendered too.
    """

    text: str
    level: Level = "info"
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def render(self) -> str:
        """The note in the current language."""
        return localize(self.text, **{name: _render_value(value) for name, value in self.values.items()})

    def __str__(self) -> str:
        return self.render()


def _render_value(value: Any) -> Any:
    if isinstance(value, Note):
        return value.render()
    return value.text(translate) if isinstance(value, UrbanplanError) else value


Notify = Callable[[Note], None]


def note(text: str, /, *, level: Level = "info", **values: Any) -> Note:
    """A note with its values as keywords; ``text`` is an English template."""
    return Note(text, level, values)


class NoteLog:
    """Notes in the order in which they come; each also goes to ``notify`` at once, so that an error loses none."""

    def __init__(self, notify: Notify | None = None) -> None:
        self.notes: list[Note] = []
        self._notify = notify

    def put(self, one: Note) -> None:
        """Keep a note and pass it on."""
        self.notes.append(one)
        if self._notify is not None:
            self._notify(one)

    def extend(self, more: Iterable[Note]) -> None:
        """Keep notes in their order and pass each on as it comes."""
        for one in more:
            self.put(one)
