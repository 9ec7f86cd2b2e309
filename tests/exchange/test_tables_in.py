"""Tables as spreadsheets, bureaus and databases make them: what is guessed is told, what is bad is set aside by row."""

from __future__ import annotations

import codecs

import pytest
import shapely

from urbanplan.errors import ExchangeError
from urbanplan.exchange import inspect, read
from urbanplan.exchange.rows.parse_coordinates import parse_number

EAST, NORTH = 458825.445, 3853606.827


def csv(folder, text, code="utf-8", mark=b""):
    path = folder / "a.csv"
    path.write_bytes(mark + text.encode(code))
    return path


def sheet(folder, *rows, more=()):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "表"
    for row in rows:
        book.active.append(row)
    for name in more:
        book.create_sheet(name)
    book.save(folder / "a.xlsx")
    return folder / "a.xlsx"


def places(table):
    return shapely.get_coordinates(table.frame.geometry.to_numpy()).round(9).tolist()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("113°33′00″", 113.55), ("113°33'00\"E", 113.55), ("34度48分36秒", 34.81), ("北纬34°48′36″", 34.81),
        ("１１３．５５", 113.55), ("3,853,606.827", NORTH), ("E113.55", 113.55), ("113.55°", 113.55),
        ("34°30′S", -34.5), ("W 10°15′", -10.25), (" 113.55 ", 113.55), ("-34.5", -34.5),
    ],
)  # fmt: skip
def test_a_coordinate_is_read_as_people_write_it(text, value):
    assert parse_number(text) == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(
    "text", ["113,55", "34°60′", "不详", "1,2,3", "12,34.5", "", "34°48′36″E 113", "N34.8S", "#REF!"]
)
def test_what_is_no_coordinate_is_none(text):
    assert parse_number(text) != parse_number(text)


def test_odd_coordinates_are_told_and_bad_ones_set_aside_with_their_value(tmp_path):
    text = "编号,经度,纬度\nA,113°33′00″,34°48′36″\nB,不详,34.8\nC,,34.8\nD,113.56,34.82\n"
    table = read(csv(tmp_path, text))
    assert places(table) == [[113.55, 34.81], [113.56, 34.82]]
    assert table.refused.to_dict("records") == [
        {"row": 2, "id": "B", "reason": "a coordinate that is no number: '不详'"},
        {"row": 3, "id": "C", "reason": "one of its two coordinates is empty"},
    ]
    assert "1 coordinates are no plain numbers: '113°33′00″' was read as 113.55" in table.notes


@pytest.mark.parametrize(
    ("east", "north"),
    [
        ("X坐标(m)", "Y坐标(m)"),
        ("经度（°）", " 纬度"),
        ("gcj_lng", "gcj_lat"),
        ("中心经度", "中心纬度"),
        ("POINT_X", "POINT_Y"),
    ],
)
def test_the_names_of_coordinates_are_seen_through_units_and_words_around(tmp_path, east, north):
    assert places(read(csv(tmp_path, f"编号,{east},{north}\nA,113.55,34.81\n"))) == [[113.55, 34.81]]


def test_the_columns_of_the_place_can_be_pinned(tmp_path):
    from urbanplan.cli.app import run

    path = csv(tmp_path, "id,a,b,lon,lat\nA,113.5,34.5,0,0\n")
    seen = inspect(path, place=("a", "b"))
    assert seen.layers[0].bounds == (113.5, 34.5, 113.5, 34.5)
    assert run(["convert", str(path), str(tmp_path / "made.geojson"), "--place", "a,b"]) == 0
    assert read(tmp_path / "made.geojson").frame.total_bounds.tolist() == [113.5, 34.5, 113.5, 34.5]
    assert run(["inspect", str(path), "--place", "a,what"]) == 2
    assert run(["inspect", str(path), "--place", "a,b,c"]) == 2


def test_two_numbers_in_one_cell_are_a_place(tmp_path):
    assert places(read(csv(tmp_path, 'id,location\nA,"113.55,34.81"\n'))) == [[113.55, 34.81]]
    assert places(read(csv(tmp_path, 'id,坐标\nA,"34.81，113.55"\n'))) == [[113.55, 34.81]]


def test_ids_beyond_what_a_float_tells_apart_stay_texts(tmp_path):
    text = "id,v\n410100000000000000123,1.5\n410100000000000000124,12345678901234567\n"
    frame = read(csv(tmp_path, text)).frame
    assert frame["id"].tolist() == ["410100000000000000123", "410100000000000000124"]
    assert frame["v"].tolist() == ["1.5", "12345678901234567"]


def test_rows_of_another_length_are_set_aside_by_their_number(tmp_path):
    text = "编号,经度,纬度\nA,113.5,34.8\n\nB,113.6,34.8,x\nC,113.7,34.8\nD,113.8\n,,\nE,不详,34.8\n"
    table = read(csv(tmp_path, text))
    assert table.frame["编号"].tolist() == ["A", "C"]
    assert table.refused["row"].tolist() == [2, 4, 6]
    assert table.refused["reason"].iloc[0] == "4 values under 3 names: 'B,113.6,34.8,x'"
    assert "1 empty rows were passed over" in table.notes


@pytest.mark.parametrize("code", ["utf-16-le", "utf-16-be"])
def test_utf16_of_spreadsheets_is_read(tmp_path, code):
    mark = codecs.BOM_UTF16_LE if code.endswith("le") else codecs.BOM_UTF16_BE
    table = read(csv(tmp_path, "编号\t经度\t纬度\r\n石佛\t113.5\t34.8\r\n", code, mark))
    assert (table.encoding, table.frame["编号"].tolist()) == ("utf-16", ["石佛"])
    assert inspect(tmp_path / "a.csv").encodings[0]["encoding"] == "utf-8"


