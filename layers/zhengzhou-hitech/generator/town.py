"""Housing, homes, buildings, green areas and parks, grids of enterprises."""

from __future__ import annotations

import numpy as np
import shapely

from .city import City
from .fabric import House
from .frame import CELLS, RIVER
from .grid import Block
from .lines import Line
from .nature import PARK
from .plane import Points, heading, random, warp
from .record import Layers, Record, Value, date, gap, plot, point, polygon
from .shapes import centre, inset, offset, ribbon
from .uses import Uses


def _footprint(house: House) -> shapely.Polygon:
    at, turn = warp(house.at[None])[0], heading(house.at) + house.turn
    cos, sin = np.cos(turn), np.sin(turn)
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * np.array(house.size) / 2
    return shapely.Polygon(np.round(at + corners @ np.array([[cos, sin], [-sin, cos]]), 2))


def _buildings(houses: list[House]) -> list[Record]:
    generator = random("buildings")
    return [
        Record(_footprint(h), {"id": f"BD-{n:05d}", "use": h.use, "floors": gap(generator, h.floors, 0.02)})
        for n, h in enumerate(houses, 1)
    ]


def _homes(houses: list[House]) -> list[Record]:
    """One point for a tower or slab, one for about five village houses."""
    generator, out = random("homes"), []
    waiting: list[House] = []
    for house in houses:
        if not house.dwellings:
            continue
        waiting.append(house)
        if house.use == "村宅" and len(waiting) < 5 and np.hypot(*(waiting[0].at - house.at)) < 150:
            continue
        flats = sum(h.dwellings for h in waiting)
        rate = {"住宅": 1.62, "村宅": 2.5, "宿舍": 2.4, "公寓": 1.1}[house.use]
        people = int(generator.poisson(flats * rate * generator.uniform(0.72, 1.05)))
        out.append(
            Record(
                point(waiting[0].at),
                {"id": f"HM-{len(out) + 1:05d}", "residents": people, "dwellings": flats, "kind": house.use},
            )
        )
        waiting = []
    return out


def _clear(houses: list[House], green: list[Record]) -> list[House]:
    """Houses that do not stand on a green area."""
    tree = shapely.STRtree([record.shape for record in green])
    taken = set(tree.query([_footprint(house) for house in houses], predicate="intersects")[0].tolist())
    return [house for n, house in enumerate(houses) if n not in taken]


def _housing(uses: Uses) -> list[Record]:
    """Resettlement and commodity housing; floor area is not land area."""
    generator, out = random("housing"), []
    named = {1: ("五龙口F02地块", "基本建成"), 2: ("张五砦三期", "在建")}
    for number, block in enumerate(uses.take("resettlement"), 1):
        name, stage = named.get(
            number,
            (f"安置房-{number:02d}", str(generator.choice(["开工", "在建", "建成", "交付"], p=[0.15, 0.3, 0.25, 0.3]))),
        )
        shape = plot(block.ring, 18)
        out.append(
            Record(shape, _home_values(f"HP-R{number:02d}", name, number in named, "安置房", stage, shape, generator))
        )
    kept = {1: ("碧桂园玖珑台一期二期", "交付"), 2: ("书香云镜", "在建")}
    for number, block in enumerate(uses.take("commodity"), 1):
        name, stage = kept.get(number, (f"商品房-{number:02d}", str(generator.choice(["在建", "交付"], p=[0.4, 0.6]))))
        shape = plot(block.ring, 18)
        values = _home_values(f"HP-C{number:02d}", name, number in kept, "商品房", stage, shape, generator)
        out.append(Record(shape, {**values, "guaranteed": number <= 6}))
    return out


def _home_values(
    key: str, name: str, named: bool, kind: str, stage: str, shape: shapely.Polygon, generator
) -> dict[str, Value]:
    done = stage in ("建成", "交付")
    return {
        "id": key,
        "name": name,
        "name_status": "speech" if named else "numbered",
        "kind": kind,
        "stage": stage,
        "floor_area_m2": gap(generator, round(shape.area * float(generator.uniform(2.1, 3.0)), -2), 0.05),
        "completed": gap(generator, date(generator, "2025-02-01", "2025-12-26"), 0.1) if done else None,
        "guaranteed": False,
    }


def _patch(key: str, ring: Points, kind: str, new: bool, year: Value, name: str | None = None) -> Record:
    values: dict[str, Value] = {
        "id": key,
        "name": name,
        "class": kind,
        "status": "new" if new else "existing",
        "year": year,
    }
    return Record(polygon(ring, bend=kind != "公园游园"), values)


def _verges(streets: list[Line]) -> list[Record]:
    """Strips beside main streets, within their red lines."""
    generator, out = random("verges"), []
    mains = [p for p in streets if p.kind == "主干路" and p.carriageway != "left" and p.length > 190 and not p.marks]
    for number, i in enumerate(generator.permutation(len(mains))[:84].tolist(), 1):
        new = number > 70
        year = 2025 if new else gap(generator, int(generator.integers(2005, 2024)), 0.15)
        out.append(_patch(f"GR-V{number:03d}", ribbon(offset(mains[i].points, 14.0), 7.0), "道路绿化", new, year))
    return out


