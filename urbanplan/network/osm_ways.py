"""Ways of an OpenStreetMap extract as flat arrays: osmium picks them out and places them, in one pass of its own.

It writes them as text, one way a line (OPL), so that no Python object is made of a node.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.intervals import Ints

UNITS_PER_DEGREE = 10_000_000
"""Of the whole numbers in which OpenStreetMap keeps longitudes and latitudes."""
MAX_UNITS = np.array([180, 90]) * UNITS_PER_DEGREE
"""Farther out stands a node that the extract does not hold."""
CHUNK = 20_000
"""Ways whose nodes are read at once."""
_ESCAPE = re.compile("%([0-9a-f]+)%")


@dataclass(frozen=True, eq=False)
class Ways:
    """Ways in the order of the file.

    Attributes:
        ids: of the ways. values: by key, the value of each way, None where it has none.
        nodes: their ids, flat. places: longitudes and latitudes in degrees, NaN where a node is absent, shape (n, 2).
        counts: nodes of each way.
    """

    ids: list[int]
    values: dict[str, list[str | None]]
    nodes: Ints
    places: NDArray[np.float64]
    counts: Ints


def read_ways(osmium: Any, path: Path, *, key: str, keys: tuple[str, ...]) -> Ways:
    """Ways that have the tag ``key``, with the values of ``keys``.

    Raises:
        RuntimeError: the extract is broken.
    """
    with tempfile.TemporaryDirectory(prefix="urbanplan-") as folder:
        text = Path(folder) / "ways.opl"
        _write_opl(osmium, path, text, key)
        with text.open(encoding="utf-8", newline="\n") as lines:
            return _parse_ways(lines, keys)


def _write_opl(osmium: Any, path: Path, text: Path, key: str) -> None:
    places = osmium.NodeLocationsForWays(osmium.index.create_map("flex_mem"))
    places.ignore_errors()
    entities = osmium.osm.NODE | osmium.osm.WAY
    chosen = (osmium.filter.EntityFilter(osmium.osm.WAY), osmium.filter.KeyFilter(key))
    writer = osmium.SimpleWriter(osmium.io.File(str(text), "opl,locations_on_ways=true,add_metadata=none"))
    try:
        osmium.apply(osmium.io.Reader(osmium.io.File(str(path)), entities), places, *chosen, writer)
    finally:
        writer.close()


def _parse_ways(lines: Iterator[str], keys: tuple[str, ...]) -> Ways:
    ids: list[int] = []
    values: dict[str, list[str | None]] = {key: [] for key in keys}
    columns = [(key, values[key].append) for key in keys]
    chunks = []
    while chunk := list(islice(lines, CHUNK)):
        nodes = []
        for line in chunk:
            way, tags, members = line.rstrip("\n").split(" ")
            found = dict(tag.split("=", 1) for tag in reversed(tags[1:].split(",")))  # of a key told twice the first
            ids.append(int(way[1:]))
            nodes.append(members[1:])
            for key, append in columns:
                value = found.get(key)
                append(value if value is None or "%" not in value else _ESCAPE.sub(_unescape, value))
        chunks.append(_parse_nodes(nodes))
    empty = np.empty(0, np.int64), np.empty((0, 2)), np.empty(0, np.int64)
    ref, places, counts = (np.concatenate(column) for column in zip(*(chunks or [empty]), strict=True))
    return Ways(ids, values, ref, places, counts)


def _unescape(found: re.Match[str]) -> str:
    return chr(int(found.group(1), 16))


def _parse_nodes(members: list[str]) -> tuple[Ints, NDArray[np.float64], Ints]:
    """Node ids, places and counts of ways whose nodes are written as ``n1x113.5y34.8,n2xy``; the second is absent."""
    counts = np.array([one.count("n") for one in members], np.int64)
    text = ",".join(one for one in members if one).encode().replace(b"xy", b"x999y999")
    for sign in (b"n", b"x", b"y", b","):
        text = text.replace(sign, b" ")
    table = np.fromstring(text, dtype=np.float64, sep=" ").reshape(-1, 3)
    units = np.rint(table[:, 1:] * UNITS_PER_DEGREE)
    places = units / UNITS_PER_DEGREE
    places[(np.abs(units) > MAX_UNITS).any(axis=1)] = np.nan
    return table[:, 0].astype(np.int64), places, counts
