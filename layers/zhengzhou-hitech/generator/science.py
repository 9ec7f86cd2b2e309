"""The science city in the north-west: plan, plots, six roads, the sewage works."""

from __future__ import annotations

import numpy as np
import shapely

from .frame import CELLS, XS, YS
from .grid import Block
from .lines import Line
from .parcels import corners, rings_to
from .plane import Points, random
from .record import Layers, Record, Value, date, line, mu, polygon
from .shapes import inset

ROADS = {
    "X021": "工业路",
    "Y061": "开明路",
    "X031": "科学城-03",
    "Y071": "科学城-04",
    "X022": "科学城-05",
    "Y081": "科学城-06",
}
BEGUN = {"X021": "在建", "Y061": "在建", "X031": "开工", "Y071": "开工", "X022": "前期", "Y081": "开工"}
FIRST = [132.6, 98.35, 87.4, 68.25, 49.4]  # mu announced of the plots of the first batch: 436
UNBUILT = {"X021", "Y061"}


def _plan_ring() -> Points:
    """Outline over the science city's super-blocks (columns 1 to 3, rows 5 to 7, less one corner)."""
    return np.array([[XS[1], YS[5]], [XS[3], YS[5]], [XS[3], YS[6]], [XS[4], YS[6]], [XS[4], YS[8]], [XS[1], YS[8]]])


def _road_pieces(streets: list[Line]) -> list[tuple[str, Line]]:
    west, south, east, north = XS[1], YS[5], XS[4], YS[8]
    out = []
    for piece in streets:
        x, y = piece.points.mean(axis=0)
        if piece.road in ROADS and west <= x <= east and south <= y <= north and _is_science(x, y):
            out.append((piece.road, piece))
    return out


def entities() -> dict[str, str]:
    """The id under which each of the six roads is known in every ledger."""
    return {road: f"SR-{k:02d}" for k, road in enumerate(ROADS, 1)}


def _is_science(x: float, y: float) -> bool:
    cell = (int(np.searchsorted(XS, x)) - 1, int(np.searchsorted(YS, y)) - 1)
    return CELLS.get(cell) == "S"


def _roads(streets: list[Line]) -> list[Record]:
    generator, out = random("science roads"), []
    numbers = entities()
    for k, (road, piece) in enumerate(_road_pieces(streets), 1):
        started = date(generator, "2025-04-01", "2025-11-30") if BEGUN[road] != "前期" else None
        out.append(
            Record(
                line(piece.points),
                {
                    "id": f"{numbers[road]}-{k:03d}",
                    "road": numbers[road],
                    "name": ROADS[road],
                    "name_status": "speech" if not ROADS[road].startswith("科") else "numbered",
                    "stage": BEGUN[road],
                    "started": started,
                    "red_line_m": 30.0,
                    "opened": None,
                    "entity": numbers[road],
                },
            )
        )
    return out


def _shapes(blocks: list[Block]) -> list[tuple[shapely.Polygon, float | None]]:
    """Plots and their announced mu: the first batch is cut to its figures, the others are whole blocks."""
    rings = sorted((inset(b.ring, 22) for b in blocks), key=lambda r: float(r.mean(axis=0).sum()))
    first: list[tuple[shapely.Polygon, float | None]] = [
        (shapely.Polygon(corners(ring)), size) for ring, size in zip(rings_to(rings[:5], FIRST), FIRST, strict=True)
    ]
    return [*first, *((polygon(ring), None) for ring in rings[5:])]


def _plots(blocks: list[Block]) -> list[Record]:
    """Plots; the first batch was announced as 436 mu, of one plot it is not on record that it was taken."""
    generator, out = random("science plots"), []
    for k, (shape, announced) in enumerate(_shapes(blocks), 1):
        batch = 1 if announced else (2 if k < 14 else 3)
        taken = (None if k == 4 else True) if batch == 1 else bool(generator.random() < 0.2)
        values: dict[str, Value] = {
            "id": f"SC-{k:02d}",
            "name": f"科学城地块-{k:02d}",
            "batch": batch,
            "expropriated": taken,
            "stage": "征收" if taken else "报批",
            "use_code": str(generator.choice(["100101", "0802", "0701", "1401", "0901"])),
            "public_interest": bool(generator.random() < 0.42),
            "announced_mu": announced or round(mu(shape), 1),
            "counted_in": None,
        }
        out.append(Record(shape, values))
    return out


def add_science(layers: Layers, streets: list[Line], blocks: list[Block]) -> None:
    """Put the layers of the science city in."""
    shape = polygon(_plan_ring(), bend=True)
    layers["science_city_plan"] = [
        Record(
            shape,
            {
                "id": "SP-PLAN",
                "name": "郑州科学城土地成片开发方案",
                "stage": "报批",
                "submitted": "2025-06-18",
                "approved": None,
                "public_interest_share": 0.418,
            },
        )
    ]
    layers["science_city"] = _plots(blocks)
    layers["science_city_roads"] = _roads(streets)
    works = np.array(
        [[XS[3] + 120, YS[7] + 420], [XS[3] + 320, YS[7] + 430], [XS[3] + 300, YS[7] + 620], [XS[3] + 130, YS[7] + 600]]
    )
    layers["sewage_plants"] = [
        Record(
            polygon(works),
            {
                "id": "WW-01",
                "name": "科学城污水处理厂",
                "stage": "在建",
                "capacity_m3_d": 50000,
                "serves": "科学城",
                "started": "2025-05-20",
            },
        ),
        Record(
            shapely.transform(polygon(works), lambda p: p + np.array([5200, -7600])),
            {
                "id": "WW-02",
                "name": "污水处理厂-02",
                "stage": "投用",
                "capacity_m3_d": 100000,
                "serves": "建成区",
                "started": "2016-03-01",
            },
        ),
    ]
