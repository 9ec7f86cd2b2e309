"""Sheets of the named sections of drainage works: the water before and after, its depths, people, and the ranking."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from urbanplan.errors import UsageError, ViewError
from urbanplan.model.plan import BASES
from urbanplan.model.printable import to_printable
from urbanplan.model.translation import localize
from urbanplan.view.map.rain import WATER
from urbanplan.view.sheets import facts
from urbanplan.view.sheets.batch import Batch, BatchResult, Sheet, unique_stems, write_batch
from urbanplan.view.sheets.fonts import cjk_font
from urbanplan.view.sheets.frame import fit_frame
from urbanplan.view.sheets.parcel import imprint
from urbanplan.view.sheets.raindrawing import depth_classes, prepare_around, section_bounds, section_drawing
from urbanplan.view.sheets.sections import RainAtlas

FRAME_SIZE = (78.0, 108.0)  # mm of one of two drawings side by side
MOST_RANKS = 7  # sections in the ranking, the drawn one always among them
_AROUND_M = 60.0  # of ground around a section, at least


def rain_sheets(result: Any, out: Path, *, rain_mm: float | None = None, combined: bool = False) -> BatchResult:
    """Write a sheet for each named section of drainage works, an A4 PDF named after it.

    Args:
        result: an :class:`urbanplan.analysis.rain_result.RainResult`. out: folder, made where it is missing.
        rain_mm: one of the rains, the greatest unless given. combined: also one file of all.

    Raises:
        UsageError: there are no works, or no such rain was asked. ViewError: no Chinese font, or nothing to draw.
        MissingExtraError: typst is not installed.
    """
    if "works" not in result.stands:
        fix = "Give --works, or a plan with a layer of drainage works."
        raise UsageError("there are no works to draw sheets of", fix=fix)
    before, after = result.waters(rain_mm)
    basis = _basis(result.inputs)
    sections = result.section_details(before.rain_mm)
    book = RainAtlas(result, before, after, sections, cjk_font(), prepare_around(result, basis), basis)
    stems = unique_stems(section.name for section in book.sections)
    made = [Sheet(stem, lambda i=i: section_data(book, i)) for i, stem in enumerate(stems)]
    return write_batch(Batch(book, Path(out), tuple(made), "sections" if combined else None))


def _basis(inputs: Any) -> str:
    """The weakest basis of elevation and works, empty where none is said."""
    said = [one for one in inputs.facts.get("basis", {}).values() if one in BASES]
    return max(said, key=BASES.index, default="")


def section_data(book: RainAtlas, index: int) -> dict[str, Any]:
    """Data of one section's sheet.

    Raises:
        ViewError: the section has no line.
    """
    section = book.sections[index]
    if not any(line is not None and not line.is_empty for line in section.lines):
        raise ViewError("road {name} has no line", fix="Give it a line.", name=section.name)
    frame = fit_frame(section_bounds(section.lines, _AROUND_M), FRAME_SIZE, margin=4.0)
    states = [(localize("before works"), book.before), (localize("after works"), book.after)]
    drawn = [(name, depth_classes(book.result, frame, water.depth)) for name, water in states if water is not None]
    void = any((classes == len(WATER) + 1).any() for _, classes in drawn)
    return {
        "kind": "rain",
        "title": localize("Section under water"),
        "scope": book.font.fitted(to_printable(book.title), 2.6, 50.0),
        "credit": "urbanplan",
        "number": book.font.fitted(section.name, 2.6, 50.0),
        "head": _head(book, section),
        "scale": f"1:{frame.scale}",
        "drawings": [section_drawing(book, index, frame, classes) for _, classes in drawn],
        "captions": [name for name, _ in drawn],
        "classes": _classes(book, section),
        "ranking": _ranking(book, index),
        "notes": [*_notes(book, section, void=void), *book.result.limits],
        "made": imprint(book.maker and to_printable(book.maker), book.result.inputs.as_of, book.font),
        "page": localize("Page {n} of {all}", n="%N", all="%A"),
    }


def _head(book: RainAtlas, section: Any) -> list[list[list[Any]]]:
    asked = book.result.question
    cell = lambda text, room: book.font.cell(text, 2.9, room)  # noqa: E731
    rank = localize("{rank} of {all}", rank=section.rank, all=len(book.sections))
    return [
        [
            [localize("Section"), cell(section.name, 40), 1],
            [localize("Length"), localize("{m} m", m=facts.format_number(section.length_m, 0)), 1],
            [localize("Rank"), rank, 1],
        ],
        [
            [localize("Rain"), f"{book.before.rain_mm:g} mm", 1],
            [localize("Losses"), f"{asked.loss_mm:g} mm", 1],
            [localize("Drains"), f"{asked.drainage_mm:g} mm", 1],
        ],
    ]


def _classes(book: RainAtlas, section: Any) -> dict[str, Any]:
    """Metres and people by class of depth, before and after, with the colour of each class."""
    head = [localize("Deeper than"), "", localize("Length before / m"), localize("Length after / m"),
            localize("People before"), localize("People after")]  # fmt: skip
    rows = []
    for one in book.result.depth_rows:
        key = f"{one['metres']:.2f}"
        states = section.before, section.after
        lengths = [facts.NO_VALUE if state is None else facts.format_number(state.over_m[key], 0) for state in states]
        people = [
            facts.NO_VALUE
            if state is None or state.people is None
            else facts.format_number(state.people["over"][key], 0)
            for state in states
        ]
        meaning = book.font.fitted(one["meaning"], 2.4, 43.0)
        rows.append([f"{key} m", meaning, *lengths, *people])
    colours = ["#{:02x}{:02x}{:02x}".format(*colour[:3]) for colour in WATER]
    return {"head": head, "rows": rows, "colours": colours}


def _ranking(book: RainAtlas, index: int) -> dict[str, Any]:
    """The first sections, and the drawn one: metres deeper than the first class before and after, greatest depths."""
    key = f"{book.result.depth_classes[0].metres:.2f}"
    head = [localize("Rank"), localize("Section"), localize("Length / m"),
            localize("> {depth} m before / m", depth=key), localize("> {depth} m after / m", depth=key),
            localize("Deepest before / m"), localize("Deepest after / m")]  # fmt: skip
    shown = list(range(min(MOST_RANKS, len(book.sections))))
    if index not in shown:
        shown[-1] = index
    rows = []
    for place in shown:
        one = book.sections[place]
        states = one.before, one.after
        rows.append([
            str(one.rank), book.font.fitted(one.name, 2.4, 45.0), facts.format_number(one.length_m, 0),
            *(facts.NO_VALUE if state is None else facts.format_number(state.over_m[key], 0) for state in states),
            *(facts.NO_VALUE if state is None or math.isnan(state.depth_m) else f"{state.depth_m:.2f}"
              for state in states),
        ])  # fmt: skip
    return {"head": head, "rows": rows, "own": shown.index(index)}


def _notes(book: RainAtlas, section: Any, *, void: bool) -> list[str]:
    """What is to be known of the section and of the numbers."""
    notes: list[str] = []
    if book.after is None:
        notes.append(
            localize("After: no work says what its pipes take (pipe_m3) or how low its outlet lies (outlet_m).")
        )
    else:
        done = localize("; ").join(section.effects) or localize("this section says nothing of its own")
        notes.append(localize("After all works of the ranking. Here: {works}.", works=done))
    if section.unknown_m > 0:
        metres = facts.format_number(section.unknown_m, 0)
        notes.append(localize("{m} m have no depth: bridges, tunnels, voids or beyond the elevation.", m=metres))
    if section.before.people is not None:
        uncounted = section.before.people["uncounted"] + section.before.people["unknown"]
        notes.append(
            localize("People: of homes within {m:g} m of the section that lie in water.", m=book.result.near_m)
        )
        if uncounted:
            notes.append(localize("Some of these homes have no count of people or no depth."))
    if void:
        notes.append(localize("Grey: no height."))
    notes.append(localize("Depth classes are unverified; a screening, no verdict."))
    notes += [str(one) for one in book.result.inputs.notes if one.level == "warning"]
    return [*notes, localize("Coordinates: {crs}; X north, Y east.", crs=facts.crs_text(book.result.inputs.crs))]
