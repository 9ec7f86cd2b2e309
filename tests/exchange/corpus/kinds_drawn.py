"""Drawings as design institutes send them, by kind: arcs, blocks, fills, texts, layers, units, labels, damage."""

from __future__ import annotations

import math
import random
from typing import Any

from exchange.corpus.kinds import EAST, NORTH, Kind, Variant, corners, drawing, words

from urbanplan.exchange.drawing_options import CadOptions

PIN = {"crs": "EPSG:4547"}


def _segment(chord: float, bulge: float) -> float:
    """The area between a chord and the arc of a bulge."""
    angle = 4 * math.atan(bulge)
    radius = chord / 2 / math.sin(angle / 2)
    return radius**2 / 2 * (angle - math.sin(angle))


def shared_arc(draw: random.Random) -> Variant:
    """Two parcels on both sides of one arc: together the rectangle around them."""
    (low, right, high, left), area = corners(draw)
    (x, y), (x1, y1) = low, high
    middle = (x + x1) / 2
    bulge = draw.uniform(0.05, min(0.9, 0.9 * (x1 - x) / (y1 - y)))  # no further than to the sides

    def fill(_: Any, space: Any) -> None:
        space.add_lwpolyline([(*low, 0), (middle, y, bulge), (middle, y1, 0), (*left, 0)], format="xyb", close=True)
        space.add_lwpolyline([(middle, y1, -bulge), (middle, y, 0), (*right, 0), (*high, 0)], format="xyb", close=True)

    return Variant({".dxf": drawing(fill)}, 2, PIN, area=area, told="arcs")


def circle(draw: random.Random) -> Variant:
    radius = draw.uniform(0.5, 900)
    data = drawing(lambda _, space: space.add_circle((EAST, NORTH), radius))
    return Variant({".dxf": data}, 1, PIN, area=math.pi * radius**2, told="arcs")


def bulged(draw: random.Random) -> Variant:
    points, area = corners(draw, draw.uniform(20, 300))
    bulge = draw.uniform(0.01, 1)
    rows = [(*points[0], bulge), *((*point, 0.0) for point in points[1:])]
    data = drawing(lambda _, space: space.add_lwpolyline(rows, format="xyb", close=True))
    return Variant({".dxf": data}, 1, PIN, area=area + _segment(math.dist(*points[:2]), bulge))


def array(draw: random.Random) -> Variant:
    across, along = draw.randint(1, 9), draw.randint(1, 9)

    def fill(made: Any, space: Any) -> None:
        made.blocks.new("B").add_lwpolyline([(0, 0), (3, 0), (3, 2), (0, 2)], close=True)
        said = {"column_count": across, "row_count": along, "column_spacing": 5, "row_spacing": 7}
        space.add_blockref("B", (EAST, NORTH), dxfattribs={**said, "rotation": draw.uniform(0, 360)})

    return Variant({".dxf": drawing(fill)}, across * along, PIN, area=6.0 * across * along)


def uneven_block(draw: random.Random) -> Variant:
    """A circle in a block that is scaled unevenly, mirrored and turned."""
    wide, high = draw.uniform(0.2, 5), draw.choice((-1, 1)) * draw.uniform(0.2, 5)

    def fill(made: Any, space: Any) -> None:
        made.blocks.new("B").add_lwpolyline([(0, 0, 1), (10, 0, 1)], format="xyb", close=True)
        said = {"xscale": wide, "yscale": high, "rotation": draw.uniform(0, 360)}
        space.add_blockref("B", (EAST, NORTH), dxfattribs=said)

    return Variant({".dxf": drawing(fill)}, 1, PIN, area=math.pi * 25 * wide * abs(high))


def hatch(draw: random.Random) -> Variant:
    """An outline with an island, and in it one that is filled again."""
    points, area = corners(draw, 100)
    x, y = points[0]
    spared, again = draw.uniform(10, 40), draw.uniform(1, 8)

    def square(size: float) -> list[tuple[float, float]]:
        return [(x + 30, y + 30), (x + 30 + size, y + 30), (x + 30 + size, y + 30 + size), (x + 30, y + 30 + size)]

    def fill(_: Any, space: Any) -> None:
        made = space.add_hatch()
        for ring in (points, square(spared), [(one + 0.5, other + 0.5) for one, other in square(again)]):
            made.paths.add_polyline_path(ring, is_closed=True)

    return Variant({".dxf": drawing(fill)}, 1, PIN, area=area - spared**2 + again**2)


