"""Features cut into pieces that overlap nowhere, so that what they share counts once."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (shapely's functions say no type of what they return)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.layer.area import OVERLAP_TOLERANCE_M2, overlapping_rows
from urbanplan.layer.validity import make_valid_copies

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from urbanplan.measure.measured import MeasureContext
    from urbanplan.measure.selection import SelectedFeatures

LINE_GRID_M = 1e-4  # m: lines nearer than this are the same line


def disjoint_pieces(selected: SelectedFeatures, setting: MeasureContext | None = None) -> SelectedFeatures:
    """The features, polygons and lines that share land or line as pieces, each there once.

    A piece is sure where one of its features is; its column ``__part__`` is that of its features where they agree,
    else unknown.  With a setting, the features that overlap are a finding.
    """
    tangled = _tangled(selected)
    if not tangled.size:
        return selected
    shapes = selected.valid_shapes
    if setting is not None:
        selected.notice("verdict-counted-once", tangled, setting)
    pieces, piece, owner = _cut(shapes[tangled])
    owner = tangled[owner]
    first = owner[np.unique(piece, return_index=True)[1]]
    rows = np.concatenate([np.setdiff1d(np.arange(len(shapes)), tangled), first])
    alone = len(rows) - len(first)
    frame = selected.frame.iloc[rows].reset_index(drop=True)
    geometry = frame.geometry.to_numpy().copy()
    geometry[alone:] = pieces
    part = frame["__part__"].to_numpy().copy()
    part[alone:] = _agreed_values(selected.floats("__part__")[owner], piece, len(pieces))
    sure = np.bincount(piece, weights=selected.sure[owner], minlength=len(pieces)) > 0
    copies = frame["__copies__"].to_numpy().copy()
    copies[alone:] = 1  # whether one of its features surely counts is known
    frame = frame.set_geometry(geometry, crs=selected.frame.crs).assign(__part__=part, __copies__=copies)
    fits = selected.fits[rows]
    fits[alone:] = sure
    return selected.with_frame(frame, fits)


def _tangled(selected: SelectedFeatures) -> NDArray[np.intp]:
    """Those of the rows that share land or line with another; looked for once for all targets of a layer."""
    table, rows = selected.table, np.arange(len(selected))
    if table.is_worth("tangled", len(selected)):
        every = table.fact("tangled", lambda: _tangled_rows(make_valid_copies(table.shapes)))
        rows = rows[np.isin(selected.rows, every)]
    return rows[_tangled_rows(make_valid_copies(selected.shapes[rows]))] if rows.size else rows


def arrange_areas(shapes: NDArray[np.object_]) -> Any:
    """The land of valid areas as pieces that share none."""
    return _cut(shapes)[0]


def _tangled_rows(shapes: NDArray[np.object_]) -> NDArray[np.intp]:
    """Rows of polygons that share land with another, and of lines that run along another."""
    solid, line = (np.flatnonzero(shapely.get_dimensions(shapes) == dimension) for dimension in (2, 1))
    areas = solid[overlapping_rows(shapes[solid], tolerance=OVERLAP_TOLERANCE_M2)]
    left, right = shapely.STRtree(shapes[line]).query(shapes[line], predicate="dwithin", distance=LINE_GRID_M)
    left, right = line[left[left < right]], line[right[left < right]]
    shared = shapely.intersection(shapes[left], shapes[right], grid_size=LINE_GRID_M)
    along = shapely.length(shared) > LINE_GRID_M
    return np.union1d(areas, np.concatenate([left[along], right[along]]))


def _cut(shapes: NDArray[np.object_]) -> tuple[Any, NDArray[np.intp], NDArray[np.intp]]:
    """Pieces of some shapes, and pairs (piece, shape) of which piece lies in which shape, pieces in order."""
    solid = shapely.get_dimensions(shapes) == 2
    rings = shapely.union_all(shapely.boundary(shapes[solid]))
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(rings)))
    lines = shapely.get_parts(shapely.union_all(shapes[~solid], grid_size=LINE_GRID_M))
    lines = lines[shapely.get_dimensions(lines) == 1]
    pieces = np.concatenate([faces, lines])
    inner = np.concatenate(
        [shapely.point_on_surface(faces), shapely.line_interpolate_point(lines, 0.5, normalized=True)]
    )
    piece, owner = shapely.STRtree(shapes).query(inner, predicate="dwithin", distance=2 * LINE_GRID_M)
    same = shapely.get_dimensions(pieces[piece]) == shapely.get_dimensions(shapes[owner])
    piece, owner = piece[same], owner[same]
    order = np.lexsort((owner, piece))
    held, number = np.unique(piece[order], return_inverse=True)  # a hole between shapes is a piece of none
    return pieces[held], number, owner[order]


def _agreed_values(values: NDArray[np.float64], group: NDArray[np.intp], count: int) -> NDArray[np.float64]:
    """The value of each group where all of its values are one, else NaN."""
    total = np.bincount(group, minlength=count)
    ones, zeros = (np.bincount(group, weights=values == one, minlength=count) == total for one in (1.0, 0.0))
    return np.where(ones, 1.0, np.where(zeros, 0.0, np.nan))
