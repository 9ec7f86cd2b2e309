"""Reported values: what an office says of a target that no layer can prove."""

from __future__ import annotations

import csv
import datetime
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from urbanplan.errors import PlanError
from urbanplan.model.finding import Finding, build_finding, sample_names
from urbanplan.model.library_messages import translate_error, translate_problem
from urbanplan.model.limits import Day, check_amount
from urbanplan.model.plan import BASES, Basis, Plan
from urbanplan.model.reading import Reading
from urbanplan.model.safe_path import resolve_inside, shorten_path
from urbanplan.model.translation import join_clauses, localize
from urbanplan.model.units import check_unit

MAX_BYTES = 10_000_000
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
COLUMNS = ("target", "low", "high", "unit", "source", "date", "basis")


class ReportedValue(BaseModel):
    """A value from a table: reading, who says so, and of when."""

    model_config = ConfigDict(frozen=True)

    target: str
    reading: Reading
    source: str
    date: Day
    basis: Basis = "reported"
    file: str = ""
    line: int = 0


@dataclass(frozen=True)
class ReportedValues:
    """Reported values by target id, the newest after the plan's date by target id, and findings on rows."""

    values: dict[str, ReportedValue]
    later: dict[str, ReportedValue]
    findings: list[Finding]


def read_reported(plan: Plan) -> ReportedValues:
    """Reported values; of several of a target the newest not after the plan's date counts, of one day all together.

    Each file is CSV in UTF-8 with the columns target, low, high, unit, source, date and optionally basis
    (``reported`` unless said); ``value`` may stand for equal ``low`` and ``high``.

    Raises:
        PlanError: a file or row cannot be used; it names file and line.
    """
    folder = Path(plan.file).resolve().parent
    rows = [
        value
        for name in plan.reported
        for value in _read_rows(resolve_inside(name, folder, where=plan.file), shorten_path(name))
    ]
    taking = {target.id for target in plan.target if (target.measure or {"kind": "reported"})["kind"] == "reported"}
    known = {target.id for target in plan.target}
    unused = [row for row in rows if row.target not in taking]
    later = [row for row in rows if row.target in known and row.date > plan.as_of]
    newest: dict[str, list[ReportedValue]] = {}
    for row in rows:
        if row.target in known and row.date <= plan.as_of:
            held = newest.setdefault(row.target, [])
            if held and held[0].date != row.date:
                held[:] = held if held[0].date > row.date else []
            if not held or held[0].date == row.date:
                held.append(row)
    twice = [same for same in newest.values() if len(same) > 1]
    findings = [
        *_row_findings("plan-reported-unused", unused),
        *_row_findings("plan-reported-later", later, as_of=plan.as_of.isoformat()),
        *_row_findings("plan-reported-twice", [row for same in twice for row in same]),
    ]
    latest = {row.target: row for row in sorted(later, key=lambda row: row.date)}
    return ReportedValues({name: _merge_same_day(same) for name, same in newest.items()}, latest, findings)


def _row_findings(code: str, rows: list[ReportedValue], *, as_of: str = "") -> Iterator[Finding]:
    """One finding on some rows, with their targets and places."""
    if rows:
        places = [f"{row.file}:{row.line}" for row in rows]
        targets = [row.target for row in rows]
        shown = sample_names(places, len(places))
        yield build_finding(code, features=targets, where=places[0], rows=shown, as_of=as_of)


def _merge_same_day(same: list[ReportedValue]) -> ReportedValue:
    """The interval that spans all values of one day, in the unit of the first, on the weakest basis.

    Raises:
        PlanError: their units measure different things.
    """
    first, *others = same
    low, high = first.reading.low, first.reading.high
    for other in others:
        try:
            reading = other.reading.to(first.reading.unit)
        except ValueError as error:
            raise PlanError(
                "two values of {target} of one day are in {unit} and {other}",
                where=f"{other.file}:{other.line}",
                fix="Report both in one unit, or take one out",
                target=other.target,
                unit=first.reading.unit,
                other=other.reading.unit,
            ) from error
        low = None if low is None or reading.low is None else min(low, reading.low)
        high = None if high is None or reading.high is None else max(high, reading.high)
    reading = Reading(low=low, high=high, unit=first.reading.unit)
    source = join_clauses(dict.fromkeys(row.source for row in same))
    basis = max((row.basis for row in same), key=BASES.index)
    return first.model_copy(update={"reading": reading, "source": source, "basis": basis})


