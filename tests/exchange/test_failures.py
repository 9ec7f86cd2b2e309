"""What happens when things go wrong: kills, full disks, two writers, odd names, places and hours, flipped pages."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

import pytest
from exchange.frames_made import differences, parcels
from exchange.hostile import SUFFIXES

from urbanplan.errors import ExchangeError, UrbanplanError
from urbanplan.exchange import read, write
from urbanplan.exchange.atomic import settle

WRITER = """
import sys; sys.path.insert(0, sys.argv[1])
from exchange.frames_made import parcels
from urbanplan.exchange import write
frame = parcels()[["id", "geometry"]]
frame["id"] = [sys.argv[3] + str(at) for at in range(3)]
print("ready", flush=True)
while True:
    write(frame, sys.argv[2], allow_loss=True)
"""
TESTS = os.path.dirname(os.path.dirname(__file__))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_killed_at_any_moment_the_file_is_whole(tmp_path, suffix):
    """F1: the full size raises the rounds; each kill comes at another moment of the writing."""
    target = tmp_path / f"a{suffix}"
    old = parcels()[["id", "geometry"]]
    write(old, target, allow_loss=True)
    draw = random.Random(suffix)
    for at in range(int(os.environ.get("URBANPLAN_KILLS", "2"))):
        writer = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", WRITER, TESTS, str(target), f"N{at}-"], stdout=subprocess.PIPE
        )
        assert writer.stdout.readline() == b"ready\n"
        time.sleep(draw.uniform(0.05, 0.4))
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        settle(tmp_path)
        name = "地块编号" if suffix == ".txt" and "地块编号" in read(target).frame else "id"
        ids = read(target).frame[name].tolist()
        assert ids in ([f"GX-0{n}" for n in (1, 2, 3)], *[[f"N{k}-{n}" for n in range(3)] for k in range(at + 1)])
        assert not [file for file in tmp_path.iterdir() if file.name.startswith(".")]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_full_disk_leaves_nothing_under_the_name(tmp_path, suffix):
    """F2: the size of files is limited below what is written."""
    code = (
        "import sys, resource, signal; sys.path.insert(0, sys.argv[1])\n"
        "from exchange.frames_made import parcels; import pandas as pd\n"
        "from urbanplan.exchange import write; from urbanplan.errors import UrbanplanError\n"
        "frame = pd.concat([parcels()[['id','geometry']]]*400, ignore_index=True)\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)\n"
        "try:\n    write(frame, sys.argv[2], allow_loss=True)\n"
        "except UrbanplanError as error:\n    print('refused', bool(error.fix))\n"
    )
    target = tmp_path / f"a{suffix}"
    for size in ("1500",):
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code, TESTS, str(target), size],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.stdout.strip().endswith("refused True"), done.stderr[-800:]
        assert list(tmp_path.iterdir()) == []


def test_two_writers_leave_one_of_the_two(tmp_path):
    """F3."""
    target = tmp_path / "a.gpkg"
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER.replace("while True", "for _ in range(5)"), TESTS, str(target), name],
            stdout=subprocess.DEVNULL,
        )
        for name in ("A", "B")
    ]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    frame = read(target).frame
    assert len(frame) == 3
    assert {text[0] for text in frame["id"]} in ({"A"}, {"B"})


@pytest.mark.parametrize(
    "name", ["空 格", "a'b", "ü𠮷", "x" * 180, "a;b", "a#b", "a?b=c", "a%20b", "-x", "a!b", "&<>", "a:b"]
)
@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".fgb", ".geojson", ".zip"])
def test_odd_names_work(tmp_path, name, suffix):
    """F4."""
    frame = parcels()[["id", "geometry"]]
    written = write(frame, tmp_path / f"{name}{suffix}")
    assert differences(frame, read(written.path).frame, metres=0.02) == []


@pytest.mark.parametrize("path", ["no/such/a.gpkg", "x" * 300 + ".gpkg", "folder.gpkg"])
def test_places_that_cannot_be_written_are_told(tmp_path, path):
    (tmp_path / "folder.gpkg").mkdir()
    with pytest.raises(ExchangeError) as told:
        write(parcels(), tmp_path / path)
    assert told.value.fix


def test_place_and_hour_change_no_byte(tmp_path):
    """F6: time zone, locale, hash seed."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from exchange.frames_made import parcels; from urbanplan.exchange import write\n"
        "from exchange.hostile import SUFFIXES\n"
        "for s in SUFFIXES: write(parcels()[['id','geometry','floors','开工日期','at']], sys.argv[2] + '/a' + s, allow_loss=True)"
    )
    seen = []
    for at, (zone, tongue) in enumerate(
        [("UTC", "C"), ("Asia/Shanghai", "zh_CN.UTF-8"), ("America/New_York", "de_DE")]
    ):
        folder = tmp_path / str(at)
        folder.mkdir()
        env = {**os.environ, "TZ": zone, "LC_ALL": tongue, "PYTHONHASHSEED": str(at)}
        subprocess.run([sys.executable, "-W", "ignore", "-c", code, TESTS, str(folder)], env=env, check=True)
        seen.append({file.name: file.read_bytes() for file in folder.iterdir()})
    for name in seen[0]:
        assert seen[0][name] == seen[1][name] == seen[2][name], name


def test_flipped_pages_give_no_wrong_number(tmp_path):
    """F7: with the metadata beside it, a GeoPackage whose bytes changed is refused or right."""
    frame = parcels()
    target = write(frame, tmp_path / "a.gpkg").path
    data = bytearray(target.read_bytes())
    draw = random.Random(7)
    for _ in range(60):
        flipped = bytearray(data)
        flipped[draw.randrange(len(flipped))] ^= 1 << draw.randrange(8)
        target.write_bytes(flipped)
        try:
            found = read(target).frame
        except UrbanplanError as error:
            found = error
        assert isinstance(found, UrbanplanError) or differences(frame, found) == []
