"""The drawing of one sub-district's walking circle."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.view.sheets.boxes import upright_box
from urbanplan.view.sheets.circles import line_middles
from urbanplan.view.sheets.drawing import compose_drawing
from urbanplan.view.sheets.frame import Frame
from urbanplan.view.sheets.furniture import build_furniture
from urbanplan.view.sheets.labels import Label, LabelPosition, Obstacles
from urbanplan.view.sheets.lettering import area_labels, measure_text
from urbanplan.view.sheets.surroundings import clip_shapes, draw_ground, paper_paths

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from urbanplan.view.sheets.circles import CircleAtlas

_SITE_ROOM = 38.0  # mm of a site's name: number, id and that it is proposed
_CASING = 0.15  # mm: light edge of a street on a ground
_SITE_HALF_WIDTH = 1.0  # mm: half the side of a site's mark
_MAX_NAME_SCALE = 25000  # the smallest scale at which sites bear their names


def circle_drawing(book: CircleAtlas, index: int, frame: Frame, gaps: GeoDataFrame | None) -> dict[str, Any]:
    """Data for the template: ground, outline, streets by band, sites, the greatest gaps' numbers."""
    sites = _sites(book, index, frame)
    gap_labels, gap_marks = _gap_labels(book, gaps, frame)
    proposed = _proposed(book, frame)
    labels = (
        gap_labels
        + _site_labels(book, proposed)
        + (_site_labels(book, sites) if frame.scale <= _MAX_NAME_SCALE else [])
    )
    for ground in book.around:
        if ground.row.role == "named":
            labels += area_labels(ground, frame, book.font)
    side = 2 * _SITE_HALF_WIDTH
    hard = [upright_box(x, y, side, side) for x, y, _ in sites + proposed]
    fixed = build_furniture(frame, book.font, basis=book.basis)
    around = [piece for ground in book.around for piece in draw_ground(_drop_outlines(ground), frame)]
    streets = _streets(book, frame)
    around += (
        ([] if book.backdrop is None else _casings(streets))
        + streets
        + _mask(book, index, frame)
        + _outline(book, index, frame)
    )
    data, _ = compose_drawing(
        frame, around, labels, obstacles=Obstacles(hard=hard), fixed=fixed, backdrop=book.backdrop
    )
    data["sites"] = [[round(x, 3), round(y, 3)] for x, y, _ in sites]
    data["proposed"] = [[round(x, 3), round(y, 3)] for x, y, _ in proposed]
    data["marks"] = gap_marks
    return data


def _drop_outlines(ground: Any) -> Any:
    """Buildings are too small to have an outline here."""
    return (
        replace(ground, row=ground.row.model_copy(update={"stroke": None})) if ground.row.role == "ground" else ground
    )


def _outline(book: CircleAtlas, index: int, frame: Frame) -> list[dict[str, Any]]:
    found = paper_paths(clip_shapes(np.array([book.shapes[index]]), frame.window, frame.metres(0.05)), frame)
    style = {"fill": None, "stroke": book.sheet.outline, "width": 0.5, "dash": True, "cap": "butt"}
    return [{"paths": found, **style}] if found else []


def _mask(book: CircleAtlas, index: int, frame: Frame) -> list[dict[str, Any]]:
    """White over what lies outside the sub-district, so that it stands back."""
    outside = shapely.difference(shapely.box(*frame.window), book.shapes[index])
    found = paper_paths(np.array([outside]), frame)
    return [
        {"paths": found, "fill": "#ffffff", "veil": True, "stroke": None, "width": 0.0, "dash": False, "cap": "butt"}
    ]


