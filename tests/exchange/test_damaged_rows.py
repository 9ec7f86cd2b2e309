"""One bad row of three in each text format: it is named, the others are read, and nothing is made up for it."""

from __future__ import annotations

import json
import sqlite3
import struct
from contextlib import closing

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from exchange.foreign_files import SQUARES, write_by_gdal
from exchange.sample_frames import parcels

from urbanplan.analysis.convert import convert_file
from urbanplan.errors import ExchangeError, LossError
from urbanplan.exchange import read, write

SQUARE = "38438000 3850000 38438100 3850000 38438100 3850100 38438000 3850000"


def gml(*members: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    open_ = '<w:FeatureCollection xmlns:w="http://www.opengis.net/wfs" xmlns:gml="http://www.opengis.net/gml">'
    rows = "".join(
        f'<gml:featureMember><dk fid="d{at}"><id>{name}</id><g>{shape}</g></dk></gml:featureMember>'
        for at, (name, shape) in enumerate(zip("甲乙丙", members, strict=False))
    )
    return f"{head}{open_}{rows}</w:FeatureCollection>"


def polygon(places: str, srs: str = "EPSG:4526") -> str:
    ring = f"<gml:LinearRing><gml:posList>{places}</gml:posList></gml:LinearRing>"
    return f'<gml:Polygon srsName="{srs}"><gml:exterior>{ring}</gml:exterior></gml:Polygon>'


@pytest.mark.parametrize(
    ("change", "reason"),
    [(("38438100", "NaN"), "no number"), (("38438100", "abc"), "no number"), (("3850000 3", "38500003"), "cannot be"),
     (("38438100 3850100 38438000 3850000", ""), "cannot be")],
)  # fmt: skip
def test_gml(tmp_path, change, reason):
    bad = polygon(SQUARE.replace(*change, 1))
    (tmp_path / "a.gml").write_text(gml(polygon(SQUARE), bad, polygon(SQUARE)), encoding="utf-8")
    table = read(tmp_path / "a.gml")
    assert table.frame["id"].tolist() == ["甲", "丙"]
    assert table.refused[["row", "id"]].values.tolist() == [[2, "乙"]]
    assert reason in table.refused["reason"][0]


def test_gml_of_what_one_layer_cannot_hold(tmp_path):
    (tmp_path / "a.gml").write_text(gml(polygon(SQUARE), polygon(SQUARE, "EPSG:4527")), encoding="utf-8")
    (lost,) = read(tmp_path / "a.gml").lost
    assert "EPSG:4526, EPSG:4527" in lost
    point = "<gml:Point><gml:pos>{}</gml:pos></gml:Point>"
    (tmp_path / "b.gml").write_text(gml(f"{point.format('1 2')}</g><h>{point.format('3 4')}</h><g>"), encoding="utf-8")
    assert "2 numbers of positions" in read(tmp_path / "b.gml").lost[0]
    with pytest.raises(LossError):
        convert_file(tmp_path / "b.gml", tmp_path / "b.gpkg")


def test_gml_in_gbk_and_none(tmp_path):
    text = gml(polygon(SQUARE), head='<?xml version="1.0" encoding="GBK"?>')
    (tmp_path / "a.gml").write_bytes(text.encode("gbk"))
    table = read(tmp_path / "a.gml")
    assert (table.frame["id"].tolist(), table.encoding) == (["甲"], "gbk")
    (tmp_path / "b.gml").write_text('<?xml version="1.0"?><root/>')
    with pytest.raises(ExchangeError, match="not of the format that its ending says") as caught:
        read(tmp_path / "b.gml")
    assert "b.gml" in str(caught.value)
    assert "driver" not in str(caught.value)


REGION = "Region 1\n  4\n{x} 3850000\n438100 3850000\n438100 3850100\n{x} 3850000\n    Pen (1,2,0)\n"
HEAD = (
    'Version 300\nCharset "Neutral"\nDelimiter ","\nCoordSys Earth Projection 8, 104, "m", 114, 0, 1, 500000, 0\n'
    "Columns 2\n  编号 Char(20)\n  面积 Float\nData\n\n"
)


def mif(folder, objects, lines, head=HEAD):
    (folder / "征地.mif").write_bytes((head + "".join(objects)).encode("gbk"))
    (folder / "征地.mid").write_bytes("".join(f"{line}\n" for line in lines).encode("gbk"))
    return read(folder / "征地.mif")


GOOD = REGION.format(x="438000")
LINES = ['"甲地块"', '"乙地块"', '"丙地块"']


@pytest.mark.parametrize(
    ("shape", "fields", "reason"),
    [(REGION.format(x="abc"), '"乙地块",1', "no number"), (REGION.format(x="nan"), '"乙地块",1', "no number"),
     (GOOD.replace("  4", "  44"), '"乙地块",1', "no number"), (GOOD.replace("  4", "  3"), '"乙地块",1', "more points"),
     ("Blob 7\n", '"乙地块",1', "does not know"), ("Point 1 x\n", '"乙地块",1', "no number"),
     ("Pline 2\n1 2\n3 z\n", '"乙地块",1', "no number"), (GOOD, '"乙地块",abc', "'abc' is no number"),
     (GOOD, '"乙地块"', "1 values under 2 names"), (GOOD, '"乙地块",1,2,3', "4 values under 2 names")],
)  # fmt: skip
def test_mif_whose_charset_nobody_says(tmp_path, shape, fields, reason):
    table = mif(tmp_path, [GOOD, shape, GOOD], ['"甲地块",1.5', fields, '"丙地块",2.5'])
    assert table.frame["编号"].tolist() == ["甲地块", "丙地块"]
    assert table.frame["面积"].tolist() == [1.5, 2.5]
    assert table.refused[["row", "id"]].values.tolist() == [[2, "乙地块"]]
    assert reason in table.refused["reason"][0]
    assert any("looks like gbk" in note for note in table.notes)


def test_mif_objects_of_every_kind_are_left_alone(tmp_path):
    objects = ["None\n", "Point 438000 3850000\n    Symbol (34,0,12)\n", "Line 1 2 3 4\n    Pen (1,2,0)\n",
               "Pline 3\n1 2\n3 4\n5 6\n", "Pline Multiple 2\n2\n1 2\n3 4\n2\n5 6\n7 8\n", "Rect 1 2 3 4\n",
               "Multipoint 2\n1 2\n3 4\n", f"Collection 2\n{GOOD}Pline 2\n1 2\n3 4\n", GOOD]  # fmt: skip
    table = mif(tmp_path, objects, [f'"{at}",{at}' for at in range(len(objects))])
    assert len(table.refused) == 0
    assert table.frame["面积"].tolist() == list(range(len(objects)))


def test_a_polygon_of_two_outlines_is_no_polygon_with_a_hole(tmp_path):
    ring = "<LinearRing><coordinates>{0},34 {1},34 {1},35 {0},34</coordinates></LinearRing>"
    outer = [f"<outerBoundaryIs>{ring.format(a, b)}</outerBoundaryIs>" for a, b in ((113, 114), (113.7, 113.9))]
    marks = (f"<k:Placemark><name>{name}</name><Polygon>{''.join(shapes)}</Polygon></k:Placemark>"
             for name, shapes in (("A", outer[:1]), ("B", outer)))  # fmt: skip
    text = f'<k:kml xmlns:k="http://www.opengis.net/kml/2.2">{"".join(marks)}</k:kml>'
    (tmp_path / "a.kml").write_text(text)
    table = read(tmp_path / "a.kml")
    assert table.frame["name"].tolist() == ["A"]
    assert table.refused["reason"].tolist() == ["a polygon with 2 outer boundaries"]


def test_a_geometry_that_is_never_closed_swallows_no_other(tmp_path):
    (tmp_path / "a.wkt").write_text("POINT (1 2)\nPOLYGON ((1 2\nPOINT (3 4)\nGEOMETRYCOLLECTION (\nPOINT (5 6)\n)\n")
    table = read(tmp_path / "a.wkt")
    assert table.frame.geometry.to_wkt().tolist() == ["POINT (1 2)", "POINT (3 4)", "GEOMETRYCOLLECTION (POINT (5 6))"]
    assert table.refused["row"].tolist() == [2]


def test_esri_json_with_heights_measures_boxes_and_words(tmp_path):
    kept = {"a": {"paths": [[[1, 2, 3, 9], [3, 4, 5, 9]]]}, "b": {"xmin": 0, "ymin": 0, "xmax": 2, "ymax": 3},
            "c": {"paths": [[["x", 2], [3, 4]]]}, "d": {"rungs": []}}  # fmt: skip
    features = [{"attributes": {"id": name}, "geometry": shape} for name, shape in kept.items()]
    (tmp_path / "a.json").write_text(json.dumps({"hasZ": True, "hasM": True, "fields": [], "features": features}))
    table = read(tmp_path / "a.json")
    assert table.frame.geometry.to_wkt().tolist() == [
        "LINESTRING Z (1 2 3, 3 4 5)",
        "POLYGON ((2 0, 2 3, 0 3, 0 0, 2 0))",
    ]
    assert table.lost == ("the measures (M) of the geometries are left out",)
    assert [reason.partition(": ")[2] for reason in table.refused["reason"]] == [
        "'x' is no number", "a member, an arc or a number of a position is missing",
    ]  # fmt: skip
    (tmp_path / "b.json").write_text(json.dumps({"features": [{"attributes": {"a": 1}}]}))
    assert read(tmp_path / "b.json").frame["a"].tolist() == [1]


def test_a_track_of_one_point_is_told(tmp_path):
    (tmp_path / "a.gpx").write_text('<gpx><trk><trkseg><trkpt lat="34" lon="113"/></trkseg></trk></gpx>')
    assert "a single point" in read(tmp_path / "a.gpx").lost[0]


def dbf(folder, kind, cells, width=10):
    """A shapefile of as many points whose one field holds these bytes."""
    import geopandas as gpd
    import shapely

    points = shapely.points([[438000 + at, 3850000] for at in range(len(cells))])
    gpd.GeoDataFrame({"v": ["x" * width] * len(cells)}, geometry=points, crs="EPSG:4547").to_file(folder / "a.shp")
    data = bytearray((folder / "a.dbf").read_bytes())
    (start,) = struct.unpack_from("<H", data, 8)
    struct.pack_into("<H", data, 10, width + 1)
    data[43:44], data[48:50] = kind, bytes([width, 0])
    rows = b"".join(b" " + cell.rjust(width) for cell in cells)
    (folder / "a.dbf").write_bytes(bytes(data[:start]) + rows + b"\x1a")
    (folder / "a.cpg").unlink()
    return read(folder / "a.shp")


@pytest.mark.parametrize(
    ("kind", "width", "cell", "bad"),
    [(b"N", 10, b"abc", "no number"), (b"N", 10, b"1,5", "no number"), (b"N", 10, b"2025-01-01", "no number"),
     (b"N", 10, b"1 5", "no number"), (b"N", 10, b"1.2.3", "no number"), (b"F", 10, b"nan", "no number"),
     (b"F", 10, b"1e999", "no number"), (b"N", 10, b"-", "no number"), (b"D", 8, b"20251345", "no date"),
     (b"D", 8, b"20250230", "no date"), (b"D", 8, b"unknown", "no date"), (b"L", 1, b"X", "no truth value"),
     (b"N", 10, b"", ""), (b"N", 10, b"*" * 10, ""), (b"N", 10, b"-1.5e3", ""), (b"N", 10, b"+7", ""),
     (b"D", 8, b"00000000", ""), (b"D", 8, b"", ""), (b"L", 1, b"?", "")],
)  # fmt: skip
def test_a_value_of_a_dbf_that_is_none_of_its_field(tmp_path, kind, width, cell, bad):
    """GDAL makes 0, 1 January 1970 or false of it."""
    good = {b"D": b"20250301", b"L": b"T"}.get(kind, b"3")
    table = dbf(tmp_path, kind, [good, cell, good], width)
    assert table.refused["row"].tolist() == ([2] if bad else [])
    assert all(bad in reason for reason in table.refused["reason"])


def test_a_truth_value_that_is_not_said_is_unknown(tmp_path):
    """GDAL makes false of a blank, and of 1."""
    table = dbf(tmp_path, b"L", [b"T", b"f", b" ", b"?", b"1", b"0"], 1)
    assert table.frame["v"].isna().tolist() == [False, False, True, True, False, False]
    assert table.frame["v"].dropna().tolist() == [True, False, True, False]
    assert dbf(tmp_path, b"L", [b" ", b"X", b"Y"], 1).frame["v"].isna().tolist() == [True, False], "beside a bad row"


def test_a_text_in_another_file_is_a_loss_and_its_number_no_value(tmp_path):
    table = dbf(tmp_path, b"M", [b"1", b"2", b""], 10)
    assert table.lost == ("the values of v, a field of the kind M",)
    assert list(table.frame.columns) == ["geometry"]


def test_ids_of_twenty_digits_are_a_loss(tmp_path):
    table = dbf(tmp_path, b"N", [b"1", b"410102199001011235", b"3"], 20)
    assert table.lost == ("digits of v beyond 15",)
    assert dbf(tmp_path, b"N", [b"1", b"410102.1990010112", b"3"], 20).lost == ()


@pytest.mark.parametrize(
    ("declared", "value"),
    [("DATE", "2025-13-45"), ("DATE", "2025-02-30"), ("DATETIME", "2025-01-02T25:00:00Z"),
     ("DATETIME", "2025-02-30 10:00"), ("BOOLEAN", 7)],
)  # fmt: skip
def test_days_of_a_geopackage_that_are_none(tmp_path, declared, value):
    """GDAL makes 1 January 1970 of them, and true of 7."""
    fine = {"DATE": "2024-02-29", "DATETIME": "2024-02-29T10:00:00Z", "BOOLEAN": 1}[declared]
    for number, held in enumerate((value, fine)):
        path = write(parcels(), tmp_path / f"{number}.gpkg").path
        path.with_name(f"{path.name}.meta.json").unlink()
        with closing(sqlite3.connect(path)) as base:
            table = base.execute("SELECT table_name FROM gpkg_contents").fetchone()[0]
            for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                base.execute(f'DROP TRIGGER "{name}"')
            base.execute(f'ALTER TABLE "{table}" ADD "d" {declared}')
            base.execute(f'UPDATE "{table}" SET "d" = ? WHERE fid = 2', (held,))
            base.commit()
    assert read(tmp_path / "0.gpkg").refused["row"].tolist() == [2]
    assert len(read(tmp_path / "1.gpkg").refused) == 0


@pytest.mark.parametrize("ending", [".geojson", ".kml", ".gpx", ".csv"])
def test_one_place_beyond_the_earth_does_not_take_the_crs_of_all(tmp_path, ending):
    places = [(113.5, 34.1), (500, 34), (113.5, 34.3)]
    if ending == ".csv":
        text = "name,lng,lat\n" + "".join(f"{name},{x},{y}\n" for name, (x, y) in zip("ABC", places, strict=True))
    elif ending == ".gpx":
        points = (f'<wpt lat="{y}" lon="{x}"><name>{n}</name></wpt>' for n, (x, y) in zip("ABC", places, strict=True))
        text = f"<gpx>{''.join(points)}</gpx>"
    elif ending == ".kml":
        mark = "<Placemark><name>{}</name><Point><coordinates>{},{}</coordinates></Point></Placemark>"
        text = f"<kml>{''.join(mark.format(n, *place) for n, place in zip('ABC', places, strict=True))}</kml>"
    else:
        rows = [{"type": "Feature", "properties": {"name": n}, "geometry": {"type": "Point", "coordinates": place}}
                for n, place in zip("ABC", places, strict=True)]  # fmt: skip
        text = json.dumps({"type": "FeatureCollection", "features": rows})
    (tmp_path / f"a{ending}").write_text(text)
    table = read(tmp_path / f"a{ending}")
    assert table.frame.crs.to_epsg() == 4326
    assert table.frame["name"].tolist() == ["A", "C"]
    assert table.refused[["row", "reason"]].values.tolist() == [[2, "a place beyond the degrees of the earth: 500, 34"]]


def test_coordinates_that_contradict_their_crs_are_told_when_they_are_written(tmp_path):
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4547"}}
    point = {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [113.5, 34.7]}}
    (tmp_path / "a.geojson").write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": [point]}))
    notes = convert_file(tmp_path / "a.geojson", tmp_path / "a.gpkg").notes
    assert any("not of the size" in str(note) and note.level == "warning" for note in notes)


