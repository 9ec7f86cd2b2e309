"""The Chinese font of the sheets: where it is found, and how wide its text runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from urbanplan.errors import MissingExtraError, ViewError
from urbanplan.view.vendor import asset_path

PACKAGE_FONT = "NotoSansCJKsc-Regular-GB2312.otf"
FONT_VARIABLE = "URBANPLAN_FONT"  # a font file or a folder of fonts that goes before all others

# families that draw every character of GB 18030's common part, best for small print first
FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Sarasa UI SC",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Heiti SC",
    "STHeiti",
    "SimHei",
    "FandolHei",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Songti SC",
    "SimSun",
    "Droid Sans Fallback",
)

SMALL_LINES = ((2.2, 1), (2.2, 2), (1.55, 3))  # sizes in mm and how many lines of them a cell holds


class _Widths(dict[str, float]):
    """Widths of characters, each worked out when it is first asked for."""

    def __init__(self, work_out: Callable[[str], float]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, character: str) -> float:
        self[character] = self._work_out(character)
        return self[character]


@dataclass(frozen=True)
class CjkFont:
    """A font family with Chinese, the folder it stands in and its regular file.

    Attributes:
        family: name by which a typesetter asks for it. file, index: its regular face.
    """

    family: str
    file: Path
    index: int = 0

    @property
    def folder(self) -> Path:
        """The folder that holds the file."""
        return self.file.parent

    @cached_property
    def _advances(self) -> tuple[dict[int, str], dict[str, tuple[int, int]], int]:
        from fontTools.ttLib import TTFont

        with TTFont(self.file, fontNumber=self.index, lazy=True) as opened:
            font: Any = opened
            return font.getBestCmap(), font["hmtx"].metrics, font["head"].unitsPerEm

    @cached_property
    def _widths(self) -> _Widths:
        """Widths of characters at size 1."""
        return _Widths(self._em)

    def _em(self, character: str) -> float:
        cmap, metrics, per_em = self._advances
        glyph = cmap.get(ord(character))
        return 1.0 if glyph is None else metrics[glyph][0] / per_em

    def width(self, text: str, size: float) -> float:
        """Width of one line of text set at ``size``, in the unit of ``size``; kerning may widen it by a hair."""
        known, total = self._widths, 0.0  # added one by one: newer Pythons' sum() rounds otherwise
        for character in text:
            total += known[character]
        return total * size

    def _count_fitting(self, text: str, size: float, room: float, *, tail: str = "") -> int:
        """How many of the first characters fit into ``room`` with ``tail`` behind them; the rest is not looked at."""
        known, total, extra = self._widths, 0.0, self.width(tail, 1.0)
        for at, character in enumerate(text):
            total += known[character]
            if (total + extra) * size > room:
                return at
        return len(text)

    def fitted(self, text: str, size: float, room: float) -> str:
        """The text on one line, cut with an ellipsis where it is wider than ``room``."""
        text = " ".join(text.split())
        if self._count_fitting(text, size, room) == len(text):
            return text
        return text[: self._count_fitting(text, size, room, tail="…")].rstrip() + "…"

    def cell(self, text: str, size: float, room: float) -> str | dict[str, Any]:
        """The text where it fits on one line of a cell, else smaller lines: ``{"size": mm, "lines": [...]}``.

        Args:
            text: of a cell of a head, which holds two lines of 2.2 mm or three of 1.55 mm. size: of the one line, mm.
            room: width of a line, mm.
        """
        text = " ".join(text.split())
        if self._count_fitting(text, size, room) == len(text):
            return text
        smaller, lines = self._small_lines(text, room)
        return {"size": smaller, "lines": [*lines[:-1], self.fitted(lines[-1], smaller, room)]}

    def _small_lines(self, text: str, room: float) -> tuple[float, list[str]]:
        """The largest small size whose lines hold the text, else the smallest, and the lines."""
        for size, most in SMALL_LINES[:-1]:
            lines = self._wrap(text, size, room, most)
            if self._count_fitting(lines[-1], size, room) == len(lines[-1]):
                return size, lines
        size, most = SMALL_LINES[-1]
        return size, self._wrap(text, size, room, most)

    def _wrap(self, text: str, size: float, room: float, most: int) -> list[str]:
        """Lines of at most ``room``, broken at the last space or hyphen of a line, else between any two characters.

        Of ``most`` lines the last holds all that is left, and may be wider.
        """
        lines: list[str] = []
        while len(lines) < most - 1 and (end := self._count_fitting(text, size, room)) < len(text):
            end = max(end, 1)
            at = max(text.rfind(mark, 0, end + 1) for mark in " -/") + 1
            end = at if at > end // 2 else end
            lines.append(text[:end].rstrip())
            text = text[end:].lstrip()
        return [*lines, text] if text else lines


def font_folders() -> Iterator[Path]:
    """Folders where fonts may stand: named by the user, the system's, then the package's own with GB 2312 alone."""
    named = os.environ.get(FONT_VARIABLE)
    if named:
        yield Path(named)
    home = Path.home()
    if sys.platform == "win32":
        yield Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts"
        yield Path(os.environ.get("LOCALAPPDATA", home)) / "Microsoft" / "Windows" / "Fonts"
    elif sys.platform == "darwin":
        yield from (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library" / "Fonts")
    else:
        data = os.environ.get("XDG_DATA_DIRS", "/usr/local/share:/usr/share").split(":")
        yield from (home / ".local" / "share" / "fonts", home / ".fonts")
        yield from (Path(entry) / "fonts" for entry in data if entry)
    yield asset_path(PACKAGE_FONT).parent


def _list_faces(folder: Path) -> dict[str, CjkFont]:
    """Regular faces with Chinese in a folder, by family."""
    import typst

    file = folder if folder.is_file() else None
    found: dict[str, CjkFont] = {}
    shelf = folder.parent if file else folder
    for face in typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[shelf]).fonts():
        plain = face.style == "normal" and face.weight == 400 and face.path is not None
        wanted = face.family in FAMILIES if file is None else Path(str(face.path)) == file
        if plain and wanted and face.family not in found:
            found[face.family] = CjkFont(family=face.family, file=Path(str(face.path)), index=face.index)
    return found


@lru_cache(maxsize=8)
def _find_font(named: str | None) -> CjkFont:
    folders = [folder for folder in font_folders() if folder.exists()]
    for folder in folders:
        found = _list_faces(folder)
        best = next((found[family] for family in FAMILIES if family in found), next(iter(found.values()), None))
        if best is not None:
            return best
    raise ViewError(
        "no font with Chinese characters was found",
        fix="Install Noto Sans CJK (Debian: fonts-noto-cjk) or set {variable} to a font file.",
        variable=FONT_VARIABLE,
    )


def cjk_font() -> CjkFont:
    """The font of the sheets: the one that URBANPLAN_FONT names, else the best of the system's.

    Raises:
        ViewError: no font with Chinese characters was found. MissingExtraError: typst is not installed.
    """
    try:
        import fontTools  # noqa: F401
        import typst  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(
            "sheets need typst, fonttools and pypdf", fix="Install it: pip install 'urbanplan[sheets]'."
        ) from error
    return _find_font(os.environ.get(FONT_VARIABLE))
