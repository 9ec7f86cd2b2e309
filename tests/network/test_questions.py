"""Readings, tiers and what-ifs: the same question asked again with one thing changed."""

from __future__ import annotations

import math
from typing import Any

import pytest
from shapely import MultiPolygon, Point, Polygon
from towns import ROAD, block, frame, line, offset_cover, spot

from urbanplan.errors import NetworkError
from urbanplan.network import compute_coverage, road_network
from urbanplan.network.walk.coverage import CoverageOptions
from urbanplan.network.walk.covered_intervals import compute_reach
from urbanplan.network.walk.readings import compute_readings
from urbanplan.network.walk.scenario import Scenario, compute_reaches
from urbanplan.network.walk.sources import sources_from_frame
from urbanplan.network.walk.tiers import eligible_sites, read_circles, read_tiers
from urbanplan.network.walk.walk import Walk
from urbanplan.network.walk.whatif import compare_runs, edit_layers
from urbanplan.residents import residents_from_homes


def test_readings_of_a_street_and_a_site_beside_it(engine: str) -> None:
    people = residents_from_homes(frame([spot(450, 0), spot(700, 0)], residents=[10, 30]))
    districts = frame([block(-5100, -60, 0, 60), block(0, -60, 5100, 60), block(0, 100, 100, 200)])
    run = compute_coverage(
        road_network(frame(ROAD)),
        sites=frame([spot(100, 30)]),
        within=600,
        residents=people,
        extras=CoverageOptions(engine=engine, districts=districts),
    )
    rows = {(row.reading, row.within_m): row for row in compute_readings(run, run.question)}
    for within in (500, 600, 800, 1000):
        network, straight = rows["network", within], rows["straight", within]
        assert network.share == pytest.approx(offset_cover(30, within, 50) / 10_000)
        assert straight.share == pytest.approx(2 * math.sqrt(within**2 - 30**2) / 10_000)
        alone = compute_coverage(
            run.network,
            sites=frame([spot(100, 30)]),
            within=within,
            residents=people,
            extras=CoverageOptions(engine=engine),
        )
        assert network.residents_share == pytest.approx(alone.residents.share)
    assert rows["network", 600].residents_share == pytest.approx(10 / 40)
    assert rows["straight", 800].residents_share == 1
    assert [rows["network", within].holds for within in (500, 600, 800, 1000)] == [False, False, True, True]
    assert rows["administrative", None].share == pytest.approx(1 / 3)
    assert rows["administrative", None].holds is False
    assert rows["catchment", 600].share == pytest.approx(2 / 3)  # the first and the third have no people
    assert rows["catchment", 800].holds is True


def test_polygon_sites_leave_a_reading_open(engine: str) -> None:
    park = frame([block(0, 0, 400, 400)])
    run = compute_coverage(
        road_network(frame([line((0, 0), (950, 0))])), sites=park, within=600, extras=CoverageOptions(engine=engine)
    )
    rows = {row.within_m: row for row in compute_readings(run, run.question) if row.reading == "network"}
    assert (rows[600].holds, rows[500].holds, rows[800].holds) == (None, False, True)
    assert rows[500].share_high == pytest.approx(900 / 950)


def test_tiers_count_their_own_sites(engine: str) -> None:
    sites = frame(
        [spot(-4000, 0), spot(-2000, 0), spot(0, 0), spot(2000, 0)],
        tier=["社区级", "社区级", "社区级", "街道级"],
        outdoor_m2=[1000.0, 900.0, None, 5000.0],
        indoor_m2=[None, None, None, 2000.0],
        sports_count=[3, 9, 5, 5],
    )
    community = read_tiers()[2]
    sure, perhaps = eligible_sites(sites, community)
    assert (sure.tolist(), perhaps.tolist()) == ([True, False, False, False], [True, False, True, False])
    run = compute_coverage(
        road_network(frame(ROAD)), sites=sites, within=600, extras=CoverageOptions(engine=engine, tiers=True)
    )
    rows = {row["keys"]["tier"]: row for row in run.breakdown}
    assert (rows["社区级"]["covered_m"], rows["社区级"]["covered_high_m"]) == (1200, 2400)
    assert (rows["街道级"]["covered_m"], rows["街道级"]["sites"]) == (1200, 1)
    assert rows["区级"]["covered_high_m"] == 0
    assert read_circles()[10] == (500, 600, 800, 1000)


