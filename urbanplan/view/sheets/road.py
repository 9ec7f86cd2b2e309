"""A road project's sheet as data: head, mileage by stage, plan strips with stations."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from urbanplan.errors import ViewError
from urbanplan.model.limits import STRIPS_VARIABLE, strip_limit
from urbanplan.model.translation import localize
from urbanplan.view.sheets import facts
from urbanplan.view.sheets.parcel import imprint, imprint_notes, sheet_number
from urbanplan.view.sheets.roads import Road, RoadAtlas
from urbanplan.view.sheets.stages import StageStyle
from urbanplan.view.sheets.stripdrawing import strip_drawing
from urbanplan.view.sheets.strips import axes, count_strips, cut_strips, strip_scale

FIRST_PAGE_STRIPS, NEXT_PAGE_STRIPS = 4, 5  # strips on the first page and on those that follow


def road_data(book: RoadAtlas, index: int) -> dict[str, Any]:
    """Data of one road project's sheet.

    Raises:
        ViewError: the road has no line.
    """
    road = book.roads[index]
    shapes = book.shapes[road.rows]
    found = axes(shapes[~shapely.is_missing(shapes)])
    if not found:
        raise ViewError("road {name} has no line", fix="Give it a line.", name=road.id)
    scale = strip_scale(sum(float(axis.length) for axis in found), wanted=FIRST_PAGE_STRIPS)
    count = count_strips(found, scale)
    if count > strip_limit():
        raise ViewError("road {name} takes {count:,} strips, a sheet has {most:,} at most",
                        fix="Cut the road into parts with ids of their own, or set {variable} to a larger number.",
                        name=road.id, count=count, most=strip_limit(), variable=STRIPS_VARIABLE)  # fmt: skip
    cut = cut_strips(found, scale)
    drawings = [strip_drawing(book, road.rows, found, strip, first=i == 0) for i, strip in enumerate(cut)]
    return {
        "kind": "road",
        "title": localize("Road project"),
        "scope": book.font.fitted(book.plan.title, 2.6, 50.0),
        "credit": "urbanplan",
        "number": sheet_number(book.plan, road.id, book.font),
        "head": _head(book, road, found),
        "mileage": _mileage(book, road),
        "legend": [_legend(style) for style in book.sheet.drawn({book.stages[i] for i in road.rows})],
        "scale": f"1:{scale}",
        "pages": [
            drawings[:FIRST_PAGE_STRIPS],
            *(drawings[i : i + NEXT_PAGE_STRIPS] for i in range(FIRST_PAGE_STRIPS, len(drawings), NEXT_PAGE_STRIPS)),
        ],
        "notes": [*imprint_notes(book.plan, book.font), *_notes(book, road, found)],
        "made": imprint(book.plan.maker, book.plan.as_of, book.font),
        "page": localize("Page {n} of {all}", n="%N", all="%A"),
    }


def _distinct_values(book: RoadAtlas, road: Road, meaning: str) -> str:
    """The values that a road's segments hold, once each."""
    values = book.values(meaning).iloc[road.rows].dropna()
    words = dict.fromkeys(f"{v:g}" if isinstance(v, float) else str(v) for v in values)
    return " / ".join(words) or facts.NO_VALUE


def _head(book: RoadAtlas, road: Road, found: list[Any]) -> list[list[list[Any]]]:
    cell = lambda text, room: book.font.cell(text or facts.NO_VALUE, 2.9, room)  # noqa: E731
    total = float(book.lengths[road.rows].sum())
    width = _distinct_values(book, road, "width")
    return [
        [
            [localize("Road"), cell(road.id, 40), 1],
            [localize("Name"), cell(road.name, 36), 1],
            [localize("Class"), cell(_distinct_values(book, road, "class"), 32), 1],
        ],
        [
            [localize("Length"), localize("{m} m", m=facts.format_number(total, 1)), 1],
            [localize("Width"), cell(width if width == facts.NO_VALUE else localize("{m} m", m=width), 36), 1],
            [localize("Parts"), str(len(found)), 1],
        ],
    ]


def _mileage(book: RoadAtlas, road: Road) -> list[list[str]]:
    """Rows of the table of stages: stage, length, share, segments, first and last opening."""
    stages = np.array([book.stages[i] for i in road.rows], dtype=object)
    opened = book.values("opened").iloc[road.rows]
    lengths = book.lengths[road.rows]
    total = float(lengths.sum())
    made = [[localize("Stage"), localize("Length / m"), localize("Share"), localize("Segments"), localize("Opened")]]
    known = sorted(set(stages), key=lambda stage: (book.sheet.rank(stage), stage))
    for stage in known:
        held = stages == stage
        dates = sorted(str(value)[:10] for value in opened[held].dropna())
        when = facts.NO_VALUE if not dates else dates[0] if dates[0] == dates[-1] else f"{dates[0]} – {dates[-1]}"
        length = float(lengths[held].sum())
        share = f"{length / total:.1%}" if total else facts.NO_VALUE
        made.append(
            [
                book.font.fitted(stage or localize("not known"), 2.6, 27.0),
                facts.format_number(length, 1),
                share,
                str(int(held.sum())),
                when,
            ]
        )
    made.append([localize("In all"), facts.format_number(total, 1), "100.0%", str(len(stages)), ""])
    return made


def _legend(style: StageStyle) -> dict[str, Any]:
    return {"text": style.names[0], "stroke": style.stroke, "width": style.width, "dash": style.dash, "cap": "butt"}


def _notes(book: RoadAtlas, road: Road, found: list[Any]) -> list[str]:
    notes = [
        localize("Stations run from the west or the north, along the drawn axis."),
        localize("Coordinates: {crs}; X north, Y east.", crs=facts.crs_text(book.layer.frame.crs)),
    ]
    if book.measured is not None:
        notes.append(localize("Lengths in the tables are of the lines as they are; the drawing is on a coarser grid."))
    if len(found) > 1:
        notes.append(localize("The road is drawn in {n} parts; stations go on from part to part.", n=len(found)))
    return notes
