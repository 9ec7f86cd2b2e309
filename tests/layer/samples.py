"""For every finding on a layer a failing and a passing layer, as the findings table words them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from urbanplan.layer.area import ellipsoid_areas
from urbanplan.layer.layer import Layer
from urbanplan.layer.location_checks import web_map_shifts
from urbanplan.model.layertype import Declared, FieldSpec, GeometryRules, LayerType

CRS = "EPSG:4547"
X, Y = 458000.0, 3853000.0  # south-west corner of the district, a square of two kilometres
SIDE = 2000.0


def at(x: float, y: float, width: float = 100.0, height: float | None = None) -> Polygon:
    """A rectangle at metres from the district's corner."""
    return box(X + x, Y + y, X + x + width, Y + y + (width if height is None else height))


def polygon(*points: tuple[float, float]) -> Polygon:
    return Polygon([(X + x, Y + y) for x, y in points])


def line(*points: tuple[float, float]) -> LineString:
    return LineString([(X + x, Y + y) for x, y in points])


def layer(
    *shapes: Any,
    kind: str = "polygon",
    rules: dict[str, Any] | None = None,
    fields: dict[str, FieldSpec] | None = None,
    declared: tuple[Declared, ...] = (),
    stages: tuple[str, ...] = (),
    **columns: Any,
) -> Layer:
    """A layer of shapes with ids P-1, P-2, …; columns as the type's fields."""
    data = {"id": [f"P-{number}" for number in range(1, len(shapes) + 1)], **columns}
    frame = gpd.GeoDataFrame(data, geometry=np.array(shapes, dtype=object), crs=CRS)
    spec = LayerType(
        name="sample",
        title={"en": "sample"},
        geometry=kind,  # pyright: ignore[reportArgumentType]
        fields={"id": FieldSpec(required=True, nullable=False, unique=True), **(fields or {})},
        rules=GeometryRules(**(rules or {})),
        declared=list(declared),
        stages=list(stages),
    )
    return Layer("sample", frame, spec)


def district() -> Layer:
    return replace(layer(at(0, 0, SIDE)), name="boundary")


def of(column: str, spec: FieldSpec, *values: Any, stages: tuple[str, ...] = ()) -> Layer:
    """Squares side by side with values in one column."""
    shapes = [at(200.0 * number, 0) for number in range(len(values))]
    return layer(*shapes, fields={column: spec}, stages=stages, **{column: _typed(spec, values)})


def _typed(spec: FieldSpec, values: tuple[Any, ...]) -> Any:
    if spec.type == "date":
        return pd.to_datetime(pd.Series(values))
    return pd.array(values, dtype={"number": "Float64", "integer": "Int64"}.get(spec.type, "string"))


def announced(mu: float, shape: Polygon | None = None, **rule: Any) -> Layer:
    figure = Declared(field="mu", of="area", unit="mu", **({"tolerance": 0.01} | rule))
    spec = FieldSpec(type="number", unit="mu")
    return layer(shape or at(0, 0), declared=(figure,), fields={"mu": spec}, mu=pd.array([mu], dtype="Float64"))


def moved(source: Layer, dx: float, dy: float) -> Layer:
    return replace(source, frame=source.frame.set_geometry(source.frame.geometry.translate(dx, dy)))


def swapped(source: Layer) -> Layer:
    turned = shapely.transform(source.frame.geometry.to_numpy(), lambda points: points[:, ::-1])
    return replace(source, frame=source.frame.set_geometry(gpd.GeoSeries(turned, crs=CRS)))


def blocks() -> Layer:
    """Four blocks of five hundred metres in each corner of the district and between them, nothing outside."""
    return layer(*(at(500.0 * i, 500.0 * j, 500) for i in range(4) for j in range(4)))


def shifted(name: str) -> Layer:
    dx, dy = next((dx, dy) for datum, dx, dy in web_map_shifts(at(0, 0, SIDE), CRS) if datum == name)
    return moved(blocks(), dx, dy)


ELLIPSOID = float(ellipsoid_areas(np.array([at(0, 0)], dtype=object), CRS)[0]) / 10_000
SQUARE = [(0, 0), (100, 0), (100, 100), (0, 100)]
APART = {"overlap": False}
WHOLE = {"gaps": False}
INSIDE = {"inside_district": True}
RING = [at(0, 0, 300, 100), at(0, 200, 300, 100), at(0, 100), at(200, 100)]
CLOCKWISE = Polygon(list(at(600, 0).exterior.coords)[::-1])
HOLE = [(X + x, Y + y) for x, y in [(20, 20), (40, 20), (40, 40), (20, 40)]]
BESIDE = [(x + 500, y) for x, y in HOLE]
SHELL = [(X + x, Y + y) for x, y in SQUARE]

