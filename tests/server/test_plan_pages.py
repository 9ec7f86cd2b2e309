"""A plan on the desk: check, targets, layers and results, with what was made to fetch."""

from __future__ import annotations

import io
import json
import re
import time

import pytest
from hostile_texts import acting_texts
from plans import small_district
from server.desk_client import active_parts, open_desk

from urbanplan.analysis.check import check
from urbanplan.analysis.listing import layer_titles
from urbanplan.errors import UrbanplanError
from urbanplan.model.translation import use_language
from urbanplan.server.guard import POLICY
from urbanplan.server.job_pages import page_policy
from urbanplan.server.siting_task import propose_sites
from urbanplan.server.task_run import TaskRun
from urbanplan.view.page import offline_page

PATIENCE = 300  # seconds: ends a test that hangs


def ended(client, number):
    end = time.monotonic() + PATIENCE
    while True:
        state = json.loads(client.get(f"/plans/1/jobs/{number}/state").body)
        if state["state"] not in ("waiting", "running"):
            return state
        assert time.monotonic() < end
        time.sleep(0.05)


def latest(client):
    return client.desk.jobs.of_plan(1)[0].number


@pytest.fixture(scope="module")
def checked(client):
    assert client.post("/plans/1/check").headers["location"] == "/plans/1"
    state = ended(client, latest(client))
    assert state["state"] == "done"
    return state


@pytest.mark.parametrize("target", ["/plans/2", "/plans/x", "/plans/1/targets/NONE", "/plans/1/jobs/99/state",
                                    "/plans/1/jobs/../state", "/plans/1/nothing"])  # fmt: skip
def test_what_is_not_there_is_404(client, target):
    assert client.get(target).status == 404


def test_a_check_fills_the_table_with_what_the_command_says(client, checked):
    expected = {one.target: one.status for one in check(client.desk.plans[0].file).verdicts}
    assert {row["target"]: row["status"] for row in checked["verdicts"]} == expected
    page = client.get("/plans/1").text
    shown = dict(re.findall(r'data-target="([^"]+)".*?<span class="badge s-(\w+)"', page))
    assert shown == expected
    log = client.desk.plans[0].file.parent / ".urbanplan" / "runs.jsonl"
    assert log.read_bytes().count(b"\n") >= 1


def test_a_job_tells_only_what_is_new(client, checked):
    number = client.desk.jobs.of_plan(1, "check")[-1].number
    later = json.loads(client.get(f"/plans/1/jobs/{number}/state?from=2").body)
    assert later["verdicts"] == checked["verdicts"][2:]
    for word in ("x", "-1", "9" * 30, "%00"):
        assert client.get(f"/plans/1/jobs/{number}/state?from={word}").status == 200


def test_a_target_shows_what_its_reading_rests_on(client, checked):
    page = client.get("/plans/1/targets/MU").text
    assert "30 mu" in page
    assert "subdistrict" in page
    assert "<dt>parcels" in page
    assert str(client.desk.plans[0].file.parent.parent) not in page


def test_layers_show_their_state(client):
    client.get("/plans/1/layers")
    count = len(client.desk.jobs.of_plan(1, "layers"))
    assert ended(client, client.desk.jobs.of_plan(1, "layers")[0].number)["state"] == "done"
    page = client.get("/plans/1/layers").text
    assert len(client.desk.jobs.of_plan(1, "layers")) == count, "the files did not change, so nothing is read again"
    assert "data-job" not in page
    row = next(row for row in re.findall(r"<tr>.*?</tr>", page) if "parcels.gpkg" in row)
    assert ">2<" in row
    assert ">read<" in row


def test_a_change_beside_the_desk_is_noticed(client, checked):
    file = client.desk.plans[0].file
    text = file.read_text("utf-8")
    assert "changed since this check" not in client.get("/plans/1").text
    file.write_text(text + "\n# a word\n", encoding="utf-8")
    assert "changed since this check" in client.get("/plans/1").text
    file.write_text(text, encoding="utf-8")
    assert "changed since this check" not in client.get("/plans/1").text


def test_results_are_made_and_fetched(client):
    client.post("/plans/1/results/export", {"layer": "parcels", "format": "geojson"})
    exported = latest(client)
    assert ended(client, exported)["state"] == "done"
    client.post("/plans/1/results/map", {"kind": "../../x"})
    refused = latest(client)
    assert ended(client, refused)["state"] == "failed"
    page = client.get("/plans/1/results").text
    assert page.count('role="alert"') == 1
    assert str(client.desk.work) not in page
    answer = client.get(f"/plans/1/jobs/{exported}/files/parcels.geojson")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert len(json.loads(answer.body)["features"]) == 2
    for name in ("temporary", "..%2f..%2fplan.toml", "report.json", "%00", "../parcels.geojson"):
        assert client.get(f"/plans/1/jobs/{exported}/files/{name}").status == 404


