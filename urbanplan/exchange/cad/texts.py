"""Texts of a drawing: what they say and where they stand."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from urbanplan.exchange.cad.outlines import ocs_matrix

TEXT_KINDS = ("TEXT", "MTEXT", "ATTRIB", "ATTDEF")
_MULTIBYTE_ESCAPE = re.compile(r"\\M\+([1-5])([0-9A-Fa-f]{4})")
_MULTIBYTE_PAGES = {"1": "cp932", "2": "big5", "3": "cp949", "5": "gbk"}
_STACKED = re.compile(r"(?<!\\)\\S((?:\\;|[^;])*?)[\^/#]\s?((?:\\;|[^;])*);")  # one text above another
_UNICODE_ESCAPE = re.compile(r"\\U\+([0-9A-Fa-f]{4,5})")


def read_text(entity: Any) -> tuple[str, np.ndarray]:
    """What a text says, without the codes of its look, and where it stands, shape (3,)."""
    if entity.dxftype() == "MTEXT":
        return _plain_mtext(entity), np.array(tuple(entity.dxf.insert), dtype=float)
    if getattr(entity, "has_embedded_mtext_entity", False):
        mtext = entity.virtual_mtext_entity()
        return _plain_mtext(mtext), np.array(tuple(mtext.dxf.insert), dtype=float)
    return str(entity.plain_text()), _place(entity)


def _plain_mtext(mtext: Any) -> str:
    """The text of all columns; character escapes are read before the codes of its look."""
    from ezdxf.tools.text import plain_mtext

    columns = [mtext.text]
    if mtext.has_columns:
        columns += [column.text for column in mtext.columns.linked_columns]
    return "".join(str(plain_mtext(_STACKED.sub(_in_a_row, decode_escapes(text) or ""))) for text in columns)


def _in_a_row(match: re.Match[str]) -> str:
    """What stands above and what below, divided by a stroke; of a raised or lowered text that alone."""
    return "/".join(part.strip().replace("\\;", ";") for part in match.groups() if part.strip())


def _place(entity: Any) -> np.ndarray:
    """Its alignment point where it has one that counts, else where it begins."""
    dxf = entity.dxf
    aligned = (dxf.get("halign", 0) or dxf.get("valign", 0)) and dxf.hasattr("align_point")
    place = np.array(tuple(dxf.align_point if aligned else dxf.insert), dtype=float)
    matrix = ocs_matrix(dxf.extrusion)
    return place if matrix is None else place @ matrix[:3, :3]


def decode_escapes(text: str | None) -> str | None:
    """A text with the characters that a code page lacks: ``\\U+5DE5``, and ``\\M+5B9A4`` of the page that 5 is."""
    if text is None or "\\" not in text:
        return text
    return _MULTIBYTE_ESCAPE.sub(_decode_multibyte, _UNICODE_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text))


def _decode_multibyte(match: re.Match[str]) -> str:
    try:
        return bytes.fromhex(match[2]).decode(_MULTIBYTE_PAGES[match[1]])
    except (KeyError, UnicodeDecodeError):
        return match[0]
