"""Area and length of chosen rows, each measured once for all targets of a run; what rows share counts once."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (shapely's functions say no type of what they return)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from urbanplan.measure.selection import SelectedFeatures

    Floats = NDArray[np.float64]


def area_bounds(selected: SelectedFeatures) -> tuple[Floats, Floats]:
    """Least and greatest plane area of each row, 0 and infinity where no area is drawn."""
    from urbanplan.layer.area import plane_areas

    solid, table = _shapes_of(selected, 2), selected.table
    low, high = table.per_row(
        "plane areas", selected.rows, lambda rows: plane_areas(solid[rows], broken=table.broken(rows))
    )
    return low, high


def ellipsoid_sizes(selected: SelectedFeatures, crs: str) -> Floats:
    """Area of each row on the ellipsoid, 0 where no area is drawn."""
    from urbanplan.layer.ellipsoid import ellipsoid_areas

    solid = _shapes_of(selected, 2)
    key = ("ellipsoid areas", crs)
    return selected.table.per_row(key, selected.rows, lambda rows: (ellipsoid_areas(solid[rows], crs),))[0]


def ellipsoid_total(selected: SelectedFeatures, crs: str) -> float:
    """Sum of the rows' areas on the ellipsoid."""
    from urbanplan.layer.ellipsoid import ellipsoid_sum

    if not selected.table.is_worth("ellipsoid areas", len(selected)):
        return ellipsoid_sum(_shapes_of(selected, 2)[selected.rows], crs)
    return float(np.sum(ellipsoid_sizes(selected, crs)))


def line_lengths(selected: SelectedFeatures) -> Floats:
    """Plane length of each row, NaN where no line is drawn."""
    lines = _shapes_of(selected, 1)
    return selected.table.per_row("lengths", selected.rows, lambda rows: (shapely.length(lines[rows]),))[0]


def covered_area(selected: SelectedFeatures) -> tuple[float, float]:
    """Least and greatest area of the land that the rows cover."""
    from urbanplan.layer.area import dissolved_area, overlapping_rows

    solid, table = _shapes_of(selected, 2), selected.table
    if not table.is_worth("overlaps", len(selected)):
        return dissolved_area(solid[selected.rows], broken=table.broken(selected.rows))
    low, high = area_bounds(selected)
    broken = table.broken(np.arange(len(table)))
    shared = table.fact("overlaps", lambda: _mask(overlapping_rows(solid, broken=broken), len(table)))[selected.rows]
    ends = dissolved_area(solid[selected.rows[shared]], broken=broken[selected.rows[shared]])
    return float(low[~shared].sum()) + ends[0], float(high[~shared].sum()) + ends[1]


def covered_length(selected: SelectedFeatures) -> float:
    """Length of the lines, stretches on one line once."""
    from urbanplan.layer.length import dissolved_length, lines_together

    lines, table = _shapes_of(selected, 1), selected.table
    if not table.is_worth("together", len(selected)):
        return dissolved_length(lines[selected.rows])
    shared = table.fact("together", lambda: lines_together(lines))[selected.rows]
    alone = float(np.nansum(line_lengths(selected)[~shared]))
    return alone + dissolved_length(lines[selected.rows[shared]])


def _shapes_of(selected: SelectedFeatures, dimension: int) -> NDArray[np.object_]:
    """All shapes of the table, lines once drawn, None in the place of those of another dimension."""
    from urbanplan.layer.length import once_drawn
    from urbanplan.layer.validity import null_other_dimension

    def make() -> NDArray[np.object_]:
        shapes = null_other_dimension(table.shapes, dimension)
        return once_drawn(shapes) if dimension == 1 else shapes

    table = selected.table
    return table.fact(("shapes", dimension), make)


def repeated_rows(selected: SelectedFeatures, dimension: int, covered: float) -> NDArray[np.intp]:
    """Rows that share line (1) or land (2) with others, or draw a stretch of their own again; none where nothing is.

    Args:
        covered: metres or square metres that all rows cover together.
    """
    from urbanplan.layer.area import OVERLAP_TOLERANCE_M2, overlapping_rows
    from urbanplan.layer.length import NODING_GRID_M, lines_together

    shapes = _shapes_of(selected, dimension)[selected.rows]
    if dimension == 2:
        more = float(np.sum(area_bounds(selected)[0])) - covered > OVERLAP_TOLERANCE_M2
        broken = selected.table.broken(selected.rows)
        found = overlapping_rows(shapes, tolerance=OVERLAP_TOLERANCE_M2, broken=broken) if more else []
        return np.asarray(found, dtype=np.intp)
    drawn = np.where(selected.dimensions == 1, shapely.length(selected.shapes), 0.0)
    if not float(drawn.sum()) - covered > NODING_GRID_M:
        return np.empty(0, dtype=np.intp)
    own = drawn - np.nan_to_num(line_lengths(selected)) > NODING_GRID_M
    return np.flatnonzero(own | lines_together(shapes))


def _mask(rows: Any, count: int) -> NDArray[np.bool_]:
    found = np.zeros(count, dtype=bool)
    found[rows] = True
    return found
