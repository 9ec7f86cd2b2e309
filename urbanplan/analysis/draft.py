"""A plan drafted from the document that announces it: a text in, a plan folder out, nothing invented."""

from __future__ import annotations

import bisect
import hashlib
import json
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.analysis.district import schema_text, working_crs
from urbanplan.analysis.draft_choices import Choice, apply_choices
from urbanplan.analysis.files import write_whole
from urbanplan.errors import UsageError
from urbanplan.model.note import Note, note
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    from urbanplan.exchange.prose.document import DocumentText
    from urbanplan.plan.draft import Promise, Reading

_UNITS = "自治县|高新区|经开区|开发区|示范区|新区|县|区|市|州|旗|镇|乡"
_NO_NAME = "人民|政府|中共|委员会|关于|印发|工作|规划|计划|行动|年|城乡|城镇|乡镇|乡村|全[县区市州镇乡]"
_SIGN = rf"(?!{_NO_NAME})[\u4e00-\u9fff]"
_DISTRICT = re.compile(rf"(?![度发于在和的])(?:{_SIGN}){{2,12}}?(?:{_UNITS})(?:(?:{_SIGN}){{2,10}}?(?:{_UNITS}))*")
_PLACEHOLDER_CRS = "EPSG:4547"  # of plans in Chinese alone, told as a guess


