"""Files dropped on the desk: looked at, doubts answered, previewed, added, joined, undone; hostile ones shut out."""

from __future__ import annotations

import io
import json
import re
import time
import zipfile
from urllib.parse import urlencode

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from hostile_texts import acting_texts
from plans import small_district
from server.desk_client import active_parts, open_desk

from urbanplan.analysis.dropped_files import sort_files
from urbanplan.analysis.intake_choices import match_fields, rank_layers
from urbanplan.analysis.plans import example_district
from urbanplan.errors import UsageError
from urbanplan.exchange import read, write
from urbanplan.exchange.gdal.raster_writing import write_grid
from urbanplan.server.uploads import Uploads, plain_name

PATIENCE = 300  # seconds: ends a test that hangs


@pytest.fixture(scope="module")
def three_parcels(tmp_path_factory):
    """A shapefile in GBK without a CRS, as an office sends it."""
    frame = small_district.frames()["parcels"]
    more = gpd.GeoDataFrame(
        {"id": ["甲三"]}, geometry=[shapely.box(500_600, 3_850_600, 500_700, 3_850_700)], crs=small_district.CRS
    )
    more = gpd.pd.concat([frame[["id", "geometry"]], more], ignore_index=True)
    home = tmp_path_factory.mktemp("gbk")
    write(more, home / "地块.shp", profile="gbk")
    return {
        path.name: path.read_bytes()
        for path in sorted(home.iterdir())
        if path.suffix in (".shp", ".shx", ".dbf", ".cpg")
    }


def settle(client, target):
    """The page of a target once nothing on it is under way."""
    end = time.monotonic() + PATIENCE
    while "data-job=" in (page := client.get(target)).text:
        assert time.monotonic() < end
        time.sleep(0.3)
    return page.text


def features(client, layer="parcels"):
    return len(read(client.desk.plans[0].file.parent / f"{layer}.gpkg").frame)


def test_a_shapefile_is_looked_at_added_and_undone(client, three_parcels):
    answer = client.upload("/plans/1/uploads", three_parcels)
    assert answer.status == 303
    address = answer.headers["location"]
    page = settle(client, address)
    assert "地块.shp" in page
    assert "not declared" in page
    assert 'value="EPSG:4547"' in page, "the CRS is a question with the likeliest answers"
    assert '<svg class="place"' in page, "the first guess is drawn"
    before = (client.desk.plans[0].file.parent / "parcels.gpkg").read_bytes()
    choices = {"layer": "parcels", "crs": "EPSG:4547"}
    page = settle(client, f"{address}?{urlencode(choices)}")
    assert "3 features would be written to parcels.gpkg" in page
    assert 'name="col.id"' in page
    assert (client.desk.plans[0].file.parent / "parcels.gpkg").read_bytes() == before, "a preview writes nothing"
    assert client.post(address, choices).headers["location"] == "/plans/1/layers"
    assert "replaced 2 features by 3" in settle(client, "/plans/1/layers")
    assert features(client) == 3
    assert client.post("/plans/1/layers/parcels/undo").status == 303
    assert "is again what it was" in settle(client, "/plans/1/layers")
    assert features(client) == 2


def test_a_table_is_joined_to_a_layer(client):
    rows = "id,name\n" + "".join(f"{name},北\n" for name in small_district.frames()["parcels"]["id"])
    address = client.upload("/plans/1/uploads", {"names.csv": rows.encode("gbk")}).headers["location"]
    choices = {"layer": "parcels", "how": "join", "encoding": "gbk"}
    page = settle(client, f"{address}?{urlencode(choices)}")
    assert "joined names.csv on id = id: 2 of 2 features found their row" in page
    client.post(address, choices)
    settle(client, "/plans/1/layers")
    assert set(read(client.desk.plans[0].file.parent / "parcels.gpkg").frame["name"]) == {"北"}
    client.post("/plans/1/layers/parcels/undo")
    settle(client, "/plans/1/layers")