def test_what_if_by_sub_district(engine: str) -> None:
    streets, sites = frame(ROAD), frame([spot(-3000, 0), spot(3000, 0)])
    people = residents_from_homes(frame([spot(-3000, 5), spot(0, 5), spot(3000, 5)], residents=[100, 50, 70]))
    extras = CoverageOptions(engine=engine, districts=frame([block(-5000, -50, -10, 50), block(-10, -50, 5000, 50)]))
    before = compute_coverage(road_network(streets), sites=sites, within=600, residents=people, extras=extras)
    done = edit_layers(streets, sites, add=frame([spot(0, 0), line((0, 0), (0, 300))]), drop=["f1"])
    assert (len(done.streets), len(done.sites)) == (2, 2)
    assert done.streets_changed
    assert done.sites_changed
    after = compute_coverage(road_network(done.streets), sites=done.sites, within=600, residents=people, extras=extras)
    change = compare_runs(before, after)
    assert (change.gained, change.lost) == (50, 70)
    assert change.covered_m == pytest.approx(300)
    first, second = change.rows[:2]
    assert first["after"]["covered_m"] - first["before"]["covered_m"] == pytest.approx(590)
    assert second["after"]["residents"]["covered"] - second["before"]["residents"]["covered"] == 50 - 70
    dropped = edit_layers(frame([*ROAD, line((0, 9), (9, 9))], road=["a", "b"]), sites, drop=["f0"])
    assert (len(dropped.streets), len(dropped.sites)) == (2, 1)
    assert edit_layers(streets, sites, drop=["f1"]).streets is streets
    with pytest.raises(NetworkError):
        edit_layers(streets, sites, drop=["nobody"])


def test_entrances_make_a_polygon_site_exact(engine: str) -> None:
    park = frame([block(-100, 10, 100, 60)])
    gates = frame([spot(-100, 30), spot(90, 10), spot(400, 400)], site=["f0", "f0", "other"])
    run = compute_coverage(
        road_network(frame(ROAD)), sites=park, within=600, extras=CoverageOptions(engine=engine, entrances=gates)
    )
    left, right = -100 - (550 + math.sqrt(50**2 - 30**2)), 90 + (550 + math.sqrt(50**2 - 10**2))
    assert run.covered_m == run.covered_high_m == pytest.approx(right - left)
    near = compute_coverage(
        road_network(frame(ROAD)),
        sites=park,
        within=600,
        extras=CoverageOptions(engine=engine, entrances=gates.drop(columns="site")),
    )
    assert near.covered_m == pytest.approx(run.covered_m)
    assert run.certificate.ok


def test_layers_in_other_coordinates_are_refused(engine: str) -> None:
    with pytest.raises(NetworkError):
        compute_coverage(
            road_network(frame(ROAD)),
            sites=frame([spot(0, 0)]).to_crs(4326),
            within=600,
            extras=CoverageOptions(engine=engine),
        )
    for settings in ({"within": 0}, {"within": math.nan}, {"within": 600, "leg": -1}):
        with pytest.raises(NetworkError):
            compute_coverage(
                road_network(frame(ROAD)), sites=frame([spot(0, 0)]), **settings, extras=CoverageOptions(engine=engine)
            )


def test_no_site_covers_nothing(engine: str) -> None:
    run = compute_coverage(
        road_network(frame(ROAD)),
        sites=frame([spot(0, 0)]).iloc[:0],
        within=600,
        residents=residents_from_homes(frame([spot(0, 0)], residents=[3])),
        extras=CoverageOptions(engine=engine),
    )
    assert (run.covered_m, run.share, run.residents.covered, len(run.gaps)) == (0, 0, 0, 1)
    assert run.certificate.ok
    assert run.gaps.residents.tolist() == [3]
    assert run.streets.covered.tolist() == [False]


