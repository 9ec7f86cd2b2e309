"""Walkable ways of an OpenStreetMap extract (.osm.pbf), cut where they share a node."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from urbanplan.errors import ExchangeError, GateError, MissingExtraError, NetworkError
from urbanplan.exchange.gate.admission import resolve_path
from urbanplan.network.intervals import Ints, expand_counts
from urbanplan.network.osm_access import access_keys, access_of_values, walking_access
from urbanplan.network.osm_frame import END_NODES
from urbanplan.network.osm_ways import Ways, read_ways
from urbanplan.network.shapes import to_polylines

if TYPE_CHECKING:
    import geopandas as gpd

_COLUMNS = ("highway", "name", "bridge", "tunnel", "layer")
EARTH_RADIUS = 6_371_009.0
"""Metres: mean radius of the Earth, for the lengths of what is left out."""


def read_walkable_ways(path: Path | str) -> gpd.GeoDataFrame:
    """Walkable ways as lines in WGS 84, one row per stretch between shared nodes.

    Columns ``id`` (way), ``highway``, ``name``, ``bridge``, ``tunnel``, ``layer``, and the OpenStreetMap nodes at the
    ends, by which noding ``auto`` joins the ways and by nothing else.  A way is cut where its nodes are absent from
    the extract; a square (``area=yes``) is its rim.  Who may walk is decided by ``osm_access.toml``; what was left
    out stands in ``attrs["osm"]`` by the tag that decided, in metres, and becomes a finding of the network.

    Raises:
        GateError: the file is no .osm.pbf. MissingExtraError: osmium is not installed.
        NetworkError: the extract holds no walkable way.
    """
    found = _check_pbf(path)
    try:
        import osmium
    except ImportError as error:
        raise MissingExtraError("reading .osm.pbf needs osmium", fix="Install the extra 'osm'.") from error
    try:
        ways = read_ways(osmium, found, key="highway", keys=tuple({*access_keys(), *_COLUMNS}))
    except RuntimeError as error:  # osmium's own word for a broken file
        raise ExchangeError(
            "the extract is broken: {reason}", where=str(path), fix="Get the file again from its source.", reason=error
        ) from error
    walked, left = _split_by_access(ways)
    runs, cut = _runs(walked)
    if not len(runs.rows):
        raise NetworkError("the extract holds no walkable way", where=str(path), fix="Check its area.")
    frame = _to_frame(ways, runs)
    frame.attrs["osm"] = {"left_out": _lengths_by_tag(left), "cut_ways": ways.ids[cut].tolist()}
    return frame


def _check_pbf(path: Path | str) -> Path:
    found = resolve_path(path)
    with found.open("rb") as stream:
        head = stream.read(16)
    if head[4:6] != b"\n\t" or head[6:15] != b"OSMHeader":
        raise GateError("this is no .osm.pbf extract", where=str(path), fix="Give an OpenStreetMap extract.")
    return found


def _split_by_access(ways: Ways) -> tuple[_Ways, _Left]:
    """The walkable ways and those left out."""
    allowed, deciding = _decide_access([ways.values[key] for key in access_keys()])
    way, _ = expand_counts(ways.counts)
    walked, out = np.flatnonzero(allowed), np.flatnonzero(~allowed)
    mine = allowed[way]
    left = _Left(deciding[out].tolist(), ways.places[~mine], ways.counts[out])
    return _Ways(walked, ways.nodes[mine], ways.places[mine], ways.counts[walked]), left


def _decide_access(columns: list[NDArray[np.object_]]) -> tuple[NDArray[np.bool_], NDArray[np.object_]]:
    """Whether each way is walked and the tag that decides, by the values of the keys, each combination asked once."""
    import pandas as pd

    key = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        code, told = pd.factorize(column)
        _, key = np.unique(key * (len(told) + 1) + code + 1, return_inverse=True)
    _, first, number = np.unique(key, return_index=True, return_inverse=True)
    answers = [access_of_values(tuple(column[row] for column in columns)) for row in first.tolist()]
    allowed = np.array([walked for walked, _ in answers], dtype=bool)
    return allowed[number], np.array([tag for _, tag in answers], dtype=object)[number]


def is_walkable(tags: Any) -> bool:
    """Whether people may walk along a way, by its tags (anything with ``get``)."""
    return walking_access(tags)[0]


@dataclass(frozen=True, eq=False)
class _Ways:
    """Walkable ways or stretches of them: the row of each among all ways, nodes and places flat, counts."""

    rows: Ints
    nodes: Ints
    places: NDArray[np.float64]
    counts: Ints


@dataclass(frozen=True, eq=False)
class _Left:
    """Ways left out: the tag that decided, places flat, counts."""

    tags: list[str]
    places: NDArray[np.float64]
    counts: Ints


def _runs(ways: _Ways) -> tuple[_Ways, Ints]:
    """Ways cut where nodes are absent, and the rows of the ways that were cut; a node alone is no stretch."""
    nodes, places, counts = ways.nodes, ways.places, ways.counts
    way, _ = expand_counts(counts)
    there = np.isfinite(places).all(axis=1)
    position = np.flatnonzero(there)
    owner = way[there]
    fresh = np.append(True, (np.diff(owner) != 0) | (np.diff(position) > 1))[: len(owner)]
    run = np.cumsum(fresh) - 1
    long = np.bincount(run) > 1 if len(run) else np.zeros(0, dtype=bool)
    keep = long[run]
    cut = np.unique(way[~there])
    first = owner[fresh][long]
    sizes = np.bincount(run)[long] if len(run) else run
    return _Ways(ways.rows[first], nodes[there][keep], places[there][keep], sizes), ways.rows[cut]


def _lengths_by_tag(left: _Left) -> dict[str, float]:
    """Metres on the ground of the ways left out, by the tag that decided, longest first."""
    counts = left.counts
    way, _ = expand_counts(counts)
    longitude, latitude = np.radians(left.places).T
    dx = np.diff(longitude) * np.cos((latitude[1:] + latitude[:-1]) / 2)
    step = np.nan_to_num(np.hypot(dx, np.diff(latitude))) * EARTH_RADIUS
    inner = way[1:] == way[:-1]
    metres = np.bincount(way[1:][inner], weights=step[inner], minlength=len(counts))
    total: dict[str, float] = {}
    for tag, length in zip(left.tags, metres.tolist(), strict=True):
        total[tag] = total.get(tag, 0.0) + length
    return dict(sorted(total.items(), key=lambda item: -item[1]))


def _to_frame(ways: Ways, runs: _Ways) -> gpd.GeoDataFrame:
    """Cut the stretches at nodes used more than once."""
    import geopandas as gpd
    import pandas as pd

    nodes, counts = runs.nodes, runs.counts
    _, index, uses = np.unique(nodes, return_inverse=True, return_counts=True)
    way, number = expand_counts(counts)
    inner = (number > 0) & (number < counts[way] - 1)
    cut = inner & (uses[index] > 1)
    copies = np.where(cut, 2, 1)
    source = np.repeat(np.arange(len(nodes)), copies)
    second = np.append(False, source[1:] == source[:-1])
    begins = np.flatnonzero((number[source] == 0) | second)
    offsets = np.append(begins, len(source)).astype(np.int64)
    table = pd.DataFrame({"id": ways.ids[runs.rows], **{key: ways.values[key][runs.rows] for key in _COLUMNS}})
    parts = table.iloc[way[source[begins]]].reset_index(drop=True)
    ends = {END_NODES[0]: nodes[source[offsets[:-1]]], END_NODES[1]: nodes[source[offsets[1:] - 1]]}
    return gpd.GeoDataFrame(parts.assign(**ends), geometry=to_polylines(runs.places[source], offsets), crs="EPSG:4326")
