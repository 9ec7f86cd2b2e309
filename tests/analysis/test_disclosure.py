"""Disclosure profiles: what is kept back stands in no file that leaves, coordinates are on the grid, the law is said."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pdf_text import page_words
from plans.small_district import frames
from plans.small_district import write as write_district
from shapely import MultiPolygon, Point, box

from urbanplan.analysis.check import check
from urbanplan.analysis.disclosure import Disclosure, DisclosureOptions, _disclose_verdict, disclose, disclose_check
from urbanplan.analysis.disclosure_doors import require_whole_answer
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


def test_what_is_written_of_a_released_check_says_for_whom(done, tmp_path):
    from urbanplan import write

    released, _ = disclose_check(done, DisclosureOptions("public", "豫S(2026)001号"))
    said = {"profile": "public", "precision_m": 10.0, "review_number": "豫S(2026)001号"}
    assert json.loads(released.to_json())["disclosure"] == said
    assert json.loads(released.to_sarif())["runs"][0]["properties"]["disclosure"] == said
    assert json.loads(done.to_json())["disclosure"] == {}
    assert "disclosure" not in json.loads(done.to_sarif())["runs"][0]["properties"]
    released.write_geopackage(tmp_path / "run.gpkg")
    assert read(tmp_path / "run.gpkg", layer="disclosure").frame.to_dict("records") == [said]
    frames = {"layer": released.layers["parcels"].frame, "result": next(iter(released.results.values()))}
    for name, frame in frames.items():
        write(frame.head(2), tmp_path / f"{name}.gpkg", allow_loss=True)
        assert json.loads((tmp_path / f"{name}.gpkg.meta.json").read_text("utf-8"))["disclosure"] == said
    write(done.layers["parcels"].frame, tmp_path / "whole.gpkg")
    assert "disclosure" not in json.loads((tmp_path / "whole.gpkg.meta.json").read_text("utf-8"))


def test_findings_that_leave_hold_no_value_of_what_stays(done):
    from urbanplan.model.disclosure import DisclosureProfile
    from urbanplan.model.finding import build_finding

    hit = build_finding("layer-date-implausible", layer="parcels", feature="F1", column="phone", value=PHONE)
    assert PHONE in hit.message
    report = done.report.model_copy(update={"findings": [hit]})
    whole = replace(done, run=replace(done.run, report=report, findings=(hit,)))
    for fields, seen in ((["phone"], False), ([], True)):
        profile = DisclosureProfile(name="own", findings=True, secret="allow", drop_fields=fields)
        (found,) = disclose(whole, Disclosure(profile, None))[0].findings
        assert (PHONE in found.model_dump_json()) == seen
        assert (found.code, found.level) == (hit.code, hit.level)


PEOPLE = ("联系电话", "电话号码", "办公电话", "手机", "手 机 号", "手\u200b机", "Phone", "ｐｈｏｎｅ", "owner_phone", "telephone", "tel", "Tel.", "tel_1",
          "Mobile", "E-mail", "email", "邮箱", "微信号", "联系人", "contact", "身份证号", "证件号码", "ID_CARD", "备注", "备注2", "remark",
          "内部意见", "internal_note")  # fmt: skip
OWNERS = (
    "权利人",
    "土地权利人",
    "owner",
    "land_owner",
    "使用权人",
    "法定代表人",
    "库容",
    "最大库容",
    "电压等级",
    "voltage_kv",
)
PLAIN = ("id", "name", "面积", "用地性质", "telemetry", "height_m", "供应年度", "far", "hotel", "stage", "intern")


def test_the_shipped_profiles_hold_back_what_names_a_person_however_it_is_called():
    partner, public = read_profile("partner"), read_profile("public")
    assert [name for name in PEOPLE if not (partner.drops_field(name) and public.drops_field(name))] == []
    assert [name for name in OWNERS if not public.drops_field(name)] == []
    assert [name for name in PLAIN if partner.drops_field(name) or public.drops_field(name)] == []


def test_a_breakdown_by_what_stays_does_not_leave():
    from urbanplan.model.disclosure import DisclosureProfile
    from urbanplan.model.reading import BreakdownRow, Reading
    from urbanplan.model.report import Verdict

    rows = [BreakdownRow(keys={"权利人": OWNER}, reading=Reading(low=1, high=1, unit="m"))]
    verdict = Verdict(target="A", status="met", breakdown=rows)
    profile = DisclosureProfile(name="own", findings=True, drop_fields=["权利人"])
    assert _disclose_verdict(verdict, profile, hidden=set(), refused=set()).breakdown == []


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


# --- every door


FIGURE = re.compile(r"\d+\.\d{3}(?:km|(?=\d))|\d+\.\d%")  # of a circle's sheet


def pdf_texts(folder):
    """The words of all PDF files, without white space."""
    for path in sorted(folder.rglob("*.pdf")):
        yield path.name, "".join(page_words(path))


def pdf_leaks(folder):
    return {(name, one) for name, text in pdf_texts(folder) for one in CANARIES if one in text}


def write_report_door(done, folder):
    from urbanplan.analysis.report import report

    report(done, folder / "report.html", pdf=folder / "report.pdf", log=False)


def write_frames_door(done, folder):
    from urbanplan import write

    for name, layer in done.layers.items():
        if layer.frame.shape[0]:
            write(layer.frame, folder / f"{name}.gpkg")


DOORS = [write_report_door, write_frames_door]  # map, brief and the files of a check: the tests above and below


@pytest.fixture(scope="module")
def released(done):
    return disclose_check(done, DisclosureOptions("public"))[0]


@pytest.mark.parametrize("door", DOORS, ids=lambda one: one.__name__)
def test_what_is_kept_back_leaves_by_no_door_of_a_check(done, released, door, tmp_path):
    (tmp_path / "whole").mkdir()
    (tmp_path / "public").mkdir()
    door(released, tmp_path / "public")
    assert not leaks(tmp_path / "public") | pdf_leaks(tmp_path / "public")
    if door is write_frames_door:  # the test can see them
        door(done, tmp_path / "whole")
        assert {one for _, one in leaks(tmp_path / "whole")} >= {OWNER, BUNKER, INSIDE}


@pytest.mark.parametrize("of", ["parcels", "circle"])
def test_what_is_kept_back_is_on_no_sheet(plan, of, tmp_path):
    import urbanplan

    said = DisclosureOptions("public", "豫S(2026)001号")
    made = urbanplan.sheets(plan, tmp_path, of=of, names=["F1"] if of == "parcels" else None, disclosure=said)
    assert "layers left out: bunkers" in "\n".join(map(str, made.notes))
    assert not leaks(tmp_path) | pdf_leaks(tmp_path)
    pages = [text for _, text in pdf_texts(tmp_path)]
    assert pages
    assert all("豫S(2026)001号" in page for page in pages)
    with pytest.raises(UsageError, match="which no profile has looked at"):
        urbanplan.sheets(plan, tmp_path, of="circle", disclosure=said, proposal=tmp_path / "sites.gpkg")


def test_a_sheet_states_the_area_of_the_outline_as_it_is(tmp_path):
    import urbanplan

    layers = frames()
    drawn = layers["parcels"].geometry.scale(1.037, 1.021, origin=(500_000, 3_850_000))
    layers["parcels"] = layers["parcels"].set_geometry(drawn)
    plan = write_district(tmp_path / "plan", layers)
    frame = layers["parcels"]
    first = frame[frame["id"] == "F1"].geometry.iloc[0]
    coarse = round_shapes([first], 10.0)[0].area
    assert abs(coarse - first.area) > 50
    urbanplan.sheets(plan, tmp_path / "s", names=["F1"], disclosure=DisclosureOptions("public"))
    ((_, text),) = pdf_texts(tmp_path / "s")
    stated = [float(one.replace(",", "")) for one in re.findall(r"([\d,]+\.\d)m²", text)]
    assert stated
    assert any(value == pytest.approx(first.area, abs=0.06) for value in stated)
    assert not any(value == pytest.approx(coarse, abs=0.06) for value in stated)


def test_a_circle_sheet_states_the_lengths_of_the_streets_as_they_are(tmp_path):
    import urbanplan

    layers = frames()
    for name in ("streets", "subdistricts"):
        drawn = layers[name].geometry.scale(1.037, 1.021, origin=(500_000, 3_850_000))
        layers[name] = layers[name].set_geometry(drawn)
    plan = write_district(tmp_path / "plan", layers)
    said = {"whole": None, "public": DisclosureOptions("public")}
    stated = {}
    for name, options in said.items():
        urbanplan.sheets(plan, tmp_path / name, of="circle", disclosure=options)
        stated[name] = {file: FIGURE.findall(text) for file, text in pdf_texts(tmp_path / name)}
    assert stated["whole"] == stated["public"]
    assert all(len(found) > 3 for found in stated["whole"].values())


def test_a_disclosed_report_shows_no_earlier_run_and_joins_no_log(done, released, plan, tmp_path):
    from urbanplan.analysis.report import report
    from urbanplan.store.runlog import log_file, read_runs

    report(done, tmp_path / "whole.html", log=True)
    before = read_runs(log_file(plan))
    (tmp_path / "public").mkdir()
    report(released, tmp_path / "public" / "report.html", log=True)
    assert read_runs(log_file(plan)) == before
    whole, public = ((tmp_path / name).read_text("utf-8") for name in ("whole.html", "public/report.html"))
    assert before[-1].at in whole
    assert before[-1].at not in public


@pytest.mark.parametrize(
    "words",
    [
        ["overlay", "parcels", "parcels", "-o", "x.csv"],
        ["reconcile", "parcels", "--announced", "area", "-o", "x.csv"],
        ["coverage", "--output", "gpkg:x.gpkg"],
        ["network", "--output", "gpkg:x.gpkg"],
        ["rain", "--output", "gpkg:x.gpkg"],
        ["site", "--candidates", "parcels", "--output", "json:x.json"],
    ],
    ids=lambda words: words[0],
)
def test_a_door_that_cannot_hold_back_refuses(plan, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    worked = {"coverage": "coverage.coverage_of_plan", "network": "network.road_network_of_plan",
              "rain": "rain.rain_of_plan", "site": "siting.siting"}  # fmt: skip
    if words[0] in worked:  # refused before anything is worked out
        monkeypatch.setattr(f"urbanplan.analysis.{worked[words[0]]}", lambda *_, **__: pytest.fail("worked out"))
    asked = ["--lang", "en", *words, "--plan", str(plan), "--quiet"]
    assert run([*asked, "--disclosure", "public"]) == 2
    assert f"{words[0]} cannot hold back what the profile public does" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_answers_on_secret_layers_need_a_word_for_whom(plan):
    for name in ("partner", "public"):
        with pytest.raises(UsageError, match="bunkers is marked secret and does not leave"):
            require_whole_answer(plan, ["bunkers"], DisclosureOptions(name), command="overlay")
    with pytest.raises(UsageError, match="nothing says for whom it leaves"):
        require_whole_answer(plan, ["bunkers"], None, command="overlay")
    require_whole_answer(plan, ["bunkers"], DisclosureOptions("internal"), command="overlay")
    require_whole_answer(plan, ["parcels"], None, command="overlay")


def test_check_takes_the_profile_and_keeps_its_exit_code(plan, done, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    outputs = [
        part for one in ("json:r.json", "csv:r.csv", "sarif:r.sarif", "gpkg:r.gpkg") for part in ("--output", one)
    ]
    words = ["--lang", "en", "check", str(plan), "--quiet", *outputs]
    assert run([*words, "--disclosure", "public"]) == done.exit_code
    assert not leaks(tmp_path)
    capsys.readouterr()
    assert run(words) == 2
    assert "bunkers is marked secret, and nothing says for whom" in capsys.readouterr().err
    assert run(["--lang", "en", "check", str(plan), "--quiet", "--output", "json:s.json"]) == done.exit_code
    assert "layers marked secret are in it: bunkers" in capsys.readouterr().err
