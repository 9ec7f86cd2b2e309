"""Tables, GeoParquet, shapes and texts as people and other programs write them: the right value is stated."""

import datetime
import json
import sqlite3
import struct
from contextlib import closing

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from urbanplan.analysis.convert import convert_file
from urbanplan.errors import CrsError, ExchangeError, LossError
from urbanplan.exchange.reading import read
from urbanplan.exchange.writing import write
from urbanplan.layer.dates import parse_day

FILES = "cases/files"


def sheet(path, rows, merge=()):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for area in merge:
        book.active.merge_cells(area)
    book.save(path)
    return path


def csv(folder, text):
    (folder / "a.csv").write_text(text, encoding="utf-8")
    return read(folder / "a.csv")


@pytest.mark.parametrize(
    "text",
    ["2025-03-01", "2025-3-1", "2025/3/1", "2025/03/01", "2025.3.1", "2025年3月1日", "20250301", "２０２５年３月１日",
     "2025-03-01 00:00:00", " 2025 年 3 月 1 日"],
)  # fmt: skip
def test_a_day_in_all_common_spellings(text):
    assert parse_day(text) == datetime.date(2025, 3, 1)


@pytest.mark.parametrize("text", ["01/03/2025", "2025", "2025-03", "2025年3月", "2025-13-01", "1234567", "2025-02-30"])
def test_what_is_no_day_or_may_be_two(text):
    assert parse_day(text) is None


def test_a_workbook_of_an_office(shared):
    table = read(shared / FILES / "book.xlsx")
    assert table.frame["编号"].tolist() == ["001", "002", "003", "004"]
    assert table.frame["街道"].tolist() == ["石佛", "石佛", "双桥", "双桥"], "B3:B4 are merged"
    assert table.frame["供地日期"].tolist() == [datetime.date(2025, 3, 1)] * 4, "a date, 45717, 2025.3.1, 2025年3月1日"
    assert table.frame["面积(亩)"].iloc[1:3].tolist() == [12.5, 1234.5]
    assert table.frame["面积(亩)"].isna().tolist() == [True, False, False, True], "a formula without a value is unknown"
    assert np.round(table.frame.geometry.x, 2).tolist() == [113.55, 113.56, 113.56, 113.57]
    said = " ".join(table.notes)
    for word in ("7 (合计)", "1 merged cells", "1 formulas have no saved value", "'１２．５' was read as 12.5"):
        assert word in said


def test_a_mixed_column_wears_no_quote_marks(shared, tmp_path):
    table = read(shared / FILES / "peers/tab/mixed.xlsx")
    assert table.frame["编号"].tolist() == ["101", "102A", "103"]
    assert table.frame["面积"].isna().tolist() == [False, True, False], "— is no value"
    out = write(table.frame, tmp_path / "a.gpkg").path
    assert read(out).frame["编号"].tolist() == ["101", "102A", "103"]
    ids = read(shared / FILES / "ids.geojson")
    assert ids.frame["id"].tolist() == ["7", "B-2"]
    assert any("'id' holds texts among other values" in note for note in ids.notes)


def test_merged_numbers_count_once(tmp_path):
    path = sheet(tmp_path / "a.xlsx", [["id", "area"], ["A", 12], ["B", None], ["C", 3]], merge=["B2:B3"])
    table = read(path)
    assert table.frame["area"].sum() == 15
    assert any("counts once" in note for note in table.notes)


@pytest.mark.parametrize("word", ["合计", "合 计", "总计", "小计：", "Total", "SUM"])
def test_rows_of_totals_are_no_features(tmp_path, word):
    table = csv(tmp_path, f"id,area\nA,1\nB,2\n{word},3\n")
    assert table.frame["id"].tolist() == ["A", "B"]
    assert any("rows of totals" in note for note in table.notes)
    path = sheet(tmp_path / "a.xlsx", [["id", "area"], ["A", 1], ["B", 2], [word, 3]])
    assert read(path).frame["area"].sum() == 3


