"""What lies around a parcel: layers prepared once, cut to each frame, drawn from the ground up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from urbanplan.layer.layer import Layer
from urbanplan.view.declared import read_declaration
from urbanplan.view.sheets.frame import Frame

COLOUR_PATTERN = "^#[0-9a-fA-F]{6}$"
_SIMPLIFY_TOLERANCE = 0.04  # mm of paper: detail finer than this is not drawn around a parcel


class Surrounding(BaseModel):
    """One row of surroundings.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layers: list[str]
    role: str = "ground"
    fill: str | None = Field(default=None, pattern=COLOUR_PATTERN)
    stroke: str | None = Field(default=None, pattern=COLOUR_PATTERN)
    width: float = 0.1
    casing: str | None = Field(default=None, pattern=COLOUR_PATTERN)
    width_columns: list[str] = []
    width_m: float = 0.0
    dash: bool = False


class Surroundings(BaseModel):
    """maps/sheets/surroundings.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    surrounding: list[Surrounding] = []


def first_column(frame: Any, names: list[str]) -> Any | None:
    """The first of some columns that a frame has, or None."""
    return next((frame[name] for name in names if name in frame.columns), None)


def feature_names(layer: Layer) -> list[str]:
    """The name of each feature, empty where it has none."""
    label = layer.type.label
    values = None if label is None else first_column(layer.frame, [label])
    if values is None:
        return [""] * len(layer.frame)
    return [value.strip() if isinstance(value, str) else "" for value in values.tolist()]


@dataclass(frozen=True)
class Ground:
    """One layer prepared for drawing: shapes, their tree, names and widths in metres."""

    row: Surrounding
    name: str
    title: str
    basis: str
    shapes: NDArray[Any]
    names: list[str]
    widths: NDArray[np.float64]

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Tree over the shapes."""
        return shapely.STRtree(self.shapes)

    def near(self, window: tuple[float, float, float, float]) -> NDArray[np.intp]:
        """Indices of features whose bounds meet a window, in order of rows."""
        return np.sort(self.tree.query(shapely.box(*window)))


def _widths(row: Surrounding, layer: Layer) -> NDArray[np.float64]:
    values = first_column(layer.frame, row.width_columns)
    if values is None:
        return np.full(len(layer.frame), row.width_m)
    import pandas as pd

    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float)
    return np.where(np.isfinite(numbers) & (numbers > 0) & (numbers < 500), numbers, row.width_m)


def prepare_grounds(
    layers: Mapping[str, Layer], folder: Path | None = None, *, leave: tuple[str, ...] = ()
) -> list[Ground]:
    """Prepare the layers that surroundings.toml names, in its order; layers in ``leave`` are left out."""
    grounds = []
    for row in read_declaration(Surroundings, "sheets/surroundings.toml", folder).surrounding:
        chosen = [x for x in layers.values() if x.name in row.layers or x.type.name in row.layers]
        for layer in chosen:
            if layer.name in leave or any(ground.name == layer.name for ground in grounds) or layer.frame.empty:
                continue
            shapes = layer.frame.geometry.to_numpy()
            title = layer.type.title.get("zh", layer.name)
            widths = _widths(row, layer)
            grounds.append(Ground(row, layer.name, title, layer.basis, shapes, feature_names(layer), widths))
    return grounds


def clip_shapes(shapes: NDArray[Any], window: tuple[float, float, float, float], fine: float) -> NDArray[Any]:
    """Shapes cut to a window and thinned to ``fine`` metres; what falls outside becomes empty."""
    inside = shapely.clip_by_rect(shapely.force_2d(shapes), *window)
    return shapely.simplify(inside, fine, preserve_topology=False)


def paper_paths(shapes: NDArray[Any], frame: Frame) -> list[list[float]]:
    """Rings and lines of shapes as flat lists of paper millimetres: x1, y1, x2, y2 …"""
    parts = shapely.get_parts(shapely.get_parts(shapes))
    if not parts.size:
        return []
    kinds = shapely.get_type_id(parts)
    curves = np.concatenate([shapely.get_rings(parts[kinds == 3]), parts[kinds == 1]])
    points, owner = shapely.get_coordinates(curves, return_index=True)
    if not points.size:
        return []
    flat = np.round(frame.paper(points), 3)
    cuts = np.flatnonzero(np.diff(owner)) + 1
    return [piece.ravel().tolist() for piece in np.split(flat, cuts) if len(piece) > 1]


def _expand_window(window: tuple[float, float, float, float], by: float) -> tuple[float, float, float, float]:
    return window[0] - by, window[1] - by, window[2] + by, window[3] + by


def draw_ground(ground: Ground, frame: Frame) -> list[dict[str, Any]]:
    """Drawing commands of a layer inside a frame: areas, or lines with their casing true to scale."""
    wide = float(ground.widths.max(initial=0.0))
    window = _expand_window(frame.window, wide / 2 + frame.metres(1.0))
    near = ground.near(window)
    if not near.size:
        return []
    shapes = clip_shapes(ground.shapes[near], window, frame.metres(_SIMPLIFY_TOLERANCE))
    row = ground.row
    style = {"stroke": row.stroke, "width": row.width, "dash": row.dash, "cap": "butt" if row.dash else "round"}
    if row.casing is None:
        found = paper_paths(shapes, frame)
        area = bool(np.any(shapely.get_dimensions(shapes) == 2))
        fill = row.fill if area else None
        return [{"paths": found, "fill": fill, **style}] if found else []
    return _draw_cased_roads(ground, near, shapes, frame)


def _draw_cased_roads(
    ground: Ground, near: NDArray[np.intp], shapes: NDArray[Any], frame: Frame
) -> list[dict[str, Any]]:
    """Roads: dark strokes first, then white ones a little narrower, so that crossings stand open."""
    row = ground.row
    widths = np.round(ground.widths[near] * 1000 / frame.scale, 2)
    below, above = [], []
    for width in np.unique(widths):
        found = paper_paths(_merge_lines(shapes[widths == width]), frame)
        if found:
            plain = {"paths": found, "fill": None, "dash": False}
            below.append({**plain, "stroke": row.stroke, "width": float(width) + 2 * row.width, "cap": "butt"})
            above.append({**plain, "stroke": row.casing, "width": float(width), "cap": "round"})
    return below + above


def line_parts(shapes: NDArray[Any]) -> NDArray[Any]:
    """Single lines of shapes; a line that a coarse grid has made a point is none."""
    parts = shapely.get_parts(shapely.get_parts(shapes))
    return parts[(shapely.get_type_id(parts) == 1) & ~shapely.is_empty(parts)]


def _merge_lines(lines: NDArray[Any]) -> NDArray[Any]:
    """Lines with what meets end to end made one, so that bends have no seams."""
    parts = line_parts(lines)
    return np.array([shapely.line_merge(shapely.multilinestrings(parts))]) if parts.size else parts
