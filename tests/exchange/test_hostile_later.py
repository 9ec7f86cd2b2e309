"""Hostile and mutated files of the formats that other programs write: refused or read, never a crash, leak or trace."""

from __future__ import annotations

import io
import random
import time
import zipfile

import pytest
from exchange.corpus.hostile_files import CANARY, common_traps, make_setting
from exchange.corpus.mutate import mutate
from exchange.corpus.valid_files import file_digests
from exchange.foreign_files import FILES

from urbanplan.errors import UrbanplanError
from urbanplan.exchange import inspect, read

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