def _streets(book: CircleAtlas, frame: Frame) -> list[dict[str, Any]]:
    """Streets by band, what is reached by the shortest walk on top; those not reached above all."""
    inside = clip_shapes(book.streets, frame.window, frame.metres(0.06))
    if not book.computed:
        found = paper_paths(inside, frame)
        return [_line(found, "#8a8a8a", 0.2)] if found else []
    made = []
    for band in reversed(book.sheet.band):
        found = paper_paths(inside[book.within == band.within], frame)
        made += [_line(found, band.stroke, band.width)] if found else []
    lost = paper_paths(inside[np.isnan(book.within)], frame)
    return [*made, *([_line(lost, book.sheet.gap_stroke, book.sheet.gap_width)] if lost else [])]


def _casings(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A light edge of lines, so that dark blue and red are told apart on a dark picture."""
    return [{**line, "stroke": "#ffffff", "width": line["width"] + 2 * _CASING} for line in lines]


def _line(found: list[list[float]], stroke: str, width: float) -> dict[str, Any]:
    return {"paths": found, "fill": None, "stroke": stroke, "width": width, "dash": False, "cap": "butt"}


def _sites(book: CircleAtlas, index: int, frame: Frame) -> list[tuple[float, float, str]]:
    """Sites in the frame: place on paper, and name where they stand in the sub-district."""
    if book.sites is None or not len(book.sites):
        return []
    spots = shapely.get_coordinates(shapely.point_on_surface(book.sites.geometry.to_numpy()))
    paper = frame.paper(spots)
    names = book.sites["name"] if "name" in book.sites.columns else [""] * len(paper)
    held = shapely.contains_xy(book.shapes[index], spots)
    return [
        (float(x), float(y), name if isinstance(name, str) and inside else "")
        for (x, y), name, inside in zip(paper, names, held, strict=True)
        if 0 < x < frame.width and 0 < y < frame.height
    ]


def _proposed(book: CircleAtlas, frame: Frame) -> list[tuple[float, float, str]]:
    """Proposed sites in the frame: place on paper, and caption."""
    if book.proposed is None or not len(book.proposed):
        return []
    paper = frame.paper(shapely.get_coordinates(shapely.point_on_surface(book.proposed.geometry.to_numpy())))
    return [
        (float(x), float(y), str(caption))
        for (x, y), caption in zip(paper, book.proposed["caption"], strict=True)
        if 0 < x < frame.width and 0 < y < frame.height
    ]


def _site_labels(book: CircleAtlas, sites: list[tuple[float, float, str]]) -> list[Label]:
    made = []
    for x, y, name in sites:
        if not name:
            continue
        box = measure_text(book.font.fitted(name, 2.1, _SITE_ROOM), "site", book.font, 2.1)
        across, up = box["width"] / 2 + _SITE_HALF_WIDTH + 0.5, box["height"] / 2 + _SITE_HALF_WIDTH + 0.5
        spots = (
            (across, 0),
            (-across, 0),
            (0, -up),
            (0, up),
            (across, -up),
            (-across, -up),
            (across, up),
            (-across, up),
        )
        places = tuple(LabelPosition(x + dx, y + dy, 0.0, 0.2 * i) for i, (dx, dy) in enumerate(spots))
        made.append(Label(**box, rank=2.0, places=places))
    return made


def _gap_labels(book: CircleAtlas, gaps: GeoDataFrame | None, frame: Frame) -> tuple[list[Label], list[dict[str, Any]]]:
    """Numbers of the greatest gaps, in circles beside their middles."""
    if gaps is None or not len(gaps):
        return [], []
    middle = line_middles(gaps.geometry.to_numpy())
    paper = frame.paper(shapely.get_coordinates(middle))
    labels, marks = [], []
    for i, (x, y) in enumerate(paper.tolist()):
        turn = np.radians(np.arange(8) * 45.0 - 45)
        places = [
            LabelPosition(x + r * float(np.cos(t)), y + r * float(np.sin(t)), 0.0, r / 9)
            for r in (2.8, 5.5)
            for t in turn
        ]
        labels.append(Label(str(i + 1), "gap", 2.4, 3.8, 3.8, 0.5 + i / 100, tuple(places)))
        marks.append({"x": round(x, 3), "y": round(y, 3)})
    return labels, marks
