"""VCT: features of each table with their attributes, polygons of lines by number, zones from the head, faults by row."""

from __future__ import annotations

import pytest
from exchange.vct_texts import CODES, FIRST_EDITION, HEAD, WHOLE

from urbanplan.errors import ExchangeError
from urbanplan.exchange import read
from urbanplan.exchange.inspection import inspect


@pytest.fixture
def file(tmp_path):
    def written(text, encoding="gbk"):
        path = tmp_path / "survey.vct"
        path.write_bytes(text.encode(encoding))
        return path

    return written


def test_polygons_of_lines_by_number_with_a_hole(file):
    table = read(file(WHOLE), layer="DLTB")
    frame = table.frame
    assert frame.crs.to_epsg() == 4526
    assert frame.geometry.area.tolist() == [16_000.0, 4_000.0]
    assert len(frame.geometry.iloc[0].interiors) == 1
    rows = frame.drop(columns="geometry").astype(object)
    assert rows.where(rows.notna(), None).to_dict("records") == [
        {"BSM": 21, "DLBM": "0601", "TBMJ": 16000.0, "SJNF": "2025-12-31", "MC": "工业用地"},
        {"BSM": 22, "DLBM": "0301", "TBMJ": 4000.0, "SJNF": None, "MC": None},
    ]
    assert table.encoding == "gbk"
    assert not table.lost


def test_points_lines_and_the_names_of_layers(file):
    path = file(WHOLE, "utf-8")
    with pytest.raises(ExchangeError, match="the file holds 3 layers"):
        read(path)
    assert [layer.name for layer in inspect(path).layers] == ["DLTB", "JZD", "JZX"]
    points, lines = read(path, layer="JZD").frame, read(path, layer="JZX").frame
    assert points["JZDH"].tolist() == ["J1", "J2"]
    assert (points.geometry.iloc[1].x, points.geometry.iloc[1].y) == (38458200, 3853000)
    assert lines.geometry.length.tolist() == [300.0, 300.0, 280.0]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("", "", 4526),
        ("38500000,0,3,38", "500000,0,3", 4526),  # the eastings bear the digits, whatever the parameters say
        ("6378137,298.257222101", "6378.140,298.257", 2362),
        ("2000国家大地坐标系,6378137,298.257222101", "西安80", 2362),
        ("Parameters:114", "Parameters:", None),
        ("Parameters:114", "Parameters:111", None),  # the head and the eastings name two zones
    ],
)
def test_the_zone_is_the_heads(file, old, new, code):
    crs = read(file(WHOLE.replace(old, new) if old else WHOLE), layer="DLTB").frame.crs
    assert (None if crs is None else crs.to_epsg()) == code


def test_axes_and_the_first_edition(file):
    frame = read(file(FIRST_EDITION)).frame
    assert frame.crs.to_epsg() == 2383
    assert frame.geometry.area.tolist() == [4000.0]
    assert frame["DLMC"].tolist() == ["工业用地"]
    turned = FIRST_EDITION
    for row in ("458100,3853040", "458050,3853020", "458050,3853060", "458150,3853060", "458150,3853020"):
        turned = turned.replace(row, ",".join(row.split(",")[::-1]))
    turned = turned.replace("Dim:2", "Dim:2\nXAxisDirection:N\nYAxisDirection:E")
    assert read(file(turned)).frame.geometry.iloc[0].equals(frame.geometry.iloc[0])


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("11,-12,0,13", "11,-99,0,13", "there is no line -99"),
        ("11,-12,0,13", "11,12,0,13", "lines of one ring do not meet"),
        ("100\n38458020,3853010\n21\n4", "100\n38458020,3853010\n22\n4", "a polygon made of polygons"),
        ("38458100,3853040\n1\n11\n5", "38458100,3853040\n1\n12\n5", "a curve of the kind 12"),
        ("38458150,3853060\n38458150,3853020\n38458050,3853020\n0\nPolygonEnd", "x,y\n38458150,3853020\n38458050,3853020\n0\nPolygonEnd", "coordinates that cannot be read"),
        ("5\n38458050,3853020\n38458050,3853060\n38458150,3853060\n38458150,3853020\n38458050,3853020\n0\nPolygonEnd", "4\n38458050,3853020\n38458050,3853060\n38458150,3853060\n38458150,3853020\n0\nPolygonEnd", "a ring is not closed"),
        ("22,22,0301,4000.00,,", "22,22,0301,4000.00,,,,,", "its row of DLTB has 9 values for 5 fields"),
    ],
)  # fmt: skip
def test_a_bad_object_is_set_aside_with_its_reason(file, old, new, reason):
    assert old in WHOLE
    table = read(file(WHOLE.replace(old, new)), layer="DLTB")
    assert len(table.frame) == 1
    assert reason in table.refused["reason"].iloc[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + CODES + "PolygonBegin\n21\n", "breaks off in the section Polygon"),
        (HEAD.replace("HeadEnd\n", ""), "breaks off|has no end"),
        (HEAD + "PointBegin\nLineBegin\nLineEnd\n", "the section Point has no end before line 23"),
        (HEAD + CODES, "holds no layer"),
        ("DataMark:CNSDTF-VCT\n", "is no VCT|not"),
    ],
)
def test_what_is_no_document_is_refused(file, text, said):
    with pytest.raises(ExchangeError, match=said):
        read(file(text))