def test_numbers_with_marks_and_codes(tmp_path):
    table = csv(tmp_path, 'id,area,code,gap,name\nA,"1,234.5",007,１２,x\nB,２００,012,—,1\nC,-3,100,5,3\n')
    assert table.frame["area"].tolist() == [1234.5, 200, -3]
    assert table.frame["code"].tolist() == ["007", "012", "100"], "leading zeros make a code"
    assert table.frame["gap"].isna().tolist() == [False, True, False]
    assert table.frame["name"].tolist() == ["x", "1", "3"]


def test_dates_of_a_text_become_plain_ones(tmp_path):
    table = csv(tmp_path, "id,day\nA,2025年3月1日\nB,2025/4/2\n")
    assert table.frame["day"].tolist() == ["2025-03-01", "2025-04-02"]
    assert csv(tmp_path, "id,day\nA,2025年3月1日\nB,待定\n").frame["day"].tolist() == ["2025年3月1日", "待定"]


@pytest.mark.parametrize(
    ("name", "columns", "rows"),
    [("arcgis_shape", ["FID", "Shape", "地块编号", "Area"], 2), ("shape", ["id", "shape"], 2),
     ("gtype", ["id", "geometry_type"], 2), ("kind", ["id", "kind", "x", "y", "geometry"], 2),
     ("primitives", ["code", "name", "primitives"], 3), ("dup", ["id", "name", "name_2", "x", "y", "geometry"], 1),
     ("head_only", ["a", "b", "c"], 0), ("head_only_nonl", ["a", "b", "c"], 0)],
)  # fmt: skip
def test_tables_of_other_suites(shared, name, columns, rows):
    frame = read(shared / FILES / f"peers/tab/{name}.csv").frame
    assert (list(frame.columns), len(frame)) == (columns, rows)


def test_wkt_of_another_suite(shared):
    """An arc in WKT is the one row that is set aside; the others are read, one of them empty, one null."""
    table = read(shared / FILES / "peers/tab/wkt.csv")
    assert table.frame["id"].tolist() == [1, 2, 3, 4, 6, 7]
    assert table.refused["row"].tolist() == [5]


def test_a_sheet_of_a_chart_is_passed_over(shared):
    assert read(shared / FILES / "peers/tab/chartsheet.xlsx").frame["id"].tolist() == [1]


def test_cells_that_look_like_formulas_keep_their_value(tmp_path):
    texts = ["=1+1", "-A座", "+86", "@x", "'quoted", "'=1", "plain"]
    frame = pd.DataFrame({"id": [f"P{at}" for at in range(len(texts))], "t": texts, "area": [12.345678] * len(texts)})
    path = write(frame, tmp_path / "a.xlsx").path
    cells = openpyxl.load_workbook(path).active
    assert [cells.cell(at + 2, 2).value for at in range(4)] == texts[:4], "no apostrophe stands in the cell"
    assert cells.cell(2, 2).data_type == "s"
    assert cells.cell(2, 2).quotePrefix
    assert cells.cell(2, 3).value == 12.345678, "all digits are kept"
    assert cells.cell(2, 3).number_format == "0.0000"
    assert cells.auto_filter.ref == "A1:C8"
    path.with_name("a.xlsx.meta.json").unlink()
    assert read(path).frame["t"].tolist() == texts


ENCODED = {
    "point": ["POINT (1 2)", None, "POINT (3 4)"],
    "linestring": ["LINESTRING (0 0, 1 1)", None, "LINESTRING (0 0, 1 2, 3 4)"],
    "polygon": ["POLYGON ((0 0, 9 0, 9 9, 0 0), (1 1, 3 1, 3 2, 1 1))", None, "POLYGON ((0 0, 1 0, 1 1, 0 0))"],
    "multipoint": ["MULTIPOINT ((1 2), (3 4))", None],
    "multilinestring": ["MULTILINESTRING ((0 0, 1 1), (2 2, 3 3, 4 5))", None],
    "multipolygon": ["MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))", None, "MULTIPOLYGON EMPTY"],
}


