"""Damage that other readers pass over: each is told, at its row where there is one."""

from __future__ import annotations

import errno
import sqlite3
import struct
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Event
from time import sleep

import pytest
from exchange.sample_frames import parcels

from urbanplan.errors import ExchangeError, GateError
from urbanplan.exchange import inspect, read, write
from urbanplan.exchange.files.consistent_read import read_consistent
from urbanplan.exchange.files.lock import hold_lock
from urbanplan.exchange.flatgeobuf import feature_count
from urbanplan.exchange.text.encoding import find_bad_byte, guess_encodings
from urbanplan.layer.file_lock import Lock


@pytest.fixture
def shape(tmp_path):
    path = write(parcels()[["id", "geometry"]], tmp_path / "a.shp").path
    (tmp_path / "a.shp.meta.json").unlink()
    return path


def test_a_flatgeobuf_that_is_cut_is_not_read_in_part(tmp_path):
    path = write(parcels(), tmp_path / "a.fgb").path
    assert feature_count(path) == 3
    path.write_bytes(path.read_bytes()[:-300])
    with pytest.raises(ExchangeError, match=r"of 3 rows|cut short"):
        read(path)


def test_a_stream_of_features_is_counted_by_their_sizes(tmp_path):
    path = write(parcels(), tmp_path / "a.fgb").path
    data = bytearray(path.read_bytes())
    root = 12 + struct.unpack_from("<I", data, 12)[0]
    table = root - struct.unpack_from("<i", data, root)[0]
    struct.pack_into("<Q", data, root + struct.unpack_from("<H", data, table + 20)[0], 0)
    path.write_bytes(data)
    assert feature_count(path) == 3
    path.write_bytes(data[:-1])
    with pytest.raises(ExchangeError, match="cut short"):
        feature_count(path)


def test_a_broken_record_is_set_aside_by_its_row(shape):
    data = bytearray(shape.read_bytes())
    second = 100 + 8 + struct.unpack_from(">I", data, 104)[0] * 2
    struct.pack_into("<I", data, second + 8 + 40, 2**30)  # more points than the file has bytes
    shape.write_bytes(data)
    table = read(shape)
    assert table.frame["id"].tolist() == ["GX-01", "GX-03"]
    assert table.refused["row"].tolist() == [2]


def test_rows_and_shapes_must_be_as_many(shape):
    data = bytearray(shape.with_suffix(".dbf").read_bytes())
    struct.pack_into("<I", data, 4, 2)
    shape.with_suffix(".dbf").write_bytes(data)
    with pytest.raises(ExchangeError, match="2 rows, and there are 3 shapes"):
        read(shape)


def test_a_companion_that_leads_elsewhere_is_refused(shape, tmp_path):
    elsewhere = tmp_path / "secret"
    elsewhere.mkdir()
    shape.with_suffix(".dbf").rename(elsewhere / "a.dbf")
    shape.with_suffix(".dbf").symlink_to(elsewhere / "a.dbf")
    with pytest.raises(GateError, match="link to another folder"):
        read(shape)


@pytest.mark.parametrize(("column", "value"), [("开工日期", "20\x125-01-01"), ("floors", "two"), ("share", b"\0\1")])
def test_a_value_that_is_not_of_its_type_is_told(tmp_path, column, value):
    """GDAL makes 1 January 1970 and zeros of them."""
    path = write(parcels(), tmp_path / "a.gpkg").path
    path.with_name("a.gpkg.meta.json").unlink()
    with closing(sqlite3.connect(path)) as base, base:
        triggers = base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            base.execute(f'DROP TRIGGER "{name}"')
        base.execute(f'UPDATE a SET "{column}" = ? WHERE id = ?', (value, "GX-02"))
    table = read(path)
    assert table.frame["id"].tolist() == ["GX-01", "GX-03"]
    assert table.refused["row"].tolist() == [2]


def test_utf8_with_a_bad_byte_is_no_other_encoding():
    text = "郑州高新区地块编号".encode()
    assert find_bad_byte(text) is None
    assert find_bad_byte(text[:7] + b"\xff" + text[8:] + b" end") is not None
    assert guess_encodings(text[:7] + b"\xff" + text[8:] + b" end") == []
    assert find_bad_byte("郑州高新区地块编号".encode("gbk")) is None
    assert guess_encodings("郑州高新区地块编号".encode("gbk"))[0].encoding == "gbk"


