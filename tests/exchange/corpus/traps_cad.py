"""Hostile DXF: blocks in blocks, arrays of arrays, references to other files, numbers that are none."""

from __future__ import annotations

from typing import Any

SQUARE = "0\nLWPOLYLINE\n8\n0\n90\n3\n70\n1\n10\n{x}\n20\n0\n10\n1\n20\n0\n10\n1\n20\n1\n"


def dxf(data: bytes, around: Any) -> dict[str, bytes]:
    """DXF."""
    laughs = "".join(_block(f"B{at}", _insert(f"B{at + 1}") * 10) for at in range(9)) + _block("B9", SQUARE.format(x=0))
    crowd = _block("A", SQUARE.format(x=0) * 200)
    return {
        "no-sections": b"  0\nSECTION\n" * 9,
        "head-only": b"0\nSECTION\n2\nENTITIES\n0\n",
        "self": dxf_text(_insert("A"), _block("A", _insert("A"))),
        "blocks": dxf_text(_insert("B0"), laughs),
        "array": dxf_text(_insert("A", "70\n32767\n71\n32767\n44\n1\n45\n1\n"), _block("A", SQUARE.format(x=0))),
        "crowds": dxf_text(_insert("A", "70\n100\n71\n100\n") * 4000, crowd),
        "nan": dxf_text(SQUARE.format(x="nan")),
        "infinite": dxf_text(SQUARE.format(x="1e999")),
        "codes": data.replace(b"\n  8\n", b"\nEIGHT\n").replace(b"\n  0\n", b"\nNULL\n"),
        "cut": data[: len(data) * 2 // 3],
        "binary": b"AutoCAD Binary DXF\r\n\x1a\0" + b"\xff" * 4000,
        "reference": dxf_text(_insert("X"), _block("X", "", more=f"70\n4\n1\n{around.secret}\n")),
    }


def dxf_text(entities: str, blocks: str = "") -> bytes:
    """An old drawing (R12) of these entities and blocks."""
    return (
        f"0\nSECTION\n2\nBLOCKS\n{blocks}0\nENDSEC\n0\nSECTION\n2\nENTITIES\n{entities}0\nENDSEC\n0\nEOF\n"
    ).encode()


def _block(name: str, entities: str, *, more: str = "70\n0\n") -> str:
    return f"0\nBLOCK\n8\n0\n2\n{name}\n{more}10\n0\n20\n0\n{entities}0\nENDBLK\n8\n0\n"


def _insert(name: str, more: str = "") -> str:
    return f"0\nINSERT\n8\n0\n2\n{name}\n10\n0\n20\n0\n{more}"


TRAPS = {".dxf": dxf}
