"""A document dropped on the desk: reviewed line by line beside its text, written as a plan folder, opened."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from hostile_texts import acting_texts
from server.desk_client import active_parts
from server.test_intake_pages import settle

from urbanplan.analysis.check import check
from urbanplan.analysis.draft_choices import Choice
from urbanplan.analysis.draft_review import Review, review_document, write_review
from urbanplan.analysis.plans import open_plan
from urbanplan.errors import PlanError, UsageError

REPORT = """2025年工作报告
2024年，建成道路12条。
二、完善基础设施
新增停车位1200个，新建公园3个。
力争引进企业50家，一批项目落地。
"""


@pytest.fixture
def report(tmp_path):
    path = tmp_path / "报告.txt"
    path.write_text(REPORT, encoding="utf-8")
    return path


def numbers(read):
    return {one["number"]: one for line in read["lines"] for one in line["numbers"]}


def test_every_sign_of_the_text_stands_on_the_page_and_numbers_beside_their_line(report):
    read = review_document(report)
    assert ["".join(text for text, _ in line["parts"]) for line in read["lines"]] == REPORT.splitlines()
    assert {number: one["promise"] for number, one in numbers(read).items()} == {
        "12": False, "1200": True, "3": True, "50": True}  # fmt: skip
    for line in read["lines"]:
        text = "".join(text for text, _ in line["parts"])
        assert all(one["quote"] in text for one in line["numbers"])
    kinds = {kind for line in read["lines"] for _, kind in line["parts"]}
    assert kinds == {"", "promise", "background", "unread"}


def test_a_reviewed_plan_holds_what_was_taken_and_as_it_was_corrected(report, tmp_path):
    rows = numbers(review_document(report))
    choices = {
        rows["1200"]["id"]: Choice(True, {"number": "1,500", "comparator": ">", "title": "泊位", "due": "2025-06-30"}),
        rows["3"]["id"]: Choice(False),
        rows["12"]["id"]: Choice(True, {"due": ""}),
    }
    plan = open_plan(write_review(report, tmp_path / "made", Review(choices)))
    found = {one.quote: one for one in plan.target}
    assert len(found) == 3
    parking = found["新增停车位1200个"]
    assert (parking.title, parking.bound.comparator, parking.bound.number) == ("泊位", ">", 1500)
    assert str(parking.due) == "2025-06-30"
    assert any("12条" in quote for quote in found)
    assert not any("公园" in quote for quote in found), "what was left out is no target"
    assert {one.status for one in check(plan.file).verdicts} == {"undecidable"}
    assert [path.name for path in (tmp_path / "made").parent.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(("words", "kind"), [
    ({"comparator": "≥"}, UsageError), ({"number": "many"}, UsageError), ({"number": "1e999"}, UsageError),
    ({"due": "soon"}, UsageError), ({"unit": "furlong"}, PlanError),
])  # fmt: skip
def test_a_slip_in_a_review_writes_nothing(report, tmp_path, words, kind):
    name = numbers(review_document(report))["1200"]["id"]
    with pytest.raises(kind):
        write_review(report, tmp_path / "made", Review({name: Choice(True, words)}))
    assert sorted(path.name for path in tmp_path.iterdir()) == [report.name]


def test_what_cannot_become_a_plan_is_told(report, tmp_path):
    every = {one["id"]: Choice(False) for one in numbers(review_document(report)).values()}
    for folder, review in {
        "..": Review({}), ".x": Review({}), "a b": Review({}), "none": Review(every),
        "odd": Review({"D-999": Choice(True)}), "crs": Review({}, crs="EPSG:4326"),
    }.items():  # fmt: skip
        with pytest.raises(ValueError):  # noqa: PT011 — of several kinds, each a slip of the caller
            write_review(report, tmp_path / folder, review)
    write_review(report, tmp_path / "made", Review({}))
    with pytest.raises(UsageError, match="holds a plan"):
        write_review(report, tmp_path / "made", Review({}))


def test_a_document_is_reviewed_and_its_plan_opened(client, report):
    answer = client.upload("/documents", {report.name: report.read_bytes()})
    address = answer.headers["location"]
    page = settle(client, address)
    assert "停车位" in page
    assert 'class="m-promise"' in page
    ids = re.findall(r'name="is\.([^"]+)"', page)
    taken = re.findall(r'name="take\.([^"]+)" value="1" aria-label="[^"]*" checked', page)
    assert (len(ids), len(taken)) == (4, 3)
    words = {f"is.{one}": "1" for one in ids} | {f"take.{taken[0]}": "1", f"title.{taken[0]}": "泊位"}
    client.post(address, {**words, "do": "keep", "name": "镇"})
    kept = client.get(address).text
    assert 'value="泊位"' in kept, "a review survives a reload"
    assert kept.count(" checked") == 1
    refused = client.post(address, {**words, f"number.{taken[0]}": "x", "do": "write", "name": "镇"})
    assert refused.status == 400
    assert 'role="alert"' in refused.text
    made = client.post(address, {**words, "do": "write", "name": "镇"})
    assert made.status == 303
    assert "泊位" in client.get(made.headers["location"]).text
    assert "2025年工作报告" in client.get("/").text
    assert client.desk.plans[-1].writable
    again = client.post(address, {**words, "do": "write", "name": "../镇"})
    assert again.status == 400, "a name leads nowhere, and no plan is written over"
    assert str(client.desk.work) not in again.text
    client.desk.plans.pop()


def test_a_document_dropped_on_a_plan_is_reviewed_too(client, report, tmp_path):
    answer = client.upload("/plans/1/uploads", {"report.md": report.read_bytes()})
    assert answer.headers["location"].startswith("/drafts/")
    text = client.upload("/plans/1/uploads", {report.name: report.read_bytes()}).headers["location"]
    assert text.startswith("/drafts/"), "a .txt that holds no boundary points is a document"
    assert "停车位" in settle(client, text)


def test_what_is_no_document_is_refused_and_no_text_acts(client):
    assert client.upload("/documents", {"a.exe": b"MZ"}).status == 400
    assert client.upload("/documents", {}).status == 400
    assert client.get("/drafts/999").status == 404
    assert client.post("/drafts/999", {"do": "write"}).status == 404
    assert client.get(f"/plans/0/jobs/{quote('x')}/state").status == 404
    assert client.get("/plans/0").status == 404
    broken = settle(client, client.upload("/documents", {"a.docx": b"PK\x03\x04"}).headers["location"])
    assert 'role="alert"' in broken
    texts = [text for text in acting_texts("canary") if text.isprintable()]
    body = "2026年工作报告\n" + "".join(f"新增{text}停车位1200个{text}\n" for text in texts)
    page = settle(client, client.upload("/documents", {"b.txt": body.encode()}).headers["location"])
    assert active_parts(page) == []
    for text in texts:
        if set(text) & set("<>\"'{}&"):
            assert text not in page
