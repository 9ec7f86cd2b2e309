"""What is kept between runs lies with the user, never in a plan's folder, whatever stands there."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest
from exchange.corpus.planted_state import write_ahead
from plans import small_district

from urbanplan.cli.app import run
from urbanplan.exchange.files import user_cache as kept_things
from urbanplan.exchange.files.user_cache import plan_folder


def check(home, tmp_path, *words):
    out = tmp_path / "out.json"
    code = run(["check", str(home), "--quiet", "--output", f"json:{out}", *words])
    assert code != 2
    return json.loads(out.read_text(encoding="utf-8"))


def kept_folder(home: Path) -> Path:
    """Where things of a folder's plan are kept."""
    folder = plan_folder(home)
    assert folder is not None
    return folder


@pytest.fixture
def forged(shared, tmp_path):
    home = tmp_path / "plan"
    shutil.copytree(shared / "cases" / "trust" / "03-forged-memory", home)
    return home


def test_a_forged_memory_is_not_asked(forged, tmp_path, capfd):
    for _ in range(2):
        verdict = check(forged, tmp_path)["verdicts"][0]
        assert (verdict["status"], verdict["reading"]["low"]) == ("not_met", 5)
        assert capfd.readouterr().err.count("memory.json") == 1
    assert os.listdir(forged / ".urbanplan") == ["memory.json"]  # set aside by name, not touched


@pytest.mark.skipif(sys.platform == "win32", reason="pipes are made otherwise there")
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        pytest.param(name, kind, marks=[pytest.mark.corpus] * ((row + column) % 2))
        for row, name in enumerate(("memory.json", "store.gpkg", "store.json", "runs.jsonl"))
        for column, kind in enumerate(("pipe", "list", "sparse", "link", "folder"))
    ],
)
def test_nothing_that_is_planted_hangs_or_ends_a_run(tmp_path, kind, name):
    plan = small_district.write(tmp_path / "plan")
    planted = plan.parent / ".urbanplan" / name
    planted.parent.mkdir()
    outside = tmp_path / "outside"
    outside.write_text("kept")
    match kind:
        case "pipe":
            os.mkfifo(planted)
        case "list":
            planted.write_text("[[1], null]")
        case "sparse":
            with planted.open("wb") as stream:
                stream.truncate(8_000_000_000)
        case "link":
            planted.symlink_to(outside)
        case "folder":
            planted.mkdir()
    assert run(["check", str(plan), "--quiet"]) in (0, 1, 3)
    logged = run(["report", str(plan), "-o", str(tmp_path / "report.html")])
    assert logged == (2 if name == "runs.jsonl" and kind != "list" else 0)
    assert outside.read_text() == "kept"


@pytest.mark.skipif(sys.platform == "win32", reason="links are made otherwise there")
def test_a_folder_that_is_a_link_is_written_by_nothing(tmp_path, capfd):
    plan = small_district.write(tmp_path / "plan")
    outside = tmp_path / "outside"
    outside.mkdir()
    (plan.parent / ".urbanplan").symlink_to(outside)
    assert run(["check", str(plan), "--quiet"]) != 2
    assert run(["report", str(plan), "-o", str(tmp_path / "report.html")]) == 0
    assert "link" in capfd.readouterr().err
    assert list(outside.iterdir()) == []


def test_a_second_name_of_a_file_is_not_appended_to(tmp_path):
    plan = small_district.write(tmp_path / "plan")
    outside = tmp_path / "outside"
    outside.write_text("kept")
    (plan.parent / ".urbanplan").mkdir()
    os.link(outside, plan.parent / ".urbanplan" / "runs.jsonl")
    assert run(["report", str(plan), "-o", str(tmp_path / "report.html")]) == 0
    assert outside.read_text() == "kept"


def test_a_run_keeps_things_with_the_user_and_writes_nothing_beside_the_plan(tmp_path, user_cache):
    plan = small_district.write(tmp_path / "plan")
    before = sorted(plan.parent.rglob("*"))
    check(plan, tmp_path)
    assert sorted(plan.parent.rglob("*")) == before
    kept = kept_folder(plan.parent)
    assert kept.parent.parent == user_cache
    assert (kept / "memory.json").is_file()
    assert plan_folder(plan.parent / "." / "..") != kept


