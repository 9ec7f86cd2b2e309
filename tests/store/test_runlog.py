"""The run log: added to only, whole lines only, and a turn is traced to what changed."""

from __future__ import annotations

import datetime
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sample_report import sample_report

from urbanplan.cli.app import run as urbanplan
from urbanplan.errors import StoreError
from urbanplan.model.reading import exact_reading
from urbanplan.store.diff import diff_runs
from urbanplan.store.runlog import append_run, log_file, read_runs, to_record

NOW = datetime.datetime(2025, 12, 31, 8, tzinfo=datetime.UTC)


@pytest.fixture
def log(tmp_path):
    return log_file(tmp_path / "plan.toml")


def changed_report(report, target, *, status=None, reading=None, digest=None):
    """The report with one verdict, or a layer's digest, changed."""
    verdicts = [
        v.model_copy(update={"status": status or v.status, "reading": reading or v.reading})
        if v.target == target
        else v
        for v in report.verdicts
    ]
    layers = [e.model_copy(update={"digest": digest}) if digest and e.name == "parcels" else e for e in report.layers]
    return report.model_copy(update={"verdicts": verdicts, "layers": layers})


def test_a_log_that_another_writes_is_waited_for_and_not_to_be_moved_away(log, monkeypatch):
    log.parent.mkdir(parents=True, exist_ok=True)
    monkeypatch.setattr("urbanplan.layer.file_lock.Lock.take_within", lambda *_: False)
    with pytest.raises(StoreError, match="another writer is at work") as refused:
        append_run(log, sample_report(), now=NOW)
    assert refused.value.fix == "Wait for the other program to finish, then write again."


def test_a_run_says_who_when_and_what(log):
    append_run(log, sample_report(), who="李工", now=NOW)
    (run,) = read_runs(log)
    assert (run.number, run.who, run.at) == (1, "李工", "2025-12-31T08:00:00+00:00")
    assert run.verdicts == {"met": 3, "not_met": 3, "undecidable": 3}
    assert run.findings == {"error": 2, "warn": 2, "info": 2}
    assert run.layers["parcels"] == "parcels" * 8
    assert run.targets["T-1"].low == 22.0


def test_nothing_that_stands_is_changed(log):
    append_run(log, sample_report(), now=NOW)
    before = log.read_bytes()
    append_run(log, sample_report(12), now=NOW)
    assert log.read_bytes().startswith(before)
    assert [run.number for run in read_runs(log)] == [1, 2]


@pytest.mark.parametrize("harm", ["edit", "drop", "swap"])
def test_a_changed_log_is_refused(log, harm):
    for count in (3, 6, 9):
        append_run(log, sample_report(count), now=NOW)
    lines = log.read_bytes().splitlines(keepends=True)
    match harm:
        case "edit":
            lines[0] = lines[0].replace(b'"met":1', b'"met":3', 1)
        case "drop":
            del lines[1]
        case _:
            lines[0], lines[1] = lines[1], lines[0]
    log.write_bytes(b"".join(lines))
    with pytest.raises(StoreError, match="was changed"):
        read_runs(log)


def test_a_torn_line_is_no_run_and_stays(log):
    append_run(log, sample_report(), now=NOW)
    whole = log.read_bytes()
    for cut in (1, 40, len(whole) - 2):
        log.write_bytes(whole + whole[:cut])
        append_run(log, sample_report(), now=NOW)
        assert [run.number for run in read_runs(log)] == [1, 2]
        assert log.read_bytes().startswith(whole + whole[:cut] + b"\n")


def test_many_writers_leave_whole_lines(log):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: append_run(log, sample_report(), now=NOW), range(24)))
    assert [run.number for run in read_runs(log)] == list(range(1, 25))


def test_turns_say_what_changed():
    old = sample_report()
    new = changed_report(old, "T-1", status="not_met", reading=exact_reading(12.0, "宗"), digest="new")
    (turn,) = diff_runs(to_record(old), to_record(new))
    assert (turn.target, turn.way, turn.why) == ("T-1", "worse", ("layer parcels changed",))
    assert diff_runs(to_record(old), to_record(old)) == []


def test_targets_come_and_go_and_move():
    old, new = sample_report(9), changed_report(sample_report(6), "T-2", reading=exact_reading(1.0, "宗"))
    found = {turn.target: turn.way for turn in diff_runs(to_record(old), to_record(new))}
    assert found == {"T-2": "moved", "T-7": "gone", "T-8": "gone", "T-9": "gone"}
    back = {turn.target: turn.way for turn in diff_runs(to_record(new), to_record(old))}
    assert back == {"T-2": "moved", "T-7": "new", "T-8": "new", "T-9": "new"}


def test_diff_by_number_by_last_and_by_file(log, tmp_path, capsys):
    report = sample_report()
    append_run(log, report, now=NOW)
    append_run(log, changed_report(report, "T-1", status="undecidable", digest="new"), now=NOW)
    plan = str(tmp_path / "plan.toml")
    assert urbanplan(["diff", "1", "2", "--plan", plan, "--output", f"json:{tmp_path / 'd.json'}", "--lang", "en"]) == 0
    shown = capsys.readouterr().out
    assert "1 verdicts turned, 0 readings moved" in shown
    assert "layer parcels changed" in shown
    (turn,) = json.loads((tmp_path / "d.json").read_text(encoding="utf-8"))["turns"]
    assert (turn["target"], turn["way"], turn["after"]["status"]) == ("T-1", "worse", "undecidable")
    (tmp_path / "old.json").write_text(report.model_dump_json(), encoding="utf-8")
    assert urbanplan(["diff", str(tmp_path / "old.json"), "last~1", "--plan", plan]) == 0
    assert urbanplan(["diff", "3", "--plan", plan]) == 2
    assert urbanplan(["diff", "last~2", "--plan", plan]) == 2
