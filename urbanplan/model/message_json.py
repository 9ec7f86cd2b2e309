"""Texts as JSON that are said in the language of whoever reads them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from urbanplan.model.titles import field_title, layer_title
from urbanplan.model.translation import Message, error_of_parts, join_messages, localize, localize_error

_MARK = "__message__"
_PLAIN = (str, int, float, bool, type(None))


def message_to_json(value: Any) -> Any:
    """A value of JSON with the recipe in the place of each text that has one; one that no JSON holds stays a text."""
    if isinstance(value, Message):
        recipe = {key: message_to_json(part) for key, part in value.recipe.items()}
        return {_MARK: recipe} if _is_json(recipe) else str(value)
    if isinstance(value, dict):
        return {key: message_to_json(part) for key, part in cast("dict[str, Any]", value).items()}
    if isinstance(value, (list, tuple)):
        return [message_to_json(part) for part in cast("list[Any]", value)]
    return value.item() if hasattr(value, "item") else value


def message_from_json(value: Any) -> Any:
    """The value again, its texts in the current language."""
    if isinstance(value, list):
        return [message_from_json(part) for part in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    table = {key: message_from_json(part) for key, part in cast("dict[str, Any]", value).items()}
    return _say(table[_MARK]) if set(table) == {_MARK} else table


def _say(recipe: dict[str, Any]) -> str:
    match recipe:
        case {"text": str(template), "values": values}:
            return localize(template, **values)
        case {"join": str(separator), "parts": parts}:
            return join_messages(separator, parts)
        case {"error": parts}:
            return localize_error(error_of_parts(parts))
        case {"layer": str(name)}:
            return layer_title(name)
        case {"field": [layer, name]}:
            return field_title(layer, name)
        case _:
            raise ValueError(f"no text has the recipe {sorted(recipe)}")


def is_translatable(rows: Iterable[Any]) -> bool:
    """Whether each text, given as JSON and as far as there is one, can be said in another language."""
    return all(not row or isinstance(row, dict) for row in rows)


def _is_json(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_is_json(part) for part in cast("dict[str, Any]", value).values())
    return all(map(_is_json, cast("list[Any]", value))) if isinstance(value, list) else isinstance(value, _PLAIN)
