"""Entities of a drawing with a number that is none: named, and taken out so that the others can be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from urbanplan.exchange.cad.xdata import APPLICATION_ID
from urbanplan.model.translation import localize

_NUMBERS = (  # codes of groups that hold a number, first and last
    (10, 59), (60, 79), (90, 99), (110, 149), (160, 179), (210, 239), (270, 299), (370, 389), (400, 409), (420, 429),
    (440, 469), (1010, 1071),
)  # fmt: skip
_IS_NUMBER = frozenset(code for first, last in _NUMBERS for code in range(first, last + 1))
_PARTS = ("VERTEX", "ATTRIB", "SEQEND")  # they belong to the entity before them
_STRUCTURE = ("SECTION", "ENDSEC", "BLOCK", "ENDBLK", "EOF")  # without them nothing is left
_PAPER = "*PAPER_SPACE"  # blocks that hold the entities of layouts


@dataclass(frozen=True)
class DamagedEntity:
    """An entity that was taken out: its kind, layer, block or None, handle or None, and why.

    ``ours``: urbanplan drew it. paper: it stands in paper space.
    """

    kind: str
    layer: str
    block: str | None
    handle: str | None
    reason: str
    ours: bool = False
    paper: bool = False


@dataclass
class _Span:
    """An entity with its parts: its first line, the line behind it, its groups by code, and the first bad number."""

    kind: str
    begin: int
    end: int
    block: str | None
    said: dict[int, str] = field(default_factory=dict)
    ours: bool = False
    problem: str = ""


def drop_damaged(data: bytes) -> tuple[bytes, list[DamagedEntity]]:
    """A text drawing without the entities that hold a number that is none, and these; the same where it has none.

    Args:
        data: lines of code and value by turns. What is no code ends the search: another reader has to see to it.
    """
    lines = data.splitlines(keepends=True)
    damaged = [span for span in _spans(lines) if span.problem]
    if not damaged:
        return data, []
    kept = bytearray()
    at = 0
    for span in damaged:
        kept += b"".join(lines[at : span.begin])
        at = span.end
    kept += b"".join(lines[at:])
    return bytes(kept), [_describe(span) for span in damaged]


def _describe(span: _Span) -> DamagedEntity:
    paper = span.said.get(67, "").strip() == "1" or (span.block or "").upper().startswith(_PAPER)
    block = None if paper else span.block
    return DamagedEntity(
        span.kind, span.said.get(8, "0"), block, span.said.get(5), span.problem, ours=span.ours, paper=paper
    )


def _spans(lines: list[bytes]) -> Iterator[_Span]:
    """The entities of the sections that hold some."""
    section = ""
    block: str | None = None
    span: _Span | None = None
    opened = ""  # the structure whose name is awaited
    for at in range(0, len(lines) - 1, 2):
        code = _code(lines[at])
        if code is None:
            return
        if code == 0:
            kind = lines[at + 1].strip().decode("ascii", "replace").upper()
            if span is not None and kind in _PARTS:
                continue
            if span is not None:
                span.end = at
                yield span
            inside = section in ("ENTITIES", "BLOCKS") and kind not in _STRUCTURE
            span = _Span(kind, at, at, block) if inside else None
            opened = kind if kind in ("SECTION", "BLOCK") else ""
            block = None if kind == "ENDBLK" else block
        elif code == 2 and opened:
            name = _text(lines[at + 1])
            section, block = (name.upper(), block) if opened == "SECTION" else (section, name)
            opened = ""
        elif span is not None:
            _take(span, code, lines[at + 1], at + 2)


def _take(span: _Span, code: int, value: bytes, number: int) -> None:
    """Take up one group of an entity; ``number`` is that of its line in the file."""
    if code in (5, 8, 67):
        span.said.setdefault(code, _text(value))
    span.ours = span.ours or (code == 1001 and value.strip() == APPLICATION_ID.encode())
    if code in _IS_NUMBER and not span.problem and not _is_number(value):
        what = "group {code} in line {line} is no number: {text}"
        span.problem = localize(what, code=code, line=number, text=repr(_text(value)[:40]))


def _code(line: bytes) -> int | None:
    try:
        return int(line)
    except ValueError:
        return None


def _is_number(value: bytes) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


def _text(value: bytes) -> str:
    """A value as text; what is no UTF-8 is GBK, as far as it goes: it stands in messages alone."""
    try:
        return value.strip().decode()
    except UnicodeDecodeError:
        return value.strip().decode("gb18030", "replace")
