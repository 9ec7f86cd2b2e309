"""Polygons that a line keeps apart: found ones share nothing, and neighbours of a tiling are found."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanplan.layer.overlaps import shared_pieces
from urbanplan.layer.separation import are_separated, read_outlines

CORNERS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=9, unique=True)


def polygon(corners: list[tuple[int, int]]) -> shapely.Geometry:
    """A simple polygon with these corners, round about their middle, somewhere else of no round coordinates."""
    points = np.array(corners, dtype=float)
    order = np.argsort(np.arctan2(*(points - points.mean(axis=0)).T))
    made = shapely.make_valid(shapely.Polygon(points[order] * 0.7 + (460_000.1, 3_850_000.3)))
    return made if made.geom_type == "Polygon" else shapely.Point(460_000, 3_850_000)


@settings(max_examples=30)
@given(st.lists(CORNERS.map(polygon), min_size=2, max_size=7))
def test_polygons_that_are_kept_apart_share_no_land(shapes: list[shapely.Geometry]) -> None:
    every = np.array(shapes, dtype=object)
    one, other = np.triu_indices(len(every), 1)
    outlines = read_outlines(every)
    apart = are_separated(outlines, outlines, one, other)
    shared = shapely.area(shapely.intersection(every[one], every[other]))
    assert shared[apart].max(initial=0) < 1e-9
    found = shared_pieces(every)
    pairs = set(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert {(a, b) for a, b, m2 in zip(one.tolist(), other.tolist(), shared, strict=True) if m2 > 1e-9} <= pairs


def test_convex_neighbours_of_a_tiling_are_kept_apart() -> None:
    chance = np.random.default_rng(3)
    corners = np.stack(np.meshgrid(np.arange(13.0), np.arange(13.0)), axis=-1) + chance.uniform(-0.2, 0.2, (13, 13, 2))
    ring = [corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1], corners[:-1, :-1]]
    shapes = np.asarray(shapely.polygons(np.stack(ring, axis=2).reshape(-1, 5, 2)), dtype=object)
    one, other = np.triu_indices(len(shapes), 1)
    outlines = read_outlines(shapes)
    assert are_separated(outlines, outlines, one, other).all()
    wider = shapes.copy()
    wider[70] = shapely.buffer(shapes[70], 0.05, join_style="mitre")
    found = shared_pieces(wider)
    assert set(found.left.tolist()) | set(found.right.tolist()) == {57, 58, 59, 69, 70, 71, 81, 82, 83}


def test_shapes_that_are_no_simple_polygon_are_left_alone() -> None:
    box = shapely.box(0, 0, 1, 1)
    shapes = np.array([box, None, shapely.Point(5, 5), shapely.MultiPolygon([box]), shapely.Polygon()], dtype=object)
    outlines = read_outlines(shapes)
    one, other = np.triu_indices(len(shapes), 1)
    assert not are_separated(outlines, outlines, one, other).any()