@pytest.mark.parametrize("kind", ENCODED)
@pytest.mark.parametrize("laid", ["separated", "interleaved"])
@pytest.mark.parametrize("high", [False, True])
def test_geoarrow_encodings(tmp_path, kind, laid, high):
    """Each kind of GeoParquet 1.1, written here from GeoJSON's own lists, with nulls, empties and heights."""
    shapes = [None if text is None else shapely.from_wkt(text) for text in ENCODED[kind]]
    shapes = [shape and shapely.force_3d(shape, 7.0) if high else shape for shape in shapes]
    axes = "xyz" if high else "xy"

    def place(value):
        return dict(zip(axes, value, strict=True)) if laid == "separated" else list(value)

    def nest(value, levels):
        return place(value) if levels == 0 else [nest(part, levels - 1) for part in value]

    levels = {"point": 0, "linestring": 1, "multipoint": 1, "polygon": 2, "multilinestring": 2, "multipolygon": 3}[kind]
    field = (
        pa.struct([(axis, pa.float64()) for axis in axes]) if laid == "separated" else pa.list_(pa.float64(), len(axes))
    )
    for _ in range(levels):
        field = pa.list_(field)
    lists = [
        None if shape is None else nest(shapely.geometry.mapping(shape)["coordinates"], levels) for shape in shapes
    ]
    table = pa.table({"id": list(range(len(shapes))), "geom": pa.array(lists, field)})
    about = {
        "version": "1.1.0",
        "primary_column": "geom",
        "columns": {"geom": {"encoding": kind, "geometry_types": []}},
    }
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(about)}), tmp_path / "a.parquet")
    found = read(tmp_path / "a.parquet").frame
    for ours, theirs in zip(found.geometry, shapes, strict=True):
        assert (ours is None) == (theirs is None)
        assert theirs is None or (ours.is_empty and theirs.is_empty) or shapely.equals_identical(ours, theirs)
    assert found.crs.to_authority() == ("OGC", "CRS84")


def test_parquet_of_other_suites(shared):
    native = read(shared / FILES / "native.parquet").frame
    assert native.crs.to_epsg() == 4547
    assert native.area.round(3).tolist() == [10000.0, 10000.0]
    assert list(read(shared / FILES / "cover.parquet").frame.columns) == ["id", "geometry"], (
        "the boxes are no attribute"
    )
    peers = shared / FILES / "peers/crash"
    assert read(peers / "native.parquet").frame.geometry.iloc[0].equals(shapely.Point(113, 34))
    assert read(peers / "projjson_noid.parquet").frame.crs.name == "My own CRS"
    assert read(peers / "crs_absent.parquet").frame.crs.to_authority() == ("OGC", "CRS84")


@pytest.mark.parametrize(("crs", "code"), [("srid:4547", 4547), ("EPSG:4549", 4549), ("projjson:own", 4547)])
def test_the_geometry_type_of_parquet_itself(tmp_path, crs, code):
    shapes = gpd.GeoSeries.from_xy([459000.0], [3853000.0])
    field = pa.field("shape", pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb",
                                                     "ARROW:extension:metadata": json.dumps({"crs": crs})})  # fmt: skip
    own = gpd.GeoSeries(shapes, crs="EPSG:4547").crs.to_json()
    schema = pa.schema([pa.field("id", pa.string()), field], metadata={"own": own})
    pq.write_table(pa.table([["A"], shapely.to_wkb(shapes.to_numpy())], schema=schema), tmp_path / "a.parquet")
    found = read(tmp_path / "a.parquet").frame
    assert (found.crs.to_epsg(), found.geometry.x[0]) == (code, 459000.0)


def test_an_index_of_pandas_is_a_column_unless_it_counts_rows(tmp_path):
    frame = gpd.GeoDataFrame({"id": ["a", "b"], "v": [1, 2]}, geometry=gpd.points_from_xy([0, 1], [0, 1]), crs=4547)
    for index, names in ((frame.set_index("id").rename_axis(None), ["v", "index"]), (frame.iloc[1:], ["id", "v"]),
                         (frame.set_index("id"), ["v", "id"])):  # fmt: skip
        index.to_parquet(tmp_path / "a.parquet")
        assert [name for name in read(tmp_path / "a.parquet").frame.columns if name != "geometry"] == names


def test_times_finer_than_a_microsecond_are_a_loss(shared):
    assert read(shared / FILES / "peers/crash/ts_ns.parquet").lost == ("parts of a microsecond of t",)
    assert not read(shared / FILES / "peers/crash/base.parquet").lost


