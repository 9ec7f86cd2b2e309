"""Targets written from the desk: the sentence in the plan file, the rest of it untouched, a change beside it noticed."""

from __future__ import annotations

import time

import pytest
from server.desk_client import active_parts

from urbanplan.analysis.check import check
from urbanplan.analysis.plans import open_plan
from urbanplan.analysis.target_edit import draft_target, file_digest, read_sentence, write_target
from urbanplan.errors import PlanError, StoreError, UsageError
from urbanplan.server.edit_page import to_values


@pytest.fixture
def plan(client):
    file = client.desk.plans[0].file
    text = file.read_bytes()
    yield file
    file.write_bytes(text)


NEW = {"id": "SITES", "title": "健身点", "comparator": ">=", "number": "1", "unit": "处",
       "measure": 'kind = "count"\nof = "sites"', "due": "2026-06-30", "owner": "体育局"}  # fmt: skip


def test_a_new_target_is_one_more_table_and_nothing_else_moves(client, plan):
    before = plan.read_text("utf-8")
    assert "# a planner's word" not in before
    plan.write_text(f"# a planner's word\n{before}", encoding="utf-8")
    page = client.post("/plans/1/edit", {**NEW, "do": "show"}).text
    assert "[[target]]" in page
    assert plan.read_text("utf-8") == f"# a planner's word\n{before}", "showing writes nothing"
    answer = client.post("/plans/1/edit", {**NEW, "do": "save", "seen": file_digest(plan)})
    assert answer.headers["location"] == "/plans/1/targets/SITES"
    after = plan.read_text("utf-8")
    assert after.startswith(f"# a planner's word\n{before.rstrip()}"), "what stood there stands there"
    made = next(one for one in open_plan(plan).target if one.id == "SITES")
    assert (made.title, made.owner, str(made.due), made.bound.number) == ("健身点", "体育局", "2026-06-30", 1)
    assert [one.status for one in check(plan, select=["SITES"]).verdicts] == ["met"]


def test_a_target_is_changed_in_its_place(client, plan):
    text = plan.read_text("utf-8").replace('id = "MU"', 'id = "MU" # of land')
    plan.write_text(text, encoding="utf-8")
    sentence, declared = read_sentence(plan, "MU")
    assert "# of land" in sentence
    assert sentence.count("\n") < 9
    page = client.get("/plans/1/edit?target=MU").text
    assert "# of land" in page
    assert active_parts(page) == []
    draft = draft_target(plan, "MU", {"bound": {**declared["bound"], "number": 31}})
    write_target(plan, draft, seen=file_digest(plan))
    changed = plan.read_text("utf-8")
    differing = [pair for pair in zip(text.splitlines(), changed.splitlines(), strict=True) if pair[0] != pair[1]]
    assert len(differing) == 1, "one line of the plan is another"
    assert "31" in differing[0][1]


def test_what_was_changed_beside_the_desk_is_not_written_over(client, plan):
    seen = file_digest(plan)
    with plan.open("a", encoding="utf-8") as stream:
        stream.write("# somebody else\n")
    after = plan.read_bytes()
    answer = client.post("/plans/1/edit", {**NEW, "do": "save", "seen": seen})
    assert answer.status == 400
    assert "changed beside the desk" in answer.text
    assert plan.read_bytes() == after
    draft = draft_target(plan, "MU", {"note": "x"})
    plan.write_bytes(after + b"# once more\n")
    with pytest.raises(StoreError):
        write_target(plan, draft, seen=draft.digest)


@pytest.mark.parametrize("wrong", [
    {"id": "MU"}, {"id": "a b"}, {"id": ""}, {"number": "many"}, {"comparator": "", "number": "1"}, {"due": "soon"},
    {"measure": "kind"}, {"measure": 'kind = "cuont"'}, {"measure": 'kind = "count"'}, {"source": "none"}, {"unit": "furlong"},
    {"measure": "[" * 5000}, {"id": "x\x00"}, {"number": "1e999"}, {"number": "nan"},
])  # fmt: skip
def test_a_slip_is_told_and_nothing_is_written(client, plan, wrong):
    before = plan.read_bytes()
    answer = client.post("/plans/1/edit", {**NEW, **wrong, "do": "save", "seen": file_digest(plan)})
    assert answer.status == 400, answer.text
    assert 'role="alert"' in answer.text
    assert plan.read_bytes() == before
    assert str(plan.parent.parent) not in answer.text


def test_a_target_that_breaks_the_plan_leaves_it_whole(plan, monkeypatch):
    before = plan.read_bytes()
    draft = draft_target(
        plan, None, to_values({**dict.fromkeys(("chapter", "quote", "source", "note", "tolerance"), ""), **NEW})
    )
    broken = draft.__class__(draft.file, draft.digest, "[[layer", draft.sentence, draft.target)
    with pytest.raises(PlanError):
        write_target(plan, broken, seen=draft.digest)
    assert plan.read_bytes() == before
    with pytest.raises(UsageError):
        draft_target(plan, "NONE", {})


def test_a_finding_is_waived_with_reason_and_owner(client, plan):
    plan.write_text(plan.read_text("utf-8").replace('quote = "30 mu"', 'quote = "300 mu of land"'), encoding="utf-8")
    client.post("/plans/1/check")
    job = client.desk.jobs.of_plan(1, "check")[0]
    while job.is_open:
        time.sleep(0.05)
    assert client.get("/plans/1/waive/999").status == 404
    report = check(plan).report
    number = next(n for n, hit in enumerate(report.findings) if hit.level != "info")
    assert "Waive" in client.get("/plans/1/layers").text
    assert client.get(f"/plans/1/waive/{number}").status == 200
    assert client.post(f"/plans/1/waive/{number}", {"reason": "known", "owner": " "}).status == 400
    assert client.post(f"/plans/1/waive/{number}", {"reason": "known", "owner": "局"}).status == 303
    assert client.post(f"/plans/1/waive/{number}", {"reason": "known", "owner": "局"}).status == 400, (
        "it stands already"
    )
    waived = check(plan, waivers=plan.parent / "waivers.toml").report.findings
    assert [hit.waived.owner for hit in waived if hit.waived] == ["局"]
