"""What may be opened at all."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing

import geopandas as gpd
import pytest

from urbanplan.errors import ExchangeError, GateError
from urbanplan.exchange import FORMATS, read, write
from urbanplan.exchange import inspect as look
from urbanplan.exchange.files.regular import fingerprint
from urbanplan.exchange.files.sidecar import metadata_path, read_digest, read_metadata
from urbanplan.exchange.gate.admission import admit
from urbanplan.model.translation import translate, use_language

EMPTY = b'{"type":"FeatureCollection","features":[]}'


@pytest.fixture
def folder(tmp_path):
    home = tmp_path / "plan"
    home.mkdir()
    (home / "a.geojson").write_bytes(EMPTY)
    (tmp_path / "secret.geojson").write_bytes(EMPTY)
    return home


def test_a_good_file_is_admitted(folder):
    assert admit("a.geojson", root=folder) == (folder / "a.geojson").resolve()


@pytest.mark.parametrize(
    "path",
    [
        "http://localhost/a.geojson", "HTTPS://x/a.geojson", "file:///etc/passwd", "/vsicurl/http://x/a.geojson",
        "/vsizip/a.zip/a.geojson", "PG:dbname=x", "ftp://x/y.geojson", "sqlite:a.gpkg", "\\\\server\\a.geojson",
        "//server/a.geojson", "", "   ", "a\x00.geojson",
    ],
)  # fmt: skip
def test_addresses_are_refused_everywhere(path):
    with pytest.raises(GateError):
        admit(path)


@pytest.mark.parametrize(
    "path",
    ["../secret.geojson", "/etc/passwd", "x/../../secret.geojson", "C:/a.geojson", "~/a.geojson", "..\\secret.geojson"],
)
def test_a_plan_reads_nothing_outside_its_folder(folder, path):
    with pytest.raises(ExchangeError):
        admit(path, root=folder)


def test_a_link_out_of_the_folder_is_refused(folder, tmp_path):
    (folder / "link.geojson").symlink_to(tmp_path / "secret.geojson")
    with pytest.raises(GateError, match="out of the plan"):
        admit("link.geojson", root=folder)


def test_a_loop_of_links_ends(folder):
    (folder / "loop.geojson").symlink_to(folder / "loop.geojson")
    with pytest.raises(ExchangeError):
        admit("loop.geojson", root=folder)


def test_devices_pipes_and_folders_are_refused(folder):
    os.mkfifo(folder / "pipe.geojson")
    (folder / "dir.geojson").mkdir()
    for name in ("pipe.geojson", "dir.geojson"):
        with pytest.raises(GateError):
            admit(name, root=folder)


@pytest.mark.parametrize("kind", ["pipe", "gone", "elsewhere", "large"])
@pytest.mark.parametrize(("name", "magic", "beside"), [
    ("a.shp", b"\0\0\x27\x0a", "a.prj"), ("a.shp", b"\0\0\x27\x0a", "a.names.json"), ("a.gpkg", b"SQLite format 3\0", "a.gpkg-wal"),
])  # fmt: skip
def test_what_belongs_to_a_file_is_a_plain_file_of_bounded_size(
    folder, tmp_path, monkeypatch, kind, name, magic, beside
):
    (folder / name).write_bytes(magic + bytes(200))
    assert admit(name, root=folder)
    planted = folder / beside
    match kind:
        case "pipe":
            os.mkfifo(planted)
        case "gone":
            planted.symlink_to(folder / "gone")
        case "elsewhere":
            planted.symlink_to(tmp_path / "secret.geojson")
        case "large":
            monkeypatch.setenv("URBANPLAN_LARGEST", "5000000")
            with planted.open("wb") as stream:
                stream.truncate(6_000_000)
    with pytest.raises(ExchangeError, match=beside):
        admit(name, root=folder)


def test_an_index_that_is_larger_than_its_shapes_is_refused(folder):
    (folder / "a.shp").write_bytes(b"\0\0\x27\x0a" + bytes(200))
    (folder / "a.shx").write_bytes(bytes(204))
    assert admit("a.shp", root=folder)
    (folder / "a.shx").write_bytes(bytes(205))
    with pytest.raises(GateError, match="larger than the shapes"):
        admit("a.shp", root=folder)


@pytest.mark.parametrize("kind", ["journal", "zeroed", "empty"])
def test_a_database_whose_journal_is_not_done_with_is_refused(folder, kind):
    (folder / "a.gpkg").write_bytes(b"SQLite format 3\0" + bytes(200))
    begin = {"journal": b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", "zeroed": bytes(28), "empty": b""}[kind]
    (folder / "a.gpkg-journal").write_bytes(begin)
    if kind == "journal":
        with pytest.raises(GateError, match=r"a\.gpkg-journal"):
            admit("a.gpkg", root=folder)
    else:
        assert admit("a.gpkg", root=folder)


@pytest.mark.parametrize("function", ["printf('%.*c', 400000000, 'x')", "zeroblob(400000000)", "upper(id)"])
def test_a_database_that_computes_a_column_is_refused(tmp_path, function):
    path = write(
        gpd.GeoDataFrame({"id": ["a"]}, geometry=gpd.points_from_xy([1], [2]), crs=4547), tmp_path / "a.gpkg"
    ).path
    metadata_path(path).unlink()
    with closing(sqlite3.connect(path)) as base, base:
        base.execute(f"ALTER TABLE a ADD COLUMN g AS ({function})")
    for door in (read, look):
        with pytest.raises(ExchangeError, match="computes the column g of a"):
            door(path)


@pytest.mark.parametrize("kind", ["pipe", "device", "large", "deep", "link"])
def test_metadata_that_are_no_small_plain_file_say_nothing(tmp_path, kind):
    planted, other = tmp_path / "a.gpkg.meta.json", tmp_path / "other.json"
    other.write_text('{"digest": "a"}')
    match kind:
        case "pipe":
            os.mkfifo(planted)
        case "device":
            planted.symlink_to("/dev/zero")
        case "large":
            with planted.open("wb") as stream:
                stream.truncate(2**35)
        case "deep":
            planted.write_text("[" * 100_000)
        case "link":
            planted.symlink_to(other)
    assert (read_digest(tmp_path / "a.gpkg"), read_metadata(tmp_path / "a.gpkg", "a")) == (None, {})
    assert len(fingerprint(planted, limit=1000)) < 100


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".shp", ".fgb", ".kml", ".dxf", ".parquet", ".zip", ".xlsx"])
def test_a_vrt_under_another_ending_is_refused(folder, suffix):
    path = folder / f"x{suffix}"
    path.write_bytes(b'<OGRVRTDataSource><OGRVRTLayer name="s"><SrcDataSource>secret.csv</SrcDataSource></OGRVRTLayer>')
    with pytest.raises(ExchangeError):
        admit(path)


def test_empty_unknown_and_missing_files(folder):
    (folder / "e.gpkg").write_bytes(b"")
    with pytest.raises(GateError, match="empty"):
        admit(folder / "e.gpkg")
    (folder / "x.exe").write_bytes(b"MZ")
    with pytest.raises(ExchangeError, match="not read or written"):
        admit(folder / "x.exe")
    with pytest.raises(ExchangeError, match="does not exist"):
        admit(folder / "none.geojson")


def test_a_huge_file_is_refused_by_its_size(folder):
    with (folder / "big.geojson").open("wb") as stream:
        stream.write(b"{")
        stream.truncate(2**31)
    with pytest.raises(GateError, match="read up to"):
        admit(folder / "big.geojson")


def write_zip(path, *, name="a.shp", data=b"x", link=False):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(name)
        entry.compress_type = zipfile.ZIP_DEFLATED
        if link:
            entry.external_attr = 0o120777 << 16
        archive.writestr(entry, data)
    return path


@pytest.mark.parametrize("name", ["../a.shp", "/a.shp", "x/../../a.shp", "C:\\a.shp"])
def test_zip_members_stay_inside(tmp_path, name):
    with pytest.raises(GateError):
        admit(write_zip(tmp_path / "z.zip", name=name))


def test_zip_bombs_and_links_are_refused(tmp_path):
    with pytest.raises(GateError, match="expand"):
        admit(write_zip(tmp_path / "bomb.zip", data=b"\0" * 60_000_000))
    with pytest.raises(GateError, match="link"):
        admit(write_zip(tmp_path / "link.zip", link=True))


def test_only_the_used_drivers_are_open_in_the_commands_own_process():
    code = (
        "from urbanplan.exchange.gdal import drivers; drivers.disable_drivers();"
        "v = drivers.load_pyogrio().list_drivers(); drivers.load_rasterio(); from rasterio.env import Env\n"
        "with Env() as env: r = set(env.drivers())\n"
        "assert set(v) <= drivers.VECTOR_DRIVERS, v; assert 'VRT' not in r and 'WMS' not in r and 'GTiff' in r, r; print('ok')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "ok", done.stderr
    assert "Warning" not in done.stderr


def test_a_format_has_a_chinese_title_unless_it_is_a_name(tmp_path):
    (tmp_path / "a.mdb").write_text("no database")
    with pytest.raises(GateError, match="not Access database"):
        admit("a.mdb", root=tmp_path)
    with use_language("zh"):
        assert [row.local_title for row in FORMATS if re.search(r"\b[a-z]{2,}\b", row.local_title)] == []
        with pytest.raises(GateError) as caught:
            admit("a.mdb", root=tmp_path)
        assert "不是 Access 数据库" in caught.value.text(translate)
