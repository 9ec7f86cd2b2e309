"""What cannot be a place, a barrier, an entrance or a sub-district says so; a part without coordinates is passed over."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely import LineString, Point, Polygon, box
from towns import ROAD, block, frame, spot

from urbanplan.errors import NetworkError
from urbanplan.network import compute_coverage, road_network
from urbanplan.network.walk.coverage import CoverageOptions
from urbanplan.network.walk.sources import sources_from_frame, sources_from_points

NAN, INF = float("nan"), float("inf")
ODD = shapely.from_wkt(
    [
        "POINT (NaN 1)",
        "MULTIPOINT ((NaN NaN), (1 1))",
        "LINESTRING (0 1, NaN 2, 5 5)",
        "POLYGON ((0 0, 5 NaN, 5 5, 0 5, 0 0))",
        "POLYGON ((0 0, Inf 0, 5 5, 0 5, 0 0))",
    ]
)


@pytest.mark.parametrize("odd", ODD, ids=str)
@pytest.mark.parametrize("layer", ["sites", "barriers", "entrances", "sub-districts"])
def test_coordinates_that_are_no_numbers_are_refused(layer: str, odd: shapely.Geometry) -> None:
    given = frame([spot(10, 5), odd])
    sites = given if layer == "sites" else frame([spot(10, 5), block(0, 10, 40, 40)])
    extras = CoverageOptions(
        entrances=given if layer == "entrances" else None, districts=given if layer == "sub-districts" else None
    )
    barriers = given if layer == "barriers" else None
    with pytest.raises(NetworkError, match=f"{layer} have coordinates that are no finite numbers: f?1"):
        compute_coverage(road_network(frame(ROAD)), sites=sites, within=100, barriers=barriers, extras=extras)


def test_points_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(NetworkError, match="no finite numbers: 1"):
        sources_from_points(np.array([[0.0, 0.0], [NAN, 0.0]]))
    pytest.importorskip("numba")
    from urbanplan.network.walk.gridindex import join_point_legs, nearest_segment, network_index

    network, points = road_network(frame(ROAD)), np.array([[0.0, 0.0], [0.0, INF]])
    with pytest.raises(NetworkError, match="no finite numbers: 1"):
        nearest_segment(network_index(network), points)
    with pytest.raises(NetworkError, match="no finite numbers: 1"):
        join_point_legs(network, points, 50.0)


@pytest.mark.parametrize("shape", [LineString([(0, 0), (9, 9)]), box(0, 0, 9, 9)], ids=str)
def test_an_entrance_is_a_point(shape: shapely.Geometry) -> None:
    with pytest.raises(NetworkError, match="entrances are no points: f1"):
        sources_from_frame(frame([block(0, 0, 9, 9)]), entrances=frame([spot(0, 0), shape]))


def test_an_empty_part_gives_its_coordinates_to_no_one_else(engine: str) -> None:
    """A point without coordinates in a multi-point, as files hold it, before one that has some."""
    gap = shapely.from_wkt(f"MULTIPOINT (EMPTY, {_words(spot(3000, 0))})")
    run = compute_coverage(
        road_network(frame(ROAD)),
        sites=frame([gap, spot(2000, 0)]),
        within=100,
        leg=0,
        extras=CoverageOptions(engine=engine),
    )
    assert run.covered_m == pytest.approx(400)
    assert run.low.seen.place.tolist() == [1, 0]  # from west to east
    gates = sources_from_frame(frame([block(0, 0, 9, 9)]), entrances=frame([gap], site=["f0"]))
    assert gates.points.tolist() == [list(spot(3000, 0).coords[0])]
    assert gates.point_place.tolist() == [0]


def test_a_sub_district_without_a_shape_holds_nothing() -> None:
    run = compute_coverage(
        road_network(frame(ROAD)),
        sites=frame([spot(2000, 0)]),
        within=100,
        extras=CoverageOptions(districts=frame([Polygon(), block(0, -60, 3000, 60)])),
    )
    rows = {row["keys"]["sub_district"]: row for row in run.breakdown}
    assert "f0" not in rows or rows["f0"]["total_m"] == 0
    assert rows["f1"]["total_m"] == pytest.approx(3000)


def _words(point: Point) -> str:
    return f"({point.x} {point.y})"
