"""Area in the plane of the working zone, overlaps once; what cannot be measured is an interval."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.layer.counted_once import surplus_area
from urbanplan.layer.overlaps import shared_pieces
from urbanplan.layer.validity import find_broken, make_valid_copies, null_nonfinite

OVERLAP_M2 = 1e-6  # shared area below this is rounding
OVERLAP_TOLERANCE_M2 = 0.01  # shared area that is told


Mask = NDArray[np.bool_]


def plane_areas(geometries: Any, *, broken: Mask | None = None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Least and greatest plane area of each geometry, in the square of its CRS' unit.

    Valid polygons have one area.  The area of an invalid one depends on how it is mended (GEOS ``linework`` or
    ``structure``), so its ends span both and the ring formula.  A geometry that is missing or not finite is 0..inf.
    ``broken`` tells which are not valid, shape (n,), where that is known, here as in the functions below.
    """
    shapes = null_nonfinite(geometries)
    return _plane_areas(shapes, find_broken(shapes, known=broken))


def _plane_areas(
    shapes: NDArray[np.object_], broken: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The plane areas of finite shapes or None, some of which are broken."""
    low = np.array(shapely.area(shapes))
    high = low.copy()
    if broken.size:
        mended = [
            shapely.area(shapely.make_valid(shapes[broken], method="linework")),
            shapely.area(shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)),
        ]
        ways = np.abs(np.stack([low[broken], *mended]))
        low[broken], high[broken] = ways.min(axis=0), ways.max(axis=0)
    gone = shapely.is_missing(shapes)
    low[gone], high[gone] = 0.0, np.inf
    return low, high


def overlapping_rows(geometries: Any, *, tolerance: float = OVERLAP_M2, broken: Mask | None = None) -> NDArray[np.intp]:
    """Rows of polygons that share area with another, and those that were not compared with all; sorted."""
    left, right = overlapping_pairs(geometries, tolerance=tolerance, broken=broken)
    return np.union1d(left, right)


def overlapping_pairs(
    geometries: Any, *, tolerance: float = OVERLAP_M2, broken: Mask | None = None
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of polygons that share area, the first the lower row; one that was not compared with all, with itself."""
    shapes = make_valid_copies(geometries, broken=broken)
    found = shared_pieces(shapes)
    hit = shapely.area(found.pieces) > tolerance
    rest = np.arange(found.compared, len(shapes))
    return np.concatenate([found.left[hit], rest]), np.concatenate([found.right[hit], rest])


def dissolved_area(geometries: Any, *, broken: Mask | None = None) -> tuple[float, float]:
    """Least and greatest area of the land that the polygons cover, overlaps counted once."""
    shapes = null_nonfinite(geometries)
    if not shapes.size:
        return 0.0, 0.0
    rows = find_broken(shapes, known=broken)
    low, high = _plane_areas(shapes, rows)
    shapes[rows] = shapely.make_valid(shapes[rows])
    found = shared_pieces(shapes)
    tangled = found.rows(shapely.area(found.pieces) > OVERLAP_M2, len(shapes))
    if not tangled.size:
        return float(low.sum()), float(high.sum())
    alone = np.ones(len(shapes), dtype=bool)
    alone[tangled] = False
    surplus = surplus_area(shapes, found, tolerance=OVERLAP_M2)
    if surplus is None:
        land = float(shapely.area(shapely.union_all(shapes[tangled])))
    else:
        land = float(shapely.area(shapes[tangled]).sum()) - surplus
    return float(low[alone].sum()) + land, float(high[alone].sum()) + land
