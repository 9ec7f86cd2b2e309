"""Linear works along streets: roads beyond the boundary, drains, heat pipes; and water bodies."""

from __future__ import annotations

import numpy as np
import shapely

from . import nature
from .frame import BRANCH, LAKE_SHORE, RAILWAY, RIVER, XS, YS
from .lines import Line
from .plane import Points
from .record import Layers, Record, Value, line, point, polygon
from .shapes import blob


def _external() -> list[Record]:
    """Roads that lead out: drawn from a junction inside over the boundary; 农业路西延 ends short of its junction."""
    rows: list[tuple[str, str | None, str, Points, float]] = [
        (
            "新龙路",
            None,
            "在建",
            np.array([[XS[5], YS[8]], [XS[5], YS[10]], [XS[5] + 260, YS[10] + 1900], [XS[5] - 300, YS[10] + 4200]]),
            50.0,
        ),
        (
            "农业路西延",
            None,
            "开工",
            np.array([[XS[11] + 38, YS[5]], [XS[11] + 900, YS[5] - 60], [XS[11] + 2300, YS[5] - 90]]),
            45.0,
        ),
        (
            "金水路西延",
            "西站路西延",
            "在建",
            np.array([[XS[9], YS[2]], [XS[11], YS[2]], [XS[11] + 1400, YS[2] + 120], [XS[11] + 3000, YS[2] + 150]]),
            60.0,
        ),
    ]
    return [
        Record(
            line(points),
            {
                "id": f"XR-{n:02d}",
                "road": f"XR-{n:02d}",
                "name": name,
                "alias": alias,
                "name_status": "speech",
                "stage": stage,
                "opened": None,
                "red_line_m": red,
                "carriageway": "single",
                "counted_in": None,
            },
        )
        for n, (name, alias, stage, points, red) in enumerate(rows, 1)
    ]


def _stretch(streets: list[Line], road: str, low: float, high: float) -> list[Points]:
    """The pieces of a main street between two places (along its direction), one carriageway."""
    axis = 1 if road[0] == "X" else 0
    own = [p for p in streets if p.road == road and p.carriageway != "left" and p.level == 0]
    return [p.points for p in own if low <= p.points[:, axis].mean() <= high]


def _drains(streets: list[Line]) -> list[Record]:
    rows: list[tuple[str, str, str, float, float, str | None, str | None]] = [
        ("DW-01", "西三环北延", "X11", -900, 2100, "完成", "2025-10-30"),
        ("DW-02", "雪松路南延", "X05", -5100, -3000, "在建", None),
        ("DW-03", "冬青街", "Y04", -2500, 700, "完成", "2025-08-15"),
        ("DW-04", "玉兰街", "Y07", -1430, 1770, "完成", None),
        ("DW-05", "石楠路", "X07", -2000, 1130, None, None),
    ]
    out = []
    for key, name, road, low, high, stage, done in rows:
        for k, points in enumerate(_stretch(streets, road, low, high), 1):
            out.append(
                Record(
                    line(points),
                    {
                        "id": f"{key}-{k:02d}",
                        "work": key,
                        "name": name,
                        "name_status": "speech",
                        "stage": stage,
                        "completed": done,
                        "partial": name.endswith(("街", "路")),
                        "pipe_m3": 4000.0 if key in ("DW-01", "DW-03", "DW-04") else None,
                        "outlet_m": None,
                    },
                )
            )
    return out


def _heat(streets: list[Line]) -> tuple[list[Record], list[Record]]:
    pipe = [*_stretch(streets, "Y07", -6000, 700), *_stretch(streets, "X07", 1130, 3190)]
    pipes = [
        Record(
            line(points),
            {
                "id": f"HE-01-{k:02d}",
                "work": "HE-01",
                "name": "大唐电引热入郑项目",
                "name_status": "speech",
                "stage": "在建" if k > 9 else "建成",
                "diameter_mm": 1400,
            },
        )
        for k, points in enumerate(pipe, 1)
    ]
    rows: list[dict[str, Value]] = [
        {"name": "热源-01", "capacity_mw": 116.0, "capacity_before_mw": 116.0, "stage": "投用"},
        {"name": "热源-02", "capacity_mw": 232.0, "capacity_before_mw": 174.0, "stage": "投用"},
        {"name": "热源-03", "capacity_mw": 348.0, "capacity_before_mw": None, "stage": "在建"},
    ]
    places = [np.array([3250.0, 3600]), np.array([-2900.0, -2600]), np.array([450.0, 3500])]
    sources = [
        Record(point(at), {"id": f"HS-{n:02d}", **row}) for n, (at, row) in enumerate(zip(places, rows, strict=True), 1)
    ]
    return pipes, sources


def _waters() -> tuple[list[Record], list[Record], list[Record]]:
    river = shapely.make_valid(polygon(nature.river_ring(), bend=True))
    branch = shapely.make_valid(polygon(nature.branch_ring(), bend=True))
    lake = polygon(LAKE_SHORE, bend=True)
    bodies = [
        ("WA-01", "须水河", "河流", river),
        ("WA-02", "须水河西支", "河流", branch),
        ("WA-03", "天健湖", "湖泊", lake),
    ]
    water = [Record(shape, {"id": key, "name": name, "kind": kind}) for key, name, kind, shape in bodies]
    reach = BRANCH[:20]
    rivers = [
        Record(line(RIVER), {"id": "RV-01", "name": "须水河", "reach": None, "stage": None, "treated": None}),
        Record(
            line(BRANCH[19:]), {"id": "RV-02", "name": "须水河西支", "reach": "下游", "stage": None, "treated": False}
        ),
        Record(line(reach), {"id": "RV-03", "name": "须水河西支", "reach": "上游", "stage": "在建", "treated": True}),
    ]
    basin = blob(np.array([-4180.0, 3870]), (300, 190), [(2, 0.12, 0.8), (3, 0.09, 2.2)], 48)
    reservoirs = [
        Record(
            polygon(basin, bend=True),
            {
                "id": "RS-01",
                "name": "庙湾水库",
                "name_status": "speech",
                "stage": "征迁",
                "clearance_started": "2025-03-18",
            },
        )
    ]
    return water, rivers, reservoirs


def add_works(layers: Layers, streets: list[Line]) -> None:
    """Put linear works, water, and barriers in."""
    layers["external_roads"] = _external()
    layers["drainage_works"] = _drains(streets)
    layers["heat_pipes"], layers["heat_sources"] = _heat(streets)
    layers["water"], layers["rivers"], layers["reservoirs"] = _waters()
    layers["railways"] = [Record(line(RAILWAY), {"id": "RW-01", "name": "铁路-01", "kind": "铁路", "barrier": True})]
