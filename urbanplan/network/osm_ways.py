"""Ways of an OpenStreetMap extract as flat arrays: osmium picks them out and places them, in one pass of its own.

It writes them as text, one way a line (OPL), which Arrow takes apart, so that no Python object is made of a node or a
tag that nobody asks for.
"""

# pyarrow makes the functions of its compute module when it is loaded
# pyright: reportAttributeAccessIssue=false
from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.intervals import Ints

if TYPE_CHECKING:
    import pyarrow as pa

UNITS_PER_DEGREE = 10_000_000
"""Of the whole numbers in which OpenStreetMap keeps longitudes and latitudes."""
MAX_UNITS = np.array([180, 90]) * UNITS_PER_DEGREE
"""Farther out stands a node that the extract does not hold."""
BYTES_AT_ONCE = 16_000_000
"""Bytes of the text that are taken apart at once."""
_ESCAPE = re.compile("%([0-9a-f]+)%")
_PER_NODE = bytes.maketrans(b"N,xy", b"\n\n,,")
"""``Nn1x113.5y34.8,n2xy`` becomes a line for each node: its number, its place; the second is absent."""


@dataclass(frozen=True, eq=False)
class Ways:
    """Ways in the order of the file.

    Attributes:
        ids: of the ways. values: by key, the value of each way, None where it has none.
        nodes: their ids, flat. places: longitudes and latitudes in degrees, NaN where a node is absent, shape (n, 2).
        counts: nodes of each way.
    """

    ids: Ints
    values: dict[str, NDArray[np.object_]]
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
        return _join([_parse_ways(batch, keys) for batch in _rows(text)], keys)


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


def _rows(text: Path) -> Iterator[pa.RecordBatch]:
    """Way, tags and nodes of each line, as they are written."""
    import pyarrow as pa
    from pyarrow import csv

    if not text.stat().st_size:
        return
    names = ["way", "tags", "nodes"]
    with csv.open_csv(
        text,
        csv.ReadOptions(use_threads=False, block_size=BYTES_AT_ONCE, column_names=names),
        csv.ParseOptions(delimiter=" ", quote_char=False),
        csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
    ) as reader:
        yield from reader


def _join(parts: list[Ways], keys: tuple[str, ...]) -> Ways:
    none = np.empty(0, np.int64)
    parts = parts or [Ways(none, {key: np.empty(0, object) for key in keys}, none, np.empty((0, 2)), none)]
    ids, nodes, places, counts = (
        np.concatenate([getattr(one, name) for one in parts]) for name in ("ids", "nodes", "places", "counts")
    )
    return Ways(ids, {key: np.concatenate([one.values[key] for one in parts]) for key in keys}, nodes, places, counts)


def _parse_ways(rows: pa.RecordBatch, keys: tuple[str, ...]) -> Ways:
    import pyarrow as pa
    import pyarrow.compute as pc

    ids = pc.cast(pc.utf8_slice_codeunits(rows["way"], 1), pa.int64()).to_numpy()
    nodes, places = _parse_nodes(rows["nodes"])
    counts = pc.count_substring(rows["nodes"], "n").to_numpy().astype(np.int64)
    return Ways(ids, _parse_tags(rows["tags"], keys), nodes, places, counts)


def _parse_tags(tags: pa.StringArray, keys: tuple[str, ...]) -> dict[str, NDArray[np.object_]]:
    """The value of each key in tags written as ``Thighway=path,name=a%20%b``; of a key told twice the first."""
    import pyarrow.compute as pc

    told = pc.split_pattern(pc.utf8_slice_codeunits(tags, 1), ",")
    tag, way = told.flatten(), pc.list_parent_indices(told).to_numpy()
    values = {}
    for key in keys:
        mine = np.flatnonzero(pc.starts_with(tag, f"{key}=").to_numpy(zero_copy_only=False))[::-1]
        found = pc.utf8_slice_codeunits(tag.take(mine), len(key) + 1).dictionary_encode()
        words = [_ESCAPE.sub(_unescape, word) if "%" in word else word for word in found.dictionary.to_pylist()]
        values[key] = np.full(len(tags), None, dtype=object)
        values[key][way[mine]] = np.array(words, dtype=object)[found.indices.to_numpy()]
    return values


def _unescape(found: re.Match[str]) -> str:
    return chr(int(found.group(1), 16))


def _parse_nodes(members: pa.StringArray) -> tuple[Ints, NDArray[np.float64]]:
    """Node ids and places of ways."""
    import pyarrow as pa
    from pyarrow import csv

    first, last = np.frombuffer(members.buffers()[1], np.int32)[[members.offset, members.offset + len(members)]]
    text = members.buffers()[2][int(first) : int(last)].to_pybytes().translate(_PER_NODE, b"n")
    if not text.strip():
        return np.empty(0, np.int64), np.empty((0, 2))
    kinds = {"node": pa.int64(), "x": pa.float64(), "y": pa.float64()}
    table = csv.read_csv(
        BytesIO(text),
        csv.ReadOptions(use_threads=False, column_names=list(kinds)),
        convert_options=csv.ConvertOptions(column_types=kinds),
    )
    units = np.rint(np.column_stack([table["x"].to_numpy(), table["y"].to_numpy()]) * UNITS_PER_DEGREE)
    places = units / UNITS_PER_DEGREE
    places[(np.abs(units) > MAX_UNITS).any(axis=1)] = np.nan
    return table["node"].to_numpy(), places
