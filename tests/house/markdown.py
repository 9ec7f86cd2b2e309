"""The code blocks of a page, and the commands in them."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^```(?P<language>[\w-]*)\s*$")
_COMMENT = re.compile(r"(?:^|\s+)#(?!:)\s.*$")


@dataclass(frozen=True)
class Block:
    """A block of code: its language (empty for a plain or an indented one), its lines and where it begins."""

    language: str
    lines: tuple[str, ...]
    line: int

    @property
    def code(self) -> tuple[str, ...]:
        """The lines without comments and without what stands at their ends."""
        return tuple(text for line in self.lines if (text := _COMMENT.sub("", line).rstrip()))


def blocks(page: Path) -> list[Block]:
    """Every fenced and every indented block of a page."""
    found: list[Block] = []
    language, held, begin, fenced = "", [], 0, False
    lines = [*page.read_text(encoding="utf-8").splitlines(), ""]
    for number, line in enumerate(lines, 1):
        mark = _FENCE.match(line)
        if mark and not fenced:
            language, held, begin, fenced = mark["language"], [], number + 1, True
        elif mark or (not fenced and held and not line.startswith("    ")):
            found.append(Block(language, tuple(held), begin))
            language, held, fenced = "", [], False
        elif fenced:
            held.append(line)
        elif line.startswith("    ") and (held or not lines[number - 2].strip()):
            begin = begin if held else number
            held.append(line[4:])
    return found


def commands(page: Path) -> list[tuple[int, list[str]]]:
    """Every ``urbanplan`` command line of a page: its line number and its words after the program's name."""
    found = []
    for block in blocks(page):
        if block.language not in ("", "sh", "bash", "console"):
            continue
        text = "\n".join(block.code).replace("\\\n", " ")
        for line in text.split("\n"):
            words = shlex.split(line) if line.lstrip().startswith("urbanplan ") else []
            if words:
                found.append((block.line, words[1:]))
    return found
