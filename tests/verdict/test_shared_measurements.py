"""Targets that ask the same are measured once a run."""

from __future__ import annotations

from plans import small_district

from urbanplan.measure import count
from urbanplan.plan import read_plan
from urbanplan.verdict import cache
from urbanplan.verdict.run import audit


def test_the_same_question_is_measured_once(tmp_path, monkeypatch):
    path = small_district.write(tmp_path / "small")
    text = path.read_text(encoding="utf-8")
    more = '\n[[target]]\nid = "MORE-{at}"\nquote = "2 parcels"\nbound = {{ comparator = ">=", number = {at}, unit = "宗" }}\n'
    more += 'measure = {{ kind = "count", of = "parcels" }}\n'
    path.write_text(text + "".join(more.format(at=at) for at in range(1, 31)), encoding="utf-8")
    calls = []
    measure = count.measure

    def counted(layers, params, setting):
        calls.append(params)
        return measure(layers, params, setting)

    monkeypatch.setattr(count, "measure", counted)
    run = audit(read_plan(path))
    assert len([params for params in calls if params.of == "parcels" and params.where is None]) == 1
    found = {v.target: v.status for v in run.report.verdicts if v.target.startswith("MORE")}
    assert (found["MORE-1"], found["MORE-30"]) == ("met", "not_met")


def test_result_layers_beyond_the_bound_are_measured_again_when_asked_for(tmp_path, monkeypatch):
    path = small_district.write(tmp_path / "small")
    first = audit(read_plan(path)).results
    monkeypatch.setattr(cache, "MAX_FRAMES", 0)
    cache.clear_cache(read_plan(path))
    for _ in range(2):  # measured, and remembered without its frames
        again = audit(read_plan(path)).results
        assert {name: len(frame) for name, frame in again.items()} == {
            name: len(frame) for name, frame in first.items()
        }
    assert first
