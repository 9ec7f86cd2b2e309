"""Sheets with what a person does not see, units and names said again: XLSX, XLS, ODS and CSV by one rule."""

from __future__ import annotations

import datetime
import zipfile

import openpyxl
import pandas as pd
import pytest

from urbanplan.exchange.reading import read
from urbanplan.exchange.writing import write

xlwt = pytest.importorskip("xlwt")
ROWS = [["id", "秘", "v"], ["a", 1, 2], ["b", 3, 4], ["c", 5, 6]]
_SPACE = "urn:oasis:names:tc:opendocument:xmlns"
_ODS = (
    f'<office:document-content xmlns:office="{_SPACE}:office:1.0" xmlns:table="{_SPACE}:table:1.0" '
    f'xmlns:text="{_SPACE}:text:1.0" xmlns:style="{_SPACE}:style:1.0"><office:automatic-styles>'
    '<style:style style:name="off" style:family="table"><style:table-properties table:display="false"/></style:style>'
    "</office:automatic-styles><office:body><office:spreadsheet>{}</office:spreadsheet></office:body>"
    "</office:document-content>"
)


def xlsx(path, rows=ROWS):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["B"].hidden = True
    book.create_sheet("dictionary").append(["code"])
    book["dictionary"].append([7])
    book["dictionary"].sheet_state = "hidden"
    book.save(path)


def xls(path, rows=ROWS):
    book = xlwt.Workbook()
    sheet, dictionary = book.add_sheet("Sheet1"), book.add_sheet("dictionary")
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(at, column, value)
    sheet.row(2).hidden = True
    sheet.col(1).hidden = True
    dictionary.write(0, 0, "code")
    dictionary.write(1, 0, 7)
    dictionary.visibility = 1
    book.save(str(path))


def cell(value):
    if isinstance(value, str):
        return value if value.startswith("<") else f"<table:table-cell><text:p>{value}</text:p></table:table-cell>"
    return f'<table:table-cell office:value-type="float" office:value="{value}"/>'


def row(cells, more=""):
    return f"<table:table-row{more}>{''.join(cell(one) for one in cells)}</table:table-row>"


def ods_of(path, body):
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", _ODS.format(body))


def ods(path, rows=ROWS):
    hidden = ' table:visibility="collapse"'
    columns = f"<table:table-column/><table:table-column{hidden}/>"
    body = "".join(row(cells, hidden if at == 2 else "") for at, cells in enumerate(rows))
    dictionary = f'<table:table table:name="dictionary" table:style-name="off">{row(["code"])}{row([7])}</table:table>'
    ods_of(path, f'<table:table table:name="Sheet1">{columns}{body}</table:table>{dictionary}')


@pytest.mark.parametrize("make", [xlsx, xls, ods])
def test_what_is_hidden_is_read_and_told_and_a_hidden_sheet_is_read_where_it_is_named(tmp_path, make):
    path = tmp_path / f"a.{make.__name__}"
    make(path)
    table = read(path)
    assert table.frame.to_numpy().tolist() == ROWS[1:]
    assert table.notes == (
        "1 rows are hidden in the sheet and are read all the same: 3",
        "1 columns are hidden in the sheet and are read all the same: 秘",
        "hidden sheets are not read unless --layer names one: dictionary",
    )
    assert read(path, layer="dictionary").frame["code"].tolist() == [7]


@pytest.mark.parametrize("make", [xlsx, xls, ods])
def test_units_below_the_names_and_names_said_again_are_no_features(tmp_path, make):
    rows = [
        ["编号", "面积", "户数"],
        ["（个）", "（公顷）", "户"],
        ["a", 1.5, 2],
        ["编号", "面积", "户数"],
        ["b", 3.5, 4],
    ]
    path = tmp_path / f"a.{make.__name__}"
    make(path, rows)
    table = read(path)
    assert table.frame.to_numpy().tolist() == [["a", 1.5, 2], ["b", 3.5, 4]]
    assert "row 2 holds units and was passed over" in table.notes
    assert "1 rows say the names again and were passed over: 4" in table.notes


def test_a_table_of_texts_has_units_and_names_again_too(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("编号,面积\n,（公顷）\na,1.5\n编号,面积\nb,2\n", encoding="utf-8")
    assert read(path).frame["面积"].tolist() == [1.5, 2.0]
    path.write_text("编号,余额\na,(100)\nb,(200)\n", encoding="utf-8")
    assert len(read(path).frame) == 2, "sums below zero are no units"
    path.write_text("name,unit\nha,公顷\n", encoding="utf-8")
    assert len(read(path).frame) == 1, "a table of one row is that row"


def test_hours_of_every_sheet_are_hours_and_an_empty_formula_is_no_text(tmp_path):
    book = xlwt.Workbook()
    sheet, hours = book.add_sheet("a"), xlwt.easyxf(num_format_str="hh:mm")
    for at, values in enumerate([("id", "t", "v"), ("a", 8.5 / 24, 1), ("b", 0.5, xlwt.Formula('""'))]):
        for column, value in enumerate(values):
            sheet.write(at, column, value, hours if at and column == 1 else xlwt.Style.default_style)
    book.save(str(tmp_path / "a.xls"))
    frame = read(tmp_path / "a.xls").frame
    assert frame["t"].tolist() == [datetime.time(8, 30), datetime.time(12)]
    assert frame["v"].isna().tolist() == [False, True]
    assert str(frame["v"].dtype) == "Int64"
    hour = '<table:table-cell office:value-type="time" office:time-value="PT08H30M00S"/>'
    ods_of(tmp_path / "a.ods", f'<table:table table:name="S">{row(["id", "t"])}{row(["a", hour])}</table:table>')
    assert read(tmp_path / "a.ods").frame["t"].tolist() == [datetime.time(8, 30)]


def test_spaces_tabs_and_values_without_a_paragraph_of_ods_stay(tmp_path):
    text = "<text:p>a<text:s text:c='3'/>b<text:tab/>c<text:line-break/><text:span>d</text:span></text:p>"
    spaced = f'<table:table-cell office:value-type="string">{text}</table:table-cell>'
    alone = '<table:table-cell office:value-type="string" office:string-value="甲"/>'
    ods_of(tmp_path / "a.ods", f'<table:table table:name="S">{row(["id", "t"])}{row([alone, spaced])}</table:table>')
    assert read(tmp_path / "a.ods").frame.to_numpy().tolist() == [["甲", "a   b\tc\nd"]]


def test_a_workbook_writes_some_characters_as_their_numbers(tmp_path):
    """ISO/IEC 29500-1, 22.9.2.19: ``_x000D_`` is a carriage return, and ``_x005F_`` the underscore before such a one."""
    book = openpyxl.Workbook()
    for cells in (["id", "t"], ["a", "x_x000D_\ny"], ["b", "_x005F_x000D_"]):
        book.active.append(cells)
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx").frame["t"].tolist() == ["x\r\ny", "_x000D_"]
    texts = ["_x000D_", "_x005F_", "_x_x0041_x0042_", "a_xyz_"]
    write(pd.DataFrame({"id": list("abcd"), "t": texts}), tmp_path / "b.xlsx")
    assert read(tmp_path / "b.xlsx").frame["t"].tolist() == texts
