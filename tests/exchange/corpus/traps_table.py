"""Hostile CSV, boundary-point TXT and XLSX."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

DEEP_WKT = "GEOMETRYCOLLECTION(" * 100_000 + "POINT(1 1)" + ")" * 100_000


def csv(data: bytes, around: Any) -> dict[str, bytes]:
    """CSV."""
    return {
        "deep": f'id,wkt\n1,"{DEEP_WKT}"\n'.encode(),
        "deep-curves": ('id,wkt\n1,"' + "CURVEPOLYGON(COMPOUNDCURVE(" * 50_000 + ")" * 100_000 + '"\n').encode(),
        "nan": b"id,wkt\n1,POINT (nan nan)\n",
        "infinite": b"id,lon,lat\n1,1e999,-1e999\n",
        "no-numbers": b"id,lon,lat\n1,east,north\n",
        "quote": b'id,name\n1,"' + b"x" * 9_000_000,
        "nul": b"id,name\n1,a\0b\n",
        "control": b"id,na\x01me\n1,2\n",
        "uneven": b"id,name\n1,a,b,c\n2\n",
        "no-names": b",,,\n1,2,3,4\n",
        "bytes": b"id,name\n1,\xff\xfe\x81\x20\x00\n" + bytes(range(256)) * 4,
        "no-wkt": b"id,wkt\n1,POLYGON ((0 0, 1 1\n",
    }


HEAD = "[地块坐标]\n"


def txt(data: bytes, around: Any) -> dict[str, bytes]:
    """Boundary-point TXT."""

    def plot(*lines: str, head: str = "3,1,A,B,面,,,,@") -> bytes:
        return (HEAD + head + "\n" + "\n".join(lines) + "\n").encode()

    square = ("J1,1,3853606,458825", "J2,1,3853706,458825", "J3,1,3853706,458925", "J1,1,3853606,458825")
    return {
        "texts": plot("J1,1,x,y", "J2,1,x,y", "J3,1,x,y"),
        "heads": HEAD.encode() + "1,1,A,B,面,,,,@\n".encode() * 1000,
        "nan": plot("J1,1,nan,1", "J2,1,nan,1", "J3,1,nan,2", "J1,1,nan,1"),
        "infinite": plot("J1,1,1e999,1", "J2,1,1e999,1", "J3,1,1e999,2", "J1,1,1e999,1"),
        "ring-text": plot(*(line.replace(",1,", ",ring,", 1) for line in square)),
        "ring-huge": plot(*(line.replace(",1,", ",99999999999999999999,", 1) for line in square)),
        "two-points": plot(*square[:2]),
        "letters": plot(*(line.replace("458", "45B") for line in square)),
        "columns": plot(square[0], square[1] + ",9,9", *square[2:]),
        "three-columns": plot("J1,1,3853606", "J2,1,3853706", "J3,1,3853706"),
        "long-line": plot("J1,1," + "9" * 5_000_000 + ",1"),
        "no-points": (HEAD + "\n".join("你好" * 20 for _ in range(50))).encode("gb18030"),
    }


def xlsx(data: bytes, around: Any) -> dict[str, bytes | Callable[[], bytes]]:
    """XLSX; what takes long to pack is packed when it is asked for."""
    entity = (
        f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file://{around.secret}">]><worksheet>&x;</worksheet>'
    )
    sheet = "xl/worksheets/sheet1.xml"
    begin = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    return {
        "bomb": lambda: zip_members({"xl/workbook.xml": b"\0" * 200_000_000}),
        "sheet-bomb": lambda: replace_members(data, {sheet: begin.encode() + b"<row><c><v>1</v></c></row>" * 2_000_000}),
        "outside-member": replace_members(data, {"../../a.xml": b"x"}),
        "entities": replace_members(data, {sheet: entity.encode()}),
        "late-entities": replace_members(data, {sheet: b"<?xml version='1.0'?><!--" + b"x" * 9000 + b"-->" + entity[21:].encode()}),
        "utf16-entities": replace_members(data, {sheet: entity.replace('"1.0"', '"1.0" encoding="UTF-16"').encode("utf-16")}),
        "far-cell": replace_members(data, {sheet: (begin + '<row r="2147483647"><c r="XFD2147483647"><v>1</v></c></row>').encode()}),
        "far-column": replace_members(data, {sheet: (begin + '<row r="1"><c r="ZZZZZZ1"><v>1</v></c></row></sheetData></worksheet>').encode()}),
        "far-row": replace_members(data, {sheet: (begin + row(1, "id") + row(9_000_000_000, "x") + "</sheetData></worksheet>").encode()}),
        "deep": replace_members(data, {sheet: begin.encode() + b"<row>" * 500_000}),
        "no-sheet": remove_member(data, sheet),
        "no-workbook": remove_member(data, "xl/workbook.xml"),
    }  # fmt: skip


def row(number: int, text: str) -> str:
    return f'<row r="{number}"><c r="A{number}" t="inlineStr"><is><t>{text}</t></is></c></row>'


def zip_members(files: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def read_members(data: bytes) -> dict[str, bytes]:
    """The members of a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def replace_members(data: bytes, files: dict[str, bytes]) -> bytes:
    """A zip with some members replaced or added."""
    return zip_members({**read_members(data), **files})


def remove_member(data: bytes, name: str) -> bytes:
    """A zip without one member."""
    return zip_members({key: value for key, value in read_members(data).items() if key != name})


TRAPS = {".csv": csv, ".txt": txt, ".xlsx": xlsx}
