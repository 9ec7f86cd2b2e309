"""What fields are called for people, and what their codes mean: handed from format to format beside the frame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from urbanplan.model.translation import join_clauses, localize

_SHOWN = 5  # codes in a note


def code_notes(codes: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    """What is told of fields whose values are codes with meanings."""
    what = "{field} holds codes of a code table of {count}: {listed}"
    return tuple(localize(what, field=name, count=len(held), listed=_listed(held)) for name, held in codes.items())


def _listed(held: Mapping[str, str]) -> str:
    shown = [f"{code} = {text}" for code, text in list(held.items())[:_SHOWN]]
    return join_clauses([*shown, *(["…"] if len(held) > _SHOWN else [])])


def clean_aliases(said: Any) -> dict[str, str]:
    """Aliases by field as a metadata file may say them: texts alone, none that is the field's own name."""
    given = said if isinstance(said, dict) else {}
    return {name: alias for name, alias in given.items() if isinstance(alias, str) and alias and alias != name}


def clean_codes(said: Any) -> dict[str, dict[str, str]]:
    """Meanings by field and code as a metadata file may say them."""
    given = said if isinstance(said, dict) else {}
    tables = {name: clean_aliases(held) for name, held in given.items()}
    return {name: held for name, held in tables.items() if held}


def rename_keys(held: Mapping[str, Any], renamed: Any) -> dict[str, Any]:
    """What is said by field, under the names that fields have in the frame."""
    names = renamed if isinstance(renamed, dict) else {}
    return {names.get(name, name): value for name, value in held.items()}