def test_the_farthest_point_of_a_gap_that_a_walk_just_touches(engine: str) -> None:
    """A leg as long as the walk touches the street in one point: no metre is covered, both ends are 600 m away."""
    run = compute_coverage(
        road_network(frame([line((0, 0), (1000, 0))])),
        sites=frame([spot(500, 100), spot(500, -100)]),
        within=100,
        leg=100,
        extras=CoverageOptions(engine=engine),
    )
    assert run.covered_m == 0
    assert run.gaps.length_m.tolist() == [1000]
    assert run.gaps.distance_m.tolist() == [600]
    assert run.gaps.nearest.tolist() == ["f0"]


def test_districts_of_several_parts_cut_the_streets_too(engine: str) -> None:
    island = MultiPolygon([block(-5000, -50, -1000, 50), block(1000, -50, 2000, 50)])
    districts = frame([island, block(-1000, -50, 1000, 50)])
    run = compute_coverage(
        road_network(frame(ROAD)),
        sites=frame([spot(900, 0)]),
        within=300,
        extras=CoverageOptions(engine=engine, districts=districts),
    )
    rows = [(row["keys"]["sub_district"], row["total_m"], row["covered_m"]) for row in run.breakdown]
    assert rows == [("f0", 5000, 200), ("f1", 2000, 400), (None, 3000, 0)]


def test_a_park_whose_ring_crosses_itself_has_an_inside(engine: str) -> None:
    bow = Polygon([(spot(x, y).x, spot(x, y).y) for x, y in ((0, 0), (100, 80), (100, 0), (0, 80))])
    run = compute_coverage(
        road_network(frame(ROAD)), sites=frame([bow]), within=300, extras=CoverageOptions(engine=engine)
    )
    assert run.certificate.ok
    assert run.covered_m < run.covered_high_m


def test_a_what_if_tells_of_added_roads_that_cross_without_a_vertex() -> None:
    streets, sites = frame([line((0, 0), (100, 0))], id=["s"]), frame([spot(10, 0)])
    edited = edit_layers(streets, sites, add=frame([line((80, -90), (80, 90))], id=["r"]))
    before, after = (compute_coverage(road_network(some), sites=sites, within=90) for some in (streets, edited.streets))
    found = compare_runs(before, after, edited=edited)
    assert [(note.code, note.features) for note in found.findings] == [("network-crossing-doubtful", ["r"])]
    assert after.covered_high_m > after.covered_m == before.covered_m


def test_an_added_road_joins_the_middle_of_a_street_or_says_that_it_does_not() -> None:
    streets, sites = frame(ROAD, id=["s"] * len(ROAD)), frame([spot(500, 0)])
    branch = frame([line((500, 0), (500, 400))], id=["r"])
    for noding, codes in (("auto", []), ("endpoints", ["network-added-apart"])):
        before = compute_coverage(road_network(streets, noding=noding), sites=sites, within=600)
        edited = edit_layers(streets, sites, add=branch)
        after = compute_coverage(road_network(edited.streets, noding=noding), sites=sites, within=600)
        told = compare_runs(before, after, edited=edited)
        assert [note.code for note in told.findings] == codes
        if not codes:
            assert told.covered_m == pytest.approx(400)


def test_an_added_id_that_stands_is_told() -> None:
    streets, sites = frame(ROAD, id=["s"] * len(ROAD)), frame([spot(500, 0)], id=["a"])
    run = compute_coverage(road_network(streets), sites=sites, within=600)
    edited = edit_layers(streets, sites, add=frame([spot(600, 0)], id=["a"]))
    assert [note.code for note in compare_runs(run, run, edited=edited).findings] == ["network-added-twice"]


