"""The use cases as functions: files and plans in, results with notes out, and nothing printed."""

from __future__ import annotations

import json
import re

import geopandas as gpd
import pytest
from plans import small_district
from pypdf import PdfReader
from shapely.geometry import Point, Polygon, box

from urbanplan.analysis.check import Check, check, clear_cache, write_waivers
from urbanplan.analysis.convert import convert_file
from urbanplan.analysis.demo import check_demo, write_demo
from urbanplan.analysis.diff import compare_runs
from urbanplan.analysis.district import schema_text, start_district
from urbanplan.analysis.doctor import diagnose_machine, diagnosis_json
from urbanplan.analysis.explain import find_rule, list_rules
from urbanplan.analysis.export import export_layers, read_layers
from urbanplan.analysis.files import ReadOptions, read_file
from urbanplan.analysis.inspection import inspect_file
from urbanplan.analysis.intake import add_layer
from urbanplan.analysis.maps import write_map
from urbanplan.analysis.plans import find_layer, open_plan
from urbanplan.analysis.readiness import assess_readiness, readiness_csv
from urbanplan.analysis.report import brief, report
from urbanplan.errors import CrsError, ExchangeError, LossError, UsageError
from urbanplan.model.note import NoteLog, note
from urbanplan.model.translation import use_language

X, Y = small_district.X, small_district.Y
pytestmark = pytest.mark.filterwarnings("ignore:.crs. was not provided")  # such files are what some tests are about


@pytest.fixture
def plan(tmp_path):
    return small_district.write(tmp_path / "town")


@pytest.fixture(autouse=True)
def silence(capfd):
    """Nothing of a workflow goes to the terminal."""
    yield
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")


def two_parcels(path, crs="EPSG:4547", **columns):
    shapes = [box(X, Y, X + 100, Y + 100), box(X + 200, Y, X + 300, Y + 100)]
    frame = gpd.GeoDataFrame({"id": ["A", "B"], "name": ["a", "b"], **columns}, geometry=shapes, crs=crs)
    frame.to_file(path)
    return path


def texts(result, level=None):
    return [one.render() for one in result.notes if level in (None, one.level)]


# --- check, readiness, waivers ------------------------------------------------------------------------------------


def test_a_check_gives_verdicts_as_a_table_and_says_itself_in_one_line(plan):
    done = check(plan)
    assert isinstance(done, Check)
    table = done.to_frame().set_index("target")
    assert table.loc["PARCELS", ["status", "low", "high", "unit"]].tolist() == ["met", 2.0, 2.0, "宗"]
    assert table.loc["DELEGATED", "status"] == "undecidable"
    assert done.exit_code == 3
    assert repr(done) == f"<Check of small: 7 met, 0 not_met, 1 undecidable; {len(done.findings)} findings>"
    assert "<table" in done._repr_html_()
    assert json.loads(done.to_json())["summary"]["status"]["met"] == 7


@pytest.mark.parametrize("form", ["file", "text", "folder", "plan"])
def test_a_plan_is_taken_in_any_form(plan, form):
    given = {"file": plan, "text": str(plan), "folder": plan.parent, "plan": open_plan(plan)}[form]
    assert [one.target for one in check(given, select=["MU", "KM"]).verdicts] == ["MU", "KM"]


def test_waivers_take_the_errors_out_of_the_exit_code(tmp_path):
    layers = small_district.frames()
    layers["parcels"].geometry = [box(X + 100, Y + 100, X + 200, Y + 200), box(X + 150, Y + 100, X + 250, Y + 200)]
    plan = small_district.write(tmp_path, layers)
    first = check(plan, select=["PARCELS"])
    assert first.exit_code == 1
    waivers = tmp_path / "waivers.toml"
    write_waivers(waivers, first)
    text = waivers.read_text(encoding="utf-8").replace('reason = ""', 'reason = "shore"')
    waivers.write_text(text.replace('owner = ""', 'owner = "Li"'), encoding="utf-8")
    again = check(plan, select=["PARCELS"], waivers=tmp_path / "waivers.toml")
    assert again.exit_code == 0
    assert {one.code for one in again.findings if one.waived} >= {"layer-overlap"}


