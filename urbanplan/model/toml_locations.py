"""Lines and columns of items in a TOML file, for messages that name the place.

tomlkit keeps no positions, so an item is replaced by a marker and looked for in
the dump; that is done only when an error has to be told.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

_MARKER = "urbanplan-place-marker"
_STRINGS_AND_COMMENTS = re.compile(
    r'''"""(?:\\.|[^\\])*?"""|'{3}.*?'{3}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*''', re.DOTALL
)  # strings and comments, in which a header is none
_HEADER = re.compile(r"^\s*\[\[\s*([\w-]+)\s*\]\]", re.MULTILINE)


def table_lines(text: str, name: str) -> list[int]:
    """1-based lines of the ``[[name]]`` headers, in order."""
    bare = _STRINGS_AND_COMMENTS.sub(lambda hit: re.sub(r"[^\n]", " ", hit.group()), text)
    return [bare.count("\n", 0, hit.start(1)) + 1 for hit in _HEADER.finditer(bare) if hit.group(1) == name]


def locate_in_file(name: str, path: tuple[str | int, ...]) -> str:
    """``file:line:column`` of an item of a file, else the file's name."""
    try:
        place = locate(Path(name).read_text(encoding="utf-8-sig").replace("\r\n", "\n"), path)
    except (OSError, ValueError):
        return name
    return f"{name}:{place[0]}:{place[1]}" if place else name


def locate_in_target(where: str, path: tuple[str | int, ...]) -> str:
    """``file:line:column`` of an item of the target whose header is at ``where``, else ``where`` itself."""
    name, _, line = where.rpartition(":")
    try:
        text = Path(name).read_text(encoding="utf-8-sig").replace("\r\n", "\n")
        index = table_lines(text, "target").index(int(line))
    except (OSError, ValueError):
        return where
    place = locate(text, ("target", index, *path))
    return f"{name}:{place[0]}:{place[1]}" if place else where


def locate(text: str, path: tuple[str | int, ...]) -> tuple[int, int] | None:
    """1-based line and column of the item at ``path``, or of the nearest table that holds it."""
    while path:
        place = _locate_item(text, path)
        if place is not None:
            return place
        path = path[:-1]
    return None


def _locate_item(text: str, path: tuple[str | int, ...]) -> tuple[int, int] | None:
    steps = list(path)
    try:
        document: Any = tomlkit.parse(text)
        holder = document
        for step in steps[:-1]:
            holder = holder[step]
        if isinstance(holder[steps[-1]], dict) and isinstance(steps[-1], int):
            lines = table_lines(text, str(steps[-2])) if len(steps) > 1 else []
            return (lines[steps[-1]], 1) if steps[-1] < len(lines) else None
        holder[steps[-1]] = _MARKER
        dumped = tomlkit.dumps(document)
    except (TOMLKitError, KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError):
        return None
    at = dumped.find(_MARKER)
    if at < 0:
        return None
    start = dumped.rfind("\n", 0, at) + 1
    indent = len(dumped[start:at]) - len(dumped[start:at].lstrip())
    return dumped.count("\n", 0, at) + 1, indent + 1