def test_a_quote_that_is_never_closed_is_told_with_its_line(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('id,name\n1,a\n2,"b\n3,c\n', encoding="utf-8")
    with pytest.raises(ExchangeError, match=r"a\.csv:3.*never closed"):
        read(path)
    path.write_text('id,name\n1,5" pipe\n2,b\n', encoding="utf-8")
    assert len(read(path).frame) == 2


def test_what_is_replaced_while_it_is_read_is_read_again(tmp_path):
    from urbanplan.exchange.formats import by_suffix

    path = write(parcels(), tmp_path / "a.geojson").path
    looks = []

    def look():
        looks.append(1)
        if len(looks) == 1:
            write(parcels()[:1], path)
        return len(path.read_bytes())

    assert read_consistent(path, by_suffix(path), look) == path.stat().st_size
    assert len(looks) == 2
    with pytest.raises(ExchangeError, match="again and again"):
        read_consistent(path, by_suffix(path), lambda: write(parcels()[: len(looks)], path) and looks.append(1))


def test_a_set_whose_main_file_is_just_being_replaced_is_waited_for(shape):
    """A writer takes the main file away first and puts it last, under the lock of the folder."""
    aside, taken = shape.with_suffix(".aside"), Event()

    def replace():
        with hold_lock(shape.parent):
            shape.rename(aside)
            taken.set()
            sleep(0.2)
            aside.rename(shape)

    for look in (lambda: read(shape).frame["id"].tolist(), lambda: inspect(shape).layers[0].features):
        with ThreadPoolExecutor(1) as pool:
            work = pool.submit(replace)
            assert taken.wait(10)
            assert look() in (["GX-01", "GX-02", "GX-03"], 3)
            work.result()
        taken.clear()
    shape.unlink()
    with pytest.raises(ExchangeError, match="does not exist"):
        read(shape)


class StandingClock:
    """A clock that goes on only while somebody sleeps by it; what is planned for a second is done when it comes."""

    def __init__(self, plans):
        self.now, self.plans = 0.0, plans

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.now += 0.5
        for hour in [hour for hour in self.plans if hour <= self.now]:
            self.plans.pop(hour)()


def test_a_writer_whose_disk_is_busy_is_waited_for_and_one_that_never_ends_is_told(shape, monkeypatch):
    """Its files are flushed while the main file is away: no reader says that there is none."""
    aside, writer = shape.with_suffix(".aside"), Lock(shape.parent)

    def put_back():
        aside.rename(shape)
        writer.release()

    for plans in ({40: put_back}, {}):
        assert writer.take(wait=False)
        shape.rename(aside)
        monkeypatch.setattr("urbanplan.layer.file_lock.time", StandingClock(plans))
        if plans:
            assert read(shape).frame["id"].tolist() == ["GX-01", "GX-02", "GX-03"]
    with pytest.raises(ExchangeError, match="another writer is at work") as refused:
        read(shape)
    assert "read again" in refused.value.fix


def test_a_place_without_locks_is_read(shape, monkeypatch):
    def refuse(*_args, **_options):
        raise OSError(errno.ENOLCK, "no locks available")

    monkeypatch.setattr(Lock, "take", refuse)
    assert read(shape).frame["id"].tolist() == ["GX-01", "GX-02", "GX-03"]


def test_an_index_of_odd_length_does_not_fit(shape):
    index = shape.with_suffix(".shx")
    data = index.read_bytes() + b"\0" * 4
    index.write_bytes(data[:24] + struct.pack(">I", len(data) // 2) + data[28:])
    with pytest.raises(ExchangeError, match="does not fit"):
        read(shape)


def _words(number: int, content: bytes) -> bytes:
    return struct.pack(">2I", number, len(content) // 2) + content


def _put_shapes(shape, records: bytes) -> None:
    """The .shp of these records, without an index beside it."""
    head = shape.read_bytes()[:100]
    shape.write_bytes(head[:24] + struct.pack(">I", (100 + len(records)) // 2) + head[28:] + records)
    shape.with_suffix(".shx").unlink(missing_ok=True)


def _contents(shape) -> list[bytes]:
    data, found, at = shape.read_bytes(), [], 100
    while at < len(data):
        size = 2 * struct.unpack_from(">I", data, at + 4)[0]
        found.append(data[at + 8 : at + 8 + size])
        at += 8 + size
    return found


def test_a_shapefile_without_its_index_is_read_and_told(shape):
    whole = read(shape).frame
    beside = {path.name: path.read_bytes() for path in shape.parent.iterdir() if path.suffix != ".shx"}
    shape.with_suffix(".shx").unlink()
    table = read(shape)
    assert table.frame.equals(whole)
    assert any("its .shx is missing: the places of its 3 shapes were found in the .shp" in note for note in table.notes)
    assert {path.name: path.read_bytes() for path in shape.parent.iterdir()} == beside  # none is written there


def test_without_an_index_a_record_belongs_to_the_row_of_its_number(shape):
    whole = read(shape).frame
    one, two, three = _contents(shape)
    _put_shapes(shape, _words(3, three) + _words(1, one) + _words(2, two))
    assert read(shape).frame.equals(whole)
    _put_shapes(shape, _words(1, two) + _words(2, two) + _words(3, three) + _words(1, one))  # the first one grew
    assert read(shape).frame.equals(whole)


def test_without_an_index_what_are_no_records_is_refused(shape):
    one, two, three = _contents(shape)
    for records, reason in (
        (_words(1, one) + _words(2, two) + _words(4, three), "not numbered from 1 to 3"),
        (_words(1, one) + _words(2, two), "the table has 3 rows, and there are 2 shapes"),
        (_words(1, one) + bytes(80), f"no record begins at byte {108 + len(one)}"),
        (_words(1, one) + struct.pack(">2I", 2, 2**32 - 1) + two, f"no record begins at byte {108 + len(one)}"),
        (_words(1, one) + b"\0\0", f"no record begins at byte {108 + len(one)}"),
    ):
        _put_shapes(shape, records)
        with pytest.raises(ExchangeError, match=reason):
            read(shape)
