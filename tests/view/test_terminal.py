"""Reports at the terminal: 80 columns, Chinese width, no colour needed, and a cp936 console."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from urbanplan.model.finding import WaiverReason, build_finding
from urbanplan.model.readiness import Readiness, ReadinessCounts, Want
from urbanplan.model.reading import Bound, Reading
from urbanplan.model.report import LayerEntry, PlanEntry, Report, Verdict, summarise
from urbanplan.model.translation import use_language
from urbanplan.view.terminal import report as terminal


def verdict(target, status="met", low=22.0, high=22.0, unit="宗", **more):
    return Verdict(
        target=target,
        title="计划出让产业项目地块二十二宗，总面积一千七百一十九亩",
        chapter="强产业扶企业",
        status=status,
        basis="illustrative",
        reading=Reading(low=low, high=high, unit=unit),
        bound=Bound(comparator="=", number=22, unit=unit),
        **more,
    )


def report(verdicts=None, findings=()):
    verdicts = verdicts or [
        verdict("SP-001"),
        verdict("SP-002", "not_met", 1718.128, 1719.128, "亩", reason="读数在界限之外"),
        verdict("SP-003", "undecidable", 21, 22, reason="一个要素没有说明", settled_by="属性 stage"),
        verdict("SP-004", "undecidable", 21, 22, reason="一个要素没有说明", settled_by="属性 stage"),
        verdict("SP-005", warn=True),
        verdict("CX-001", role="context"),
    ]
    found = list(findings)
    return Report(
        plan=PlanEntry(id="p", title="高新区 2025", as_of="2025-12-31"),
        crs="EPSG:4547",
        layers=[LayerEntry(name="parcels")],
        verdicts=verdicts,
        findings=found,
        summary=summarise(verdicts, found),
    )


OVERLAP = build_finding("layer-overlap", layer="parcels", feature="GX-01", other="GX-02", area_m2=12.5)


def render_text(renderable, width=80, **console):
    stream = io.StringIO()
    Console(file=stream, width=width, highlight=False, markup=False, emoji=False, **console).print(renderable)
    return stream.getvalue()


@pytest.mark.parametrize("tongue", ["en", "zh"])
@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_console(tongue, width):
    with use_language(tongue):
        text = render_text(terminal.render_report(report(findings=[OVERLAP])), width)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert all(name in text for name in ("SP-001", "SP-002", "SP-003"))


def test_columns_stand_in_line_with_chinese():
    with use_language("zh"):
        lines = render_text(terminal.verdict_table(report())).splitlines()
    rows = [line for line in lines if line.startswith("SP-")]
    head = next(line for line in lines if "结论" in line)
    at = cell_len(head[: head.index("结论")])
    for line, word in zip(rows, ("达成", "未达成", "无法判定", "无法判定", "达成 !"), strict=True):
        assert cell_len(line[: line.index(word)]) == at


def test_status_needs_no_colour_and_value_is_shown_with_its_basis():
    text = render_text(terminal.verdict_table(report()))
    assert "\x1b" not in text
    for words in (("SP-001", "met", "22 宗", "illustrative"), ("SP-002", "NOT MET"), ("SP-005", "met !")):
        line = next(line for line in text.splitlines() if line.startswith(words[0]))
        assert all(word in line for word in words)


def test_console_of_cp936_can_write_all_of_it():
    with use_language("zh"):
        text = render_text(terminal.render_report(report(findings=[OVERLAP])))
    assert text.encode("gbk").decode("gbk") == text


def test_context_is_left_out_of_the_table_and_told():
    text = render_text(terminal.render_report(report()))
    assert "CX-001" not in text
    assert "1 rows are context" in text
    assert "Illustrative layers are invented" in text


def test_reasons_are_told_once_for_all_of_one_reason():
    text = " ".join(render_text(terminal.render_report(report()), 200).split())
    assert text.count("一个要素没有说明") == 1
    assert "SP-003, SP-004" in text
    assert "SP-002 读数在界限之外" in text


def test_findings_are_ordered_and_waived_ones_stay_visible():
    waived = OVERLAP.model_copy(update={"waived": WaiverReason(reason="shore", owner="Li")})
    note = build_finding("plan-source-absent", feature="speech", title="t", file="f")
    text = render_text(terminal.render_report(report(findings=[note, waived, OVERLAP])))
    places = [text.index(word) for word in ("error layer-overlap", "note plan-source-absent", "waived layer-overlap")]
    assert places == sorted(places)
    assert "waived by Li: shore" in text


def test_many_findings_are_told_by_number():
    many = [
        build_finding("layer-overlap", layer="parcels", feature=f"P{n}", other="X", area_m2=1.0) for n in range(500)
    ]
    text = render_text(
        terminal.render_report(report(findings=[*many, build_finding("layer-far", layer="roads", distance_m=9.0)]))
    )
    assert "Features overlap (500)" in text
    assert "480 more" in text
    assert "layer-far" in text
    assert len(text.splitlines()) < 100


def test_texts_move_no_cursor_and_are_no_markup():
    evil = verdict("SP-001").model_copy(update={"title": "[bold]x[/] \x1b[2J\x07\u202eevil\r\n"})
    text = render_text(
        terminal.render_report(
            report(
                [evil], [build_finding("layer-text-broken", layer="\x1b]0;x", feature="a", column="c", value="\x9b")]
            )
        )
    )
    assert not [sign for sign in text if ord(sign) in (0x1B, 0x07, 0x0D, 0x9B, 0x202E)]
    assert "[bold]x[/]" in text


def test_summary_adds_up():
    text = render_text(terminal.summary_table(report()))
    assert text.splitlines()[-1].split() == ["all", "2", "1", "2", "5"]


def test_readiness_reads_in_80_columns():
    share = ReadinessCounts(name="spatial", targets=10, measured=7, decided=5, open=2, missing=3)
    wants = [Want(what="收入统计表" * 5, owner="统计局", targets=[f"T-{n}" for n in range(9)])] * 20
    ready = Readiness(total=share, kinds=[share], chapters=[share.model_copy(update={"name": "强产业"})], wants=wants)
    with use_language("zh"):
        text = render_text(terminal.Group(terminal.share_table(ready), terminal.missing_data_table(ready)))
    assert max(cell_len(line) for line in text.splitlines()) <= 80
    assert "另有 8 项" in text
    assert "(9)" in text


def test_report_without_findings_or_readings_prints():
    bare = [Verdict(target="T", status="undecidable")]
    assert "undecidable" in render_text(terminal.render_report(report(bare)))


def test_of_many_verdicts_those_that_are_not_met_stand_first_in_their_order_and_the_rest_is_a_number(monkeypatch):
    monkeypatch.setattr(terminal, "MAX_ROWS", 3)
    status = ["met", "undecidable", "met", "not_met", "met"]
    many = report([verdict(f"T{n}", one, reason=f"because {n}") for n, one in enumerate(status)])
    table = render_text(terminal.verdict_table(many))
    assert [f"T{n}" in table for n in range(5)] == [True, True, False, True, False]
    assert "2 more; every format of --output holds them" in render_text(terminal.render_report(many))
    missed = report([verdict(f"T{n}", "not_met", reason=f"because {n}") for n in range(5)])
    text = render_text(terminal.render_report(missed))
    assert ("because 2" in text, "because 3" in text, text.count("2 more; ")) == (True, False, 2)
