"""The numbers of a GML document's positions: GDAL passes over those that are none, and draws another shape."""

from __future__ import annotations

import math
import re

_POSITIONS = re.compile(rb"<((?:\w[\w.-]*:)?(?:posList|pos|coordinates))\b([^>]*)>([^<]*)</")
_BOUNDS = re.compile(rb"<((?:\w[\w.-]*:)?boundedBy)\b[^>]*>.*?</\1\s*>", re.DOTALL)
_DRAWN_OTHERWISE = re.compile(rb"<(?:\w[\w.-]*:)?(\w*Segment\w*|Arc\w*|Circle\w*|Topo\w*|Grid\w*)\b")
_NOT_NUMERIC = {False: re.compile(rb"[^0-9+.eE\s-]"), True: re.compile(rb"[^0-9+.eE\s,-]")}  # by whether commas divide
_ENDLESS = b"1e999"  # GDAL reads an infinite number, so that the row is refused by name


def mark_faults(data: bytes) -> tuple[bytes, int]:
    """The document with an endless number for each that is none or is missing, and how many there were."""
    dimensions = (3,) if re.search(rb"(?i)srsDimension\s*=\s*[\"']3", data) else (2, 3)
    faults = 0

    def mark(match: re.Match[bytes]) -> bytes:
        nonlocal faults
        name, said, text = match.groups()
        listed = name.rpartition(b":")[2] == b"coordinates"
        if listed and re.search(rb"\b(cs|ts|decimal)\s*=", said):
            return match[0]
        made, count = _mark_text(
            text, dimensions=() if listed else dimensions if name.endswith(b"pos") else dimensions[:1]
        )
        faults += count
        return match[0].replace(b">" + text + b"</", b">" + made + b"</") if count else match[0]

    made = _POSITIONS.sub(mark, data)
    return (made, faults) if faults else (data, 0)


def _mark_text(text: bytes, *, dimensions: tuple[int, ...]) -> tuple[bytes, int]:
    """The text of an element with its faults marked; ``dimensions``: numbers of a position, none for commas."""
    divided = not dimensions
    whole = divided or not (count := len(text.split())) or any(count % size == 0 for size in dimensions)
    if whole and not _NOT_NUMERIC[divided].search(text):
        return text, 0
    made = re.sub(rb"[^\s,]+" if divided else rb"\S+", lambda one: one[0] if _is_number(one[0]) else _ENDLESS, text)
    return (made if whole else made + b" " + _ENDLESS, 1) if made != text or not whole else (text, 0)


def _is_number(word: bytes) -> bool:
    try:
        return math.isfinite(float(word))
    except ValueError:
        return False


def count_numbers(data: bytes) -> int | None:
    """How many numbers the positions of all shapes have; None where shapes hold what is not drawn point by point."""
    if _DRAWN_OTHERWISE.search(data):
        return None
    numbers = 0
    for name, said, text in _POSITIONS.findall(_BOUNDS.sub(b"", data)):
        if name.rpartition(b":")[2] == b"coordinates" and said.strip():
            return None
        numbers += len(text.replace(b",", b" ").split())
    return numbers