def test_annotations_are_told_as_a_loss(file):
    text = WHOLE.replace(" StyleBegin", "StyleBegin") + "AnnotationBegin\n31\n1\nx\n1\nText\n0\nAnnotationEnd\n"
    assert read(file(text), layer="DLTB").lost == ("the section Annotation",)


def hostile():
    """Documents that would take all memory, or end the process: each is refused or read in part."""
    huge = WHOLE.replace("21\n4\n11,-12,0,13", "21\n999999999\n11,-12,0,13")
    yield "references beyond the file", huge
    yield "rings beyond the file", WHOLE.replace("38458100,3853040\n1\n11\n5", "38458100,3853040\n999999999\n11\n5")
    yield (
        "points beyond the file",
        WHOLE.replace("1\n11\n5\n38458050,3853020\n38458050", "1\n11\n2147483648\n38458050,3853020\n38458050"),
    )
    yield "negative counts", WHOLE.replace("21\n4\n11", "21\n-4\n11")
    yield "no numbers", WHOLE.replace("38458200,3853000", "1e999,nan")
    line = "\n".join(f"{38458000 + n},3853000" for n in range(2_000))
    many = ",".join(["14,-14"] * 20_000)
    bomb = WHOLE.replace("LineEnd", f"14\n1000600200\nUnknown\n1\n1\n11\n2000\n{line}\n0\nLineEnd")
    yield "a line used forty thousand times", bomb.replace("21\n4\n11,-12,0,13", f"21\n40000\n{many}")
    yield "fields without a type", WHOLE.replace("BSM,Int4", "BSM")
    yield "bytes of no encoding", WHOLE.replace("工业用地", "\x00\x01")
    yield "the separator is a digit", WHOLE.replace("Separator:,", "Separator:1")
    yield "sections within sections", HEAD + "PolygonBegin\nHeadBegin\nHeadEnd\nPolygonEnd\n"
    yield "ten thousand sections", HEAD + CODES + "PointBegin\nPointEnd\n" * 10_000


@pytest.mark.parametrize(("name", "text"), list(hostile()), ids=lambda one: one if len(one) < 60 else "")
def test_traps_end_early_with_an_error_or_a_refused_row(file, name, text):
    path, table, problem = file(text), None, ""
    try:
        table = read(path, layer="DLTB")
    except ExchangeError as error:
        problem = str(error)
    assert "survey.vct" in problem or (table is not None and len(table.frame) + len(table.refused) == 2)


def test_objects_of_one_number_are_set_aside_and_rows_of_none_are_told(file):
    doubled = file(WHOLE.replace("\n22\n2001010100", "\n21\n2001010100"))
    with pytest.raises(ExchangeError, match="several objects have the number 21"):
        read(doubled, layer="DLTB")
    loose = read(file(WHOLE.replace("22,22,0301", "99,99,0301")), layer="DLTB")
    assert loose.frame["BSM"].tolist()[0] == 21
    assert "1 features have no row in DLTB" in loose.notes
    assert "1 rows in DLTB are of no feature" in loose.notes


def test_a_line_whose_number_stands_twice_bounds_no_polygon(file):
    table = read(file(WHOLE.replace("\n13\n1000600200", "\n11\n1000600200")), layer="DLTB")
    assert table.frame["BSM"].tolist() == [22]
    assert table.refused["reason"].tolist() == ["there is no line 11"]
