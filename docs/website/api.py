"""The reference of the Python interface: every public name of the package and of its rooms, from the docstrings."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any


def write_reference(out: Path) -> None:
    """Write one page for the package and one for each room with public names into the folder ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    rooms = list(public_rooms())
    described: dict[int, str] = {}
    for room in rooms:
        (out / f"{room.__name__}.rst").write_text(_page(room, described), encoding="utf-8")
    contents = ["", ".. toctree::", "   :maxdepth: 1", "", *(f"   {room.__name__}" for room in rooms), ""]
    title = "Python reference"
    start = [title, "=" * len(title), "", "Every public name, from the docstrings of the code.", ""]
    rows = [f"- :doc:`{room.__name__}`: {_first(room)}" for room in rooms]
    (out / "index.rst").write_text("\n".join([*start, *rows, *contents]), encoding="utf-8")


def public_rooms() -> Iterator[ModuleType]:
    """The package itself, then every package directly in it that names its public names."""
    package = import_module("urbanplan")
    yield package
    for entry in iter_modules(package.__path__, "urbanplan."):
        if entry.ispkg and hasattr(room := import_module(entry.name), "__all__"):
            yield room


def _page(room: ModuleType, described: dict[int, str]) -> str:
    parts = [room.__name__, "=" * len(room.__name__), "", inspect.cleandoc(room.__doc__ or ""), ""]
    for name in sorted(room.__all__, key=str.casefold):
        parts += _entry(room, name, described)
    return "\n".join(parts)


def _entry(room: ModuleType, name: str, described: dict[int, str]) -> list[str]:
    """The entry of one name; a name that another page describes points there (``described``: object to its entry)."""
    value: Any = getattr(room, name)
    here = f"{room.__name__}.{name}"
    role = "class" if inspect.isclass(value) else "func" if callable(value) else "data"
    if first := described.get(id(value)):
        return [f"``{name}`` is :py:{role}:`{first}`.", ""]
    described[id(value)] = here
    if inspect.isclass(value):
        return [f".. autoclass:: {here}", *_class_options(value), ""]
    if role == "func":
        return [f".. autofunction:: {here}", ""]
    return [f".. py:data:: {here}", "", f"   A {type(value).__name__}.", ""]


def _class_options(cls: type) -> list[str]:
    """Options that show the members of the house, not those that a library hands down."""
    if hasattr(cls, "model_fields"):
        return ["   :members:", "   :undoc-members:", "   :exclude-members: model_config, model_post_init"]
    return ["   :members:"]


def _first(room: ModuleType) -> str:
    return (room.__doc__ or "").strip().partition("\n")[0]
