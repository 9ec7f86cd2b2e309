"""FileGDB: folders and zips of others, aliases and code tables, there and back, what it cannot hold."""

from __future__ import annotations

import pytest
import shapely
from exchange.foreign_files import write_geodatabase, zip_folder
from exchange.sample_frames import differences, parcels

from urbanplan.analysis.convert import convert_file
from urbanplan.errors import ExchangeError, GateError, LossError
from urbanplan.exchange import inspect, read, write
from urbanplan.exchange.gdal import client

CODES = {"0701": "城镇住宅用地", "0601": "工业用地"}


@pytest.fixture(scope="module")
def geodatabase(tmp_path_factory):
    return write_geodatabase(tmp_path_factory.mktemp("gdb"))


def test_a_foreign_geodatabase_keeps_names_aliases_codes_and_crs(geodatabase):
    table = read(geodatabase, layer="地块")
    assert table.frame["DLBM"].tolist() == ["0701", "0601"]
    assert table.frame["备注"].isna().tolist() == [False, True]
    assert table.frame["MJ"].isna().tolist() == [False, True]
    assert table.frame.geom_type.tolist() == ["Polygon", "Polygon"]
    assert table.frame.crs.to_epsg() == 4547
    assert (table.aliases, table.codes) == ({"DLBM": "地类编码"}, {"DLBM": CODES})
    assert table.notes == ("DLBM holds codes of a code table of 2: 0701 = 城镇住宅用地; 0601 = 工业用地",)
    with pytest.raises(ExchangeError, match="holds 2 layers"):
        read(geodatabase)


def test_codes_and_aliases_go_on_to_a_geopackage_and_back(geodatabase, tmp_path):
    from urbanplan.analysis.files import ReadOptions

    convert_file(geodatabase, tmp_path / "a.gpkg", reading=ReadOptions("地块"))
    (tmp_path / "a.gpkg.meta.json").unlink()
    table = read(tmp_path / "a.gpkg")
    assert (table.aliases, table.codes) == ({"DLBM": "地类编码"}, {"DLBM": CODES})
    convert_file(tmp_path / "a.gpkg", tmp_path / "b.gdb.zip")
    assert read(tmp_path / "b.gdb.zip").codes == {"DLBM": CODES}, "the metadata file has the code table"
    (tmp_path / "b.gdb.zip.meta.json").unlink()
    again = read(tmp_path / "b.gdb.zip")
    assert (again.aliases, again.codes) == ({"DLBM": "地类编码"}, {})
    assert differences(table.frame, again.frame, metres=1e-4) == []


def test_whole_numbers_with_a_domain_stay_numbers(tmp_path):
    """GDAL's stream makes the texts of the codes of them, and nothing of a code that the domain does not have."""
    frame = parcels()[["id", "floors", "geometry"]]
    write(frame, tmp_path / "a.gpkg", metadata={"codes": {"floors": {"1": "一层", "2": "二层"}}})
    (tmp_path / "a.gpkg.meta.json").unlink()
    table = read(tmp_path / "a.gpkg")
    assert table.frame["floors"].tolist() == [1, 2, 33]
    assert table.codes == {"floors": {"1": "一层", "2": "二层"}}


def test_a_zip_is_read_under_either_ending_and_inspected(geodatabase, tmp_path):
    for name in ("a.zip", "a.gdb.zip"):
        (tmp_path / name).write_bytes(zip_folder(geodatabase))
        assert len(read(tmp_path / name, layer="地块").frame) == 2
    (layer, _) = inspect(tmp_path / "a.zip").layers
    (field,) = [field for field in layer.fields if field.name == "DLBM"]
    assert (field.alias, field.codes) == ("地类编码", CODES)


def test_names_that_it_does_not_take_come_back(tmp_path):
    frame = parcels().assign(
        **{"面积(亩)": [1.5, 2.0, 3.0], "OBJECTID": [7, 8, 9], "select": ["a", "", "c"], "1层": [1, 2, 3]}
    )
    written = write(frame, tmp_path / "a.gdb", metadata={"aliases": {"id": "地块编号"}})
    assert differences(frame.drop(columns="at"), read(written.path).frame, metres=1e-4) == []
    (tmp_path / "a.gdb.meta.json").unlink()
    table = read(tmp_path / "a.gdb")
    assert list(table.frame.columns[-5:-1]) == ["面积_亩_", "OBJECTID_", "select_", "F1层"]
    assert table.aliases["id"] == "地块编号"
    assert table.aliases["F1层"] == "1层"
    with pytest.raises(ExchangeError, match="a folder is not replaced"):
        write(frame, tmp_path / "a.gdb")


def test_mixed_shapes_and_large_numbers_are_refused(tmp_path):
    frame = parcels()[["id", "geometry"]]
    mixed = frame.assign(geometry=[frame.geometry[0], shapely.Point(1, 2), None]).set_crs(4547)
    with pytest.raises(LossError, match="mixed shapes"):
        write(mixed, tmp_path / "a.gdb")
    with pytest.raises(LossError, match="beyond 15 digits"):
        write(frame.assign(n=[2**60, 1, 2]), tmp_path / "a.gdb")
    assert list(tmp_path.iterdir()) == []


def test_rows_without_shapes_are_a_table(tmp_path):
    import pandas as pd

    write(pd.DataFrame({"代码": ["a", None]}), tmp_path / "a.gdb")
    assert read(tmp_path / "a.gdb").frame["代码"].isna().tolist() == [False, True]


def test_a_folder_that_is_none_or_holds_links_is_refused(geodatabase, tmp_path):
    (tmp_path / "empty.gdb").mkdir()
    with pytest.raises(GateError, match=r"a00000001\.gdbtable is missing"):
        read(tmp_path / "empty.gdb")
    (tmp_path / "file.gdb").write_bytes(b"x")
    with pytest.raises(GateError, match="a file, not a folder"):
        read(tmp_path / "file.gdb")
    linked = tmp_path / "linked.gdb"
    linked.mkdir()
    for file in geodatabase.iterdir():
        (linked / file.name).symlink_to(file)
    with pytest.raises(GateError, match="no plain file"):
        read(linked)


def test_the_shared_geodatabase(shared):
    for name in ("x.gdb", "gdb.zip"):
        table = read(shared / "cases/files" / name)
        assert (len(table.frame), len(table.refused), table.frame.crs.to_epsg()) == (6, 0, 4547)


def test_a_driver_of_its_own_has_one_pool_and_all_others_share_one(monkeypatch):
    made = []
    monkeypatch.setattr(client, "_pools", {})
    monkeypatch.setattr(client, "_Pool", lambda driver: made.append(driver) or object())
    pools = [client._pool({"driver": name}) for name in ("FlatGeobuf", "GML", "ESRI Shapefile", "GML", "FlatGeobuf")]
    assert made == ["", "GML"]
    assert pools[0] is pools[2] is pools[4] is not pools[1] is pools[3]