# code -> (failing layer, passing layer)
SAMPLES: dict[str, tuple[Layer, Layer]] = {
    "layer-geometry-null": (layer(at(0, 0), None), layer(at(0, 0))),
    "layer-geometry-empty": (layer(at(0, 0), Polygon()), layer(at(0, 0))),
    "layer-coordinates-lost": (layer(Point(np.inf, np.inf), kind="point"), layer(Point(X, Y), kind="point")),
    "layer-geometry-type": (layer(line((0, 0), (100, 0))), layer(at(0, 0))),
    "layer-multipart": (
        layer(MultiPolygon([at(0, 0), at(200, 0)]), rules={"multipart": False}),
        layer(at(0, 0), rules={"multipart": False}),
    ),
    "layer-shape-crosses": (layer(polygon((0, 0), (100, 100), (100, 0), (0, 100))), layer(polygon(*SQUARE))),
    "layer-hole-outside": (layer(Polygon(SHELL, [BESIDE])), layer(Polygon(SHELL, [HOLE[::-1]]))),
    "layer-shape-nested": (
        layer(MultiPolygon([at(0, 0), at(20, 20, 30)])),
        layer(MultiPolygon([at(0, 0), at(200, 20, 30)])),
    ),
    "layer-shape-invalid": (layer(line((0, 0), (0, 0)), kind="line"), layer(line((0, 0), (9, 0)), kind="line")),
    "layer-too-small": (layer(at(0, 0, 1), rules={"min_area_m2": 500}), layer(at(0, 0), rules={"min_area_m2": 500})),
    "layer-too-short": (
        layer(line((0, 0), (0.2, 0)), kind="line", rules={"min_length_m": 1}),
        layer(line((0, 0), (100, 0)), kind="line", rules={"min_length_m": 1}),
    ),
    "layer-points-repeated": (layer(polygon((0, 0), (10, 0), (10, 0), (10, 10))), layer(polygon(*SQUARE))),
    "layer-sharp-angle": (
        layer(polygon((0, 0), (50, 0), (50.5, 100), (51, 0), (100, 0), (100, -50), (0, -50))),
        layer(polygon(*SQUARE)),
    ),
    "layer-sliver": (layer(at(0, 0, 200, 0.1)), layer(at(0, 0))),
    "layer-ring-order": (layer(at(0, 0), at(300, 0), CLOCKWISE), layer(at(0, 0), Polygon(SHELL, [HOLE[::-1]]))),
    "layer-geometry-twin": (layer(at(0, 0), polygon(*SQUARE[::-1])), layer(at(0, 0), at(200, 0))),
    "layer-overlap": (layer(at(0, 0), at(90, 0), rules=APART), layer(at(0, 0), at(100, 0), rules=APART)),
    "layer-gap": (layer(*RING, rules=WHOLE), layer(*RING, at(100, 100), rules=WHOLE)),
    "layer-outside": (layer(at(SIDE + 1000, 0), rules=INSIDE), layer(at(0, 0), rules=INSIDE)),
    "layer-sticks-out": (layer(at(SIDE - 50, 0), rules=INSIDE), layer(at(SIDE - 100, 0), rules=INSIDE)),
    "layer-value-null": (
        of("far", FieldSpec(type="number", nullable=False), 2.0, None),
        of("far", FieldSpec(type="number", nullable=False), 2.0),
    ),
    "layer-value-repeated": (
        of("notice", FieldSpec(unique=True), "A", "A"),
        of("notice", FieldSpec(unique=True), "A", "B"),
    ),
    "layer-value-code": (
        of("use", FieldSpec(codes=["1001"]), "M1"),
        of("use", FieldSpec(codes=["1001"]), "1001", None),
    ),
    "layer-value-low": (
        of("far", FieldSpec(type="number", minimum=0), -1.0),
        of("far", FieldSpec(type="number", minimum=0), 0.0, 2.0, None),
    ),
    "layer-value-high": (
        of("far", FieldSpec(type="number", maximum=12), 200.0),
        of("far", FieldSpec(type="number", maximum=12), 12.0, None),
    ),
    "layer-stage-unknown": (
        of("stage", FieldSpec(), "已通车", stages=("在建", "通车")),
        of("stage", FieldSpec(), "通车", None, stages=("在建", "通车")),
    ),
    "layer-date-implausible": (
        of("opened", FieldSpec(type="date"), "1970-01-01"),
        of("opened", FieldSpec(type="date"), "2025-06-30", None),
    ),
    "layer-text-broken": (of("road", FieldSpec(), "锟斤拷路"), of("road", FieldSpec(), "雪松路", None)),
    "layer-declared-differs": (announced(30), announced(15)),
    "layer-declared-ellipsoid": (
        announced(15 * ELLIPSOID, tolerance=1e-6),
        announced(15, tolerance=1e-6),
    ),
    "layer-unit-suspect": (announced(10000), announced(15)),
    "layer-count-differs": (replace(layer(at(0, 0)), declared_count=2), replace(layer(at(0, 0)), declared_count=1)),
    "layer-far": (moved(blocks(), 300_000, 50_000), blocks()),
    "layer-axes-swapped": (swapped(blocks()), blocks()),
    "layer-zone-prefix": (moved(blocks(), 38_000_000, 0), blocks()),
    "layer-feature-far": (layer(at(0, 0), at(-X, -Y)), layer(at(0, 0))),
    "layer-datum-shift": (shifted("GCJ-02"), blocks()),
}
