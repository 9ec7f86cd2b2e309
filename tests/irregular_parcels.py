"""Two hundred odd parcels: long, tiny, of several parts, holed, many-cornered; seeded, so always the same."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from shapely.affinity import rotate, translate

from urbanplan.layer.layer import Layer
from urbanplan.model.layertype import LayerType

SHAPE_KINDS = ("long", "tiny", "parts", "holed", "cornered", "comb", "spiral", "star", "grazing", "frame")


def _star(random: np.random.Generator, corners: int, radius: float, rough: float) -> shapely.Polygon:
    angles = np.sort(random.uniform(0, 2 * np.pi, corners))
    reach = radius * (1 - rough * random.random(corners))
    return shapely.Polygon(np.column_stack([reach * np.cos(angles), reach * np.sin(angles)])).buffer(0)


def _comb(random: np.random.Generator) -> shapely.Polygon:
    teeth = int(random.integers(4, 14))
    bars = [shapely.box(i * 12, 0, i * 12 + 5, 60) for i in range(teeth)]
    return shapely.union_all([shapely.box(0, -8, teeth * 12 - 7, 0), *bars])


def _spiral(random: np.random.Generator) -> shapely.Polygon:
    turn = np.linspace(0.5, 3.2 * np.pi, 70)
    line = shapely.LineString(np.column_stack([9 * turn * np.cos(turn), 9 * turn * np.sin(turn)]))
    return line.buffer(random.uniform(4, 9), cap_style="flat", quad_segs=2)


def _shape(kind: str, random: np.random.Generator) -> shapely.Geometry:
    match kind:
        case "long":
            return shapely.box(0, 0, random.uniform(800, 4000), random.uniform(3, 20))
        case "tiny":
            return shapely.box(0, 0, random.uniform(0.5, 4), random.uniform(0.5, 4))
        case "parts":
            count = int(random.integers(2, 7))
            return shapely.MultiPolygon([shapely.box(i * 90, i * 40, i * 90 + 50, i * 40 + 30) for i in range(count)])
        case "holed":
            holes = [
                shapely.box(20 + 60 * i, 20, 50 + 60 * i, 60).exterior.coords for i in range(int(random.integers(1, 5)))
            ]
            return shapely.Polygon(shapely.box(0, 0, 280, 90).exterior.coords, holes)
        case "cornered":
            return _star(random, int(random.integers(60, 240)), random.uniform(60, 600), 0.35)
        case "comb":
            return _comb(random)
        case "spiral":
            return _spiral(random)
        case "star":
            return _star(random, int(random.integers(5, 40)), random.uniform(10, 300), 0.8)
        case "grazing":
            return shapely.Polygon([(0, 0), (300, 2), (600, 0), (600, 1.5), (300, 3.2), (0, 1.2)])
        case _:
            return shapely.Polygon(
                shapely.box(0, 0, 200, 200).exterior.coords, [shapely.box(4, 4, 196, 196).exterior.coords]
            )


def irregular_layer(count: int = 200, *, crs: str = "EPSG:4547") -> Layer:
    """A layer of ``count`` odd parcels, spread so that some are neighbours."""
    random = np.random.default_rng(20251231)
    shapes = []
    for i in range(count):
        shape = rotate(_shape(SHAPE_KINDS[i % len(SHAPE_KINDS)], random), float(random.uniform(0, 360)), origin=(0, 0))
        shapes.append(translate(shape, 458000 + 420 * (i % 15), 3853000 + 420 * (i // 15)))
    frame = gpd.GeoDataFrame(
        {
            "id": [f"ODD-{i:03d}" for i in range(count)],
            "name": [f"地块{SHAPE_KINDS[i % len(SHAPE_KINDS)]}-{i:03d}" for i in range(count)],
            "use_code": ["100101"] * count,
            "far": [None if i % 7 == 0 else 1.5 for i in range(count)],
        },
        geometry=shapes,
        crs=crs,
    )
    type_ = LayerType(name="parcels", title={"en": "Parcels", "zh": "宗地"}, geometry="polygon")
    return Layer("parcels", frame, type_, basis="illustrative")
