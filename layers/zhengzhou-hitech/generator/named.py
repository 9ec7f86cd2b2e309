"""Polygons and points that the speech names, and their numbered neighbours."""

from __future__ import annotations

import numpy as np
import shapely

from . import business
from .grid import Block
from .plane import random
from .record import Layers, Record, Value, date, gap, plot, point, polygon
from .shapes import axes, centre, cut, inset
from .uses import Uses, spots

STAGES = ["前期", "开工", "在建", "建成", "投用"]


def _plots(blocks: list[Block], setback: float = 18) -> list[shapely.Polygon]:
    return [plot(b.ring, setback) for b in blocks]


def _stage(generator: np.random.Generator, weights: tuple[float, ...] = (0.12, 0.2, 0.4, 0.14, 0.14)) -> str:
    return STAGES[int(generator.choice(5, p=weights))]


def _key_projects(uses: Uses) -> list[Record]:
    """11 of the province and 32 of the city; one of the city's is drawn across the boundary."""
    generator = random("key projects")
    named = {
        1: "鸿晟新材料产业园",
        2: "郑州机械研究所高端装备制造产业园二期",
        3: "国创电子终端产业园",
        12: "太古可口可乐扩容重建",
        13: "中交感知智汇产业园",
        14: "国泰新点",
    }
    shapes = _plots(uses.take("project"))
    while len(shapes) < 43:
        big = max(range(len(shapes)), key=lambda k: shapes[k].area)
        shapes += _halves(shapes.pop(big))
    out = []
    for number in range(1, 44):
        level = "省" if number <= 11 else "市"
        shape = shapes[number - 1]
        if number == 29:
            edge = max(shapes[14:], key=lambda s: s.centroid.x)
            shapes[shapes.index(edge)] = shape
            shape = shapely.transform(edge, lambda p: p + np.array([480.0, 25.0]))
        values: dict[str, Value] = {
            "id": f"KP-{number:02d}",
            "name": named.get(number, f"{level}重点-{number if level == '省' else number - 11:02d}"),
            "name_status": "speech" if number in named else "numbered",
            "level": level,
            "stage": gap(generator, _stage(generator), 0.07),
            "invest_yi": round(float(generator.lognormal(1.6, 0.8)), 1),
            "counted_in": "industrial_parks" if number == 3 else None,
            "entity": "EN-GC" if number == 3 else None,
        }
        out.append(Record(shape, values))
    return out


def _halves(shape: shapely.Polygon) -> list[shapely.Polygon]:
    """A plot divided across its long side, a road's width apart."""
    ring = shapely.get_coordinates(shapely.orient_polygons(shape))[:-1]
    along, across, _, _ = axes(ring)
    return [shapely.Polygon(np.round(inset(part, 5), 2)) for part in cut(ring, centre(ring) + along * 3, across)[:2]]


def _parks_of_industry(uses: Uses, science: list[Block]) -> list[Record]:
    generator = random("industrial parks")
    names = [
        "超硬材料产业园",
        "国际钻石城",
        "天健湖智联产业园",
        "国创电子终端产业园紫光超级智能工厂",
        "数字产业园",
        "算力经济产业园",
        "中部智慧港",
        "高新区加氢装备制造基地",
        "河南郡北科技园",
        "国创电子终端产业园",
    ]
    inside = ["科教融合产业园", "高新智能制造产业园", "先进材料产业园"]
    blocks = uses.take("industrial_park")[: len(names)]
    out = []
    for number, (name, block) in enumerate(zip(names + inside, blocks + science[:3], strict=True), 1):
        stage = "投用" if name == "河南郡北科技园" else ("在建" if name in inside[:2] else _stage(generator))
        out.append(
            Record(
                plot(block.ring),
                {
                    "id": f"IP-{number:02d}",
                    "name": name,
                    "name_status": "speech",
                    "stage": gap(generator, stage, 0.1),
                    "entity": "EN-GC" if name == "国创电子终端产业园" else None,
                    "science_city": name in inside,
                },
            )
        )
    return out


