"""What nobody knows of a coverage widens it: streets that may not count, homes and sites without place or count."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanplan.layer.layer import Layer
from urbanplan.measure.catalog import measure_function, validate_parameters
from urbanplan.measure.measured import MeasureContext, Measurement
from urbanplan.model.layertype import FieldSpec, LayerType

CRS = "EPSG:4547"


def layer(name: str, kind: Any, shapes: list[Any], **columns: list[Any]) -> Layer:
    fields = {column: FieldSpec() for column in ("id", *columns)}
    layer_type = LayerType(name=name, title={"en": name}, geometry=kind, fields=fields)
    frame = gpd.GeoDataFrame({"id": range(len(shapes)), **columns}, geometry=shapes, crs=CRS)
    return Layer(name=name, frame=frame, type=layer_type)


def streets(*walk: Any) -> Layer:
    """Streets of 1000 m in a row along y = 0."""
    lines = [shapely.LineString([(1000 * i, 0), (1000 * i + 1000, 0)]) for i in range(len(walk))]
    return layer("streets", "line", lines, walk=list(walk))


def points(name: str, *xs: float | None, **columns: list[Any]) -> Layer:
    return layer(name, "point", [None if x is None else shapely.Point(x, 0) for x in xs], **columns)


def coverage(*layers: Layer, **params: Any) -> Measurement:
    named = {one.name: one for one in layers}
    declared = {"kind": "coverage", "streets": {"layer": "streets", "where": "walk = TRUE"}, "sites": "sites",
                "within": 600, **params}  # fmt: skip
    if "homes" in named:
        declared.setdefault("residents", "homes")
    return measure_function("coverage")(named, validate_parameters(declared), MeasureContext(crs=CRS))


def ends(measured: Measurement) -> tuple[float | None, float | None]:
    assert measured.reading is not None
    return measured.reading.low, measured.reading.high


def test_a_subdistrict_with_an_open_home_out_of_reach_is_not_surely_served() -> None:
    halves = layer(
        "parts", "polygon", [shapely.box(-10, -50, 1000, 50), shapely.box(1000, -50, 2010, 50)], part=["w", "e"]
    )
    for counts, low, high in (
        ([10, 10], 1, 1),
        ([10, 0], 1, 2),
        ([10, None], 1, 2),
        ([None, 10], 0, 1),
        ([0, 10], 0, 1),
    ):
        homes = points("homes", 500.0, 1900.0, residents=counts)
        named = {one.name: one for one in (streets(True, True), points("sites", 500.0), homes, halves)}
        params = {"kind": "coverage", "streets": "streets", "sites": "sites", "residents": "homes", "within": 600,
                  "reading": "subdistricts"}  # fmt: skip
        setting = MeasureContext(crs=CRS, subdistricts="parts", subdistrict_name="part")
        found = measure_function("coverage")(named, validate_parameters(params), setting)
        assert ends(found) == (low, high), counts


def test_every_field_of_a_coverage_is_told() -> None:
    halves = layer(
        "parts", "polygon", [shapely.box(-10, -50, 1000, 50), shapely.box(1000, -50, 2010, 50)], part=["w", "e"]
    )
    homes = points("homes", 500.0, 1900.0, residents=[10, None])
    named = {one.name: one for one in (streets(True, None), points("sites", 500.0), homes, halves)}
    params = {"kind": "coverage", "streets": {"layer": "streets", "where": "walk = TRUE"}, "sites": "sites",
              "residents": "homes", "within": [500, 600]}  # fmt: skip
    setting = MeasureContext(crs=CRS, subdistricts="parts", subdistrict_name="part")
    found = measure_function("coverage")(named, validate_parameters(params), setting)
    assert ends(found) == (0, 1)
    rows = {row.keys["subdistrict"]: (row.reading.low, row.reading.high, row.reading.unit) for row in found.breakdown}
    assert rows == {"w": (1, 1, "share"), "e": (0, 0, "share")}
    assert found.evidence.layers == {"sites": ["0"]}
    assert {name: len(frame) for name, frame in found.results.items()} == {
        "coverage_streets": 1, "coverage_sites": 1, "coverage_gaps": 0,
    }  # fmt: skip
    assert found.evidence.results == sorted(found.results)
    told = {name: found.evidence.notes[name] for name in ("band_m", "certified", "within_m", "total_m", "rows_unknown")}
    assert told == {"band_m": [500, 600], "certified": True, "within_m": 600, "total_m": 1000, "rows_unknown": 1}
    assert found.implied is not None
    assert (found.implied.comparator, found.implied.number, found.implied.unit) == (">=", 1, "share")
    assert found.reason.startswith(
        "“ten minutes” is read as 500 to 600 m; it holds under: network 500 m, network 600 m"
    )
    assert found.settled_by == (
        "a walk in metres from who set the target, and the missing attributes of sites; the missing attributes of "
        "streets; the people or places of 1 rows of residents"
    )
    assert found.known is not None
    assert (found.known.value, found.known.rows, found.known.unknown_rows) == (1, 1, 1)


def test_an_entrance_that_is_not_drawn_widens() -> None:
    park = layer("sites", "polygon", [shapely.box(100, 10, 500, 60)])
    homes = points("homes", 0.0, 1090.0, residents=[10, 10])
    gates = [shapely.Point(100, 10), None]
    read = {n: coverage(streets(True, True), park, homes, layer("gates", "point", gates[:n], site=["0"] * n),
                        entrances="gates") for n in (1, 2)}  # fmt: skip
    assert [ends(one) for one in read.values()] == [(0.5, 0.5), (0.5, 1.0)]
    assert read[2].settled_by == "the places of 1 entrances"


def test_streets_whose_filter_is_unknown_are_not_used_as_sure() -> None:
    homes = points("homes", 0.0, 1090.0, residents=[10, 10])
    found = coverage(streets(True, None), points("sites", 500.0), homes)
    assert ends(found) == (0.5, 1.0)
    assert "streets" in found.settled_by
    assert ends(coverage(streets(None, None), points("sites", 500.0), homes)) == (0, 1)
    metres = coverage(streets(True, None), points("sites", 500.0), reading="streets")
    assert ends(metres) == (0.5, 1.0)  # 1000 of 2000 m, or the second street's covered 100 m alone count


def test_no_site_that_counts_is_nobody_served() -> None:
    homes = points("homes", 0.0, residents=[10])
    sites = points("sites", 500.0, sort=["b"])
    found = coverage(streets(True), sites, homes, sites={"layer": "sites", "where": "sort = 'a'"})
    assert ends(found) == (0, 0)
    assert found.reason


def test_a_site_without_a_place_may_stand_anywhere() -> None:
    homes = points("homes", 0.0, 5000.0, residents=[10, 10])
    found = coverage(streets(True), points("sites", 500.0, None), homes)
    assert ends(found) == (0.5, 1.0)
    assert "network-site-undrawn" in [note.code for note in found.findings]
    assert ends(coverage(streets(True), points("sites", None), homes)) == (0, 1)


def test_homes_without_a_place_or_a_count() -> None:
    sites = points("sites", 500.0)
    placeless = coverage(streets(True), sites, points("homes", 0.0, None, residents=[3, 7]))
    assert ends(placeless) == (0.3, 1.0)
    assert "residents-undrawn" in [note.code for note in placeless.findings]
    assert ends(coverage(streets(True), sites, points("homes", 0.0, 5000.0, residents=[3, None]))) == (0, 1)
    assert ends(coverage(streets(True), sites, points("homes", 0.0, 10.0, residents=[3, None]))) == (1, 1)
    assert ends(coverage(streets(True), sites, points("homes", 0.0, 10.0, residents=[None, None]))) == (1, 1)
    many = points("homes", *[0.0] * 9_999, 5000.0, residents=[1] * 9_999 + [None])
    found = coverage(streets(True), sites, many)
    assert ends(found) == (0, 1)
    assert found.evidence.notes["share_of_known"] == 1
    assert found.evidence.notes["rows_unknown"] == 1


def test_what_is_open_of_homes_lies_within_declared_limits() -> None:
    sites = points("sites", 500.0)
    homes = points("homes", 0.0, 5000.0, residents=[3, None])
    kind = homes.type.model_copy(
        update={"fields": {**homes.type.fields, "residents": FieldSpec(type="integer", minimum=1, maximum=9)}}
    )
    found = coverage(streets(True), sites, Layer(name="homes", frame=homes.frame, type=kind))
    assert ends(found) == (0.25, 0.75)  # nine people in the far home, or one
    assert found.known is not None
    assert (found.known.value, found.known.rows, found.known.unknown_rows) == (1, 1, 1)
    assert "residents-count-unknown" in [note.code for note in found.findings]


def test_homes_whose_filter_is_unknown_may_count() -> None:
    homes = points("homes", 0.0, 5000.0, residents=[3, 9], lived=[True, None])
    found = coverage(
        streets(True), points("sites", 500.0), homes, residents={"layer": "homes", "where": "lived = TRUE"}
    )
    assert ends(found) == (0.25, 1.0)


def test_a_filled_column_counts_where_the_first_one_is_empty() -> None:
    homes = points("homes", 0.0, 5000.0, residents=[None, None], population=[3, 1])
    assert ends(coverage(streets(True), points("sites", 500.0), homes)) == (0.75, 0.75)


def test_barriers_that_may_stand_and_streets_that_are_not_drawn() -> None:
    homes = layer("homes", "point", [shapely.Point(0, 10)], residents=[3])
    wall = [shapely.LineString([(-50, 5), (50, 5)])]
    asked = {"barriers": {"layer": "walls", "where": "stands = TRUE"}}
    for stands, shape, expected in ((True, wall, (0, 0)), (None, wall, (0, 1)), (True, [None], (0, 1))):
        walls = layer("walls", "line", shape, stands=[stands])
        assert ends(coverage(streets(True), points("sites", 500.0), homes, walls, **asked)) == expected
    far = points("homes", 5000.0, residents=[3])
    missing = layer("streets", "line", [shapely.LineString([(0, 0), (1000, 0)]), None], walk=[True, True])
    assert ends(coverage(missing, points("sites", 500.0), far)) == (0, 1)
    nothing = coverage(layer("streets", "line", [None], walk=[True]), points("sites", 500.0), far)
    assert ends(nothing) == (0, 1)
    assert "drawn" in nothing.reason


def test_the_walk_is_told_as_one_where_there_is_one() -> None:
    homes = points("homes", 0.0, residents=[10])
    assert "600" in coverage(streets(True), points("sites", 500.0), homes).reason
    assert "ten minutes" not in coverage(streets(True), points("sites", 500.0), homes).reason
    assert "ten minutes" in coverage(streets(True), points("sites", 500.0), homes, within=[500, 600]).reason
    assert "nobody" in coverage(streets(True), points("sites", 500.0), points("homes", 0.0, residents=[0])).reason


SPOTS = st.lists(st.integers(0, 3).map(lambda k: 500.0 + 1000 * k), min_size=1, max_size=4)


@settings(max_examples=25, deadline=None)
@given(SPOTS, st.lists(st.tuples(st.integers(0, 39).map(lambda k: 100.0 * k), st.integers(1, 9)), min_size=1, max_size=5),
       st.lists(st.sampled_from([True, False]), min_size=4, max_size=4), st.data())  # fmt: skip
def test_what_becomes_unknown_widens(sites: Any, homes: Any, walk: Any, data: Any) -> None:
    walk[0] = True
    xs, people = [home[0] for home in homes], [home[1] for home in homes]

    def reading() -> tuple[float, float]:
        low, high = ends(coverage(streets(*walk), points("sites", *sites), points("homes", *xs, residents=people)))
        assert low is not None
        assert high is not None
        return low, high

    known = reading()
    match data.draw(st.sampled_from(["street", "site", "place", "count"])):
        case "street":
            walk[data.draw(st.integers(1, 3))] = None
        case "site":
            sites[data.draw(st.integers(0, len(sites) - 1))] = None
        case "place":
            xs[data.draw(st.integers(0, len(xs) - 1))] = None
        case _:
            people[data.draw(st.integers(0, len(people) - 1))] = None
    low, high = reading()
    assert low <= known[0] + 1e-12
    assert high >= known[1] - 1e-12


@pytest.mark.parametrize("case", ["p_F35_null_walkable", "p_F37_site_null", "p_F39_vacuous"])
def test_cases(shared: Any, case: str, tmp_path: Any) -> None:
    import json
    import shutil

    from urbanplan.cli.app import run

    folder = shutil.copytree(shared / "cases" / "verdicts" / case, tmp_path / case)
    out = tmp_path / "out.json"
    assert run(["check", str(folder / "plan.toml"), "--output", f"json:{out}"]) in (
        1,
        3,
    )  # 1: an error finding beside it
    (verdict,) = json.loads(out.read_text(encoding="utf-8"))["verdicts"]
    assert verdict["status"] == "undecidable"
    assert verdict["reading"] is not None


def test_people_of_an_area_whom_a_street_that_may_not_count_would_draw_off_are_open_in_their_sub_district() -> None:
    """10 people live 600 m from the open street, 30 beside it: these may walk from it, out of reach, or from the other."""
    parts = layer(
        "parts", "polygon", [shapely.box(-10, -50, 1000, 50), shapely.box(1000, -50, 2010, 50)], part=["w", "e"]
    )
    areas = [shapely.box(200, 5, 400, 45), shapely.box(790, 5, 990, 45), shapely.box(2400, 5, 2600, 45)]
    homes = layer("homes", "polygon", areas, residents=[10, 30, 20])
    named = {one.name: one for one in (streets(True, None, True), points("sites", 500.0), homes, parts)}
    params = {"kind": "coverage", "streets": {"layer": "streets", "where": "walk = TRUE"}, "sites": "sites",
              "residents": "homes", "within": 500}  # fmt: skip
    setting = MeasureContext(crs=CRS, subdistricts="parts", subdistrict_name="part")
    found = measure_function("coverage")(named, validate_parameters(params), setting)
    rows = {row.keys["subdistrict"]: (row.reading.low, row.reading.high) for row in found.breakdown}
    assert rows["w"] == pytest.approx((0.25, 1.0))
    assert ends(found) == pytest.approx((10 / 60, 40 / 60)), "20 people live out of reach of any site"


def test_an_undrawn_home_adds_at_most_its_people_to_those_who_are_reached() -> None:
    """10 people live out of reach; 5 somewhere: 0 to 5 of 15 are reached."""
    homes = points("homes", 1900.0, None, residents=[10, 5])
    found = coverage(streets(True, True), points("sites", 500.0), homes, streets="streets")
    assert ends(found) == pytest.approx((0.0, 5 / 15))
