"""Small evidence maps: paths of many shapes at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanplan.view.report.evidence import EvidenceGrid, _flat_paths

GRID = EvidenceGrid(west=0.0, north=100.0, unit=2.0, width=50, height=50)
SHAPES = [
    "POINT (3 4)", "MULTIPOINT (3 4, 3.2 4, 50 60)", "LINESTRING (0 0, 0.1 0.1, 40 0, 40 80)",
    "MULTILINESTRING ((0 0, 9 9), (20 20, 20.3 20.2))", "POLYGON ((0 0, 90 0, 90 90, 0 0), (50 10, 60 10, 60 20, 50 10))",
    "MULTIPOLYGON (((0 0, 10 0, 10 10, 0 0)), ((20 20, 30 20, 30 30, 20 20), (27 22, 28 22, 28 23, 27 22)))",
    "GEOMETRYCOLLECTION (POINT (1 1), LINESTRING (5 5, 9 9), POLYGON ((0 0, 9 0, 9 9, 0 0)))", "POLYGON EMPTY",
]  # fmt: skip


def path_alone(shape: Any) -> list[int]:
    """The path of one shape, curve by curve: the reference."""
    flat: list[int] = []
    for part in [] if shape is None or shape.is_empty else shapely.get_parts(shape):
        for curve in shapely.get_rings(part) if part.geom_type == "Polygon" else [part]:
            points = GRID.spots(shapely.get_coordinates(curve)).tolist()
            kept = [point for at, point in enumerate(points) if at == 0 or point != points[at - 1]]
            flat += ([-9999] if flat else []) + [number for point in kept for number in point]
    return flat


@settings(max_examples=30)
@given(st.lists(st.sampled_from([*SHAPES, None]), max_size=12))
def test_paths_of_many_shapes_are_those_of_each(texts: list[str | None]) -> None:
    shapes = np.array([None if text is None else shapely.from_wkt(text) for text in texts], dtype=object)
    assert _flat_paths(shapes, GRID) == [path_alone(shape) for shape in shapes]