def test_the_key_of_a_table_is_a_question_with_what_each_finds(client):
    names = list(small_district.frames()["parcels"]["id"])
    rows = "code,twin,mu\n" + "".join(f"{name},{name},15\n" for name in names)
    address = client.upload("/plans/1/uploads", {"ledger.csv": rows.encode()}).headers["location"]
    page = settle(client, f"{address}?{urlencode({'layer': 'parcels', 'how': 'join'})}")
    offered = re.findall(r'name="on" value="([^"]+)"( checked)?>([^<]+)', page)
    assert [(pair, bool(chosen)) for pair, chosen, _ in offered][:2] == [("id=code", True), ("id=twin", False)]
    assert "2 of 2 features find their row" in offered[0][2]
    page = settle(client, f"{address}?{urlencode({'layer': 'parcels', 'how': 'join', 'on': 'id=code'})}")
    assert "joined ledger.csv on id = code" in page


def test_a_drawing_s_doubts_are_answered_by_clicks(client, tmp_path):
    ezdxf = pytest.importorskip("ezdxf")
    made = ezdxf.new("R2010", units=6)
    space = made.modelspace()
    for at in range(3):
        x, y = small_district.X + 200 * at, small_district.Y
        space.add_lwpolyline(
            [(x, y), (x + 100, y), (x + 100, y + 100), (x, y + 100)], close=True, dxfattribs={"layer": "JZD[1]"}
        )
        space.add_text(f"GX-{at}", dxfattribs={"insert": (x + 40, y + 50), "layer": "注记 一"})
    space.add_line((x, y), (x, y + 9), dxfattribs={"layer": "0"})
    made.saveas(tmp_path / "a.dxf")
    address = client.upload("/plans/1/uploads", {"a.dxf": (tmp_path / "a.dxf").read_bytes()}).headers["location"]
    page = settle(client, address)
    offered = dict(re.findall(r'name="cad_layer" value="([^"]+)">([^<]+)', page))
    assert offered == {"0": "0 · LINE 1", "JZD[[]1]": "JZD[1] · LWPOLYLINE 3", "注记 一": "注记 一 · TEXT 3"}
    assert '<select id="label"' in page
    choices = [("cad_layer", "JZD[[]1]"), ("cad_layer", "注记 一"), ("layer", "parcels"), ("crs", "EPSG:4547"),
               ("label", "id")]  # fmt: skip
    page = settle(client, f"{address}?{urlencode(choices)}")
    assert "3 features would be written" in page
    assert "id=GX-0" in page, "the text inside the outline is its id"
    hidden = re.search(r'name="cad_layer" value="(JZD[^"]*)"><', page[page.index('method="post"') :])
    assert hidden, "what was chosen is sent with the add"
    assert hidden[1].split("\n") == ["JZD[[]1]", "注记 一"]


def test_what_cannot_be_read_is_told_and_nothing_is_5xx(client):
    for name, data in {
        "a.gpkg": b"no",
        "b.zip": b"PK\x03\x04",
        "c.shp": b"",
        "d.exe": b"MZ",
        "e.geojson": b"{" * 99,
    }.items():
        answer = client.upload("/plans/1/uploads", {name: data})
        assert answer.status < 500
        if answer.status == 303:
            page = settle(client, answer.headers["location"])
            assert 'role="alert"' in page
            assert str(client.desk.work) not in page
    assert client.upload("/plans/1/uploads", {}).status == 400
    assert client.ask("POST", "/plans/1/uploads", body=b"x", Content_Type="multipart/form-data").status == 400
    assert client.get("/plans/1/add/99").status == 404
    assert client.post("/plans/1/layers/none/undo").status == 404


