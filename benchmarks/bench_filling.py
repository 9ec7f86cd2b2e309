"""Filling, and filling, spilling and merging, beside other programs, on noisy ground of 1 to 100 million cells.

Every answer is checked against pyflwdir's before its time counts (it compares in 32-bit numbers: 1e-5 m).  Processor
seconds count, since the machine is shared; memory is the greatest that a process of its own has held beyond its inputs.
"""

from __future__ import annotations

import json
import subprocess
import sys
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

import numpy as np
from data import Missing
from paired import Peak

SIZES = (1000, 2000, 3162)
ROUNDS = 3
_ONE = """
import json, re, sys
sys.path[:0] = {path!r}
from bench_filling import ground, CANDIDATES
def held(what): return int(re.search(what + r":\\s*(\\d+)", open("/proc/self/status").read())[1])
work, heights = CANDIDATES[{name!r}], ground({size})
work(ground(60))
open("/proc/self/clear_refs", "w").write("5")  # the peak begins anew
before = held("VmRSS")
work(heights)
print(json.dumps(held("VmHWM") - before))
"""


def ground(size: int) -> np.ndarray:
    """Smooth hills of several lengths and noise of a centimetre, as a laser scan has them."""
    draw = np.random.default_rng(size)
    y, x = np.mgrid[:size, :size].astype(float)
    heights = draw.random((size, size)) * 0.02
    for length, height in ((900.0, 20.0), (230.0, 4.0), (60.0, 0.6)):
        for _ in range(3):
            angle, phase = draw.uniform(0, 2 * np.pi, 2)
            heights += height * np.sin(2 * np.pi * (x * np.cos(angle) + y * np.sin(angle)) / length + phase)
    return heights


def _peer(heights: np.ndarray) -> np.ndarray:
    from pyflwdir.dem import fill_depressions

    return fill_depressions(heights, nodata=-9999.0)[0]


def _own(heights: np.ndarray) -> np.ndarray:
    from urbanplan.raster.fill import fill

    return fill(heights).levels


def _rain(heights: np.ndarray) -> np.ndarray:
    from urbanplan.raster.basins import find_basins
    from urbanplan.raster.elevation import elevation_from_array
    from urbanplan.raster.rain import pond

    elevation = elevation_from_array(heights, transform=(1, 0, 500_000, 0, -1, 3_850_000), crs="EPSG:4547")
    return pond(find_basins(elevation), rain_mm=50).depth


CANDIDATES = {"urbanplan": _own, "fill, spill, merge": _rain, "pyflwdir": _peer}


def filling() -> str:
    try:
        import pyflwdir  # noqa: F401
    except ImportError as error:
        raise Missing("pyflwdir") from error
    for work in CANDIDATES.values():
        work(ground(60))
    head = ("cells", "urbanplan s", "fill, spill, merge s", "pyflwdir s", "times", "rain / pyflwdir", "urbanplan MB",
            "fill, spill, merge MB", "pyflwdir MB", "difference m")  # fmt: skip
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    lines += [f"| {' | '.join(_row(size))} |" for size in SIZES]
    return "\n".join([*lines, "", "Processor seconds, medians of turns; urbanplan may use two threads to fill."])


def whitebox() -> str:
    """Filling beside whitebox-workflows' Wang and Liu, without its increments over flats; it takes and gives files."""
    try:
        import rasterio
        from whitebox_workflows import WbEnvironment  # pyright: ignore[reportMissingImports]  # a rival
    except ImportError as error:
        raise Missing("whitebox-workflows") from error
    tools = WbEnvironment()
    lines = ["| cells | urbanplan s | whitebox-workflows s | times | difference m |", "|---|---|---|---|---|"]
    _own(ground(60))
    for size in SIZES[:1]:
        heights = ground(size)
        with TemporaryDirectory() as folder:
            path, filled = f"{folder}/ground.tif", f"{folder}/filled.tif"
            shape = {"height": size, "width": size, "count": 1, "dtype": "float64", "nodata": -9999.0}
            place = {"crs": "EPSG:4547", "transform": rasterio.Affine(1, 0, 500_000, 0, -1, 3_850_000)}
            with rasterio.open(path, "w", driver="GTiff", **shape, **place) as file:
                file.write(heights, 1)
            raster = tools.read_raster(path)
            own, peer = [], []
            levels, found = heights, None
            for _ in range(ROUNDS):
                began = process_time()
                levels = _own(heights)
                own.append(process_time() - began)
                began = process_time()
                found = tools.hydrology.fill_depressions_wang_and_liu(dem=raster, fix_flats=False)
                peer.append(process_time() - began)
            tools.write_raster(found, filled)
            with rasterio.open(filled) as file:
                difference = float(np.abs(file.read(1) - levels).max())
        if difference > 1e-5:
            raise AssertionError(f"the levels differ by {difference} m")
        times = median(b / a for a, b in zip(own, peer, strict=True))
        lines.append(f"| {size * size:,} | {median(own):.2f} | {median(peer):.2f} | {times:.1f} | {difference:.0e} |")
    return "\n".join(
        [*lines, "", "Processor seconds, medians of turns, of whitebox-workflows those of the tool alone."]
    )


def hundred_million() -> str:
    """One turn on 100 million cells: mirrored copies of one ground, so that the making of it takes little."""
    part = ground(2500)
    pair = np.hstack([part, part[:, ::-1]])
    heights = np.tile(np.vstack([pair, pair[::-1]]), (2, 2))
    _rain(part[:60, :60])
    with Peak() as peak:
        began = process_time()
        _rain(heights)
        seconds = process_time() - began
    return "\n".join([
        "| cells | fill, spill, merge s | s for a million cells | memory beyond the heights MB |", "|---|---|---|---|",
        f"| {heights.size:,} | {seconds:.1f} | {seconds / heights.size * 1e6:.2f} | {peak.grown:,.0f} |", "",
        "One turn, processor seconds, 16 mirrored copies of 2,500 by 2,500 cells.",
    ])  # fmt: skip


def _row(size: int) -> list[str]:
    heights = ground(size)
    difference = float(np.abs(_own(heights) - _peer(heights)).max())
    if difference > 1e-5:
        raise AssertionError(f"the levels differ by {difference} m")
    turns: dict[str, list[float]] = {name: [] for name in CANDIDATES}
    for _ in range(ROUNDS):
        for name, work in CANDIDATES.items():
            began = process_time()
            work(heights)
            turns[name].append(process_time() - began)
    seconds = {name: median(found) for name, found in turns.items()}
    ratios = (median(a / b for a, b in zip(turns["pyflwdir"], turns["urbanplan"], strict=True)),
              median(a / b for a, b in zip(turns["fill, spill, merge"], turns["pyflwdir"], strict=True)))  # fmt: skip
    memory = [f"{_memory(name, size):,.0f}" for name in CANDIDATES]
    return [f"{heights.size:,}", *(f"{one:.2f}" for one in seconds.values()), f"{ratios[0]:.1f}", f"{ratios[1]:.2f}",
            *memory, f"{difference:.0e}"]  # fmt: skip


def _memory(name: str, size: int) -> float:
    """Megabytes."""
    code = _ONE.format(path=sys.path[:4], name=name, size=size)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(done.stdout) / 1024
