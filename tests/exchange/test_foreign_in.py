"""Shapefiles, zips, databases, TXT, GeoJSON and drawings as other programs make them, with an answer known by hand."""

from __future__ import annotations

import json
import sqlite3
import struct
import zipfile
import zlib
from contextlib import closing

import geopandas as gpd
import numpy as np
import pytest
import shapely
from exchange.sample_frames import E, N

from urbanplan.errors import ExchangeError
from urbanplan.exchange import inspect, read, write
from urbanplan.exchange.geometry.curves import linearize

NAMES = ["科学大道", "西三环", "石佛"]
ENDINGS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
LOCAL = 'LOCAL_CS["郑州城市坐标",UNIT["Meter",1.0]]'


def parcels():
    shapes = [shapely.box(E + at, N, E + at + 100, N + 100) for at in (0, 200, 400)]
    return gpd.GeoDataFrame({"id": ["A", "B", "C"], "名称": NAMES}, geometry=shapes, crs=4547)


def database(folder):
    """A GeoPackage as of another program: no metadata file, no index, its layer called zd."""
    path = write(parcels(), folder / "a.gpkg", metadata={"layer": "zd"}).path
    (folder / "a.gpkg.meta.json").unlink()
    base = sqlite3.connect(path)
    for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        base.execute(f'DROP TRIGGER "{name}"')
    base.execute("DROP TABLE rtree_zd_geom")
    base.execute("DELETE FROM gpkg_extensions")
    return path, base


def shapefile(folder, name="a"):
    return write(parcels(), folder / f"{name}.shp", profile="gbk").path


def patch_file(path, change):
    data = bytearray(path.read_bytes())
    change(data)
    path.write_bytes(bytes(data))


@pytest.mark.parametrize(("language", "page"), [(0x57, None), (0x03, None), (0, "ISO-8859-1"), (0, "ANSI 1252")])
def test_chinese_that_is_declared_as_latin_is_chinese(tmp_path, language, page):
    """GDAL and old ArcGIS write the language byte of Windows' Latin whatever the texts are."""
    path = shapefile(tmp_path)
    patch_file(path.with_suffix(".dbf"), lambda data: data.__setitem__(29, language))
    path.with_suffix(".cpg").unlink()
    if page:
        path.with_suffix(".cpg").write_text(page, encoding="ascii")
    table = read(path)
    assert table.frame["名称"].tolist() == NAMES
    assert any("gbk" in note for note in table.notes)
    if page != "ANSI 1252":
        assert read(path, encoding="cp1252").frame.columns[1] != "名称", "a pin is a pin"


def test_a_text_cut_inside_a_character_makes_no_nonsense_of_the_others(tmp_path):
    cut = {}
    for code in ("gbk", "utf-8"):
        path = write(parcels(), tmp_path / f"{code}.shp", profile=code).path
        whole, dbf = "西三环".encode(code), path.with_suffix(".dbf")
        dbf.write_bytes(dbf.read_bytes().replace(whole, whole[:-1] + b" "))
        cut[code] = read(path)
        assert cut[code].encoding == code
    assert inspect(tmp_path / "gbk.shp").encodings[0]["encoding"] == "gbk"
    assert cut["gbk"].frame["名称"].tolist() == ["科学大道", "西三", "石佛"]
    assert cut["gbk"].notes == ("1 texts end inside a character of gbk: the half of it is left out",)
    assert cut["utf-8"].frame["名称"].tolist() == ["科学大道", "西三", "石佛"], "one rule for both encodings"


def test_what_a_shapefile_lacks_is_told(tmp_path):
    path = shapefile(tmp_path)
    head, long = struct.unpack_from("<HH", path.with_suffix(".dbf").read_bytes(), 8)
    patch_file(path.with_suffix(".dbf"), lambda data: data.__setitem__(head + long, ord("*")))
    path.with_suffix(".prj").write_text(LOCAL, encoding="utf-8")
    table = read(path)
    assert table.frame["id"].tolist() == ["A", "C"]
    assert "1 records marked as deleted were passed over" in table.notes
    assert table.frame.crs is None
    assert "郑州城市坐标" in table.crs_note
    path.with_suffix(".dbf").unlink()
    assert "there is no .dbf beside it: the shapes have no fields" in read(path).notes


