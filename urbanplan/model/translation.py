"""The language of messages: English in the code, other tongues from tables.

The tables are ``model/locale/<language>/<room>.toml``, each a map of an English
template to its translation.  A template without translation is shown in English.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from urbanplan.errors import UrbanplanError

LANGUAGES = ("en", "zh")
_language: ContextVar[str] = ContextVar("urbanplan_language", default="en")
_pinned: ContextVar[bool] = ContextVar("urbanplan_language_pinned", default=False)


def current_language() -> str:
    """The language that messages are rendered in now: ``en`` or ``zh``."""
    return _language.get()


@contextmanager
def use_language(code: str, *, pinned: bool = False) -> Generator[None]:
    """Render messages in ``code`` inside the block.

    Args:
        code: ``en`` or ``zh``. pinned: the reader asked for it, so that it holds for a plan's pages too.
    """
    token, pin = _language.set(code if code in LANGUAGES else "en"), _pinned.set(pinned)
    try:
        yield
    finally:
        _language.reset(token)
        _pinned.reset(pin)


def page_language(own: str) -> str:
    """The language of a plan's map, report or sheet: its own, unless the reader asked for another."""
    return _language.get() if _pinned.get() else own


@cache
def translations(code: str) -> dict[str, str]:
    """All translations of a language, English template → translated template."""
    if code == "en":
        return {}
    from importlib.resources import files  # here and not above: English needs no table, and a start waits for imports

    room = files("urbanplan.model") / "locale" / code
    if not room.is_dir():
        return {}
    tables = sorted((entry for entry in room.iterdir() if entry.name.endswith(".toml")), key=lambda e: e.name)
    merged: dict[str, str] = {}
    for table in tables:
        merged.update(parse_table(table.read_text(encoding="utf-8")))
    return merged


def parse_table(text: str) -> dict[str, str]:
    """A table of translations as TOML says it.

    Rows of two texts in double quotes are JSON but for the sign between them: they are read a hundred times as fast so,
    which every Chinese start feels.  What such a row cannot be is left to the reader of TOML.
    """
    import json

    table: dict[str, str] = {}
    rows: list[str] = []
    rest: list[str] = []
    for line in text.split("\n"):
        (rows if line.startswith('"') else rest).append(line)
    try:
        table = json.loads("{" + ",".join(row.replace('" = "', '": "', 1) for row in rows) + "}")
    except ValueError:
        rest = [text]
    if any(line and not line.startswith("#") for line in rest):
        import tomllib

        table.update(tomllib.loads("\n".join(rest)))
    return table


def translate(template: str) -> str:
    """The template in the current language, itself where no translation stands."""
    return translations(current_language()).get(template, template)


class Message(str):
    """A text in the language of its making that can be said again in another.

    Attributes:
        recipe: how it was made: ``text`` with ``values``, ``join`` with ``parts``, ``layer``, ``field``, or
            ``error``.
    """

    recipe: dict[str, Any]

    @classmethod
    def build(cls, text: str, recipe: dict[str, Any]) -> Message:
        """A text and its recipe."""
        made = cls(text)
        made.recipe = recipe
        return made


def join_messages(separator: str, parts: Iterable[str]) -> str:
    """Texts with a separator of the language between them."""
    texts = list(parts)
    return Message.build(translate(separator).join(texts), {"join": separator, "parts": texts})


def join_clauses(clauses: Iterable[str]) -> str:
    """Clauses of one sentence side by side, with the semicolon of the language; empty ones are left out."""
    texts = [clause for clause in clauses if clause]
    return texts[0] if len(texts) == 1 else join_messages("; ", texts) if texts else ""


def localize(template: str, **values: Any) -> str:
    """Render a message template in the current language."""
    return Message.build(translate(template).format(**values), {"text": template, "values": values})


def localize_error(error: UrbanplanError) -> str:
    """What an error says, in the current language and in any other later."""
    return Message.build(error.text(translate), {"error": _parts(error)})


def _parts(error: UrbanplanError) -> dict[str, Any]:
    return {
        "what": error.what,
        "where": error.where,
        "fix": error.fix,
        "values": error.values,
        "also": [_parts(further) for further in error.also],
    }


def error_of_parts(parts: dict[str, Any]) -> UrbanplanError:
    """The error that a recipe tells of."""
    error = UrbanplanError(parts["what"], where=parts["where"], fix=parts["fix"], **parts["values"])
    error.also = tuple(error_of_parts(further) for further in parts["also"])
    return error


def match_template(template: str, text: str) -> dict[str, Any] | None:
    """The values that make a template the text; None where none do."""
    pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(template))
    found = re.fullmatch(pattern, text, re.DOTALL)
    return None if found is None else found.groupdict()
