"""Filling by tiles: each alone, joined over the cells of their borders, then finished; equal to a whole to the bit."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.raster.kernels.basins import label_basins, lowest_saddles, raise_levels, renumber
from urbanplan.raster.kernels.directions import COLUMN_STEP, ROW_STEP, cross_flats, descend
from urbanplan.raster.kernels.hierarchy import merge_basins, outermost, spanning_saddles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]
    Ints = NDArray[np.int64]

TILE = 512
"""Rows and columns of a tile unless said."""


@dataclass(frozen=True, eq=False)
class Filled:
    """A surface without depressions.

    Attributes:
        levels: rows x columns, metres, the least surface over the heights from which every cell drains to the border
            or a void; NaN where void.
        labels: rows x columns, the number of the outermost depression, from 1 by their first cells; 0 where dry.
    """

    levels: Floats
    labels: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class _Saddles:
    """Lowest ways between labels, 0 for outside."""

    first: Ints
    second: Ints
    level: Floats

    def ascending(self) -> _Saddles:
        order = np.argsort(self.level, kind="stable")
        return _Saddles(self.first[order], self.second[order], self.level[order])

    def __getitem__(self, kept: NDArray[np.bool_]) -> _Saddles:
        return _Saddles(self.first[kept], self.second[kept], self.level[kept])


def fill(heights: Floats, *, tile: int | tuple[int, int] = TILE, threads: int = 2) -> Filled:
    """Fill every depression to its outlet; eight neighbours, the border and voids are open.

    Args:
        heights: rows x columns, metres, NaN where void. tile: rows and columns of a part. threads: at most so many.
    """
    heights = np.ascontiguousarray(heights, np.float64)
    parts = list(_tiles(heights.shape, (tile, tile) if isinstance(tile, int) else tile))
    labels = np.empty(heights.shape, np.int32)
    with ThreadPoolExecutor(max(1, threads)) as pool:
        found = list(pool.map(lambda part: _fill_tile(heights, labels, part), parts))
        count = _number_apart(labels, parts, [one for one, _ in found])
        saddles = _join([_shift(own, begin) for (_, own), begin in zip(found, count, strict=False)])
        saddles = _join([saddles, *_seams(heights, labels, parts)]).ascending()
        parent, _, outlet, _ = merge_basins(saddles.first, saddles.second, count[-1])
        level, group = outermost(parent, saddles.level[np.maximum(outlet, 0)] if len(saddles.level) else parent * 1.0)
        levels = np.empty(heights.shape, np.float64)
        list(pool.map(lambda part: _finish_tile(heights, labels, levels, part, level, group), parts))
    renumber(labels, len(group))
    return Filled(levels, labels)


def _tiles(shape: tuple[int, ...], tile: tuple[int, int]) -> Iterator[tuple[slice, slice]]:
    for row in range(0, shape[0], tile[0]):
        for column in range(0, shape[1], tile[1]):
            yield slice(row, min(row + tile[0], shape[0])), slice(column, min(column + tile[1], shape[1]))


def _fill_tile(heights: Floats, labels: NDArray[np.int32], part: tuple[slice, slice]) -> tuple[int, _Saddles]:
    """Label a tile's basins; how many there are, and the saddles between them that matter."""
    own = np.ascontiguousarray(heights[part])
    rows, columns = part
    sides = np.array(
        [rows.start == 0, rows.stop == heights.shape[0], columns.start == 0, columns.stop == heights.shape[1]]
    )
    code = descend(own, np.ones((len(own), 8)), sides, ROW_STEP, COLUMN_STEP)
    pits = cross_flats(own, code, ROW_STEP, COLUMN_STEP)
    label = label_basins(code, pits, ROW_STEP, COLUMN_STEP)
    first, second, level, _ = lowest_saddles(own, label, len(pits))
    labels[part] = label
    saddles = _Saddles(first, second, level).ascending()
    return len(pits), saddles[spanning_saddles(saddles.first, saddles.second, len(pits) + 1)]


def _number_apart(labels: NDArray[np.int32], parts: list[tuple[slice, slice]], counts: list[int]) -> Ints:
    """Give each tile numbers of its own; returns where each begins, and one beyond the last."""
    begin = np.concatenate([[0], np.cumsum(counts)])
    for part, shift in zip(parts, begin, strict=False):
        if shift:
            own = labels[part]
            own[own > 0] += np.int32(shift)
    return np.append(begin[:-1], begin[-1] + 1)


def _shift(saddles: _Saddles, begin: int) -> _Saddles:
    first, second = (np.where(side > 0, side + begin, 0) for side in (saddles.first, saddles.second))
    return _Saddles(first, second, saddles.level)


def _join(parts: list[_Saddles]) -> _Saddles:
    return _Saddles(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("first", "second", "level")))


def _seams(heights: Floats, labels: NDArray[np.int32], parts: list[tuple[slice, slice]]) -> Iterator[_Saddles]:
    """Saddles over the seams between tiles; a cell that has a void beyond the seam is open."""
    for seam in sorted({rows.start for rows, _ in parts} - {0}):
        yield from _seam(heights[seam - 1 : seam + 1], labels[seam - 1 : seam + 1])
    for seam in sorted({columns.start for _, columns in parts} - {0}):
        yield from _seam(heights[:, seam - 1 : seam + 1].T, labels[:, seam - 1 : seam + 1].T)


def _seam(heights: Floats, labels: NDArray[np.int32]) -> Iterator[_Saddles]:
    """Saddles between two lines of cells, each to the three nearest of the other."""
    length = heights.shape[1]
    for shift in (-1, 0, 1):
        here, there = slice(max(0, -shift), length - max(0, shift)), slice(max(0, shift), length - max(0, -shift))
        near, far = heights[0, here], heights[1, there]
        one, other = labels[0, here].astype(np.int64), labels[1, there].astype(np.int64)
        level = np.fmax(near, far)  # where one is void, the height of the other
        kept = (one >= 0) | (other >= 0)
        kept &= one != other
        yield _Saddles(np.maximum(one[kept], 0), np.maximum(other[kept], 0), level[kept])


def _finish_tile(
    heights: Floats, labels: NDArray[np.int32], levels: Floats, part: tuple[slice, slice], level: Floats, group: Ints
) -> None:
    own = np.ascontiguousarray(heights[part])
    levels[part], labels[part] = raise_levels(own, np.ascontiguousarray(labels[part]), level, group)
