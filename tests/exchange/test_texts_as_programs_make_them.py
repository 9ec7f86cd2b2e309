"""Boundary points, survey points, VCT and tables of texts as programs and people write them: the right value is stated."""

from __future__ import annotations

import pytest
from exchange.test_boundary import EXAMPLE
from exchange.vct_texts import FIRST_EDITION, WHOLE

from urbanplan.errors import ExchangeError
from urbanplan.exchange.reading import read

HEADER, POINTS = EXAMPLE.split("[地块坐标]\n")
E0, N0 = 38_458_000, 3_853_000


def square(x, y, size, ring, start):
    corners = [(x, y), (x, y + size), (x + size, y + size), (x + size, y)]
    lines = [f"J{start + at},{ring},{north}.000,{east}.000" for at, (east, north) in enumerate(corners)]
    return [*lines, f"J{start},{ring},{y}.000,{x}.000"]


def plots(*rings, count=None):
    lines = [line for ring in rings for line in ring]
    return f"{HEADER}[地块坐标]\n{count or len(lines)},1.0,GX-01,甲，乙地块,面,,,,@\n" + "\n".join(lines) + "\n"


@pytest.fixture
def txt(tmp_path):
    def given(text, encoding="utf-8"):
        (tmp_path / "a.txt").write_bytes(text.encode(encoding))
        return read(tmp_path / "a.txt")

    return given


def test_a_hole_that_stands_before_its_outline_is_a_hole(txt):
    hole, outline = square(E0 + 20, N0 + 20, 10, 1, 1), square(E0, N0, 100, 2, 5)
    frame = txt(plots(hole, outline)).frame
    assert frame.geometry.area.tolist() == [9900.0]
    assert frame["界址点号"].tolist() == ["J5 J6 J7 J8 J5 J1 J2 J3 J4 J1"], "in the order of the shape's rings"
    assert frame["圈号"].tolist() == ["2 1"]
    island = square(E0 + 23, N0 + 23, 2, 3, 9)
    assert txt(plots(island, hole, outline)).frame.geometry.area.tolist() == [9904.0]
    small, large = square(E0 + 500, N0, 10, 1, 1), square(E0, N0, 100, 2, 5)
    parts = txt(plots(small, large)).frame.geometry.iloc[0].geoms
    assert [part.area for part in parts] == [100.0, 10_000.0], "parts stay as they stand"


@pytest.mark.parametrize(
    ("old", "new"),
    [(",", "，"), ("J", " J"), ("3853", "３８５３"), ("@", "＠"), ("\n", "\r")],
    ids=["commas", "tabs", "digits", "at", "mac"],
)
def test_other_marks_are_read_as_they_are_meant_and_told(txt, old, new):
    head, points = POINTS.split("@\n")
    points = points.replace(",", "\t") if new == " J" else points
    text = HEADER + "[地块坐标]\n" + f"{head}@\n{points}".replace(old, new)
    table = txt(text.replace("\n", "\r") if old == "\n" else text)
    assert table.frame.geometry.area.iloc[0] == pytest.approx(40_000)
    assert table.frame["地块名称"].tolist() == ["示范地块"]
    told = "full-width signs or tabs divide values: they were read as commas"
    assert (told in table.notes) == (old != "\n")


def test_full_width_signs_of_a_name_stay(txt):
    table = txt(plots(square(E0, N0, 100, 1, 1)))
    assert table.frame["地块名称"].tolist() == ["甲，乙地块"]
    assert not table.notes
    assert txt(POINTS.replace("示范地块", "甲@乙")).frame["地块名称"].tolist() == ["甲@乙"]
    assert len(txt(EXAMPLE + "\x1a").frame) == 1, "the end mark of old programs is no line"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("带号=38带", 4547),
        ("带号=114", 4547),
        ("带号=\n中央子午线=114", 4547),
        ("带号=第39带", 4548),
        ("带号=113", None),
    ],
)
def test_a_zone_is_said_in_several_ways(txt, said, code):
    text = EXAMPLE.replace("带号=38", said).replace("38458", "458").replace("38459", "459")
    crs = txt(text).frame.crs
    assert (crs and crs.to_epsg()) == code


def test_what_a_boundary_text_cannot_pass_on_is_told(txt):
    table = txt(EXAMPLE.replace("计量单位=米", "计量单位=千米"))
    assert "the head says the unit 千米; the coordinates are read as metres" in table.notes
    more = "\n".join(f"{line},55.5," if line.startswith("J") else line for line in EXAMPLE.splitlines())
    assert txt(more).lost == ("values behind the coordinates of points, in 1 columns",)
    empty = "\n".join(f"{line},," if line.startswith("J") else line for line in EXAMPLE.splitlines())
    assert not txt(empty).lost


@pytest.fixture
def dat(tmp_path):
    def given(text):
        (tmp_path / "a.dat").write_text(text, encoding="utf-8")
        return read(tmp_path / "a.dat")

    return given


@pytest.mark.parametrize(
    "text",
    ["1,KZD,{e},{n},88.1\n2,,{e},{n},88.2\n", "2\n1,KZD,{e},{n},88.1\n2,,{e},{n},88.2\n", "1,KZD,{e},{n},88.1,\n2,,{e},{n},88.2,\n",
     "1 , KZD , {e} , {n} , 88.1\n2 , , {e} , {n} , 88.2", "1\tKZD\t{e}\t{n}\t88.1\n2\t\t{e}\t{n}\t88.2\n",
     "1,KZD,{e},{n},88.1\r\n2,,{e},{n},88.2\r\n\x1a"],
    ids=["plain", "count", "comma", "spaces", "tabs", "end"],
)  # fmt: skip
def test_survey_points_however_they_are_divided(dat, text):
    table = dat(text.format(e="500000.125", n="3850000.25"))
    assert [(one.x, one.y) for one in table.frame.geometry] == [(500000.125, 3850000.25)] * 2
    assert table.frame["高程"].tolist() == [88.1, 88.2]
    assert table.frame["编码"].tolist()[0] == "KZD"
    assert table.frame["编码"].isna().tolist() == [False, True]
    assert not len(table.refused)


