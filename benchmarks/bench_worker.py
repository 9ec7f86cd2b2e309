"""What the worker process costs a host: its start, and its reading against GDAL in the host's own process.

Run: ``python benchmarks/run.py worker``.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow as pa
from exchange_turns import town
from paired import once, table, take_turns

from urbanplan.exchange import write
from urbanplan.exchange.gdal import client, vector

SIZES = (1_000, 100_000, 500_000)
DRIVERS = {".shp": "ESRI Shapefile", ".fgb": "FlatGeobuf"}
ROUNDS = 7


def worker() -> str:
    """The rows of the section."""
    rows: list[list[Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        for suffix, driver in DRIVERS.items():
            for size in SIZES:
                path = str(write(town(size), Path(folder) / f"town{size}{suffix}", allow_loss=True).path)
                query = vector.Query(path, path, driver)
                took = take_turns(
                    {"worker": lambda query=query: vector.read(query), "here": lambda query=query: _here(query)},
                    rounds=ROUNDS, inner=1,
                )  # fmt: skip
                rows.append([f"{driver}, {size:,}", took.ms("worker"), took.ms("here"), took.ratio("worker", "here")])
        starts = median(once(lambda: _started(query))[0] for _ in range(ROUNDS))
    return (
        f"{table(['file, polygons', 'worker ms', 'own process ms', 'times'], rows)}\n\n"
        f"The worker starts once in a host's process, at the first such file: {starts:.2f} s. Times are of the Arrow "
        "table alone, without frame and checks. Commands have no worker, nor have GeoPackages."
    )


def _here(query: vector.Query) -> pa.Table:
    with vector.batches(query) as (_, reader):
        return reader.read_all()


def _started(query: vector.Query) -> None:
    """Start a worker and let it open a file."""
    client.stop()
    vector.field_types(query)
