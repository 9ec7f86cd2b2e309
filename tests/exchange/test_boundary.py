"""Boundary-point TXT: every variant in, and back byte for byte under its template."""

from __future__ import annotations

import itertools

import geopandas as gpd
import pytest
import shapely
from exchange.sample_frames import E, N

from urbanplan.errors import ExchangeError
from urbanplan.exchange import read, write
from urbanplan.exchange.boundary.template import HEAD_FIELDS, Template

EXAMPLE = """[属性描述]
格式版本号=1.01版本
数据产生单位=郑州高新区
数据产生日期=2025-2-15
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=38
精度=0.001
转换参数=,,,,,,
[地块坐标]
5,4.0000,GX-01,示范地块,面,,工业用地,,@
J1,1,3853606.827,38458825.445
J2,1,3853806.827,38458825.445
J3,1,3853806.827,38459025.445
J4,1,3853606.827,38459025.445
J1,1,3853606.827,38458825.445
"""


def save_text(tmp_path, text, encoding="utf-8", newline="\r\n"):
    path = tmp_path / "a.txt"
    path.write_bytes(text.replace("\n", newline).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "utf-8-sig"])
@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_the_example_lands_on_its_point_and_comes_back(tmp_path, encoding, newline):
    path = save_text(tmp_path, EXAMPLE, encoding, newline)
    table = read(path)
    row = table.frame.iloc[0]
    assert (row["地块编号"], row["地块名称"], row["地块面积"], row["地块用途"]) == (
        "GX-01",
        "示范地块",
        4.0,
        "工业用地",
    )
    assert table.frame.crs.to_epsg() == 4526
    assert row["界址点号"] == "J1 J2 J3 J4 J1"
    start = shapely.get_coordinates(table.frame.to_crs(4547).geometry)[0]
    assert start == pytest.approx([458825.445, 3853606.827], abs=1e-6)
    lon_lat = shapely.get_coordinates(table.frame.to_crs(4490).geometry)[0]
    assert lon_lat == pytest.approx([113.55, 34.81], abs=1e-8)
    write(table.frame, tmp_path / "b.txt", profile=table.template)
    assert (tmp_path / "b.txt").read_bytes() == path.read_bytes()


def plots() -> gpd.GeoDataFrame:
    hole = shapely.Polygon(
        [(E, N), (E, N + 200), (E + 200, N + 200), (E + 200, N)],
        [[(458850, 3853650), (458900, 3853650), (458900, 3853700)]],
    )
    parts = shapely.MultiPolygon([hole, shapely.box(459100, 3853606, 459150, 3853700)])
    shapes = [
        shapely.box(458000, 3853000, 458100, 3853100),
        parts,
        shapely.transform(hole, lambda points: points + 1000),
    ]
    return gpd.GeoDataFrame({"地块编号": ["A", "B", "C"], "地块名称": ["示范", "多", "洞"]}, geometry=shapes, crs=4547)


VARIANTS = list(
    itertools.product(
        [HEAD_FIELDS, (*HEAD_FIELDS, "备用1", "备用2", "备用3"), ()], ["first", "next", "none"], ["closed", "open"],
        ["restart", "continue"], [True, False], [4, 6], [False, True], [True, False],
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("head", "closing", "count", "parts", "prefix", "columns", "east_first", "heads"), VARIANTS[::5]
)
def test_every_variant_comes_back(tmp_path, head, closing, count, parts, prefix, columns, east_first, heads):
    chosen = Template(head=head, closing=closing, count=count, parts=parts, zone_prefix=prefix, columns=columns,
                      east_first=east_first, heads=heads)  # fmt: skip
    write(plots(), tmp_path / "a.txt", profile=chosen, allow_loss=True)
    table = read(tmp_path / "a.txt")
    assert table.frame.crs.to_epsg() == (4526 if prefix else 4547)
    shapes = table.frame.to_crs(4547).geometry.to_numpy()
    assert len(table.refused) == 0
    assert [shape.geom_type for shape in shapes] == ["Polygon", "MultiPolygon", "Polygon"]
    assert shapely.hausdorff_distance(shapes, plots().geometry.to_numpy()).max() < 2e-3
    write(table.frame, tmp_path / "b.txt", profile=table.template, allow_loss=True)
    assert (tmp_path / "b.txt").read_bytes() == (tmp_path / "a.txt").read_bytes()


def test_a_wrong_zone_is_told(tmp_path):
    table = read(save_text(tmp_path, EXAMPLE.replace("带号=38", "带号=39")))
    assert table.frame.crs.to_epsg() == 4526
    assert "zone 39" in table.notes[0]


@pytest.mark.parametrize(("said", "unit"), [("4.0000", "ha"), ("40000", "m2"), ("60.0", "mu")])
def test_the_area_unit_is_seen(tmp_path, said, unit):
    assert read(save_text(tmp_path, EXAMPLE.replace("4.0000", said))).template.area_unit == unit


def test_numbers_beyond_the_start_are_kept(tmp_path):
    text = EXAMPLE.replace("J1,", "J7,").replace("J3,", "J99,")
    table = read(save_text(tmp_path, text))
    assert table.frame["界址点号"][0] == "J7 J2 J99 J4 J7"
    write(table.frame, tmp_path / "b.txt", profile=table.template)
    assert (tmp_path / "b.txt").read_bytes() == (tmp_path / "a.txt").read_bytes()


POINTS = "".join(line + "\n" for line in EXAMPLE.splitlines()[13:])


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("9,4.0,B,乙,面,,,,@\n" + POINTS, "the head says 9"),
        ("4,4.0,B,乙,面,,,,@\n" + "".join(POINTS.splitlines(True)[:4]), "not closed"),
        ("2,4.0,B,乙,面,,,,@\n" + "".join(POINTS.splitlines(True)[:2]), ""),
        ("5,4.0,B,乙,面,,,,@\n" + POINTS.replace("3853806.827", "?"), "no number"),
    ],
)
def test_a_bad_plot_is_named_and_the_rest_is_read(tmp_path, bad, reason):
    table = read(save_text(tmp_path, EXAMPLE + bad + "5,4.0,C,丙,面,,,,@\n" + POINTS))
    assert table.frame["地块编号"].tolist() == ["GX-01", "C"]
    assert table.refused["row"].tolist() == [2]
    assert reason in table.refused["reason"][0]


@pytest.mark.parametrize("line", ["J2,1,3853806.827", "what is this", "J2,x,3853806.827,38458825.445", "J2,1"])
def test_a_bad_line_is_named_by_its_number(tmp_path, line):
    text = EXAMPLE.replace("J2,1,3853806.827,38458825.445", line)
    with pytest.raises(ExchangeError, match=r"a\.txt:15: "):
        read(save_text(tmp_path, text))


def test_a_sample_file_is_a_template(tmp_path):
    save_text(tmp_path, EXAMPLE.replace("J1,", "P1,").replace("J2,", "P2,"), "gbk", "\n").rename(
        tmp_path / "sample.txt"
    )
    write(plots(), tmp_path / "b.txt", profile=str(tmp_path / "sample.txt"))
    data = (tmp_path / "b.txt").read_bytes()
    assert b"\r" not in data
    assert data.decode("gbk").splitlines()[13].startswith("P1,1,3853000.000,38458100.000")


def test_an_unknown_template_is_told(tmp_path):
    with pytest.raises(ExchangeError, match="standard"):
        write(plots(), tmp_path / "b.txt", profile="no-such")