def test_survey_points_without_codes_or_heights(dat):
    for text in ("1,500000.5,3850000.5,88.1\n", "1  500000.5  3850000.5  88.1\n"):
        frame = dat(text).frame
        assert frame.drop(columns="geometry").to_numpy().tolist() == [[1, 500000.5, 3850000.5, 88.1]]
    assert dat("1,300000,500000.5,3850000.5\n").frame["编码"].tolist() == [300000]


@pytest.fixture
def csv(tmp_path):
    def given(text):
        (tmp_path / "a.csv").write_text(text, encoding="utf-8")
        return read(tmp_path / "a.csv")

    return given


def test_decimal_commas_where_something_else_divides_values(csv):
    frame = csv("id;v;x;y\n1;1.234,5;113,5;34,8\n2;-0,25;113,6;34,9\n").frame
    assert frame["v"].tolist() == [1234.5, -0.25]
    assert [(one.x, one.y) for one in frame.geometry] == [(113.5, 34.8), (113.6, 34.9)]
    assert csv("id;v\n1;1,234\n2;2,000\n").frame["v"].tolist() == [1234, 2000], "these may be thousands, and are told"
    assert csv('id,v\n1,"1,5"\n2,"2,5"\n').frame["v"].tolist() == ["1,5", "2,5"]


def test_codes_are_no_numbers_and_shortened_numbers_are_told(csv):
    assert csv("id,v\n1E5,1\n3E2,2\n").frame["id"].tolist() == ["1E5", "3E2"]
    assert csv("id,v\na,1e+05\nb,2.5E3\n").frame["v"].tolist() == [1e5, 2500.0]
    (note,) = csv("id,v\n4.10102E+17,1\n4.10103E+17,2\n").notes
    assert note == "'id' holds numbers that a spreadsheet shortened (4.10102E+17): their digits are lost in the file"


def test_rows_that_end_in_a_delimiter_are_whole(csv):
    table = csv("id,v\na,1,\nb,2,\n\x1a")
    assert table.frame.to_numpy().tolist() == [["a", 1], ["b", 2]]
    assert not len(table.refused)
    assert len(csv("id,v\na,1,\nb,2,3\nc,4\n").refused) == 2, "what stands behind the last name is no surplus"


def test_rows_that_cannot_be_counted_are_no_table(tmp_path):
    (tmp_path / "a.dat").write_bytes(b"\r,60.\n,0.000.1'385@@0000.4.(\xbc\n2,EZD,510.\n")
    with pytest.raises(ExchangeError):
        read(tmp_path / "a.dat")


@pytest.fixture
def vct(tmp_path):
    def given(text, layer="DLTB"):
        (tmp_path / "a.vct").write_text(text, encoding="utf-8")
        return read(tmp_path / "a.vct", layer=layer)

    return given


def reasons(table):
    return dict(zip(table.refused["row"], table.refused["reason"], strict=True))


def test_values_that_do_not_fit_their_field_are_named(vct):
    assert reasons(vct(WHOLE.replace("16000.00", "about", 1))) == {1: "'about' in the field 'TBMJ' is no number"}
    assert reasons(vct(WHOLE.replace("20251231\n", "20251331\n").replace(",20251231,", ",20251331,"))) == {
        1: "'20251331' in the field 'SJNF' is no date"
    }


def test_rows_of_tables_that_are_missing_or_double_are_told(vct):
    row = next(line for line in WHOLE.splitlines() if line.startswith("21,") and "0601" in line)
    assert reasons(vct(WHOLE.replace(row, f"{row}\n{row}"))) == {1: "DLTB holds several rows of it"}
    table = vct(WHOLE.replace(f"{row}\n", ""))
    assert "1 features have no row in DLTB" in table.notes
    quoted = vct(WHOLE.replace("工业用地", '"工业,用地"')).frame
    assert quoted["MC"].tolist()[0] == "工业,用地"


def test_heights_and_units_of_the_head_are_read(vct):
    points = WHOLE.replace("Dim:2", "Dim:3").replace("38458000,3853000\n0", "38458000,3853000,88.5\n0")
    assert vct(points, "JZD").frame.geometry.iloc[0].z == 88.5
    packed = WHOLE.replace("CoordinateSystemType:P", "CoordinateSystemType:D").replace("XYUnit:M", "XYUnit:S")
    packed = packed.replace("38458000,3853000\n0", "1133336.5,344800\n0")
    frame = vct(packed, "JZD").frame
    assert frame.crs.to_epsg() == 4490
    assert frame.geometry.iloc[0].coords[0] == pytest.approx((113 + 33 / 60 + 36.5 / 3600, 34.8))


def test_the_edition_of_1999_has_colours_before_its_tables(vct):
    kind = next(line for line in FIRST_EDITION.splitlines() if ",Polygon," in line)
    code, name, shape, table = kind.split(",")[:4]
    plain, coloured = (
        vct(FIRST_EDITION.replace(kind, one), table) for one in (kind, f"{code},{name},{shape},16711680,{table}")
    )
    assert coloured.frame.drop(columns="geometry").equals(plain.frame.drop(columns="geometry"))
