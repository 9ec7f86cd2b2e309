"""A note of an unfinished write is believed only where this account sealed it: a planted or damaged one does nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest
from exchange.corpus.h1_files import PLAN
from exchange.corpus.valid_files import COUNT_TARGET

from urbanplan.cli.app import run
from urbanplan.errors import ExchangeError
from urbanplan.exchange.files import user_folder
from urbanplan.exchange.files.atomic import recover, replace_files
from urbanplan.exchange.files.consistent_read import admit_consistent
from urbanplan.exchange.files.regular import open_regular, read_regular

DAMAGED = {
    "no JSON": b"not json",
    "empty": b"",
    "a list": b"[]",
    "a number": b"7",
    "null": b"null",
    "no text": b"\xff\xfe\x00\xd8",
    "deep": b"[" * 100_000,
    "wrong kinds": b'{"seal": 7, "body": {}}',
    "no key": b'{"files": ["a"], "remove": ["notes.docx"]}',
    "of another account": json.dumps(
        {"seal": "0" * 64, "body": json.dumps({"files": {"parcels.geojson": "1 x"}, "before": {"notes.docx": "1 x"}})}
    ).encode(),
    "large": b" " * 17_000_000,
}


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "plan"
    (folder / ".urbanplan-tmp-x").mkdir(parents=True)
    (folder / "notes.docx").write_text("precious")
    (folder / "parcels.geojson").write_text("mine")
    (folder / ".urbanplan-tmp-x" / "parcels.geojson").write_text("theirs")
    return folder


def test_a_planted_note_moves_and_removes_nothing(home, caplog):
    note = {"files": ["parcels.geojson"], "remove": ["notes.docx"], "main": None}
    (home / ".urbanplan-tmp-x" / ".commit").write_text(json.dumps(note))
    before = contents(home)
    recover(home)
    assert contents(home) == before
    assert ".urbanplan-tmp-x" in caplog.text


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=list(DAMAGED))
def test_a_damaged_note_stops_nothing(home, damage, caplog):
    (home / ".urbanplan-tmp-x" / ".commit").write_bytes(damage)
    before = contents(home)
    recover(home)
    with replace_files(home, name="new") as folder:
        (folder / "new").write_text("new")
    assert contents(home) == {**before, "new": b"new"}
    assert ".urbanplan-tmp-x" in caplog.text


@pytest.mark.skipif(sys.platform == "win32", reason="links and pipes are made otherwise there")
@pytest.mark.parametrize("name", [".commit", ".owner", ".seal"])
@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_no_link_or_pipe_is_followed(home, tmp_path, name, kind):
    outside = tmp_path / "outside"
    planted = home / ".urbanplan-tmp-x" / name
    match kind:
        case "link":
            planted.symlink_to(outside)
        case "pipe":
            os.mkfifo(planted)
        case "folder":
            planted.mkdir()
    recover(home)
    assert not outside.exists()
    assert (home / "parcels.geojson").read_text() == "mine"
    assert os.path.lexists(planted)


def test_a_folder_that_is_a_link_is_left(home, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("kept")
    (home / ".urbanplan-tmp-y").symlink_to(outside)
    recover(home)
    assert (outside / "kept").read_text() == "kept"


KILLED = """
import os, signal, sys, urbanplan.exchange.files.atomic as a
from pathlib import Path
real, calls = os.replace, 0
def replace(*names):
    global calls
    calls += 1
    if calls == 3: os.kill(os.getpid(), signal.SIGKILL)
    real(*names)
os.replace = replace
with a.replace_files(Path(sys.argv[1]), name="x", remove=("x.sbn",), main="x.shp") as folder:
    for name in ("x.shp", "x.dbf", "x.shx"):
        (folder / name).write_text("new")
