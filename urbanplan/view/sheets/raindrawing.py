"""The drawing of a section under water: a picture of the depths, what is around, and the section itself."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.view.map.png import encode_png
from urbanplan.view.map.rain import WATER
from urbanplan.view.sheets.drawing import compose_drawing
from urbanplan.view.sheets.frame import Frame
from urbanplan.view.sheets.furniture import build_furniture
from urbanplan.view.sheets.labels import Obstacles
from urbanplan.view.sheets.lettering import line_labels
from urbanplan.view.sheets.surroundings import Ground, Surrounding, clip_shapes, draw_ground, paper_paths
from urbanplan.view.sheets.typesetting import Picture

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from urbanplan.view.sheets.sections import RainAtlas

VOID = (205, 205, 200, 255)
"""Colour where there is no height."""
_PIXELS = 6  # per mm of paper
_FINE_SCALE = 12_000
"""The smallest scale at which buildings and parcels are drawn."""
_SECTION, _OTHERS = ("#d7191c", 0.6), ("#d7191c", 0.25)
_STYLES = {
    "parcels": Surrounding(layers=[], role="named", stroke="#c9c2b4", width=0.1),
    "buildings": Surrounding(layers=[], stroke="#9a9a9a", width=0.1),
    "streets": Surrounding(layers=[], role="road", stroke="#8d9198", width=0.15),
}


def prepare_around(result: Any, basis: str) -> list[Ground]:
    """Parcels, buildings and streets of a question of rain as thin lines, in this order."""
    found = []
    for name, row in _STYLES.items():
        if name in result.stands:
            stand = result.stands[name]
            shapes, names = stand.frame.geometry.to_numpy(), list(stand.names)
            title = result.inputs.names.get(name, name)
            found.append(Ground(row, name, title, basis, shapes, names, np.zeros(len(shapes))))
    return found


def section_drawing(book: RainAtlas, index: int, frame: Frame, classes: NDArray[np.uint8]) -> dict[str, Any]:
    """Data for the template: one state's classes of depth, what is around, all sections, the drawn one strong."""
    fine = frame.scale <= _FINE_SCALE
    near = [ground for ground in book.around if fine or ground.row.role == "road"]
    around = [piece for ground in near for piece in draw_ground(ground, frame)]
    for place, section in enumerate(book.sections):
        stroke, width = _SECTION if place == index else _OTHERS
        inside = clip_shapes(section.lines, frame.window, frame.metres(0.05))
        found = paper_paths(inside, frame)
        if found:
            around.append({"paths": found, "fill": None, "stroke": stroke, "width": width, "dash": False,
                           "cap": "round"})  # fmt: skip
    labels = [label for ground in near if ground.row.role == "road" for label in line_labels(ground, frame, book.font)]
    fixed = build_furniture(frame, book.font, basis=book.basis)
    data, _ = compose_drawing(frame, around, labels, obstacles=Obstacles(hard=[]), fixed=fixed)
    return {**data, "ground": water_svg(frame, classes)}


def water_svg(frame: Frame, classes: NDArray[np.uint8]) -> Picture:
    """The classes of depth at the pixels of a frame as SVG that holds a picture of them."""
    data = base64.b64encode(encode_png(classes, [(255, 255, 255, 0), *WATER, VOID])).decode("ascii")
    w, h = frame.width, frame.height
    return Picture(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}mm" height="{h}mm" viewBox="0 0 {w} {h}">'
        f'<image width="{w}" height="{h}" preserveAspectRatio="none" href="data:image/png;base64,{data}"/></svg>'
    )


def depth_classes(result: Any, frame: Frame, depth: NDArray[Any]) -> NDArray[np.uint8]:
    """The class of depth at each pixel of a frame: 0 dry, then one for each class, the last of all without a height.

    There are as many pixels as the paper needs, whatever the CRS of the ground.
    """
    x, y = _pixels(frame)
    ground = result.basins.elevation
    if ground.crs != result.inputs.crs:
        from pyproj import Transformer

        x, y = Transformer.from_crs(result.inputs.crs, ground.crs, always_xy=True).transform(x, y)
    with np.errstate(invalid="ignore"):  # where a CRS has no place there is no cell
        column, row = ground.to_cells(x, y)
        inside = (column >= 0) & (row >= 0) & (column < depth.shape[1]) & (row < depth.shape[0])
    found = np.full(x.shape, np.nan)
    found[inside] = depth[row[inside].astype(np.int64), column[inside].astype(np.int64)]
    bounds = [one.metres for one in result.depth_classes]
    classes = np.digitize(np.nan_to_num(found), bounds, right=True)
    return np.where(np.isnan(found), len(bounds) + 1, classes).astype(np.uint8)


def _pixels(frame: Frame) -> tuple[NDArray[Any], NDArray[Any]]:
    """Coordinates of the middles of a frame's pixels: rows x columns, north first."""
    west, south, east, north = frame.window
    columns, rows = round(frame.width * _PIXELS), round(frame.height * _PIXELS)
    x = west + (np.arange(columns) + 0.5) * (east - west) / columns
    y = north - (np.arange(rows) + 0.5) * (north - south) / rows
    across, down = np.meshgrid(x, y)
    return across, down


def section_bounds(lines: NDArray[Any], around_m: float) -> tuple[float, float, float, float]:
    """Bounds of lines with some metres around."""
    west, south, east, north = shapely.total_bounds(lines).tolist()
    return west - around_m, south - around_m, east + around_m, north + around_m
