"""Filters evaluated on frames with three-valued logic.

A comparison with null is unknown; ``NOT unknown`` stays unknown.  The values are
pandas' nullable columns, whose ``&``, ``|`` and ``~`` are Kleene's.
Source: OGC 21-065r2 (CQL2), requirement on null; Kleene 1952.
"""

from __future__ import annotations

import difflib
import operator
import re
from functools import reduce
from typing import TYPE_CHECKING, Any

import pandas as pd

from urbanplan.errors import FilterError
from urbanplan.layer.dates import date_intervals
from urbanplan.layer.filter_values import arithmetic, compare, to_nullable, value_kind
from urbanplan.model.cql2 import columns_of, parse_filter
from urbanplan.model.cql2_parser import parse_date, parse_time

if TYPE_CHECKING:
    from collections.abc import Callable

    from urbanplan.model.cql2_types import ValueKind

ComparedColumns = dict[tuple[str, bool], "tuple[pd.Series, ValueKind]"]
"""Columns as filters compare them and what they hold, by name and whether they are declared as dates."""

_CASE_METHODS = {"casei": "casefold", "lower": "lower", "upper": "upper"}


def evaluate_filter(
    frame: pd.DataFrame,
    where: str,
    *,
    place: str = "",
    dates: frozenset[str] = frozenset(),
    columns: ComparedColumns | None = None,
) -> pd.Series:
    """Evaluate a CQL2 filter on each row.

    Args:
        frame: the rows. where: CQL2 text. place: file:line for errors.
        dates: columns that are declared as dates; a text in one of them may be a year or a month alone.
        columns: keeps the columns as they are compared, for the next filter on the same frame.

    Returns:
        A ``boolean`` series on the frame's index: True, False, or NA where the row's attributes do not tell.

    Raises:
        FilterError: a column is not there, or a comparison mixes kinds.
    """
    held = {} if columns is None else columns
    read = {name: _comparable(frame, name, name in dates, held) for name in _column_names(frame, where, place)}
    tree = parse_filter(where, where=place, kinds={name: kind for name, (_, kind) in read.items()})
    try:
        result = _evaluate(tree, {name: column for name, (column, _) in read.items()})
    except (TypeError, ValueError, OverflowError) as error:
        raise FilterError(
            "the filter {text!r} cannot be evaluated: {problem}",
            where=place,
            fix="Compare text with 'text', numbers with numbers, dates with DATE('2025-12-31')",
            text=where,
            problem=str(error)[:200],
        ) from error
    return _to_boolean(result, frame.index)


def _comparable(frame: pd.DataFrame, name: str, is_date: bool, held: ComparedColumns) -> tuple[pd.Series, ValueKind]:
    """A column as it is compared, nullable, of dates the intervals, and what it holds."""
    if (name, is_date) not in held:
        column = to_nullable(frame[name])
        column = date_intervals(column) if is_date else column
        held[name, is_date] = column, value_kind(column)
    return held[name, is_date]


def _column_names(frame: pd.DataFrame, where: str, place: str) -> list[str]:
    """The columns that a filter reads; FilterError where one is not there."""
    names = columns_of(parse_filter(where, where=place))
    for name in names:
        if name not in frame.columns:
            raise FilterError(
                "the filter {text!r} reads column {column!r}, which the layer does not have",
                where=place,
                fix="Did you mean {near}?",
                text=where,
                column=name,
                near=_suggest_names(name, [str(c) for c in frame.columns if c != "geometry" and str(c)[:2] != "__"]),
            )
    return names


def _suggest_names(word: str, words: list[str]) -> str:
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.5)
    return close[0] if close else ", ".join(words[:12])


def _to_boolean(result: Any, index: pd.Index) -> pd.Series:
    if isinstance(result, pd.Series):
        return result if isinstance(result.dtype, pd.BooleanDtype) else result.astype("boolean")
    return pd.Series(pd.array([result] * len(index), dtype="boolean"), index=index)


def _evaluate(node: Any, columns: dict[str, pd.Series]) -> Any:
    match node:
        case {"property": name}:
            return columns[name]
        case {"date": text}:
            return parse_date(text)
        case {"timestamp": text}:
            return parse_time(text)
        case {"op": op, "args": args}:
            return _apply_operator(str(op), args, columns)
        case _:
            return node


def _apply_operator(op: str, args: list[Any], columns: dict[str, pd.Series]) -> Any:
    match op:
        case "and" | "or":
            truths = [_truth(_evaluate(arg, columns)) for arg in args]
            return reduce(operator.and_ if op == "and" else operator.or_, truths)
        case "not":
            truth = _truth(_evaluate(args[0], columns))
            return ~truth if isinstance(truth, pd.Series) else (pd.NA if truth is pd.NA else not truth)
        case "isNull":
            value = _evaluate(args[0], columns)
            return value.isna().astype("boolean") if isinstance(value, pd.Series) else value is None or value is pd.NA
        case "between":
            value, low, high = (_evaluate(arg, columns) for arg in args)
            return _truth(compare(">=", value, low)) & _truth(compare("<=", value, high))
        case "in":
            value = _evaluate(args[0], columns)
            return reduce(operator.or_, [_truth(compare("=", value, _evaluate(item, columns))) for item in args[1]])
        case "like":
            return _match_like(_evaluate(args[0], columns), str(_evaluate(args[1], columns)))
        case "casei" | "lower" | "upper":
            return _change_case(_evaluate(args[0], columns), _CASE_METHODS[op])
        case "+" | "-" | "*" | "/":
            return arithmetic(op, *(_evaluate(arg, columns) for arg in args))
        case _:
            return compare(op, *(_evaluate(arg, columns) for arg in args))


def _truth(value: Any) -> Any:
    return value if isinstance(value, pd.Series) or value is pd.NA else bool(value)


def _change_case(value: Any, method: str) -> Any:
    if isinstance(value, pd.Series):
        # Arrow has another upper case of ß than Python, which changes the filter's texts
        return _map_texts(value, lambda text: getattr(text, method)(), "string")
    return pd.NA if value is None or value is pd.NA else getattr(value, method)()


def _match_like(value: Any, pattern: str) -> Any:
    """CQL2 LIKE: ``%`` any text, ``_`` one character, backslash escapes; linear in the length of a value."""
    if value is None or value is pd.NA:
        return pd.NA
    match = re.compile(_like_expression(pattern), re.DOTALL).fullmatch
    if not isinstance(value, pd.Series):
        return match(value) is not None
    return _map_texts(value, lambda text: match(text) is not None, "boolean")


def _map_texts(column: pd.Series, function: Callable[[str], Any], kind: Any) -> pd.Series:
    """A function of each text of a column, asked once for equal ones; null stays null."""
    texts = column.astype("string")
    known = {text: function(text) for text in texts.dropna().unique()}
    return texts.map(known, na_action="ignore").astype(kind)


def _like_expression(pattern: str) -> str:
    """A regular expression that never goes back behind a part that it has found (atomic groups).

    The first place where a part occurs is as good as any later one, so ``%`` needs no second try.
    """
    parts: list[list[str]] = [[]]
    signs = iter(pattern)
    for sign in signs:
        if sign == "%":
            parts.append([])
        else:
            parts[-1].append("." if sign == "_" else re.escape(next(signs, "\\") if sign == "\\" else sign))
    first, *rest = ["".join(part) for part in parts]
    if not rest:
        return first
    between = "".join(f"(?>.*?{part})" for part in rest[:-1] if part)
    return f"{first}{between}(?=.{{{len(parts[-1])}}}).*+(?<={rest[-1]})"
