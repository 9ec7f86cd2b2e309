"""Pairs of features and what they share: found once a run, in bounded number, touching ones ruled out first."""

from __future__ import annotations

import hashlib
from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.layer.intricacy import box_pairs
from urbanplan.layer.separation import are_separated, read_outlines
from urbanplan.model.limits import pair_limit

_MAX_KEPT = 8  # sets of features whose pairs are kept for the next rule or measure


@dataclass(frozen=True, eq=False)
class SharedPieces:
    """Pairs of features that share more than a border, and what they share.

    ``left`` and ``right`` are rows, of one set the first lower; ``pieces`` are geometries.  Left rows from
    ``compared`` on were not compared with all others, since the limit was reached.
    """

    left: NDArray[np.intp]
    right: NDArray[np.intp]
    pieces: NDArray[np.object_]
    compared: int
    limit: int

    def rows(self, hit: NDArray[np.bool_], count: int) -> NDArray[np.intp]:
        """Rows of the pairs that are ``hit``, and of ``count`` rows those that were not compared, sorted."""
        return np.unique(np.concatenate([self.left[hit], self.right[hit], np.arange(self.compared, count)]))


_kept: OrderedDict[bytes, SharedPieces] = OrderedDict()
_digests: deque[tuple[NDArray[np.object_], bytes, bytes]] = deque(maxlen=2)
"""Geometries that were asked for last, where they stand in memory, and their digest."""


def shared_pieces(shapes: Any, others: Any = None) -> SharedPieces:
    """The pairs of valid geometries that share more than a border; the same geometries give the same object.

    Args:
        shapes: valid geometries or None, shape (n,). others: those of the right side; else pairs are of ``shapes``
            alone, each once.
    """
    made = np.asarray(shapes, dtype=object)
    right = None if others is None else np.asarray(others, dtype=object)
    key = _digest(made) + (b"" if right is None else _digest(right))
    if key not in _kept:
        _kept[key] = _find_pieces(made, right)
        if len(_kept) > _MAX_KEPT:
            _kept.popitem(last=False)
    return _kept[key]


def _digest(shapes: NDArray[np.object_]) -> bytes:
    """A digest of kinds and coordinates; those of shapes of one ring or line are read without an object for each."""
    addresses = shapes.tobytes()  # of an array of objects: the same ones need not be read again
    for _, held, told in tuple(_digests):
        if held == addresses:
            return told
    kinds, counts = shapely.get_type_id(shapes), shapely.get_num_coordinates(shapes)
    plain = (kinds <= shapely.GeometryType.POLYGON) & (shapely.get_num_interior_rings(shapes) == 0)
    high = bool(shapely.has_z(shapes).any())
    digest = hashlib.blake2b(bytes([high]) + kinds.tobytes() + counts.tobytes())
    digest.update(shapely.get_coordinates(shapes[plain], include_z=high).tobytes())
    for blob in shapely.to_wkb(shapes[~plain]):
        digest.update(blob)
    _digests.append((shapes.copy(), addresses, digest.digest()))
    return _digests[-1][-1]


def _find_pieces(shapes: NDArray[np.object_], others: NDArray[np.object_] | None) -> SharedPieces:
    against = shapes if others is None else others
    limit = pair_limit(len(shapes) + len(against))
    found: list[tuple[NDArray[np.intp], NDArray[np.intp]]] = []
    total, compared = 0, len(shapes)
    mine = read_outlines(shapes)
    outlines = mine, mine if others is None else read_outlines(against)
    for left, right in box_pairs(shapes, others):
        apart = are_separated(*outlines, left, right)
        left, right = left[~apart], right[~apart]
        meets = shapely.intersects(shapes[left], against[right]) & ~_only_border(shapes[left], against[right])
        left, right = left[meets], right[meets]
        room = limit - total
        found.append((left[:room], right[:room]))
        total += len(left)
        if len(left) > room:
            compared = int(left[room])
            break
    none = np.empty(0, dtype=np.intp)
    left, right = (np.concatenate([none, *(pair[side] for pair in found)]) for side in (0, 1))
    pieces = np.asarray(shapely.intersection(shapes[left], against[right]), dtype=object)
    return SharedPieces(left, right, pieces, compared, limit)


def _only_border(left: Any, right: Any) -> NDArray[np.bool_]:
    """Whether two areas have nothing but a border in common: most neighbours of a tiled layer."""
    solid = (shapely.get_dimensions(left) == 2) & (shapely.get_dimensions(right) == 2)
    touching = np.zeros(len(left), dtype=bool)
    touching[solid] = shapely.touches(left[solid], right[solid])
    return touching