def test_a_cleared_cache_gives_the_same_answer(plan):
    first = check(plan).to_json()
    clear_cache(plan)
    assert check(plan).to_json() == first


def test_progress_is_told_to_the_caller(plan):
    told = []
    check(plan, select=["MU"], progress=lambda what, done, of: told.append((what, done, of)))
    assert ("parcels", 0, 0) in told
    assert ("MU", 0, 1) in told


def test_readiness_ranks_what_is_missing(plan):
    ready = assess_readiness(check(plan))
    assert [want.what for want in ready.wants] == ["the delegated number"]
    text = readiness_csv(ready)
    assert "the bureau of ecology" in (text.decode("utf-8-sig") if isinstance(text, bytes) else text)


# --- intake -------------------------------------------------------------------------------------------------------


def test_an_intake_brings_a_file_in_and_notes_what_it_did(plan, tmp_path):
    done = add_layer(plan, "parcels", two_parcels(tmp_path / "new.gpkg", stage=["sold", "free"]))
    assert done.written is not None
    assert done.written.path == plan.parent / "parcels.gpkg"
    assert done.layer.frame["id"].tolist() == ["A", "B"]
    assert check(plan, select=["PARCELS"]).exit_code == 0
    first, *_, last = texts(done)
    assert first == "new.gpkg (gpkg, layer new, encoding UTF-8): 2 features read, 0 set aside"
    assert last.startswith(f"{done.written.path}: 2 features, EPSG:4547, ")


def test_a_dry_run_writes_nothing_and_says_what_it_would(plan, tmp_path):
    before = (plan.parent / "parcels.gpkg").read_bytes()
    done = add_layer(plan, "parcels", two_parcels(tmp_path / "new.gpkg"), dry_run=True)
    assert done.written is None
    assert texts(done, "result") == ["2 features would be written to parcels.gpkg"]
    assert (plan.parent / "parcels.gpkg").read_bytes() == before


def test_an_intake_without_crs_names_the_likeliest_and_keeps_the_notes(plan, tmp_path):
    file = two_parcels(tmp_path / "bare.shp", crs=None)
    heard = []
    with pytest.raises(CrsError, match="EPSG:4547"):
        add_layer(plan, "parcels", file, notify=heard.append)
    assert heard[0].render().endswith("2 features read, 0 set aside")
    pinned = add_layer(plan, "parcels", file, reading=ReadOptions(crs="EPSG:4547"), dry_run=True)
    assert pinned.layer.frame.geometry.area.tolist() == pytest.approx([10_000, 10_000])


def test_repairs_are_done_on_request_and_logged(plan, tmp_path):
    shape = Polygon([(X, Y), (X + 100, Y), (X + 100, Y), (X + 100, Y + 100), (X, Y + 100)])
    frame = gpd.GeoDataFrame({"id": ["A"], "name": ["a"]}, geometry=[shape], crs="EPSG:4547")
    file = tmp_path / "twice.gpkg"
    frame.to_file(file)
    done = add_layer(plan, "parcels", file, repairs=["repeated"], dry_run=True)
    assert [(one.feature, one.kind, one.done) for one in done.repairs] == [("A", "repeated", True)]
    assert texts(done, "repair") == ["A repeated: mended, 10000.000 → 10000.000 m²"]
    with pytest.raises(UsageError, match="there is no repair everything"):
        add_layer(plan, "parcels", file, repairs=["everything"])


def test_features_set_aside_are_noted_one_by_one(plan, tmp_path):
    ring = [[113.5, 34.8], [113.501, 34.8], [113.501, 34.801], [113.5, 34.801]]
    rows = [
        {"type": "Feature", "properties": {"id": name}, "geometry": {"type": "Polygon", "coordinates": [points]}}
        for name, points in (("A", [*ring, ring[0]]), ("B", ring))
    ]
    file = tmp_path / "in.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": rows}), encoding="utf-8")
    done = add_layer(plan, "parcels", file, dry_run=True)
    assert texts(done, "refused") == ["feature 2 B: a ring that is not closed"]
    with use_language("zh"):
        assert texts(done, "refused") == ["要素 2 B：a ring that is not closed"]
    assert len(done.table.refused) == 1


