"""Prose: paragraphs, headings and sentences of a document's text, each sign with its place in it.

A line break inside a sentence is no end: lines are joined until a sentence ends, a blank line follows, or a heading
or a list item begins.  White space between signs that are no Latin words, and ``**``, are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_SHORT = "".join(
    rf"(?<!\b{word})" for word in ("No", "no", "Nos", "nos", "St", "Fig", "fig", "approx", "ca", "vs", "p", "pp")
)
_WORD = r"(?:(?<=[a-z%)])|(?<=20\d\d))"  # what a stop ends; behind other digits it may be a decimal point
_END = re.compile(rf"[。！？!?；;]+[”’」』）)]*|{_SHORT}\.(?=\s+[A-Z]|\s*$)|{_SHORT}{_WORD}\.(?=\s+[\d“(£€$])")
_CLOSED = re.compile(r"[。！？!?；;：:…][”’」』）)\s]*$")
_STOPPED = re.compile(rf"{_SHORT}{_WORD}\.[”)\s]*$")
_BEGUN = re.compile(r"\s*[A-Z\d“(£€$]")
_NUMBERED = re.compile(
    r"^\s*(?:#{1,6}\s*|第[一二三四五六七八九十百\d]{1,4}[章节部分篇条][、\s]*|[一二三四五六七八九十]{1,3}[、.．]\s*|"
    r"[（(][一二三四五六七八九十\d]{1,3}[）)][、\s]*|\d{1,2}(?:\.\d{1,2}){0,3}[、.．)）]?\s+(?=\D)|\d{1,2}[、.．)）](?!\d)\s*|"
    r"[①-⑳]\s*|[●■◆▪•·\-*]\s+)"
)
_TOP = re.compile(r"^\s*(?:#{1,2}\s|第[一二三四五六七八九十百\d]{1,4}[章部篇]|[一二三四五六七八九十]{1,3}[、.．])")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LONGEST_HEADING, _LONGEST_RUN_IN = 40, 30
_SHORT_LINE = 12  # a line this much shorter than the longest one of its text may be the last of a paragraph


@dataclass(frozen=True)
class Sentence:
    """A sentence: its signs without line breaks, the place of each in the text, and where it stands.

    Attributes:
        text: the signs. origin: place of each in the document's text, one more for the end.
        chapter: the nearest headings. heading: whether it is one. paragraph: number from 1. mode: see ``timeline``.
    """

    text: str
    origin: tuple[int, ...]
    chapter: str
    heading: bool
    paragraph: int
    first: bool


@dataclass(frozen=True)
class _Block:
    text: str
    origin: tuple[int, ...]
    heading: bool


def sentences(text: str, *, paragraphs: bool = False) -> list[Sentence]:
    """The sentences of a text in order; headings are sentences of their own.

    Args:
        text: the document. paragraphs: each line is a paragraph; else lines may be broken anywhere.
    """
    found: list[Sentence] = []
    chapter = ""
    above: list[tuple[int, str]] = []  # rank and label of the headings over the present place
    for number, block in enumerate(_line_blocks(text) if paragraphs else _blocks(text), 1):
        label = heading_label(block.text)
        if block.heading:
            chapter = label
            above = [*_outer(above, heading_rank(block.text)), (heading_rank(block.text), chapter)]
            found.append(_cut(block, 0, len(block.text), chapter, number))
            continue
        spans = list(_sentence_spans(block.text))
        rank = heading_rank(block.text)
        if spans and rank and _is_run_in(block.text[spans[0][0] : spans[0][1]]):
            chapter = heading_label(block.text[spans[0][0] : spans[0][1]])
            above = [*_outer(above, rank), (rank, chapter)]
        elif rank:  # an item without a heading of its own is of what stands above it
            chapter = next((label for _, label in reversed(_outer(above, rank))), chapter)
        found += [_cut(block, start, end, chapter, number, first=at == 0) for at, (start, end) in enumerate(spans)]
    return found


def _outer(above: list[tuple[int, str]], rank: int) -> list[tuple[int, str]]:
    """The headings that stand above one of a rank; a heading without a number begins anew."""
    return [row for row in above if row[0] < rank] if rank else []


def has_han(text: str) -> bool:
    """Whether a text holds a Chinese sign."""
    return _HAN.search(text) is not None


def heading_label(text: str) -> str:
    """A heading without its number and marks."""
    return _NUMBERED.sub("", text).strip(" 。:：*#").strip()


def heading_rank(text: str) -> int:
    """The rank of a heading: 1 for 一、 and chapters, 2 for （一）, 3 for 1. and others, 0 without a number."""
    if _TOP.match(text):
        return 1
    if re.match(r"\s*[（(][一二三四五六七八九十]", text):
        return 2
    return 3 if _NUMBERED.match(text) else 0


def _is_run_in(text: str) -> bool:
    """A short first sentence behind a number is the heading of its paragraph."""
    return len(text) <= _LONGEST_RUN_IN and not re.search(r"\d", _NUMBERED.sub("", text)) and text.endswith("。")


def _cut(block: _Block, start: int, end: int, chapter: str, number: int, *, first: bool = True) -> Sentence:
    return Sentence(block.text[start:end], block.origin[start : end + 1], chapter, block.heading, number, first)


def _sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    start = _list_mark(text)
    ends = [match.end() for match in _END.finditer(text)]
    for end in [*ends, len(text)]:
        while end - start > _MOST_SIGNS:
            yield start, start + _MOST_SIGNS
            start += _MOST_SIGNS
        if end > start and text[start:end].strip():
            yield start, end
            start = end


def _list_mark(text: str) -> int:
    match = _NUMBERED.match(text)
    return match.end() if match else 0


def _blocks(text: str) -> Iterator[_Block]:
    """Lines joined to paragraphs; a heading is a block of its own.

    A blank line ends a paragraph unless its sentence goes on behind it (torn columns, a page number between).
    """
    lines = [(start, line) for start, line in _lines(text) if not _PAGE_NUMBER.match(line)]
    width = _wrap_width([line for _, line in lines])
    held: list[tuple[int, str]] = []
    blank = False
    for start, line in lines:
        if not line.strip(_SPACES):
            blank = True
            continue
        if held and (len(held) >= _MOST_LINES or _begins_new(held, line, blank=blank, width=width)):
            yield _block(held)
            held = []
        held.append((start, line))
        blank = False
    if held:
        yield _block(held)


def _line_blocks(text: str) -> Iterator[_Block]:
    yield from (_block([row]) for row in _lines(text) if row[1].strip(_SPACES))


def _block(lines: list[tuple[int, str]]) -> _Block:
    return _join(lines, heading=is_heading("".join(line.strip(_SPACES) for _, line in lines)))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for line in text.splitlines(keepends=True):
        yield at, line.rstrip("\r\n\f\v\x1c\x1d\x1e\x85\u2028\u2029")
        at += len(line)


def _wrap_width(lines: list[str]) -> int:
    """The width at which lines are broken by hand, which most lines inside paragraphs come near; 0 for none."""
    inside = sorted(
        _width(one) for one, two in pairwise(lines) if one.strip() and two.strip() and not _CLOSED.search(one)
    )
    if len(inside) < _FEWEST_WRAPPED:
        return 0
    usual = inside[len(inside) * 9 // 10]
    near = sum(width >= usual - _NEAR_WIDTH for width in inside)
    return usual if near >= 0.6 * len(inside) else 0


def _width(line: str) -> int:
    """Cells of a line: a Chinese sign takes two."""
    return sum(1 if sign.isascii() else 2 for sign in line.rstrip())


def _begins_new(held: list[tuple[int, str]], line: str, *, blank: bool, width: int) -> bool:
    """Whether a line begins a paragraph: the one before has ended, or the line is numbered or a heading."""
    before = held[-1][1]
    full = width > 0 and not blank and _width(before) >= width - _NEAR_WIDTH
    closed = _CLOSED.search(before) is not None or (_STOPPED.search(before) and _BEGUN.match(line)) is not None
    if not blank and _splits_number(before, line):  # behind a blank line 2026 and 90 % are two numbers
        return False
    if _NUMBERED.match(line):
        return closed or blank or not full or not re.match(r"\s*\d", line)
    if full:
        return False
    so_far = "".join(part.strip(_SPACES) for _, part in held)
    if closed or (is_heading(so_far) and (blank or _is_marked_heading(so_far))):
        return True
    if blank:
        return not re.search(r"[，,。；;、]", so_far) or line.startswith(("\u3000\u3000", "    "))
    return is_heading(line) and len(before) > len(line) + _SHORT_LINE


def _splits_number(before: str, line: str) -> bool:
    """A line that begins with the rest of a number is no list item: ``供水管网12`` / ``0.5公里``."""
    return bool(re.search(r"\d$", before) and re.match(r"\d+(?:[.．]?\d|[^\d\s.．、)）])", line))


def is_heading(text: str) -> bool:
    """Whether a paragraph is a heading: short, without the end of a sentence, a clause or a quantity."""
    plain = text.strip(f"{_SPACES}*#")
    if (
        not plain
        or len(plain) > _LONGEST_HEADING
        or _END.search(_NUMBERED.sub("", plain))
        or plain.endswith(("，", ",", "、", "：", ":"))
    ):
        return False
    if _QUANTITY.search(_NUMBERED.sub("", plain)):
        return False
    return _is_marked_heading(text) or (len(plain) <= _LONGEST_RUN_IN and not re.search(r"[，,；;]", plain))


def _is_marked_heading(text: str) -> bool:
    """Whether number, marks or words say that a short text is a heading."""
    plain = text.strip(f"{_SPACES}*#")
    return bool(_NUMBERED.match(text) or text.lstrip().startswith(("#", "**")) or _PLAIN_HEADING.search(plain))


_SPACES = " \t\u3000"
_FEWEST_WRAPPED, _NEAR_WIDTH = 8, 6
_MOST_LINES, _MOST_SIGNS = 200, 600  # of a paragraph, of a sentence: what is longer is cut, so that time stays linear
_PAGE_NUMBER = re.compile(
    r"^[\s\u3000]*(?:[-—–·]+\s*\d{1,4}\s*[-—–·]+|\d{1,4}|第\s*\d{1,4}\s*页(?:\s*共\s*\d{1,4}\s*页)?)[\s\u3000]*$"
)
_QUANTITY = re.compile(r"\d\s*(?:[%％个家座所条亩项公万亿户人名台处宗套]|平方|千米|公里)")
_PLAIN_HEADING = re.compile(
    r"^聚焦|(?:目标|任务|安排|回顾|总结|要点|报告|计划|措施|举措|打算|重点工作|思路|情况|问题|成效|展望)$"
    r"|^\d{4}年.{0,20}(?:工作|目标|任务)|^\S{2,20}篇$"
)


def _join(lines: list[tuple[int, str]], *, heading: bool = False) -> _Block:
    """The signs of the lines, without breaks, with their places."""
    signs: list[str] = []
    origin: list[int] = []
    for start, line in lines:
        if signs and _parts_words(signs[-1], line.lstrip()[:1]):
            signs.append(" ")
            origin.append(start)
        for at, sign in _kept(line):
            if sign == " " and not (signs and _is_latin(signs[-1])):
                continue
            signs.append(sign)
            origin.append(start + at)
    text = "".join(signs)
    text = re.sub(r" (?=[\u2e80-\uffef])", "\0", text)
    kept = [at for at, sign in enumerate(text) if sign != "\0"]
    end = origin[-1] + 1 if origin else 0
    return _Block("".join(text[at] for at in kept), (*(origin[at] for at in kept), end), heading)


def _kept(line: str) -> Iterator[tuple[int, str]]:
    """Signs of a line, full-width digits and letters as plain ones, without ``**`` and with single spaces."""
    before = " "
    for at, sign in enumerate(line):
        if sign == "*" and ("**" in line[max(0, at - 1) : at + 2]):
            continue
        plain = _PLAIN.get(sign, sign)
        if plain.isspace():
            plain = " "
            if before == " ":
                continue
        before = plain
        yield at, plain


_PLAIN = {chr(0xFF01 + at): chr(0x21 + at) for at in range(94) if chr(0x21 + at) not in ",;:!?()"} | {"\u3000": " "}


def _parts_words(before: str, after: str) -> bool:
    """Whether a line break between two signs parts words: Latin ones, but no digits of one number."""
    latin = before.isascii() and after.isascii() and after.isalnum() and not before.isspace()
    return latin and not ((before.isdigit() or before == ".") and after.isdigit())


def _is_latin(sign: str) -> bool:
    return sign.isascii() and not sign.isspace()
