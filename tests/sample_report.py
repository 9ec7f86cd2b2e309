"""A run made up of any size: a small district, targets of every verdict, findings, layers."""

from __future__ import annotations

import datetime

import geopandas as gpd
import numpy as np
import shapely

from urbanplan.layer.layer import Layer
from urbanplan.model.finding import Finding
from urbanplan.model.layertype import LayerType
from urbanplan.model.plan import District, Plan, Source, Target
from urbanplan.model.reading import Bound, BreakdownRow, Evidence, Reading, exact_reading
from urbanplan.model.report import LayerEntry, PlanEntry, Report, Verdict, summarise

CRS = "EPSG:4547"
STATUSES = ("met", "not_met", "undecidable")


def sample_layer(name, geometry, shapes, /, **columns) -> Layer:
    frame = gpd.GeoDataFrame(columns, geometry=list(shapes), crs=CRS)
    return Layer(name, frame, LayerType(name=name, title={"en": name, "zh": name}, geometry=geometry), digest=name * 4)


def sample_layers(names: list[str] | None = None) -> dict[str, Layer]:
    """Two sub-districts, four parcels, two roads, two car parks."""
    halves = [shapely.box(0, 0, 1000, 1000), shapely.box(1000, 0, 2000, 1000)]
    plots = [shapely.box(100 + 450 * i, 100, 300 + 450 * i, 300) for i in range(4)]
    roads = [shapely.LineString([(0, 500), (2000, 500)]), shapely.LineString([(500, 0), (500, 1000)])]
    return {
        "subdistricts": sample_layer("subdistricts", "polygon", halves, id=["A", "B"], name=names or ["西街", "东街"]),
        "parcels": sample_layer("parcels", "polygon", plots, id=["P1", "P2", "P3", "P4"], stage=["成交", "计划"] * 2),
        "road_projects": sample_layer("road_projects", "line", roads, id=["R1", "R2"], stage=["通车", "在建"]),
        "parking": sample_layer(
            "parking",
            "point",
            shapely.points([[200, 200], [1500, 500]]),
            id=["K1", "K2"],
            spaces=[50, 70],
            stage=["投用"] * 2,
        ),
    }


def sample_plan(**changes) -> Plan:
    district = District(name="小城", crs=CRS, subdistricts="subdistricts")
    plan = Plan(
        id="town",
        title="小城 2025 年度计划",
        as_of=datetime.date(2025, 12, 31),
        district=district,
        source=[Source(id="speech", title="讲话")],
        target=[Target(id="T-1")],
        chapters=["一、产业", "二、民生"],
    )
    return plan.model_copy(update=changes)


def sample_verdict(i: int, *, text: str | None = None) -> Verdict:
    status = STATUSES[i % 3]
    said = text or f"目标 {i}"
    return Verdict(
        target=f"T-{i + 1}",
        title=said,
        quote=text or f"实现目标 {i} 的一切",
        chapter=text or ("一、产业" if i % 2 else "二、民生"),
        source="speech",
        status=status,
        basis="illustrative",
        reading=exact_reading(22.0 + i % 7, "宗")
        if status != "undecidable"
        else Reading(low=20.0, high=24.0, unit="宗"),
        bound=Bound(comparator=">=", number=22.0, unit="宗"),
        reason=text or "读数满足",
        settled_by=text,
        breakdown=[BreakdownRow(keys={"subdistrict": text or "西街"}, reading=exact_reading(3.0, "宗"))],
        evidence=Evidence(layers={"parcels": ["P1", "P3"]}),
        measure={"kind": "count", "of": "parcels", "where": text or "stage = '成交'"},
        layers=["parcels"],
        where=text or "plan.toml:12",
    )


def sample_report(targets: int = 9, findings: int = 6, *, text: str | None = None) -> Report:
    verdicts = [sample_verdict(i, text=text) for i in range(targets)]
    random = np.random.default_rng(7)
    spots = random.uniform((0, 0), (2000, 1000), (findings, 2)).tolist()
    levels = ("error", "warn", "info")
    found = [
        Finding(
            code=text or f"layer-code-{i % 11}",
            level=levels[i % 3],
            layer=text or "parcels",
            feature=text or f"P{i}",
            message=text or f"第 {i} 处问题：与相邻要素重叠 {i}.0 平方米",
            fix=text or "只绘一条公共边界。",
            geometry={"type": "Point", "coordinates": spots[i]},
        )
        for i in range(findings)
    ]
    entries = [
        LayerEntry(name=name, file=text or f"{name}.geojson", title=text or name, digest=name * 8, features=4)
        for name in sample_layers()
    ]
    return Report(
        urbanplan="0.1.0",
        crs=CRS,
        plan=PlanEntry(id="town", title="小城", digest="ab" * 32, as_of="2025-12-31", file=text or "plan.toml"),
        layers=entries,
        verdicts=verdicts,
        findings=found,
        summary=summarise(verdicts, found),
    )
