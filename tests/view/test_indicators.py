"""The workbook: every row, numbers as numbers, nothing that a spreadsheet would run."""

from __future__ import annotations

import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_report import sample_layers, sample_plan, sample_report

openpyxl = pytest.importorskip("openpyxl")

from urbanplan.view.indicators import to_cell, write_indicators  # noqa: E402

HOSTILE = '=HYPERLINK("http://x","y")'


def read_workbook(path, report):
    write_indicators(path, sample_plan(), report, layers=sample_layers(), results={})
    return openpyxl.load_workbook(path)


def test_every_row_and_real_numbers(tmp_path):
    book = read_workbook(tmp_path / "a.xlsx", sample_report(9, 6))
    assert book.sheetnames == ["指标汇总", "分街道统计", "数据问题", "数据来源"]
    rows = list(book["指标汇总"].iter_rows(values_only=True))
    assert len(rows) == 10
    assert rows[1][0] == "T-1"
    assert rows[1][5:8] == (22, 22, "宗")
    assert book["数据问题"].max_row == 7
    counted = {row[:2]: row[2:] for row in book["分街道统计"].iter_rows(values_only=True)}
    assert counted["停车泊位", "投用"] == ("个", 50, 70)
    assert counted["宗地面积", "成交"] == ("亩", pytest.approx(60), pytest.approx(60))
    assert counted["道路项目里程", "通车"] == ("km", 1, 1)


@pytest.mark.parametrize("mark", ["=", "+", "-", "@", "\t", "\r"])
def test_texts_that_would_run_are_led_by_an_apostrophe(tmp_path, mark):
    book = read_workbook(tmp_path / "a.xlsx", sample_report(text=mark + "1+1"))
    kinds = {c.data_type for sheet in book for row in sheet.iter_rows() for c in row}
    assert "f" not in kinds
    assert book["指标汇总"]["C2"].value.startswith("'")


def test_no_formula_stands_in_the_file(tmp_path):
    read_workbook(tmp_path / "a.xlsx", sample_report(text=HOSTILE))
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        sheets = [archive.read(n) for n in archive.namelist() if "worksheets" in n]
    assert sheets
    assert all(b"<f>" not in text for text in sheets)


@given(st.text(max_size=40))
def test_a_cell_never_begins_like_a_formula(text):
    assert not to_cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_the_same_run_gives_the_same_bytes(tmp_path):
    for name in "ab":
        read_workbook(tmp_path / f"{name}.xlsx", sample_report())
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
