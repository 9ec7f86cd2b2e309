"""Reported values: what an office says of a target that no layer can prove."""

from __future__ import annotations

import csv
import datetime
import unicodedata
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from urbanplan.errors import PlanError
from urbanplan.model.limits import Day, check_amount
from urbanplan.model.plan import Basis, Plan
from urbanplan.model.reading import Reading
from urbanplan.model.safe_path import resolve_inside, shorten_path
from urbanplan.model.translation import localize
from urbanplan.model.units import check_unit

MAX_BYTES = 50_000_000
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


def read_reported(plan: Plan) -> dict[str, ReportedValue]:
    """Reported values by target id; of several the newest not after the plan's date counts.

    Each file is CSV in UTF-8 with the columns target, low, high, unit, source, date and optionally basis
    (``reported`` unless said); ``value`` may stand for equal ``low`` and ``high``.

    Raises:
        PlanError: a file or row cannot be used; it names file and line.
    """
    values: dict[str, ReportedValue] = {}
    folder = Path(plan.file).resolve().parent
    for name in plan.reported:
        for value in _read_rows(resolve_inside(name, folder, where=plan.file), shorten_path(name)):
            before = values.get(value.target)
            if value.date <= plan.as_of and (before is None or before.date <= value.date):
                values[value.target] = value
    return values


def _read_rows(path: Path, name: str) -> list[ReportedValue]:
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited for
            raise OSError(localize("this is no plain file"))
        if path.exists() and path.stat().st_size > MAX_BYTES:
            raise OSError(localize("more than {most} MB", most=MAX_BYTES // 1_000_000))
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            return [_parse_row(row, name, reader.line_num) for row in reader if (row.get("target") or "").strip()]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise PlanError(
            "the reported values cannot be read: {problem}",
            where=name,
            fix="Give a CSV file in UTF-8 with the columns {columns}",
            problem=str(error),
            columns=", ".join(COLUMNS),
        ) from error


def _parse_row(row: dict[str, str | None], name: str, line: int) -> ReportedValue:
    cells = {key: (value or "").strip() for key, value in row.items() if key}
    try:
        low, high = (_parse_number(cells.get(end) or cells.get("value", "")) for end in ("low", "high"))
        return ReportedValue(
            target=cells["target"],
            reading=Reading(low=low, high=high, unit=check_unit(cells.get("unit", ""))),
            source=cells["source"],
            date=datetime.date.fromisoformat(cells["date"]),
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


def _describe_error(error: Exception) -> str:
    if isinstance(error, ValidationError):
        row = error.errors()[0]
        key = ".".join(str(step) for step in row["loc"])
        return f"{key}: {row['msg']}".removeprefix(": ").replace("Value error, ", "")
    return str(error)[:200]


def _parse_number(cell: str) -> float | None:
    return float(check_amount(float(unicodedata.normalize("NFKC", cell).replace(",", "")))) if cell else None
