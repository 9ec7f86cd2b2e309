"""Titles of layers and fields in messages.

Names of layers and fields are English words, so an English message shows them as they are written in files.  In
another language the title that the layer's type declares stands in their place, as long as a run makes its types
known; a name without a title stays as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from urbanplan.model.translation import Message, current_language, join_messages, localize

if TYPE_CHECKING:
    from urbanplan.model.layertype import LayerType

_types: ContextVar[Mapping[str, LayerType] | None] = ContextVar("urbanplan_layer_types", default=None)


@contextmanager
def use_titles(types: Mapping[str, LayerType]) -> Generator[None]:
    """Show titles of layers and fields inside the block; ``types`` are keyed by layer."""
    token = _types.set(types)
    try:
        yield
    finally:
        _types.reset(token)


def layer_title(name: str) -> str:
    """The title of a layer in the current language, else its name; with the name where two layers share a title."""
    kinds = _known_types()
    title = _title(name, {layer: kind.title for layer, kind in kinds.items()}) if kinds else name
    return Message.build(title, {"layer": name})


def layer_titles(names: Iterable[str]) -> str:
    """The titles of several layers, each once, joined."""
    return join_messages(", ", (layer_title(name) for name in dict.fromkeys(names)))


def field_title(layer: str | None, name: str) -> str:
    """The title of a layer's field in the current language, else its name."""
    kind = _known_types().get(layer or "")
    title = name if kind is None else _title(name, {field: spec.title for field, spec in kind.fields.items()})
    return Message.build(title, {"field": [layer, name]})


def field_titles(layer: str | None, names: Iterable[str]) -> str:
    """The titles of several fields, joined."""
    return join_messages(", ", (field_title(layer, name) for name in names))


def _known_types() -> Mapping[str, LayerType]:
    """The types by layer, none where messages show names."""
    return {} if current_language() == "en" else _types.get() or {}


def _title(name: str, titles: Mapping[str, Mapping[str, str]]) -> str:
    language = current_language()
    title = titles.get(name, {}).get(language)
    if not title:
        return name
    shared = Counter(one.get(language) for one in titles.values())[title] > 1
    return localize("{title} ({name})", title=title, name=name) if shared else title
