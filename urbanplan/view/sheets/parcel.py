"""A parcel's sheet as data for the template: everything measured and placed, nothing left to the typesetter."""

from __future__ import annotations

import datetime
import math
from typing import Any

import numpy as np
import shapely

from urbanplan.errors import ViewError
from urbanplan.model.limits import POINTS_VARIABLE, point_limit
from urbanplan.model.plan import Plan
from urbanplan.model.translation import localize
from urbanplan.view.declared import plan_folder
from urbanplan.view.sheets import facts
from urbanplan.view.sheets.boundary import Ring, boundary_rings
from urbanplan.view.sheets.fonts import CjkFont
from urbanplan.view.sheets.four_bounds import SIDES, neighbours_by_side
from urbanplan.view.sheets.frame import fit_frame
from urbanplan.view.sheets.parceldrawing import parcel_drawing
from urbanplan.view.sheets.parcels import ParcelAtlas

WIDTH, HEIGHT = 164.0, 124.0  # mm of the drawing beside the longest table; a shorter table gives it more
ROW_HEIGHT = 4.1  # mm of a row of the coordinate table
NOTES_HEIGHT = 13.0  # mm of remarks under the table, which stand beside it where it has one block
FIRST_ROWS, NEXT_ROWS = 10, 53  # rows of a block of the coordinate table, on the first page and on those that follow
_NOTES_WIDTH, _BESIDE_WIDTH = 166.0, 76.0  # mm of their lines under the table and beside it
_NOTE_TEXT, _NOTE_LEADING, _NOTE_GAP = 2.3, 0.9, 1.2  # mm, as common.typ sets them
_COLUMNS = (15.0, 27.0, 25.0, 16.0)  # mm of the columns of that table: point, X, Y and edge
_RING_COLUMNS = (13.0, 9.0, 24.0, 22.0, 15.0)  # the same with the ring after the point
_POINT_TEXT, _INSET = 2.3, 0.8  # mm of the table's text, and to the right of it

_MAKER = (2.5, 36.0)  # size and room of the maker in the foot line, mm


def parcel_data(book: ParcelAtlas, index: int) -> dict[str, Any]:
    """Data of one parcel's sheet.

    Args:
        book: what the sheets share. index: row of the parcel.

    Raises:
        ViewError: the parcel has no area.
    """
    shape, row = book.own.shapes[index], book.rows[index]
    _check_points(shape, row.text("id") or str(index))
    if shape is not None and not shapely.is_valid(shape):  # which land it means is the surveyor's to say
        fix = "Mend its outline: `urbanplan check` says where it crosses itself."
        raise ViewError("the outline of parcel {name} crosses itself", fix=fix, name=row.text("id") or str(index))
    found = boundary_rings(shape) if shape is not None else []
    if not found:
        raise ViewError("parcel {name} has no area", fix="Give it a polygon.", name=row.text("id") or str(index))
    table = _table(found)
    columns = _COLUMNS if len(found) == 1 else _RING_COLUMNS
    spare = (FIRST_ROWS - len(table[0][0])) * ROW_HEIGHT + (NOTES_HEIGHT if len(table[0]) == 1 else 0.0)
    imprinted, most = imprint_notes(book.plan, book.font), {"point": len(table), "edge": len(table)}
    most_notes = [*imprinted, *_notes(book, index, found, most)]
    spare -= _notes_excess(most_notes, len(table[0][0]), len(table[0]), book.font)
    frame = fit_frame(_total_bounds(found), (WIDTH, HEIGHT + spare))
    drawing, missing = parcel_drawing(book, index, found, frame)
    return {
        "kind": "parcel",
        "title": localize("Parcel sheet"),
        "scope": book.font.fitted(book.plan.title, 2.6, 50.0),
        "credit": "urbanplan",
        "number": sheet_number(book.plan, row.text("id") or str(index + 1), book.font),
        "head": _head(book, index, _total_bounds(found)),
        "scale": f"1:{frame.scale}",
        "drawing": drawing,
        "sides": _sides(book, shape),
        "tables": table,
        "columns": columns,
        "gaps": [[_gaps(block, columns, book.font) for block in page] for page in table],
        "notes": [*imprinted, *_notes(book, index, found, missing)],
        "made": imprint(book.plan.maker, book.plan.as_of, book.font),
        "page": localize("Page {n} of {all}", n="%N", all="%A"),
        "words": table_heads(),
    }


