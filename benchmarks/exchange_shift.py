"""GCJ-02 and BD-09 of 1,000,000 points: urbanplan against the packages of the registry that are installed.

Run: ``python benchmarks/run.py shift`` or ``python benchmarks/exchange_shift.py [points]``.  The peers take a point at a
time; what they leave of an inverse stands beside their time.  A package that is not installed has an empty row.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import numpy as np
from paired import table

from urbanplan.layer import datum

POINTS, SAMPLE = 1_000_000, 50_000
PAIRS = ("wgs84_to_gcj02", "gcj02_to_wgs84", "wgs84_to_bd09", "bd09_to_wgs84")
Point = Callable[[float, float], tuple[float, float]]


def shift(points: int = POINTS) -> str:
    """Seconds for all points each way, and what an inverse leaves, millimetres."""
    rng = np.random.default_rng(7)
    true = rng.uniform(74, 134, points), rng.uniform(18.5, 53, points)
    given = {
        name: true if name.startswith("wgs84") else getattr(datum, f"wgs84_to_{name[:-9]}")(*true) for name in PAIRS
    }
    ours = {name: _ours(name, given[name]) for name in PAIRS}
    rows = [["urbanplan", *(f"{ours[name][0]:.2f} s" for name in PAIRS), _left(ours["gcj02_to_wgs84"][1], true)]]
    best = dict.fromkeys(PAIRS, np.inf)
    for package, ways in _peers():
        cells, left = [], ""
        for name in PAIRS:
            seconds, found = (None, None) if name not in ways else _theirs(ways[name], given[name], points)
            best[name] = min(best[name], seconds or np.inf)
            cells.append("" if seconds is None else f"{seconds:.1f} s")
            if name == "gcj02_to_wgs84" and found is not None:
                left = _left(found, tuple(part[:SAMPLE] for part in true))
        rows.append([package, *cells, left] if ways else [f"{package}: not installed", "", "", "", "", ""])
    ratios = [f"{best[name] / ours[name][0]:.1f}" if np.isfinite(best[name]) else "" for name in PAIRS]
    rows.append(["fastest peer / urbanplan", *ratios, ""])
    heads = ["", "WGS 84 → GCJ-02", "GCJ-02 → WGS 84", "WGS 84 → BD-09", "BD-09 → WGS 84", "inverse off by at most"]
    note = f"{points:,} points over China; peers on {min(SAMPLE, points):,} of them, their time scaled up; seconds of the processor, the best of some turns."
    return f"{note}\n\n{table(heads, rows)}"


def _ours(name: str, degrees: Any) -> tuple[float, Any]:
    way = getattr(datum, name)
    runs = [_cpu(lambda: way(*degrees)) for _ in range(5)]
    return min(seconds for seconds, _ in runs), runs[0][1]


def _theirs(way: Point, degrees: Any, points: int) -> tuple[float, Any]:
    pairs = list(zip(degrees[0][:SAMPLE].tolist(), degrees[1][:SAMPLE].tolist(), strict=True))
    runs = [_cpu(lambda: [way(x, y) for x, y in pairs]) for _ in range(3)]
    found = np.array(runs[0][1])
    return min(seconds for seconds, _ in runs) * points / len(pairs), (found[:, 0], found[:, 1])


def _cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of the processor, which what runs beside does not change, and the result."""
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


def _left(found: Any, true: Any) -> str:
    metres = 111_000 * max(float(np.abs(one - other).max()) for one, other in zip(found, true, strict=True))
    return f"{metres:.2g} m" if metres >= 0.001 else f"{1000 * metres:.1g} mm"


def _peers() -> Iterator[tuple[str, dict[str, Point]]]:
    """Each package's own functions as longitude, latitude to longitude, latitude."""
    yield "eviltransform", _ways("eviltransform", {
        "wgs84_to_gcj02": "wgs2gcj", "gcj02_to_wgs84": "gcj2wgs", "wgs84_to_bd09": "wgs2bd", "bd09_to_wgs84": "bd2wgs",
    }, lambda f: lambda x, y: f(y, x)[::-1])  # fmt: skip
    yield "eviltransform, exact", _ways("eviltransform", {"gcj02_to_wgs84": "gcj2wgs_exact"},
                                        lambda f: lambda x, y: f(y, x)[::-1])  # fmt: skip
    yield "prcoords", _ways("prcoords", {
        "wgs84_to_gcj02": "wgs_gcj", "gcj02_to_wgs84": "gcj_wgs_bored", "wgs84_to_bd09": "wgs_bd",
        "bd09_to_wgs84": "bd_wgs_bored",
    }, lambda f: lambda x, y: tuple(f((y, x)))[::-1])  # fmt: skip
    yield "coord-convert", _ways("coord_convert.transform", {
        "wgs84_to_gcj02": "wgs2gcj", "gcj02_to_wgs84": "gcj2wgs", "wgs84_to_bd09": "wgs2bd", "bd09_to_wgs84": "bd2wgs",
    }, lambda f: f)  # fmt: skip


def _ways(module: str, names: dict[str, str], wrap: Callable[[Any], Point]) -> dict[str, Point]:
    try:
        found = import_module(module)
    except ImportError:
        return {}
    return {name: wrap(getattr(found, own)) for name, own in names.items() if hasattr(found, own)}


if __name__ == "__main__":
    print(shift(*map(int, sys.argv[1:])))