def _pockets(blocks: list[Block]) -> list[Record]:
    """Pocket parks in the corners of blocks; two of the new ones take in older green."""
    generator, out = random("pockets"), []
    for number, i in enumerate(generator.permutation(len(blocks))[:44].tolist(), 1):
        ring, new = inset(blocks[i].ring, 20), number > 32
        corner = ring[0] + (ring - ring[0]) * generator.uniform(0.16, 0.34)
        year = (2025 if number != 40 else None) if new else int(generator.integers(2008, 2024))
        out.append(_patch(f"GR-P{number:03d}", corner, "公园游园", new, year, f"游园-{number:02d}"))
        if number in (35, 38):
            before = ring[0] + (ring - ring[0]) * 0.11
            out.append(_patch(f"GR-O{number:03d}", before, "公园游园", False, 2016))
    return out


def _corridors() -> list[Record]:
    """Ecological corridors along the river; the last reach is of 2025."""
    out = []
    for number, (first, last) in enumerate(((18, 25), (26, 33), (34, 42), (58, 62)), 1):
        new = number == 4
        bank = ribbon(offset(RIVER[first:last], 50.0), 16.0)
        out.append(_patch(f"GR-C{number:03d}", bank, "生态廊道", new, 2025 if new else 2012 + number))
    return out


def _green(uses: Uses, streets: list[Line]) -> list[Record]:
    """Green areas there already and those of 2025, which partly overlap."""
    blocks = [b for b in uses.found["plain"] if b.kind in "NRT" and len(inset(b.ring, 20)) > 2]
    return [*_verges(streets), *_pockets(blocks), *_corridors()]


def _parks(uses: Uses) -> list[Record]:
    generator = random("parks")
    blocks = uses.take("park")
    squares = [b for b in blocks if b.kind == "C"]
    names = {0: "莲花公园"}
    out = [
        Record(
            polygon(inset(PARK, 32), bend=True),
            {"id": "PA-01", "name": "天健湖公园", "name_status": "speech", "park_plus": True, "stage": "开放"},
        )
    ]
    for k, block in enumerate(blocks):
        name = "中心广场" if squares and block is squares[0] else names.get(k, f"公园-{k + 2:02d}")
        speech = not name.startswith("公园-")
        out.append(
            Record(
                plot(block.ring, 16),
                {
                    "id": f"PA-{k + 2:02d}",
                    "name": name,
                    "name_status": "speech" if speech else "numbered",
                    "park_plus": {"莲花公园": True, "中心广场": None}.get(name, False),
                    "stage": gap(generator, "开放", 0.06),
                },
            )
        )
    return out


def _entrances(parks: list[Record]) -> list[Record]:
    out = []
    for park in parks[:3]:
        ring = shapely.get_coordinates(park.shape)
        for k in range(0, len(ring) - 1, max(1, len(ring) // 4)):
            out.append(Record(shapely.Point(ring[k]), {"id": f"PE-{len(out) + 1:02d}", "site": park.id}))
    return out


def _grids(units) -> list[Record]:
    """Enterprise grids: the communities with works or offices, as one tiling."""
    generator, out = random("grids"), []
    for unit in units:
        if CELLS[unit.cell] in "IT":
            out.append(
                Record(
                    unit.shape,
                    {
                        "id": f"EG-{len(out) + 1:02d}",
                        "name": f"企业网格-{len(out) + 1:02d}",
                        "officer": gap(generator, True, 0.05),
                    },
                )
            )
    return out


def _pilots(blocks: list[Block]) -> list[Record]:
    generator = random("fourth")
    return [
        Record(
            plot(b.ring, 20),
            {
                "id": f"RP-4G-{n:02d}",
                "name": f"第四代住宅-{n:02d}",
                "far": [1.8, 2.0, None][n - 1],
                "density": [0.22, None, 0.25][n - 1],
                "pilot": True,
                "stage": gap(generator, "在建", 0.1),
            },
        )
        for n, b in enumerate(blocks, 1)
    ]


def _heritage(uses: Uses) -> list[Record]:
    middle = centre(uses.found["H"][0].ring)
    ring = middle + np.array([[-360, -260], [250, -300], [380, 40], [300, 330], [-280, 290], [-400, 60]])
    return [
        Record(
            polygon(ring),
            {"id": "HR-01", "name": "小双桥遗址公园", "name_status": "speech", "status": "保护", "stage": "开放"},
        )
    ]


def add_town(layers: Layers, city: City, uses: Uses, units) -> None:
    """Put housing, homes, buildings, green and grids in."""
    layers["housing_projects"] = _housing(uses)
    layers["residential_parcels"] = _pilots(uses.take("fourth"))
    layers["green"] = _green(uses, city.streets)
    layers["parks"] = _parks(uses)
    houses = _clear(city.houses, layers["green"])
    layers["buildings"], layers["homes"] = _buildings(houses), _homes(houses)
    layers["park_entrances"] = _entrances(layers["parks"])
    layers["enterprise_grids"] = _grids(units)
    layers["heritage"] = _heritage(uses)
