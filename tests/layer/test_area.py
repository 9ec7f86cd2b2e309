"""Areas of many shapes at once, held against each shape alone."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Geod, Transformer

from urbanplan.layer.ellipsoid import ellipsoid_areas

CRS_CODE = "EPSG:4547"
SHAPES = [
    "POLYGON ((0 0, 900 0, 900 900, 0 0))",
    "POLYGON ((0 0, 0 900, 900 900, 0 0), (50 100, 60 100, 60 120, 50 100))",
    "MULTIPOLYGON (((0 0, 100 0, 100 100, 0 0)), ((200 200, 300 200, 300 300, 200 200), (270 220, 280 220, 280 230, 270 220)))",
    "POLYGON EMPTY",
    None,
]  # fmt: skip


def area_alone(shape: shapely.Geometry | None) -> float:
    """As GeographicLib has it, ring by ring through pyproj's own door for geometries."""
    if shape is None or shape.is_empty:
        return 0.0
    crs = CRS.from_user_input(CRS_CODE)
    geod = Geod(a=crs.ellipsoid.semi_major_metre, b=crs.ellipsoid.semi_minor_metre)
    there = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    moved = shapely.transform(shape, lambda points: np.column_stack(there.transform(*points.T)))
    return abs(geod.geometry_area_perimeter(shapely.orient_polygons(moved))[0])


def shifted(text: str, by: float) -> shapely.Geometry:
    return shapely.transform(shapely.from_wkt(text), lambda points: points + np.array([460_000.0 + by, 3_850_000.0]))


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(SHAPES), st.integers(0, 5000)), max_size=8))
def test_areas_on_the_ellipsoid_are_those_of_each_shape(drawn: list[tuple[str | None, int]]) -> None:
    shapes = [None if text is None else shifted(text, by) for text, by in drawn]
    found = ellipsoid_areas(np.array(shapes, dtype=object), CRS_CODE)
    assert found.tolist() == pytest.approx([area_alone(shape) for shape in shapes], rel=1e-12, abs=1e-9)


def test_polygons_in_a_collection_count_and_its_lines_do_not() -> None:
    box = shapely.box(460_000, 3_850_000, 460_100, 3_850_100)
    mixed = shapely.GeometryCollection([box, shapely.LineString([(460_000, 3_850_000), (460_200, 3_850_300)])])
    alone, with_line = ellipsoid_areas(np.array([box, mixed], dtype=object), CRS_CODE)
    assert with_line == alone > 9_990
