"""The store: kept by digest, replaced whole, never a wrong number."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import threading

import pandas as pd
import pytest
from exchange.sample_frames import differences, parcels

from urbanplan.exchange import read, write
from urbanplan.store import cache
from urbanplan.store.cache import CHECKSUM_FILE, STORE_FILE, Store

STORE_FOLDER = "kept"


def open_store(home):
    return cache.open_store(home / STORE_FOLDER)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "MIN_STORED_BYTES", 0)
    write(pd.concat([parcels()] * 50, ignore_index=True), tmp_path / "a.geojson")
    return tmp_path


def test_the_second_run_takes_it_from_the_store(home, monkeypatch):
    first = open_store(home)
    table = first.read(home / "a.geojson")
    assert first.keep()
    second = open_store(home)
    monkeypatch.setattr("urbanplan.exchange.read", None)
    again = second.read(home / "a.geojson")
    assert differences(table.frame, again.frame) == []
    assert (again.digest, again.format, again.crs_note) == (table.digest, table.format, table.crs_note)
    assert again.frame.crs == table.frame.crs


def test_a_changed_file_is_read_anew(home):
    store = open_store(home)
    store.read(home / "a.geojson")
    store.keep()
    write(parcels(), home / "a.geojson")
    assert len(open_store(home).read(home / "a.geojson").frame) == 3


def test_pins_are_part_of_the_key(home):
    store = open_store(home)
    store.read(home / "a.geojson")
    store.keep()
    assert open_store(home).read(home / "a.geojson", crs="EPSG:4490").frame.crs.to_epsg() == 4490


def test_flipped_bytes_never_give_a_wrong_number(home):
    store = open_store(home)
    truth = store.read(home / "a.geojson").frame
    store.keep()
    path = home / STORE_FOLDER / STORE_FILE
    data = path.read_bytes()
    draw = random.Random(3)
    for _ in range(25):
        flipped = bytearray(data)
        flipped[draw.randrange(len(flipped))] ^= 1 << draw.randrange(8)
        path.write_bytes(flipped)
        assert differences(truth, open_store(home).read(home / "a.geojson").frame) == []


def test_what_cannot_be_written_stays_in_memory(home):
    (home / STORE_FOLDER).write_text("a file stands in the way")
    store = open_store(home)
    assert len(store.read(home / "a.geojson").frame) == 150
    assert store.keep() is False


def test_two_writers_lose_nothing(home):
    for name in ("b", "c", "d"):
        write(parcels(), home / f"{name}.geojson", metadata={"title": name})
        (home / f"{name}.geojson").write_text((home / f"{name}.geojson").read_text() + " " * ord(name))

    def work(name):
        store = open_store(home)
        store.read(home / f"{name}.geojson")
        assert store.keep()

    threads = [threading.Thread(target=work, args=(name,)) for name in ("a", "b", "c", "d")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(open_store(home).kept) == 4
    assert sorted(file.name for file in (home / STORE_FOLDER).iterdir()) == ["lock", STORE_FILE, CHECKSUM_FILE]


def test_a_killed_writer_leaves_the_old_store(home):
    store = open_store(home)
    store.read(home / "a.geojson")
    store.keep()
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "import urbanplan.store.cache as c; c.MIN_STORED_BYTES = 0; real = c._verify_counts\n"
        "def die(*a): os.kill(os.getpid(), signal.SIGKILL)\n"
        "c._verify_counts = die; home = Path(sys.argv[1]); s = c.open_store(home / 'kept'); s.read(home / 'b.geojson'); s.keep()"
    )
    write(parcels(), home / "b.geojson")
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code, str(home)], check=False)
    assert done.returncode < 0
    assert len(open_store(home).kept) == 1
    store = open_store(home)
    store.read(home / "b.geojson")
    assert store.keep()
    assert not [name for name in os.listdir(home / STORE_FOLDER) if name.startswith(".urbanplan-tmp")]


def test_small_files_are_read_straight(tmp_path):
    path = write(parcels(), tmp_path / "a.geojson").path
    store = Store(None)
    assert differences(read(path).frame, store.read(path).frame) == []
    assert store.fresh == {}
    shutil.rmtree(tmp_path)
