"""Points of a CASS ``.dat``, which has no names of columns: number, code, east, north, height, divided in some way."""

from __future__ import annotations

import re

_NAMES = ("点号", "编码", "东坐标", "北坐标", "高程")
_NUMBER = rb"[-+]?\d+(?:\.\d*)?"
_HIGHEST = 10_000  # metres: a height is below, a coordinate above
_COUNT = re.compile(rb"\s*\d+\s*")
_FIVE = re.compile(rb"[^,]*,[^,]*," + _NUMBER + rb"," + _NUMBER + rb"(?:,(?:" + _NUMBER + rb")?)?")
_FOUR = re.compile(rb"[^,]*," + _NUMBER + rb"," + _NUMBER + rb"," + _NUMBER)


def name_columns(text: bytes) -> bytes:
    """The text with names above its points; it is the same where it has names of its own.

    A count of points in the first line goes away.  Tabs and spaces divide as commas do, a comma at the end of each line
    divides nothing, and points without a code have four values.
    """
    first, _, rest = text.partition(b"\n")
    body = _divide(rest if _COUNT.fullmatch(first) else text)
    names = _column_names(body.lstrip(b"\n").partition(b"\n")[0])
    return f"{','.join(names)}\n".encode() + body if names else text


def _column_names(line: bytes) -> tuple[str, ...]:
    """The names of the values of a point, by the first one; none where it has names of its own."""
    cells = line.split(b",")
    if _FOUR.fullmatch(line) and abs(float(cells[3])) < _HIGHEST <= abs(float(cells[2])):
        return (_NAMES[0], *_NAMES[2:])
    return _NAMES[: len(cells)] if _FIVE.fullmatch(line) else ()


def _divide(text: bytes) -> bytes:
    """The lines with commas alone between values."""
    text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    first = text.lstrip(b"\n").partition(b"\n")[0]
    if b"," not in first:
        text = text.replace(b"\t", b",") if b"\t" in first else re.sub(rb"(?m)(?<=\S)[ ]+(?=\S)", b",", text)
    text = re.sub(rb"[ \t]*,[ \t]*", b",", text)
    text = re.sub(rb"(?m)^[ \t]+|[ \t]+$", b"", text)
    lines = [line for line in text.split(b"\n") if line]
    if lines and all(line.endswith(b",") and line.count(b",") == 5 for line in lines):
        text = re.sub(rb"(?m),$", b"", text)
    return text