def pack_zip(path, members):
    """A zip as Chinese programs make it: names in GBK, not said to be UTF-8."""
    body, listing = b"", b""
    for name, data in members:
        own, crc = name.encode("gbk"), zlib.crc32(data)
        sizes = struct.pack("<IIIHH", crc, len(data), len(data), len(own), 0)
        at, body = len(body), body + struct.pack("<IHHHHH", 0x04034B50, 20, 0, 0, 0, 33) + sizes + own + data
        listing += struct.pack("<IHHHHHH", 0x02014B50, 20, 20, 0, 0, 0, 33) + sizes
        listing += struct.pack("<HHHII", 0, 0, 0, 0, at) + own
    count = len(members)
    path.write_bytes(
        body + listing + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(listing), len(body), 0)
    )
    return path


def test_zips_with_gbk_names_other_cases_and_what_macos_adds(tmp_path):
    path = shapefile(tmp_path)
    files = {ending: path.with_suffix(ending).read_bytes() for ending in ENDINGS}
    made = pack_zip(tmp_path / "gbk.zip", [(f"数据/宗地{ending}", data) for ending, data in files.items()])
    assert [layer.name for layer in inspect(made).layers] == ["数据/宗地"]
    assert read(made, layer="数据/宗地").frame["名称"].tolist() == NAMES

    with zipfile.ZipFile(tmp_path / "mac.zip", "w") as other:
        for ending, data in files.items():
            other.writestr(f"{'zd' if ending == '.dbf' else 'ZD'}{ending}", data)
            other.writestr(f"__MACOSX/._ZD{ending}", b"\0\5\x16\7")
    assert read(tmp_path / "mac.zip").frame["名称"].tolist() == NAMES, "the table of ZD.shp is zd.dbf on Windows"


def test_a_layer_that_cannot_be_read_hides_no_other(tmp_path):
    path, base = database(tmp_path)
    with closing(base), base:
        base.execute("CREATE VIEW v AS SELECT * FROM zd")
        base.execute("INSERT INTO gpkg_contents (table_name, identifier, data_type) VALUES ('v', 'v', 'attributes')")
    layers = {layer.name: layer for layer in inspect(path).layers}
    assert layers["zd"].features == 3
    assert "is a view" in layers["v"].notes[0]
    assert len(read(path, layer="zd").frame) == 3
    with pytest.raises(ExchangeError, match="the layer v is a view"):
        read(path, layer="v")


@pytest.mark.parametrize("code", [-1, 0])
def test_an_undefined_crs_is_none(tmp_path, code):
    path, base = database(tmp_path)
    with closing(base), base:
        base.execute("UPDATE gpkg_geometry_columns SET srs_id = ?", (code,))
        base.execute("UPDATE gpkg_contents SET srs_id = ?", (code,))
    table = read(path)
    assert table.frame.crs is None
    assert "Undefined" in table.crs_note
    assert inspect(path, near=(113.55, 34.81)).layers[0].crs_guesses[0]["crs"] == "EPSG:4547"


def arc(*points):
    return struct.pack("<BII", 1, 8, len(points)) + np.array(points, dtype="<f8").tobytes()


def test_arcs_become_chords():
    circle = arc((0, 0), (50, -50), (100, 0), (50, 50), (0, 0))
    disk = linearize(struct.pack("<BII", 1, 10, 1) + circle)
    assert disk.area == pytest.approx(2500 * np.pi, rel=2e-4)
    assert disk.bounds == pytest.approx((0, -50, 100, 50), abs=1e-6)
    line = struct.pack("<BII", 1, 2, 2) + np.array([(100, 0), (0, 0)], dtype="<f8").tobytes()
    half = struct.pack("<BII", 1, 9, 2) + arc((0, 0), (50, 50), (100, 0)) + line
    halves = (
        struct.pack("<BII", 1, 12, 2) + shapely.to_wkb(shapely.box(0, 0, 1, 1)) + struct.pack("<BII", 1, 10, 1) + half
    )
    made = linearize(halves)
    assert made.geom_type == "MultiPolygon"
    assert made.area == pytest.approx(1250 * np.pi + 1, rel=2e-4)
    assert linearize(arc((0, 0), (100, 0), (0, 0))).length == pytest.approx(100 * np.pi, rel=1e-4), "a whole circle"
    assert linearize(arc((0, 0), (1, 1), (2, 2))).length == pytest.approx(8**0.5), "three points in a line"
    with pytest.raises(ValueError, match="start, a middle and an end"):
        linearize(arc((0, 0), (1, 1)))


