"""A host's process stays as it was: its environment, its GDAL, its settings, whatever of ours it calls."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from exchange.sample_frames import parcels

from urbanplan.exchange import write

ROOT = Path(__file__).resolve().parents[2]
FIRST = ("", "geopandas, pyogrio")  # what the host imports before ours
SUFFIXES = (".geojson", ".gpkg", ".shp", ".zip", ".fgb", ".parquet", ".csv", ".xlsx", ".dxf", ".kml")


def host(code: str, *words: object, first: str = "") -> subprocess.CompletedProcess[str]:
    """A fresh process in which somebody's program uses urbanplan; it must end well."""
    around = {name: value for name, value in os.environ.items() if name != "GDAL_SKIP"}
    around["PYTHONPATH"] = os.pathsep.join(map(str, (ROOT, ROOT / "tests")))
    text = f"import os, sys{first and ', '}{first}\nbefore = dict(os.environ)\nimport urbanplan\n{code}"
    line = [sys.executable, "-c", text, *map(str, words)]
    done = subprocess.run(line, capture_output=True, text=True, env=around, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done


READ_ALL = """
for path in sys.argv[1:]:
    pinned = {} if path.endswith((".geojson", ".kml", ".gpkg", ".shp", ".zip", ".fgb", ".parquet")) else {"crs": 4547}
    assert len(urbanplan.read(path, **pinned).frame) == 3, path
    urbanplan.inspect(path)
    urbanplan.write(urbanplan.read(path, **pinned).frame, path.replace("made", "again"), allow_loss=True)
"""


@pytest.mark.parametrize("first", FIRST)
def test_the_hosts_readers_work_after_any_call_of_ours(tmp_path, first):
    """Its environment is the same to the letter, no driver of its GDAL is gone, and it reads what we read."""
    for suffix in SUFFIXES:
        write(parcels(), tmp_path / f"made{suffix}", allow_loss=True)
    vrt = f'<OGRVRTLayer name="made"><SrcDataSource>{tmp_path / "made.geojson"}</SrcDataSource></OGRVRTLayer>'
    (tmp_path / "x.vrt").write_text(f"<OGRVRTDataSource>{vrt}</OGRVRTDataSource>")
    code = f"""{READ_ALL}
assert dict(os.environ) == before, set(os.environ.items()) ^ set(before.items())
import geopandas, pyogrio
assert {{"GeoJSON", "OGR_VRT", "CSV", "DXF", "KML"}} <= set(pyogrio.list_drivers())
for name in ("OGR_CURRENT_DATE", "OGR_FLATGEOBUF_STREAM_BASE_IMPL"):
    assert pyogrio.get_gdal_config_option(name) is None
for path in [*sys.argv[1:], {str(tmp_path / "x.vrt")!r}]:
    if not path.endswith((".parquet", ".xlsx")):
        assert len(geopandas.read_file(path)) >= 3, path
"""
    host(code, *(tmp_path / f"made{suffix}" for suffix in SUFFIXES), first=first)


RASTER = """
import geopandas, shapely
from urbanplan.network import road_network
from urbanplan.residents import read_raster_cells
lines = geopandas.GeoDataFrame({"id": ["a"]}, geometry=[shapely.LineString([(0, 0), (1000, 0)])], crs=4547)
cells = read_raster_cells(sys.argv[1], road_network(lines))
assert cells.residents.sum() == 500 and cells.crs == 4547, cells
assert dict(os.environ) == before
import rasterio
assert rasterio.open(sys.argv[2]).read(1).sum() > 0
with rasterio.Env() as env:
    assert {"VRT", "PNG", "GTiff"} <= set(env.drivers())
"""


@pytest.mark.parametrize("first", ["", "rasterio"])
def test_the_hosts_rasterio_works_after_our_rasters(tmp_path, first):
    pytest.importorskip("rasterio")
    make = """
import numpy as np, rasterio
values = np.full((30, 40), -1.0); values[8:12, 5:15] = 12.5
at = rasterio.transform.from_origin(-1000, 1000, 100, 100)
shape = dict(driver="GTiff", width=40, height=30, count=1, dtype="float64", nodata=-1.0, crs="EPSG:4547")
with rasterio.open(sys.argv[1], "w", transform=at, **shape) as out: out.write(values, 1)
with rasterio.open(sys.argv[2], "w", driver="PNG", width=2, height=2, count=1, dtype="uint8") as out:
    out.write(np.ones((1, 2, 2), "uint8"))
"""
    host(make, tmp_path / "people.tif", tmp_path / "host.png")
    host(RASTER, tmp_path / "people.tif", tmp_path / "host.png", first=first)


def test_a_mask_beside_a_raster_is_not_another_file(tmp_path):
    """A mask that is a VRT would show what nobody named; the host's own GDAL opens it."""
    pytest.importorskip("rasterio")
    make = """
import numpy as np, rasterio
at = rasterio.transform.from_origin(-1000, 1000, 100, 100)
shape = dict(driver="GTiff", width=40, height=30, count=1, dtype="float64", crs="EPSG:4547", transform=at)
with rasterio.open(sys.argv[1], "w", **shape) as out: out.write(np.ones((30, 40)), 1)
with rasterio.open(sys.argv[2], "w", **{**shape, "dtype": "uint8"}) as out:
    out.write(np.zeros((30, 40), "uint8"), 1)
    out.update_tags(INTERNAL_MASK_FLAGS_1="2")
from rasterio.shutil import copy
copy(sys.argv[2], sys.argv[1] + ".msk", driver="VRT")
assert rasterio.open(sys.argv[1]).read(1, masked=True).mask.all()
"""
    host(make, tmp_path / "people.tif", tmp_path / "secret.tif")
    code = RASTER.partition("assert cells")[0] + "assert cells.residents.sum() > 0"
    host(code, tmp_path / "people.tif", first="rasterio")


@pytest.mark.parametrize(
    "suffix", [".shp", ".gpkg", *(pytest.param(suffix, marks=pytest.mark.corpus) for suffix in (".zip", ".fgb"))]
)
def test_the_worker_reads_and_refuses_as_the_command_does(tmp_path, suffix):
    """Rows, types, notes and messages are the same in a process whose drivers are closed and in one with a worker."""
    path = write(parcels(), tmp_path / f"made{suffix}", allow_loss=True).path
    bad = tmp_path / f"bad{suffix}"
    for file in [file for file in tmp_path.glob("made.*") if not file.name.endswith(".json")]:
        data = bytearray(file.read_bytes())
        if file.suffix in (suffix, ".dbf"):
            data = data[: len(data) * 3 // 4] if suffix != ".gpkg" else data.replace(b"gpkg_contents", b"gpkg_tables__")
        (tmp_path / file.name.replace("made", "bad")).write_bytes(data)
    code = """
from urbanplan.errors import UrbanplanError
def answer(path, **more):
    try:
        table = urbanplan.read(path, **more)
    except UrbanplanError as error:
        return [type(error).__name__, str(error)]
    frame = table.frame
    shapes = frame.geometry.to_wkt().tolist() if "geometry" in frame else []
    return [frame.drop(columns="geometry", errors="ignore").to_csv(), str(frame.dtypes), shapes,
            str(frame.crs) if shapes else "", table.notes, table.refused.to_csv(), table.encoding]
import json
print(json.dumps([answer(sys.argv[1]), answer(sys.argv[1], columns=["id"]), answer(sys.argv[2])]))
"""
    closed = "from urbanplan.exchange.gdal import drivers; drivers.disable_drivers()"
    answers = [json.loads(host(start + code, path, bad).stdout) for start in ("", closed)]
    assert answers[0] == answers[1]
    assert answers[0][2][0] in ("ExchangeError", "GateError")


LIVE = """
from urbanplan.exchange.gdal import client
urbanplan.read(sys.argv[1])
process = client._pools[""]._worker.process
"""


def test_one_worker_serves_all_files_threads_and_forks(tmp_path):
    path = write(parcels(), tmp_path / "a.fgb").path
    code = f"""{LIVE}
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(4) as pool:
    assert [len(table.frame) for table in pool.map(urbanplan.read, [sys.argv[1]] * 20)] == [3] * 20
assert client._pools[""]._worker.process is process
import warnings
warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of any fork beside threads
child = os.fork()
if child == 0:
    assert client._pools[""]._worker is None
    good = len(urbanplan.read(sys.argv[1]).frame) == 3 and client._pools[""]._worker.process.pid != process.pid
    client.stop()
    os._exit(0 if good else 1)
assert os.waitpid(child, 0)[1] == 0
assert len(urbanplan.read(sys.argv[1]).frame) == 3
assert client._pools[""]._worker.process is process and process.poll() is None
"""
    assert host(code, path).stderr == ""


def test_a_worker_that_was_ended_is_started_again(tmp_path):
    path = write(parcels(), tmp_path / "a.fgb").path
    code = f"{LIVE}\nprocess.kill()\nprocess.wait()\nassert len(urbanplan.read(sys.argv[1]).frame) == 3"
    host(code, path)


def test_a_worker_that_ends_over_a_file_is_an_error_not_the_hosts_end(tmp_path):
    path = write(parcels(), tmp_path / "a.shp").path
    code = f"""{LIVE}
import signal, threading
os.kill(process.pid, signal.SIGSTOP)
threading.Timer(0.5, process.kill).start()
from urbanplan.errors import ExchangeError
try:
    urbanplan.read(sys.argv[1])
except ExchangeError as error:
    assert "has ended" in str(error) and sys.argv[1] in str(error), error
else:
    raise AssertionError("no error")
assert len(urbanplan.read(sys.argv[1]).frame) == 3
"""
    host(code, path)


@pytest.mark.parametrize("busy", [False, True])
def test_the_worker_ends_with_a_host_that_is_killed(tmp_path, busy):
    path = write(parcels(), tmp_path / "a.fgb").path
    os.mkfifo(tmp_path / "pipe.fgb")  # whoever opens it waits, inside GDAL
    asked = {"path": str(tmp_path / "pipe.fgb"), "where": "", "driver": "FlatGeobuf"}
    ask = f"threading.Thread(target=client.table, args=('vector', {asked}), daemon=True).start(); time.sleep(1)"
    code = f"{LIVE}\nimport threading, time\n{ask if busy else ''}\nprint(process.pid, flush=True)\ntime.sleep(60)"
    around = {**os.environ, "PYTHONPATH": str(ROOT)}
    around.pop("GDAL_SKIP", None)
    line = [sys.executable, "-c", f"import os, sys, urbanplan\n{code}", str(path)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=around) as started:
        assert started.stdout is not None
        worker = int(started.stdout.readline())
        os.kill(worker, 0)
        started.send_signal(signal.SIGKILL)
    for _ in range(200):
        if not _lives(worker):
            return
        time.sleep(0.05)
    os.kill(worker, signal.SIGKILL)
    pytest.fail("the worker outlived its host")


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_no_public_function_changes_a_setting_of_the_host(tmp_path):
    around = {name: value for name, value in os.environ.items() if name != "GDAL_SKIP"}
    around["PYTHONPATH"] = os.pathsep.join(map(str, (ROOT, ROOT / "tests")))
    line = [sys.executable, "-m", "house.host_calls", str(tmp_path)]
    done = subprocess.run(line, capture_output=True, text=True, env=around, check=False, timeout=300)
    assert (done.stdout.strip(), done.returncode) == ("", 0), done.stderr
