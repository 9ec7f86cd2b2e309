"""Coverage by its library door: any CRS, one answer; the same answer as the command's; nothing printed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pytest
from geopandas.testing import assert_geodataframe_equal
from plans import small_district
from shapely import LineString
from towns import ROAD, block, frame, line, spot

import urbanplan
from urbanplan.analysis.coverage import coverage, coverage_of_plan
from urbanplan.cli.app import run
from urbanplan.errors import CertificateError, CrsError, NetworkError, UsageError
from urbanplan.network.walk.readings import band_around
from urbanplan.view.document.encoding import to_json

STREETS = frame([*ROAD])
SITES = frame([spot(0, 30)])
HOMES = frame([spot(100, 10), spot(900, 10)], residents=[40, 20])


FEET = "+proj=tmerc +lon_0=114 +x_0=500000 +datum=WGS84 +units=us-ft"


@pytest.mark.parametrize("crs", [4547, 4326, 3857, FEET], ids=str)
def test_one_answer_from_every_crs(crs: int | str) -> None:
    found = coverage(STREETS.to_crs(crs), SITES.to_crs(4326), within=600, residents=HOMES.to_crs(crs))
    assert found.covered_m == pytest.approx(1180, rel=2e-4)
    assert found.residents is not None
    assert found.residents.share == pytest.approx(2 / 3)
    assert found.certificate is not None
    assert found.certificate.ok


def test_degrees_are_not_metres() -> None:
    """A road of 9 km read in degrees gave 0.1 m, all of it covered, and a certificate that said so."""
    road = gpd.GeoDataFrame(geometry=[LineString([(113.5, 34.8), (113.6, 34.8)])], crs=4326)
    site = gpd.GeoDataFrame(geometry=gpd.points_from_xy([113.5], [34.8]), crs=4326)
    found = coverage(road, site, within=600)
    assert found.total_m == pytest.approx(9157.7, rel=1e-3)
    assert found.share == pytest.approx(600 / found.total_m)
    with pytest.raises(CrsError):
        coverage(road, site, crs="EPSG:4326")


def test_gaps_are_found_drawn_and_written_alike_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    streets = frame([*ROAD, line((0, 200), (300, 200))], id=list("abcdefghijk")[: len(ROAD) + 1])
    asked = {"within": 600, "residents": HOMES}
    whole = coverage(streets, SITES, **asked)
    text = to_json(whole.document())
    monkeypatch.setattr("urbanplan.view.document.coverage.BLOCK_ROWS", 2)
    for module in ("shapes", "walk.gaps", "walk.sections"):
        monkeypatch.setattr(f"urbanplan.network.{module}.ROWS_AT_ONCE", 1)
    pieces = coverage(streets, SITES, **asked)
    assert whole.gaps is not None
    assert pieces.gaps is not None
    assert len(whole.gaps) == 3
    assert whole.gaps.columns.tolist() == [
        "length_m", "residents", "nearest", "distance_m", "street", "street_id", "begin_m", "end_m", "geometry",
    ]  # fmt: skip
    assert pieces.gaps.equals(whole.gaps)
    assert b"".join(whole.to_json()) == text
    pieces.run.timings.update(whole.run.timings)
    assert json.loads(b"".join(pieces.to_json())) == json.loads(text)


def test_layers_are_written_as_they_are_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = coverage(STREETS, SITES, within=600, residents=HOMES)
    monkeypatch.setattr("urbanplan.exchange.geometry.arrow._ROWS_AT_ONCE", 1)
    found.write(tmp_path / "a.gpkg")
    for name, layer in found.layers().items():
        assert_geodataframe_equal(urbanplan.read(tmp_path / "a.gpkg", layer=name).frame, layer, check_dtype=False)
    found.write(tmp_path / "a.geojson")
    assert urbanplan.read(tmp_path / "a.geojson").frame["length_m"].tolist() == found.gaps["length_m"].tolist()
    with pytest.raises(UsageError, match="no gaps"):
        replace(found, run=replace(found.run, left=None)).write(tmp_path / "b.geojson")


def test_the_command_writes_the_same_document(tmp_path: Path) -> None:
    paths = {name: tmp_path / f"{name}.gpkg" for name in ("streets", "sites", "homes")}
    for layer, path in zip((STREETS, SITES, HOMES), paths.values(), strict=True):
        layer.to_file(path)
    found = coverage(paths["streets"], paths["sites"], within=700, residents=paths["homes"], band=True)
    words = ["--streets", paths["streets"], "--facilities", paths["sites"], "--residents", paths["homes"]]
    words += ["--within", 700, "--band", "--quiet", "--output", f"json:{tmp_path / 'out.json'}"]
    assert run(["coverage", *map(str, words)]) == 0
    told, made = json.loads((tmp_path / "out.json").read_text(encoding="utf-8")), json.loads(to_json(found.document()))
    del told["timings"], made["timings"]
    assert told == made
    assert [row["within_m"] for row in made["readings"] if row["reading"] == "network"] == [500, 600, 700, 800, 1000]


def test_what_a_result_gives(capsys: pytest.CaptureFixture[str]) -> None:
    found = coverage(STREETS, SITES, within=600, residents=HOMES, districts=frame([block(-9e3, -50, 9e3, 50)]))
    assert set(found.layers()) == {"gaps", "streets", "sites"}
    assert found.to_frame()["length_m"].sum() == pytest.approx(found.total_m)
    assert "\n" not in repr(found)
    assert "40 of 60 residents" in repr(found)
    assert found.notes == []
    assert found.settings["within_m"] == 600
    assert capsys.readouterr() == ("", "")


def test_additions_may_be_frames_in_another_crs() -> None:
    more = frame([spot(900, 0)]).assign(id="new").to_crs(4326)
    found = coverage(STREETS, SITES, within=600, residents=HOMES, add=[more], drop=["f0"])
    assert found.comparison is not None
    assert (found.comparison.gained, found.comparison.lost) == (20, 40)


@pytest.mark.parametrize(
    ("within", "band"),
    [(600, [500, 600, 800, 1000]), (700, [500, 600, 700, 800, 1000]), (300, [300]), (1500, [1500]), (400, [400])],
)
def test_the_band_is_that_of_the_walk(within: float, band: list[float]) -> None:
    assert band_around(within) == band


def test_a_result_that_fails_its_certificate_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    from urbanplan.network.walk import coverage as room
    from urbanplan.network.walk.certificate import Certificate

    monkeypatch.setattr(room, "certify", lambda *_: Certificate(1, False, {"labels": 3}))
    with pytest.raises(CertificateError, match="labels"):
        coverage(STREETS, SITES, within=600)


def test_a_plan_answers_by_its_own_names(lakeside: Path) -> None:
    found = coverage_of_plan(lakeside)
    assert (found.inputs.name, found.run.settings["within_m"]) == ("fitness points", 500)
    assert found.inputs.as_of is not None
    assert found.span == {}, "all is known of it"
    with pytest.raises(UsageError, match="no coverage target"):
        coverage_of_plan(lakeside, target="nobody")


def test_streets_that_may_not_count_widen_a_plan_as_they_widen_its_check(tmp_path: Path) -> None:
    layers = small_district.frames()
    layers["streets"]["name"] = ["a", None, "c", "d"]
    plan = small_district.write(tmp_path, layers)
    text = plan.read_text(encoding="utf-8")
    plan.write_text(
        text.replace('streets = "streets", s', """streets = { layer = "streets", where = "name <> 'z'" }, s""")
    )
    found = coverage_of_plan(plan)
    assert found.total_m == 1500
    assert {what: (one.low, one.high) for what, one in found.span.items()} == {
        "streets": (0.75, 1),
        "residents": (0.75, 1),
    }
    assert found.document()["span"]["residents"] == {"low": 0.75, "high": 1.0}
    read = {verdict.target: verdict.reading for verdict in urbanplan.check(plan).verdicts}
    assert read["CIRCLE"] == found.span["residents"].to("%")


@pytest.fixture
def lakeside() -> Path:
    return Path(__file__).parents[1] / "plans" / "lakeside" / "plan.toml"


def test_barriers_cut_legs_from_any_crs() -> None:
    wall = frame([line((-99, 10), (99, 10))]).to_crs(4326)
    assert coverage(STREETS, SITES, within=600, barriers=wall).covered_m == 0


def test_a_home_without_a_count_widens_the_share_of_residents() -> None:
    homes = frame([spot(100, 10), spot(200, 10), spot(900, 10)], residents=[10, None, 30])
    found = coverage(STREETS, SITES, within=600, residents=homes)
    people = found.span["residents"]
    assert (people.low, people.high) == (0.25, 1.0), "the unknown home is reached: from nobody to any number there"
    assert found.residents is not None
    assert found.residents.unknown == 1
    assert "10 of 40 residents, unknown in 1 rows" in repr(found)
    assert coverage(STREETS, SITES, within=600, residents=HOMES).span == {}, "all is known of it"


@pytest.mark.parametrize("within", ["600", [500, 600], None, float("inf")])
def test_a_walk_that_is_no_length_is_an_error_of_the_one_who_asks(within: object) -> None:
    with pytest.raises(NetworkError, match="is no length"):
        coverage(STREETS, SITES, within=within)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(("streets", "sites"), [(None, SITES), (STREETS, None)])
def test_streets_and_sites_must_be_given(streets: object, sites: object) -> None:
    with pytest.raises(UsageError, match=r"no (streets|sites) are given"):
        coverage(streets, sites, within=600)


def test_sub_districts_without_ids_go_by_their_names() -> None:
    districts = frame([block(-100, -100, 500, 100), block(500, -100, 2000, 100)], 名称=["东", "西"]).drop(columns="id")
    rows = coverage(STREETS, SITES, within=600, districts=districts).breakdown
    assert [row["keys"]["sub_district"] for row in rows] == ["东", "西", None]
    same = coverage(STREETS, SITES, within=600, districts=districts.assign(名称="东")).breakdown
    assert [row["keys"]["sub_district"] for row in same] == [0, 1, None], "a name of two rows names neither"


def test_repeated_homes_count_once_where_they_are_equal_and_span_where_they_differ() -> None:
    equal = frame([spot(100, 10), spot(100, 10), spot(900, 10)], id=["A", "A", "B"], residents=[40, 40, 20])
    found = coverage(STREETS, SITES, within=600, residents=equal)
    assert found.residents is not None
    assert (found.residents.covered, found.residents.total, found.span) == (40, 60, {})
    assert "1 rows of residents repeat another" in " ".join(found.notes)
    apart = frame([spot(100, 10), spot(200, 10), spot(900, 10)], id=["A", "A", "B"], residents=[40, 40, 20])
    people = coverage(STREETS, SITES, within=600, residents=apart).span["residents"]
    assert people.low <= 40 / 60 < 80 / 100 <= people.high, "one home or two"
