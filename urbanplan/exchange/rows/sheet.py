"""A sheet of cells, whatever program wrote it, as a table: titles, names, totals, merged cells, dates, places."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from urbanplan.errors import ExchangeError
from urbanplan.exchange.fields.columns import INT64, to_column
from urbanplan.exchange.fields.header_rows import (
    column_names,
    echo_rows,
    is_empty_cell,
    merge_header_rows,
    title_note,
    title_rows,
    value_note,
)
from urbanplan.exchange.hidden_cells import Hidden, hidden_notes
from urbanplan.exchange.rows.geometry_columns import RowContext, build_table
from urbanplan.exchange.rows.mixed_columns import summary_rows, unify_columns
from urbanplan.exchange.sheet_cells import fill_merged
from urbanplan.exchange.table import Source, Table
from urbanplan.model.translation import localize


@dataclass(frozen=True)
class Sheet:
    """What is known of a sheet beside its rows.

    Attributes:
        name: of the sheet. areas: merged cells that span rows: column from 0, first and last row from 1.
        notes: what is to be told. hidden: rows, columns and other sheets that a person does not see.
    """

    name: str
    areas: list[tuple[int, int, int]]
    notes: tuple[str, ...] = ()
    hidden: Hidden = field(default_factory=Hidden)


def build_sheet(rows: list[tuple[int, tuple[Any, ...]]], source: Source, sheet: Sheet) -> Table:
    """The table of a sheet.

    Args:
        rows: the rows that hold anything, each with its number from 1, all of one width.
        source: what is read. sheet: what else is known.

    Raises:
        ExchangeError: it is empty, or no row holds names.
    """
    if not rows:
        fix = "Put the names into its first row."
        raise ExchangeError("the sheet is empty", where=f"{source.path} {sheet.name}", fix=fix)
    number, cells, notes, body = _split_header(rows, source)
    if not source.kinds:
        body, more = _tidy_rows(body, cells, sheet.areas)
        notes = (*notes, *sheet.notes, *more)
    filled = [any(not is_empty_cell(row[at]) for _, row in body) for at in range(len(cells))]
    named, more = column_names(cells, filled, f"{source.path}:{number}", tidy=not source.kinds)
    more = (*more, *value_note(cells, number)) if not source.kinds and not source.head else more
    if not source.kinds:
        more = (*more, *hidden_notes(sheet.hidden, [row for row, _ in body], named))
    columns = {name: _to_dates(to_column([_to_value(row[at]) for _, row in body])) for at, name in named.items()}
    if not source.kinds:
        columns, told = unify_columns(columns)
        more = (*more, *told)
    numbers = np.array([at - number for at, _ in body], dtype=np.int64)
    return build_table(columns, source, RowContext(None, (*notes, *more), sheet.name, {}, numbers))


def whole_number(number: float) -> int | float:
    """A sheet's number, which is always a float there, as an integer where it is one."""
    return int(number) if float(number).is_integer() and abs(number) < 2**53 else number


def _tidy_rows(
    body: list[tuple[int, tuple[Any, ...]]], names: Sequence[Any], areas: list[tuple[int, int, int]]
) -> tuple[list[tuple[int, tuple[Any, ...]]], tuple[str, ...]]:
    """The rows without totals, units and names said again, with merged cells filled in, and what is to be told."""
    numbers = [number for number, _ in body]
    echoes, told = echo_rows(((at, row) for at, (_, row) in enumerate(body)), names, numbers)
    first = [next((cell for cell in row if not is_empty_cell(cell)), None) for _, row in body]
    passed, notes = summary_rows(first, numbers)
    body, more = fill_merged([row for at, row in enumerate(body) if at not in passed | echoes], areas)
    return body, (*told, *notes, *more)


def _split_header(
    rows: list[tuple[int, tuple[Any, ...]]], source: Source
) -> tuple[int, Sequence[Any], tuple[str, ...], list[tuple[int, tuple[Any, ...]]]]:
    """The row of the names, counted from 1, its cells, what is to be told, and the rows below."""
    if source.head:
        at = next((at for at, (number, _) in enumerate(rows) if number >= source.head), len(rows))
        if at == len(rows):
            fix = "Give each column a name of its own."
            raise ExchangeError("the first line holds no names", where=f"{source.path}:{source.head}", fix=fix)
        return rows[at][0], rows[at][1], (), rows[at + 1 :]
    if source.kinds:
        return rows[0][0], rows[0][1], (), rows[1:]
    at = title_rows([row for _, row in rows[:20]])
    number, cells = rows[at]
    notes = (title_note([row for _, row in rows[:at]], number),) if at else ()
    double = merge_header_rows(cells, rows[at + 1][1]) if len(rows) > at + 2 else None
    if double is None:
        return number, cells, notes, rows[at + 1 :]
    note = localize("the names stand in the rows {row} and {next}: cells are merged", row=number, next=number + 1)
    return rows[at + 1][0], double, (*notes, note), rows[at + 2 :]


def _to_value(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool) and not INT64[0] <= value <= INT64[1]:
        return str(value)
    return None if value == "" and isinstance(value, str) else value  # a formula that says nothing


def _to_dates(values: pd.Series) -> pd.Series:
    """A column of midnights is a column of dates."""
    given = values.dropna()
    if values.dtype == object and len(given) and all(type(value) is datetime.datetime for value in given):
        if all(value.time() == datetime.time() for value in given):
            return pd.Series([value.date() if isinstance(value, datetime.datetime) else None for value in values])
        return pd.Series(pd.to_datetime(values))
    return values
