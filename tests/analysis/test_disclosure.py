"""Disclosure profiles: what is kept back stands in no file that leaves, coordinates are on the grid, the law is said."""

from __future__ import annotations

import json
import zipfile

import geopandas as gpd
import numpy as np
import pytest
import shapely
from plans.small_district import frames
from plans.small_district import write as write_district
from shapely import MultiPolygon, Point, box

from urbanplan.analysis.check import check
from urbanplan.analysis.disclosure import DisclosureOptions, disclose_check
from urbanplan.analysis.export import export_layers
from urbanplan.cli.app import run
from urbanplan.errors import UsageError
from urbanplan.exchange import read
from urbanplan.layer.disclosure import round_shapes
from urbanplan.model.disclosure import profile_names, read_profile

OWNER, PHONE, BUNKER, INSIDE = "CANARY-OWNER-张三", "CANARY-13800138000", "CANARY-BUNKER", "CANARY-REMARK"
CANARIES = (OWNER, PHONE, BUNKER, INSIDE)


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    """The small district with an owner, a telephone and a remark for each parcel, and a layer of secrets."""
    folder = tmp_path_factory.mktemp("disclosed")
    layers = frames()
    drawn = layers["parcels"].geometry.translate(0.123, 0.456)
    layers["parcels"] = layers["parcels"].set_geometry(drawn).assign(权利人=OWNER, phone=PHONE, 内部意见=INSIDE)
    file = write_district(folder, layers)
    bunkers = gpd.GeoDataFrame(
        {"id": [BUNKER], "name": [BUNKER]}, geometry=[Point(500_300, 3_850_300)], crs="EPSG:4547"
    )
    bunkers.to_file(folder / "bunkers.gpkg", layer="bunkers", driver="GPKG", engine="pyogrio")
    (folder / "types" / "bunkers.toml").write_text(
        'title = { zh = "x", en = "x" }\ngeometry = "point"\n[fields.id]\nunique = true\n', "utf-8"
    )
    text = file.read_text("utf-8")
    row = (
        '[[layer]]\nname = "bunkers"\nfile = "bunkers.gpkg"\ntype = "bunkers"\nbasis = "reported"\nsecrecy = "secret"\n'
    )
    row += '[[target]]\nid = "BUNKERS"\nquote = "two parcels"\nsource = "speech"\nowner = "' + OWNER + '"\n'
    row += 'bound = { comparator = "=", number = 2, unit = "个" }\nmeasure = { kind = "count", of = "bunkers" }\n'
    file.write_text(text + row, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def done(plan):
    return check(plan, every_layer=True)


def texts_of(folder):
    """All bytes of a folder's files, workbooks and archives unpacked."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield from ((f"{path.name}/{name}", archive.read(name)) for name in archive.namelist())
        elif path.is_file():
            yield path.name, path.read_bytes()


def leaks(folder):
    spellings = [(one, form) for one in CANARIES for form in (one.encode(), json.dumps(one)[1:-1].encode())]
    return {(name, one) for name, data in texts_of(folder) for one, form in spellings if form in data}


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "csv", "xlsx", "kml", "fgb", "zip"])
def test_no_export_holds_what_is_kept_back(plan, tmp_path, suffix):
    said = DisclosureOptions("public", "豫S(2026)001号")
    found = export_layers(plan, ["parcels"], tmp_path / f"out.{suffix}", disclosure=said, allow_loss=True)
    assert not leaks(tmp_path)
    assert "left out: 权利人, phone, 内部意见" in "\n".join(map(str, found.notes))
    (about,) = [json.loads(path.read_text("utf-8")) for path in tmp_path.glob("*.meta.json")]
    assert about["disclosure"] == {"profile": "public", "precision_m": 10.0, "review_number": "豫S(2026)001号"}
    if suffix == "gpkg":
        corners = shapely.get_coordinates(read(tmp_path / "out.gpkg").frame.geometry.to_numpy())
        assert np.all(corners % 10 == 0)


def test_map_report_and_workbook_hold_nothing_that_is_kept_back(done, tmp_path):
    from urbanplan.analysis.maps import write_map
    from urbanplan.analysis.report import brief, report

    open_page = tmp_path / "whole"
    open_page.mkdir()
    write_map(done, open_page / "map.html")
    assert {one for _, one in leaks(open_page)} >= {OWNER, PHONE, BUNKER}  # the test can see them
    for name in ("public", "partner"):
        folder = tmp_path / name
        folder.mkdir()
        disclosed, notes = disclose_check(done, DisclosureOptions(name))
        assert "layers left out: bunkers" in "\n".join(map(str, notes))
        write_map(disclosed, folder / "map.html")
        report(disclosed, folder / "report.html", xlsx=folder / "report.xlsx", log=False)
        brief(disclosed, folder / "brief.html", log=False)
        (folder / "run.json").write_text(disclosed.to_json(), "utf-8")
        disclosed.write_geopackage(folder / "run.gpkg")
        found = {one for _, one in leaks(folder)}
        assert found == ({OWNER} if name == "partner" else set())  # a partner knows the owners
        assert all(
            "map-review number" in (folder / page).read_text("utf-8")
            for page in ("map.html", "report.html", "brief.html")
        )


def test_verdicts_stay_and_those_on_secrets_lose_their_reading(done):
    disclosed, _ = disclose_check(done, DisclosureOptions("public"))
    before, after = ({one.target: one for one in run.verdicts} for run in (done, disclosed))
    assert {name: one.status for name, one in after.items()} == {name: one.status for name, one in before.items()}
    assert after["MU"].reading == before["MU"].reading
    assert before["BUNKERS"].reading is not None
    assert after["BUNKERS"].reading is None
    assert after["BUNKERS"].layers == []
    assert not disclosed.findings
    assert "/" not in disclosed.report.plan.file
    rounded = disclosed.layers["parcels"].frame.geometry.to_numpy()
    assert np.all(shapely.get_coordinates(rounded) % 10 == 0)
    assert all(
        np.all(shapely.get_coordinates(frame.geometry.to_numpy()) % 10 == 0) for frame in disclosed.results.values()
    )


def test_layers_that_may_not_leave_are_refused(plan, tmp_path):
    for name in ("partner", "public"):
        with pytest.raises(UsageError, match="bunkers is marked secret and does not leave with the profile"):
            export_layers(plan, ["parcels", "bunkers"], tmp_path / "x.gpkg", disclosure=DisclosureOptions(name))
    export_layers(plan, ["bunkers"], tmp_path / "in.gpkg", disclosure=DisclosureOptions("internal"))
    with pytest.raises(UsageError, match="bunkers is marked secret, and nothing says for whom it leaves"):
        export_layers(plan, ["parcels", "bunkers"], tmp_path / "plain.gpkg")
    assert not (tmp_path / "plain.gpkg").exists()
    (plan.parent / "maps" / "profiles").mkdir(parents=True)
    own = plan.parent / "maps" / "profiles" / "press.toml"
    own.write_text('precision_m = 100\ndrop_layers = ["park*", "parcels"]\n', "utf-8")
    with pytest.raises(UsageError, match="the profile press drops the layer parcels"):
        export_layers(plan, ["parcels"], tmp_path / "x.gpkg", disclosure=DisclosureOptions("press"))
    with pytest.raises(UsageError, match="Choose one of internal, partner, press, public"):
        export_layers(plan, ["parcels"], tmp_path / "x.gpkg", disclosure=DisclosureOptions("nobody"))
    own.write_text("precision_m = -1\n", "utf-8")
    with pytest.raises(UsageError, match=r"press.toml:1"):
        read_profile("press", beside=plan.parent)
    own.unlink()
    assert profile_names() == ["internal", "partner", "public"]


def test_a_whole_district_at_survey_precision_is_warned_of(tmp_path):
    layers = {
        name: frame.set_geometry(frame.scale(10, 10, origin=(500_000, 3_850_000))) for name, frame in frames().items()
    }
    plan = write_district(tmp_path, layers)
    for name, warned in (("internal", True), ("partner", True), ("public", False)):
        found = export_layers(plan, ["streets"], tmp_path / f"{name}.gpkg", disclosure=DisclosureOptions(name))
        assert any("100 km² leave at survey precision" in str(one) for one in found.notes) == warned


def test_rounding_keeps_polygons_valid_neighbours_joined_and_loses_no_feature():
    pair = [box(0.4, 0.4, 104.9, 50.3), box(104.9, 0.4, 200.2, 50.3), box(300, 300, 301, 301), None,
            MultiPolygon([box(0, 0, 100, 100), box(500, 500, 600, 600)])]  # fmt: skip
    rounded = round_shapes(pair, 10.0)
    assert shapely.is_valid(rounded[[0, 1, 4]]).all()
    assert rounded[0].intersection(rounded[1]).length == pytest.approx(50)
    assert (rounded[2].x, rounded[2].y) == (300, 300)
    assert rounded[3] is None


def test_the_commands_take_the_profile(plan, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    words = ["--lang", "en", "export", "parcels", "--plan", str(plan), "-o", "p.geojson"]
    assert run([*words, "--disclosure", "public", "--allow-loss"]) == 0
    assert not leaks(tmp_path)
    assert run([*words, "--review-number", "1"]) == 2
    assert "--review-number needs --disclosure" in capsys.readouterr().err
    assert run(["map", str(plan), "-o", "m.html", "--disclosure", "public", "--review-number", "豫S(2026)001号"]) == 0
    assert run(["report", str(plan), "-o", "r.html", "--no-log", "--disclosure", "public"]) == 0
    assert not leaks(tmp_path)