def solids(draw: random.Random) -> Variant:
    points, area = corners(draw)
    kind = draw.choice(("add_solid", "add_trace", "add_3dface"))
    order = points if kind == "add_3dface" else [points[at] for at in (0, 1, 3, 2)]
    return Variant({".dxf": drawing(lambda _, space: getattr(space, kind)(order))}, 1, PIN, area=area)


def polygon_with_holes(draw: random.Random) -> Variant:
    points, area = corners(draw, 100)
    inner = [(x * 0.5 + (points[0][0] + 50) * 0.5, y * 0.5 + (points[0][1] + 50) * 0.5) for x, y in points]

    def fill(_: Any, space: Any) -> None:
        made = space.add_mpolygon()
        made.paths.add_polyline_path(points, is_closed=True)
        made.paths.add_polyline_path(inner, is_closed=True)

    return Variant({".dxf": drawing(fill)}, 1, PIN, area=area * 0.75)


def ellipse(draw: random.Random) -> Variant:
    half, ratio = draw.uniform(5, 300), draw.uniform(0.05, 1)
    turn = draw.uniform(0, math.tau)
    axis = (half * math.cos(turn), half * math.sin(turn))
    data = drawing(lambda _, space: space.add_ellipse((EAST, NORTH), axis, ratio))
    return Variant({".dxf": data}, 1, PIN, area=math.pi * half**2 * ratio)


def hidden(draw: random.Random) -> Variant:
    """Layers that are frozen or off: read and told, or left out where that is asked for."""
    points, area = corners(draw)
    only = draw.random() < 0.5

    def fill(made: Any, space: Any) -> None:
        layer = made.layers.add("H")
        layer.freeze() if draw.random() < 0.5 else layer.off()
        space.add_lwpolyline(points, close=True, dxfattribs={"layer": "H"})
        space.add_lwpolyline(points, close=True)

    reading = {**PIN, "cad": CadOptions(visible_only=only)}
    return Variant({".dxf": drawing(fill)}, 1 if only else 2, reading, area=area * (1 if only else 2), told="H")


def formatted_text(draw: random.Random) -> Variant:
    text = words(draw)
    dress = draw.choice(
        (r"{{\fSimSun|b0|i0|c134|p2;{}}}", r"\A1;{}", r"\H2.5x;{}", r"\pi-3,l3;{}", r"\C1;{}", r"{{\L{}\l}}")
    )
    data = drawing(lambda _, space: space.add_mtext(dress.format(text), dxfattribs={"insert": (EAST, NORTH)}))
    return Variant({".dxf": data}, 1, PIN, values={"text": [text]})


def stacked_text(draw: random.Random) -> Variant:
    """Raised, lowered and stacked texts, as they look; an escaped backslash begins no code."""
    text, seen = draw.choice((
        (r"12.5m{\H0.7x;\S2^ ;}", "12.5m2"), (r"H\S^2;O", "H2O"), (r"\S1/2; m", "1/2 m"), (r"\S1#2;", "1/2"),
        (r"\S+0.1^-0.2;", "+0.1/-0.2"), (r"C:\\Sites;x/y", r"C:\Sites;x/y"),
    ))  # fmt: skip
    data = drawing(lambda _, space: space.add_mtext(text, dxfattribs={"insert": (EAST, NORTH)}))
    return Variant({".dxf": data}, 1, PIN, values={"text": [seen]})


def attributes(draw: random.Random) -> Variant:
    text, constant = words(draw), words(draw)

    def fill(made: Any, space: Any) -> None:
        block = made.blocks.new("B")
        block.add_lwpolyline([(0, 0), (3, 0), (3, 2)], close=True)
        block.add_attdef("KIND", (0, 0), constant, dxfattribs={"flags": 2})
        space.add_blockref("B", (EAST, NORTH)).add_attrib("NAME", text, (EAST, NORTH))

    return Variant({".dxf": drawing(fill)}, 3, PIN, area=3.0, values={"NAME": [text] * 3, "KIND": [constant] * 3})


def paper(draw: random.Random) -> Variant:
    points, area = corners(draw)

    def fill(made: Any, space: Any) -> None:
        space.add_lwpolyline(points, close=True)
        made.layout("Layout1").add_lwpolyline([(0, 0), (1, 0), (1, 1)], close=True)

    return Variant({".dxf": drawing(fill)}, 1, PIN, area=area, told="Layout1")


def unread(draw: random.Random) -> Variant:
    points, area = corners(draw)

    def fill(_: Any, space: Any) -> None:
        space.add_lwpolyline(points, close=True)
        space.add_leader(points[:3])
        for _ in range(draw.randint(0, 3)):
            space.add_mline(points)

    return Variant({".dxf": drawing(fill)}, 1, PIN, area=area, lost="LEADER")