def test_a_geopackage_with_arcs_is_read_and_says_so(tmp_path):
    path, base = database(tmp_path)
    with closing(base), base:
        blob = b"GP\0\1" + struct.pack("<i", 4547) + struct.pack("<BII", 1, 10, 1)
        blob += arc((E, N), (E + 50, N - 50), (E + 100, N), (E + 50, N + 50), (E, N))
        base.execute("UPDATE gpkg_geometry_columns SET geometry_type_name = 'GEOMETRY'")
        base.execute("UPDATE zd SET geom = ? WHERE id = 'B'", (blob,))
    table = read(path)
    assert table.frame.geometry.area.tolist() == pytest.approx([10_000, 2500 * np.pi, 10_000], rel=2e-4)
    assert "1 geometries have arcs: they were drawn as chords" in table.notes


HEAD = "[属性描述]\n坐标系=2000国家大地坐标系\n带号=38\n[地块坐标]\n"


def plot(name, at=0, *, zone=True, turned=False, closed=True):
    ring = [(N, E + at), (N + 100, E + at), (N + 100, E + at + 100), (N, E + at + 100)]
    rows = [(1, ring[0]), (2, ring[1]), (3, ring[2]), (4, ring[3]), *([(1, ring[0])] if closed else [])]
    lines = [f"{len(rows)},1,{name},地块,面,,工业用地,,@"]
    for number, (north, east) in rows:
        pair = (north, east + 38e6 * zone)
        lines.append("J{},1,{:.3f},{:.3f}".format(number, *(pair[::-1] if turned else pair)))
    return "\n".join(lines) + "\n"


def txt(folder, text):
    (folder / "a.txt").write_text(text, encoding="utf-8")
    return folder / "a.txt"


def test_a_line_that_is_no_point_sets_its_plot_aside(tmp_path):
    bad = plot("B", 200).replace("J2,1,", "J2,", 1)
    table = read(txt(tmp_path, HEAD + plot("A") + bad + plot("C", 400)))
    assert table.frame["地块编号"].tolist() == ["A", "C"]
    assert table.frame.geometry.area.tolist() == pytest.approx([10_000, 10_000])
    row = table.refused.to_dict("records")[0]
    assert (row["row"], row["id"]) == (2, "B")
    assert row["reason"].startswith("line 13 is no boundary point: 'J2,3853706.827")
    first = read(txt(tmp_path, HEAD + bad + plot("A") + plot("C", 400)))
    assert (first.frame["地块编号"].tolist(), first.notes) == (["A", "C"], ()), (
        "one plot changes nothing for the others"
    )


@pytest.mark.parametrize("odd", [{"turned": True}, {"zone": False}])
def test_plots_written_otherwise_than_most_are_set_aside(tmp_path, odd):
    table = read(txt(tmp_path, HEAD + plot("A") + plot("B", 200, **odd) + plot("C", 400)))
    assert table.frame.crs.to_epsg() == 4526
    assert table.refused["id"].tolist() == ["B"]
    assert "otherwise than those of most plots" in table.refused["reason"].iloc[0]


def test_guesses_on_a_txt_are_told(tmp_path):
    assert any("east stands before north" in note for note in read(txt(tmp_path, HEAD + plot("A", turned=True))).notes)
    bare = plot("A").split("\n", 1)[1]
    table = read(txt(tmp_path, bare))
    assert table.frame.crs.to_epsg() == 4526
    assert table.notes == ("no coordinate system is named: it is taken as CGCS2000",)


def test_an_open_plot_is_closed_on_request_and_logged(tmp_path, capsys):
    from exchange.real_files import ValidFile, write_plan

    from urbanplan.cli.app import run

    home = write_plan(ValidFile("", 0), tmp_path / "plan")
    path = txt(tmp_path, HEAD + plot("A") + plot("B", 200, closed=False) + plot("C", 400))
    line = ["--lang", "en", "add", "layer", str(path), "--plan", str(home), "--column", "id=地块编号"]
    assert run([*line, "--dry-run"]) == 0
    assert "✗ feature 2 B: a ring that is not closed" in capsys.readouterr().err
    assert run([*line, "--repair", "close"]) == 0
    assert "~ B close: mended, 0.000 → 10000.000 m²" in capsys.readouterr().err
    assert read(home / "layer.gpkg").frame["id"].tolist() == ["A", "B", "C"]