@pytest.mark.parametrize("shapes", [True, False])
def test_a_table_without_geo_metadata_tells_its_fine_times_too(tmp_path, shapes):
    moments = pa.array([1, 2_000], pa.timestamp("ns")), pa.array([3, 4_000], pa.time64("ns"))
    columns = {"id": ["a", "b"], "t": moments[0], "hour": moments[1]}
    columns |= {"geometry": shapely.to_wkb(shapely.points([0, 1], [0, 1]))} if shapes else {}
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    assert read(tmp_path / "a.parquet").lost == ("parts of a microsecond of t, hour",)


def test_what_stands_in_a_hidden_folder_is_hidden(tmp_path):
    mark = "<Placemark><name>{0}</name>{1}<Point><coordinates>113,34</coordinates></Point></Placemark>"
    off = "<visibility>0</visibility>"
    inside = (
        mark.format("a", "") + f"<Folder><name>deep</name>{mark.format('b', '<visibility>1</visibility>')}</Folder>"
    )
    text = f"<kml><Document><Folder><name>old</name>{off}{inside}</Folder>{mark.format('c', '')}{mark.format('d', off)}"
    (tmp_path / "a.kml").write_text(f"{text}</Document></kml>")
    table = read(tmp_path / "a.kml")
    assert table.frame["name"].tolist() == ["a", "b", "c", "d"]
    assert "3 placemarks are hidden in the file: they are read" in table.notes


def test_coordinates_of_a_kml_that_are_no_degrees_are_told(tmp_path):
    """Latitude was written first: the result has no CRS, and 113.5 is no latitude."""
    mark = "<Placemark><name>a</name><Point><coordinates>34.8,113.5</coordinates></Point></Placemark>"
    (tmp_path / "a.kml").write_text(f"<kml><Document>{mark}</Document></kml>")
    told = [str(note) for note in convert_file(tmp_path / "a.kml", tmp_path / "a.gpkg").notes]
    assert any("not of the size that WGS 84 has" in text for text in told)


def test_an_empty_number_of_a_kml_is_null(tmp_path):
    schema = '<Schema id="s"><SimpleField type="int" name="n"/><SimpleField type="string" name="t"/></Schema>'
    row = '<Placemark><ExtendedData><SchemaData><SimpleData name="n">{0}</SimpleData><SimpleData name="t"></SimpleData></SchemaData></ExtendedData><Point><coordinates>113,34</coordinates></Point></Placemark>'
    (tmp_path / "a.kml").write_text(f"<kml><Document>{schema}{row.format('')}{row.format(7)}</Document></kml>")
    frame = read(tmp_path / "a.kml").frame
    assert frame["n"].isna().tolist() == [True, False]
    assert (frame["n"][1], frame["t"].tolist()) == (7, ["", ""])


def test_every_row_above_the_names_is_told(tmp_path):
    """A unit of the whole table stands in one of them: 1.5 are hectares, which no column says."""
    rows = [["供地计划表"], ["单位：公顷"], ["编号", "面积"], ["a", 1.5]]
    (tmp_path / "a.csv").write_text("\n".join(",".join(map(str, row)) for row in rows), encoding="utf-8")
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    for ending in ("csv", "xlsx"):
        table = read(tmp_path / f"a.{ending}")
        assert table.frame.to_dict("list") == {"编号": ["a"], "面积": [1.5]}
        assert (
            "'供地计划表', '单位：公顷' stand above the names, which are in row 3: no value of theirs is taken over"
            in table.notes
        )


def test_digits_in_full_width_alone_are_chinese(tmp_path):
    """A table of areas typed in full width: nothing but these pairs of bytes speaks for its encoding."""
    texts = ["１２３．５", "２００", "３"]
    frame = gpd.GeoDataFrame({"mj": texts}, geometry=gpd.points_from_xy([0, 1, 2], [0, 1, 2]), crs=4547)
    frame.to_file(tmp_path / "a.shp", encoding="GBK")
    (tmp_path / "a.cpg").unlink()
    table = read(tmp_path / "a.shp")
    assert (table.frame["mj"].tolist(), table.encoding) == (texts, "gbk")


