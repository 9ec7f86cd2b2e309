"""Areas of a drawing that are no lines: hatches, polygons with holes, solids, faces."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from urbanplan.exchange.boundary.ring_nesting import outer_rings
from urbanplan.exchange.cad.outlines import Drafting, fill_rings, ocs_matrix

FILL_KINDS = ("HATCH", "MPOLYGON", "SOLID", "TRACE", "3DFACE")
_TEXT_BOX = 8  # bit of a boundary path: the frame of a text, which a hatch spares


def read_fill(entity: Any, matrix: np.ndarray | None, drafting: Drafting) -> Any:
    """The polygons that an entity of :data:`FILL_KINDS` fills; None where it has no ring of three corners.

    Args:
        entity: the entity. matrix: from its block's coordinates to the drawing's. drafting: the chords of the drawing.
    """
    if entity.dxftype() in ("HATCH", "MPOLYGON"):
        return _hatch(entity, matrix, drafting)
    corners = _corners(entity)
    if matrix is not None:
        corners = corners @ matrix[:3, :3] + matrix[3, :3]
    return _polygon(corners)


def _corners(entity: Any) -> np.ndarray:
    """The corners around a solid, whose third and fourth stand crosswise, or a face."""
    dxf, face = entity.dxf, entity.dxftype() == "3DFACE"
    order = (0, 1, 2, 3) if face else (0, 1, 3, 2)
    names = [f"vtx{number}" for number in order]
    corners = np.array([tuple(dxf.get(name, dxf.get("vtx2"))) for name in names], dtype=float)
    plane = None if face else ocs_matrix(dxf.extrusion)
    return corners if plane is None else corners @ plane[:3, :3]


def _polygon(corners: np.ndarray) -> Any:
    if not np.isfinite(corners).all():
        return None
    kept = corners[[at for at in range(len(corners)) if (corners[at] != corners[at - 1]).any()]]
    return shapely.Polygon(flat_points(kept)) if len(kept) >= 3 else None


def flat_points(points: np.ndarray) -> np.ndarray:
    """Points without their heights where all are 0."""
    return points if points[:, 2].any() else points[:, :2]


def _hatch(entity: Any, matrix: np.ndarray | None, drafting: Drafting) -> Any:
    high = float(entity.dxf.elevation.z) if entity.dxf.hasattr("elevation") else 0.0
    plane = ocs_matrix(entity.dxf.extrusion, high)
    lines = []
    for path in entity.paths:
        if path.path_type_flags & _TEXT_BOX:
            continue
        for outline in fill_rings(path):
            for move in (plane, matrix):
                outline = outline if move is None else outline.transform(move)
            points = drafting.draw(outline)
            if len(points) >= 3 and np.isfinite(points).all():
                lines.append(shapely.LinearRing(flat_points(points)))
    return _nest(np.array(lines, dtype=object), style=int(entity.dxf.get("hatch_style", 0))) if lines else None


def _nest(lines: np.ndarray, *, style: int) -> Any:
    """Rings as polygons: nested ones in turn filled and spared (0), the outer two levels (1), or all filled (2)."""
    order = np.argsort(-shapely.area(shapely.polygons(lines)), kind="stable")
    home = outer_rings(lines[order], np.zeros(len(lines), dtype=int))
    rings = lines[order]
    shells = np.flatnonzero(home == np.arange(len(home)))
    if style:  # a ring within another one is spared, or filled with it: it begins no polygon
        areas = np.asarray(shapely.polygons(rings), dtype=object)
        shells = np.array([at for at in shells if not shapely.contains(areas[shells[shells != at]], rings[at]).any()])
    made = [
        shapely.Polygon(rings[at], list(rings[(home == at) & (np.arange(len(home)) != at)]) if style != 2 else [])
        for at in shells
    ]
    return made[0] if len(made) == 1 else shapely.MultiPolygon(made)