def test_a_mapinfo_table_that_is_not_all_there(tmp_path):
    for number, gone in enumerate((".dat", ".map")):
        path = tmp_path / f"{number}.tab"
        write_by_gdal(path, "MapInfo File", columns={"a": [1, 2]}, wkt=SQUARES, layer=str(number))
        path.with_suffix(gone).unlink()
        with pytest.raises(ExchangeError, match=f"the companion {gone} is missing"):
            read(path)
    write_by_gdal(tmp_path / "x.tab", "MapInfo File", columns={"a": [1, 2, 3]}, wkt=[*SQUARES, SQUARES[0]], layer="x")
    data = bytearray((tmp_path / "x.id").read_bytes())
    data[4:8] = b"\xff" * 4
    (tmp_path / "x.id").write_bytes(data)
    with pytest.raises(ExchangeError, match="1 of 3 rows could be read"):
        read(tmp_path / "x.tab")


def test_parquet_with_equal_names(tmp_path):
    pq.write_table(pa.table([pa.array([1]), pa.array([2])], names=["a", "a"]), tmp_path / "a.parquet")
    assert list(read(tmp_path / "a.parquet").frame.columns) == ["a", "a_2"]


def test_a_database_of_rows_with_places(tmp_path):
    with closing(sqlite3.connect(tmp_path / "a.db")) as base:
        base.execute("CREATE TABLE a(id TEXT, lon REAL, lat REAL)")
        base.executemany("INSERT INTO a VALUES (?, ?, ?)", [("A", 113.5, 34.7), ("B", "x", 34.7), ("C", 113.6, 34.7)])
        base.commit()
    table = read(tmp_path / "a.db")
    assert table.frame.geometry.to_wkt().tolist() == ["POINT (113.5 34.7)", "POINT (113.6 34.7)"]
    assert table.refused["row"].tolist() == [2]
    assert list(read(tmp_path / "a.db", columns=["id"]).frame.columns) == ["id", "geometry"]