def test_a_damaged_prj(shared, tmp_path):
    path = shared / FILES / "prj_broken.shp"
    with pytest.raises(CrsError, match=r"prj_broken.prj: the .prj is damaged: PROJCS\[\"用户自定义\".*--crs EPSG:4547"):
        read(path)
    table = read(path, crs="EPSG:4547")
    assert table.frame.crs.to_epsg() == 4547
    frame = gpd.GeoDataFrame({"id": ["A"]}, geometry=[shapely.box(0, 0, 1, 1)], crs="EPSG:4547")
    own = write(frame, tmp_path / "a.shp").path
    page = own.with_suffix(".prj")
    text = frame.crs.to_wkt("WKT1_ESRI").replace("CGCS2000_3_Degree_GK_CM_114E", "郑州城市坐标系")
    page.write_bytes(text.encode("gbk"))
    own.with_name("a.shp.meta.json").unlink()
    assert read(own).frame.crs.name == "郑州城市坐标系"
    page.write_text(frame.crs.to_wkt(), encoding="utf-8")  # WKT of 2019, which GDAL does not take from a .prj
    assert read(own).frame.crs.to_epsg() == 4547
    page.write_text(text[:-30], encoding="utf-8")
    with pytest.raises(CrsError, match="damaged"):
        read(own)
    assert read(own, crs="EPSG:4547").frame["id"].tolist() == ["A"]


def test_faces_are_polygons_with_heights(shared):
    patch, tin = read(shared / FILES / "patch.shp"), read(shared / FILES / "tin.gpkg")
    assert [shape.geom_type for shape in [*patch.frame.geometry, *tin.frame.geometry]] == ["MultiPolygon"] * 3
    assert all(shape.has_z for shape in [*patch.frame.geometry, *tin.frame.geometry])
    assert patch.frame.area.tolist() == [100.0], "two triangles of 50 m²"
    assert any("faces" in note for note in patch.notes)


