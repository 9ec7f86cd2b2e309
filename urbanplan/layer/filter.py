"""Filters evaluated on frames with three-valued logic.

A comparison with null is unknown; ``NOT unknown`` stays unknown.  The values are
pandas' nullable columns, whose ``&``, ``|`` and ``~`` are Kleene's.
Source: OGC 21-065r2 (CQL2), requirement on null; Kleene 1952.
"""

from __future__ import annotations

import difflib
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from urbanplan.errors import FilterError
from urbanplan.model.cql2 import columns_of, parse_filter

_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ARITHMETIC = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
_CASE_METHODS = {"casei": "casefold", "lower": "lower", "upper": "upper"}


def evaluate_filter(frame: pd.DataFrame, where: str, *, place: str = "") -> pd.Series:
    """Evaluate a CQL2 filter on each row.

    Args:
        frame: the rows. where: CQL2 text. place: file:line for errors.

    Returns:
        A ``boolean`` series on the frame's index: True, False, or NA where the row's attributes do not tell.

    Raises:
        FilterError: a column is not there, or a comparison mixes kinds.
    """
    tree = parse_filter(where, where=place)
    for column in columns_of(tree):
        if column not in frame.columns:
            raise FilterError(
                "the filter {text!r} reads column {column!r}, which the layer does not have",
                where=place,
                fix="Did you mean {near}?",
                text=where,
                column=column,
                near=_suggest_names(column, [str(c) for c in frame.columns]),
            )
    try:
        result = _evaluate(tree, frame)
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        raise FilterError(
            "the filter {text!r} cannot be evaluated: {problem}",
            where=place,
            fix="Compare text with 'text', numbers with numbers, dates with DATE('2025-12-31')",
            text=where,
            problem=str(error)[:200],
        ) from error
    return _to_boolean(result, frame)


def _suggest_names(word: str, words: list[str]) -> str:
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.5)
    return close[0] if close else ", ".join(words[:12])


def _to_boolean(result: Any, frame: pd.DataFrame) -> pd.Series:
    if isinstance(result, pd.Series):
        return result.astype("boolean")
    return pd.Series(pd.array([result] * len(frame), dtype="boolean"), index=frame.index)


def _evaluate(node: Any, frame: pd.DataFrame) -> Any:
    if isinstance(node, dict):
        if "property" in node:
            return _to_nullable(frame[node["property"]])
        if "date" in node:
            return pd.Timestamp(node["date"])
        if "timestamp" in node:
            return pd.Timestamp(node["timestamp"]).tz_localize(None)
        return _apply_operator(str(node["op"]), node["args"], frame)
    return node


def _apply_operator(op: str, args: list[Any], frame: pd.DataFrame) -> Any:
    match op:
        case "and" | "or":
            combine = operator.and_ if op == "and" else operator.or_
            truths = [_to_boolean(_evaluate(arg, frame), frame) for arg in args]
            result = truths[0]
            for truth in truths[1:]:
                result = combine(result, truth)
            return result
        case "not":
            return ~_to_boolean(_evaluate(args[0], frame), frame)
        case "isNull":
            return pd.Series(_evaluate(args[0], frame), index=frame.index).isna().astype("boolean")
        case "between":
            value, low, high = (_evaluate(arg, frame) for arg in args)
            return _compare(">=", value, low) & _compare("<=", value, high)
        case "in":
            value = _evaluate(args[0], frame)
            hits = [_compare("=", value, _evaluate(item, frame)) for item in args[1]]
            result = hits[0]
            for hit in hits[1:]:
                result = result | hit
            return result
        case "like":
            return _match_like(_evaluate(args[0], frame), str(args[1]))
        case _ if op in _COMPARISONS:
            return _compare(op, _evaluate(args[0], frame), _evaluate(args[1], frame))
        case _ if op in _ARITHMETIC:
            return _ARITHMETIC[op](_evaluate(args[0], frame), _evaluate(args[1], frame))
        case _ if op in _CASE_METHODS:
            value = _evaluate(args[0], frame)
            return getattr(value if isinstance(value, str) else value.str, _CASE_METHODS[op])()
    raise ValueError(op)


def _compare(op: str, left: Any, right: Any) -> Any:
    left, right = _parse_dates(left, right), _parse_dates(right, left)
    _check_kinds(left, right)
    result = _COMPARISONS[op](left, right)
    if not isinstance(result, pd.Series):
        return result
    null = pd.Series(False, index=result.index)
    for side in (left, right):  # dates compare to False with null, so null is put in again
        if isinstance(side, pd.Series):
            null |= side.isna()
    return result.astype("boolean").mask(null)


def _parse_dates(value: Any, other: Any) -> Any:
    """Text compared with a date is read as a date, so ``opened >= '2025-01-01'`` works on date columns."""
    if isinstance(value, str) and isinstance(other, pd.Series) and pd.api.types.is_datetime64_any_dtype(other):
        return pd.Timestamp(value)
    date_like = isinstance(other, pd.Timestamp) or (
        isinstance(other, pd.Series) and pd.api.types.is_datetime64_any_dtype(other)
    )
    if date_like and isinstance(value, pd.Series) and pd.api.types.is_string_dtype(value):
        return pd.to_datetime(value, errors="coerce", format="ISO8601")
    return value


def _value_kind(value: Any) -> str:
    if isinstance(value, pd.Series):
        if pd.api.types.is_bool_dtype(value):
            return "boolean"
        if pd.api.types.is_numeric_dtype(value):
            return "number"
        return "date" if pd.api.types.is_datetime64_any_dtype(value) else "text"
    if isinstance(value, bool | np.bool_):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "date" if isinstance(value, pd.Timestamp) else "text"


def _check_kinds(left: Any, right: Any) -> None:
    empty = any(isinstance(side, pd.Series) and bool(side.isna().all()) for side in (left, right))
    if not empty and _value_kind(left) != _value_kind(right):
        raise TypeError(f"{_value_kind(left)} is compared with {_value_kind(right)}")


def _match_like(value: pd.Series, pattern: str) -> pd.Series:
    """CQL2 LIKE: ``%`` any text, ``_`` one character, backslash escapes."""
    import re

    parts: list[str] = []
    signs = iter(pattern)
    for sign in signs:
        if sign == "\\":
            parts.append(re.escape(next(signs, "")))
        else:
            parts.append({"%": ".*", "_": "."}.get(sign, re.escape(sign)))
    return value.str.fullmatch("".join(parts), flags=re.DOTALL).astype("boolean")


def _to_nullable(column: pd.Series) -> pd.Series:
    """A column with NA for every kind of null, so that comparisons are three-valued."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return column.dt.tz_localize(None)
    if pd.api.types.is_bool_dtype(column):
        return column.astype("boolean")
    if pd.api.types.is_numeric_dtype(column):
        return column.astype("Float64")
    if isinstance(column.dtype, pd.StringDtype):
        return column.astype("string")
    values = column.astype(object).where(column.notna(), None)
    if values.map(lambda v: v is None or isinstance(v, bool | np.bool_)).all():
        return values.astype("boolean")
    if values.map(lambda v: v is None or isinstance(v, int | float)).all():
        return values.astype("Float64")
    return values.map(lambda v: None if v is None else str(v)).astype("string")