def _check_points(shape: Any, name: str) -> None:
    """The outline has no more points than a table of them may list.

    Raises:
        ViewError: it has more.
    """
    count = 0 if shape is None else int(shapely.get_num_coordinates(shape))
    if count > point_limit():
        raise ViewError("the outline of parcel {name} has {count:,} points, a sheet lists {most:,} at most",
                        fix="Simplify the outline, or set {variable} to a larger number.", name=name, count=count,
                        most=point_limit(), variable=POINTS_VARIABLE)  # fmt: skip


def sheet_number(plan: Plan, identity: str, font: CjkFont) -> str:
    """The sheet's own number: the parcel's, under the plan's, which is cut first."""
    tail = f" / {identity}"
    return font.fitted(font.fitted(plan.id, 2.6, max(8.0, 50.0 - font.width(tail, 2.6))) + tail, 2.6, 50.0)


def table_heads() -> dict[str, str]:
    """Heads of the tables."""
    return {
        "point": localize("Point"),
        "ring": localize("Ring"),
        "x": localize("X (north) / m"),
        "y": localize("Y (east) / m"),
        "length": localize("Edge / m"),
        "sides": localize("Four sides"),
        "coordinates": localize("Boundary points"),
        "continued": localize("Boundary points (continued)"),
    }


def imprint(maker: str | None, as_of: datetime.date | None, font: CjkFont) -> list[str]:
    """Maker and date, a dash for what nobody says."""
    name = font.fitted(maker or facts.NO_VALUE, *_MAKER)
    date = facts.NO_VALUE if as_of is None else as_of.isoformat()
    return [localize("Made by: {maker}", maker=name), localize("Date: {date}", date=date)]


def imprint_notes(plan: Plan, font: CjkFont) -> list[str]:
    """The whole maker as a remark where the imprint cuts it: for whom a sheet is and its review number stand in it."""
    cut = plan.maker is not None and font.fitted(plan.maker, *_MAKER) != " ".join(plan.maker.split())
    return [localize("Made by: {maker}", maker=plan.maker)] if cut else []


def _total_bounds(found: list[Ring]) -> tuple[float, float, float, float]:
    points = np.vstack([ring.points for ring in found])
    low, high = points.min(axis=0), points.max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _subdistrict(book: ParcelAtlas, shape: Any) -> str:
    places = book.subdistricts
    if places is None:
        return facts.NO_VALUE
    hit = places.tree.query(shapely.point_on_surface(shape), predicate="intersects")
    return places.names[int(hit[0])] if hit.size else facts.NO_VALUE


def _head(book: ParcelAtlas, index: int, bounds: tuple[float, float, float, float]) -> list[list[list[Any]]]:
    """Rows of the head: cells of (label, value, columns that the value spans)."""
    row, folder = book.rows[index], plan_folder(book.plan)
    area, chinese = float(book.areas[book.plan.area][index]), facts.is_chinese(book.layer.frame.crs)
    cell = lambda text, room: book.font.cell(text or facts.NO_VALUE, 2.9, room)  # noqa: E731
    floors = row.text("floors")
    height = facts.format_with_unit(row, "height", "m") + (localize(" · {n} floors", n=floors) if floors else "")
    return [
        [
            [localize("Parcel"), cell(row.text("id"), 38), 1],
            [localize("Name"), cell(row.text("name"), 38), 1],
            [localize("Location"), cell(_subdistrict(book, book.own.shapes[index]), 30), 1],
        ],
        [
            [localize("Area"), facts.area_text(area, mu=chinese), 2],
            [localize("Map sheet"), cell(facts.map_sheets(bounds) if chinese else "", 32), 1],
        ],
        [
            [localize("Use"), cell(facts.use_text(row, folder), 90), 2],
            [localize("Stage"), cell(row.text("stage"), 30), 1],
        ],
        [
            [localize("FAR"), facts.format_with_unit(row, "far", ""), 1],
            [localize("Height"), cell(height, 38), 1],
            [localize("Supply"), cell(_supply(row), 32), 1],
        ],
    ]


def _supply(row: facts.ParcelRow) -> str:
    mode, term = row.text("supply"), row.number("term")
    if not mode and term is None:
        return facts.NO_VALUE
    years = facts.NO_VALUE if term is None else localize("{n} years", n=f"{term:g}")
    return f"{mode or facts.NO_VALUE} · {years}"


def _sides(book: ParcelAtlas, shape: Any) -> list[list[Any]]:
    """For each side its name and what bounds it."""
    heads = {"N": localize("North"), "E": localize("East"), "S": localize("South"), "W": localize("West")}
    found = neighbours_by_side(shape, [book.own, *book.around])
    made = []
    for side in SIDES:
        names = [
            each.name if each.role in ("road", "parcel") and each.distance < 150 else _format_neighbour(each)
            for each in found[side]
        ]
        made.append([heads[side], book.font.cell(localize(", ").join(names) or facts.NO_VALUE, 2.9, 67.0)])
    return made


