"""Of all that is drawn, the rows that a layer of one geometry is made of."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from urbanplan.exchange.cad.fills import FILL_KINDS
from urbanplan.exchange.table import Table

_DIMENSIONS = {"point": 0, "line": 1, "polygon": 2}
_SAME_AREA = 1e-6  # share of its area by which a fill may differ from the outline that it fills


def rows_of_geometry(table: Table, geometry: str) -> tuple[Table, dict[str, int], int]:
    """The rows of a drawing that are points, lines or polygons; for lines the closed ones are lines, too.

    Args:
        table: as it was read; only drawings are touched. geometry: that of a layer's type.

    Returns:
        The table, the kinds of entities that were left out with their number, and the number of fills of outlines
        that are drawn themselves.
    """
    wanted = _DIMENSIONS.get(geometry)
    if not table.drawing_layers or wanted is None or "entity" not in table.frame or not len(table.frame):
        return table, {}, 0
    frame: Any = table.frame
    shapes, kinds = frame.geometry.to_numpy(), frame["entity"].to_numpy(dtype=object)
    if wanted == 1:
        closed = (shapely.get_type_id(shapes) == 3) & ~np.isin(kinds, FILL_KINDS)
        shapes = np.where(closed, shapely.boundary(shapes), shapes)
        frame = frame.set_geometry(shapes, crs=frame.crs)
    fits = shapely.get_dimensions(shapes) == wanted
    repeated = _repeated_fills(shapes, kinds) if wanted == 2 else np.zeros(len(shapes), dtype=bool)
    kept = frame[fits & ~repeated].reset_index(drop=True)
    left_out = Counter(str(kind) for kind in kinds[~fits])
    return replace(table, frame=kept), dict(sorted(left_out.items())), int(repeated.sum())


def _repeated_fills(shapes: np.ndarray, kinds: np.ndarray) -> np.ndarray:
    """Fills of outlines that are drawn as closed lines themselves."""
    repeated = np.zeros(len(shapes), dtype=bool)
    areas = shapely.get_dimensions(shapes) == 2
    fills = np.flatnonzero(areas & np.isin(kinds, FILL_KINDS))
    lines = np.flatnonzero(areas & ~np.isin(kinds, FILL_KINDS))
    if not len(fills) or not len(lines):
        return repeated
    inner, outer = shapely.STRtree(shapes[lines]).query(shapes[fills])
    first, second = shapes[fills[inner]], shapes[lines[outer]]
    size = shapely.area(first)
    alike = np.abs(size - shapely.area(second)) <= _SAME_AREA * size
    inner, first, second, size = inner[alike], first[alike], second[alike], size[alike]
    valid = shapely.is_valid(first) & shapely.is_valid(second)
    inner, first, second, size = inner[valid], first[valid], second[valid], size[valid]
    same = size - shapely.area(shapely.intersection(first, second)) <= _SAME_AREA * size
    repeated[fills[inner[same]]] = True
    return repeated