@dataclass(frozen=True)
class Draft:
    """What was drafted: the reading of the document, where its numbers stand, and notes of what was written."""

    document: DocumentText
    reading: Reading
    notes: list[Note]

    def rows(self) -> list[dict[str, Any]]:
        """The numbers of the document, promises and background, as plain values."""
        return [_target_json(one, self.document) for one in self.reading.promises]

    def to_json(self) -> str:
        """The numbers of the document, promises and background, as JSON text."""
        body = {
            "schema_version": 1,
            "year": self.reading.year,
            "title": self.reading.title,
            "targets": self.rows(),
            "not_understood": [
                {"quote": quote, "word": word, "place": _place_json(start, start + len(quote), self.document)}
                for start, quote, word in self.reading.unread
            ],
        }
        return json.dumps(body, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def draft_plan(  # noqa: PLR0913 — each is a choice that the caller must be able to name
    document: Path | str,
    folder: Path | str,
    *,
    year: int | None = None,
    crs: str | None = None,
    near: Path | str | None = None,
    encoding: str | None = None,
    choices: Mapping[str, Choice] | None = None,
) -> Draft:
    """Draft a plan folder from a work report, plan or notice.

    Args:
        document: the file. folder: where plan.toml is written; words in a ``draft.toml`` there are added to the rules.
        year: the plan's year, where the document does not say. crs: working CRS of the district.
        near: else a layer of the district, whose zone it is. encoding: pins that of a plain text.
        choices: what a reviewer says of numbers, by their ids; the rest stays as it was read.

    Raises:
        UsageError: the folder holds a plan already, the document names no year and none is given, it is of another
            country and nothing says the working CRS, or a choice cannot be used. CrsError: that CRS is unknown or
            not in metres. PlanError: the plan cannot be read with these choices.
        GateError, ExchangeError: the document cannot be read. PlanError: the folder's draft.toml cannot be used.
    """
    from urbanplan.plan.draft.prose import has_han

    folder = Path(folder)
    if (folder / "plan.toml").exists():
        raise UsageError("the folder holds a plan already", where=str(folder), fix="Give another one with -o")
    read = read_draft(document, home=folder, year=year, encoding=encoding, choices=choices)
    if read.reading.year is None:
        raise UsageError("the document names no year", where=str(document), fix="Give the plan's year with --year")
    pinned = not (crs is None and near is None and has_han(read.document.text))
    district_crs = working_crs(crs, near) if pinned else None
    if choices:
        _check_plan(Path(document), read, district_crs)
    write_plan_folder(Path(document), folder, read, district_crs)
    return Draft(read.document, read.reading, [*_notes(read.reading, folder, pinned=pinned)])


def _check_plan(document: Path, read: Draft, crs: str | None) -> None:
    """Read the plan before anything is written: a reviewer's unit may be none.

    Raises:
        PlanError: the plan cannot be read.
    """
    from urbanplan.analysis.plans import open_plan

    with tempfile.TemporaryDirectory() as folder:
        write_plan_folder(document, Path(folder), read, crs)
        open_plan(Path(folder))


def read_draft(
    document: Path | str,
    *,
    home: Path | None = None,
    year: int | None = None,
    encoding: str | None = None,
    choices: Mapping[str, Choice] | None = None,
) -> Draft:
    """Read the promises of a document and write nothing; see :func:`draft_plan`."""
    from urbanplan.exchange.prose.document import read_document
    from urbanplan.plan.draft import read_promises, read_rules

    text = read_document(document, encoding=encoding)
    try:
        found = read_promises(text.text, read_rules(home), year=year, paragraphs=text.paragraphs)
    except UsageError as error:
        error.where = error.where or str(document)
        raise
    return Draft(text, apply_choices(found, choices) if choices else found, [])


def write_plan_folder(document: Path, folder: Path, read: Draft, crs: str | None) -> None:
    """Write the plan, its schema and the document's text, which its quotes are compared with.

    Args:
        document: the file, by which source and plan are named. folder: where they are written. read: its promises.
        crs: the working CRS; None is a guess for plans in Chinese, and the plan says so.
    """
    from urbanplan.plan.draft.plan_file import PlanHead, plan_text
    from urbanplan.plan.draft.prose import has_han

    source = f"sources/{_file_name(document.stem)}.txt"
    text = read.document.text.encode("utf-8")
    title = read.reading.title
    head = PlanHead(
        id="".join(sign if sign.isalnum() or sign in "._-" else "-" for sign in document.stem) or "plan",
        title=title or document.stem,
        district=district_name(title) or (title if not has_han(title) else "") or document.stem,
        crs=crs or _PLACEHOLDER_CRS,
        crs_guessed=crs is None,
        document=document.name,
        source_file=source,
        digest=hashlib.sha256(text).hexdigest(),
        language="zh" if has_han(read.document.text) else "en",
    )
    (folder / "sources").mkdir(parents=True, exist_ok=True)
    write_whole(folder / source, text)
    write_whole(folder / "plan.schema.json", schema_text(indent=1))
    write_whole(folder / "plan.toml", plan_text(head, read.reading, lambda start: place_text(start, read.document)))


def district_name(title: str) -> str:
    """The district that a Chinese title names, with the larger ones before it; empty where it names none."""
    found = _DISTRICT.search(title)
    return found[0] if found else ""


def _file_name(stem: str) -> str:
    return "".join(sign if sign.isalnum() or sign in "._-" else "-" for sign in stem)[:60].strip(".") or "document"


def _notes(reading: Reading, folder: Path, *, pinned: bool) -> list[Note]:
    promised = [one for one in reading.promises if one.promise]
    layers = sorted({one.proposal.layer for one in promised if one.proposal.layer})
    found = [
        note(
            "{folder}: {promises} promises drafted, {background} numbers are background, {unread} were not understood",
            level="result",
            folder=folder / "plan.toml",
            promises=len(promised),
            background=len(reading.promises) - len(promised),
            unread=len(reading.unread),
        )
    ]
    doubtful = sum(bool(one.doubts) for one in promised)
    if doubtful:
        found.append(
            note("{count} promises have a doubt, written above each in the plan", level="warning", count=doubtful)
        )
    if layers:
        found.append(note("layers to bring in with `urbanplan add`: {layers}", layers=", ".join(layers)))
    if not pinned:
        found.append(note("the working CRS is a guess: set district.crs in the plan, or give --crs", level="warning"))
    return found


def place_text(start: int, document: DocumentText) -> str:
    """A place of the text in words: its line, and its page where there are pages."""
    place = _place_json(start, start, document)
    if place["page"] is None:
        return localize("line {line}", line=place["line"])
    return localize("page {page}, line {line}", page=place["page"], line=place["line"])


def _place_json(start: int, end: int, document: DocumentText) -> dict[str, Any]:
    page = bisect.bisect_right(document.pages, start) if document.pages else None
    return {"start": start, "end": end, "line": document.text.count("\n", 0, start) + 1, "page": page}


def _target_json(one: Promise, document: DocumentText) -> dict[str, Any]:
    from urbanplan.plan.draft.plan_file import doubt_texts, title_of

    return {
        "id": one.id,
        "title": title_of(one),
        "quote": one.quote,
        "place": _place_json(one.start, one.end, document),
        "number": one.number,
        "upper": one.upper,
        "unit": one.unit,
        "comparator": one.comparator,
        "object": one.object,
        "kind": "promise" if one.promise else "background",
        "flow": one.flow or None,
        "chapter": one.chapter,
        "due": one.due.isoformat() if one.due else None,
        "measure": one.proposal.measure,
        "measure_beside": one.proposal.beside,
        "layer": one.proposal.layer,
        "type": one.proposal.type,
        "not_understood": doubt_texts(one),
    }
