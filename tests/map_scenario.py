"""A town of nine blocks for map tests: streets, parcels, roads, sites, homes, and a report on them."""

from __future__ import annotations

import datetime
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from urbanplan.layer.layer import Layer
from urbanplan.model.finding import Finding
from urbanplan.model.layertype import LayerType
from urbanplan.model.plan import District, Plan, Source
from urbanplan.model.reading import Bound, BreakdownRow, Evidence, Reading, exact_reading
from urbanplan.model.report import PlanEntry, Report, Verdict, summarise

EAST, NORTH = 458_000.0, 3_853_000.0
STEP = 250.0
MapInputs = tuple[Plan, Report, dict[str, Layer], dict[str, gpd.GeoDataFrame]]


def _at(shape: Any) -> Any:
    return shapely.transform(shape, lambda c: c + np.array([EAST, NORTH]))


def layer(called: str, shapes: list[Any], /, *, type: str | None = None, **columns: Any) -> Layer:
    """A layer of shapes in town metres."""
    every = range(1, len(shapes) + 1)
    usual = {"id": [f"{called[:2].upper()}-{k:02d}" for k in every], "name": [f"{called}-{k}" for k in every]}
    frame = gpd.GeoDataFrame(usual | columns, geometry=[_at(shape) for shape in shapes], crs="EPSG:4547")
    kind = LayerType(name=type or called, title={"zh": called, "en": called}, geometry="any")
    return Layer(called, frame, kind)


def _streets() -> list[Any]:
    n = 8
    lines = [[(0, k * STEP), (n * STEP, k * STEP)] for k in range(n + 1)] + [
        [(k * STEP, 0), (k * STEP, n * STEP)] for k in range(n + 1)
    ]
    pieces = shapely.node(shapely.multilinestrings([lines]))[0]
    return list(shapely.get_parts(pieces))


def layers() -> dict[str, Layer]:
    """All layers of the town."""
    rng = np.random.default_rng(7)
    spots = np.column_stack([rng.uniform(20, 1980, 60), STEP * rng.integers(0, 9, 60) + 15])
    streets = _streets()
    made = [
        layer("boundary", [shapely.box(-100, -100, 2100, 2100)]),
        layer(
            "subdistricts",
            [shapely.box(-100, -100, 1000, 2100), shapely.box(1000, -100, 2100, 2100)],
            name=["西", "东"],
        ),
        layer("streets", streets, **{"class": ["主干路"] * 20 + ["支路"] * (len(streets) - 20)}),
        layer("railways", [shapely.LineString([(-100, 1130), (2100, 1135)])]),
        layer(
            "parcels",
            [shapely.box(20 + 250 * k, 20, 230 + 250 * k, 230) for k in range(4)],
            id=[f"GX-2025-{k + 1:02d}" for k in range(4)],
            name=[f"产业地块-{k + 1:02d}" for k in range(4)],
            use_local=["M0", None, None, None],
            announced_mu=[66.15] * 4,
        ),
        layer(
            "road_projects",
            [shapely.LineString([(0, 250 * k), (1000, 250 * k)]) for k in range(1, 5)],
            stage=["通车", "通车", "在建", "前期"],
            opened=["2025-03-01", "2025-09-01", None, None],
            name=["甲路", "乙路", "丙路", "丁路"],
        ),
        layer(
            "fitness_sites",
            [shapely.Point(30, 520), shapely.box(1510, 1510, 1600, 1600), shapely.Point(1020, 1260)],
            tier=["社区级", "区级", "街道级"],
            opened=["2019-05-01", "2021-06-01", "2024-07-01"],
        ),
        layer("homes", [shapely.Point(*spot) for spot in spots], residents=rng.integers(20, 200, 60)),
    ]
    return {one.name: one for one in made}


MEASURE = {
    "kind": "coverage",
    "streets": "streets",
    "sites": "fitness_sites",
    "residents": "homes",
    "barriers": "railways",
    "within": [500, 600, 800, 1000],
    "leg": 50,
}


def map_inputs(kind: str = "overview", **words: str) -> MapInputs:
    """Plan, report, layers and results; ``words`` replaces a text by its key.

    A map of parking has car parks: a kind of which the plan has no layer is refused.
    """
    town = layers()
    if kind == "parking":
        town["parking"] = layer("parking", [shapely.Point(500, 500)])

    def word(key: str, usual: str) -> str:
        return words.get(key, usual)

    plan = Plan(
        id="town",
        title=word("plan title", "小镇 2025 年计划"),
        as_of=datetime.date(2025, 12, 31),
        maker=word("maker", "规划组"),
        district=District(
            name=word("district", "小镇"), crs="EPSG:4547", boundary="boundary", subdistricts="subdistricts"
        ),
        source=[Source(id="speech", title=word("source", "讲话"))],
    )
    parcels, roads = list(town["parcels"].frame["id"]), list(town["road_projects"].frame["id"])
    verdicts = [
        Verdict(
            target="SP-001",
            title=word("title", "产业地块"),
            chapter=word("chapter", "抓项目扩投资"),
            quote=word("quote", "出让产业地块4宗"),
            source="speech",
            status="met",
            basis="illustrative",
            reading=exact_reading(4, "宗"),
            bound=Bound(comparator="=", number=4, unit="宗"),
            evidence=Evidence(layers={"parcels": parcels}),
            breakdown=[
                BreakdownRow(
                    keys={word("key", "街道"): word("key value", "西")}, reading=Reading(low=1, high=4, unit="宗")
                )
            ],
        ),
        Verdict(
            target="SP-072",
            quote="新通车2公里",
            chapter="城市品质提升",
            status="not_met",
            basis="illustrative",
            reading=exact_reading(1.2, "km"),
            bound=Bound(comparator=">=", number=2, unit="km"),
            reason=word("reason", "差 0.8 公里"),
            evidence=Evidence(layers={"road_projects": roads[:2]}),
        ),
        Verdict(
            target="SP-104",
            quote="10分钟健身圈",
            chapter="惠民生",
            status="not_met",
            basis="illustrative",
            reading=Reading(low=0.4, high=0.8, unit="share"),
            bound=Bound(comparator=">=", number=100, unit="%"),
            measure=MEASURE,
            evidence=Evidence(results=["coverage_streets"]),
        ),
        Verdict(
            target="IN-001",
            quote="收入增长",
            chapter="惠民生",
            status="undecidable",
            reason="没有数值",
            settled_by=word("settled by", "统计局"),
        ),
    ]
    findings = [
        Finding(
            code="road-gap",
            level="warn",
            layer="streets",
            message=word("finding", "断头"),
            fix="请连接。",
            geometry={"type": "Point", "coordinates": [EAST + 500, NORTH + 510]},
        )
    ]
    report = Report(
        crs="EPSG:4547",
        plan=PlanEntry(id="town"),
        verdicts=verdicts,
        findings=findings,
        summary=summarise(verdicts, findings),
    )
    return plan, report, town, {"coverage_streets": _coverage(town)}


def _coverage(town: dict[str, Layer]) -> gpd.GeoDataFrame:
    """Streets by the least band in which their middle lies of the first site, as the crow flies."""
    shapes = town["streets"].frame.geometry
    far = shapes.centroid.distance(town["fitness_sites"].frame.geometry.iloc[0])
    within = np.array([next((b for b in (500.0, 600.0, 800.0, 1000.0) if d <= b), np.nan) for d in far])
    return gpd.GeoDataFrame(
        {"id": town["streets"].frame["id"], "covered": ~np.isnan(within), "within": within},
        geometry=shapes,
        crs="EPSG:4547",
    )