def test_points_do_not_come_in_as_parcels_unsaid(plan, tmp_path):
    file = tmp_path / "points.gpkg"
    gpd.GeoDataFrame({"id": ["A"], "name": ["a"]}, geometry=[Point(X, Y)], crs="EPSG:4547").to_file(file)
    done = add_layer(plan, "parcels", file, dry_run=True, any_geometry=True)
    assert "1 features are no polygons, as the layer's type demands" in texts(done, "warning")


# --- convert, export, inspect -------------------------------------------------------------------------------------


def test_a_conversion_notes_every_loss_or_stops(tmp_path):
    source = two_parcels(tmp_path / "in.gpkg", a_very_long_name=["x", "y"])
    done = convert_file(source, tmp_path / "out.geojson")
    assert done.written.features == 2
    assert done.table.frame.crs == "EPSG:4547"
    assert texts(done, "result")[0].startswith(f"{tmp_path / 'out.geojson'}: 2 features, ")
    mixed = gpd.GeoDataFrame({"id": [1, 2]}, geometry=[Point(X, Y), box(X, Y, X + 1, Y + 1)], crs="EPSG:4547")
    mixed.to_file(tmp_path / "mixed.gpkg")
    with pytest.raises((LossError, ExchangeError)):
        convert_file(tmp_path / "mixed.gpkg", tmp_path / "mixed.shp")
    assert not (tmp_path / "mixed.shp").exists()


def test_a_conversion_without_crs_names_the_likeliest(tmp_path):
    source = two_parcels(tmp_path / "bare.shp", crs=None)
    with pytest.raises(CrsError, match="EPSG:4547"):
        convert_file(source, tmp_path / "out.geojson")
    assert not (tmp_path / "out.geojson").exists()


def test_layers_are_exported_together_only_into_a_geopackage(plan, tmp_path):
    done = export_layers(plan, ["parcels", "streets"], tmp_path / "two.gpkg")
    assert list(done.layers) == ["parcels", "streets"]
    assert done.written.features == 6
    with pytest.raises(UsageError, match="GeoPackage only"):
        export_layers(plan, ["parcels", "streets"], tmp_path / "two.geojson")
    with pytest.raises(UsageError, match="Did you mean parcels"):
        export_layers(plan, ["parcel"], tmp_path / "one.gpkg")


def test_an_illustrative_layer_is_said_to_be_one(tmp_path):
    plan = small_district.write(tmp_path, basis="illustrative")
    done = export_layers(plan, ["parcels"], tmp_path / "out.geojson")
    assert texts(done, "remark") == ["parcels is illustrative, not surveyed"]
    back = read_file(tmp_path / "out.geojson", ReadOptions())
    assert len(back.frame) == len(read_layers(open_plan(plan), ["parcels"])["parcels"].frame)


def test_an_inspection_weighs_the_crs_by_the_district(plan, tmp_path):
    file = two_parcels(tmp_path / "bare.shp", crs=None)
    seen = inspect_file(file, plan=plan)
    assert seen.layers[0].crs is None
    assert seen.layers[0].crs_guesses[0]["crs"] == "EPSG:4547"


# --- pages and files ----------------------------------------------------------------------------------------------


def test_report_map_and_diff_of_one_check(plan, tmp_path):
    done = check(plan, every_layer=True)
    made = report(done, tmp_path / "report.html", xlsx=tmp_path / "report.xlsx")
    assert [path.name for path in made.files] == ["report.html", "report.xlsx"]
    assert all(path.stat().st_size > 0 for path in made.files)
    assert texts(made)[0].endswith(" kB")
    report(done, tmp_path / "again.html")
    same = compare_runs(plan, "last~1")
    assert same.changes == []
    assert json.loads(same.to_json()) == {"schema_version": "1.0", "old": 1, "new": 2, "turns": []}
    with pytest.raises(UsageError, match="there is no run 7 in the log"):
        compare_runs(plan, "7")
    assert str(tmp_path / "map.html") in write_map(done, tmp_path / "map.html").render()


