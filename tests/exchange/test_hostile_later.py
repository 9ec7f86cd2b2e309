"""Hostile and mutated files of the formats that other programs write: refused or read, never a crash, leak or trace."""

from __future__ import annotations

import io
import json
import random
import re
import time
import zipfile
from contextlib import suppress

import pytest
from exchange.corpus.hostile_files import CANARY, common_traps, make_setting
from exchange.corpus.mutate import mutate
from exchange.corpus.valid_files import file_digests
from exchange.foreign_files import FILES

from urbanplan.errors import UrbanplanError
from urbanplan.exchange import inspect, read, write

SECONDS = 20


def mutations(data: bytes, draw: random.Random, count: int) -> dict[str, bytes]:
    """Mutated files; what is packed is mutated inside, so that its checksums are right."""
    made = {}
    for at in range(count):
        if not data.startswith(b"PK"):
            made[f"m{at}"] = mutate(data, draw)
            continue
        with zipfile.ZipFile(io.BytesIO(data)) as packed, io.BytesIO() as held:
            names = packed.namelist()
            turned = draw.choice(names)
            with zipfile.ZipFile(held, "w") as target:
                for name in names:
                    inside = packed.read(name)
                    target.writestr(name, mutate(inside, draw) if name == turned and inside else inside)
            made[f"m{at}"] = held.getvalue()
    return made


def hostile(data: bytes, suffix: str, around: object, count: int) -> dict[str, bytes]:
    """Traps that any format may meet, files cut short, and mutations."""
    cut = {f"cut{part}": data[: len(data) * part // 10] for part in (1, 5, 9)}
    traps = {name: made for name, made in common_traps(data, suffix, around).items() if name != "sparse"}
    deep = {"deep": b'{"type": "Topology", "features": ' + b"[" * 100_000} if "json" in suffix else {}
    return {**traps, **cut, **deep, **mutations(data, random.Random(suffix), count)}


@pytest.mark.parametrize("count", [6, pytest.param(400, marks=pytest.mark.corpus)], ids=["few", "many"])
@pytest.mark.parametrize("suffix", FILES)
def test_hostile_files_are_refused_or_read(tmp_path, suffix, count):
    data = FILES[suffix]()
    around = make_setting(tmp_path / "elsewhere")
    home = tmp_path / "files"
    home.mkdir()
    refused = 0
    for name, made in hostile(data, suffix, around, count).items():
        path = home / f"{name}{suffix}"
        path.write_bytes(made)
        before, began = file_digests(tmp_path), time.process_time()
        said = ""
        try:
            door = inspect if suffix in (".gpx", ".gdb.zip", ".mdb") or sum(map(ord, name)) % 2 else read
            said = str(door(path))
        except UrbanplanError as error:
            refused += 1
            said = error.text() if error.fix else CANARY
        assert time.process_time() - began < SECONDS, name
        assert CANARY not in said, name
        assert file_digests(tmp_path) == before, name
        path.unlink()
    assert refused >= 11


@pytest.mark.parametrize("count", [4, pytest.param(150, marks=pytest.mark.corpus)], ids=["few", "many"])
@pytest.mark.parametrize("ending", [".tab", ".dat", ".map", ".id"])
def test_a_mapinfo_table_whose_companion_is_mutated(tmp_path, ending, count):
    from exchange.foreign_files import SQUARES, write_by_gdal

    path = write_by_gdal(tmp_path / "a.tab", "MapInfo File", columns={"a": [1, 2]}, wkt=SQUARES, layer="a")
    turned, draw = path.with_suffix(ending), random.Random(ending)
    data = turned.read_bytes()
    for made in (data[: len(data) // 2], b"\0" * len(data), *(mutate(data, draw) for _ in range(count))):
        turned.write_bytes(made)
        began, said = time.process_time(), ""
        try:
            table = read(path)
            assert len(table.frame) + len(table.refused) <= 2
        except UrbanplanError as error:
            said = str(error) if error.fix else CANARY
        assert CANARY not in said
        assert not said or str(tmp_path) in said
        assert time.process_time() - began < SECONDS


def _halved(data: bytes, word: str) -> bytes:
    """JSON with half a character in place of a word."""
    return json.dumps(json.loads(data)).replace(json.dumps(word)[1:-1], r"\ud800").encode()


DIGITS = b"9" * 5000  # more than Python makes a number of
COUNTS = {
    ".mif": (b"Region 1", b"Region " + DIGITS),
    ".vct": (b"5", DIGITS),
    ".wkt": (b"SRID=4547", b"SRID=" + DIGITS),
}


@pytest.mark.parametrize("suffix", COUNTS)
def test_a_count_of_thousands_of_digits_is_refused(tmp_path, suffix):
    data = FILES[suffix]()
    old, new = COUNTS[suffix]
    assert re.search(re.escape(old), data, re.I)
    path = tmp_path / f"a{suffix}"
    path.write_bytes(re.sub(re.escape(old), new, data, flags=re.I))
    with suppress(UrbanplanError):
        assert len(read(path).refused)


@pytest.mark.parametrize("suffix", [".esrijson", ".topojson"])
def test_half_a_character_sets_its_row_aside(tmp_path, suffix):
    """An alias, the meaning of a code, the name of an object: what is read can be written."""
    word = {".esrijson": "甲", ".topojson": "左"}[suffix]
    path = tmp_path / f"a{suffix}"
    path.write_bytes(_halved(FILES[suffix](), word))
    table = read(path)
    assert "half a character" in table.refused.set_index("row")["reason"][1]
    for other in ("地块名称", "工业用地", "区"):
        path.write_bytes(_halved(FILES[suffix](), other))
        assert write(read(path).frame, tmp_path / "b.gpkg", allow_loss=True)


def test_half_a_character_is_found_wherever_it_stands(tmp_path):
    point = {"type": "Point", "coordinates": [113.5, 34.8]}
    rows = [
        {"id": "a", "properties": {"x": "fine"}},
        {"id": "b", "properties": {"x": {"deep": ["\ud800"]}}},
        {"id": "c", "properties": {"\udc00": 1}},
        {"id": "\ud800", "properties": {"x": "y"}},
        {"id": "e", "properties": {"x": 2**70}},
    ]
    features = [{"type": "Feature", "geometry": point, **row} for row in rows]
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "name": "\ud800", "features": features}))
    table = read(path)
    assert list(table.refused["row"]) == [2, 3, 4, 5]
    assert table.frame["x"].tolist() == ["fine"]


def test_errors_inside_a_zip_name_the_zip(tmp_path):
    """Neither the folder that it is unpacked into nor the place where GDAL was built."""
    data = FILES[".gdb.zip"]()
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(tmp_path / "a.gdb.zip", "w") as target:
        for name in packed.namelist():
            inside = packed.read(name)
            target.writestr(name, inside[:40] if name.endswith(".gdbtable") else inside)
    for look in (read, inspect):
        with pytest.raises(UrbanplanError) as told:
            look(tmp_path / "a.gdb.zip")
        assert str(told.value).startswith(f"{tmp_path / 'a.gdb.zip'} a.gdb: ")
        assert ".cpp" not in str(told.value)
