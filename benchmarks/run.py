"""The benchmarks of speed: ``python benchmarks/run.py [name …] [--write]``.

Without a name all of them run; ``siting`` means all of siting.  ``--write`` puts what was measured into docs/speed.md, section by section; sections
that did not run stay as they were.
"""

from __future__ import annotations

import os
import platform
import re
import sys
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from data import Missing
from paired import Peak, once

BENCHMARKS = {
    "search": ("bench_search", "Distances and exact covered length, 600 m"),
    "grid": ("bench_search", "The same on a grid of 3 million nodes"),
    "kernels": ("bench_kernels", "The compiled search beside the first edition's"),
    "radius": ("bench_search", "Own search, own heap, own buckets: 200 m to 20 km"),
    "snapping": ("bench_snapping", "Snapping 1,000,000 points to Wuhan's edges"),
    "incremental": ("bench_incremental", "What if: one site or road more or less"),
    "served": ("bench_served", "People served: compiled beside plain arrays"),
    "building": ("bench_building", "Building the network of Porto from lines"),
    "overlaps": ("bench_overlaps", "Check of many parcels: area and overlaps"),
    "million": ("bench_overlaps", "Check of a million parcels"),
    "targets": ("bench_targets", "Check of many targets"),
    "district": ("bench_district", "The first district: checked, checked again, mapped, reported"),
    "extracts": ("bench_district", "Networks of extracts of OpenStreetMap"),
    "command": ("bench_command", "Whole command: coverage on Wuhan with 100 sites"),
    "qgis": ("bench_qgis", "QGIS service area, once"),
    "growth": ("bench_growth", "Growth: generated towns"),
    "filling": ("bench_filling", "Filling depressions, and filling, spilling and merging"),
    "whitebox": ("bench_filling", "Filling depressions: beside whitebox-workflows"),
    "hundred_million": ("bench_filling", "Filling, spilling and merging: 100 million cells"),
    "published": ("bench_siting", "Siting: published covering instances"),
    "town": ("bench_siting", "Siting: Wuhan, exact on metres"),
    "lscp": ("bench_siting", "Siting: fewest sites for points, beside the plain model"),
    "mclp": ("bench_siting", "Siting: most points, beside the plain model"),
    "median": ("bench_siting", "Siting: p-median, beside the plain model"),
    "gap": ("bench_siting", "Siting: points say all, the street has a gap"),
    "geojson": ("exchange_geojson", "Exchange: RFC 7946 GeoJSON written"),
    "formats": ("exchange_formats", "Exchange: GeoPackage, FlatGeobuf and GeoParquet written"),
    "desk": ("bench_desk", "The desk: start, memory, a check, a million features by box"),
    "sheets": ("bench_sheets", "Parcel sheets, with and without a ground"),
    "worker": ("bench_worker", "Exchange: the worker process of a host"),
    "large": ("exchange_large", "Exchange: 300,000 parcels from GeoPackage to GeoJSON"),
    "shift": ("exchange_shift", "Exchange: GCJ-02 and BD-09 of 1,000,000 points"),
    "boundary": ("exchange_boundary", "Exchange: boundary-point TXT"),
}
GROUPS = {"siting": ["published", "town", "lscp", "mclp", "median", "gap"]}
"""Names for several benchmarks."""
PACKAGES = (
    "numpy", "scipy", "numba", "shapely", "geopandas", "pyogrio", "pyarrow", "networkx", "pandana", "momepy", "osmnx",
)  # fmt: skip
PAGE = Path(__file__).parents[1] / "docs" / "speed.md"


def main(words: list[str]) -> int:
    if {"-h", "--help"} & set(words):
        print(__doc__, *(f"{name:10} {title}" for name, (_, title) in BENCHMARKS.items()), sep="\n")
        return 0
    write = "--write" in words
    said = [word for word in words if not word.startswith("-")] or list(BENCHMARKS)
    names = [name for word in said for name in GROUPS.get(word, [word])]
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"no benchmark {unknown[0]}; there are: {', '.join(BENCHMARKS)}")
        return 2
    print(machine(), flush=True)
    for name in names:
        module, title = BENCHMARKS[name]
        print(f"\n== {name}: {title}", flush=True)
        try:
            with Peak() as peak:
                seconds, text = once(getattr(import_module(module), name))
        except Missing as error:
            print(f"left out: {error}")
            continue
        text += (
            f"\n\nMeasured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC in {seconds:.0f} s, load {os.getloadavg()[0]:.0f}; "
            f"peak memory {peak.mb:,.0f} MB."
        )
        print(text, flush=True)
        if write:
            put(name, title, text)
    return 0


def machine() -> str:
    """Processor, Python and versions."""
    cpu = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    cores = len(re.findall(r"^processor", Path("/proc/cpuinfo").read_text(), re.M))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    name = cpu.group(1) if cpu else platform.machine()
    words = [f"{name}, {cores} cores, {memory:.0f} GB, {platform.system()}, Python {platform.python_version()}"]
    for name in PACKAGES:
        try:
            words.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            words.append(f"{name} not installed")
    return ", ".join(words)


def put(name: str, title: str, text: str) -> None:
    """Replace one section of the page; each names the machine and versions that it was measured on."""
    section = f"<!-- {name} -->\n## {title}\n\n{text} On: {machine()}.\n<!-- /{name} -->"
    page = PAGE.read_text(encoding="utf-8")
    page = re.sub(rf"<!-- {name} -->.*?<!-- /{name} -->", lambda _: section, page, flags=re.S)
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
