"""Lines and areas cut at the borders of sub-districts, so that each piece lies in one of them."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (shapely's functions say no type of what they return)

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.layer.area import OVERLAP_M2, overlapping_rows
from urbanplan.layer.validity import make_valid_copies, null_unusable
from urbanplan.measure.overlay import keep_dimension
from urbanplan.measure.pieces import LINE_GRID_M, OVERLAP_TOLERANCE_M2, arrange_areas

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from urbanplan.measure.measured import Layers, MeasureContext
    from urbanplan.measure.selection import SelectedFeatures

    Shapes = NDArray[np.object_]
    Rows = NDArray[np.intp]


def cut_at_borders(
    selected: SelectedFeatures, dimension: int | None, layers: Layers, setting: MeasureContext
) -> SelectedFeatures:
    """The features with those of a dimension (1 lines, 2 areas) that lie in several sub-districts as pieces.

    What lies in no drawn sub-district is a piece of its own.  Whether a shape that is not valid holds a piece is not
    known.
    """
    if dimension is None or setting.subdistricts is None or setting.subdistricts not in layers:
        return selected
    shapes = selected.frame.geometry.to_numpy()
    cells = _cells(layers[setting.subdistricts].frame.geometry.to_numpy())
    rows = _crossing_rows(shapes, cells, dimension)
    if not rows.size:
        return selected
    pieces, owner = _cut(make_valid_copies(shapes[rows]), cells, dimension)
    owner = rows[owner]
    whole = np.setdiff1d(np.arange(len(shapes)), rows)
    order = np.concatenate([whole, owner])
    frame = selected.frame.iloc[order].reset_index(drop=True)
    copies = frame["__copies__"].to_numpy().copy()
    copies[len(whole) :] = 1
    frame = frame.set_geometry(np.concatenate([shapes[whole], pieces]), crs=selected.frame.crs)
    fits = selected.fits[order]
    fits[len(whole) :] = (selected.sure & shapely.is_valid(shapes))[owner]
    return replace(selected, frame=frame.assign(__copies__=copies), fits=fits)


def _cells(areas: Any) -> Shapes:
    """The land of the sub-districts that are drawn, as areas that share none."""
    drawn = make_valid_copies(null_unusable(areas))
    drawn = drawn[shapely.get_dimensions(drawn) == 2]
    shared = overlapping_rows(drawn, tolerance=OVERLAP_TOLERANCE_M2)
    alone = np.delete(drawn, shared)
    return np.concatenate([alone, arrange_areas(drawn[shared])]) if shared.size else alone


def _crossing_rows(shapes: Shapes, cells: Shapes, dimension: int) -> Rows:
    """Rows of the dimension that meet a cell and lie in none wholly."""
    rows = np.flatnonzero(shapely.get_dimensions(shapes) == dimension)
    tree = shapely.STRtree(cells)
    meets, inside = (rows[np.unique(tree.query(shapes[rows], how)[0])] for how in ("intersects", "covered_by"))
    return np.setdiff1d(meets, inside)


def _cut(shapes: Shapes, cells: Shapes, dimension: int) -> tuple[Shapes, Rows]:
    """Pieces of shapes by cell, what is in no cell among them, and the shape that each is of."""
    row, cell = shapely.STRtree(cells).query(shapes, "intersects")
    order = np.lexsort((cell, row))
    row, cell = row[order], cell[order]
    rank = np.arange(len(row)) - np.searchsorted(row, row)
    rest, found, owners = shapes.copy(), [], []
    for turn in range(int(rank.max()) + 1):  # what runs on a border goes to the first cell alone
        mine, land = row[rank == turn], cells[cell[rank == turn]]
        found.append(shapely.intersection(rest[mine], land))
        owners.append(mine)
        rest[mine] = shapely.difference(rest[mine], land)
    pieces, owner = np.concatenate([*found, rest]), np.concatenate([*owners, np.arange(len(shapes))])
    pieces = keep_dimension(pieces, shapes[owner])
    size, least = (shapely.area(pieces), OVERLAP_M2) if dimension == 2 else (shapely.length(pieces), LINE_GRID_M)
    pieces, owner = pieces[size > least], owner[size > least]
    if dimension == 2:
        return pieces, owner
    parts, of = shapely.get_parts(pieces, return_index=True)  # a middle is of one line
    return parts, owner[of]