def test_titles_hints_and_columns_without_names(tmp_path):
    table = read(csv(tmp_path, "sep=;\n学校一览表;;;;\n编号;经度;纬度;;\nA;113.5;34.8;;备\n"))
    assert table.frame.drop(columns="geometry").columns.tolist() == ["编号", "经度", "纬度", "column_5"]
    assert "'学校一览表' is a title: the names stand in row 2" in table.notes
    assert "column 5 has no name: it is called column_5" in table.notes


def test_a_chinese_comma_divides_nothing_and_is_named(tmp_path):
    with pytest.raises(ExchangeError, match=r"a\.csv:1: the values are divided by ，"):
        read(csv(tmp_path, "编号，经度，纬度\nA，113.5，34.8\n"))


def wkt(code, east=0.0):
    return f"{code}POINT ({EAST + east} {NORTH})"


def test_shapes_of_another_srid_are_set_aside_and_silent_ones_told(tmp_path):
    text = f"id,geom\nA,{wkt('SRID=4547;')}\nB,{wkt('SRID=4526;')}\nC,{wkt('SRID=4547;')}\nD,{wkt('')}\n"
    table = read(csv(tmp_path, text))
    assert table.frame.crs.to_epsg() == 4547
    assert table.refused.to_dict("records") == [{"row": 2, "id": "B", "reason": "it says SRID 4526, most say 4547"}]
    assert "1 geometries say no SRID: taken as 4547" in table.notes


def test_a_first_row_without_wkt_and_an_arc_hide_no_others(tmp_path):
    table = read(csv(tmp_path, f'id,wkt\nA,待定\nB,{wkt("")}\nC,"CIRCULARSTRING (0 0, 1 1, 2 0)"\n'))
    assert table.frame["id"].tolist() == ["B"]
    assert table.refused["reason"].tolist() == [
        "a text that is no WKT geometry", "an arc in WKT: write it with straight lines",
    ]  # fmt: skip


def test_hexadecimal_wkb_as_postgis_writes_it(tmp_path):
    point = shapely.set_srid(shapely.Point(EAST, NORTH), 4547)
    table = read(csv(tmp_path, f"id,geom\nA,{shapely.to_wkb(point, hex=True, include_srid=True)}\nB,01zz\n"))
    assert (table.frame.crs.to_epsg(), places(table)) == (4547, [[EAST, NORTH]])
    assert table.refused["id"].tolist() == ["B"]


def test_sheets_titles_and_merged_heads(tmp_path):
    path = sheet(
        tmp_path, ["一览表", None, None], ["编号", "位置", None], [None, " 经度 ", "纬度\n(°)"], ["A", "113.55", "３４．８１"],
        [None, None, None], ["", "  ", None], ["B", "x", 34.8], more=("Sheet2", "Sheet3"),
    )  # fmt: skip
    table = read(path)
    assert (table.layer, places(table)) == ("表", [[113.55, 34.81]])
    assert table.refused[["row", "id"]].to_numpy().tolist() == [[4, "B"]], "row 7 of the sheet, 4 below the names"
    assert [note for note in table.notes if "names stand" in note] == [
        "'一览表' is a title: the names stand in row 2",
        "the names stand in the rows 2 and 3: cells are merged",
    ]
    assert [layer.name for layer in inspect(path).layers] == ["表"], "empty sheets are none"
    pinned = inspect(path, head=3).layers[0]
    assert [field.name for field in pinned.fields] == ["column_1", "经度", "纬度 (°)"]


def test_one_head_row_above_texts_is_no_merged_head(tmp_path):
    table = read(sheet(tmp_path, ["编号", "名称", None], ["A", "甲", None], ["B", "乙", None]))
    assert table.frame.to_dict("list") == {"编号": ["A", "B"], "名称": ["甲", "乙"]}


def test_a_field_that_is_called_geometry_and_holds_none_is_a_field(tmp_path):
    from exchange.real_files import ValidFile, write_plan

    from urbanplan.cli.app import run

    home = write_plan(ValidFile("", 0, "rows"), tmp_path / "plan")
    path = csv(tmp_path, 'id,geometry\nA,"{""type"":""Point""}"\n')
    assert run(["add", "layer", str(path), "--plan", str(home)]) == 0
    assert read(home / "layer.gpkg").frame["geometry_text"].tolist() == ['{"type":"Point"}']


def test_parquet_of_other_programs(tmp_path):
    import geopandas as gpd
    import pandas as pd

    points = gpd.GeoSeries([shapely.Point(113.5, 34.8)], crs=4326)
    frame = gpd.GeoDataFrame({"id": ["A"]}, geometry=[shapely.box(113, 34, 114, 35)], crs=4326)
    frame.assign(中心=points).to_parquet(tmp_path / "two.parquet")
    table = read(tmp_path / "two.parquet")
    assert table.frame.columns.tolist() == ["id", "geometry"]
    assert "geometry is read; left out are the other geometries 中心: pin one with --place" in table.lost
    assert inspect(tmp_path / "two.parquet", place=("中心",)).layers[0].geometry == {"Point": 1}

    pd.DataFrame({"id": ["A"], "wkt": ["POINT (113.5 34.8)"]}).to_parquet(tmp_path / "wkt.parquet")
    pd.DataFrame({"id": ["A"], "geometry": [shapely.to_wkb(points[0])]}).to_parquet(tmp_path / "wkb.parquet")
    pd.DataFrame({"id": ["A"], "lon": [113.5], "lat": [34.8]}).to_parquet(tmp_path / "pair.parquet")
    assert [places(read(tmp_path / f"{name}.parquet")) for name in ("wkt", "wkb", "pair")] == [[[113.5, 34.8]]] * 3
