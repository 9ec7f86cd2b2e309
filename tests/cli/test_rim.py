"""The rim of the command line: exit codes, messages in two languages, options anywhere, no traceback."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import tempfile
import weakref
from pathlib import Path

import numpy as np
import pytest
from plans import small_district

from urbanplan.cli import process
from urbanplan.cli.app import run
from urbanplan.errors import MissingExtraError


@pytest.fixture
def plan(tmp_path):
    return small_district.write(tmp_path / "small")


def test_all_met_is_0(plan):
    assert run(["check", str(plan), "--select", "PARCELS", "--quiet"]) == 0


def test_some_undecidable_is_3(plan):
    assert run(["check", str(plan), "--quiet"]) == 3


def test_some_not_met_is_1(plan):
    text = plan.read_text(encoding="utf-8").replace('number = 2, unit = "宗"', 'number = 3, unit = "宗"')
    plan.write_text(text, encoding="utf-8")
    assert run(["check", str(plan), "--quiet"]) == 1


@pytest.mark.parametrize(
    ("break_it", "told"),
    [
        (lambda text: text.replace('kind = "count"', 'kind = "cuont"'), "Did you mean 'count'?"),
        (lambda text: text.replace('of = "parcels" }', 'of = "parcel" }', 1), "Did you mean 'parcels'?"),
        (lambda text: text.replace('comparator = "="', 'comparator = "=="', 1), "comparator cannot be '=='"),
        (lambda text: text.replace('unit = "亩"', 'unit = "km"'), "the bound is in km"),
        (lambda text: text.replace("as_of = 2025-12-31", ""), "'as_of' is missing"),
        (lambda text: text + "\n[[target", "this is not TOML"),
        (lambda text: text.replace('type = "parcels"', 'type = "parcles"'), "Did you mean 'parcels'?"),
        (lambda text: text.replace('file = "parcels.gpkg"', 'file = "../parcels.gpkg"'), "parcels.gpkg"),
        (lambda text: text.replace('file = "parcels.gpkg"', 'file = "/vsicurl/x.gpkg"'), "/vsicurl"),
    ],
)
def test_what_cannot_be_used_is_2_and_says_where_and_what(plan, capsys, break_it, told):
    plan.write_text(break_it(plan.read_text(encoding="utf-8")), encoding="utf-8")
    assert run(["check", str(plan), "--quiet"]) == 2
    shown = capsys.readouterr().err
    assert told in shown
    assert "Traceback" not in shown


@pytest.mark.parametrize(
    "refusal",
    [
        PermissionError(errno.EACCES, os.strerror(errno.EACCES), "/tmp/held"),
        OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/tmp/held"),
        OSError(errno.EMFILE, os.strerror(errno.EMFILE), "/tmp/held"),
        FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp/held']"),
    ],
)
def test_what_the_machine_does_not_allow_is_not_the_programs_fault(tmp_path, capsys, monkeypatch, refusal):
    def refuse(*words, dir=None, **more):
        if dir is None:
            raise refusal
        return make_folder(*words, dir=dir, **more)

    small_district.write(tmp_path / "small")
    line = ["convert", str(tmp_path / "small" / "parcels.gpkg"), str(tmp_path / "a.zip"), "--allow-loss"]
    make_folder = tempfile.mkdtemp
    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    assert run(line) == 2
    shown = capsys.readouterr().err
    assert "itself failed" not in shown
    assert "/tmp/held" in shown or "TMPDIR" in shown
    assert "a.zip: the folder" not in shown
    assert not list(tmp_path.glob("a*"))


def test_no_target_selected_is_never_a_pass(plan, capsys):
    assert run(["check", str(plan), "--select", "PARCEL", "--quiet"]) == 2
    assert "Did you mean PARCELS?" in capsys.readouterr().err


def test_errors_speak_chinese_when_asked_anywhere_on_the_line(tmp_path, capsys):
    assert run(["check", str(tmp_path / "none.toml"), "--lang", "zh"]) == 2
    after = capsys.readouterr().err
    assert run(["--lang=zh", "check", str(tmp_path / "none.toml")]) == 2
    assert capsys.readouterr().err == after
    assert "计划文件" in after


def test_json_on_standard_output_is_json_alone(plan, capsys):
    assert run(["check", str(plan), "--output", "json:-"]) == 3
    shown = capsys.readouterr()
    report = json.loads(shown.out)
    assert report["schema_version"] == "1.0"
    assert {v["target"] for v in report["verdicts"]} >= {"PARCELS", "MU"}
    assert "PARCELS" in shown.err, "the table for people goes to standard error"


def test_a_console_of_another_encoding_does_not_stop_the_run(plan):
    done = subprocess.run(
        [sys.executable, "-m", "urbanplan", "--lang", "zh", "check", str(plan)],
        capture_output=True,
        env={"PYTHONIOENCODING": "cp936", "PATH": "", "COLUMNS": "80"},
        check=False,
    )
    assert done.returncode == 3
    assert "亩".encode("cp936") in done.stdout


def test_new_makes_a_folder_that_reads(tmp_path):
    from urbanplan.plan import read_plan

    assert run(["new", str(tmp_path / "mine"), "--crs", "EPSG:4549"]) == 0
    made = read_plan(tmp_path / "mine")
    assert (made.target[0].id, made.district.crs) == ("T-001", "EPSG:4549")
    assert run(["new", str(tmp_path / "mine"), "--crs", "EPSG:4549"]) == 2


def test_new_asks_for_the_zone_or_derives_it(tmp_path, capsys):
    import geopandas as gpd
    from shapely.geometry import Point

    from urbanplan.exchange import write
    from urbanplan.plan import read_plan

    assert run(["new", str(tmp_path / "mine")]) == 2
    assert "--near" in capsys.readouterr().err
    assert run(["new", str(tmp_path / "mine"), "--crs", "EPSG:4326"]) == 2
    assert not (tmp_path / "mine").exists()
    write(gpd.GeoDataFrame(geometry=[Point(104.06, 30.66)], crs=4326), tmp_path / "site.geojson")
    assert run(["new", str(tmp_path / "mine"), "--near", str(tmp_path / "site.geojson")]) == 0
    assert read_plan(tmp_path / "mine").district.crs == "EPSG:4544"


def test_schema_is_draft_4_and_accepts_the_small_plan(plan):
    import datetime
    import tomllib

    jsonschema = pytest.importorskip("jsonschema")
    from urbanplan.measure.schema import plan_schema

    schema = plan_schema()
    jsonschema.Draft4Validator.check_schema(schema)

    def plain(node):
        if isinstance(node, dict):
            return {key: plain(value) for key, value in node.items()}
        if isinstance(node, list):
            return [plain(item) for item in node]
        return node.isoformat() if isinstance(node, datetime.date) else node

    data = plain(tomllib.loads(plan.read_text(encoding="utf-8")))
    checker = jsonschema.Draft4Validator(schema)
    assert [error.message for error in checker.iter_errors(data)] == []
    data["target"][0]["measure"]["wher"] = "x"
    assert list(checker.iter_errors(data)), "a slip in a parameter is seen by the editor"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_an_answer_that_does_not_arrive_is_2():
    with open("/dev/full", "wb") as full:
        done = subprocess.run([sys.executable, "-m", "urbanplan", "schema"], stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 2


def test_a_reader_that_leaves_is_no_failure():
    done = subprocess.run(f"{sys.executable} -m urbanplan schema | head -c 1; echo ${{PIPESTATUS[0]}}", shell=True,
                          executable="/bin/bash", capture_output=True, text=True)  # fmt: skip
    assert (done.stdout, done.stderr) == ("{0\n", "")


def _program(words, **options):
    return subprocess.run([sys.executable, "-m", "urbanplan", *words], stderr=subprocess.PIPE, text=True, **options)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_device_is_one_line_and_files_are_whole(plan, tmp_path):
    with open("/dev/full", "wb") as full:
        done = _program(["check", str(plan), "--output", f"json:{tmp_path / 'r.json'}"], stdout=full)
    assert done.returncode == 2
    assert done.stderr == "the answer could not be written to standard output: No space left on device\n"
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["verdicts"]


def test_a_reader_that_leaves_changes_no_verdict(plan, tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    done = _program(["check", str(plan), "--output", f"json:{tmp_path / 'r.json'}"], stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (3, "")
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["verdicts"]


@pytest.mark.skipif(os.name == "nt", reason="descriptors are closed by a shell of POSIX")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_closed_streams_change_no_verdict(plan, closed):
    done = subprocess.run(f'"{sys.executable}" -m urbanplan check "{plan}" {closed}', shell=True, capture_output=True)
    assert done.returncode == 3
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        ImportError("x.so: failed to map segment from shared object"),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
        RuntimeError("std::bad_alloc"),
    ],
)
def test_a_machine_without_memory_is_told_so_whatever_a_library_makes_of_it(monkeypatch, capsys, error):
    def fail():
        try:
            raise error
        except Exception as cause:
            raise MissingExtraError("spreadsheets need openpyxl", fix="pip install openpyxl") from cause

    monkeypatch.setattr("urbanplan.cli.doctor.doctor", fail)
    assert run(["doctor"]) == 2
    told = capsys.readouterr().err
    assert "not enough memory" in told
    assert "pip install" not in told


@pytest.mark.skipif(os.name == "nt", reason="a process of its own cannot be interrupted there")
@pytest.mark.parametrize("module", ["typer", "pydantic", "numpy", "geopandas"])
def test_ctrl_c_while_a_library_is_loaded_is_130_in_one_line(plan, tmp_path, module):
    """The interrupt comes while the library's module runs, as from a terminal."""
    script = tmp_path / "interrupted.py"
    script.write_text(
        "import importlib.abc, os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell's background jobs ignore it
        "class Finder(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path, target=None):\n"
        f"        if name == {module!r}:\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Finder())\n"
        "from urbanplan.cli.start import main\n"
        f"sys.argv = ['urbanplan', 'check', {str(plan)!r}]\n"
        "main()\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "stopped\n")


def test_what_a_command_made_is_kept_where_the_process_ends_with_it_and_freed_elsewhere(monkeypatch):
    made = np.zeros(3)
    freed = weakref.ref(made)
    process.leave_to_end(made)
    del made
    assert freed() is None
    monkeypatch.setattr(process.Ending, "left", None)
    process.end_with_command()
    made = np.zeros(3)
    kept = weakref.ref(made)
    process.leave_to_end(made)
    del made
    assert kept() is not None