def _read_rows(path: Path, name: str) -> list[ReportedValue]:
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited for
            raise OSError(localize("this is no plain file"))
        if path.exists() and path.stat().st_size > MAX_BYTES:
            raise OSError(localize("more than {most} MB", most=MAX_BYTES // 1_000_000))
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            _check_head(reader.fieldnames or (), name)
            rows = [_parse_row(row, name, reader.line_num) for row in reader if any(map(_has_text, row.values()))]
            return rows
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise PlanError(
            "the reported values cannot be read: {problem}",
            where=name,
            fix="Give a CSV file in UTF-8 with the columns {columns}",
            problem=_describe_unreadable(error),
            columns=", ".join(COLUMNS),
        ) from error


def _has_text(cell: str | list[str] | None) -> bool:
    return bool(cell) and bool("".join(cell).strip())


def _check_head(columns: Sequence[str], name: str) -> None:
    """Refuse a table without the columns that every row needs, as all of its rows would tell nothing."""
    known = {column.strip() for column in columns}
    absent = [column for column in ("target", "source", "date") if column not in known]
    if not known & {"low", "high", "value"}:
        absent.append("value")
    if absent:
        raise PlanError(
            "the table has no column {columns}; it has: {known}",
            where=f"{name}:1",
            fix="Give a CSV file in UTF-8 with the columns {wanted}, divided by commas",
            columns=", ".join(absent),
            known=", ".join(columns) or "—",
            wanted=", ".join(COLUMNS),
        )


def _parse_row(row: dict[str | None, str | None], name: str, line: int) -> ReportedValue:
    cells = {key.strip(): (value or "").strip() for key, value in row.items() if key}
    try:
        if None in row:
            raise ValueError(localize("it has more cells than the table has columns"))
        if not cells["target"]:
            raise ValueError(localize("it names no target"))
        low, high = (_parse_number(cells.get(end) or cells.get("value", "")) for end in ("low", "high"))
        return ReportedValue(
            target=cells["target"],
            reading=Reading(low=low, high=high, unit=check_unit(cells.get("unit", ""))),
            source=cells["source"],
            date=_parse_date(cells["date"]),
            basis=cells.get("basis") or "reported",  # pyright: ignore[reportArgumentType]
            file=name,
            line=line,
        )
    except (KeyError, ValueError) as error:
        raise PlanError(
            "this reported value cannot be used: {problem}",
            where=f"{name}:{line}",
            fix="Give {columns}; numbers without units, dates as 2025-12-31",
            problem=_describe_error(error),
            columns=", ".join(COLUMNS),
        ) from error


def _describe_unreadable(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return localize("the file is not UTF-8")
    return translate_error(error)


def _describe_error(error: Exception) -> str:
    if isinstance(error, ValidationError):
        row = error.errors()[0]
        key = ".".join(str(step) for step in row["loc"])
        return f"{key}: {translate_problem(row['msg'])}".removeprefix(": ")
    return str(error)[:200]


def _parse_number(cell: str) -> float | None:
    """A number such as 1719, 1,719.5 or 1.7e3; ValueError where a comma divides no thousands."""
    text = unicodedata.normalize("NFKC", cell).strip()
    if not text:
        return None
    if "_" in text or ("," in text and not _THOUSANDS.fullmatch(text)):
        raise ValueError(localize("{text!r} is no number: a comma stands before three digits", text=text[:40]))
    try:
        return float(check_amount(float(text.replace(",", ""))))
    except ValueError as error:
        if "could not convert" not in str(error):
            raise
        raise ValueError(localize("{text!r} is no number", text=text[:40])) from error


def _parse_date(cell: str) -> datetime.date:
    """A day such as 2025-12-31."""
    try:
        return datetime.date.fromisoformat(cell)
    except ValueError as error:
        raise ValueError(localize("{text!r} is no date", text=cell[:40])) from error
