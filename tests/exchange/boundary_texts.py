"""Boundary-point TXT made from known plots: what a reader must answer, number by number and digit by digit."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from hypothesis import strategies as st

CELLS = ("5", "", "", "", "面", "", "", "0701", "a", "乙", "3")
PREAMBLE = ["[属性描述]", "格式版本号=1.01版本", "坐标系=2000国家大地坐标系", "几度分带=3", "带号=38", "[地块坐标]"]


@dataclass
class Plot:
    """One plot: cells of its head, point numbers, parts of rings of (east, north), as the text says them."""

    cells: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    parts: list[list[list[tuple[float, float]]]] = field(default_factory=list)


@dataclass(frozen=True)
class TextSettings:
    """How the text is written; see :class:`urbanplan.exchange.boundary.template.Template`."""

    heads: bool
    cells: int
    columns: int
    closing: str
    count: str
    parts: str
    prefix: bool
    east_first: bool
    comma: bool
    digits: int
    letter: str
    encoding: str
    newline: str
    last_newline: bool


def all_settings() -> st.SearchStrategy[TextSettings]:
    """Every setting on its own."""
    return st.builds(
        TextSettings,
        heads=st.sampled_from([True, True, True, False]),
        cells=st.sampled_from([0, 4, 5, 8, 11]),
        columns=st.sampled_from([4, 6]),
        closing=st.sampled_from(["first", "next", "none"]),
        count=st.sampled_from(["closed", "open"]),
        parts=st.sampled_from(["restart", "continue"]),
        prefix=st.booleans(),
        east_first=st.booleans(),
        comma=st.booleans(),
        digits=st.integers(0, 7),
        letter=st.sampled_from(["J", "", "BP"]),
        encoding=st.sampled_from(["utf-8", "utf-8-sig", "gbk"]),
        newline=st.sampled_from(["\n", "\r\n"]),
        last_newline=st.booleans(),
    )


def boundary_text(how: TextSettings, seed: int, plots: int) -> tuple[bytes, list[Plot]]:
    """The text, and its plots."""
    draw = np.random.default_rng(seed)
    found, lines = [], list(PREAMBLE)
    for at in range(plots):
        plot, rows, closings = _plot(how, draw, at)
        if how.heads:
            count = len(rows) - (closings if how.count == "open" else 0)
            row = [str(count), f"{draw.uniform(0.1, 9):.4f}", f"GX-{at:03d}", f"第{at}号丂", *CELLS[4:]]
            plot.cells = row[: how.cells]
            lines.append(",".join(plot.cells) + ("," if how.comma and how.cells else "") + "@")
        lines += rows
        found.append(plot)
    text = how.newline.join(lines) + (how.newline if how.last_newline else "")
    return text.encode(how.encoding), found


def _plot(how: TextSettings, draw: np.random.Generator, at: int) -> tuple[Plot, list[str], int]:
    plot, rows, closings, number, ring_number = Plot(), [], 0, 0, 0
    for part in range(draw.choice([1, 1, 1, 2, 3])):
        middle = np.array([458_000 + 900 * part + at, 3_853_000 + 400 * at]) + draw.uniform(0, 50, 2)
        plot.parts.append([])
        ring_number = 0 if how.parts == "restart" else ring_number
        told = how.closing != "none" or how.parts == "continue"  # else only a hole tells an open part from the next
        for hole in range(1 + draw.choice([0, 0, 1, 2] if told else [1, 2])):
            ring_number += 1
            ring, start = [], number + 1
            for east, north in _circle(draw, middle, hole):
                number += 1
                rows.append(_row(how, number, ring_number, east, north, ring, plot))
            if how.closing != "none":
                closings, number = closings + 1, number + (how.closing == "next")
                last = number if how.closing == "next" else start
                east, north = ring[0]
                rows.append(_row(how, last, ring_number, east % 1e6, north, ring, plot))
            else:
                ring.append(ring[0])
            plot.parts[-1].append(ring)
    return plot, rows, closings


def _circle(draw: np.random.Generator, middle: np.ndarray, hole: int) -> np.ndarray:
    """Corners of the outer ring (``hole`` 0) or of a hole well inside it, either way round."""
    turn = np.linspace(0, 2 * np.pi, draw.integers(3, 9), endpoint=False) + draw.uniform(0, 6)
    away = np.array([[0, 0], [-30, 0], [30, 0]])[hole]
    return (
        middle + away + (10 if hole else 150) * np.column_stack([np.cos(turn), np.sin(turn)])[:: draw.choice([1, -1])]
    )


def _row(how: TextSettings, number: int, ring_number: int, east: float, north: float, ring: list, plot: Plot) -> str:
    first, second = f"{east + how.prefix * 38e6:.{how.digits}f}", f"{north:.{how.digits}f}"
    ring.append((float(first), float(second)))
    plot.numbers.append(f"{how.letter}{number}")
    pair = (first, second) if how.east_first else (second, first)
    return ",".join([plot.numbers[-1], str(ring_number), *pair]) + "," * (how.columns - 4)
