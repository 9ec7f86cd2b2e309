"""Formats that other programs write and urbanplan reads: MapInfo, GML, OpenStreetMap, KMZ, Esri JSON, TopoJSON, GPX."""

from __future__ import annotations

import datetime
import json
import math
import os
import re
import sqlite3
import struct
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
import shapely
from exchange.foreign_files import (
    ESRI,
    FILES,
    GPX,
    KML,
    SQUARES,
    TOPOLOGY,
    sheet_ods,
    sheet_xls,
    spatialite,
    write_by_gdal,
)
from exchange.sample_frames import differences, parcels

from urbanplan.analysis.convert import convert_file
from urbanplan.errors import ExchangeError, GateError, LossError
from urbanplan.exchange import inspect, read, write
from urbanplan.exchange.mapinfo_objects import native_objects

PROGRAMS = Path(__file__).parent / "programs"
COLUMNS = {"名称": ["甲地", None], "面积": [1.5, 2.5], "宗数": [3, 4]}


@pytest.mark.parametrize("ending", FILES)
def test_chosen_fields_come_with_the_shapes(tmp_path, ending):
    path = tmp_path / f"good{ending}"
    path.write_bytes(FILES[ending]())
    layer = {".gpx": "waypoints", ".mdb": "用地"}.get(ending)
    whole, bare = (read(path, layer=layer, columns=columns).frame for columns in (None, []))
    one = next(str(name) for name in whole.columns if name != "geometry")
    assert list(bare.columns) == ["geometry"]
    assert sorted(read(path, layer=layer, columns=[one]).frame.columns) == sorted([one, "geometry"])
    assert bare.geometry.to_wkb().tolist() == whole.geometry.to_wkb().tolist()


@pytest.mark.parametrize("ending", ["ods", "xls"])
def test_spreadsheets_of_libreoffice(ending):
    pytest.importorskip("xlrd")
    table = read(PROGRAMS / f"sheet.{ending}")
    assert table.frame.drop(columns="geometry").to_dict("list") == {
        "街道": ["石佛", "石佛"], "编号": ["甲-1", "甲-2"], "经度": [113.5, 113.6], "纬度": [34.8, 34.9],
        "日期": [datetime.date(2025, 1, 1), datetime.date(2025, 12, 31)], "面积": [1234.5, 2469.0],
    }  # fmt: skip
    assert table.frame.geometry[1].equals(shapely.Point(113.6, 34.9))
    assert any("合计" in text for text in table.notes)


@pytest.mark.parametrize(("ending", "metres"), [("topojson", 0.02), ("esrijson", 0)])
def test_regions_that_other_programs_made_of_a_geojson(ending, metres):
    frame = read(PROGRAMS / f"regions.{ending}").frame
    assert frame["名称"].tolist() == ["左", "右", "无"]
    assert frame.crs.to_epsg() == 4326
    left = shapely.box(113, 34, 113.01, 34.01)
    right = shapely.box(113.01, 34, 113.02, 34.01) - shapely.box(113.012, 34.002, 113.014, 34.004)
    assert shapely.hausdorff_distance(frame.geometry[:2].to_numpy(), [left, right]).max() <= metres / 100_000
    assert frame.geometry[2] is None


def test_a_gpx_and_an_ods_of_gdal(tmp_path):
    code = (
        "import sys, numpy as np, pyogrio, shapely; "
        "shapes = np.array([shapely.Point(113.5, 34.8).wkb, shapely.Point(113.6, 34.9).wkb], dtype=object); "
        "names = [np.array(['界桩一', '界桩二'], dtype=object)]; "
        "say = lambda end, shapes, **more: pyogrio.raw.write(f'{sys.argv[1]}/a.{end}', shapes, names, ['name'], **more); "
        "say('gpx', shapes, driver='GPX', layer='waypoints', geometry_type='Point', crs='EPSG:4326'); "
        "say('ods', None, driver='ODS', layer='界桩')"
    )
    around = {name: value for name, value in os.environ.items() if name != "GDAL_SKIP"}
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, env=around, capture_output=True)
    for ending in ("gpx", "ods"):
        frame = read(tmp_path / f"a.{ending}").frame
        assert frame["name"].tolist() == ["界桩一", "界桩二"], ending
        assert ending == "ods" or frame.geometry[1].equals(shapely.Point(113.6, 34.9)), ending


