"""The charset of a MapInfo file: what its texts say where it names none, or another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from urbanplan.errors import ExchangeError
from urbanplan.exchange.esri import dbf
from urbanplan.exchange.gate.admission import companions
from urbanplan.exchange.table import Source
from urbanplan.exchange.text.code_pages import codec_name, decoder_name
from urbanplan.exchange.text.encoding import choose_encoding, decode_value, is_readable
from urbanplan.model.translation import localize

_CHARSET = re.compile(rb"(?im)^(\s*!?charset\s+\"?)([\w-]+)(\"?)")
_FIRST_LINES = re.compile(rb"(?i)\A(\s*(?:!table\s*\n\s*!version|version)[^\n]*\n)")
_FIELDS = re.compile(rb"(?i)\s*(?:fields|columns)\s+(\d{1,4})\s*$")
_NAME = re.compile(rb"[ \t]*(\S+)([ \t].*)", re.DOTALL)
_MAX_HEAD = 3_000  # lines before the objects
_NAMES = {  # MapInfo's, by those of Python that read them
    "utf-8": "UTF-8", "gb18030": "WindowsSimpChinese", "cp950": "WindowsTradChinese", "big5": "WindowsTradChinese",
    "cp932": "WindowsJapanese", "cp949": "WindowsKorean", "cp1250": "WindowsLatin2", "cp1251": "WindowsCyrillic",
    "cp1252": "WindowsLatin1", "cp1253": "WindowsGreek", "cp1254": "WindowsTurkish", "cp1255": "WindowsHebrew",
    "cp1256": "WindowsArabic", "cp1257": "WindowsBalticRim", "iso8859-1": "ISO8859_1",
}  # fmt: skip
_DECLARED = {name.lower(): page for page, name in _NAMES.items() if page != "big5"}


@dataclass(frozen=True)
class Charset:
    """The encoding of a file's texts, None for plain ASCII; the name that MapInfo is to be told where the file says
    another or none; and what is told of the choice."""

    encoding: str | None = None
    name: str | None = None
    notes: tuple[str, ...] = ()


def choose_charset(source: Source) -> Charset:
    """Decide the encoding of a file's texts.

    Raises:
        ExchangeError: the texts are not in the pinned encoding.
    """
    texts = _foreign_texts(source)
    with source.path.open("rb") as stream:
        said = _CHARSET.search(stream.read(4096))
    declared = _DECLARED.get(said[2].decode().lower()) if said else None
    found, notes = source.encoding, ()
    if found is not None and (codec_name(found) is None or not is_readable(texts, found)):
        fix = "Leave the encoding out, or pin another."
        raise ExchangeError("the texts are not {said}", where=str(source.path), fix=fix, said=found)
    if found is None:
        choice = choose_encoding(texts, declared) if texts else None
        found = declared if choice is None else choice.encoding
        notes = (choice.note,) if choice is not None and choice.note else ()
    same = declared is not None and found is not None and decoder_name(declared) == decoder_name(found)
    name = None if found is None or same or not texts else _NAMES.get(decoder_name(found))
    return Charset(found, name, notes)


def set_charset(head: bytes, name: str, *, native: bool) -> bytes:
    """The text of a table (``native``) or of an interchange file that names the charset."""
    if _CHARSET.search(head[:4096]):
        return _CHARSET.sub(lambda match: match[1] + name.encode() + match[3], head, count=1)
    line = f"!charset {name}\n" if native else f'Charset "{name}"\n'
    return _FIRST_LINES.sub(lambda match: match[0] + line.encode(), head, count=1)


def mend_names(head: bytes, encoding: str, whole: Sequence[bytes]) -> tuple[bytes, tuple[str, ...]]:
    """The text with a name for each field that has none in the encoding, and what is told.

    Some programs put a line in the place of each byte of a name that they do not know.

    Args:
        head: the text of a table or of an interchange file. encoding: of its texts. whole: names as the file of
            fields has them, in order, cut to ten bytes; empty for none.
    """
    lines = head.splitlines(keepends=True)
    code, notes = decoder_name(encoding), list[str]()
    for number, at in enumerate(_field_lines(lines), start=1):
        name, rest = _NAME.fullmatch(lines[at]).groups()  # pyright: ignore[reportOptionalMemberAccess]
        if decode_value(name.strip(), code) == (name.strip().decode(code, "ignore"), False):
            continue
        alias = _whole_name(whole[number - 1 : number], code) or f"field_{number}"
        lines[at] = b"  " + alias.encode(code, "replace") + rest
        what = "the name of field {number} is damaged in the file: it is called {alias}"
        notes.append(localize(what, number=number, alias=repr(alias)))
    return b"".join(lines) if notes else head, tuple(notes)


def _whole_name(names: Sequence[bytes], code: str) -> str | None:
    """The one name as the encoding or UTF-8 reads it; None where neither does, or there is none."""
    found = [decode_value(name, one) for name in names for one in (code, "utf-8")]
    return next((text for text, _ in filter(None, found) if text.isidentifier()), None)


def _field_lines(lines: list[bytes]) -> range:
    """Places of the lines that declare fields."""
    for at, line in enumerate(lines[:_MAX_HEAD]):
        count = _FIELDS.match(line)
        if count is not None:
            last = min(at + 1 + int(count[1]), len(lines))
            return range(at + 1, next((one for one in range(at + 1, last) if not _NAME.fullmatch(lines[one])), last))
    return range(0)


def _text_fields(lines: list[bytes]) -> list[bool]:
    """Whether each field of a table is one of texts: to its file of fields, binary numbers and dates are texts, too."""
    kinds = [lines[at].split() for at in _field_lines(lines)]
    return [len(words) > 1 and words[1].lower().startswith(b"char") for words in kinds]


def _foreign_texts(source: Source) -> list[bytes]:
    """Lines and values with bytes beyond ASCII; names of fields only where there are no others: they may be damaged."""
    head = source.path.read_bytes().splitlines(keepends=True)
    declared = [head[at] for at in _field_lines(head) if not head[at].isascii()]
    lines, named = list(head), list[bytes]()
    for beside in companions(source.path, source.format):
        if beside.suffix.lower() == ".mid":
            lines += beside.read_bytes().splitlines(keepends=True)
        elif beside.suffix.lower() == ".dat":
            table = dbf.read_header(beside)
            named = [name for name, _, _ in table.fields if not name.isascii()]  # GDAL writes UTF-8 whatever it says
            lines += dbf.foreign_texts(beside, table, texts=_text_fields(head))
    foreign = [line for line in lines if not line.isascii()]
    return [line for line in foreign if line not in declared and line.rstrip() not in named] or declared or named
