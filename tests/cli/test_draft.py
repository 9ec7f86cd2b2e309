"""``urbanplan draft``: a document becomes a plan folder that ``check`` accepts."""

from __future__ import annotations

import json

import pytest

from urbanplan.cli.app import run
from urbanplan.plan import read_plan

REPORT = """安和县2025年住房和城乡建设工作要点

一、2024年工作回顾
2024年，全县新建停车位800个，完成投资3.5亿元。

二、2025年工作安排
（一）完善基础设施。新增停车位1200个，新建口袋公园6个；城市供水管网漏损率控制在9%以内。
（二）保障住房供给。力争建成保障性租赁住房3.2万平方米，惠及一批新市民。
"""


@pytest.fixture
def report(tmp_path):
    file = tmp_path / "要点.txt"
    file.write_text(REPORT, "utf-8")
    return file


def test_a_plan_is_drafted_and_accepted_by_check(report, tmp_path, capsys):
    folder = tmp_path / "plan"
    assert run(["draft", str(report), "-o", str(folder), "--output", f"json:{tmp_path / 'draft.json'}"]) == 0
    assert "4 promises drafted" in capsys.readouterr().out
    plan = read_plan(folder)
    assert [(one.bound.comparator, one.bound.number, one.bound.unit) for one in plan.target if one.bound] == [
        (">=", 1200, "个"), (">=", 6, "个"), ("<=", 9, "%"), (">=", 32_000, "平方米"),
    ]  # fmt: skip
    assert plan.district.name == "安和县"
    assert run(["check", str(folder), "--output", f"json:{tmp_path / 'check.json'}"]) in (1, 3)
    checked = json.loads((tmp_path / "check.json").read_text("utf-8"))
    assert {row["status"] for row in checked["verdicts"]} == {"undecidable"}
    assert not [row for row in checked["findings"] if row["code"].startswith("plan-quote")]


def test_the_json_says_place_kind_and_what_was_not_understood(report, tmp_path):
    out = tmp_path / "draft.json"
    run(["draft", str(report), "-o", str(tmp_path / "plan"), "--output", f"json:{out}"])
    body = json.loads(out.read_text("utf-8"))
    assert [row["kind"] for row in body["targets"]] == ["background"] * 2 + ["promise"] * 4
    for row in body["targets"]:
        assert REPORT[row["place"]["start"] : row["place"]["end"]] == row["quote"]
    assert [row["word"] for row in body["not_understood"]] == ["一批"]
    assert body["targets"][2]["measure"] == {
        "kind": "sum",
        "of": "parking",
        "field": "spaces",
        "where": "baseline = false",
    }


def test_numbers_are_shown_before_and_taken_left_out_or_corrected(report, tmp_path, capsys):
    assert run(["draft", str(report), "--dry-run", "--output", f"json:{tmp_path / 'draft.json'}"]) == 0
    ids = {row["quote"]: row["id"] for row in json.loads((tmp_path / "draft.json").read_text("utf-8"))["targets"]}
    said = capsys.readouterr().out
    assert [name for name in ids.values() if name not in said] == []
    parking, parks, past = (next(one for quote, one in ids.items() if word in quote) for word in
                            ("1200", "公园", "800"))  # fmt: skip
    words = ["--accept", past, "--reject", parks, "--change", f"{parking}.number=1,500", "--change", f"{parking}.title=泊位",
             "--change", f"{parking}.due="]  # fmt: skip
    assert run(["draft", str(report), "-o", str(tmp_path / "plan"), *words]) == 0
    found = {one.id: one for one in read_plan(tmp_path / "plan").target}
    assert (found[parking].bound.number, found[parking].title, found[parking].due) == (1500, "泊位", None)
    assert past in found
    assert parks not in found
    assert len(found) == 4


@pytest.mark.parametrize("wrong", [
    ["--accept", "D-999"], ["--reject", "D-003", "--accept", "D-003"], ["--change", "D-003"], ["--change", "D-003.x=1"],
    ["--change", "D-003.number=many"], ["--change", "D-003.unit=furlong"], ["--change", "D-001.number=3"],
    ["--change", "D-003.number=1", "--change", "D-003.number=2"], [],
])  # fmt: skip
def test_a_slip_in_a_choice_writes_nothing(report, tmp_path, capsys, wrong):
    assert run(["draft", str(report), *(["-o", str(tmp_path / "plan")] if wrong else []), *wrong]) == 2
    assert "itself failed" not in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == [report.name]


def test_a_folder_with_a_plan_is_left_alone(report, tmp_path, capsys):
    (tmp_path / "plan.toml").write_text("mine", "utf-8")
    assert run(["draft", str(report), "-o", str(tmp_path)]) == 2
    assert "holds a plan already" in capsys.readouterr().err
    assert (tmp_path / "plan.toml").read_text("utf-8") == "mine"


def test_a_plan_of_another_country_asks_for_its_working_crs(tmp_path, capsys):
    file = tmp_path / "programme.txt"
    file.write_text("Kamppi programme 2026.\n\nWe will build 120 new homes by 2026.\n", "utf-8")
    assert run(["draft", str(file), "-o", str(tmp_path / "a")]) == 2
    assert "--near" in capsys.readouterr().err
    assert not (tmp_path / "a").exists()
    near = tmp_path / "near.geojson"
    near.write_text('{"type": "Point", "coordinates": [24.9, 60.2]}', "utf-8")
    for words, crs in ((["--crs", "EPSG:3067"], "EPSG:3067"), (["--near", str(near)], "EPSG:32635")):
        assert run(["draft", str(file), "-o", str(tmp_path / crs[5:]), *words]) == 0
        district = read_plan(tmp_path / crs[5:]).district
        assert (district.name, district.crs) == ("Kamppi programme 2026", crs)


def test_a_text_in_gbk_is_read(tmp_path):
    file = tmp_path / "报告.txt"
    file.write_bytes(REPORT.encode("gbk"))
    assert run(["draft", str(file), "-o", str(tmp_path / "plan")]) == 0
    assert len(read_plan(tmp_path / "plan").target) == 4


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.doc", b"\xd0\xcf\x11\xe0", "Save it as .docx"),
        ("a.wps", b"\xd0\xcf\x11\xe0", "Save it as .docx"),
        ("a.xyz", b"text", "Give one of"),
        ("a.txt", b"", "empty"),
        ("a.txt", b"%PDF-1.7", "not what its ending says"),
        ("a.txt", b"   \n", "no text"),
        ("a.txt", "新增停车位5个。".encode(), "--year"),
    ],
)
def test_what_cannot_be_read_says_the_way_out(tmp_path, capsys, name, content, words):
    (tmp_path / name).write_bytes(content)
    assert run(["draft", str(tmp_path / name), "-o", str(tmp_path / "plan")]) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "plan").exists()