@pytest.mark.parametrize("name", ["../../plan.toml", "..\\..\\plan.toml", "/etc/passwd", "C:\\x.csv", "a/../b.csv", "..", ".", "",
                                  "x" * 500 + ".csv", "\x00.csv", "a\nb.csv", "con<>|.csv"])  # fmt: skip
def test_a_name_leads_nowhere(name):
    plain = plain_name(name)
    assert "/" not in plain
    assert "\\" not in plain
    assert plain not in (".", "..")
    assert plain.isprintable()
    assert len(plain) <= 120


def test_texts_as_names_of_files_columns_and_values_act_nowhere(client):
    texts = [text for text in acting_texts("canary") if text.isprintable()]
    marks = [text for text in texts if set(text) & set("<>\"'{}&")]
    rows = [
        {
            "type": "Feature",
            "properties": {text: text for text in texts},
            "geometry": {"type": "Point", "coordinates": [114.0, 34.8]},
        }
    ]
    data = json.dumps({"type": "FeatureCollection", "features": rows}).encode()
    for name in [f"{marks[0]}.geojson", "a.geojson"]:
        address = client.upload("/plans/1/uploads", {name.replace('"', "").replace("\n", ""): data}).headers["location"]
        page = settle(
            client, f"{address}?{urlencode({'layer': '+', 'name': marks[0], 'on': marks[1], 'col.x': marks[2]})}"
        )
        assert [text for text in marks if text in page] == []
        assert active_parts(page) == []


def packed(**members):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return made.getvalue()


def sort_in(folder, **files):
    """What files of a folder may be: names of layers, of documents, and what is refused."""
    (folder / "unpacked").mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    found = sort_files(folder, folder / "unpacked")
    return [*found.layers], [*found.documents], found.refused


def test_what_was_dropped_is_sorted_by_what_it_may_be(tmp_path):
    inner = packed(**{"2024/a.csv": "id\n1\n", "2025/a.csv": "id\n2\n"})
    outer = packed(**{"in.zip": inner, "报告.docx": "PK", "y/readme.exe": "MZ", "__MACOSX/a.csv": "", "Thumbs.db": ""})
    points = "[地块坐标]\n4,1,A,甲,面,,住宅,,@\nJ1,1,3850000,500000\n".encode("gbk")
    files = {
        "外.zip": outer,
        ".DS_Store": b"",
        "~$x.xlsx": b"",
        "界址.txt": points,
        "公告.txt": "新增停车位".encode("gbk"),
    }
    layers, documents, refused = sort_in(tmp_path / "a", **files)
    assert layers == ["外.zip/in.zip/2024/a.csv", "外.zip/in.zip/2025/a.csv", "界址.txt"], "equal names stay apart"
    assert documents == ["公告.txt", "外.zip/报告.docx"]
    assert len(refused) == 1
    with pytest.raises(UsageError, match=r"a\.exe"):
        sort_in(tmp_path / "b", **{"a.exe": b"MZ", "Thumbs.db": b""})
    with pytest.raises(UsageError, match="evil"):
        sort_in(tmp_path / "c", **{"evil.zip": packed(**{"../../a.csv": "id\n1\n"})})
    with pytest.raises(UsageError, match="as a zip"):
        sort_in(tmp_path / "d", **{"a00000001.gdbtable": b"x"})


def keep(folder, *names, data=b"id\n1\n"):
    return Uploads(folder / str(len(list(folder.iterdir())))).keep(1, [(name, io.BytesIO(data)) for name in names])


def test_files_of_one_name_get_names_of_their_own(tmp_path, three_parcels):
    """Two folders are dropped, which hold files of the same names: none is lost, and parts stay with their own set."""
    assert [*keep(tmp_path, "2024/a.csv", "2025/A.csv", "a-2.csv").layers] == ["A--2.csv", "a-2.csv", "a.csv"]
    lot = Uploads(tmp_path / "sets").keep(1, [(name, io.BytesIO(data)) for name, data in [*three_parcels.items()] * 2])
    assert [*lot.layers] == ["地块-2.shp", "地块.shp"]
    assert all(len(read(path, crs="EPSG:4547").frame) == 3 for path in lot.layers.values())
    with pytest.raises(UsageError, match="not each has every part"):
        keep(tmp_path, "a.shp", "a.dbf", "b/a.shp", "b/a.dbf", "b/a.prj")


