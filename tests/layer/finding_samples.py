"""For every finding on a layer a failing and a passing layer, as the findings table words them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from urbanplan.layer.ellipsoid import ellipsoid_areas
from urbanplan.layer.layer import Layer
from urbanplan.layer.location_checks import web_map_shifts
from urbanplan.model.layertype import DeclaredFigure, FieldSpec, GeometryRules, LayerType

CRS = "EPSG:4547"
X, Y = 458000.0, 3853000.0  # south-west corner of the district, a square of two kilometres
SIDE = 2000.0


def rectangle(x: float, y: float, width: float = 100.0, height: float | None = None) -> Polygon:
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
    declared: tuple[DeclaredFigure, ...] = (),
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
    return replace(layer(rectangle(0, 0, SIDE)), name="boundary")


def squares_with_values(column: str, spec: FieldSpec, *values: Any, stages: tuple[str, ...] = ()) -> Layer:
    """Squares side by side with values in one column."""
    shapes = [rectangle(200.0 * number, 0) for number in range(len(values))]
    return layer(*shapes, fields={column: spec}, stages=stages, **{column: _typed_values(spec, values)})


def _typed_values(spec: FieldSpec, values: tuple[Any, ...]) -> Any:
    if spec.type == "date":
        return pd.to_datetime(pd.Series(values))
    return pd.array(values, dtype={"number": "Float64", "integer": "Int64"}.get(spec.type, "string"))


def parcel_with_area(mu: float, shape: Polygon | None = None, **rule: Any) -> Layer:
    figure = DeclaredFigure(field="mu", of="area", unit="mu", **({"tolerance": 0.01} | rule))
    spec = FieldSpec(type="number", unit="mu")
    return layer(shape or rectangle(0, 0), declared=(figure,), fields={"mu": spec}, mu=pd.array([mu], dtype="Float64"))


def move(source: Layer, dx: float, dy: float) -> Layer:
    return replace(source, frame=source.frame.set_geometry(source.frame.geometry.translate(dx, dy)))


def swap_axes(source: Layer) -> Layer:
    turned = shapely.transform(source.frame.geometry.to_numpy(), lambda points: points[:, ::-1])
    return replace(source, frame=source.frame.set_geometry(gpd.GeoSeries(turned, crs=CRS)))


def blocks() -> Layer:
    """Four blocks of five hundred metres in each corner of the district and between them, nothing outside."""
    return layer(*(rectangle(500.0 * i, 500.0 * j, 500) for i in range(4) for j in range(4)))


def shift_datum(name: str) -> Layer:
    dx, dy = next((dx, dy) for datum, dx, dy in web_map_shifts(rectangle(0, 0, SIDE), CRS) if datum == name)
    return move(blocks(), dx, dy)


ELLIPSOID = float(ellipsoid_areas(np.array([rectangle(0, 0)], dtype=object), CRS)[0]) / 10_000
SQUARE = [(0, 0), (100, 0), (100, 100), (0, 100)]
APART = {"overlap": False}
WHOLE = {"gaps": False}
INSIDE = {"inside_district": True}
RING = [rectangle(0, 0, 300, 100), rectangle(0, 200, 300, 100), rectangle(0, 100), rectangle(200, 100)]
CLOCKWISE = Polygon(list(rectangle(600, 0).exterior.coords)[::-1])
HOLE = [(X + x, Y + y) for x, y in [(20, 20), (40, 20), (40, 40), (20, 40)]]
BESIDE = [(x + 500, y) for x, y in HOLE]
SHELL = [(X + x, Y + y) for x, y in SQUARE]

# code -> (failing layer, passing layer)
SAMPLES: dict[str, tuple[Layer, Layer]] = {
    "layer-geometry-null": (layer(rectangle(0, 0), None), layer(rectangle(0, 0))),
    "layer-geometry-empty": (layer(rectangle(0, 0), Polygon()), layer(rectangle(0, 0))),
    "layer-coordinates-lost": (layer(Point(np.inf, np.inf), kind="point"), layer(Point(X, Y), kind="point")),
    "layer-geometry-type": (layer(line((0, 0), (100, 0))), layer(rectangle(0, 0))),
    "layer-multipart": (
        layer(MultiPolygon([rectangle(0, 0), rectangle(200, 0)]), rules={"multipart": False}),
        layer(rectangle(0, 0), rules={"multipart": False}),
    ),
    "layer-shape-crosses": (layer(polygon((0, 0), (100, 100), (100, 0), (0, 100))), layer(polygon(*SQUARE))),
    "layer-hole-outside": (layer(Polygon(SHELL, [BESIDE])), layer(Polygon(SHELL, [HOLE[::-1]]))),
    "layer-shape-nested": (
        layer(MultiPolygon([rectangle(0, 0), rectangle(20, 20, 30)])),
        layer(MultiPolygon([rectangle(0, 0), rectangle(200, 20, 30)])),
    ),
    "layer-shape-invalid": (layer(line((0, 0), (0, 0)), kind="line"), layer(line((0, 0), (9, 0)), kind="line")),
    "layer-too-small": (
        layer(rectangle(0, 0, 1), rules={"min_area_m2": 500}),
        layer(rectangle(0, 0), rules={"min_area_m2": 500}),
    ),
    "layer-too-short": (
        layer(line((0, 0), (0.2, 0)), kind="line", rules={"min_length_m": 1}),
        layer(line((0, 0), (100, 0)), kind="line", rules={"min_length_m": 1}),
    ),
    "layer-points-repeated": (layer(polygon((0, 0), (10, 0), (10, 0), (10, 10))), layer(polygon(*SQUARE))),
    "layer-sharp-angle": (
        layer(polygon((0, 0), (50, 0), (50.5, 100), (51, 0), (100, 0), (100, -50), (0, -50))),
        layer(polygon(*SQUARE)),
    ),
    "layer-sliver": (layer(rectangle(0, 0, 200, 0.1)), layer(rectangle(0, 0))),
    "layer-ring-order": (
        layer(rectangle(0, 0), rectangle(300, 0), CLOCKWISE),
        layer(rectangle(0, 0), Polygon(SHELL, [HOLE[::-1]])),
    ),
    "layer-geometry-twin": (layer(rectangle(0, 0), polygon(*SQUARE[::-1])), layer(rectangle(0, 0), rectangle(200, 0))),
    "layer-overlap": (
        layer(rectangle(0, 0), rectangle(90, 0), rules=APART),
        layer(rectangle(0, 0), rectangle(100, 0), rules=APART),
    ),
    "layer-gap": (layer(*RING, rules=WHOLE), layer(*RING, rectangle(100, 100), rules=WHOLE)),
    "layer-outside": (layer(rectangle(SIDE + 1000, 0), rules=INSIDE), layer(rectangle(0, 0), rules=INSIDE)),
    "layer-sticks-out": (layer(rectangle(SIDE - 50, 0), rules=INSIDE), layer(rectangle(SIDE - 100, 0), rules=INSIDE)),
    "layer-value-null": (
        squares_with_values("far", FieldSpec(type="number", nullable=False), 2.0, None),
        squares_with_values("far", FieldSpec(type="number", nullable=False), 2.0),
    ),
    "layer-value-repeated": (
        squares_with_values("notice", FieldSpec(unique=True), "A", "A"),
        squares_with_values("notice", FieldSpec(unique=True), "A", "B"),
    ),
    "layer-value-code": (
        squares_with_values("use", FieldSpec(codes=["1001"]), "M1"),
        squares_with_values("use", FieldSpec(codes=["1001"]), "1001", None),
    ),
    "layer-value-low": (
        squares_with_values("far", FieldSpec(type="number", minimum=0), -1.0),
        squares_with_values("far", FieldSpec(type="number", minimum=0), 0.0, 2.0, None),
    ),
    "layer-value-high": (
        squares_with_values("far", FieldSpec(type="number", maximum=12), 200.0),
        squares_with_values("far", FieldSpec(type="number", maximum=12), 12.0, None),
    ),
    "layer-stage-unknown": (
        squares_with_values("stage", FieldSpec(), "已通车", stages=("在建", "通车")),
        squares_with_values("stage", FieldSpec(), "通车", None, stages=("在建", "通车")),
    ),
    "layer-date-implausible": (
        squares_with_values("opened", FieldSpec(type="date"), "1970-01-01"),
        squares_with_values("opened", FieldSpec(type="date"), "2025-06-30", None),
    ),
    "layer-text-broken": (
        squares_with_values("road", FieldSpec(), "锟斤拷路"),
        squares_with_values("road", FieldSpec(), "雪松路", None),
    ),
    "layer-declared-differs": (parcel_with_area(30), parcel_with_area(15)),
    "layer-declared-ellipsoid": (
        parcel_with_area(15 * ELLIPSOID, tolerance=1e-6),
        parcel_with_area(15, tolerance=1e-6),
    ),
    "layer-unit-suspect": (parcel_with_area(10000), parcel_with_area(15)),
    "layer-count-differs": (
        replace(layer(rectangle(0, 0)), declared_count=2),
        replace(layer(rectangle(0, 0)), declared_count=1),
    ),
    "layer-far": (move(blocks(), 300_000, 50_000), blocks()),
    "layer-axes-swapped": (swap_axes(blocks()), blocks()),
    "layer-zone-prefix": (move(blocks(), 38_000_000, 0), blocks()),
    "layer-feature-far": (layer(rectangle(0, 0), rectangle(-X, -Y)), layer(rectangle(0, 0))),
    "layer-datum-shift": (shift_datum("GCJ-02"), blocks()),
}
