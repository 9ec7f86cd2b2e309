"""Fields of the desk's forms, each with its label; every text in them is escaped."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from urbanplan.view.page import escape

Pair = tuple[str, str]


def cells(fields: Iterable[str]) -> str:
    """Fields side by side."""
    return "".join(f"<div>{field}</div>" for field in fields)


def select(name: str, label: str, options: Iterable[Pair], said: Mapping[str, str], *, form: str = "") -> str:
    """A choice of one from a list; ``form`` tells fields of one name on a page apart."""
    chosen = said.get(name, "")
    listed = "".join(
        f'<option value="{escape(value)}"{" selected" * (value == chosen)}>{escape(text)}</option>'
        for value, text in options
    )
    key, place = escape(name), escape(f"{form}-{name}" if form else name)
    return f'<label for="{place}">{escape(label)}</label><select id="{place}" name="{key}">{listed}</select>'


def radios(name: str, label: str, options: Iterable[Pair], chosen: str) -> str:
    """A choice of one, all of them shown."""
    return _group("radio", name, label, options, (chosen,))


def checks(name: str, label: str, options: Iterable[Pair], chosen: Collection[str]) -> str:
    """A choice of any."""
    return _group("checkbox", name, label, options, chosen)


def _group(kind: str, name: str, label: str, options: Iterable[Pair], chosen: Collection[str]) -> str:
    listed = "".join(
        f'<label class="choice"><input type="{kind}" name="{escape(name)}" value="{escape(value)}"'
        f"{' checked' * (value in chosen)}>{escape(text)}</label>"
        for value, text in options
    )
    return f"<fieldset><legend>{escape(label)}</legend>{listed}</fieldset>"


def text_field(name: str, label: str, said: Mapping[str, str], *, locked: bool = False) -> str:
    """A line of text, which nobody can change where it is locked."""
    key = escape(name)
    value, held = escape(said.get(name, "")), " readonly" * locked
    line = f'<input type="text" id="{key}" name="{key}" value="{value}"{held}>'
    return f'<label for="{key}">{escape(label)}</label>{line}'


def check(name: str, label: str, said: Mapping[str, str]) -> str:
    """A yes or no."""
    held = " checked" if said.get(name) else ""
    return f'<label class="choice"><input type="checkbox" name="{escape(name)}" value="1"{held}>{escape(label)}</label>'
