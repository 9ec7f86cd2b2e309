"""Public services: parking, fitness, schools, health, care, culture, markets, monitors."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from .grid import Block
from .plane import Points, random
from .record import Layers, Record, Value, date, gap, plot, point, polygon
from .shapes import centre, inset
from .uses import Uses, spots

TOWN = "NROCT"


def _parking(uses: Uses) -> list[Record]:
    """Car parks with a baseline (31 Dec 2024) and those opened in 2025; planned ones too."""
    generator = random("parking")
    places = spots(uses.found["plain"], "parking spots", 268, lambda b: b.kind in "NROCTI")
    out = []
    for number, spot in enumerate(places, 1):
        new = number % 6 == 0
        planned = new and generator.random() < 0.2
        kind = str(generator.choice(["经营性", "经营性", "公共", "配建"]))
        linked = kind == "经营性" and generator.random() < 0.74
        out.append(
            Record(
                point(spot),
                {
                    "id": f"PK-{number:03d}",
                    "name": f"停车场-{number:03d}",
                    "kind": kind,
                    "operator": gap(generator, f"停车企业-{int(generator.integers(1, 12)):02d}", 0.08),
                    "spaces": gap(generator, int(generator.choice([40, 60, 80, 100, 120, 150, 200, 260, 320])), 0.04),
                    "opened": None
                    if planned
                    else (
                        date(generator, "2025-01-15", "2025-12-20")
                        if new
                        else date(generator, "2008-03-01", "2024-12-20")
                    ),
                    "stage": "在建" if planned else "投用",
                    "baseline": not new,
                    "linked_since": date(generator, "2022-01-01", "2025-12-20") if linked and not planned else None,
                    "linked": None if generator.random() < 0.03 else bool(linked and not planned),
                },
            )
        )
    return out


def _sports(generator: np.random.Generator, count: int) -> str:
    kinds = ["篮球", "乒乓球", "羽毛球", "足球", "健身路径", "游泳", "网球", "门球", "步道", "器械", "广场舞", "轮滑"]
    return "、".join(kinds[i] for i in sorted(generator.permutation(len(kinds))[:count].tolist()))


def _site(generator: np.random.Generator, number: int, tier: str, status: str | None) -> dict[str, Value]:
    indoor = {"区级": (9000, 16000), "街道级": (1600, 3600), "社区级": (0, 300)}[tier]
    outdoor = {"区级": (40000, 110000), "街道级": (1700, 5200), "社区级": (700, 3200)}[tier]
    sports = {"区级": (9, 12), "街道级": (4, 9), "社区级": (2, 6)}[tier]
    many = int(generator.integers(*sports))
    return {
        "id": f"FS-{number:03d}",
        "name": f"健身{tier[:-1]}-{number:03d}",
        "tier": tier,
        "indoor_m2": gap(generator, float(generator.integers(*indoor)), 0.06),
        "outdoor_m2": gap(generator, float(generator.integers(*outdoor)), 0.06),
        "sports": _sports(generator, many),
        "sports_count": many,
        "opened": date(generator, "2012-01-01", "2025-11-30") if status == "开放" else None,
        "status": status,
    }


def _fitness(uses: Uses) -> list[Record]:
    """Fitness sites: polygons for the larger ones, points for those of communities. The south-east has too few."""
    generator = random("fitness")
    rings = [inset(b.ring, 26) for b in uses.take("sports")]
    out = []
    for number, ring in enumerate(rings, 1):
        tier = "区级" if number == 1 else "街道级"
        out.append(Record(polygon(ring), _site(generator, number, tier, "在建" if number == 6 else "开放")))
    served = spots(uses.found["plain"], "fitness spots", 190, lambda b: b.kind in "NROCT" and not _forgotten(b))
    for number, spot in enumerate(served, len(out) + 1):
        status = "开放" if generator.random() < 0.9 else ("在建" if generator.random() < 0.5 else None)
        out.append(Record(point(spot), _site(generator, number, "社区级", status)))
    return out


def _forgotten(block: Block) -> bool:
    """Where no site has been built: new estates by the river, the eastern rim, one village."""
    x, y = centre(block.ring)
    return (-2500 < x < -1430 and y > -200) or (x > 4820 and y < 300) or (1770 < x < 2760 and y < -3300)


def _entrances(sites: list[Record]) -> list[Record]:
    """Entrances of most polygon sites; two have none on record."""
    out = []
    for site in sites:
        if not isinstance(site.shape, shapely.Polygon) or site.id in ("FS-004", "FS-005"):
            continue
        ring = shapely.get_coordinates(site.shape)
        for k in (0, 2):
            middle = np.round((ring[k] + ring[(k + 1) % (len(ring) - 1)]) / 2, 3)
            out.append(Record(shapely.Point(middle), {"id": f"FE-{len(out) + 1:03d}", "site": site.id}))
    return out


def _schools(uses: Uses) -> list[Record]:
    generator = random("schools")
    out = []
    for number, block in enumerate(uses.take("school"), 1):
        state = "opened" if number in (4, 11, 19, 27, 33) else ("started" if number in (8, 23, 38) else "old")
        seats, year = int(generator.choice([720, 900, 1080, 1350, 1620])), int(generator.integers(1985, 2024))
        out.append(
            Record(
                plot(block.ring, 20),
                {
                    "id": f"SH-{number:02d}",
                    "name": f"学校-{number:02d}",
                    "kind": str(generator.choice(["小学", "小学", "初中", "九年一贯"])),
                    "stage": {"opened": "投用", "started": "在建", "old": "投用"}[state],
                    "opened": {
                        "opened": f"2025-{9 if number != 27 else 2:02d}-01",
                        "started": None,
                        "old": f"{year}-09-01",
                    }[state],
                    "started": {
                        "opened": "2023-10-15",
                        "started": f"2025-{int(generator.integers(3, 11)):02d}-20",
                        "old": f"{year - 2}-10-10",
                    }[state],
                    "seats": seats,
                    "seats_new_2025": seats if state == "opened" and number != 33 else (None if number == 33 else 0),
                },
            )
        )
    return out


def _kindergartens(uses: Uses) -> list[Record]:
    generator = random("kindergartens")
    places = spots(uses.found["plain"], "kindergarten spots", 84, lambda b: b.kind in "NRO")
    out = []
    for number, spot in enumerate(places, 1):
        seats = int(generator.choice([180, 240, 270, 300, 360, 420]))
        cheap = generator.random() < 0.95
        out.append(
            Record(
                point(spot),
                {
                    "id": f"KG-{number:02d}",
                    "name": f"幼儿园-{number:02d}",
                    "places": seats,
                    "inclusive_places": gap(
                        generator, seats if cheap else int(seats * generator.choice([0, 0.5])), 0.03
                    ),
                    "children": gap(generator, int(seats * generator.uniform(0.6, 1.0)), 0.05),
                },
            )
        )
    return out


def _hospitals(uses: Uses) -> list[Record]:
    generator = random("hospitals")
    names = ["北京积水潭医院郑州医院", "龙华医院河南医院"]
    out = []
    for number, block in enumerate(uses.take("hospital"), 1):
        named = number <= 2
        out.append(
            Record(
                plot(block.ring, 20),
                {
                    "id": f"HP-{number:02d}",
                    "name": names[number - 1] if named else f"医院-{number:02d}",
                    "name_status": "speech" if named else "numbered",
                    "beds": gap(generator, int(generator.choice([99, 300, 600, 1000])), 0.2),
                    "stage": ["投用", "在建"][number - 1] if named else "投用",
                    "opened": "2025-10-18"
                    if number == 1
                    else (None if number == 2 else f"{int(generator.integers(1995, 2024))}-06-01"),
                },
            )
        )
    return out


def _care(uses: Uses) -> list[Record]:
    generator = random("care")
    lived_in = [b for b in uses.found["plain"] if b.kind in "NROVCT"]
    places: list[Points] = []
    for cell in sorted({b.cell for b in lived_in}):  # a few communities have none
        count = int(generator.integers(1, 4)) if generator.random() < 0.92 else 0
        places += spots([b for b in lived_in if b.cell == cell], f"care {cell}", count)
    return [
        Record(
            point(spot),
            {
                "id": f"EL-{n:03d}",
                "name": f"养老服务-{n:03d}",
                "kind": str(generator.choice(["社区养老服务中心", "日间照料", "助餐点"])),
                "beds": gap(generator, int(generator.integers(0, 60)), 0.1),
                "opened": date(generator, "2018-01-01", "2025-12-10"),
            },
        )
        for n, spot in enumerate(places, 1)
    ]


def _simple(prefix: str, rows: list[dict[str, Value]], places: list[Points]) -> list[Record]:
    return [
        Record(point(spot), {"id": f"{prefix}-{n:02d}", **row})
        for n, (row, spot) in enumerate(zip(rows, places, strict=False), 1)
    ]


def _middle(shape: BaseGeometry) -> shapely.Point:
    at = shapely.LineString(shapely.get_coordinates(shape)).interpolate(0.5, normalized=True)
    return shapely.Point(np.round(shapely.get_coordinates(at)[0], 3))


def _monitors(layers: Layers) -> list[Record]:
    """Monitors at underpasses and low places; two underpasses have none."""
    generator = random("monitors")
    low = [s for s in layers["streets"] if s.values["tunnel"] is True]
    out = []
    for number, street in enumerate(low[:-2], 1):
        out.append(
            Record(
                _middle(street.shape),
                {
                    "id": f"FM-{number:02d}",
                    "name": f"内涝监测-{number:02d}",
                    "place": "下穿通道",
                    "street": street.id,
                    "online_since": gap(generator, date(generator, "2022-06-01", "2025-07-01"), 0.1),
                },
            )
        )
    return out


def add_services(layers: Layers, uses: Uses) -> None:
    """Put the layers of public services in (after the streets)."""
    generator = random("services")
    plain = uses.found["plain"]
    layers["parking"] = _parking(uses)
    layers["fitness_sites"] = _fitness(uses)
    layers["fitness_entrances"] = _entrances(layers["fitness_sites"])
    layers["schools"], layers["kindergartens"] = _schools(uses), _kindergartens(uses)
    layers["hospitals"], layers["elderly_services"] = _hospitals(uses), _care(uses)
    layers["museums"] = _simple(
        "MU",
        [
            {"name": "河南工业大学粮食博物馆", "name_status": "speech", "stage": "开放"},
            {"name": "城外城博物馆", "name_status": "speech", "stage": "开放"},
            {"name": "博物馆-03", "name_status": "numbered", "stage": None},
        ],
        [
            centre(uses.found["U"][3].ring) + np.array([120, -330]),
            *spots(plain, "museums", 2, lambda b: b.kind in "TC"),
        ],
    )
    kinds = ["产业学院", "人才实训基地", "公共实训基地"]
    layers["training_bases"] = _simple(
        "TB",
        [
            {
                "name": f"{kinds[n % 3]}-{n + 1:02d}",
                "kind": kinds[n % 3],
                "stage": gap(generator, str(generator.choice(["前期", "在建", "投用"])), 0.15),
            }
            for n in range(9)
        ],
        spots(plain, "training", 9, lambda b: b.kind in "TI"),
    )
    layers["night_markets"] = _simple(
        "NM",
        [
            {
                "name": f"夜市-{n + 1:02d}",
                "stage": ["投用", "投用", "在建", "投用", "前期", "建成", "投用"][n],
                "quality": [True, True, True, None, True, True, True][n],
                "opened": ["2025-05-01", "2025-06-20", None, "2025-07-12", None, "2025-09-30", "2023-05-01"][n],
            }
            for n in range(7)
        ],
        spots(plain, "markets", 7, lambda b: b.kind in "NROC"),
    )
    layers["flood_monitors"] = _monitors(layers)