POINT = '{"type": "Feature", "properties": {"id": %s}, "geometry": {"type": "Point", "coordinates": [113.5, 34.8]}}'


@pytest.mark.parametrize("mark", ["", "\x1e"])
def test_newline_delimited_geojson(tmp_path, mark):
    path = tmp_path / "a.geojson"
    path.write_text("".join(f"{mark}{line}\n" for line in (POINT % 1, "{broken", POINT % 3)), encoding="utf-8")
    table = read(path)
    assert table.frame["id"].tolist() == [1, 3]
    assert table.refused[["row", "reason"]].to_numpy().tolist() == [[2, "an entry that is no Feature"]]
    assert table.notes == ("each line is a feature of its own (newline-delimited)",)


def test_crs_members_of_old_and_esri_json(tmp_path):
    path = tmp_path / "a.geojson"
    shape = {"type": "Point", "coordinates": [E, N]}
    for member, code in (({"type": "EPSG", "properties": {"code": 4547}}, 4547), ({"type": "link"}, None)):
        path.write_text(json.dumps({**shape, "crs": member}), encoding="utf-8")
        table = read(path)
        assert (table.frame.crs and table.frame.crs.to_epsg(), len(table.notes)) == (code, int(code is None))
    path.write_text('{"geometryType": "esriGeometryPoint", "features": []}', encoding="utf-8")
    assert len(read(path).frame) == 0, "the JSON of Esri, refused before, is read"


def test_an_entry_without_id_is_named_none(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_text(
        '{"type": "FeatureCollection", "features": [%s, null, {"id": "x"}]}' % (POINT % 1), encoding="utf-8"
    )
    assert read(path).refused["id"].tolist() == [None, "x"]


def test_drawings_escape_characters_and_put_block_parts_on_their_layer(tmp_path):
    ezdxf = pytest.importorskip("ezdxf")
    drawing = ezdxf.new("R2000")
    space, block = drawing.modelspace(), drawing.blocks.new("房屋")
    block.add_lwpolyline([(0, 0), (1, 0), (1, 1), (0, 1)], close=True, dxfattribs={"layer": "0"})
    block.add_lwpolyline([(0, 0), (1, 0), (1, 1)], close=True, dxfattribs={"layer": "门"})
    space.add_blockref("房屋", (E, N), dxfattribs={"xscale": 10, "yscale": 20, "rotation": 90, "layer": "建筑"})
    space.add_text("\\U+5DE5\\M+5D2B5", height=1)
    space.add_lwpolyline([(E, N)])
    drawing.appids.add("SOUTH")
    space.add_line((0, 0), (1, 1)).set_xdata("SOUTH", [(1000, "300000")])
    drawing.saveas(tmp_path / "a.dxf")
    table = read(tmp_path / "a.dxf")
    assert table.frame["layer"].tolist() == ["建筑", "门", "0", "0"]
    assert set(table.frame["block"].dropna()) == {"房屋"}
    assert table.frame.geometry[0].area == pytest.approx(200)
    assert table.frame["text"].dropna().tolist() == ["工业"]
    assert table.refused["reason"].tolist() == ["a LWPOLYLINE without two points that are numbers"]
    assert table.frame["编码"].dropna().tolist() == ["300000"], "extended data of CASS are columns"


@pytest.mark.parametrize(
    ("name", "head", "words"),
    [("a.dgn", b"", "as DXF"), ("a.dxf", b"AC1018\0", "as DXF"), ("a.xlsb", b"PK", "as XLSX"),
     ("a.kml", "界".encode("utf-16"), "no XML"), ("a.geojsonl", b"{", ".geojson")],
)  # fmt: skip
def test_what_to_do_with_a_file_that_is_not_read(tmp_path, name, head, words):
    (tmp_path / name).write_bytes(head)
    with pytest.raises(ExchangeError, match=words):
        read(tmp_path / name)


def test_a_feature_at_nought_among_others_is_suspected(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,lon,lat\nA,113.5,34.8\nB,0,0\n", encoding="utf-8")
    (row,) = [row for row in inspect(path).layers[0].suspicions if row["code"] == "nowhere"]
    assert row["message"] == "1 features lie at 0, 0, the first is feature 2"
