"""Help pages in the language of the messages: texts from the tables, wide characters counted as two cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from urbanplan.model.translation import current_language, localize, translate

_SHORT = 30  # cells of the left column at most
_WIDE = "\u2e80-\u303f\u3105-\uffef"
# patterns, compiled where they are first asked: most commands show no help
_TOKEN = rf"[（“《]*(?:[^\s{_WIDE}]+|[{_WIDE}])[，。；：、）”》]*"
_TYPES = r"<[a-z\[\]]+>"
_EXTRAS = r"(?s)(?P<text>.*?)(?P<gap>\s*)\[(?P<extras>[^\[\]]*(?:default: |required)[^\[\]]*)\]"


class _Formatter(typer.Context.formatter_class):
    """A formatter that says headings in the current language and wraps wide characters."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, translate("Usage: ") if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{localize('{heading}:', heading=translate(heading))}\n")

    def write_text(self, text: str) -> None:
        if current_language() == "en":
            super().write_text(text)
            return
        indent = " " * self.current_indent
        for line in wrap(text, self.width - self.current_indent):
            self.write(f"{indent}{line}\n")

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = _SHORT, col_spacing: int = 2) -> None:
        if current_language() == "en":
            super().write_dl(rows, col_max, col_spacing)
            return
        known = [
            (re.sub(_TYPES, lambda found: translate(found[0]), left), _translate_extras(right)) for left, right in rows
        ]
        column = min(max(cells(left) for left, _ in known), col_max) + col_spacing
        indent = " " * self.current_indent
        for left, right in known:
            lines = wrap(right, max(self.width - column - self.current_indent, 10)) or [""]
            fits = cells(left) <= column - col_spacing
            if fits:
                head, *lines = lines
                self.write(f"{indent}{left}{' ' * (column - cells(left))}{head}".rstrip() + "\n")
            else:
                self.write(f"{indent}{left}\n")
            for line in lines:
                self.write(f"{indent}{' ' * column}{line}\n")


def cells(text: str) -> int:
    """The cells that a text takes on a terminal: a wide character takes two."""
    import unicodedata

    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def wrap(text: str, width: int) -> list[str]:
    """Break a text into lines of at most ``width`` cells, at spaces and between wide characters."""
    lines, line = [], ""
    for gap, token in _tokens(text):
        if line and cells(line + gap + token) > width:
            lines.append(line)
            line = token
        else:
            line = line + gap + token if line else token
    return [*lines, line] if line else lines


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """Pieces that are never broken, each with the space before it."""
    end = 0
    for found in re.finditer(_TOKEN, text):
        yield " " if found.start() > end else "", found[0]
        end = found.end()


def _translate_extras(text: str) -> str:
    """The text with the library's own ``[default: x; required]`` in the current language."""
    found = re.fullmatch(_EXTRAS, text)
    if found is None:
        return text
    parts = [_translate_extra(extra) for extra in found["extras"].split("; ")]
    return f"{found['text']}{'  ' if found['text'] else ''}[{'；'.join(parts)}]"


def _translate_extra(part: str) -> str:
    word, colon, value = part.partition("default: ")
    if colon and not word:
        return localize("default: {default}", default=value)
    return translate(part)


class _Context(typer.Context):
    formatter_class = _Formatter


class Command(TyperCommand):
    """A command whose help is in the language in which it is made."""

    context_class = _Context

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        _translate_command(self)

    def get_help_option(self, ctx: Any) -> Any:
        """The option ``--help``, its text in the current language."""
        return _translate_parameter(super().get_help_option(ctx))


class Group(TyperGroup):
    """The command line, whose help is in the language in which it is made."""

    context_class = _Context

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        _translate_command(self)
        self.subcommand_metavar = translate(self.subcommand_metavar)

    def get_help_option(self, ctx: Any) -> Any:
        """The option ``--help``, its text in the current language."""
        return _translate_parameter(super().get_help_option(ctx))


def _translate_command(command: Any) -> None:
    command.help = translate(command.help) if command.help else command.help
    if current_language() != "en":
        command.short_help = (command.help or "").partition("。")[0]
        command.options_metavar = translate(command.options_metavar)
    for parameter in command.params:
        _translate_parameter(parameter)


def _translate_parameter(parameter: Any) -> Any:
    if parameter is not None and getattr(parameter, "help", None):
        parameter.help = translate(parameter.help)
    return parameter