def test_an_unreadable_blob_takes_its_row_alone(tmp_path):
    frame = gpd.GeoDataFrame({"id": list("ABC")}, geometry=[shapely.box(at, 0, at + 1, 1) for at in range(3)], crs=4547)
    path = write(frame, tmp_path / "a.gpkg").path
    path.with_name("a.gpkg.meta.json").unlink()
    with closing(sqlite3.connect(path)) as base, base:
        base.create_function("ST_IsEmpty", 1, lambda blob: 0)
        for (trigger,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            base.execute(f'DROP TRIGGER "{trigger}"')
        base.execute("UPDATE a SET geom = x'0102' WHERE id = 'B'" if "geom" in str(
            base.execute("PRAGMA table_info(a)").fetchall()) and "geometry" not in str(
            base.execute("PRAGMA table_info(a)").fetchall()) else "UPDATE a SET geometry = x'0102' WHERE id = 'B'")  # fmt: skip
    table = read(path)
    assert table.frame["id"].tolist() == ["A", "C"]
    assert table.refused[["row", "id"]].to_numpy().tolist() == [[2, "B"]]


def test_a_geopackage_of_pictures_says_so(tmp_path):
    with closing(sqlite3.connect(tmp_path / "a.gpkg")) as base, base:
        base.execute("PRAGMA application_id = 1196444487")
        base.execute("CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT, identifier TEXT, srs_id INTEGER)")
        base.execute("CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT)")
        base.execute("INSERT INTO gpkg_contents VALUES ('底图', 'tiles', '底图', 3857)")
    with pytest.raises(ExchangeError, match=r"pictures \(tiles\) alone: 底图"):
        read(tmp_path / "a.gpkg")


def test_geojson_of_other_suites(shared):
    peers = shared / FILES / "peers"
    for name, words in {
        "features_object": "features of the FeatureCollection are no list", "type_list": "its type is \\['Feature'\\]",
        "type_object": "its type is \\{'a': 1\\}", "ftype_object": "an entry that is no Feature",
        "gtype_object": "unknown geometry type",
    }.items():  # fmt: skip
        with pytest.raises(ExchangeError, match=words):
            read(peers / f"{name}.geojson")
    measured = read(peers / "dup_and_m.geojson")
    assert measured.frame.geometry.iloc[0].wkt == "POINT Z (113 34 5)"
    assert any("fourth number" in note for note in measured.lost)
    both = read(peers / "two_ids.geojson").frame
    assert (both["id"].tolist(), both["feature_id"].tolist()) == ([7], ["x"])


def test_a_tin_of_many_triangles_is_not_nested_too_deep(tmp_path):
    corner = struct.pack("<3d", 0, 0, 0) + struct.pack("<3d", 1, 0, 1) + struct.pack("<3d", 0, 1, 2)
    face = struct.pack("<BIII", 1, 1017, 1, 4) + corner + struct.pack("<3d", 0, 0, 0)
    blob = struct.pack("<BII", 1, 1016, 300) + face * 300
    from urbanplan.exchange.geometry.arrow import from_wkb

    shapes, refused, notes = from_wkb(pa.chunked_array([pa.array([blob], pa.binary())]))
    assert (refused, len(shapes[0].geoms), shapes[0].has_z) == ({}, 300, True)
    assert notes


KML = {
    "folder": {"name": ["a", "b"], "folder": ["F1", "F1/F2"]},
    "timespan": {"begin": ["2024"], "end": ["2025-01-02"]},
    "timestamp": {"when": ["2025-06-01"]},
    "address": {"address": ["科学大道100号"], "phone": ["0371"]},
    "address_only": {"address": ["科学大道100号"]},
    "snippet": {"snippet": ["s"], "description": ["<b>hi</b>"]},
    "track": {"begin": ["2025-01-01T00:00:00Z"], "end": ["2025-01-01T00:01:00Z"]},
    "dupdata": {"k": ["1"], "k_2": ["2"]},
    "namedata": {"name": ["other"], "placemark_name": ["a"]},
    "badattr": {"name": ["a"], "id": ["p1"]},
}
KML_SHAPES = {
    "track": "LINESTRING Z (113 34 0, 113.1 34 0)",
    "multitrack": "MULTILINESTRING Z ((113 34 0, 113.1 34 0))",
    "two_geoms": "MULTIPOINT ((113 34), (114 34))",
    "spaces": "LINESTRING Z (113 34 0, 113.1 34.1 0)",
    "multi": "MULTIPOLYGON (((113 34, 113.1 34, 113.1 34.1, 113 34)))",
    "linearring": "LINESTRING (113 34, 113.1 34, 113.1 34.1, 113 34)",  # a ring is no polygon in KML
    "folder": "POINT (113 34)",
}
KML_LOST = {"ground": "1 GroundOverlay", "networklink": "1 NetworkLink", "model": "1 Model", "tour": "1 LatLonQuad"}


@pytest.mark.parametrize("name", KML)
def test_fields_of_placemarks(shared, name):
    frame = read(shared / FILES / f"peers/kml/{name}.kml").frame
    for field, values in KML[name].items():
        assert frame[field].tolist() == values


@pytest.mark.parametrize("name", KML_SHAPES)
def test_geometries_of_placemarks(shared, name):
    frame = read(shared / FILES / f"peers/kml/{name}.kml").frame
    assert frame.geometry.iloc[0].equals_exact(shapely.from_wkt(KML_SHAPES[name]), 0)


@pytest.mark.parametrize("name", KML_LOST)
def test_what_a_kml_holds_besides_is_a_loss(shared, name, tmp_path):
    """It is named, and refused unless allowed; the placemarks themselves are read."""
    path = shared / FILES / f"peers/kml/{name}.kml"
    table = read(path)
    assert table.lost == (f"not taken over: {KML_LOST[name]}",)
    with pytest.raises(LossError, match="reading it would lose"):
        convert_file(path, tmp_path / "a.gpkg")
    convert_file(path, tmp_path / "a.gpkg", allow_loss=True)
    assert read(tmp_path / "a.gpkg").frame["name"].tolist() == ["a"]


def test_kml_of_the_notes(shared):
    assert read(shared / FILES / "timespan.kml").frame["begin"].tolist() == ["2025-03-01"]
    track = read(shared / FILES / "gxtrack.kml").frame
    assert track.geometry.iloc[0].geom_type == "LineString"
    assert track["end"].tolist()[0] == "2025-01-01T00:00:01Z"
    desc = read(shared / FILES / "desc.kml")
    assert desc.lost == ("not taken over: 1 GroundOverlay, 1 NetworkLink",)
    empty = read(shared / FILES / "peers/kml/emptypoint.kml").frame
    assert empty.geometry.is_empty.tolist() == [True, False]
    with pytest.raises(ExchangeError, match="a ring that is not closed"):
        read(shared / FILES / "peers/kml/unclosed.kml")


def test_parts_in_parts_of_a_kml_are_one_shape_and_fields_of_other_namespaces_are_fields(tmp_path):
    ring = "<Polygon><outerBoundaryIs><LinearRing><coordinates>{0},0 {0}.5,0 {0}.5,1 {0},0</coordinates></LinearRing>"
    parts = [ring.format(at) + "</outerBoundaryIs></Polygon>" for at in (1, 5, 7)]
    shape = f"<MultiGeometry>{parts[0]}<MultiGeometry>{parts[1]}{parts[2]}</MultiGeometry></MultiGeometry>"
    data = '<ExtendedData xmlns:q="urn:q"><q:camp>14</q:camp></ExtendedData>'
    text = f'<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark>{data}{shape}</Placemark></kml>'
    (tmp_path / "a.kml").write_text(text, encoding="utf-8")
    frame = read(tmp_path / "a.kml").frame
    assert frame["camp"].tolist() == ["14"]
    assert frame.geom_type.tolist() == ["MultiPolygon"]
    assert frame.geometry.iloc[0].area == pytest.approx(0.75)


@pytest.mark.parametrize(("code", "declared"), [("gbk", "GBK"), ("gbk", "UTF-8"), ("gbk", None), ("utf-8", None)])
def test_kml_in_other_encodings(tmp_path, code, declared):
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    text = head + '<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>科学大道小学</name></Placemark></kml>'
    (tmp_path / "a.kml").write_bytes(text.encode(code))
    assert read(tmp_path / "a.kml").frame["name"].tolist() == ["科学大道小学"]


@pytest.mark.parametrize("head", ["", "3\n", "点号,编码,东坐标,北坐标,高程\n"])
def test_survey_points_of_cass(tmp_path, head):
    """Number, code, east, north, height; old ones begin with a count."""
    text = head + "1,,459000.123,3853000.456,105.30\n2,K1,459010.5,3853020.25,105.1\n3,,459020,3853030,104\n"
    (tmp_path / "a.dat").write_bytes(text.encode("gbk"))
    table = read(tmp_path / "a.dat", crs="EPSG:4547")
    assert (table.frame.geometry.x.tolist()[0], table.frame.geometry.y.tolist()[0]) == (459000.123, 3853000.456)
    assert table.frame["高程"].tolist() == [105.3, 105.1, 104]
    assert table.frame["编码"].isna().tolist() == [True, False, True]
    with pytest.raises(ExchangeError, match="are read, not written"):
        write(table.frame, tmp_path / "b.dat")


@pytest.mark.parametrize("names", ["经度(dd.mmss),纬度(dd.mmss)", "经度（度分秒）,纬度（度分秒）", "lon_dms,lat_dms"])
def test_degrees_packed_as_minutes_and_seconds(tmp_path, names):
    table = csv(tmp_path, f"id,{names}\nA,113.3336,34.48\nB,113.00005,34.595999\nC,113.60,34.1\n")
    assert table.frame["id"].tolist() == ["A", "B"]
    assert table.refused["row"].tolist() == [3], "60 minutes are none"
    assert table.frame.geometry.x.tolist() == pytest.approx([113.56, 113 + 0.5 / 3600], abs=1e-10)
    assert table.frame.geometry.y.tolist() == pytest.approx([34.8, 34 + 59 / 60 + 59.99 / 3600], abs=1e-10)
    assert any("dd.mmss" in note for note in table.notes)


@pytest.mark.parametrize("cell", ["113-33-36", "113:33:36", "113 33 36", "E113:33:36.0", "113° 33′ 36″"])
def test_degrees_in_further_spellings(tmp_path, cell):
    table = csv(tmp_path, f"id,经度,纬度\nA,{cell},34-45-10\n")
    assert table.frame.geometry.x.tolist() == [pytest.approx(113.56, abs=1e-12)]


def test_packed_degrees_without_a_point(tmp_path):
    table = csv(tmp_path, "id,经度(ddmmss),纬度(ddmmss)\nA,1133336.5,344510\nB,1133436,344560\n")
    assert table.frame.geometry.x.tolist() == [pytest.approx(113 + 33 / 60 + 36.5 / 3600, abs=1e-9)]
    assert table.refused["row"].tolist() == [2], "there is no 60th second"


def test_two_numbers_in_brackets(tmp_path):
    table = csv(tmp_path, 'id,坐标\nA,"(113.5, 34.7)"\nB,（113.6；34.8）\n')
    assert table.frame.geometry.to_wkt().tolist() == ["POINT (113.5 34.7)", "POINT (113.6 34.8)"]


def test_a_column_of_geojson_is_the_place(tmp_path):
    point = '"{""type"":""Point"",""coordinates"":[113.5,34.7]}"'
    table = csv(tmp_path, f'id,geojson\nA,{point}\nB,\nC,"{{""type"":""Point"",""coordinates"":[1]}}"\nD,{{x\n')
    assert table.frame["id"].tolist() == ["A", "B"]
    assert (table.frame.geometry[0].wkt, table.frame.crs.to_epsg()) == ("POINT (113.5 34.7)", 4326)
    assert table.refused["row"].tolist() == [3, 4]


def test_remarks_below_a_table_are_no_features(tmp_path):
    table = csv(tmp_path, "id,area\nA,1\n备注：乙,2\nB,2\n合计,3\n,\n制表人：张三,审核：李四\n备注：数据截至六月\n")
    assert table.frame["id"].tolist() == ["A", "备注：乙", "B"], "only what stands below"
    assert any("7 (备注：数据截至六月)" in note for note in table.notes)
    assert len(table.refused) == 0
    path = sheet(tmp_path / "a.xlsx", [["id", "area"], ["A", 1], [None, None], ["注：来源于年鉴"]])
    assert read(path).frame["id"].tolist() == ["A"]


def test_words_and_errors_that_are_no_value(tmp_path):
    table = csv(tmp_path, "id,n\nA,NULL\nB,\\N\nC,#DIV/0!\nD,不详\nE,5\nF,nan\n")
    assert table.frame["n"].isna().tolist() == [True, True, True, True, False, True]
    path = sheet(
        tmp_path / "a.xlsx", [["id", "n", "x", "y"], ["A", 1, 438000, 3850000], ["B", "#REF!", "#N/A", 3850000]]
    )
    table = read(path)
    assert table.frame["n"].tolist() == [1]
    assert table.refused["reason"].tolist() == ["one of its two coordinates is empty"]


def test_codes_that_people_keep_as_formulas(tmp_path):
    table = csv(tmp_path, 'id,n\n="007",1\n="12",2\n')
    assert table.frame["id"].tolist() == ["007", "12"]
    assert any("2 cells are written as" in note for note in table.notes)


def test_a_row_of_values_instead_of_names_is_told(tmp_path):
    assert any("looks like values" in note for note in csv(tmp_path, "A,438000,3850000\nB,438001,3850000\n").notes)
    assert not csv(tmp_path, "id,2024,2025\nB,1,2\n").notes, "years are names"
    with pytest.raises(ExchangeError, match="the table is empty"):
        csv(tmp_path, "\n\n\n")


def test_equal_names_below_several_years(tmp_path):
    rows = [
        ["区", "2024年", None, "2025年", None],
        [None, "面积", "宗数", "面积", "宗数"],
        ["石佛", 1, 2, 3, 4],
        ["双桥", 5, 6, 7, 8],
    ]
    frame = read(sheet(tmp_path / "a.xlsx", rows)).frame
    assert list(frame.columns) == ["区", "2024年 面积", "2024年 宗数", "2025年 面积", "2025年 宗数"]
    assert len(frame) == 2
