"""The drawing of one strip of a road: what is around, segments by stage, stations, names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.model.translation import localize
from urbanplan.view.sheets import facts
from urbanplan.view.sheets.boxes import path_boxes
from urbanplan.view.sheets.drawing import label_data
from urbanplan.view.sheets.labels import Label, LabelPosition, Obstacles, place_labels
from urbanplan.view.sheets.lettering import line_labels, measure_text
from urbanplan.view.sheets.strips import Strip
from urbanplan.view.sheets.surroundings import draw_ground, paper_paths

if TYPE_CHECKING:
    from urbanplan.view.sheets.roads import RoadAtlas

_TICK_LENGTH = 1.6  # mm
_CORNER_MARGIN = 2.0


def strip_drawing(
    book: RoadAtlas, rows: NDArray[np.intp], found: list[Any], strip: Strip, *, first: bool
) -> dict[str, Any]:
    """Draw one strip; the ``first`` one bears the basis mark."""
    frame = strip.frame
    around = [strip.ground(ground) for ground in book.around]
    ticks, stations = _stations(book, found, strip)
    lines = _segments(book, rows, strip)
    labels = [*_furniture(book, strip, first=first), *stations]
    for ground in around:
        if ground.row.role == "road":
            labels += line_labels(ground, frame, book.font, most=6)
    hard = [path_boxes(tick) for tick in ticks]
    axis = shapely.clip_by_rect(strip.turned(found[strip.part]), *frame.window)
    hard += [path_boxes(np.reshape(path, (-1, 2))) for path in paper_paths(np.array([axis]), frame)]
    placed, _ = place_labels(_unique_labels(labels), Obstacles(hard=hard), (frame.width, frame.height))
    return {
        "width": frame.width,
        "height": frame.height,
        "around": [piece for ground in around for piece in draw_ground(ground, frame)],
        "lines": lines,
        **({} if book.backdrop is None else {"ground": book.backdrop.turned_svg(frame, strip.middle(), strip.turn)}),
        "ticks": [np.round(tick, 3).ravel().tolist() for tick in ticks],
        "labels": [label_data(each) for each in placed if each.label.kind != "block"],
        "turn": -float(np.degrees(strip.turn)),
        "mark": localize("Basis: {basis}", basis=facts.basis_text(book.layer.basis)) if first else None,
        "strong": book.layer.basis == "illustrative",
        "range": " – ".join(format_station(_start_station(found, strip) + at) for at in (strip.start, strip.end)),
    }


def format_station(metres: float) -> str:
    """A station as road builders write it: K0+350."""
    whole = round(metres)
    return f"K{whole // 1000}+{whole % 1000:03d}"


def _start_station(found: list[Any], strip: Strip) -> float:
    """Station at which the strip's axis begins."""
    return sum(float(axis.length) for axis in found[: strip.part])


def _segments(book: RoadAtlas, rows: NDArray[np.intp], strip: Strip) -> list[dict[str, Any]]:
    """Lines of the segments in the strip, by stage."""
    stages = np.array([book.stages[i] for i in rows], dtype=object)
    made = []
    for stage in sorted(set(stages), key=lambda each: -book.sheet.rank(each)):
        style = book.sheet.style(stage)
        shapes = shapely.clip_by_rect(strip.turned(book.shapes[rows[stages == stage]]), *strip.frame.window)
        found = paper_paths(shapes, strip.frame)
        if found:
            look = {"fill": None, "stroke": style.stroke, "width": style.width, "dash": style.dash, "cap": "butt"}
            made.append({"paths": found, **look})
    return made


def _stations(book: RoadAtlas, found: list[Any], strip: Strip) -> tuple[list[NDArray[np.float64]], list[Label]]:
    """Ticks across the axis, and their stations: every 100 m, or 200, 500 at smaller scales; both ends too."""
    step = next((s for s in (20, 50, 100, 200, 500) if s * 1000 / strip.frame.scale >= 18), 1000)
    axis, offset = found[strip.part], _start_station(found, strip)
    inner = np.arange(np.ceil((strip.start + offset) / step) * step, strip.end + offset, step) - offset
    at = np.unique(np.concatenate([[strip.start], inner, [strip.end]]))
    near = np.clip(np.column_stack([at - 0.5, at + 0.5]), 0, axis.length)
    ends = shapely.get_coordinates(strip.turned(shapely.line_interpolate_point(axis, near.ravel())))
    ends = strip.frame.paper(ends).reshape(-1, 2, 2)
    way = ends[:, 1] - ends[:, 0]
    normal = np.column_stack([way[:, 1], -way[:, 0]]) / np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-9)[:, None]
    middle = ends.mean(axis=1)
    ticks = [np.array([m - n * _TICK_LENGTH, m + n * _TICK_LENGTH]) for m, n in zip(middle, normal, strict=True)]
    labels = []
    for i, metres in enumerate(at):
        box = measure_text(format_station(metres + offset), "km", book.font, 2.2)
        away = _TICK_LENGTH + 1.5
        spots = [middle[i] + normal[i] * away, middle[i] - normal[i] * away]
        shifts = [np.array([way * box["width"] / 2, 0.0]) for way in (1, -1)]
        spots += [spot + shift for spot in spots for shift in shifts]
        places = tuple(LabelPosition(float(s[0]), float(s[1]), 0.0, 0.3 * k) for k, s in enumerate(spots))
        labels.append(Label(**box, rank=0.0 if i in (0, len(at) - 1) else 1.0, places=places))
    return ticks, labels


def _furniture(book: RoadAtlas, strip: Strip, *, first: bool) -> list[Label]:
    """Boxes for the north arrow and the basis mark."""
    frame = strip.frame
    made = [_block(9.0, 9.0, frame.width - _CORNER_MARGIN - 4.5, _CORNER_MARGIN + 4.5)]
    if first:
        width = book.font.width(localize("Basis: {basis}", basis=facts.basis_text(book.layer.basis)), 2.6) + 3
        made.append(_block(width, 5.0, _CORNER_MARGIN + width / 2, _CORNER_MARGIN + 2.5))
    return made


def _block(width: float, height: float, x: float, y: float) -> Label:
    return Label("", "block", 1.0, width, height, -1.0, (LabelPosition(x, y),), fixed=True)


def _unique_labels(labels: list[Label]) -> list[Label]:
    seen: dict[tuple[str, str], Label] = {}
    for label in labels:
        seen.setdefault((label.kind, label.text or str(id(label))), label)
    return list(seen.values())
