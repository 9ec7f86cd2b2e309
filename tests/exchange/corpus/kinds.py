"""A variant of a kind of file: its bytes, how it is read, and what has to be read of it."""

from __future__ import annotations

import io
import random
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

EAST, NORTH = 458_000.0, 3_850_000.0


@dataclass(frozen=True)
class Variant:
    """One generated file.

    Attributes:
        files: content by ending, the first is the one that is given. reading: keywords of ``urbanplan.read``.
        rows: features that are read; None where it is to be refused. refused: rows that are set aside.
        area: of all, m². values: of columns. told: words among the notes. lost: words of a loss.
    """

    files: dict[str, bytes]
    rows: int | None
    reading: dict[str, Any] = field(default_factory=dict)
    refused: int = 0
    area: float | None = None
    values: dict[str, list[Any]] = field(default_factory=dict)
    told: str = ""
    lost: str = ""


Kind = Callable[[random.Random], Variant]


def corners(draw: random.Random, size: float | None = None) -> tuple[list[tuple[float, float]], float]:
    """The corners of a rectangle somewhere, and its area."""
    wide, high = (size, size) if size else (draw.uniform(5, 500), draw.uniform(5, 500))
    x, y = EAST + draw.uniform(0, 9_000), NORTH + draw.uniform(0, 9_000)
    return [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)], wide * high


def words(draw: random.Random, count: int = 3) -> str:
    """Common Chinese words, one after the other."""
    return "".join(draw.choice(("工业", "商业", "用地", "道路", "绿化", "居住", "学校", "医院")) for _ in range(count))


def dbf(values: list[bytes], *, name: bytes = b"name", width: int = 40, language: int = 0) -> bytes:
    """A dBASE table of one text field."""
    head = struct.pack("<B3BIHH17xB2x", 3, 124, 1, 1, len(values), 65, width + 1, language)
    told = name.ljust(11, b"\0") + b"C" + bytes(4) + bytes([width, 0]) + bytes(14)
    return head + told + b"\r" + b"".join(b" " + value[:width].ljust(width) for value in values) + b"\x1a"


def shapes(rings: list[list[tuple[float, float]]]) -> dict[str, bytes]:
    """The .shp and the .shx of polygons of one ring each."""
    body, index = b"", b""
    for number, ring in enumerate(rings, start=1):
        closed = [*ring[::-1], ring[-1]]
        xs, ys = zip(*closed, strict=True)
        record = struct.pack("<i4d2ii", 5, min(xs), min(ys), max(xs), max(ys), 1, len(closed), 0)
        record += b"".join(struct.pack("<2d", *point) for point in closed)
        index += struct.pack(">2i", (100 + len(body)) // 2, len(record) // 2)
        body += struct.pack(">2i", number, len(record) // 2) + record

    def whole(data: bytes) -> bytes:
        return (
            struct.pack(">7i", 9994, 0, 0, 0, 0, 0, (100 + len(data)) // 2)
            + struct.pack("<2i8d", 1000, 5, *[0] * 8)
            + data
        )

    return {".shp": whole(body), ".shx": whole(index)}


def drawing(fill: Callable[[Any, Any], object], version: str = "R2010", unit: int = 6) -> bytes:
    """A DXF whose model space is filled; ``fill`` gets the drawing and its model space."""
    import ezdxf

    made = ezdxf.new(version)  # pyright: ignore[reportPrivateImportUsage]
    made.header["$INSUNITS"] = unit
    fill(made, made.modelspace())
    with io.StringIO() as held:
        made.write(held)
        return held.getvalue().encode()


def workbook(*rows: list[Any], change: Callable[[Any], object] = lambda sheet: None) -> bytes:
    """An XLSX of these rows."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append(row)
    change(sheet)
    with io.BytesIO() as held:
        book.save(held)
        return held.getvalue()