def _format_neighbour(each: Any) -> str:
    return (
        localize("{name} ({m} m away)", name=each.name, m=f"{each.distance:.0f}") if each.distance >= 1 else each.name
    )


def _table(found: list[Ring]) -> list[list[list[list[str]]]]:
    """Pages of blocks of rows: point, ring, X north, Y east, edge length."""
    several = len(found) > 1
    lines = []
    for ring in found:
        for name, (east, north), length in zip(ring.names, ring.points.tolist(), ring.lengths.tolist(), strict=True):
            lines.append([name, str(ring.number) if several else "", f"{north:.3f}", f"{east:.3f}", f"{length:.2f}"])
    pages, start, size = [], 0, FIRST_ROWS
    while start < len(lines) or not pages:
        take = lines[start : start + 2 * size]
        half = min(size, max(len(take) - len(take) // 2, 1)) if len(take) > 4 else len(take)
        pages.append([block for block in (take[:half], take[half:]) if block])
        start, size = start + 2 * size, NEXT_ROWS
    return pages


def _gaps(rows: list[list[str]], columns: tuple[float, ...], font: CjkFont) -> list[list[float]]:
    """Room before each field of rows, in mm, so that it ends at the right of its column."""
    edges = np.cumsum(columns) - _INSET
    fields = [[field for field in row if field] for row in rows]
    widths = np.array([[font.width(field, _POINT_TEXT) for field in row] for row in fields])
    return np.round(edges - np.concatenate([[0.0], edges[:-1]]) - widths, 4).tolist()


def _notes(book: ParcelAtlas, index: int, found: list[Ring], missing: dict[str, int]) -> list[str]:
    """Remarks under the sheet."""
    plan, row = book.plan, book.rows[index]
    plane, ellipsoid = float(book.areas["plane"][index]), float(book.areas["ellipsoid"][index])
    first, second = (plane, ellipsoid) if plan.area == "plane" else (ellipsoid, plane)
    other = localize("on the ellipsoid") if plan.area == "plane" else localize("in the plane")
    notes = [
        localize(
            "Area {definition}; {other}: {m2} m² ({difference} m²).",
            definition=localize("in the plane") if plan.area == "plane" else localize("on the ellipsoid"),
            other=other,
            m2=facts.format_number(second, 1),
            difference=f"{second - first:+.1f}",
        )
    ]
    if book.measured is not None:
        notes.append(localize("The area is of the outline as it is; corners and edges are on a coarser grid."))
    announced = row.number("announced_mu")
    if announced is not None:
        drawn = first / facts.MU_M2
        text = localize(
            "Announced {mu} mu; drawn {drawn} mu ({difference}).",
            mu=f"{announced:g}",
            drawn=f"{drawn:.3f}",
            difference=f"{drawn - announced:+.3f}",
        )
        notes.append(text)
    notes.append(localize("Coordinates: {crs}; X north, Y east.", crs=facts.crs_text(book.layer.frame.crs)))
    notes += _shape_notes(found, missing)
    return notes


def _shape_notes(found: list[Ring], missing: dict[str, int]) -> list[str]:
    notes = []
    parts, holes = len({ring.part for ring in found}), sum(ring.hole for ring in found)
    if parts > 1 or holes:
        notes.append(localize("Parts: {parts}; holes: {holes}.", parts=parts, holes=holes))
    points, edges = missing["point"], missing["edge"]
    if points and edges:
        text = "For want of room {points} point numbers and {edges} edge lengths stand in the table only."
        notes.append(localize(text, points=points, edges=edges))
    elif points:
        notes.append(localize("For want of room {n} point numbers stand in the table only.", n=points))
    elif edges:
        notes.append(localize("For want of room {n} edge lengths stand in the table only.", n=edges))
    return notes


def _notes_excess(notes: list[str], rows: int, blocks: int, font: CjkFont) -> float:
    """Millimetres that remarks need beyond what is theirs: under a table of two blocks, else beside its one block."""
    room, own = (_NOTES_WIDTH, NOTES_HEIGHT) if blocks > 1 else (_BESIDE_WIDTH, (rows + 1) * ROW_HEIGHT)
    lines = [math.ceil(1.04 * font.width(note, _NOTE_TEXT) / room) for note in notes]  # words leave the ends of lines
    high = sum(n * _NOTE_TEXT + (n - 1) * _NOTE_LEADING for n in lines) + (len(notes) - 1) * _NOTE_GAP
    return max(0.0, high - own)