def test_sites_homes_and_entrances_without_a_place_are_told_and_homes_stay_in_the_total() -> None:
    network = road_network(frame(ROAD))
    sites = frame([spot(0, 0), None, Point()], id=["a", "b", "c"])
    homes = residents_from_homes(frame([spot(0, 0), None], id=["h", "i"], residents=[3, 7]))
    found = compute_coverage(network, sites=sites, within=600, residents=homes)
    assert found.residents is not None
    assert (found.residents.total, found.residents.covered, found.residents.covered_high) == (10, 3, 10)
    told = {note.code: note.features for note in found.findings}
    assert told == {"network-site-undrawn": ["b", "c"], "residents-undrawn": ["i"]}


def test_a_site_without_a_place_raises_the_high_reading_to_all() -> None:
    network = road_network(frame(ROAD))
    homes = residents_from_homes(frame([spot(0, 0), spot(90_000, 0)], id=["h", "i"], residents=[3, 7]))
    found = compute_coverage(network, sites=frame([spot(0, 0), None], id=["a", "b"]), within=100, residents=homes)
    assert found.residents is not None
    assert (found.residents.covered, found.residents.covered_high) == (3, 10)
    assert found.covered_m < found.covered_high_m == found.total_m


def test_entrances_match_whole_numbers_and_the_others_are_told() -> None:
    network, park = road_network(frame(ROAD)), frame([block(-100, -300, 100, -20)], id=[1])
    gates = frame([spot(0, -20), spot(900, 0)], id=["g", "x"], site=[1.0, 9.0])
    found = compute_coverage(network, sites=park, within=600, extras=CoverageOptions(entrances=gates))
    assert found.covered_m == found.covered_high_m
    assert [(note.code, note.features) for note in found.findings] == [("network-entrance-unmatched", ["x"])]


@pytest.mark.parametrize("site", ["f0", None])
def test_an_entrance_that_is_not_drawn_may_be_anywhere_along_its_site(site: str | None) -> None:
    """At least the drawn entrances serve, at most the whole edge; without a drawn one nothing surely does."""
    network, park = road_network(frame(ROAD)), frame([block(-100, 10, 100, 60)])

    def metres(gates: Any, names: list[str | None]) -> Any:
        extras = CoverageOptions(entrances=frame(gates, site=names))
        return compute_coverage(network, sites=park, within=600, extras=extras)

    drawn, edge = metres([spot(90, 10)], ["f0"]), compute_coverage(network, sites=park, within=600)
    one = metres([spot(90, 10), None], ["f0", site])
    assert (one.covered_m, one.covered_high_m) == pytest.approx((drawn.covered_m, edge.covered_high_m))
    assert drawn.covered_m < edge.covered_high_m
    assert [note.code for note in one.findings] == ["network-entrance-undrawn"]
    none = metres([None], [site])
    assert (none.covered_m, none.covered_high_m) == pytest.approx((0, edge.covered_high_m))
    assert one.certificate.ok
    assert none.certificate.ok
    straight = {row.reading: row for row in compute_readings(none, none.question, band=[600])}["straight"]
    assert straight.share == 0
    assert straight.share_high == pytest.approx(2 * (100 + math.sqrt(600**2 - 10**2)) / none.total_m)


@pytest.mark.parametrize("site", [block(100, 20, 300, 200), spot(100, 30)])
def test_what_places_see_is_looked_up_once_for_walks_of_one_leg_limit(site: Any) -> None:
    network = road_network(frame([line((-900, 0), (900, 0)), line((0, -900), (0, 900))]))
    put = sources_from_frame(frame([site]))
    asked = Scenario(network, put, Walk(600, 50.0))
    for within in (20.0, 40.0, 500.0, 600.0, 1000.0):
        for low, reach in zip((True, False), compute_reaches(asked.within(within)), strict=True):
            alone = compute_reach(network if low else network.joined, put, Walk(within, 50.0, low=low))
            assert reach.covered.length.tolist() == alone.covered.length.tolist()
            assert reach.label.tolist() == alone.label.tolist()
    assert asked.within(600.0).legs(low=True) is asked.legs(low=True)
    other = asked.of(sources_from_frame(frame([spot(0, 10)])))
    assert other.legs(low=True).place.tolist() != []
    assert other.legs(low=True) is not asked.legs(low=True)