def unit(draw: random.Random) -> Variant:
    """Coordinates in another unit than metres: scaled by the header, and told."""
    code, metres = draw.choice(((4, 1e-3), (5, 1e-2), (14, 0.1)))
    points, area = corners(draw)
    scaled = [(x / metres, y / metres) for x, y in points]
    data = drawing(lambda _, space: space.add_lwpolyline(scaled, close=True), unit=code)
    return Variant({".dxf": data}, 1, PIN, area=area, told="scaled")


def survey_data(draw: random.Random) -> Variant:
    """Code, number, owner and class of land as CASS writes them."""
    points, area = corners(draw)
    said = [str(draw.randint(100_000, 999_999)), f"{draw.randint(1, 99_999):05d}", words(draw), "0601"]

    def fill(made: Any, space: Any) -> None:
        made.appids.add("SOUTH")
        space.add_lwpolyline(points, close=True).set_xdata("SOUTH", [(1000, text) for text in said])

    names = ("编码", "宗地号", "权利人", "地类")
    values = {name: [text] for name, text in zip(names, said, strict=True)}
    return Variant({".dxf": drawing(fill)}, 1, PIN, area=area, values=values)


def labels(draw: random.Random) -> Variant:
    """A text in each outline becomes its column and is no feature."""
    count = draw.randint(1, 12)
    names = [f"{words(draw, 1)}{at}" for at in range(count)]

    def fill(_: Any, space: Any) -> None:
        for at, name in enumerate(names):
            x = EAST + 20 * at
            space.add_lwpolyline([(x, NORTH), (x + 10, NORTH), (x + 10, NORTH + 10), (x, NORTH + 10)], close=True)
            place = (x + draw.uniform(1, 9), NORTH + draw.uniform(1, 9))
            space.add_text(name, dxfattribs={"insert": place})

    reading = {**PIN, "cad": CadOptions(label="id")}
    return Variant({".dxf": drawing(fill)}, count, reading, area=100.0 * count, values={"id": names})


def nearly_closed(draw: random.Random) -> Variant:
    points, area = corners(draw, 100)
    gap = draw.uniform(0.001, 0.4)
    line = [*points, (points[0][0], points[0][1] + gap)]
    data = drawing(lambda _, space: space.add_lwpolyline(line))
    return Variant({".dxf": data}, 1, {**PIN, "cad": CadOptions(close=0.5)}, area=area, told="were closed")


def damaged(draw: random.Random) -> Variant:
    """One entity with a number that is none: it is named, the others are read."""
    points, area = corners(draw, 100)
    count = draw.randint(2, 6)

    def fill(_: Any, space: Any) -> None:
        for _ in range(count):
            space.add_lwpolyline(points, close=True)

    data = drawing(fill)
    at = [place for place in range(len(data)) if data.startswith(b"\nLWPOLYLINE", place)][draw.randrange(count)]
    bad = data.index(b"\n 10\n", at) + 5
    word = draw.choice((b"x", b"4580OO.0", b"", b"1e", b"--5", b"4,5", b"0x1F"))
    data = data[:bad] + word + data[data.index(b"\n", bad) :]
    return Variant({".dxf": data}, count - 1, PIN, refused=1, area=area * (count - 1))


def absurd(draw: random.Random) -> Variant:
    """A number beyond all measure at any place of an outline: its entity is set aside, alone."""
    points, area = corners(draw, 100)

    def fill(_: Any, space: Any) -> None:
        space.add_lwpolyline([(x, y, 0.3) for x, y in points], format="xyb", close=True)
        space.add_lwpolyline(points, close=True)

    data = drawing(fill)
    bad = data.index(b"\n 42\n", data.index(b"\nLWPOLYLINE")) + 5
    data = data[:bad] + draw.choice((b"nan", b"inf", b"-inf")) + data[data.index(b"\n", bad) :]
    return Variant({".dxf": data}, 1, PIN, refused=1, area=area)


DRAWN: dict[str, Kind] = {
    "an arc that two parcels share": shared_arc, "a circle": circle, "an arc as a side": bulged,
    "an array of references": array, "an uneven block with arcs": uneven_block, "a hatch with islands": hatch,
    "solids and faces": solids, "a polygon with a hole": polygon_with_holes, "an ellipse": ellipse,
    "hidden layers": hidden, "text with codes": formatted_text, "stacked text": stacked_text, "attributes of blocks": attributes,
    "paper space": paper, "kinds that are not read": unread, "units of a drawing": unit, "data of CASS": survey_data,
    "labels in outlines": labels, "outlines that almost close": nearly_closed, "numbers that are none": damaged,
    "numbers beyond measure": absurd,
}  # fmt: skip