def test_one_command_shows_empties_and_switches_off(tmp_path, user_cache, capfd):
    plan = small_district.write(tmp_path / "plan")
    check(plan, tmp_path)

    def status(*words):
        assert run(["cache", *words, "--output", f"json:{tmp_path / 'cache.json'}"]) == 0
        return json.loads((tmp_path / "cache.json").read_text(encoding="utf-8"))

    seen = status()
    assert (seen["folder"], seen["on"], seen["plans"]) == (str(user_cache), True, 1)
    assert seen["size"] > 0
    assert status("--clear")["size"] == 0
    assert check(plan, tmp_path)
    assert status("--off") == {**seen, "on": False, "plans": 0, "size": 0}
    check(plan, tmp_path)
    assert status()["size"] == 0
    assert status("--on")["on"] is True
    check(plan, tmp_path)
    assert status()["size"] > 0
    assert run(["cache", "--on", "--off"]) == 2
    assert str(user_cache) in capfd.readouterr().out


def test_a_variable_switches_off(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("URBANPLAN_CACHE", "off")
    plan = small_district.write(tmp_path / "plan")
    assert plan_folder(plan.parent) is None
    check(plan, tmp_path)
    monkeypatch.setenv("URBANPLAN_CACHE", "relative")
    assert run(["cache", "--off"]) == 2


def test_what_was_not_used_for_longest_goes_first(tmp_path):
    for at, name in enumerate("abc"):
        path = kept_folder(tmp_path / name) / "memory.json"
        path.write_bytes(b"x" * 100)
        os.utime(path, (at, at))
    kept_things.mark_used(kept_folder(tmp_path / "a") / "memory.json")
    kept_things.evict(250)
    assert [(kept_folder(tmp_path / name) / "memory.json").exists() for name in "abc"] == [True, False, True]
    assert kept_things.cache_status().size == 200


@pytest.mark.skipif(os.name != "posix", reason="rights are another thing there")
def test_a_named_folder_keeps_what_its_owner_has_there(tmp_path, monkeypatch, capfd):
    work = tmp_path / "work"
    letter = work / "plans" / "2025" / "letter.docx"
    letter.parent.mkdir(parents=True)
    letter.write_bytes(b"a letter")
    monkeypatch.setenv("URBANPLAN_CACHE", str(work))
    kept = kept_folder(tmp_path) / "memory.json"
    kept.write_bytes(b"x")
    kept_things.evict(0)
    assert not kept.exists()
    assert run(["cache", "--clear"]) == 0
    assert letter.read_bytes() == b"a letter"
    assert not kept.parent.exists()
    (work / "notes.txt").touch()
    work.chmod(0o755)
    assert plan_folder(tmp_path) is None, "others may use what lies there"
    assert work.stat().st_mode & 0o777 == 0o755
    assert run(["cache"]) == 0
    assert "off" in capfd.readouterr().out


def test_another_plan_at_the_same_address_has_another_answer(tmp_path):
    """What is kept counts for the content it was made from."""
    plan = small_district.write(tmp_path / "plan")
    first = check(plan, tmp_path)["verdicts"]
    frames = small_district.frames()
    frames["parcels"] = frames["parcels"].iloc[:1]
    shutil.rmtree(plan.parent)
    small_district.write(plan.parent, frames)
    assert check(plan, tmp_path)["verdicts"] != first
    assert check(plan, tmp_path)["verdicts"] == check(plan, tmp_path, "--fresh")["verdicts"]


def test_changes_that_stand_beside_a_database_count(tmp_path):
    """A program that has it open writes beside it: an answer kept from before is none."""
    plan = small_district.write(tmp_path / "plan")
    first = check(plan, tmp_path)["verdicts"]
    write_ahead(plan.parent / "parcels.gpkg")
    now = check(plan, tmp_path)["verdicts"]
    assert [(row["status"], row["reading"]["low"]) for row in now[:2]] == [("not_met", 1), ("not_met", 15)]
    assert now != first
    assert now == check(plan, tmp_path, "--fresh")["verdicts"]
    assert sorted(path.name for path in plan.parent.glob("parcels.gpkg*")) == ["parcels.gpkg", "parcels.gpkg-wal"]