"""


@pytest.fixture
def killed(tmp_path):
    """A folder whose writer was killed after it had moved one companion."""
    folder = tmp_path / "set"
    folder.mkdir()
    for name in ("x.shp", "x.dbf", "x.shx", "x.sbn"):
        (folder / name).write_text("old")
    done = subprocess.run([sys.executable, "-c", KILLED, str(folder)], check=False)
    assert done.returncode == -signal.SIGKILL
    return folder


def test_an_own_note_is_finished(killed):
    recover(killed)
    assert contents(killed) == {"x.shp": b"new", "x.dbf": b"new", "x.shx": b"new"}


def test_asking_for_the_file_that_was_taken_away_finishes_it(killed):
    assert not (killed / "x.shp").exists()
    with pytest.raises(ExchangeError) as refused:  # it is there again, and no shapefile
        admit_consistent("x.shp", root=killed)
    assert "does not exist" not in str(refused.value)
    assert contents(killed) == {"x.shp": b"new", "x.dbf": b"new", "x.shx": b"new"}


@pytest.mark.parametrize("reader", ["convert", "inspect", "check"])
def test_what_reads_the_set_finishes_it_first(killed, reader):
    """Its main file was taken away first: who looks for it finds the set that lies beside."""
    plan = PLAN.replace("parcels.geojson", "x.shp") + COUNT_TARGET
    (killed / "plan.toml").write_text(plan, encoding="utf-8")
    assert not (killed / "x.shp").exists()
    where = [str(killed)] if reader == "check" else [str(killed / "x.shp")]
    run([reader, *where, *([str(killed / "y.gpkg")] if reader == "convert" else [])])
    assert {name for name in contents(killed) if name.startswith("x.")} == {"x.shp", "x.dbf", "x.shx"}


@pytest.mark.parametrize("edit", ["target", "removed", "new", "seal", "moved"])
def test_an_own_note_counts_only_while_every_file_is_what_it_was(killed, edit, caplog):
    left = next(killed.glob(".urbanplan-tmp-*"))
    match edit:
        case "target":
            (killed / "x.shx").write_text("edited since")
        case "removed":
            (killed / "x.sbn").write_text("edited since")
        case "new":
            (left / "x.shx").write_text("bad")
        case "seal":
            (left / ".seal").write_text("0" * 64)
        case "moved":
            killed = killed.rename(killed.with_name("elsewhere"))
    before = contents(killed)
    recover(killed)
    assert contents(killed) == before
    assert left.name in caplog.text


def test_another_account_does_not_finish_it(killed, monkeypatch, tmp_path):
    monkeypatch.setenv("URBANPLAN_CACHE", str(tmp_path / "another"))
    before = contents(killed)
    recover(killed)
    assert contents(killed) == before


@pytest.mark.parametrize("case", ["01-planted-note", "02-damaged-note"])
def test_commands_run_beside_a_planted_note(shared, tmp_path, case, capfd):
    import shutil

    home = tmp_path / case
    shutil.copytree(shared / "cases" / "trust" / case, home)
    before = {name: data for name, data in contents(home).items() if not name.startswith(".urbanplan/")}
    assert run(["inspect", str(home / "boundary.geojson")]) == 0
    assert run(["check", str(home)]) != 2
    after = {name: data for name, data in contents(home).items() if not name.startswith(".urbanplan/")}
    assert after == before
    assert run(["check", str(home)]) != 2
    assert capfd.readouterr().err.count(".urbanplan-tmp-x") == 3  # once for each command, also from the cache


def test_the_secret_is_the_accounts_alone(user_cache):
    given = user_folder.seal("a")
    assert user_folder.is_sealed(given, "a")
    assert not user_folder.is_sealed(given, "b")
    assert not user_folder.is_sealed("é", "a")
    if os.name == "posix":
        assert user_cache.stat().st_mode & 0o777 == 0o700
        assert (user_cache / "secret").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in user_cache.iterdir()] == ["secret"]


def test_without_a_folder_a_seal_holds_for_the_process(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    for named in (str(tmp_path / "file"), "relative"):
        monkeypatch.setenv("URBANPLAN_CACHE", named)
        assert user_folder.user_folder() is None
        assert user_folder.is_sealed(user_folder.seal("a"), "a")
    if os.name == "posix":
        (tmp_path / "real").mkdir()
        (tmp_path / "link").symlink_to(tmp_path / "real")
        monkeypatch.setenv("URBANPLAN_CACHE", str(tmp_path / "link"))
        assert user_folder.user_folder() is None


@pytest.mark.skipif(os.name != "posix", reason="the rule is XDG's")
def test_the_system_says_where_caches_are(monkeypatch, tmp_path):
    monkeypatch.delenv("URBANPLAN_CACHE")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert user_folder.user_folder() in (tmp_path / ".cache" / "urbanplan", tmp_path / "Library/Caches/urbanplan")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "x"))
    if sys.platform != "darwin":
        assert user_folder.user_folder() == tmp_path / "x" / "urbanplan"


def test_a_file_of_two_names_is_not_written(tmp_path):
    (tmp_path / "a").write_text("a")
    os.link(tmp_path / "a", tmp_path / "b")
    assert read_regular(tmp_path / "b", limit=1) == b"a"
    with pytest.raises(OSError, match="link"):
        open_regular(tmp_path / "b", os.O_RDWR | os.O_APPEND)
    with pytest.raises(OSError, match="large"):
        read_regular(tmp_path / "a", limit=0)
