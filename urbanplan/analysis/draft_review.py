"""A drafted plan reviewed against its document: each number taken, left out or corrected, then written as a folder."""

from __future__ import annotations

import bisect
import itertools
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.analysis.district import working_crs
from urbanplan.analysis.draft import Draft, read_draft, write_plan_folder
from urbanplan.analysis.draft_choices import Choice, apply_choices, digits
from urbanplan.analysis.plans import open_plan
from urbanplan.errors import UsageError

if TYPE_CHECKING:
    from urbanplan.plan.draft import Promise

_NAME = re.compile(r"[\w.-]{1,60}")


@dataclass(frozen=True)
class Review:
    """What a reviewer said of a document.

    Attributes:
        choices: by the id of the number; those of no choice stay as they were read. year, crs: of the plan.
    """

    choices: Mapping[str, Choice]
    year: int | None = None
    crs: str | None = None


def review_document(document: Path | str, *, year: int | None = None) -> dict[str, Any]:
    """A document as plain values beside what was read in it, nothing written.

    Returns:
        ``title``, ``year``, ``lines``: of each line of the text its ``parts``, texts with what they are (``promise``,
        ``background``, ``unread`` or empty), and ``numbers``, the rows to be reviewed: ``id``, ``promise``, ``quote``,
        :data:`urbanplan.analysis.draft_choices.FIELDS`, ``chapter``, ``measure``, ``layer``, ``doubts``.

    Raises:
        GateError, ExchangeError: the document cannot be read.
    """
    read = read_draft(document, year=year)
    rows = {one.id: _row(one) for one in read.reading.promises}
    return {"title": read.reading.title, "year": read.reading.year, "lines": [*_lines(read, rows)]}


def write_review(document: Path | str, folder: Path | str, review: Review) -> Path:
    """Write the plan of a reviewed document as a new folder, whole or not at all.

    Returns:
        The plan file.

    Raises:
        UsageError: the folder is there, nothing is taken, no year is known, or a choice cannot be used.
        CrsError: the working CRS cannot be used. PlanError: the plan cannot be read with these choices.
    """
    from urbanplan.plan.draft.prose import has_han

    home, source = Path(folder), Path(document)
    if not _NAME.fullmatch(home.name) or home.name.startswith("."):
        raise UsageError("{text} is no name of a folder", fix="Use letters, digits and -", text=home.name)
    if home.exists():
        raise UsageError("the folder holds a plan already", where=home.name, fix="Give another name.")
    read = read_draft(document, year=review.year)
    if read.reading.year is None:
        raise UsageError("the document names no year", fix="Give the plan's year.")
    reading = apply_choices(read.reading, review.choices)
    crs = None if review.crs is None and has_han(read.document.text) else working_crs(review.crs, None)
    home.parent.mkdir(parents=True, exist_ok=True)
    beside = home.with_name(f".{home.name}.new")
    shutil.rmtree(beside, ignore_errors=True)  # of a run that was ended
    try:
        write_plan_folder(source, beside, Draft(read.document, reading, []), crs)
        open_plan(beside)
        beside.rename(home)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return home / "plan.toml"


def _row(one: Promise) -> dict[str, Any]:
    from urbanplan.plan.draft.plan_file import doubt_texts, title_of

    return {
        "id": one.id,
        "promise": one.promise,
        "quote": one.quote,
        "title": title_of(one),
        "comparator": one.comparator,
        "number": digits(one),
        "unit": one.unit,
        "due": "" if one.due is None else one.due.isoformat(),
        "chapter": one.chapter,
        "measure": one.proposal.measure["kind"],
        "layer": one.proposal.layer,
        "doubts": doubt_texts(one),
    }


def _lines(read: Draft, rows: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Each line of the text with its parts; a number stands with the line in which its quote begins."""
    text, promises, pages = read.document.text, read.reading.promises, read.document.pages
    marks = bytearray(len(text) + 1)
    for start, quote, _ in read.reading.unread:
        marks[start : start + len(quote)] = b"\3" * len(quote)
    for promise, mark in ((False, b"\2"), (True, b"\1")):
        for one in promises:
            if one.promise == promise:
                marks[one.start : one.end] = mark * (one.end - one.start)
    by_line = dict[int, list[dict[str, Any]]]()
    for one in promises:
        by_line.setdefault(text.count("\n", 0, one.start), []).append(rows[one.id])
    found: list[dict[str, Any]] = []
    at = 0
    for number, line in enumerate(text.split("\n")):
        if line.strip():
            page = bisect.bisect_right(pages, at) if pages else None
            parts = _parts(line, marks[at : at + len(line)])
            found.append({"line": number + 1, "page": page, "parts": parts, "numbers": by_line.get(number, [])})
        at += len(line) + 1
    return found


def _parts(line: str, marks: bytearray) -> list[tuple[str, str]]:
    """A line cut where its marks change."""
    names = ("", "promise", "background", "unread")
    edges = [0, *(at for at in range(1, len(line)) if marks[at] != marks[at - 1]), len(line)]
    return [(line[a:b], names[marks[a]]) for a, b in itertools.pairwise(edges) if b > a]
