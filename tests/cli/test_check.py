"""``check``, ``readiness`` and ``explain``: outputs, waivers, streams, exit codes."""

from __future__ import annotations

import csv
import io
import json

import pyogrio
import pytest
from plans import small_district

from urbanplan.cli.app import run
from urbanplan.model.finding import finding_rules
from urbanplan.model.translation import translations


@pytest.fixture
def plan(tmp_path):
    return small_district.write(tmp_path / "small")


@pytest.fixture
def overlapping(tmp_path):
    frames = small_district.frames()
    frames["parcels"].loc[1, "geometry"] = frames["parcels"].geometry[0]
    return small_district.write(tmp_path / "small", frames)


def test_several_outputs_in_one_run(plan, tmp_path):
    files = {name: tmp_path / f"out.{name}" for name in ("json", "csv", "sarif", "gpkg")}
    words = [word for name, path in files.items() for word in ("--output", f"{name}:{path}")]
    assert run(["check", str(plan), *words, "--quiet"]) == 3
    report = json.loads(files["json"].read_text(encoding="utf-8"))
    assert set(report) >= {"schema_version", "plan", "layers", "verdicts", "findings", "summary", "crs"}
    assert set(report["plan"]) >= {"id", "digest", "as_of"}
    assert set(report["layers"][0]) >= {"name", "digest", "basis", "features"}
    assert set(report["verdicts"][0]) >= {
        "target", "status", "basis", "reading", "bound", "reason", "settled_by", "breakdown", "evidence",
    }  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(files["csv"].read_text(encoding="utf-8-sig"))))
    assert [row["target"] for row in rows] == [verdict["target"] for verdict in report["verdicts"]]
    sarif = json.loads(files["sarif"].read_text(encoding="utf-8"))
    assert len(sarif["runs"][0]["results"]) == len(report["findings"]) + len(report["verdicts"])
    assert "verdicts" in {name for name, _ in pyogrio.list_layers(files["gpkg"])}


def test_rerun_writes_the_same_bytes(overlapping, tmp_path):
    texts = []
    for name in ("one", "two"):
        assert run(["check", str(overlapping), "--output", f"json:{tmp_path / name}", "--quiet"]) == 1
        texts.append((tmp_path / name).read_bytes())
    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--output", "jsn:x"], "Give one of: json, csv, sarif, gpkg"),
        (["--output", "report.json"], "is not FORMAT:FILE"),
        (["--output", "json:"], "is not FORMAT:FILE"),
        (["--output", "gpkg:-"], "cannot go to standard output"),
        (["--output", "json:-", "--output", "csv:-"], "two outputs ask for standard output"),
        (["--plan", "other.toml"], "the plan is given twice"),
        (["--waivers", "none.toml"], "the waivers cannot be read"),
    ],
)
def test_slips_in_options_are_2(plan, capsys, words, told):
    assert run(["check", str(plan), *words]) == 2
    assert told in capsys.readouterr().err


def test_output_that_cannot_be_written_is_2_and_leaves_nothing(plan, tmp_path, capsys):
    assert run(["check", str(plan), "--output", f"json:{tmp_path / 'none' / 'x.json'}", "--quiet"]) == 2
    assert "the folder does not exist" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_plan_of_this_folder_is_the_default(plan, monkeypatch):
    monkeypatch.chdir(plan.parent)
    assert run(["check", "--quiet"]) == 3
    assert run(["check", "--plan", "plan.toml", "--quiet"]) == 3


def test_quiet_says_nothing(plan, capsys):
    run(["check", str(plan), "--quiet"])
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "")


def justify(waivers):
    """Fill in reasons and owners, as people must."""
    text = waivers.read_text(encoding="utf-8").replace('reason = ""', 'reason = "shore"')
    waivers.write_text(text.replace('owner = ""', 'owner = "Li"'), encoding="utf-8")


