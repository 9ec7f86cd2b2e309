"""Verdicts as CSV that a spreadsheet opens: UTF-8 with mark, and no cell that runs as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from urbanplan.model.formula_text import escape_formula
from urbanplan.model.report import Report, Verdict

COLUMNS = (
    "target", "chapter", "title", "kind", "role", "status", "warn", "basis", "low", "high", "unit",
    "comparator", "number", "bound_unit", "tolerance", "progress", "reason", "settled_by", "layers", "where",
)  # fmt: skip


def verdict_csv(report: Report) -> str:
    """One row for each verdict; numbers unrounded."""
    return csv_text(COLUMNS, (_row(verdict) for verdict in report.verdicts))


def csv_text(columns: tuple[str, ...], rows: Iterable[Mapping[str, Any]]) -> str:
    """CSV text of rows, with the mark by which spreadsheets know UTF-8."""
    return "\ufeff" + _csv_lines([columns]) + csv_rows(columns, rows)


def csv_rows(columns: tuple[str, ...], rows: Iterable[Mapping[str, Any]]) -> str:
    """The same of rows alone."""
    return _csv_lines([row.get(column) for column in columns] for row in rows)


def _csv_lines(rows: Iterable[Iterable[Any]]) -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([_cell(value) for value in row] for row in rows)
    return stream.getvalue()


def _row(verdict: Verdict) -> dict[str, Any]:
    reading, bound = verdict.reading, verdict.bound
    row = {name: getattr(verdict, name, None) for name in COLUMNS}
    if reading is not None:
        row |= {"low": reading.low, "high": reading.high, "unit": reading.unit}
    if bound is not None:
        row |= {"comparator": bound.comparator, "number": bound.number}
        row |= {"bound_unit": bound.unit, "tolerance": bound.tolerance}
    return row | {"layers": " ".join(verdict.layers)}


def _cell(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: ""}[value]
    if isinstance(value, float):
        return repr(value)
    return escape_formula(value) if isinstance(value, str) else value
