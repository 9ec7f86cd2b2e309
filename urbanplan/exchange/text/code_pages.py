"""Code pages by the names and numbers that files give them, as Python calls them."""

from __future__ import annotations

import codecs
import re

_LATIN_PAGES = (
    "ascii", "cp1250", "cp1252", "cp1254", "cp1257", "cp437", "cp850", "cp852", "cp858", "cp860", "cp861", "cp863",
    "cp865", "iso8859-1", "iso8859-15", "iso8859-2", "iso8859-9", "mac-roman",
)  # fmt: skip
_NUMBERED = {
    "65001": "utf-8", "936": "gbk", "54936": "gb18030", "950": "big5", "949": "cp949", "932": "cp932",
    "51949": "euc_kr", "51932": "euc_jp", "20866": "koi8-r", "21866": "koi8-u", "20936": "gbk", "20127": "cp1252",
    "10000": "mac_roman",
}  # fmt: skip
_NAMED = {
    "gb2312": "gbk", "gb231280": "gbk", "eucgb2312cn": "gbk", "euccn": "gbk", "big5hkscs": "big5hkscs", "ansi": None,
    "oem": None, "utf": "utf-8", "shiftjis": "cp932", "sjis": "cp932", "windows31j": "cp932", "euckr": "cp949",
    "ksc56011987": "cp949", "uhc": "cp949", "latin1": "iso8859-1", "ascii": "cp1252", "usascii": "cp1252",
}  # fmt: skip
_LANGUAGE_BYTES = {
    0x03: "cp1252", 0x57: "cp1252", 0x58: "cp1252", 0x59: "cp1252", 0x4D: "gbk", 0x7A: "gbk", 0x4E: "cp949",
    0x79: "cp949", 0x4F: "big5", 0x78: "big5", 0x13: "cp932", 0x7B: "cp932", 0x50: "cp874", 0x7C: "cp874",
    0x26: "cp866", 0x65: "cp866", 0xC8: "cp1250", 0xC9: "cp1251", 0xCA: "cp1254", 0xCB: "cp1253", 0xCC: "cp1257",
    0x04: "mac_roman", 0x08: "cp865", 0x17: "cp865", 0x66: "cp865", 0x1C: "cp863", 0x6C: "cp863", 0x24: "cp860",
    0x67: "cp861", 0x6A: "cp737", 0x86: "cp737", 0x6B: "cp857", 0x88: "cp857",
    **dict.fromkeys((0x1F, 0x22, 0x23, 0x40, 0x64, 0x87), "cp852"),
    **dict.fromkeys((0x02, 0x0A, 0x0E, 0x10, 0x12, 0x14, 0x16, 0x1A, 0x1D, 0x25, 0x37), "cp850"),
    **dict.fromkeys((0x01, 0x09, 0x0B, 0x0D, 0x0F, 0x11, 0x15, 0x18, 0x19, 0x1B), "cp437"),
}  # fmt: skip


def from_language_byte(number: int) -> str | None:
    """The encoding that a dBASE table's language byte names, or None."""
    return _LANGUAGE_BYTES.get(number)


def parse_code_page(text: str) -> str | None:
    """The encoding that a code page file names (``936``, ``ANSI 1251``, ``Big-5``, ``88591``, ``LDID/77``), or None."""
    plain = re.sub(r"[^a-z0-9/]", "", text.lower())
    if not plain or plain in _NAMED:
        return _NAMED.get(plain)
    if plain.startswith("ldid/"):
        number = plain.removeprefix("ldid/")
        return from_language_byte(int(number)) if number.isdigit() else None
    number = re.sub(r"^(ansi|oem|dos|cp|ibm|windows|win|ms|mswin|x?codepage|iso)+", "", plain)
    if number in _NUMBERED:
        return _NUMBERED[number]
    if part := re.fullmatch(r"8859(\d{1,2})", number):
        return codec_name(f"iso8859-{part[1]}")
    return codec_name(f"cp{number}") if number.isdigit() else codec_name(text.strip().lower()) or codec_name(plain)


def codec_name(name: str) -> str | None:
    """The name as given where Python has such a text encoding, else None."""
    try:
        found = codecs.lookup(name)
        "a".encode(found.name)  # nothing is decoded by any codec, also by those that read no texts (uu)
    except (LookupError, ValueError):  # ValueError: a name that holds a zero byte
        return None
    return name


def is_latin(encoding: str) -> bool:
    """Whether it is a one-byte page of the Latin script, in which any bytes can be read, and Chinese as nonsense."""
    return codecs.lookup(encoding).name in _LATIN_PAGES


def is_utf8(encoding: str) -> bool:
    """Whether it is UTF-8, with or without a byte-order mark."""
    return codecs.lookup(encoding).name in ("utf-8", "utf-8-sig")


def decoder_name(encoding: str) -> str:
    """The encoding that reads all of what is written under this name: GB18030 for GBK, CP950 for Big5 …"""
    wider = {"gbk": "gb18030", "gb2312": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949"}
    return wider.get(codecs.lookup(encoding).name, encoding)
