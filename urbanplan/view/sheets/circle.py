"""The walking circle of each sub-district as data: streets by the walk that reaches them, sites, gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely

from urbanplan.errors import ViewError
from urbanplan.model.translation import localize
from urbanplan.view.sheets import facts
from urbanplan.view.sheets.circledrawing import circle_drawing
from urbanplan.view.sheets.circles import CircleAtlas, line_middles
from urbanplan.view.sheets.frame import fit_frame
from urbanplan.view.sheets.parcel import imprint, imprint_notes, sheet_number

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

FRAME_SIZE = (164.0, 166.0)  # mm
MAX_GAPS = 6  # gaps in the table


def circle_data(book: CircleAtlas, index: int) -> dict[str, Any]:
    """Data of one sub-district's sheet.

    Raises:
        ViewError: the sub-district has no area.
    """
    shape = book.shapes[index]
    if shape is None or shape.is_empty:
        raise ViewError("parcel {name} has no area", fix="Give it a polygon.", name=book.names[index])
    frame = fit_frame(shapely.bounds(shape).tolist(), FRAME_SIZE, margin=6.0)
    gaps = _gaps(book, shape)
    return {
        "kind": "circle",
        "title": localize("Walking circle"),
        "scope": book.font.fitted(book.plan.title, 2.6, 50.0),
        "credit": "urbanplan",
        "number": sheet_number(book.plan, book.names[index], book.font),
        "head": _head(book, index),
        "scale": f"1:{frame.scale}",
        "drawing": circle_drawing(book, index, frame, gaps),
        "words": [localize("Reached within"), localize("Length / km"), localize("Share of streets")],
        "bands": _bands(book, index),
        "gaps": _gap_rows(book, gaps),
        "notes": [*imprint_notes(book.plan, book.font), *_notes(book, 0 if gaps is None else len(gaps))],
        "made": imprint(book.plan.maker, book.plan.as_of, book.font),
        "page": localize("Page {n} of {all}", n="%N", all="%A"),
    }


def _gaps(book: CircleAtlas, shape: Any) -> GeoDataFrame | None:
    """The greatest gaps whose middle lies in the sub-district, numbered from 0."""
    if book.gaps is None or not len(book.gaps):
        return None
    middle = line_middles(book.gaps.geometry.to_numpy())
    held = book.gaps[shapely.contains(shape, middle)]
    order = ["residents", "length_m"] if "residents" in held.columns else ["length_m"]
    return held.sort_values(order, ascending=False, kind="stable").head(MAX_GAPS).reset_index(drop=True)


def _head(book: CircleAtlas, index: int) -> list[list[list[Any]]]:
    figures = book.figures[index]
    streets = localize("{m} km", m=facts.format_number(figures.streets_m / 1000, 3))
    cells = [
        [localize("Sub-district"), book.font.cell(book.names[index], 2.9, 40), 1],
        [localize("Streets"), streets, 1],
        [localize("Sites"), str(figures.sites) if book.computed else facts.NO_VALUE, 1],
    ]
    return [cells]


def _bands(book: CircleAtlas, index: int) -> list[dict[str, Any]]:
    """Rows of the legend: line, walk, length, share of all streets reached by that walk."""
    if not book.computed:
        return []
    figures = book.figures[index]
    total = figures.streets_m or 1.0
    made = []
    for band in book.sheet.band:
        reached = sum(metres for walk, metres in figures.reached_m.items() if walk <= band.within)
        made.append(_band(localize("within {m} m", m=f"{band.within:g}"), band.stroke, band.width, reached, total))
    made.append(_band(localize("not reached"), book.sheet.gap_stroke, book.sheet.gap_width, figures.lost_m, total))
    return made


def _band(text: str, stroke: str, width: float, length: float, total: float) -> dict[str, Any]:
    values = [facts.format_number(length / 1000, 3), f"{length / total:.1%}"]
    return {"text": text, "stroke": stroke, "width": width, "dash": False, "cap": "butt", "values": values}


def _gap_rows(book: CircleAtlas, gaps: GeoDataFrame | None) -> list[list[str]]:
    """Rows of the table of gaps, its head first."""
    head = [
        localize("Gap"),
        localize("Length / m"),
        localize("Residents"),
        localize("Nearest site"),
        localize("Distance / m"),
    ]
    if gaps is None or not len(gaps):
        return []
    rows = [head]
    for i, gap in enumerate(gaps.to_dict("records")):
        near, away, people = gap.get("nearest"), gap.get("distance_m"), gap.get("residents")
        rows.append(
            [
                str(i + 1),
                facts.format_number(float(gap["length_m"]), 1),
                facts.format_number(float(people), 0) if people is not None and people == people else facts.NO_VALUE,
                book.font.fitted(str(near), 2.4, 20) if isinstance(near, str | int) else facts.NO_VALUE,
                facts.format_number(float(away), 0) if away is not None and away == away else facts.NO_VALUE,
            ]
        )
    return rows


def _gap_note(gaps: int, *, counted: bool) -> str:
    """What of the gaps is listed, as many as there are."""
    if not gaps:
        return localize("No gap has its middle in the sub-district.")
    if gaps < MAX_GAPS:
        return localize("All {n} gaps with their middle in the sub-district are numbered and listed.", n=gaps)
    if counted:
        return localize("The {n} gaps with most residents are numbered and listed.", n=gaps)
    return localize("The {n} longest gaps are numbered and listed.", n=gaps)


def _notes(book: CircleAtlas, gaps: int) -> list[str]:
    """Remarks under the sheet; ``gaps`` are listed on it."""
    notes = []
    if not book.computed:
        notes.append(localize("Coverage was not computed: streets only."))
    elif book.gaps is not None:
        notes.append(_gap_note(gaps, counted="residents" in book.gaps.columns))
    if book.computed:
        notes.append(localize("Squares are sites; streets outside the sub-district are drawn pale."))
    if book.proposed is not None:
        notes.append(localize("Stars are proposed sites: proposed, illustrative until decided."))
    if book.measured is not None:
        notes.append(localize("Lengths in the tables are of the lines as they are; the drawing is on a coarser grid."))
    return [*notes, localize("Coordinates: {crs}; X north, Y east.", crs=facts.crs_text(book.crs))]
