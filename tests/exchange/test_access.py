"""Access databases: tables and layers of files that Jackcess wrote, and what is damaged in them."""

from __future__ import annotations

import datetime
import lzma
import random
from pathlib import Path

import pytest
import shapely

from urbanplan.analysis.convert import convert_file
from urbanplan.errors import ExchangeError, GateError, LossError
from urbanplan.exchange import inspect, read
from urbanplan.exchange.access.shapes import read_shapes
from urbanplan.exchange.fields.columns import to_json_values
from urbanplan.exchange.formats import by_name
from urbanplan.exchange.gdal import client
from urbanplan.exchange.jet.database import AccessQuery, list_tables, read_table
from urbanplan.exchange.jet.values import decode
from urbanplan.exchange.table import Source

DATABASES = Path(__file__).parent / "programs"


def unpack(name: str) -> bytes:
    return lzma.decompress((DATABASES / f"{name}.xz").read_bytes())


@pytest.fixture(scope="module", params=["ledger.mdb", "ledger.accdb"])
def ledger(tmp_path_factory, request):
    path = tmp_path_factory.mktemp("access") / request.param
    path.write_bytes(unpack(request.param))
    return path


@pytest.fixture(scope="module")
def geodatabase(tmp_path_factory):
    path = tmp_path_factory.mktemp("access") / "征地.mdb"
    path.write_bytes(unpack("geodatabase.mdb"))
    return path


@pytest.fixture(autouse=True)
def unlimited(monkeypatch):
    """The tests' own process has no limit of memory; the worker that reads for it has."""
    monkeypatch.setattr("urbanplan.exchange.jet.database._limit_memory", lambda: None)


def expected_row(k: int) -> dict:
    """What was written as the row ``k`` of the ledger."""
    if k % 7 == 3:
        names = ("面积", "亩", "宗数", "序", "级", "价款", "容积率", "日期", "唯一号", "备注")
        return {"编号": f"地块{k}", "已供": False} | dict.fromkeys(names)
    memo = {10: "长" * 5000, 11: "短 memo", 12: ""}.get(k, f"备注{k}ABC")
    name = "A-4" + "宽" * 250 if k == 4 else f"A-{k}" if k % 2 == 0 else f"地块A-{k}"
    return {
        "编号": name, "面积": k * 1.25, "亩": k * 0.5, "宗数": -k, "序": k, "级": k % 256, "已供": k % 3 == 0,
        "价款": k * 100_000_001 / 10_000, "容积率": -k / 8, "备注": memo,
        "日期": datetime.datetime(1890 + k, 1, 1, k % 24, 30, 15).isoformat(),
        "唯一号": f"{{0000000A-00B0-0C00-D000-0000000000{k:02X}}}",
    }  # fmt: skip


def test_every_value_of_a_ledger_is_as_it_was_written(ledger):
    table = read(ledger)
    assert (table.layer, len(table.refused)) == ("供地台账", 0)
    wanted = [expected_row(k) for k in range(240) if k != 6]  # the row 6 was deleted
    for name in wanted[0]:
        assert to_json_values(table.frame[name]) == [row[name] for row in wanted], name


def test_objects_are_not_read_and_said_to_be_lost(ledger, tmp_path):
    assert "附件" in read(ledger).lost[0]
    with pytest.raises(LossError, match="附件"):
        convert_file(ledger, tmp_path / "a.csv")
    assert read(ledger, columns=["编号"]).frame.columns.tolist() == ["编号"]


def test_a_layer_of_a_geodatabase_has_its_shapes_aliases_and_codes(geodatabase):
    assert [layer.name for layer in inspect(geodatabase).layers] == ["用地", "权利人"]
    table = read(geodatabase, layer="用地")
    assert table.frame.crs.to_epsg() == 4547
    assert table.frame["DKBH"].tolist() == ["甲-1", "甲-2", "甲-3", "甲-4", "甲-5", "甲-8"]
    assert table.frame.geometry.area.fillna(0).tolist() == [10_000, 9_600, 400, 400, 0, 89_850]
    assert table.frame.geometry[2].has_z
    assert table.frame.geometry[4] is None
    assert table.refused["row"].tolist() == [6, 7]
    assert table.refused["reason"].tolist() == ["arcs, which are not read", "a record that is damaged"]
    assert table.aliases == {"DKBH": "地块编号", "DLBM": "地类编码"}  # as ArcGIS 9 has them, and as 10 does
    assert table.codes["DLBM"]["0601"] == "工业用地"
    assert read(geodatabase, layer="权利人").frame.to_dict("list") == {"DKBH": ["甲-1"], "姓名": ["张三"]}


