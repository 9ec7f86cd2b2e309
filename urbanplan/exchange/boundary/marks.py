"""Marks of a boundary-point TXT as some programs and people write them: full-width signs, tabs, old ends of lines."""

from __future__ import annotations

import re

from urbanplan.exchange.rows.parse_coordinates import to_half_width
from urbanplan.model.translation import localize

_ODD_SIGN = rb"\xef\xbc[\x8c\x8e\x90-\x99\xa0]|\t"  # a full-width comma, point, digit or @, or a tab
_ODD_LINE = re.compile(rb"^[^\n]*(?:" + _ODD_SIGN + rb")[^\n]*$", re.MULTILINE)
_POINT = re.compile(r"\s*[A-Za-z]{0,3}-?\d*\s*,\s*-?\d*\s*(,\s*[-+]?\d+(\.\d*)?([eE][-+]?\d+)?\s*){2}(,.*)?")


def plain_marks(text: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The text with commas, digits and ``@`` as they should be, and what is told.

    Point lines may be written in full width or divided by tabs, heads with full-width commas alone; names keep their
    full-width signs. Line ends of old Macs become line feeds, a mark of the file's end goes away.
    """
    text = text.rstrip(b"\x1a\x00")
    if b"\n" not in text:
        text = text.replace(b"\r", b"\n")
    if re.search(_ODD_SIGN, text) is None:
        return text, ()
    made = _ODD_LINE.sub(_plain_line, text)
    same = made.replace(b"\t", b" ") == text.replace(b"\t", b" ")
    return made, () if same else (localize("full-width signs or tabs divide values: they were read as commas"),)


def _plain_line(match: re.Match[bytes]) -> bytes:
    line = match[0].decode()
    plain = to_half_width(line)
    for one in (plain, plain.replace("\t", ",")):
        if _POINT.fullmatch(one):
            return one.encode()
    if plain.rstrip().endswith("@"):
        line = line if "@" in line else "@".join(line.rsplit("＠", 1))
        return (line if "," in line else line.replace("，", ",")).encode()
    return match[0]