def test_any_name_can_be_dropped(tmp_path):
    long, reserved = "字" * 120, ("unpacked", ".unpacked.csv", "..", "nul")
    lot = keep(tmp_path, f"{long}.csv", f"{long}.{long}", *reserved, "CON.csv", "a.csv")
    assert {name[:3] for name in lot.layers} == {"字字字", "unp", "_CO", "a.c"}
    assert all(len(name.encode()) <= 200 for name in lot.layers)


def test_what_of_a_lot_is_not_read_is_told(client):
    answer = client.upload("/plans/1/uploads", {"a.csv": b"id,x\n1,2\n", "dem.tif": b"II*\0", "b.exe": b"MZ"})
    page = settle(client, answer.headers["location"])
    assert ">dem.tif<" in page, "heights can be added, and are not the first file of the lot"
    assert "b.exe: .exe files are not read" in page
    with pytest.raises(UsageError, match=r"dem\.tif: a raster holds no features"):
        client.desk.uploads.keep(0, [("dem.tif", io.BytesIO(b"II*\0"))])


def test_another_file_of_a_lot_can_be_chosen_where_the_first_is_broken(client):
    answer = client.upload("/plans/1/uploads", {"a.csv": b"", "b.csv": b"id,x\n1,2\n", "c.docx": b"PK"})
    address = answer.headers["location"]
    page = settle(client, address)
    assert 'role="alert"' in page
    assert "uploads/" not in page, "a file has its own name alone"
    assert f'href="{address}?file=b.csv"' in page
    assert address.replace("/plans/1/add/", "/drafts/") in page
    assert 'role="alert"' not in settle(client, f"{address}?file=b.csv")


def test_the_layer_that_a_file_may_be_stands_first(client):
    plan = client.desk.plans[0].file
    assert rank_layers(plan, ["id", "name", "stage", "land_use"], shapes=["Polygon"])[0] == "parcels"
    assert rank_layers(plan, ["x"], shapes=["LineString"], stem="homes")[0] == "homes"
    found = {
        one.name: (one.column, one.rule) for one in match_fields("parcels", ["地块编号", "x"], plan=example_district())
    }
    assert found["id"][0] == "地块编号"


def test_the_example_is_not_changed(tmp_path):
    with open_desk(tmp_path / "work") as client:
        assert client.desk.plans[0].writable is False or client.desk.plans[0].file.parent.name == "plan"
        assert client.upload("/plans/1/uploads", {"a.csv": b"id\n"}).status == 403


def test_heights_are_added_by_a_click(client, tmp_path):
    heights = tmp_path / "dem.tif"
    place = [100.0, 0.0, 500_000.0, 0.0, -100.0, 3_851_000.0]
    write_grid(heights, np.arange(12.0).reshape(3, 4), transform=place, crs=pyproj.CRS(small_district.CRS).to_wkt())
    address = client.upload("/plans/1/uploads", {"dem.tif": heights.read_bytes()}).headers["location"]
    page = client.get(address).text
    assert "As heights of the ground, in metres, it becomes the layer elevation" in page
    words = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    assert words == {"file": "dem.tif", "layer": "+", "name": "elevation", "type": "elevation"}
    assert client.post(address, words).headers["location"] == "/plans/1/layers"
    assert "the raster was copied to elevation.tif" in settle(client, "/plans/1/layers")
    assert (client.desk.plans[0].file.parent / "elevation.tif").read_bytes() == heights.read_bytes()
    words = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', client.get(address).text))
    assert words["layer"] == "elevation", "the layer is there now"