def test_a_layer_comes_alone_and_with_chosen_fields(geodatabase):
    with pytest.raises(ExchangeError, match="holds 2 layers"):
        read(geodatabase)
    frame = read(geodatabase, layer="用地", columns=["MJ"]).frame
    assert sorted(frame.columns) == ["MJ", "geometry"]


def test_shapes_with_heights_measures_and_arcs():
    import struct

    head = struct.pack("<I3d", 9, 1, 2, 3), struct.pack("<I2d", 52, 1, 2), struct.pack("<I3d", 52 | 0x80000000, 1, 2, 3)
    blobs = [*head, None, struct.pack("<I2d", 1, 1, 2)[:12], b"\1", struct.pack("<I2d", 0x101, 1, 2)]
    shapes, refused, _ = read_shapes(blobs, Source(Path("a.mdb"), by_name("access")))
    assert [shape and shape.wkt for shape in shapes[:4]] == ["POINT Z (1 2 3)", "POINT (1 2)", "POINT Z (1 2 3)", None]
    assert sorted(refused) == [4, 5, 6]
    assert shapely.is_missing(shapes[4:]).all()


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (lambda data: data[: len(data) // 2 // 4096 * 4096], ExchangeError, "damaged or encrypted: page"),
        (lambda data: data[:8192] + bytes(8) + data[8200:], ExchangeError, "it is encrypted"),
        (lambda data: b"MZ" + data[2:], GateError, "not Access database"),
        (lambda data: data[:20] + b"\x09" + data[21:], ExchangeError, "version 9"),
        (lambda data: data[:100], ExchangeError, "damaged"),
    ],
)
def test_a_damaged_database_is_refused(tmp_path, change, error, words):
    path = tmp_path / "a.mdb"
    path.write_bytes(change(unpack("ledger.mdb")))
    with pytest.raises(error, match=words):
        read(path)


def test_mutated_databases_end_in_rows_or_one_error(tmp_path):
    good, draw, path = unpack("geodatabase.mdb"), random.Random(18), tmp_path / "a.mdb"
    ends = set()
    for _ in range(60):
        data = bytearray(good)
        for _ in range(draw.choice((1, 8, 64))):
            at = draw.choice((draw.randrange(len(data)), draw.randrange(len(data) // 4096) * 4096 + draw.randrange(80)))
            data[at : at + 1] = bytes((draw.randrange(256),))
        path.write_bytes(data)
        try:
            for name in list_tables(AccessQuery(str(path), "a.mdb"))["tables"]:
                read_table(AccessQuery(str(path), "a.mdb", name))
            ends.add("rows")
        except ExchangeError as error:
            ends.add((error.where, bool(error.fix)))
    assert ends == {"rows", ("a.mdb", True)}


def test_a_long_value_in_a_circle_ends(tmp_path):
    """A chain that leads to its own row ends with the length that it says."""
    from urbanplan.exchange.jet.definitions import Column
    from urbanplan.exchange.jet.pages import Pages

    page = bytearray(4096)
    page[0:8] = b"\1\1\0\0LVAL"
    page[12:16] = (1).to_bytes(2, "little") + (4088).to_bytes(2, "little")
    page[4088:4092] = (1 << 8).to_bytes(4, "little")
    head = bytearray(4096)
    head[0x14] = 1
    pages = Pages(bytes(head) + bytes(page))
    column = Column("备注", 12, 0, None, 0, 0, 0, False)
    cell = (0x3FFFFFFF).to_bytes(4, "little") + (1 << 8).to_bytes(4, "little") + bytes(4)
    values, bad = decode(column, [cell], pages)
    assert (values.to_pylist(), bad) == ([None], {0})


def test_the_reader_is_a_process_of_its_own(ledger):
    read(ledger)
    assert client._pools["Access"]._worker is not client._pools[""]._worker
