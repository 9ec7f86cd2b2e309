"""``urbanplan intake``: what the files of a folder are, and the plan that is made of them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from urbanplan.analysis.files import write_frame
from urbanplan.analysis.folder_intake import FolderChoices, intake_folder
from urbanplan.analysis.folder_raster import bring_in_raster
from urbanplan.analysis.listing import list_layers
from urbanplan.analysis.plans import example_district, open_plan
from urbanplan.cli.app import run
from urbanplan.errors import CrsError, UsageError
from urbanplan.exchange import read
from urbanplan.exchange.gdal.raster_writing import write_grid
from urbanplan.layer.kinds import list_layer_types
from urbanplan.layer.type_fit import MIN_SCORE, fit_types
from urbanplan.plan import read_plan
from urbanplan.plan.intake_pins import PIN_FILE

EAST, NORTH = 500_000, 3_850_000  # metres in EPSG:4547


def block(x, y, size=400):
    return shapely.box(EAST + x, NORTH + y, EAST + x + size, NORTH + y + size)


def frame(data, shapes, crs="EPSG:4547"):
    return gpd.GeoDataFrame(data, geometry=shapes, crs=crs)


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    """A folder of raw files as a planner gets them: sub-folders, zips, a document, a broken file, a link."""
    folder = tmp_path_factory.mktemp("desk") / "raw"
    (folder / "路网").mkdir(parents=True)
    lines = [shapely.LineString([(EAST, NORTH + y), (EAST + 1200, NORTH + y)]) for y in (0, 400, 800)]
    streets = frame({"编号": ["r1", "r2", "r3"], "名称": ["一路", "二路", "三路"], "等级": ["主干路", "次干路", "支路"],
                     "可步行": ["是", "是", "是"]}, lines)  # fmt: skip
    streets.to_file(folder / "路网" / "道路中心线.shp", encoding="gbk")
    (folder / "路网" / "道路中心线.prj").unlink()
    write_frame(
        frame({"id": ["p1", "p2"], "name": ["Oak", "Elm"]}, [block(0, 0), block(400, 0)]), folder / "parks.geojson"
    )
    wards = frame(
        {"id": ["w1", "w2", "w3"], "name": ["a", "b", "c"]}, [block(0, 0, 600), block(600, 0, 600), block(0, 600, 600)]
    )
    write_frame(wards, folder / "wards.gpkg")
    benches = frame({"seats": [2, 3, 4], "material": ["wood", "steel", "wood"]},
                    [shapely.Point(EAST + x, NORTH + 50) for x in (10, 20, 30)]).to_crs(4326)  # fmt: skip
    table = pd.DataFrame({"lon": benches.geometry.x, "lat": benches.geometry.y}).join(benches.drop(columns="geometry"))
    with zipfile.ZipFile(folder / "more.zip", "w") as packed:
        packed.writestr("street furniture/benches.csv", table.to_csv(index=False))
        packed.writestr("street furniture/budget.csv", "year,cost\n2025,3\n2026,4\n")
    shutil.copyfile(folder / "parks.geojson", folder / "parks copy.geojson")
    (folder / "report.txt").write_text("2025年工作报告\n新增停车位1200个，新建公园3个。\n", "utf-8")
    (folder / "ground.tif").write_bytes(b"II*\x00")
    (folder / "broken.geojson").write_text("{ not json", "utf-8")
    (folder / "far.geojson").write_text('{"type": "Point", "coordinates": [2.35, 48.85]}', "utf-8")
    (folder / "link.geojson").symlink_to(folder / "parks.geojson")
    for path in (path for path in folder.rglob("*") if path.is_file()):
        os.utime(path, (1_767_000_000, 1_767_000_000))  # 2025-12-29
    return folder


@pytest.fixture(scope="module")
def made(raw, tmp_path_factory):
    """The plan of the folder, and what was said."""
    out = tmp_path_factory.mktemp("made") / "plan"
    return out, intake_folder(raw, out)


def by_path(done):
    return {row["path"]: row for row in json.loads(done.to_json())["files"]}


def test_every_file_is_named_with_what_it_is(made):
    rows = by_path(made[1])
    assert {path: row["kind"] for path, row in rows.items()} == {
        "broken.geojson": "refused",
        "far.geojson": "layer",
        "ground.tif": "raster",
        "link.geojson": "refused",
        "more.zip/street furniture/benches.csv": "layer",
        "more.zip/street furniture/budget.csv": "table",
        "parks copy.geojson": "layer",
        "parks.geojson": "layer",
        "report.txt": "document",
        "wards.gpkg": "layer",
        "路网/道路中心线.shp": "layer",
    }
    assert all(row["doubts"] for row in rows.values() if row["kind"] == "refused")


def test_a_type_is_found_with_its_reason_and_columns(made):
    row = by_path(made[1])["路网/道路中心线.shp"]
    assert (row["layer"], row["type"], row["own_type"]) == ("streets", "streets", False)
    assert row["columns"] == {"id": "编号", "name": "名称", "class": "等级", "walkable": "可步行"}
    reasons = row["fits"][0]["why"]
    assert any("道路" in reason for reason in reasons)
    assert any("等级 → class" in reason for reason in reasons)
    assert len(row["fits"]) > 1, "its rival is told"


def test_a_crs_that_nobody_says_is_guessed_by_where_the_others_are(made):
    row = by_path(made[1])["路网/道路中心线.shp"]
    assert (row["crs"], row["crs_guessed"]) == ("EPSG:4547", True)
    assert len(row["crs_rivals"]) > 1


def test_what_is_far_or_twice_there_is_left_out_and_said(made):
    rows = by_path(made[1])
    assert rows["far.geojson"]["layer"] is None
    assert "km from the others" in rows["far.geojson"]["doubts"][-1]
    assert rows["parks copy.geojson"]["layer"] != rows["parks.geojson"]["layer"]
    assert [row["layer"] for path, row in rows.items() if path.startswith("parks")].count(None) == 1


def test_rows_of_no_known_type_get_one_of_their_own(made):
    out, done = made
    assert by_path(done)["more.zip/street furniture/benches.csv"]["own_type"]
    layer = next(spec for spec in read_plan(out).layer if spec.name == "benches")
    assert (layer.type, layer.source) == ("benches", "more.zip/street furniture/benches.csv")
    text = (out / "types" / "benches.toml").read_text("utf-8")
    assert '[fields."seats"]\ntype = "integer"' in text
    assert 'geometry = "point"' in text


def test_boundary_zone_and_day_are_proposed_and_doubted(made):
    out, done = made
    plan = read_plan(out)
    assert (plan.district.crs, plan.district.boundary, plan.district.subdistricts) == (
        "EPSG:4547", "boundary", "subdistricts",
    )  # fmt: skip
    assert plan.as_of.isoformat() == "2025-12-29"
    assert plan.layer_spec("boundary").basis == "reported", "the union of what the file says"
    area = read(out / "boundary.geojson").frame.to_crs("EPSG:4547").area.sum()
    assert area == pytest.approx(3 * 600**2, rel=1e-3)
    assert len(done.proposal.doubts) == 2


def test_the_originals_stand_beside_byte_for_byte(made, raw):
    out = made[0]
    kept = {
        path.relative_to(out / "originals").as_posix(): path
        for path in (out / "originals").rglob("*")
        if path.is_file()
    }
    assert {"more.zip", "parks.geojson", "路网/道路中心线.dbf", "路网/道路中心线.shp", "report.txt"} <= set(kept)
    assert not {"link.geojson", "broken.geojson"} & set(kept)
    for name, path in kept.items():
        assert hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256((raw / name).read_bytes()).digest()


def test_the_plan_proves_a_target_at_once(made, tmp_path):
    plan = shutil.copytree(made[0], tmp_path / "plan")
    with (plan / "plan.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[target]]\nid = "T-1"\nbound = { comparator = ">=", number = 5, unit = "count" }\n'
                   'measure = { kind = "sum", of = "benches", field = "seats", where = "material = \'wood\'" }\n'
                   '\n[[target]]\nid = "T-2"\nbound = { comparator = "=", number = 2.4, unit = "km", tolerance = 0.001 }\n'
                   'measure = { kind = "length", of = "streets", where = "class <> \'支路\'" }\n')  # fmt: skip
    assert run(["check", str(plan), "--output", f"json:{tmp_path / 'check.json'}", "-q"]) in (0, 1)
    verdicts = {row["target"]: row for row in json.loads((tmp_path / "check.json").read_text("utf-8"))["verdicts"]}
    assert {name: (row["status"], row["basis"]) for name, row in verdicts.items()} == {
        "T-1": ("met", "reported"), "T-2": ("met", "reported"),
    }  # fmt: skip
    assert verdicts["T-1"]["reading"]["low"] == verdicts["T-1"]["reading"]["high"] == 6


def test_the_sample_of_a_target_holds_where_it_stands(made, tmp_path):
    """Uncommented in place it is a target, and the district keeps its boundary."""
    path = shutil.copytree(made[0], tmp_path / "plan") / "plan.toml"
    before, _, behind = path.read_text(encoding="utf-8").partition("# [[target]]")
    sample, _, rest = behind.partition("\n\n")
    sample = sample.replace("\n# ", "\n").replace("LAYER", "parks")
    path.write_text(f"{before}[[target]]{sample}\n\n{rest}", encoding="utf-8")
    plan = read_plan(path)
    assert [target.id for target in plan.target] == ["T-001"]
    assert plan.district.boundary == "boundary"


def test_again_it_says_what_would_change_and_writes_nothing(made, raw, tmp_path):
    out, folder = shutil.copytree(made[0], tmp_path / "plan"), shutil.copytree(raw, tmp_path / "raw", symlinks=True)
    write_frame(frame({"id": ["p1"], "name": ["Oak"]}, [block(0, 0)]), folder / "parks.geojson")
    (folder / "wards.gpkg").unlink()
    (folder / "parks copy.geojson").unlink()
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    said = intake_folder(folder, out)
    assert [text.split(":")[0] for text in said.changes] == ["parks.geojson", "wards.gpkg"]
    assert not said.written
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert intake_folder(folder, out, choices=FolderChoices(update=True)).written
    assert len(read(out / "parks.geojson").frame) == 1
    assert (out / "parks.geojson.bak").exists()
    assert len(intake_folder(folder, out).changes) == 1, "the file that is gone stays to be said"


def test_what_is_pinned_goes_before_every_guess(raw, tmp_path):
    out = tmp_path / "plan"
    out.mkdir()
    pins = ('crs = "EPSG:32649"\n[[file]]\npath = "parks.geojson"\nlayer = "gardens"\ntype = "green"\n'
            'columns = { class = "name" }\n[[file]]\npath = "wards.gpkg"\nlayer = ""\n')  # fmt: skip
    (out / PIN_FILE).write_text(pins, "utf-8")
    done = intake_folder(raw, out)
    plan = read_plan(out)
    assert plan.district.crs == "EPSG:32649"
    assert plan.layer_spec("gardens").type == "green"
    assert plan.layer_spec("subdistricts") is None
    assert read(out / "gardens.geojson").frame["class"].tolist() == ["Oak", "Elm"]
    assert done.proposal.outline_why == "the hull of streets"
    text = (out / PIN_FILE).read_text("utf-8")
    assert 'type = "green"' in text.splitlines()
    assert '# type = "streets"' in text
    assert intake_folder(raw, out).changes == []
    (out / PIN_FILE).write_text(text.replace('type = "green"', 'type = "parks"'), "utf-8")
    assert [change.split(":")[0] for change in intake_folder(raw, out).changes] == ["parks.geojson"]


def test_targets_are_drafted_from_a_document(raw, tmp_path):
    out = tmp_path / "plan"
    intake_folder(raw, out, choices=FolderChoices(document=raw / "report.txt"))
    plan = read_plan(out)
    assert [(one.bound.number, one.measure["of"]) for one in plan.target if one.bound] == [
        (1200, "parking"),
        (3, "parks"),
    ]
    assert plan.district.boundary == "boundary"
    assert {spec.name for spec in plan.layer} >= {"parking", "parks", "streets", "benches"}


def test_the_command_speaks_and_gives_json(made, raw, tmp_path, capsys):
    out = shutil.copytree(made[0], tmp_path / "plan")
    assert run(["intake", str(raw), "-o", str(out), "--output", f"json:{tmp_path / 'files.json'}"]) == 0
    said = capsys.readouterr().out
    assert "→ layer streets, type streets" in said
    assert "rival" in said
    assert "? the CRS EPSG:4547 is a guess" in said
    rows = json.loads((tmp_path / "files.json").read_text("utf-8"))["files"]
    assert {"path", "format", "crs", "type", "columns", "doubts"} <= set(rows[0])
    assert run(["--lang", "zh", "intake", str(raw), "-o", str(out)]) == 0
    assert "没有变化" in capsys.readouterr().out


def test_a_crs_without_a_code_is_said_by_its_name(tmp_path, capsys):
    (tmp_path / "raw").mkdir()
    local = frame({"id": ["a"]}, [shapely.box(0, 0, 90, 90)], crs="+proj=tmerc +lon_0=113.4 +x_0=500000 +ellps=GRS80")
    local.to_file(tmp_path / "raw" / "local.gpkg")
    run(["intake", str(tmp_path / "raw"), "-o", str(tmp_path / "plan"), "--crs", "EPSG:4547"])
    said = capsys.readouterr().out
    assert "local.gpkg" in said
    assert "PROJCRS[" not in said


def test_an_empty_and_an_absent_folder_are_said(tmp_path):
    (tmp_path / "raw").mkdir()
    with pytest.raises(CrsError, match="where the district lies"):
        intake_folder(tmp_path / "raw", tmp_path / "plan")
    assert not (tmp_path / "plan").exists()
    with pytest.raises(UsageError, match="no such folder"):
        intake_folder(tmp_path / "none", tmp_path / "plan")


def test_hostile_names_and_zips_write_nothing_outside(tmp_path):
    folder = tmp_path / "raw"
    folder.mkdir()
    point = '{"type": "Feature", "properties": {"a": "\\u001b[2J<script>"}, "geometry": {"type": "Point", "coordinates": [114, 34]}}'
    with zipfile.ZipFile(folder / "slip.zip", "w") as packed:
        packed.writestr("../../out.geojson", point)
    (folder / 'x";[[layer]] <b>.geojson').write_text(point, "utf-8")
    (folder / "\x1b[2Jred.geojson").write_text(point, "utf-8")
    done = intake_folder(folder, tmp_path / "plan")
    rows = by_path(done)
    assert "points outside" in rows["slip.zip"]["doubts"][0]
    assert [row["kind"] for path, row in rows.items() if not path.isprintable()] == ["refused"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan", "raw"]
    plan = read_plan(tmp_path / "plan")
    assert [spec.name for spec in plan.layer] == ["boundary", "x_layer_b"][-len(plan.layer) :]


def test_layers_of_the_first_district_are_recognised_by_columns_or_by_name():
    kinds = [kind for kind, _ in list_layer_types(None)]
    frames = {path.stem: read(path).frame for path in sorted(example_district().glob("*.geojson"))}
    blind = {name: fit_types(one, kinds, names=["a"], words={})[0].type for name, one in frames.items()}
    assert sum(name == found for name, found in blind.items()) >= 44
    doubtful = [name for name, found in blind.items() if name != found]
    named = {name: fit_types(frames[name], kinds, names=[name], words={})[0] for name in doubtful}
    assert {name: fit.type for name, fit in named.items()} == {name: name for name in doubtful}
    assert min(fit.score for fit in named.values()) >= MIN_SCORE


def test_a_table_says_its_layer_and_heights_become_one(tmp_path, capsys):
    pytest.importorskip("rasterio")
    raw, out = tmp_path / "raw", tmp_path / "plan"
    raw.mkdir()
    wards = frame({"code": ["w07", "w08", "w09"], "name": ["a", "b", "c"]},
                  [block(0, 0, 600), block(600, 0, 600), block(0, 600, 600)])  # fmt: skip
    write_frame(wards, raw / "wards.gpkg")
    (raw / "budget.csv").write_text("ward,cost\nw07,3\nw09,4\nw08,1\n", "utf-8")
    (raw / "counts.csv").write_text("no,cost\n1,3\n2,4\n3,9\n", "utf-8")
    for name in ("town_dem", "photo"):
        place = [600.0, 0.0, EAST, 0.0, -600.0, NORTH + 1200]
        write_grid(raw / f"{name}.tif", np.arange(6.0).reshape(2, 3), transform=place, crs=wards.crs.to_wkt())
    done = intake_folder(raw, out)
    rows = by_path(done)
    assert rows["budget.csv"]["joins"] == [
        {"layer": rows["wards.gpkg"]["layer"], "on": "code=ward", "matched": 3, "rows": 3}
    ]
    assert rows["counts.csv"]["joins"] == [], "a count from 1 is no key"
    heights, photo = rows["town_dem.tif"], rows["photo.tif"]
    assert (heights["layer"], heights["type"], heights["cells"]) == ("elevation", "elevation", [3, 2])
    assert (photo["layer"], photo["crs"]) == (None, rows["wards.gpkg"]["crs"])
    assert {spec.name: spec.type for spec in open_plan(out).layer}["elevation"] == "elevation"
    assert (out / "elevation.tif").read_bytes() == (raw / "town_dem.tif").read_bytes()
    states = {row["name"]: row["state"] for row in list_layers(out)}
    assert states["elevation"] == "read"
    assert intake_folder(raw, out).changes == [], "nothing changed, the raster neither"
    plan = (out / "plan.toml").read_text("utf-8")
    (out / "plan.toml").write_text(plan.replace('"elevation.tif"', '"rasters/elevation.tif"'), "utf-8")
    bring_in_raster(out, next(one for one in done.proposal.candidates if one.layer == "elevation"))
    assert [path.name for path in (out / "rasters").iterdir()] == ["elevation.tif"], "where the plan says, and alone"
    assert (out / "rasters" / "elevation.tif").read_bytes() == (raw / "town_dem.tif").read_bytes()
