"""Rows of a MapInfo interchange text that are damaged: GDAL makes zeros of what is no number, and stops at the rest."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence

from urbanplan.model.translation import localize

_DATA = re.compile(rb"(?im)^\s*data\s*$")
_COLUMNS = re.compile(rb"(?im)^\s*columns\s+(\d{1,4})\s*$")
_DELIMITER = re.compile(rb"(?im)^\s*delimiter\s+\"(.)\"")
_STYLE = re.compile(rb"\s*(pen|brush|symbol|font|smooth|center|spacing|justify|angle|label|\()", re.IGNORECASE)
_NUMBER = rb"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?"
_PLACE = re.compile(rb"\s*" + _NUMBER + rb"\s+" + _NUMBER + rb"\s*")
_COUNT = re.compile(rb"\s*\d{1,9}\s*")
_PLACES = {b"point": 2, b"line": 4, b"rect": 4, b"roundrect": 4, b"ellipse": 4, b"arc": 4}  # numbers behind a keyword
_KNOWN = frozenset({b"none", b"text", b"collection", b"pline", b"region", b"multipoint", *_PLACES})
_KEYWORD = re.compile(rb"\s*([A-Za-z]+)(.*)", re.DOTALL)
_FIELDS = {
    "integer": r"[-+]?\d{1,10}", "smallint": r"[-+]?\d{1,5}", "largeint": r"[-+]?\d{1,19}", "logical": r"[TFtf01]?",
    "decimal": _NUMBER.decode(), "float": _NUMBER.decode(), "date": r"\d{8}",
}  # fmt: skip
Faults = dict[int, str]


def blank_bad_objects(mif: bytes) -> tuple[bytes, Faults, int]:
    """The text with ``None`` for each object that is damaged; why, by row from 0; and how many objects there are."""
    start = _DATA.search(mif)
    if start is None:
        return mif, {}, 0
    faults: Faults = {}
    made: list[bytes] = []
    row = -1
    for row, lines in enumerate(_objects(mif[start.end() :].splitlines(keepends=True))):
        reason = _object_fault(lines)
        if reason is not None:
            faults[row] = reason
        made += [b"None\n"] if reason is not None else lines
    return mif[: start.end()] + b"\n" + b"".join(made) if faults else mif, faults, row + 1


def _objects(lines: Sequence[bytes]) -> Iterator[list[bytes]]:
    """The lines of each object; the parts of a collection belong to it."""
    held: list[bytes] = []
    parts = 0
    for line in lines:
        found = _KEYWORD.match(line) if not _STYLE.match(line) else None
        if found is not None and found[1].lower() not in _KNOWN and held and _object_fault(held) is not None:
            found = None  # a word among the coordinates of an object that is not at its end
        if found is not None and parts:
            parts -= 1
        elif found is not None and held:
            yield held
            held = []
        if found is not None and found[1].lower() == b"collection" and _COUNT.fullmatch(found[2]):
            parts = min(int(found[2]), 3)
        if line.strip():
            held.append(line)
    if held:
        yield held


def _object_fault(lines: list[bytes]) -> str | None:
    """Why an object cannot be read; None where it can."""
    first = _KEYWORD.match(lines[0])
    name = b"" if first is None else first[1].lower()
    rest: list[bytes] = [] if first is None else first[2].split()
    body = [line for line in lines[1:] if not _STYLE.match(line)]
    if name in (b"none", b"text", b"collection"):
        return None
    if name in _PLACES:
        numbers = [word for line in (b" ".join(rest), *body) for word in line.split()]
        fine = len(numbers) >= _PLACES[name] and all(re.fullmatch(_NUMBER, word) for word in numbers)
        return None if fine else localize("a coordinate that is no number")
    if name not in (b"pline", b"region", b"multipoint"):
        return localize("an object that MapInfo does not know: {name}", name=lines[0][:30].decode("latin-1").strip())
    several = name == b"region" or (bool(rest) and rest[0].lower() == b"multiple")
    counts = rest[1:] if several and name == b"pline" else rest
    if not counts:  # the number of points stands on a line of its own
        counts, body = (body[0].split(), body[1:]) if body else ([], [])
    if len(counts) != 1 or not _COUNT.fullmatch(counts[0]):
        return localize("a count of points that is no number")
    return _parts_fault(body, [int(counts[0])] if not several else None, int(counts[0]))


def _parts_fault(body: list[bytes], sizes: list[int] | None, parts: int) -> str | None:
    """Why the lines of an object's parts cannot be read; ``sizes`` are their points where they stand above."""
    at = 0
    for part in range(1 if sizes else parts):
        if sizes is None:
            if at >= len(body) or not _COUNT.fullmatch(body[at]):
                return localize("a count of points that is no number")
            size, at = int(body[at]), at + 1
        else:
            size = sizes[part]
        if at + size > len(body) or not all(_PLACE.fullmatch(line) for line in body[at : at + size]):
            return localize("a coordinate that is no number")
        at += size
    return None if at == len(body) else localize("more points than its count says")


def blank_bad_lines(mid: bytes, mif: bytes) -> tuple[bytes, Faults]:
    """The text of the fields with empty values for those that are damaged, and why a row is, by row from 0."""
    found = _COLUMNS.search(mif)
    if found is None:
        return mid, {}
    kinds = [words[1].lower() if len(words := line.split()) > 1 else ""
             for line in mif[found.end() :].decode("latin-1").splitlines()[1 : int(found[1]) + 1]]  # fmt: skip
    patterns = [re.compile(_FIELDS[name]) if (name := kind.split("(")[0]) in _FIELDS else None for kind in kinds]
    said = _DELIMITER.search(mif)
    mark = "\t" if said is None else said[1].decode("latin-1")
    faults: Faults = {}
    lines = [line for line in mid.split(b"\n") if line.strip()]
    for row, line in enumerate(lines):
        cells = next(csv.reader([line.decode("latin-1").strip("\r")], delimiter=mark), [])
        reason = _cells_fault(cells, patterns)
        if reason is not None:
            faults[row] = reason
            lines[row] = _write_cells(cells, mark, patterns)
    return (b"\n".join(lines) + b"\n", faults) if faults else (mid, {})


def _cells_fault(cells: list[str], patterns: list[re.Pattern[str] | None]) -> str | None:
    if len(cells) != len(patterns):
        what = "{found} values under {names} names: {text}"
        return localize(what, found=len(cells), names=len(patterns), text=repr(" ".join(cells)[:60]))
    for cell, pattern in zip(cells, patterns, strict=True):
        if pattern is not None and cell.strip() and not pattern.fullmatch(cell.strip()):
            return localize("{text} is no number", text=repr(cell[:60]))
    return None


def _write_cells(cells: list[str], mark: str, patterns: list[re.Pattern[str] | None]) -> bytes:
    """The line with as many values as there are fields, empty where one does not fit its field."""
    texts = []
    for at, pattern in enumerate(patterns):
        cell = cells[at] if at < len(cells) else ""
        fits = pattern is None or pattern.fullmatch(cell.strip())
        texts.append(('"' + cell.replace('"', '""') + '"' if pattern is None else cell) if fits else "")
    return mark.join(texts).encode("latin-1")
