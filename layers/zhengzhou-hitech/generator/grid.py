"""Main and secondary streets, the expressway, and the blocks between them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .frame import (
    CELLS,
    CLOSED,
    COLUMN_CUTS,
    DUAL_X,
    DUAL_Y,
    EXPRESSWAY_X,
    ROW_CUTS,
    WIDE_X,
    WIDE_Y,
    XS,
    YS,
    box,
)
from .lines import Line
from .plane import Points, random
from .shapes import area, cut, rectangle, split_to

# For each character: do secondary streets run through (north-south, east-west), and how long is a block's side.
BLOCKS = {
    "N": (True, True, 235),
    "R": (True, True, 185),
    "O": (True, True, 330),
    "C": (True, True, 165),
    "T": (True, True, 240),
    "I": (True, True, 430),
    "S": (True, True, 900),
    "F": (False, False, 1500),
    "V": (False, False, 1500),
    "U": (False, False, 5000),
    "L": (False, False, 5000),
    "H": (True, False, 900),
}
NUMERALS = "零一二三四五六七八九十"
DIAGONAL = np.array([[1770.0, 80.0], [4820.0, 2120.0]])  # a radial street across the grid
# Names the speech gives; all other streets bear numbers.
NAMES_X = {4: "雪松路", 6: "石楠路", 10: "西三环北延"}
NAMES_Y = {3: "冬青街", 6: "玉兰街"}


def numeral(n: int) -> str:
    """Small numbers in Chinese, 1..99."""
    tens, ones = divmod(n, 10)
    if tens == 0:
        return NUMERALS[ones]
    return ("" if tens == 1 else NUMERALS[tens]) + "十" + (NUMERALS[ones] if ones else "")


@dataclass
class Block:
    """A block between streets (drawing plane), the character of its super-block, and what it is used for."""

    ring: Points
    kind: str
    cell: tuple[int, int]
    use: str = "plain"
    tags: dict[str, object] = field(default_factory=dict)


def _main_lines(vertical: bool) -> list[Line]:
    """Main streets along the grid lines; runs of neighbouring super-block edges become one line."""
    out = []
    fixed, along = (XS, YS) if vertical else (YS, XS)
    for i, at in enumerate(fixed):
        for k in range(len(along) - 1):
            pair = ((i - 1, k), (i, k)) if vertical else ((k, i - 1), (k, i))
            beside = [CELLS[c] for c in pair if c in CELLS]
            if not beside or frozenset(pair) in CLOSED:
                continue
            ends = np.array([[at, along[k]], [at, along[k + 1]]])
            out.append(_main(i, vertical, ends if vertical else ends[:, ::-1], beside))
    return _merged([line for lines in out for line in lines])


def _main(i: int, vertical: bool, ends: Points, beside: list[str]) -> list[Line]:
    number = i + 1
    names = NAMES_X if vertical else NAMES_Y
    name = names.get(i, f"{'经' if vertical else '纬'}{numeral(number)}路")
    road = f"{'X' if vertical else 'Y'}{number:02d}"
    rural = all(kind in "FVH" for kind in beside)
    wide = i in (WIDE_X if vertical else WIDE_Y)
    kind, red = ("次干路", 30.0) if rural else ("主干路", 50.0 if wide else 40.0)
    if rural or i not in (DUAL_X if vertical else DUAL_Y):
        return [Line(ends, kind, road, name, red_line=red)]
    shift = np.array([11.0, 0.0] if vertical else [0.0, 11.0])
    return [
        Line(ends + sign * shift, kind, road, name, carriageway=side, red_line=60.0)
        for sign, side in ((1, "right"), (-1, "left"))
    ]


def _merged(lines: list[Line]) -> list[Line]:
    """Join end to end what belongs to one road and carriageway and has the same class."""
    out: list[Line] = []
    for line in sorted(lines, key=lambda e: (e.road, e.carriageway, e.points[0].tolist())):
        last = out[-1] if out else None
        if (
            last
            and (last.road, last.carriageway, last.kind) == (line.road, line.carriageway, line.kind)
            and np.allclose(last.points[-1], line.points[0])
        ):
            out[-1] = Line(
                np.vstack([last.points, line.points[1:]]),
                line.kind,
                line.road,
                line.name,
                carriageway=line.carriageway,
                red_line=line.red_line,
            )
        else:
            out.append(line)
    return out


def _secondary(c: int, r: int, kind: str) -> list[tuple[Points, str, str]]:
    """Secondary streets of one super-block: (ends, road, name)."""
    west, south, east, north = box(c, r)
    run_x, run_y, _ = BLOCKS[kind]
    if kind == "I":
        run_x, run_y = ((c + r) % 3 != 0), ((c + r) % 3 != 1)
    out = []
    for k, share in enumerate(COLUMN_CUTS[c] if run_x else ()):
        x = west + share * (east - west)
        out.append(
            (np.array([[x, south], [x, north]]), f"X{c + 1:02d}{k + 1}", f"经{numeral(c + 1)}支{numeral(k + 1)}路")
        )
    for k, share in enumerate(ROW_CUTS[r] if run_y else ()):
        y = south + share * (north - south)
        out.append(
            (np.array([[west, y], [east, y]]), f"Y{r + 1:02d}{k + 1}", f"纬{numeral(r + 1)}支{numeral(k + 1)}街")
        )
    return out


def _cell_blocks(c: int, r: int, kind: str) -> tuple[list[Line], list[Block]]:
    """Secondary and branch streets of a super-block and the blocks they leave."""
    generator = random(f"cell {c} {r}")
    lines, rings = [], [rectangle(*box(c, r))]
    for ends, road, name in _secondary(c, r, kind):
        lines.append(Line(ends, "次干路", road, name, red_line=30.0))
        direction = ends[1] - ends[0]
        rings = [half for ring in rings for half in cut(ring, ends[0], direction)[:2] if len(half) > 2]
    blocks = []
    for ring in rings:
        pieces, cuts = split_to(ring, BLOCKS[kind][2], generator)
        blocks += [Block(piece, kind, (c, r)) for piece in pieces if area(piece) > 400]
        lines += [
            Line(segment, "支路", f"Z{c:02d}{r:02d}{len(lines) + k:02d}", red_line=20.0 if kind != "I" else 24.0)
            for k, segment in enumerate(cuts)
            if len(segment) == 2
        ]
    return lines, blocks


def _expressway() -> list[Line]:
    """The raised expressway in the west, two carriageways on level 1, and its ramps down to two main streets."""
    y = np.arange(-4300.0, 5400, 300)
    x = EXPRESSWAY_X + 18 * np.sin(y / 1400)
    out = [
        Line(np.column_stack([x + side, y]), "快速路", "E01", "绕城快速路", 1, name, 80.0, walkable=False)
        for side, name in ((9, "right"), (-9, "left"))
    ]
    for at in (YS[4], YS[6]):
        for side in (9, -9):
            for reach in (420, -420):
                start = np.array([np.interp(at + reach, y, x) + side, at + reach])
                foot = np.array([start[0] + 5.2 * side, at])
                middle = np.array([start[0] + 4.6 * side, at + 0.55 * reach])
                out.append(Line(np.array([start, middle, foot]), "匝道", "E01", None, 1, "single", 8.0, walkable=False))
    return out


def _divided(block: Block) -> list[Block]:
    """A block cut in two where the radial street runs through it."""
    low, high = block.ring.min(axis=0), block.ring.max(axis=0)
    if (high < DIAGONAL.min(axis=0)).any() or (low > DIAGONAL.max(axis=0)).any():
        return [block]
    halves = cut(block.ring, DIAGONAL[0], DIAGONAL[1] - DIAGONAL[0])[:2]
    return [Block(half, block.kind, block.cell) for half in halves if len(half) > 2 and area(half) > 400]


def skeleton() -> tuple[list[Line], list[Block]]:
    """All streets down to branch streets, not yet noded, and all blocks."""
    lines = _main_lines(True) + _main_lines(False)
    blocks: list[Block] = []
    for (c, r), kind in sorted(CELLS.items()):
        more, found = _cell_blocks(c, r, kind)
        lines += more
        blocks += found
    blocks = [half for block in blocks for half in _divided(block)]
    return [*lines, Line(DIAGONAL, "主干路", "D01", "放射一路", red_line=40.0), *_expressway()], blocks