@pytest.mark.parametrize("charset", ["WindowsSimpChinese", "Neutral"])
@pytest.mark.parametrize("ending", ["tab", "mif"])
def test_mapinfo_in_gbk(tmp_path, ending, charset):
    path = tmp_path / f"征地.{ending}"
    write_by_gdal(path, "MapInfo File", columns=COLUMNS, wkt=SQUARES, layer="征地", ENCODING="CP936")
    path.write_bytes(path.read_bytes().replace(b"WindowsSimpChinese", charset.encode()))
    table = read(path)
    assert table.frame["名称"].fillna("").tolist() == ["甲地", ""]
    assert table.frame["宗数"].tolist() == [3, 4]
    assert table.frame.geometry.area.tolist() == pytest.approx([10_000] * 2, abs=3)  # GDAL's bounds give it 2 cm
    assert "114" in table.frame.crs.to_wkt()
    assert table.notes[-1] == "MapInfo has no empty numbers: a 0 may be one"
    assert charset == "Neutral" or len(table.notes) == 1


def test_numbers_of_a_mapinfo_table_are_no_texts(tmp_path):
    """A native table keeps them as bytes: 1.5 ends in F8 3F, which is no UTF-8."""
    path = tmp_path / "a.tab"
    columns = {"name": ["甲", "乙"], "v": [1.5, 2.25]}
    write_by_gdal(path, "MapInfo File", columns=columns, wkt=SQUARES, layer="a", encoding="UTF-8")
    path.write_bytes(
        re.sub(rb'(?i)charset "[^"]*"', b'charset "Neutral"', path.read_bytes()).replace(
            b"!charset UTF-8", b"!charset Neutral"
        )
    )
    table = read(path)
    assert table.encoding == "utf-8"
    assert table.frame["v"].tolist() == [1.5, 2.25]
    assert table.frame["name"].tolist() == ["甲", "乙"]


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
@pytest.mark.parametrize("ending", ["tab", "mif"])
def test_a_name_of_a_field_that_gdal_broke_breaks_no_text(tmp_path, ending, encoding):
    """GDAL puts a line in the place of each byte of a name that is no letter to it, and leaves the values whole."""
    path = tmp_path / f"a.{ending}"
    columns = {"Name": ["甲地工业", "商业用地"], "n": [3, 4]}
    code = "CP936" if encoding == "gbk" else "UTF-8"
    write_by_gdal(path, "MapInfo File", columns=columns, wkt=SQUARES, layer="a", ENCODING=code)
    whole, broken = "名称".encode(encoding), re.sub(rb"[^\xc0-\xff]", b"_", "名称".encode(encoding))
    named = re.sub(rb"WindowsSimpChinese|UTF-8", b"Neutral", path.read_bytes())
    path.write_bytes(named.replace(b"  Name ", b"  " + broken + b" "))
    table = path.with_suffix(".dat")
    if table.exists():
        data = table.read_bytes()
        table.write_bytes(data[:32] + whole.ljust(11, b"\0") + data[43:])
    made, alias = read(path), "名称" if ending == "tab" else "field_1"
    assert made.encoding == encoding
    assert made.frame[alias].tolist() == ["甲地工业", "商业用地"]
    assert f"the name of field 1 is damaged in the file: it is called {alias!r}" in made.notes


MIF = 'Version 300\nCharset "WindowsSimpChinese"\nDelimiter ","\nCoordSys NonEarth Units "m" Bounds (0,0) (1000,1000)\n'


def test_words_of_a_mif_are_a_loss_and_its_curves_are_told(tmp_path):
    path = tmp_path / "a.mif"
    objects = 'Text "ellipse"\n  0 0 10 5\nText\n"arc 2"\n  0 0 10 5\nEllipse 0 0 100 50\nArc 0 0 100 100\n  0 90\n'
    path.write_text(f"{MIF}Columns 1\n  id Char(5)\nData\n\n{objects}")
    path.with_suffix(".mid").write_text('"a"\n"b"\n"c"\n"d"\n')
    table = read(path)
    assert table.lost == ("the words of 2 text objects",)
    assert table.notes[0].startswith("2 ellipses, arcs and rounded corners are drawn as chords")
    assert table.frame.geometry[2].area == pytest.approx(math.pi * 50 * 25, rel=2.1e-4)


def test_words_and_curves_of_a_native_table_are_told(tmp_path):
    """The first byte of an object is its kind: here regions become an ellipse and a text as far as that byte goes."""
    path = write_by_gdal(tmp_path / "a.tab", "MapInfo File", columns={"a": [1, 2]}, wkt=SQUARES, layer="a")
    places = struct.unpack("<2I", path.with_suffix(".id").read_bytes())
    data = bytearray(path.with_suffix(".map").read_bytes())
    assert [data[place] for place in places] == [0x0D, 0x0D]
    assert native_objects(path.with_suffix(".map"), path.with_suffix(".id")) == {}
    data[places[0]], data[places[1]] = 0x19, 0x10
    path.with_suffix(".map").write_bytes(data)
    assert native_objects(path.with_suffix(".map"), path.with_suffix(".id")) == {"curves": 1, "texts": 1}


