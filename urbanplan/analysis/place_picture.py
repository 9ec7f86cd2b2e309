"""A small picture of where a file lies: its shapes over the outline of a plan's district, as paths of SVG."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (shapely's functions say no type of what they return)

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.analysis.files import ReadOptions, georeference_frame, read_file
from urbanplan.analysis.plans import district_boundary, open_plan

if TYPE_CHECKING:
    from urbanplan.model.plan import Plan

SIZE = 400.0  # of the picture's longer side, in its own units
_MARGIN = 0.04  # of the longer side, around what is drawn
_MAX_SHAPES = 2_000
_DOT = 2.0  # half a point's square


@dataclass(frozen=True)
class PlacePicture:
    """Paths of SVG in a box of ``width`` x ``height``; empty where there is nothing to draw.

    Attributes:
        district: outline of the plan's district. shapes: of the file, at most 2,000 of them.
        extent: left, top, width and height of the file's bounds.
    """

    width: float
    height: float
    district: str
    shapes: str
    extent: tuple[float, float, float, float]


def draw_place(file: Path | str, *, plan: Plan | Path | str, reading: ReadOptions) -> PlacePicture | None:
    """Draw where a file lies in a plan's working CRS; None where it holds no shapes.

    Args:
        file: the file. plan: the plan. reading: what the caller says of the file; its CRS where the file says none.

    Raises:
        GateError, ExchangeError: the file cannot be read. CrsError: there is no way to the working CRS.
    """
    import numpy as np
    import shapely

    declared = open_plan(plan)
    frame: Any = read_file(file, reading).frame
    if not hasattr(frame, "geometry"):
        return None
    frame = georeference_frame(frame, reading, to_crs=declared.district.crs)
    shapes = frame.geometry.to_numpy()
    shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    shapes = shapes[np.isfinite(shapely.bounds(shapes)).all(axis=1)] if len(shapes) else shapes
    if not len(shapes):
        return None
    boundary = district_boundary(declared)
    outline = np.array([], dtype=object) if boundary is None else boundary.geometry.to_numpy()
    return _draw(shapes, outline)


def _draw(shapes: Any, outline: Any) -> PlacePicture:
    import numpy as np
    import shapely

    left, low, right, high = shapely.total_bounds(np.concatenate([shapes, outline]))
    span = max(right - left, high - low, 1e-9)
    scale, edge = SIZE * (1 - 2 * _MARGIN) / span, SIZE * _MARGIN

    def place(points: Any) -> Any:
        return np.column_stack([edge + (points[:, 0] - left) * scale, edge + (high - points[:, 1]) * scale])

    step = max(1, len(shapes) // _MAX_SHAPES)
    drawn = shapely.simplify(shapes[::step], span / SIZE)
    (x0, y1), (x1, y0) = place(np.array(shapely.total_bounds(shapes)).reshape(2, 2))
    width, height = (right - left) * scale + 2 * edge, (high - low) * scale + 2 * edge
    extent = (float(x0), float(y0), float(x1 - x0), float(y1 - y0))
    return PlacePicture(
        round(float(width), 1), round(float(height), 1), _path(shapely.simplify(outline, span / SIZE), place),
        _path(drawn, place), extent,
    )  # fmt: skip


def _path(shapes: Any, place: Any) -> str:
    """One path of all parts: points as small squares, lines and rings as they run."""
    import numpy as np
    import shapely

    parts = shapely.get_parts(shapes)
    dimension = shapely.get_dimensions(parts)
    rings = shapely.get_parts(shapely.boundary(parts[dimension == 2]))
    lines = np.concatenate([parts[dimension == 1], rings])
    dots = place(shapely.get_coordinates(parts[dimension == 0]))
    words = [f"M{x - _DOT:.1f} {y - _DOT:.1f}h{2 * _DOT}v{2 * _DOT}h{-2 * _DOT}z" for x, y in dots]
    points, of = shapely.get_coordinates(lines, return_index=True)
    if len(points):
        for run in np.split(place(points), np.flatnonzero(np.diff(of)) + 1):
            words.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in run))
    return "".join(words)