def test_sites_are_proposed_with_their_proof(client):
    page = client.get("/plans/1/siting").text
    assert '<option value="CIRCLE"' in page
    asked = {"target": "CIRCLE", "candidates": "homes", "goal": "fewest", "within": "200"}
    assert client.post("/plans/1/siting", asked).headers["location"] == "/plans/1/siting"
    number = latest(client)
    assert ended(client, number)["state"] == "done"
    page = client.get("/plans/1/siting").text
    assert "proved, no answer is better" in page
    assert '<svg class="place"' in page
    made = json.loads(client.get(f"/plans/1/jobs/{number}/files/siting.json").body)
    assert made["answer"]["proved"]
    assert made["answer"]["sites"]
    sites = json.loads(client.get(f"/plans/1/jobs/{number}/files/sites.geojson").body)
    assert [row["properties"]["id"] for row in sites["features"]] == [row["id"] for row in made["sites"]]
    run = TaskRun(client.desk.plans[0].file, client.desk.work, io.StringIO())
    fair = {"goal": "fairest", "count": "2", "min_per": "1", "capacity": "residents", "forbid": "F2，F1"}
    propose_sites(run, asked={**asked, **fair})
    told = json.loads((client.desk.work / "siting.json").read_bytes())
    assert {site["id"] for site in told["sites"]} <= {"F3", "F4"}
    assert told["status"] == "infeasible" or told["sub_districts"]
    for wrong in (
        {"goal": "x"}, {"share": "x"}, {"count": "-1"}, {"budget": "much"}, {"goal": "most"}, {"goal": "cheapest"},
        {"goal": "median", "count": "1.5"}, {"goal": "fairest", "count": "nan"}, {"least_area": "inf"},
        {"by": "cats"}, {"at_least": "D1"}, {"require": "nobody"}, {"forbidden": "nothing"}, {"capacity": "room"},
    ):  # fmt: skip
        with pytest.raises(UrbanplanError):
            propose_sites(run, asked={**asked, **wrong})


def test_an_export_leaves_only_for_whom_it_may(client):
    client.post("/plans/1/results/export", {"layer": "parcels", "format": "geojson", "disclosure": "nobody"})
    assert ended(client, latest(client))["state"] == "failed"
    page = client.get("/plans/1/results").text
    for word in ("internal", "partner", "public"):  # of map, report, director's page, sheets and export
        assert page.count(f'<option value="{word}"') == 5
    places = re.findall(r' id="([^"]+)"', page)
    assert len(places) == len(set(places))
    client.post("/plans/1/results/brief", {"disclosure": "public"})
    number = latest(client)
    assert ended(client, number)["state"] == "done"
    assert "map-review number" in client.get(f"/plans/1/jobs/{number}/files/brief.html").text


def test_layers_are_called_by_their_titles(tmp_path):
    plan = small_district.write(tmp_path / "plan")
    text = (plan.parent / "types" / "parcels.toml").read_text("utf-8").replace('zh = "parcels"', 'zh = "地块"')
    (plan.parent / "types" / "parcels.toml").write_text(text, encoding="utf-8")
    assert layer_titles(plan)["parcels"] == "parcels"
    with use_language("zh"):
        assert layer_titles(plan)["parcels"] == "地块"
    with plan.open("a", encoding="utf-8") as stream:
        stream.write(
            small_district.LAYER.format(name="parcels2", basis="reported").replace(
                'type = "parcels2"', 'type = "parcels"'
            )
        )
    with use_language("zh"):
        assert layer_titles(plan)["parcels2"] == "地块 (parcels2)", "one title, two layers"


def test_a_target_is_shown_on_the_map_of_these_files(client):
    page = client.get("/plans/1/targets/MU").text
    assert 'action="/plans/1/results/map"' in page
    answer = client.post("/plans/1/results/map", {"kind": "overview", "target": "MU"})
    assert answer.headers["location"] == "/plans/1/targets/MU"
    number = latest(client)
    assert ended(client, number)["state"] == "done"
    assert f'href="/plans/1/jobs/{number}/files/overview.html#target=MU"' in client.get("/plans/1/targets/MU").text


def test_a_page_that_was_made_brings_its_own_policy(tmp_path):
    path = tmp_path / "map.html"
    path.write_text(offline_page("x", scripts=["let a = 1;"]), encoding="utf-8")
    assert page_policy(path).endswith("frame-ancestors 'none'")
    assert "script-src 'sha256-" in page_policy(path)
    path.write_text("<p>no policy</p>", encoding="utf-8")
    assert page_policy(path) == POLICY


def test_a_job_can_be_cancelled(client):
    with use_language("zh"):
        job = client.desk.jobs.start("report", client.desk.plans[0], {})
    assert client.post(f"/plans/1/jobs/{job.number}/cancel").status == 303
    assert ended(client, job.number)["state"] == "cancelled"
    assert client.post(f"/plans/1/jobs/{job.number}/cancel").status == 303


def test_no_text_acts_on_a_page(tmp_path):
    """Every word of a plan that a page shows: title, district, quote, note, owner, chapter, source."""
    texts = [text for text in acting_texts("canary") if text.isprintable()]
    quoted = [json.dumps(text, ensure_ascii=False) for text in texts]
    rows = "".join(
        f'[[target]]\nid = "T{number}"\ntitle = {text}\nquote = {text}\nchapter = {text}\nowner = {text}\nnote = {text}\n'
        for number, text in enumerate(quoted)
    )
    for number, text in enumerate(quoted[:1] + quoted[-1:]):
        plan = tmp_path / str(number) / "plan.toml"
        plan.parent.mkdir()
        head = f'id = "p"\ntitle = {text}\nas_of = 2025-12-31\n[district]\nname = {text}\ncrs = "EPSG:4547"\n'
        plan.write_text(head + rows, encoding="utf-8")
    with open_desk(tmp_path / "work", tmp_path / "0", tmp_path / "1") as client:
        pages = [
            client.get(target).text for target in ("/", "/plans/1", "/plans/2", "/plans/1/layers", "/plans/1/results")
        ]
        pages += [client.get(f"/plans/1/targets/T{number}").text for number in range(len(texts))]
    assert [part for page in pages for part in active_parts(page)] == []
    for text in texts:
        if set(text) & set("<>\"'{}&"):
            assert not any(text in page for page in pages), text
