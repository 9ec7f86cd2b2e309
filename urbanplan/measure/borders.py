"""Lines and areas cut at the borders of sub-districts, so that each piece lies in one of them."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (shapely's functions say no type of what they return)

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.layer.area import OVERLAP_M2, OVERLAP_TOLERANCE_M2, overlapping_rows
from urbanplan.layer.validity import make_valid_copies, null_unusable
from urbanplan.measure.overlay import keep_dimension
from urbanplan.measure.pieces import LINE_GRID_M, arrange_areas
from urbanplan.measure.row_table import RowTable
from urbanplan.measure.selection import row_table

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
    table = row_table(layers[setting.subdistricts], setting)
    cells = table.fact("cells", lambda: _cells(table.shapes))
    key = ("cut at borders", dimension, table)
    rows = selected.rows
    if selected.table.is_worth(key, len(selected)):
        every = np.arange(len(selected.table))
        pieces = selected.table.fact(key, lambda: _cut_rows(selected.table, every, cells, dimension))
        return _chosen_pieces(selected, pieces)
    return _chosen_pieces(selected, _cut_rows(selected.table, rows, cells, dimension))


@dataclass(frozen=True, eq=False)
class _Pieces:
    """Rows cut: their table, of each the row that it is of, whether it is a piece of it, and whether that is valid."""

    table: RowTable
    owner: Rows
    cut: NDArray[np.bool_]
    valid: NDArray[np.bool_]


def _chosen_pieces(selected: SelectedFeatures, pieces: _Pieces) -> SelectedFeatures:
    """The pieces of the chosen rows; whether a piece counts of rows of one id is not known."""
    place = np.full(len(selected.table), -1, dtype=np.intp)
    place[selected.rows] = np.arange(len(selected))
    at = place[pieces.owner]
    rows = np.flatnonzero(at >= 0)
    at = at[rows]
    fits = np.where(pieces.cut[rows], selected.sure[at] & pieces.valid[rows], selected.fits[at])
    more = {name: column[at] for name, column in selected.more.items()}
    return replace(selected, table=pieces.table, rows=rows, fits=fits, more=more)


def _cut_rows(table: RowTable, rows: Rows, cells: Shapes, dimension: int) -> _Pieces:
    """Some rows of a table, those of a dimension that lie in several cells as pieces behind the others."""
    shapes = table.shapes
    crossing = rows[_crossing_rows(shapes[rows], cells, dimension)]
    whole = np.setdiff1d(rows, crossing)
    if not crossing.size:
        return _Pieces(table, np.arange(len(table)), np.zeros(len(table), dtype=bool), np.ones(len(table), dtype=bool))
    pieces, owner = _cut(make_valid_copies(shapes[crossing]), cells, dimension)
    owner = np.concatenate([whole, crossing[owner]])
    frame = table.frame.iloc[owner].reset_index(drop=True)
    cut = np.arange(len(owner)) >= len(whole)
    frame = frame.set_geometry(np.concatenate([shapes[whole], pieces]), crs=table.frame.crs)
    frame = frame.assign(__copies__=np.where(cut, 1, frame["__copies__"].to_numpy()))
    return _Pieces(RowTable(frame), owner, cut, np.asarray(shapely.is_valid(shapes))[owner])


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
