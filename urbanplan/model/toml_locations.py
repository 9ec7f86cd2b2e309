"""Lines and columns of items in a TOML file, for messages that name the place.

Most items stand after a bare key on a line of their own, which is found by the headers alone.  tomlkit keeps no
positions, so any other item is replaced by a marker and looked for in the dump.
"""

from __future__ import annotations

import copy
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

_MAX_EXACT = 200_000  # characters of a file of which exact places are told; else the line of the table
_MARKER = "urbanplan-place-marker"
_STRINGS_AND_COMMENTS = re.compile(
    r'''"""(?:\\.|[^\\])*?"""|'{3}.*?'{3}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*''', re.DOTALL
)  # strings and comments, in which a header is none
_HEADER = re.compile(r"^\s*\[\[\s*([\w-]+)\s*\]\]", re.MULTILINE)
_ANY_HEADER = re.compile(r"^[ \t]*(\[\[?)[ \t]*([\w-]+(?:[ \t]*\.[ \t]*[\w-]+)*)[ \t]*\]\]?[ \t]*$", re.MULTILINE)
_Path = tuple[str | int, ...]


@lru_cache(maxsize=16)
def table_lines(text: str, name: str) -> tuple[int, ...]:
    """1-based lines of the ``[[name]]`` headers, in order."""
    bare = blank_strings(text)
    line, at, found = 1, 0, list[int]()
    for hit in _HEADER.finditer(bare):
        line, at = line + bare.count("\n", at, hit.start(1)), hit.start(1)
        if hit.group(1) == name:
            found.append(line)
    return tuple(found)


def table_spans(text: str, name: str) -> list[slice]:
    """Where the rows of ``[[name]]`` stand: whole lines with their sub-tables, without blanks and comments behind."""
    bare = blank_strings(text)
    told = _STRINGS_AND_COMMENTS.sub(
        lambda hit: " " * len(hit.group()) if hit.group().startswith("#") else hit.group(), text
    )
    heads = [*_ANY_HEADER.finditer(bare)]
    found: list[slice] = []
    for at, head in enumerate(heads):
        if head.group(1) != "[[" or head.group(2) != name:
            continue
        following = (other for other in heads[at + 1 :] if not _is_inside(other.group(2), name))
        behind = next((other.start() for other in following), len(text))
        last = head.start() + len(told[head.start() : behind].rstrip())
        line_end = text.find("\n", last)
        found.append(slice(head.start(), len(text) if line_end < 0 else line_end))
    return found


def _is_inside(header: str, name: str) -> bool:
    """Whether a header is that of a table within rows of a name."""
    return re.match(rf"{re.escape(name)}[ \t]*\.", header) is not None


def blank_strings(text: str) -> str:
    """The text with blanks in the place of its strings and comments."""
    return _STRINGS_AND_COMMENTS.sub(lambda hit: "\n".join(" " * len(line) for line in hit.group().split("\n")), text)


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


def _parse_copy(text: str) -> Any:
    """The document, parsed once for all places that are asked for."""
    return copy.deepcopy(_parse(text))


@lru_cache(maxsize=4)
def _parse(text: str) -> Any:
    return tomlkit.parse(text)


def _locate_header(text: str, steps: list[str | int]) -> tuple[int, int] | None:
    """Where a row of an array of tables begins."""
    if len(steps) < 2 or not isinstance(steps[-1], int):
        return None
    lines = table_lines(text, str(steps[-2]))
    return (lines[steps[-1]], 1) if steps[-1] < len(lines) else None


@lru_cache(maxsize=16)
def _sections(text: str) -> dict[_Path, tuple[int, str]]:
    """First line and text of what follows each header, by the header's path with the rows of arrays counted."""
    bare = blank_strings(text)
    found: dict[_Path, tuple[int, str]] = {}
    rows: dict[_Path, int] = {}
    path, start, line = _Path(), 0, 1
    for hit in [*_ANY_HEADER.finditer(bare), None]:
        body = bare[start : hit.end() if hit else None]
        found[path] = line, body
        if hit is None:
            break
        path, start, line = (), hit.end(), line + body.count("\n")
        names = re.split(r"[ \t]*\.[ \t]*", hit.group(2))
        for name in names[:-1]:
            path = (*path, name)
            path = (*path, rows[path]) if path in rows else path
        path = (*path, names[-1])
        if hit.group(1) == "[[":
            rows[path] = rows.get(path, -1) + 1
            path = (*path, rows[path])
    return found


def _locate_key(text: str, path: _Path) -> tuple[int, int] | None:
    """Where the bare key stands whose value, on one line, is the item or holds it."""
    sections = _sections(text)
    holder = next((path[:size] for size in range(len(path) - 1, -1, -1) if path[:size] in sections), ())
    key, inner = path[len(holder)], path[len(holder) + 1 :]
    if not isinstance(key, str) or holder not in sections:
        return None
    first, body = sections[holder]
    hits = list(re.finditer(rf"^([ \t]*){re.escape(key)}[ \t]*=(.*)$", body, re.MULTILINE))
    if len(hits) != 1 or (inner and not _is_closed(hits[0].group(2))):
        return None
    return first + body.count("\n", 0, hits[0].start()), len(hits[0].group(1)) + 1


def _is_closed(value: str) -> bool:
    """Whether each bracket that a line opens is closed on it."""
    return all(value.count(left) == value.count(right) for left, right in ("[]", "{}"))


def _locate_item(text: str, path: _Path) -> tuple[int, int] | None:
    plain = _locate_key(text, path)
    if plain is not None:
        return plain
    steps = list(path)
    if len(text) > _MAX_EXACT:
        return _locate_header(text, steps)
    try:
        document: Any = _parse_copy(text)
        holder = document
        for step in steps[:-1]:
            holder = holder[step]
        if isinstance(holder[steps[-1]], dict) and isinstance(steps[-1], int):
            return _locate_header(text, steps)
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