def _areas(
    prefix: str, rows: list[tuple[str, str | None]], shapes: list[shapely.Polygon], **extra: Value
) -> list[Record]:
    """Polygons with a name and a stage."""
    return [
        Record(
            shape,
            {
                "id": f"{prefix}-{n:02d}",
                "name": name,
                "name_status": "numbered" if "-" in name else "speech",
                "stage": stage,
                **extra,
            },
        )
        for n, ((name, stage), shape) in enumerate(zip(rows, shapes, strict=False), 1)
    ]


def add_named(layers: Layers, uses: Uses) -> None:
    """Put the layers of projects, industry, research and commerce in."""
    generator = random("named")
    layers["key_projects"] = _key_projects(uses)
    layers["industrial_parks"] = _parks_of_industry(uses, uses.take("science", 3))
    layers["enterprises"], layers["labs"] = business.firms(uses), business.labs(uses)
    layers["commercial"] = business.commerce(uses)
    shops = _plots(uses.take("commercial"))
    layers["night_economy"] = _areas("NE", [("公园茂", "营业"), ("正弘汇", "营业"), ("木兰里", None)], shops[3:6])
    culture = _plots(uses.take("culture"))
    layers["cultural_venues"] = _areas("CV", [("科学会堂", "在建")], culture[:1], kind="会堂")
    halls = spots(uses.found["plain"], "halls", 17, lambda b: b.kind in "NRO")
    layers["cultural_venues"] += [
        Record(
            point(s),
            {
                "id": f"CV-{n:02d}",
                "name": f"文体坊-{n:02d}",
                "name_status": "numbered",
                "stage": gap(generator, _stage(generator), 0.1),
                "kind": "文体坊",
            },
        )
        for n, s in enumerate(halls, 2)
    ]
    layers["innovation_blocks"] = _areas(
        "IB",
        [("“梧桐荟”环大学创新街区", "在建"), ("公园里特色街区青创园", "投用")],
        _plots(uses.take("innovation") + uses.take("youth"), 4),
    )
    layers["finance_sites"] = _areas(
        "FN", [("科技金融广场", "建成"), ("中原基金小镇", "投用")], _plots(uses.take("finance"))
    )
    for record, before in zip(layers["finance_sites"], (None, 21800.0), strict=True):
        record.values["area_before_m2"] = before
    carriers = spots(uses.found["plain"], "incubators", 17, lambda b: b.kind == "T")
    layers["incubators"] = business.points(
        "IN",
        [],
        carriers,
        lambda n, _: {
            "opened": date(generator, "2025-02-01", "2025-12-15")
            if n <= 2
            else (None if n == 3 else date(generator, "2014-01-01", "2024-12-01")),
            "baseline": n > 3,
            "tenants": gap(generator, int(generator.integers(6, 42)), 0.08),
        },
    )
    names = [
        "中原制药厂城市更新项目",
        "产城更新片区项目",
        "雪松路片区项目",
        "赵村片区项目",
        "高新区综合文化中心项目",
        "更新-06",
        "更新-07",
    ]
    stages: list[str | None] = ["在建", "开工", "在建", "前期", "开工", "前期", None]
    layers["renewal_projects"] = _areas("RN", list(zip(names, stages, strict=True)), _plots(uses.take("renewal"), 6))
    low = uses.take("low")
    layers["low_efficiency_land"] = [
        Record(
            plot(b.ring),
            {
                "id": f"LE-{n:02d}",
                "name": f"低效用地-{n:02d}",
                "registered": "2024-12-31",
                "status": gap(generator, ["未处置", "再开发", "已处置"][n % 3], 0.07),
            },
        )
        for n, b in enumerate(low, 1)
    ]
    ring = uses.found["U"][3].ring
    college = inset(ring, 90)
    quarter = college.min(axis=0) + np.array([[0, 0], [260, 0], [260, 190], [0, 190]])
    layers["education_projects"] = _areas("ED", [("河南工业大学智能制造学院项目", "在建")], [polygon(quarter)])
    layers["universities"] = [
        Record(
            polygon(inset(b.ring, 25), bend=True),
            {
                "id": f"UN-{n:02d}",
                "name": "河南工业大学" if n == 4 else f"高校-{n:02d}",
                "name_status": "speech" if n == 4 else "numbered",
            },
        )
        for n, b in enumerate(uses.found["U"], 1)
    ]
