"""People on streets: homes by their legs, areas by their streets; sums kept, answers in closed form."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from towns import CRS, EAST, NORTH, ROAD, block, frame, line, spot

from urbanplan.errors import GateError, NetworkError, ResidentsError
from urbanplan.exchange.gdal import drivers
from urbanplan.network import compute_coverage, road_network
from urbanplan.network.walk.coverage import Coverage, CoverageOptions
from urbanplan.residents import assign_residents, read_raster_cells, residents_from_areas, residents_from_homes


def run(people: list, sites: list, *, within: float = 600, streets: list = ROAD, **extras: object) -> Coverage:
    network = road_network(frame(streets))
    return compute_coverage(
        network, sites=frame(sites), within=within, residents=people, extras=CoverageOptions(**extras)
    )


@pytest.mark.parametrize(
    ("home", "site", "way"),
    [
        ((300, 0), (0, 0), 300),
        ((300, 30), (0, 0), 30 + 300 - 0),  # refined below: the leg slants along the street
        ((0, 30), (0, 40), 70),
        ((20, 30), (-20, -30), 2 * math.hypot(20, 30)),
        ((60, 30), (0, 40), None),
        ((10, 0), (0, 0), 10),
    ],
)
def test_least_way_of_a_home(home: tuple, site: tuple, way: float | None) -> None:
    """Brute force over a fine comb of both ends of the walk along the street."""
    people = residents_from_homes(frame([spot(*home)], residents=[7]))
    served = run(people, [spot(*site)]).served[0][0]
    comb = np.linspace(-120, 420, 54_001)
    leg_home = np.hypot(comb - home[0], home[1])
    leg_site = np.hypot(comb - site[0], site[1])
    a, b = comb[leg_home <= 50 + 1e-9], comb[leg_site <= 50 + 1e-9]
    first, second = leg_home[leg_home <= 50 + 1e-9], leg_site[leg_site <= 50 + 1e-9]
    least = min(float((first + np.interp(a, b, second, left=np.inf, right=np.inf)).min()), *_walks(a, first, b, second))
    assert served.home[0] == pytest.approx(least, abs=1e-4)
    if way is not None and home[1] == 0:
        assert served.home[0] == pytest.approx(way)


def _walks(a: np.ndarray, first: np.ndarray, b: np.ndarray, second: np.ndarray) -> list[float]:
    """Ways along the street from the home's parts to either end of the site's."""
    return [float((first + np.abs(a - end) + leg).min()) for end, leg in ((b[0], second[0]), (b[-1], second[-1]))]


def test_mirror_is_the_shortest_way() -> None:
    people = residents_from_homes(frame([spot(20, 30)], residents=[1]))
    served = run(people, [spot(-20, 10)]).served[0][0]
    assert served.home[0] == pytest.approx(math.hypot(40, 40), rel=1e-12)


def test_a_home_out_of_sight_is_a_finding_and_not_covered() -> None:
    people = residents_from_homes(frame([spot(0, 10), spot(0, 80)], residents=[5, 3]))
    found = run(people, [spot(0, 0)])
    assert found.residents is not None
    assert (found.residents.total, found.residents.covered, found.residents.unreached) == (8, 5, 3)
    assert [note.code for note in found.findings] == ["residents-home-unreached"]


def test_homes_out_of_sight_beyond_a_thousand_are_told_as_one() -> None:
    people = residents_from_homes(frame([spot(0, 80 + i) for i in range(1003)], residents=[2] * 1003))
    codes = [note.code for note in run(people, [spot(0, 0)]).findings]
    assert codes.count("residents-home-unreached") == 1000
    (rest,) = (note for note in run(people, [spot(0, 0)]).findings if note.code == "residents-more-unreached")
    assert (rest.values["homes"], rest.values["people"]) == (3, 6)


def test_homes_beside_a_park_meet_it_without_a_detour() -> None:
    people = residents_from_homes(frame([spot(0, -20)], residents=[1]))
    served = run(people, [block(-30, 10, 30, 40)]).served[0]
    assert served[1].home[0] == pytest.approx(30)
    assert served[0].home[0] == pytest.approx(30 + 15)


def test_area_by_length_is_closed_form() -> None:
    network = road_network(frame(ROAD))
    cells = frame([block(0, -100, 1000, 100), block(-1000, -100, 0, 100)], residents=[1000, 500])
    people = residents_from_areas(network, cells)
    assert [one.method for one in people] == ["by length", "by nearness"]
    assert [one.total for one in people] == pytest.approx([1500, 1500], abs=1e-9)
    found = compute_coverage(network, sites=frame([spot(0, 0)]), within=600, residents=people[0])
    assert found.residents is not None
    assert found.residents.covered == pytest.approx(600 + 300)
    assert found.gaps is not None
    assert found.gaps.residents.sum() == pytest.approx(600)
    assert found.gaps.residents.iloc[0] == pytest.approx(400)


def test_methods_span_the_interval_and_sums_are_kept_by_district() -> None:
    streets = [line((0, 0), (400, 0)), line((400, 0), (400, 400)), line((0, 0), (0, 100))]
    network = road_network(frame(streets))
    cells = frame(
        [block(-10, -10, 410, 210), block(-10, 210, 410, 410), block(900, 900, 990, 990)], residents=[100, 50, 7]
    )
    people = residents_from_areas(network, cells)
    districts = frame([block(-50, -50, 200, 500), block(200, -50, 450, 500)])
    found = compute_coverage(
        network, sites=frame([spot(0, 0)]), within=300, residents=people, extras=CoverageOptions(districts=districts)
    )
    assert found.residents is not None
    assert found.residents.total == pytest.approx(157)
    assert found.residents.unreached == 7
    assert found.residents.covered == pytest.approx(min(low for low, _ in found.residents.methods.values()))
    assert found.residents.covered_high == pytest.approx(max(high for _, high in found.residents.methods.values()))
    assert sum(row["residents"]["total"] for row in found.breakdown) == pytest.approx(157)
    assert sum(row["total_m"] for row in found.breakdown) == pytest.approx(900)
    assert sum(row["covered_m"] for row in found.breakdown) == pytest.approx(found.covered_m)
    (told,) = (note for note in found.findings if note.code == "residents-area-unreached")  # once for both methods
    assert (told.count, told.values["people"]) == (1, 7)


def test_an_area_without_street_uses_those_in_sight() -> None:
    people = residents_from_areas(road_network(frame(ROAD)), frame([block(0, 20, 100, 90)], population=[60]))
    assert people[0].lost == 0
    assert people[0].total == pytest.approx(60)
    # 20 m away with a leg of 50: the street from 45.8 m before the area to 45.8 m behind it
    assert (people[0].high - people[0].low).sum() == pytest.approx(100 + 2 * math.sqrt(50**2 - 20**2))


def test_households_and_floor_area_share_one_total() -> None:
    people = residents_from_homes(frame([spot(0, 0), spot(900, 0)], households=[10, 10], floor_area=[100.0, 300.0]))
    assert [one.method for one in people] == ["households", "floor area"]
    assert people[0].total == pytest.approx(people[1].total)
    found = run(people, [spot(0, 0)])
    assert found.residents is not None
    assert found.residents.covered == pytest.approx(52.4 / 4)
    assert found.residents.covered_high == pytest.approx(52.4 / 2)


def test_kinds_are_told_apart_by_size() -> None:
    network = road_network(frame(ROAD))
    assert assign_residents(network, frame([block(0, 5, 20, 25)], residents=[4]))[0].method == "counted"
    assert assign_residents(network, frame([block(0, 5, 200, 225)], residents=[4]))[0].method == "by length"
    assert assign_residents(network, frame([block(0, 5, 200, 225)], residents=[4]), kind="homes")[0].method == "counted"


@pytest.mark.parametrize(
    "columns", [{}, {"residents": [-1]}, {"residents": ["many"]}, {"residents": [float("inf")]}], ids=str
)
def test_what_is_no_number_of_people_is_refused(columns: dict) -> None:
    with pytest.raises(ResidentsError):
        residents_from_homes(frame([spot(0, 0)], **columns))


def test_people_near_a_straight_street_of_many_pieces_are_counted_once() -> None:
    network = road_network(frame([line((x, 0), (x + 10, 0)) for x in range(0, 2000, 10)]))
    people = residents_from_areas(network, frame([block(0, -50, 2000, 50)], residents=[2000]))
    for one in people:
        found = compute_coverage(network, sites=frame([spot(1000, 0)]), within=300, residents=one)
        assert found.residents is not None
        assert found.residents.total == pytest.approx(2000)
        assert found.residents.covered == pytest.approx(600, abs=1e-6)


def test_raster_window_nodata_and_sums(tmp_path: Path) -> None:
    pytest.importorskip("rasterio")
    rasterio = drivers.load_rasterio()
    values = np.full((60, 80), -9999.0)
    values[20:24, 30:40] = 12.5
    values[0, 0] = 1e6  # far from the streets: outside the window
    path = tmp_path / "people.tif"
    origin = rasterio.Affine(100, 0, EAST - 3000, 0, -100, NORTH + 2050)
    settings = {"driver": "GTiff", "width": 80, "height": 60, "count": 1, "dtype": "float64", "nodata": -9999.0}
    with rasterio.open(path, "w", crs=CRS, transform=origin, **settings) as out:
        out.write(values, 1)
    network = road_network(frame([line((0, 0), (1000, 0))]))
    whole = read_raster_cells(path, network)
    assert whole.residents.sum() == pytest.approx(1e6 + 4 * 10 * 12.5)  # the file's people, wherever the streets are
    near = frame([block(-1000, -1500, 1500, 1500), block(1500, -1500, 2000, 1500)])
    cells = read_raster_cells(path, network, district=near)
    assert cells.residents.sum() == pytest.approx(4 * 10 * 12.5)
    people = residents_from_areas(network, cells)
    assert people[0].total == pytest.approx(500)
    assert people[0].lost == pytest.approx(500 - 10 * 12.5 * 2)  # a row each side lies along or by the street
    half = read_raster_cells(path, network, district=frame([block(50, -1500, 2000, 1500)]))
    assert half.residents.sum() == pytest.approx(4 * 12.5 * (0.5 + 9))  # a cell on the rim by its land inside
    (tmp_path / "fake.tif").write_bytes(b"<VRTDataset/>")
    with pytest.raises(GateError):
        read_raster_cells(tmp_path / "fake.tif", network)


def test_a_table_of_residents_is_told_where_to_go() -> None:
    with pytest.raises(NetworkError):
        run(frame([spot(0, 0)], residents=[3]), [spot(0, 0)])


def test_people_of_an_area_belong_to_the_sub_districts_of_its_land() -> None:
    """The only street runs in N; the cell lies in S, or on both by halves: neither street nor walk decides."""
    streets = [line((-1000, 30), (1000, 30))]
    network = road_network(frame(streets))
    districts = frame([block(-1000, 0, 1000, 500), block(-1000, -500, 1000, 0)])
    for cell, shares in ((block(-100, -100, 100, 0), (0, 100)), (block(-100, -100, 100, 100), (50, 50))):
        people = residents_from_areas(network, frame([cell], population=[100]))
        for within in (50.0, 600.0, 5000.0):
            found = compute_coverage(
                network, sites=frame([spot(0, 30)]), within=within, residents=people,
                extras=CoverageOptions(districts=districts),
            )  # fmt: skip
            told = [row["residents"]["total"] for row in found.breakdown if row["residents"]["total"] > 0]
            assert told == pytest.approx([share for share in shares if share])
            assert found.residents is not None
            assert found.residents.total == pytest.approx(100)


def test_overlapping_sub_districts_count_people_once() -> None:
    network = road_network(frame(ROAD))
    both = frame([block(-1000, -100, 600, 100), block(400, -100, 2000, 100)])
    people = residents_from_areas(network, frame([block(400, -50, 600, 50)], population=[100]))
    options = CoverageOptions(districts=both)
    found = compute_coverage(network, sites=frame([spot(0, 0)]), within=600, residents=people, extras=options)
    assert [row["residents"]["total"] for row in found.breakdown][:2] == pytest.approx([100, 0])
    assert "network-districts-overlap" in [note.code for note in found.findings]
