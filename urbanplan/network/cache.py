"""Built networks kept by the digest of their lines and settings: in memory, and in a folder where one is given."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.errors import ExchangeError
from urbanplan.exchange.files.user_cache import evict, mark_used
from urbanplan.network.build import Noding, road_network
from urbanplan.network.graph import Network
from urbanplan.network.levels import LEVEL_COLUMNS, level_ranges
from urbanplan.network.osm_frame import END_NODES

if TYPE_CHECKING:
    import geopandas as gpd

FORMAT_VERSION = 2
"""Number of the file's shape: files of another number are built anew."""
_ARRAY_FIELDS = (
    "x",
    "y",
    "u",
    "v",
    "length",
    "coords",
    "offsets",
    "row",
    "begin",
    "end",
    "indptr",
    "neighbour",
    "arc_edge",
    "doubtful",
    "levels",
)
CORRUPT_FILE_ERRORS = (OSError, EOFError, ValueError, LookupError, TypeError, OverflowError, RuntimeError, MemoryError,
          zipfile.BadZipFile, zlib.error)  # fmt: skip
"""What reading a file that was cut off or overwritten may end in."""
_memory_cache: OrderedDict[str, Network] = OrderedDict()
MAX_IN_MEMORY = 4
"""Networks kept in memory."""


def cached_road_network(
    frame: gpd.GeoDataFrame,
    *,
    noding: Noding = "auto",
    tolerance: float = 0.01,
    level_columns: Sequence[str] = LEVEL_COLUMNS,
    copies: bool | None = None,
    folder: Path | None = None,
) -> Network:
    """The same as :func:`urbanplan.network.build.road_network`, built once for the same lines and settings.

    Args:
        folder: where files may be kept (of the user's cache); one that cannot be written is passed over.
    """
    settings = {"noding": noding, "tolerance": tolerance, "copies": copies, "shape": FORMAT_VERSION}
    key = input_digest(frame, settings, _joining_columns(frame, noding, level_columns))
    network = _memory_cache.get(key) or (None if folder is None else _read_cache(folder / f"network-{key}.npz", frame))
    if network is None:
        network = road_network(frame, noding=noding, tolerance=tolerance, level_columns=level_columns, copies=copies)
        if folder is not None:
            _write_cache(network, folder / f"network-{key}.npz")
    _memory_cache[key] = network
    _memory_cache.move_to_end(key)
    while len(_memory_cache) > MAX_IN_MEMORY:
        _memory_cache.popitem(last=False)
    return network


def _joining_columns(frame: gpd.GeoDataFrame, noding: Noding, columns: Sequence[str]) -> np.ndarray:
    """What beside the lines says where they join: levels, and end nodes where they are known."""
    told = [level_ranges(frame, columns)]
    if noding == "auto" and set(END_NODES) <= set(frame.columns):
        told.append(frame[list(END_NODES)].astype("Float64").to_numpy(dtype=float, na_value=np.nan))
    return np.hstack(told)


def input_digest(frame: gpd.GeoDataFrame, settings: dict[str, Any], levels: np.ndarray | None) -> str:
    """sha256 of lines, ids, levels, CRS and settings, hexadecimal."""
    shapes = np.asarray(frame.geometry.array, dtype=object)
    coords, owner = shapely.get_coordinates(shapes, return_index=True)
    parts = shapely.get_num_geometries(shapes)
    sums = hashlib.sha256(json.dumps([settings, str(frame.crs), len(shapes)], sort_keys=True).encode())
    for array in (coords, owner, parts, shapely.get_type_id(shapes), levels):
        if array is not None:
            sums.update(np.ascontiguousarray(array).tobytes())
    if (parts != 1).any():  # where parts end
        sums.update(shapely.get_num_coordinates(shapely.get_parts(shapes)).tobytes())
    if "id" in frame.columns:
        sums.update(json.dumps([str(name) for name in frame["id"]]).encode())
    return sums.hexdigest()


def _write_cache(network: Network, path: Path) -> None:
    from urbanplan.exchange.files.atomic import atomic_write

    told = [note.model_dump(mode="json") for note in network.findings]
    words = json.dumps({"noding": network.noding, "tolerance": network.tolerance, "findings": told})
    with suppress(ExchangeError, OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path) as temporary, temporary.open("wb") as stream:
            np.savez(stream, words=np.array(words), **{name: getattr(network, name) for name in _ARRAY_FIELDS})
        evict()


def _read_cache(path: Path, frame: gpd.GeoDataFrame) -> Network | None:
    """The stored network, None where there is none or the file is spoilt."""
    from urbanplan.model.finding import Finding

    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as kept:  # numpy leaves a spoilt file open
            arrays = {name: kept[name] for name in _ARRAY_FIELDS}
            words = json.loads(str(kept["words"]))
        notes = tuple(Finding(**note) for note in words["findings"])
        settings = {"noding": words["noding"], "tolerance": words["tolerance"], "findings": notes}
        mark_used(path)
    except CORRUPT_FILE_ERRORS:
        return None
    return Network(**arrays, crs=frame.crs, **settings)
