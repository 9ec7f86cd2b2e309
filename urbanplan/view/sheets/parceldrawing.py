"""The drawing of one parcel: its boundary, its neighbours, and what is written on it."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from urbanplan.view.sheets import facts, lettering
from urbanplan.view.sheets.boundary import Ring
from urbanplan.view.sheets.boxes import path_boxes
from urbanplan.view.sheets.drawing import compose_drawing
from urbanplan.view.sheets.frame import Frame
from urbanplan.view.sheets.furniture import build_furniture
from urbanplan.view.sheets.labels import Label
from urbanplan.view.sheets.parcels import ParcelAtlas
from urbanplan.view.sheets.surroundings import draw_ground, paper_paths


def parcel_drawing(
    book: ParcelAtlas, index: int, found: list[Ring], frame: Frame
) -> tuple[dict[str, Any], dict[str, int]]:
    """Draw one parcel.

    Returns:
        data for the template, and how many labels of each kind had no room.
    """
    layers = [piece for ground in book.around for piece in draw_ground(ground, frame)]
    others = _neighbours(book, index, frame)
    obstacles = lettering.boundary_obstacles(found, frame)
    for piece in others:
        obstacles.soft += [(path_boxes(np.reshape(path, (-1, 2))), 1.5) for path in piece["paths"]]
    fixed = build_furniture(frame, book.font, basis=book.layer.basis)
    labels = _labels(book, index, found, frame)
    data, left = compose_drawing(
        frame, layers + others, labels, obstacles=obstacles, fixed=fixed, backdrop=book.backdrop
    )
    data["rings"] = [np.round(frame.paper(ring.points), 4).ravel().tolist() for ring in found]
    kinds = [label.kind for label in left]
    short = sum(len(ring.points) for ring in found) - sum(label.kind == "edge" for label in labels)
    missing = {kind: kinds.count(kind) for kind in ("point", "edge")}
    return data, {**missing, "edge": missing["edge"] + short}


def _neighbours(book: ParcelAtlas, index: int, frame: Frame) -> list[dict[str, Any]]:
    near = [i for i in book.own.near(frame.window) if i != index]
    if not near:
        return []
    found = paper_paths(shapely.clip_by_rect(book.own.shapes[near], *frame.window), frame)
    row = book.own.row
    style = {"fill": row.fill, "stroke": row.stroke, "width": row.width, "dash": False, "cap": "round"}
    return [{"paths": found, **style}] if found else []


def _labels(book: ParcelAtlas, index: int, found: list[Ring], frame: Frame) -> list[Label]:
    row, font, shape = book.rows[index], book.font, book.own.shapes[index]
    own = font.fitted(row.text("name") or row.text("id"), 3.0, 60.0)
    code = row.text("use_code")
    area = facts.format_number(float(book.areas[book.plan.area][index]), 1)
    labels = [lettering.centre_label(shape, f"{own}\n{code + '  ' if code else ''}{area} m²", frame, font)]
    labels += lettering.point_labels(found, frame, font) + lettering.edge_labels(found, frame, font)
    labels += lettering.area_labels(book.own, frame, font, leave=index, rank=2.5)
    for ground in book.around:
        if ground.row.role == "road":
            labels += lettering.line_labels(ground, frame, font)
        elif ground.row.role == "named":
            labels += lettering.area_labels(ground, frame, font)
    return labels
