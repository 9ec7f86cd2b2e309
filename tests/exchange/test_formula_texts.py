"""Texts that a spreadsheet would run stay texts in CSV and XLSX, as names and as values, and come back as they were."""

from __future__ import annotations

import csv

import openpyxl
import pandas as pd
import pytest
from hostile_texts import payloads

from urbanplan.exchange import read, write
from urbanplan.model.formula_text import escape_formula, unescape_formula
from urbanplan.view.spreadsheet import csv_text

FORMULAS = [
    '=HYPERLINK("https://example.invalid","x")', "+1+1", "-1+1", "@SUM(1)", "＝1+1", "＋1", "－1", "＠SUM(1)", "'=1", "''＝1",
]  # fmt: skip


@pytest.mark.parametrize("text", [*FORMULAS, "\t=1", "\n=1", *payloads("x")])
def test_escaping_is_undone(text):
    assert unescape_formula(escape_formula(text)) == text
    assert not escape_formula(text).startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\n"))


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_names_and_values_stay_texts(tmp_path, suffix, text):
    frame = pd.DataFrame({"id": ["a"], text: [text]})
    path = tmp_path / f"a{suffix}"
    write(frame, path, allow_loss=True)
    again = read(path).frame
    assert list(again.columns) == ["id", text]
    assert again[text].tolist() == [text]
    if suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as stream:
            assert all(cell[0] not in "=+-@＝＋－＠" for row in csv.reader(stream) for cell in row if cell)
    else:
        sheet = openpyxl.load_workbook(path).active
        assert all(cell.data_type == "s" for row in sheet.iter_rows() for cell in row)
        assert all(cell.quotePrefix for row in sheet.iter_rows(min_col=2, max_col=2) for cell in row)


def test_answers_of_commands_are_texts_too():
    assert csv_text(("a",), [{"a": text} for text in FORMULAS]).splitlines()[1].lstrip('"').startswith("'=")
