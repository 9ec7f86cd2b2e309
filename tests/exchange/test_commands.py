"""The commands inspect, convert, export and add, and hostile paths in plans."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing

import pytest
from exchange import rfc7946
from exchange.sample_frames import parcels

from urbanplan.cli.app import run
from urbanplan.errors import ExchangeError
from urbanplan.exchange import read, write
from urbanplan.exchange.gate.admission import admit


@pytest.fixture
def home(district, tmp_path):
    folder = tmp_path / "plan"
    folder.mkdir()
    wanted = ("*.toml", "*.txt", "*.csv", "boundary.geojson", "parcels.geojson", "parking.geojson", "targets")
    for pattern in wanted:
        for file in district.glob(pattern):
            copy = shutil.copytree if file.is_dir() else shutil.copy
            copy(file, folder / file.name)
    return folder


def test_inspect_says_it_as_json(tmp_path, capsys):
    write(parcels(), tmp_path / "a.gpkg")
    assert run(["--lang", "en", "inspect", str(tmp_path / "a.gpkg"), "--output", f"json:{tmp_path / 'a.json'}"]) == 0
    said = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert said["layers"][0]["crs"] == "EPSG:4547"
    assert "3 features" in capsys.readouterr().out


def test_convert_refuses_loss_and_bad_features_and_writes_nothing(tmp_path, capsys):
    write(parcels(), tmp_path / "a.gpkg")
    assert run(["convert", str(tmp_path / "a.gpkg"), str(tmp_path / "b.txt")]) == 2
    bad = {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": ["x"]}}
    good = {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [113.5, 34.8]}}
    text = json.dumps({"type": "FeatureCollection", "features": [good, bad]})
    (tmp_path / "c.geojson").write_text(text)
    assert run(["--lang", "en", "convert", str(tmp_path / "c.geojson"), str(tmp_path / "d.gpkg")]) == 2
    assert "feature 2" in capsys.readouterr().err
    assert not list(tmp_path.glob("b.*"))
    assert not list(tmp_path.glob("d.*"))
    assert run(["convert", str(tmp_path / "c.geojson"), str(tmp_path / "d.gpkg"), "--set-aside"]) == 0
    assert len(read(tmp_path / "d.gpkg").frame) == 1


def test_swapped_axes_are_named_and_put_right_on_request(shared, tmp_path, capsys):
    file = str(shared / "data/admin/tianditu_cgcs2000_zhengzhou_410100_diracnote.json")
    out = tmp_path / "right.geojson"
    assert run(["--lang", "en", "convert", file, str(out)]) == 2
    assert "--swap-axes" in capsys.readouterr().err
    assert run(["convert", file, str(out), "--swap-axes"]) == 0
    assert rfc7946.check(out) == 12
    truth = read(shared / "data/admin/zhengzhou_districts_tianditu_cgcs2000_fixed.geojson").frame
    assert read(out).frame.total_bounds == pytest.approx(truth.total_bounds, abs=1e-6)


def test_export_says_that_it_is_illustrative(home, tmp_path):
    out = tmp_path / "p.geojson"
    assert run(["export", "parcels", "-o", str(out), "--plan", str(home)]) == 0
    assert rfc7946.check(out) == 22
    assert json.loads(out.read_text(encoding="utf-8"))["basis"] == "illustrative"
    said = json.loads((tmp_path / "p.geojson.meta.json").read_text(encoding="utf-8"))
    assert said["basis"] == "illustrative"
    assert said["lineage"][1]["file"] == "parcels.geojson"


def test_several_layers_go_into_one_styled_geopackage(home, tmp_path):
    out = tmp_path / "p.gpkg"
    assert run(["export", "parcels", "parking", "-o", str(out), "--plan", str(home)]) == 0
    with closing(sqlite3.connect(out)) as base, base:
        styles = dict(base.execute("SELECT f_table_name, styleQML FROM layer_styles").fetchall())
    assert "categorizedSymbol" in styles["parcels"]
    assert len(read(out, layer="parcels").frame) == 22
    assert run(["export", "parcels", "parking", "-o", str(tmp_path / "p.fgb"), "--plan", str(home)]) == 2


def test_add_tells_what_it_would_do_and_then_does_it(home, tmp_path, capsys):
    frame = read(home / "parcels.geojson").frame.to_crs(4547).drop(columns="name").head(3)
    write(frame.assign(地块=["一", "二", "三"]), tmp_path / "new.shp")
    before = (home / "parcels.geojson").read_bytes()
    words = ["--lang", "en", "add", "parcels", str(tmp_path / "new.shp"), "--plan", str(home), "--column", "name=地块"]
    assert run([*words, "--dry-run"]) == 0
    assert "3 features would be written" in capsys.readouterr().out
    assert (home / "parcels.geojson").read_bytes() == before
    assert run(words) == 0
    assert read(home / "parcels.geojson").frame["name"].tolist() == ["一", "二", "三"]
    assert run(["add", "parcelz", str(tmp_path / "new.shp"), "--plan", str(home)]) == 2


UP = ["../" * depth + name for depth in range(1, 9) for name in ("secret.geojson", "etc/passwd")]
SCHEMES = ["http", "https", "ftp", "file", "s3", "gs", "PG", "MySQL", "sqlite", "GPKG", "WFS", "OAPIF", "CSV", "MVT"]
VSI = ["curl", "s3", "zip", "gzip", "tar", "mem", "stdin", "subfile", "sparse", "crypt", "az", "gs", "hdfs", "webhdfs"]
HOSTILE = [
    *UP, *(f"{name}://host/a.geojson" for name in SCHEMES), *(f"/vsi{name}/a.geojson" for name in VSI),
    "/etc/passwd", "//host/a.geojson", "\\\\host\\a.geojson", "C:\\a.geojson", "c:/a.geojson", "~/a.geojson", "~root/x",
    "a\\..\\..\\b.geojson", "x/../../a.geojson", "./../a.geojson", "a.geojson\x00.gpkg", " ", "PG:dbname=x", "/dev/zero",
    "link.geojson", "linked/secret.geojson",
]  # fmt: skip


@pytest.mark.parametrize("path", HOSTILE)
def test_hostile_paths_in_plans_are_refused(tmp_path, path):
    home = tmp_path / "a" / "plan"
    home.mkdir(parents=True)
    for folder in (tmp_path, tmp_path / "a"):
        (folder / "secret.geojson").write_text('{"type":"FeatureCollection","features":[]}')
    (home / "link.geojson").symlink_to(tmp_path / "secret.geojson")
    (home / "linked").symlink_to(tmp_path)
    with pytest.raises(ExchangeError):
        admit(path, root=home)
