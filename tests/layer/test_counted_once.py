"""Land counted once by what pairs share, and areas on the ellipsoid summed along common borders: both as before."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from layer.finding_samples import district, layer

from urbanplan.layer.area import OVERLAP_M2, dissolved_area, plane_areas
from urbanplan.layer.boundary_walks import boundary_walks
from urbanplan.layer.counted_once import surplus_area
from urbanplan.layer.ellipsoid import ellipsoid_areas, ellipsoid_sum
from urbanplan.layer.overlaps import shared_pieces
from urbanplan.layer.validate import validate_layer

ORIGIN = np.array([460_000.0, 3_850_000.0])
BOXES = st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 5), st.integers(1, 5))
FLOWER: Any = shapely.from_wkt("POLYGON ((0 0, 5 1, 9 0, 8 5, 9 9, 5 8, 0 9, 1 5, 0 0), (3 3, 3 6, 6 6, 6 3, 3 3))")


def place(shape: Any, x: float = 0, y: float = 0) -> Any:
    return shapely.transform(shape, lambda points: points + np.array([x, y]) + ORIGIN)


def boxes(drawn: list[tuple[int, int, int, int]]) -> np.ndarray:
    """Boxes; one side of every other one is crooked, and the third is drawn clockwise."""
    made = [place(shapely.box(x, y, x + w, y + h, ccw=at % 3 > 0)) for at, (x, y, w, h) in enumerate(drawn)]
    return np.array(made, dtype=object)


@settings(max_examples=30, deadline=None)
@given(st.lists(BOXES, max_size=9))
def test_land_of_boxes_is_that_of_their_union(drawn: list[tuple[int, int, int, int]]) -> None:
    shapes = boxes(drawn)
    low, high = dissolved_area(shapes)
    assert plane_areas(shapes)[0].sum() == pytest.approx(shapely.area(shapes).sum(), abs=1e-6)
    assert low == high == pytest.approx(shapely.area(shapely.union_all(shapes)), rel=1e-9, abs=1e-6)


def test_land_of_shapes_with_holes_and_parts_is_that_of_their_union() -> None:
    petals = [place(FLOWER, x, y) for x in (0, 4, 11) for y in (0, 3)]
    pair = shapely.MultiPolygon([place(shapely.box(2, 2, 4, 14)), place(shapely.box(8, 8, 19, 10))])
    shapes = np.array([*petals, pair, None], dtype=object)
    found = shared_pieces(shapes)
    surplus = surplus_area(shapes, found, tolerance=OVERLAP_M2)
    union = shapely.area(shapely.union_all(shapes))
    assert surplus is not None
    assert np.nansum(shapely.area(shapes)) - surplus == pytest.approx(union, abs=1e-7)  # coordinates round at 1e-9 m


def test_a_pile_of_polygons_is_left_to_the_union() -> None:
    pile = np.array([place(shapely.box(0, 0, side, side)) for side in range(1, 60)], dtype=object)
    assert surplus_area(pile, shared_pieces(pile), tolerance=OVERLAP_M2) is None
    assert dissolved_area(pile)[0] == pytest.approx(59**2)


@settings(max_examples=20, deadline=None)
@given(st.lists(BOXES, max_size=9))
def test_the_sum_on_the_ellipsoid_is_that_of_each_area(drawn: list[tuple[int, int, int, int]]) -> None:
    more = [FLOWER, shapely.MultiPolygon([shapely.box(1, 1, 2, 2), shapely.box(3, 3, 4, 4)]), shapely.Polygon()]
    bow = shapely.Polygon([(0, 0), (4, 4), (4, 0), (0, 5)])
    others = [place(one, 5, 5) for one in (*more, bow)]
    shapes = np.array([*boxes(drawn), *others, None], dtype=object)
    for crs in ("EPSG:4547", "EPSG:32649"):
        wanted = float(ellipsoid_areas(shapes, crs).sum())
        assert ellipsoid_sum(shapes, crs) == pytest.approx(wanted, rel=1e-11)


def test_of_a_tiling_only_its_rim_is_walked() -> None:
    tiles = [shapely.box(x, y, x + 1, y + 1) for x in range(6) for y in range(6)]
    points, ring = shapely.get_coordinates(np.array(tiles, dtype=object), return_index=True)
    edge = np.flatnonzero(ring[1:] == ring[:-1])
    walked, begins = boundary_walks(points, edge, edge + 1)
    assert begins.tolist() == [0, 24]
    assert shapely.Polygon(walked).equals(shapely.box(0, 0, 6, 6))
    assert len(boundary_walks(points[:0], edge[:0], edge[:0])[0]) == 0


def test_the_land_of_a_district_is_united_once_for_all_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    boundary, calls, union = district(), [], shapely.union_all
    monkeypatch.setattr(shapely, "union_all", lambda *given, **how: calls.append(1) or union(*given, **how))
    first = validate_layer(layer(shapely.box(0, 0, 9, 9)), boundary=boundary)
    united = len(calls)
    assert validate_layer(layer(shapely.box(0, 0, 9, 9)), boundary=boundary) == first
    assert united == 1
    assert len(calls) == united
    assert [hit.code for hit in first].count("layer-far") == 1
