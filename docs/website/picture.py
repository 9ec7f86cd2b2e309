"""Draw the rooms as boxes in the order of the contract, with an arrow for each import that no chain implies."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from html import escape
from textwrap import wrap

from rooms import House, needed_arrows

WIDTH, HEIGHT = 250, 74  # a box, px
ACROSS, DOWN = 40, 64  # between boxes of a row, between rows
MARGIN = 60
LINE = 36  # letters of a line of text

_HEAD = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"
 width="{width}" height="{height}" role="img">
<title>{title}</title>
<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
<path d="M0 0 L8 4 L0 8 z" fill="#55606e"/></marker></defs>
<style>
rect.ground {{ fill: #ffffff }}
rect.room {{ fill: #eef3f9; stroke: #1c5a9c; stroke-width: 1.2 }}
path.import {{ fill: none; stroke: #55606e; stroke-width: 1.3; marker-end: url(#head) }}
text {{ font-family: system-ui, 'Noto Sans', sans-serif; font-size: 12px; fill: #33404d; text-anchor: middle }}
text.name {{ font-size: 16px; font-weight: 600; fill: #12395f }}
</style>
<rect class="ground" width="{width}" height="{height}"/>"""


@dataclass(frozen=True)
class Box:
    """A room in the picture: its row and its upper left corner, px."""

    row: int
    x: float
    y: float


def draw_house(house: House) -> str:
    """The picture as SVG text; the same house gives the same text."""
    most = max(len(row) for row in house.rows)
    width = 2 * MARGIN + most * WIDTH + (most - 1) * ACROSS
    height = MARGIN + len(house.rows) * (HEIGHT + DOWN) - DOWN + MARGIN
    boxes = _place_boxes(house, width)
    parts = [_HEAD.format(width=width, height=height, title="The rooms of urbanplan and their imports")]
    parts += _arrows(house, boxes)
    parts += [_room(name, house.texts[name], box) for name, box in boxes.items()]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _place_boxes(house: House, width: float) -> dict[str, Box]:
    boxes = {}
    for number, row in enumerate(house.rows):
        left = (width - len(row) * WIDTH - (len(row) - 1) * ACROSS) / 2
        for place, room in enumerate(row):
            boxes[room] = Box(number, left + place * (WIDTH + ACROSS), MARGIN + number * (HEIGHT + DOWN))
    return boxes


def _room(name: str, text: str, box: Box) -> str:
    middle = box.x + WIDTH / 2
    lines = wrap(text.replace("`", ""), LINE)[:3]
    parts = [
        f'<rect class="room" x="{box.x:g}" y="{box.y:g}" width="{WIDTH}" height="{HEIGHT}" rx="6"/>',
        f'<text class="name" x="{middle:g}" y="{box.y + 21:g}">{escape(name)}</text>',
    ]
    parts += [f'<text x="{middle:g}" y="{box.y + 38 + 14 * i:g}">{escape(line)}</text>' for i, line in enumerate(lines)]
    return "\n".join(parts)


def _arrows(house: House, boxes: dict[str, Box]) -> list[str]:
    """One path for each arrow: straight to the next row, by a lane beside the boxes to a farther one."""
    arrows = needed_arrows(house.imports)
    leave = _ports(arrows, boxes, end=0)
    enter = _ports(arrows, boxes, end=1)
    lanes: dict[str, int] = defaultdict(int)
    used: dict[int, int] = defaultdict(int)
    paths = []
    for arrow in arrows:
        start, goal = boxes[arrow[0]], boxes[arrow[1]]
        points = [(leave[arrow], start.y + HEIGHT)]
        upper = start.y + HEIGHT + 14 + 8 * used[start.row]
        used[start.row] += 1
        if goal.row > start.row + 1:
            lane = _lane(boxes, start, goal, lanes)
            lower = goal.y - 14 - 8 * used[goal.row - 1]
            used[goal.row - 1] += 1
            points += [(leave[arrow], upper), (lane, upper), (lane, lower), (enter[arrow], lower)]
        elif abs(leave[arrow] - enter[arrow]) > 1:
            points += [(leave[arrow], upper), (enter[arrow], upper)]
        points.append((enter[arrow], goal.y - 1))
        track = " L".join(f"{x:g} {y:g}" for x, y in points)
        paths.append(f'<path class="import" d="M{track}"><title>{arrow[0]} imports {arrow[1]}</title></path>')
    return paths


def _ports(arrows: list[tuple[str, str]], boxes: dict[str, Box], *, end: int) -> dict[tuple[str, str], float]:
    """Where each arrow leaves (``end`` 0) or enters (1) its box, side by side in the order of the other ends."""
    places = {}
    for room, box in boxes.items():
        here = sorted((a for a in arrows if a[end] == room), key=lambda a: (boxes[a[1 - end]].x, a))
        for number, arrow in enumerate(here, 1):
            places[arrow] = box.x + WIDTH * number / (len(here) + 1)
    return places


def _lane(boxes: dict[str, Box], start: Box, goal: Box, lanes: dict[str, int]) -> float:
    """A free vertical beside all boxes between two rows, on the side of the goal."""
    between = [box for box in boxes.values() if start.row < box.row < goal.row]
    left, right = min(box.x for box in between), max(box.x + WIDTH for box in between)
    side = "left" if goal.x + WIDTH / 2 <= (left + right) / 2 else "right"
    lanes[side] += 1
    return left - 8 - 8 * lanes[side] if side == "left" else right + 8 + 8 * lanes[side]