def test_a_table_that_is_read_as_a_copy_is_named_itself(tmp_path):
    path = tmp_path / "征地.tab"
    write_by_gdal(path, "MapInfo File", columns=COLUMNS, wkt=SQUARES, layer="征地", ENCODING="CP936")
    path.write_bytes(path.read_bytes().replace(b"WindowsSimpChinese", b"Neutral").replace(b"Fields", b"Fjelds"))
    with pytest.raises(ExchangeError) as caught:
        read(path)
    assert caught.value.where.startswith(str(path))


def test_a_mif_that_breaks_off_is_refused_and_one_without_its_fields_is_told(tmp_path):
    path = tmp_path / "征地.mif"
    write_by_gdal(path, "MapInfo File", columns=COLUMNS, wkt=SQUARES, layer="征地", ENCODING="CP936")
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(b"Region", whole.index(b"Region") + 1)])
    with pytest.raises(ExchangeError, match="1 of 2 rows could be read"):
        read(path)
    path.write_bytes(whole)
    path.with_suffix(".mid").unlink()
    (lost,) = read(path).lost
    assert ".mid" in lost
    with pytest.raises(LossError):
        convert_file(path, tmp_path / "a.gpkg")


def test_a_mapinfo_table_of_other_files_is_refused(tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    for number, text in enumerate(
        (f'  File "{secret}"\n  Type ASCII Delimiter 44', "create view x as select * from y", "  Type LINKED")
    ):
        path = tmp_path / f"{number}.tab"
        path.write_text(f"!table\n!version 300\n\nDefinition Table\n{text}\n")
        with pytest.raises(GateError, match="a view of other files"):
            read(path)


def test_gml_with_its_axes_and_nulls(tmp_path):
    path = write_by_gdal(tmp_path / "a.gml", "GML", columns=COLUMNS, wkt=[SQUARES[0], None])
    (tmp_path / "a.xsd").unlink()
    table = read(path)
    assert table.frame.crs.to_epsg() == 4547
    assert table.frame["名称"].tolist()[0] == "甲地"
    assert table.frame.geometry[0].bounds == (438000, 3850000, 438100, 3850100)
    assert table.frame.geometry[1] is None
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.gml"], "nothing is left beside it"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("?>", '?><!DOCTYPE a [<!ENTITY x "y">]>', 1) + " " * 5000, encoding="utf-8")
    with pytest.raises(GateError, match="entities"):
        read(path)


def test_an_osm_extract_as_layers(shared):
    path = shared / "cases/verdicts/F03_square.osm.pbf"
    table = read(path, layer="lines")
    assert {"osm_id", "highway"} <= set(table.frame)
    assert len(table.frame) > 0
    assert table.frame.crs.to_epsg() == 4326
    with pytest.raises(ExchangeError, match="holds 5 layers"):
        read(path)


def test_an_extract_that_osmium_writes(tmp_path):
    osmium = pytest.importorskip("osmium")
    writer = osmium.SimpleWriter(str(tmp_path / "town.osm.pbf"))
    for number, place in enumerate([(113.5, 34.8), (113.51, 34.8), (113.51, 34.81)], start=1):
        writer.add_node(osmium.osm.mutable.Node(id=number, location=place))
    writer.add_way(osmium.osm.mutable.Way(id=7, nodes=[1, 2, 3], tags={"highway": "residential", "name": "科学大道"}))
    writer.add_way(osmium.osm.mutable.Way(id=8, nodes=[1, 2, 3, 1], tags={"leisure": "park", "name": "公园"}))
    writer.close()
    road = read(tmp_path / "town.osm.pbf", layer="lines").frame
    assert road[["osm_id", "name", "highway"]].to_numpy().tolist() == [["7", "科学大道", "residential"]]
    assert road.geometry[0].wkt == "LINESTRING (113.5 34.8, 113.51 34.8, 113.51 34.81)"
    park = read(tmp_path / "town.osm.pbf", layer="multipolygons").frame
    assert park["name"].tolist() == ["公园"]
    assert park.geometry[0].area == pytest.approx(0.5e-4)


@pytest.mark.parametrize(
    ("file", "lines"), [("osm/columbus_r5", 8421), ("raster/portland-central-filtered", 7159)], ids=["order", "sign"]
)
def test_an_osm_extract_whose_nodes_do_not_ascend_or_are_below_zero_is_read_whole(shared, file, lines):
    """GDAL's own index of nodes passes over what it does not expect, and says nothing: 2 of 8,421 lines came."""
    assert len(read(shared / f"data/{file}.osm.pbf", layer="lines", columns=["osm_id"]).frame) == lines


def test_kmz_and_the_files_of_ovi(tmp_path):
    (tmp_path / "a.ovkml").write_text(KML.format(name="奥维"), encoding="utf-8")
    assert read(tmp_path / "a.ovkml").frame["name"].tolist() == ["奥维"]
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as packed:
        packed.writestr("files/icon.png", b"x")
        packed.writestr("doc.kml", KML.format(name="一"))
        packed.writestr("区/b.kml", KML.format(name="二"))
    table = read(tmp_path / "a.kmz")
    assert table.frame["name"].tolist() == ["一"]
    assert table.lost == ("further documents, which are layers of their own: 区/b.kml",)
    assert read(tmp_path / "a.kmz", layer="区/b.kml").frame["name"].tolist() == ["二"]
    with pytest.raises(LossError):
        convert_file(tmp_path / "a.kmz", tmp_path / "a.gpkg")
    link = "<kml xmlns='http://www.opengis.net/kml/2.2'><Document><NetworkLink><Link><href>{0}</href></Link></NetworkLink></Document></kml>"
    with zipfile.ZipFile(tmp_path / "c.kmz", "w") as packed:  # as GDAL and QGIS write it
        packed.writestr("doc.kml", link.format("layers/界桩.kml"))
        packed.writestr("layers/界桩.kml", KML.format(name="三"))
    table = read(tmp_path / "c.kmz")
    assert (table.frame["name"].tolist(), table.lost) == (["三"], ())
    assert [layer.name for layer in inspect(tmp_path / "c.kmz").layers] == ["c"]
    written = write(parcels(), tmp_path / "b.kmz")
    assert differences(parcels(), read(written.path).frame, metres=0.03) == []


@pytest.mark.parametrize("name", ["a.json", "a.esrijson"])
def test_the_json_of_esri(tmp_path, name):
    (tmp_path / name).write_text(json.dumps(ESRI), encoding="utf-8")
    table = read(tmp_path / name)
    assert table.frame["DKMC"].tolist()[0] == "甲"
    assert table.frame["RQ"][0] == datetime.datetime(2025, 1, 1)
    assert table.frame.geometry[0].geom_type == "MultiPolygon"
    assert table.frame.geometry.area[0] == 196
    assert table.frame.crs.to_epsg() == 4547
    assert (table.aliases, table.codes) == ({"DKMC": "地块名称", "RQ": "日期"}, {"DLBM": {"0601": "工业用地"}})
    assert table.refused["row"].tolist() == [3, 4]
    assert "not closed" in table.refused["reason"][0]
    (tmp_path / name).write_text(json.dumps({**ESRI, "features": [], "exceededTransferLimit": True}), encoding="utf-8")
    assert read(tmp_path / name).lost == ("the server sent only a part: it says that its limit was exceeded",)


@pytest.mark.parametrize("name", ["a.json", "a.topojson"])
def test_topojson(tmp_path, name):
    (tmp_path / name).write_text(json.dumps(TOPOLOGY), encoding="utf-8")
    table = read(tmp_path / name)
    assert table.frame["名称"].tolist() == ["左", "右", "中"]
    assert table.frame["object"].tolist() == ["区", "区", "点"]
    left, right, middle = table.frame.geometry
    assert left.area == pytest.approx(1e-4)
    assert right.area == pytest.approx(1e-4)
    assert left.intersection(right).length == pytest.approx(0.01)
    assert middle.equals(shapely.Point(113.005, 34.005))
    assert table.refused["row"].tolist() == [3]


def test_gpx(tmp_path):
    (tmp_path / "a.gpx").write_text(GPX, encoding="utf-8")
    assert [layer.name for layer in inspect(tmp_path / "a.gpx").layers] == ["waypoints", "tracks"]
    points = read(tmp_path / "a.gpx", layer="waypoints")
    assert points.frame.geometry[0].equals(shapely.Point(113.5, 34.8))
    assert points.frame.geometry[0].z == 101.5
    assert points.frame["ele"].tolist() == [101.5], "a height is a number"
    assert points.refused["id"].tolist() == ["坏"]
    track = read(tmp_path / "a.gpx", layer="tracks").frame
    assert track.loc[0, ["name", "begin", "end"]].tolist() == ["踏勘", "2025-01-01T08:00:00Z", "2025-01-01T09:00:00Z"]
    assert track.geometry[0].wkt == "LINESTRING (113.5 34.8, 113.6 34.9)"
    with pytest.raises(ExchangeError, match="holds 2 layers"):
        read(tmp_path / "a.gpx")


def test_what_a_gpx_holds_beyond_its_shapes_is_a_loss(tmp_path):
    """A phone writes a moment and a heart rate for each point; a layer has one row for the track."""
    point = '<trkpt lat="34.{0}" lon="113.5"><time>2025-01-01T0{0}:00:00Z</time><extensions><x:hr xmlns:x="u">90</x:hr></extensions></trkpt>'
    points = "".join(point.format(at) for at in range(5))
    head = '<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>'
    (tmp_path / "a.gpx").write_text(f"{head}{points}</trkseg></trk></gpx>")
    assert read(tmp_path / "a.gpx").lost == (
        "3 moments of tracks: only the first and the last are taken over",
        "not taken over: 5 hr",
    )


@pytest.mark.parametrize("ending", ["ods", "xls", "et"])
def test_old_and_open_spreadsheets(tmp_path, ending):
    if ending != "ods":
        pytest.importorskip("xlrd")
        pytest.importorskip("xlwt")
    path = tmp_path / f"a.{ending}"
    path.write_bytes(sheet_ods() if ending == "ods" else sheet_xls())
    table = read(path)
    assert table.layer == "地块", "the empty sheet is passed over"
    assert table.frame["街道"].tolist() == ["石佛", "石佛"]
    assert table.frame["编号"].tolist() == ["甲-1", "甲-2"]
    assert table.frame["日期"].tolist() == [datetime.date(2025, 1, 1), datetime.date(2025, 12, 31)]
    assert table.frame.geometry[1].equals(shapely.Point(113.6, 34.9))
    told = " | ".join(table.notes)
    assert "1 merged cells" in told
    assert "二〇二五年供地计划" in told
    assert "合计" in told


def test_spatialite(tmp_path):
    (tmp_path / "a.sqlite").write_bytes(spatialite())
    table = read(tmp_path / "a.sqlite")
    assert table.layer == "地块"
    assert table.frame["名称"].fillna("").tolist() == ["甲", "乙", ""]
    assert table.frame["日期"].tolist()[::2] == [datetime.date(2025, 1, 1), datetime.date(2025, 12, 31)]
    assert table.frame.geometry.area.tolist() == [10_000, 10_000, 20_000]
    assert table.frame.crs.to_epsg() == 4547
    with closing(sqlite3.connect(tmp_path / "a.sqlite")) as base, base:
        base.execute("UPDATE 地块 SET geom = x'00010000' WHERE fid = 2")
    assert read(tmp_path / "a.sqlite").refused["row"].tolist() == [2]


def test_a_database_of_gdal_with_spatialite(tmp_path):
    path = tmp_path / "a.db"
    code = (
        "import sys, pyogrio, pyarrow as pa, shapely; "
        "t = pa.table({'geometry': pa.array([shapely.from_wkt(sys.argv[2]).wkb, None], pa.binary()), '宗数': [3, 4]}); "
        "pyogrio.raw.write_arrow(t, sys.argv[1], driver='SQLite', layer='地块', geometry_name='geometry', "
        "geometry_type='Polygon', crs='EPSG:4547', SPATIALITE='YES')"
    )
    around = {name: value for name, value in os.environ.items() if name != "GDAL_SKIP"}
    subprocess.run([sys.executable, "-c", code, str(path), SQUARES[0]], check=True, env=around, capture_output=True)
    table = read(path)
    assert table.frame["宗数"].tolist() == [3, 4]
    assert table.frame.geometry[0].area == 10_000
    assert table.frame.crs.to_epsg() == 4547


def test_lists_of_wkt_and_wkb(tmp_path):
    path = tmp_path / "a.wkt"
    path.write_text(
        "# remark\n甲;POINT (1 2)\nSRID=4547;POLYGON ((0 0, 1 0,\n 1 1, 0 0))\n\nPOINT (x)\n", encoding="utf-8"
    )
    table = read(path)
    assert table.frame["id"].fillna("").tolist() == ["甲", ""]
    assert table.frame.geom_type.tolist() == ["Point", "Polygon"]
    assert (table.frame.crs.to_epsg(), table.refused["row"].tolist()) == (4547, [3])
    (tmp_path / "a.wkb").write_text(shapely.Point(1, 2).wkb_hex + "\n", encoding="ascii")
    assert read(tmp_path / "a.wkb").frame.geometry[0].equals(shapely.Point(1, 2))
    path.write_text("nothing\n", encoding="utf-8")
    with pytest.raises(ExchangeError, match="no line is a geometry"):
        read(path)