def test_pages_of_a_plan_without_targets_say_so_and_call_nothing_met(tmp_path):
    file = tmp_path / "plan.toml"
    file.write_text('id = "n"\ntitle = "n"\nas_of = 2025-12-31\n[district]\nname = "n"\ncrs = "EPSG:4547"\n')
    note = "This plan has no targets yet, so nothing is proved here."
    with use_language("en", pinned=True):
        report(file, tmp_path / "report.html", pdf=tmp_path / "report.pdf")
        brief(file, tmp_path / "brief.html")
    words = "".join(page.extract_text() for page in PdfReader(tmp_path / "report.pdf").pages)
    assert note in " ".join(words.split())
    page = (tmp_path / "brief.html").read_text(encoding="utf-8")
    assert note in page
    assert not re.search("Nothing is red|Nothing is open|class=.s-met", page)
    with pytest.raises(UsageError, match="the plan has no target"):  # a check of nothing is no pass
        check(file)


def test_a_report_without_log_leaves_none(plan, tmp_path):
    report(plan, tmp_path / "report.html", log=False)
    assert not (plan.parent / ".urbanplan" / "runs.jsonl").exists()


def test_a_demo_writes_its_files(plan, tmp_path):
    made = write_demo(check_demo(plan), tmp_path / "demo")
    pages = ["index.html", "map.html", "circle.html", "report.html", "brief.html"]
    sheets = ["parcels.pdf", "circle.pdf"]
    assert [path.name for path in made.files] == [*pages, *sheets, "parcels.geojson", "report.json"]
    assert len(made.notes) == len(made.files)
    index = made.files[0].read_text(encoding="utf-8")
    assert ("Illustrative data" in index) == any(
        one.basis == "illustrative" for one in check_demo(plan).layers.values()
    )
    links = re.findall(r'<a href="([^"]+)">', index)
    assert links == [path.relative_to(tmp_path / "demo").as_posix() for path in made.files[1:]]


def test_a_new_district_can_be_opened_and_its_folder_is_not_overwritten(tmp_path):
    assert "is ready" in start_district(tmp_path / "new", crs="EPSG:4547").render()
    assert open_plan(tmp_path / "new").title == "new"
    with pytest.raises(UsageError, match="not empty"):
        start_district(tmp_path / "new", crs="EPSG:4547")
    assert json.loads(schema_text())["$schema"].endswith("draft-04/schema#")


def test_the_doctor_finds_what_is_needed():
    rows = {row.what: row for row in diagnose_machine()}
    assert rows["Python"].ok
    assert rows["PROJ"].ok
    assert json.loads(diagnosis_json([rows["Python"]]))[0]["what"] == "Python"


def test_rules_are_found_by_code():
    assert find_rule("layer-overlap") in list_rules()
    with pytest.raises(UsageError, match="Did you mean layer-overlap"):
        find_rule("layer-overlp")


def test_names_of_layers_are_proposed(plan):
    assert find_layer(open_plan(plan), "homes").type == "homes"
    with pytest.raises(UsageError, match="Did you mean streets"):
        find_layer(open_plan(plan), "street")


# --- notes --------------------------------------------------------------------------------------------------------


def test_a_note_is_rendered_in_the_language_of_the_reader():
    inner = note(", layer {name}", name="x")
    one = note("{file} ({format}{layer}{encoding}): {read} features read, {refused} set aside", file="f", format="gpkg",
               layer=inner, encoding="", read=2, refused=0)  # fmt: skip
    assert one.render() == "f (gpkg, layer x): 2 features read, 0 set aside"
    with use_language("zh"):
        assert one.render() == "f（gpkg，图层 x）：读入 2 个要素，剔出 0 个"


def test_a_note_renders_an_error_among_its_values():
    problem = UsageError("the folder is not empty", where="x", fix="Give a new one")
    one = note("{problem}", level="remark", problem=problem)
    assert one.render() == "x: the folder is not empty. Give a new one."
    with use_language("zh"):
        assert one.render() == "x: 文件夹不为空。请给出新的文件夹。"


def test_notes_are_kept_and_passed_on_at_once():
    heard = []
    log = NoteLog(heard.append)
    log.put(note("lost"))
    assert heard == log.notes == [note("lost")]
