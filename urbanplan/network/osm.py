"""Walkable ways of an OpenStreetMap extract (.osm.pbf), cut where they share a node."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from urbanplan.errors import ExchangeError, GateError, MissingExtraError, NetworkError
from urbanplan.exchange.gate.admission import resolve_path
from urbanplan.network.intervals import Ints, expand_counts
from urbanplan.network.shapes import to_polylines

if TYPE_CHECKING:
    import geopandas as gpd

WALKABLE_HIGHWAYS = frozenset(
    {"primary", "primary_link", "secondary", "secondary_link", "tertiary", "tertiary_link", "unclassified"}
    | {"residential", "living_street", "service", "track", "path", "footway", "pedestrian", "steps", "cycleway"}
    | {"bridleway", "road", "corridor", "trunk", "trunk_link"}
)
"""Values of ``highway`` that people walk on; motorways are not, a trunk road only where nothing forbids it."""
FORBIDDEN_ACCESS = frozenset({"no", "private"})


def read_walkable_ways(path: Path | str) -> gpd.GeoDataFrame:
    """Walkable ways as lines in WGS 84, one row per stretch between shared nodes.

    Columns ``id`` (way), ``highway``, ``name``, ``bridge``, ``tunnel``, ``layer``.  Ways that meet without a shared
    node do not join: OpenStreetMap says so, build with noding ``endpoints``.

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
        rows, nodes, places, counts = _read_ways(osmium, found)
    except RuntimeError as error:  # osmium's own word for a broken file
        raise ExchangeError(
            "the extract is broken: {reason}", where=str(path), fix="Get the file again from its source.", reason=error
        ) from error
    if not rows:
        raise NetworkError("the extract holds no walkable way", where=str(path), fix="Check its area.")
    return _to_frame(rows, nodes, places, counts)


def _check_pbf(path: Path | str) -> Path:
    found = resolve_path(path)
    with found.open("rb") as stream:
        head = stream.read(16)
    if head[4:6] != b"\n\t" or head[6:15] != b"OSMHeader":
        raise GateError("this is no .osm.pbf extract", where=str(path), fix="Give an OpenStreetMap extract.")
    return found


def _read_ways(osmium: Any, path: Path) -> tuple[list[tuple], Ints, NDArray[np.float64], Ints]:
    """Tags, node ids, places and node counts of the walkable ways; one pass by osmium."""
    rows: list[tuple] = []
    nodes: list[int] = []
    places: list[tuple[float, float]] = []
    counts: list[int] = []
    chosen = osmium.FileProcessor(str(path)).with_locations().with_filter(osmium.filter.KeyFilter("highway"))
    for way in chosen:
        if not way.is_way() or not is_walkable(way.tags):
            continue
        known = [(node.ref, node.location.lon, node.location.lat) for node in way.nodes if node.location.valid()]
        if len(known) < 2:
            continue
        nodes.extend(node[0] for node in known)
        places.extend(node[1:] for node in known)
        counts.append(len(known))
        rows.append((way.id, *(way.tags.get(key) for key in ("highway", "name", "bridge", "tunnel", "layer"))))
    return rows, np.array(nodes, np.int64), np.array(places, float).reshape(-1, 2), np.array(counts, np.int64)


def is_walkable(tags: Any) -> bool:
    """Whether people may walk along a way, by its tags (anything with ``get``)."""
    foot = tags.get("foot")
    if foot in FORBIDDEN_ACCESS or tags.get("area") == "yes" or tags.get("highway") not in WALKABLE_HIGHWAYS:
        return False
    return foot is not None or tags.get("access") not in FORBIDDEN_ACCESS


def _to_frame(rows: list[tuple], nodes: Ints, places: NDArray[np.float64], counts: Ints) -> gpd.GeoDataFrame:
    """Cut the ways at nodes used more than once."""
    import geopandas as gpd
    import pandas as pd

    _, index, uses = np.unique(nodes, return_inverse=True, return_counts=True)
    way, number = expand_counts(counts)
    inner = (number > 0) & (number < counts[way] - 1)
    cut = inner & (uses[index] > 1)
    copies = np.where(cut, 2, 1)
    source = np.repeat(np.arange(len(nodes)), copies)
    second = np.append(False, source[1:] == source[:-1])
    begins = np.flatnonzero((number[source] == 0) | second)
    offsets = np.append(begins, len(source)).astype(np.int64)
    table = pd.DataFrame(rows, columns=["id", "highway", "name", "bridge", "tunnel", "layer"])
    parts = table.iloc[way[source[begins]]].reset_index(drop=True)
    return gpd.GeoDataFrame(parts, geometry=to_polylines(places[source], offsets), crs="EPSG:4326")