def test_waivers_written_and_given_back_take_exit_1_away(overlapping, tmp_path, capsys):
    waivers = tmp_path / "waivers.toml"
    select = ["--select", "KM"]
    assert run(["check", str(overlapping), *select, "--write-waivers", str(waivers), "--quiet"]) == 0
    every = ["--select", "PARCELS", "--select", "KM"]
    assert run(["check", str(overlapping), *every, "--write-waivers", str(waivers), "--quiet"]) == 1
    assert run(["check", str(overlapping), *every, "--waivers", str(waivers)]) == 1, "nobody has given a reason"
    assert "waiver-unjustified" in capsys.readouterr().out
    justify(waivers)
    assert run(["check", str(overlapping), *every, "--waivers", str(waivers)]) == 0
    assert "waived layer-overlap" in capsys.readouterr().out


def test_waived_findings_stay_in_every_output(overlapping, tmp_path):
    waivers, report = tmp_path / "waivers.toml", tmp_path / "out.json"
    run(["check", str(overlapping), "--write-waivers", str(waivers), "--quiet"])
    justify(waivers)
    run(["check", str(overlapping), "--waivers", str(waivers), "--output", f"json:{report}", "--quiet"])
    found = json.loads(report.read_text(encoding="utf-8"))["findings"]
    assert [hit["waived"] is not None for hit in found if hit["code"] == "layer-overlap"] == [True]


def test_sources_folder_brings_the_speech(plan, tmp_path, capsys):
    (tmp_path / "sources").mkdir()
    (plan.parent / "speech.txt").rename(tmp_path / "sources" / "speech.txt")
    run(["check", str(plan)])
    assert "plan-source-absent" in capsys.readouterr().out
    run(["check", str(plan), "--sources", str(tmp_path / "sources")])
    assert "plan-source-absent" not in capsys.readouterr().out


def test_readiness_says_what_would_settle_most(plan, tmp_path, capsys):
    out = tmp_path / "ready.json"
    assert run(["readiness", str(plan), "--output", f"json:{out}"]) == 0
    assert "the delegated number" in capsys.readouterr().out
    ready = json.loads(out.read_text(encoding="utf-8"))
    assert (ready["total"]["targets"], ready["total"]["measured"]) == (8, 7)
    assert ready["wants"][0]["targets"] == ["DELEGATED"]
    assert run(["readiness", str(plan), "--output", "csv:-"]) == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out.removeprefix("\ufeff")))
    assert (row["count"], row["owner"]) == ("1", "the bureau of ecology")


@pytest.mark.parametrize("code", finding_rules())
def test_every_code_is_explained_in_both_tongues(code, capsys):
    for tongue in ("en", "zh"):
        assert run(["explain", code, "--lang", tongue]) == 0
        shown = capsys.readouterr().out
        assert finding_rules()[code].why[tongue] in shown
        sample = finding_rules()[code].failing
        assert (translations("zh").get(sample, sample) if tongue == "zh" else sample) in shown


def test_explain_lists_all_and_offers_the_nearest(capsys):
    assert run(["explain"]) == 0
    assert all(code in capsys.readouterr().out for code in ("layer-overlap",))
    assert run(["explain", "layer-overlaps"]) == 2
    assert "layer-overlap" in capsys.readouterr().err


def test_fresh_run_trusts_no_earlier_one(plan, tmp_path):
    """A memory that somebody forged, digest and all, is asked by no fresh run."""
    from urbanplan.exchange.files.user_cache import plan_folder
    from urbanplan.verdict.cache import text_digest

    out = tmp_path / "out.json"
    run(["check", str(plan), "--quiet"])
    memory = plan_folder(plan.parent) / "memory.json"
    body = json.loads(json.loads(memory.read_text(encoding="utf-8"))["body"])
    body["readings"]["PARCELS"]["value"]["reading"] = {"low": 9, "high": 9, "unit": "count"}
    text = json.dumps(body)
    memory.write_text(json.dumps({"digest": text_digest(text), "body": text}), encoding="utf-8")
    assert run(["check", str(plan), "--select", "PARCELS", "--fresh", "--quiet", "--output", f"json:{out}"]) == 0
    assert json.loads(out.read_text(encoding="utf-8"))["verdicts"][0]["reading"]["low"] == 2
