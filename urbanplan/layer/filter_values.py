"""The values of columns in filters: nullable, whole numbers whole, dates with their precision.

Comparisons answer True, False or NA.  Whole numbers and floats are compared by
their exact values; a date without month or day is the interval of its days.
"""

from __future__ import annotations

import datetime
import math
import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from urbanplan.layer.dates import as_moment, tells_clock, text_ends, to_intervals
from urbanplan.model.cql2_types import ValueKind, date_of

_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_MIRRORED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_INT64 = 2**63
_EXACT_FLOAT = 2**53
_LAST_OF_DAY = pd.Timedelta(days=1) - pd.Timedelta(microseconds=1)


def to_nullable(column: pd.Series) -> pd.Series:
    """A column with NA for every kind of null: boolean, Int64, Float64, object numbers, string or a datetime."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return column
    if pd.api.types.is_bool_dtype(column):
        return column.astype("boolean")
    if pd.api.types.is_integer_dtype(column):
        return column if pd.api.types.is_extension_array_dtype(column) else column.astype(_nullable_integer(column))
    if pd.api.types.is_numeric_dtype(column):
        return column.astype("Float64")
    if isinstance(column.dtype, pd.StringDtype):
        return column.astype("string")
    return _from_objects(column.astype(object).where(column.notna(), None))


def _nullable_integer(column: pd.Series) -> Literal["Int64", "UInt64"]:
    return "UInt64" if column.dtype == np.uint64 else "Int64"


def _from_objects(values: pd.Series) -> pd.Series:
    known = values.dropna()
    if known.map(lambda v: isinstance(v, bool | np.bool_)).all():
        return values.astype("boolean")
    if known.map(lambda v: isinstance(v, int | np.integer)).all():
        whole = known.map(int)
        fits = whole.map(lambda v: -_INT64 <= v < _INT64).all()
        return values.astype("Int64") if fits else values.map(int, na_action="ignore").astype(object)
    if known.map(lambda v: isinstance(v, int | float | np.number)).all():
        return values.astype("Float64")
    if known.map(lambda v: isinstance(v, int | float | np.number | Decimal)).all():
        return values
    if known.map(lambda v: isinstance(v, datetime.date)).all():
        moments = pd.to_datetime(values, errors="coerce")
        return to_intervals(moments, moments) if known.map(_gives_days).all() else moments
    return values.map(lambda v: None if v is None else str(v)).astype("string")


def value_kind(column: pd.Series) -> ValueKind:
    """What a nullable column holds; one that is all null may hold anything."""
    if bool(column.isna().all()):
        return "any"
    if pd.api.types.is_bool_dtype(column):
        return "boolean"
    if _is_date(column):
        return "date"
    if pd.api.types.is_numeric_dtype(column) or column.dtype == object:
        return "number"
    return "text"


def compare(op: str, left: Any, right: Any) -> Any:
    """Compare two columns or values: True, False, NA, or a ``boolean`` series of them."""
    if not isinstance(left, pd.Series) and isinstance(right, pd.Series):
        return compare(_MIRRORED[op], right, left)
    if _is_null(left) or _is_null(right):
        return pd.NA
    if not isinstance(left, pd.Series):
        return _compare_scalars(op, left, right)
    if _is_plain(left, right):  # such a column knows its nulls by itself
        truth = _COMPARISONS[op](left.array, right)
        truth = truth if isinstance(truth.dtype, pd.BooleanDtype) else truth.astype("boolean")
        return pd.Series(truth, index=left.index)
    null = left.isna() | (right.isna() if isinstance(right, pd.Series) else False)
    if null.all():
        return pd.Series(pd.array([pd.NA] * len(left), dtype="boolean"), index=left.index)
    if _is_date(left) or _is_date(right):
        result = _compare_dates(op, left, right)
    elif value_kind(left) == "number":
        result = _compare_numbers(op, left, right)
    else:
        result = _COMPARISONS[op](left, right)
    result = result.astype("boolean")
    return result.mask(null) if null.any() else result


def _is_plain(left: pd.Series, right: Any) -> bool:
    """Whether a column of numbers or texts is compared with one of its own kind."""
    if isinstance(right, str):
        return isinstance(left.dtype, pd.StringDtype) and left.dtype.na_value is pd.NA
    if isinstance(right, bool) or not isinstance(right, int | float):
        return False
    return isinstance(left.dtype, pd.Float64Dtype | pd.Int64Dtype) and _fits(left, right)


def _compare_scalars(op: str, left: Any, right: Any) -> Any:
    dates = [isinstance(side, datetime.date) for side in (left, right)]
    if any(dates):
        left, right = (as_moment(date_of(side) if isinstance(side, str) else side) for side in (left, right))
    return _COMPARISONS[op](left, right)


def _is_null(value: Any) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def _is_date(value: Any) -> bool:
    if isinstance(value, pd.Series):
        return pd.api.types.is_datetime64_any_dtype(value) or isinstance(value.dtype, pd.IntervalDtype)
    return isinstance(value, datetime.date)


# --- numbers


def _compare_numbers(op: str, left: pd.Series, right: Any) -> pd.Series:
    """By exact value: natively where both sides are of one type, else as Python's numbers."""
    if isinstance(right, pd.Series):
        if left.dtype == right.dtype and left.dtype != object:
            return _COMPARISONS[op](left, right)
    elif _fits(left, right):
        return _COMPARISONS[op](left, int(right) if pd.api.types.is_integer_dtype(left) else float(right))
    others = right.astype(object) if isinstance(right, pd.Series) else [right] * len(left)
    test = _COMPARISONS[op]
    pairs = zip(left.astype(object), others, strict=True)
    values = [pd.NA if _is_null(one) or _is_null(two) else bool(test(one, two)) for one, two in pairs]
    return pd.Series(pd.array(values, dtype="boolean"), index=left.index)


def _fits(column: pd.Series, value: Any) -> bool:
    """Whether a number is one of the column's type without loss."""
    if pd.api.types.is_integer_dtype(column):
        least = 0 if column.dtype == "UInt64" else -_INT64
        return value == math.floor(value) and least <= value < _INT64
    return column.dtype != object and (isinstance(value, float) or abs(value) <= _EXACT_FLOAT)


def arithmetic(op: str, left: Any, right: Any) -> Any:
    """Sum, difference, product or quotient; NA where a side is unknown or the divisor is 0."""
    if _is_null(left) or _is_null(right):
        return pd.NA
    if op == "/":
        return _divide(left, right)
    if not _is_exact(op, left, right):
        left, right = _as_float(left), _as_float(right)
    match op:
        case "+":
            return left + right
        case "-":
            return left - right
        case _:
            return left * right


def _divide(left: Any, right: Any) -> Any:
    if not isinstance(right, pd.Series):
        return _as_float(left) / float(right) if right else pd.NA
    divisor = _as_float(right)
    return _as_float(left) / divisor.mask((divisor == 0).fillna(False))


def _is_exact(op: str, left: Any, right: Any) -> bool:
    """Whether both sides are whole numbers and the result stays inside 64 bits."""
    one, two = _largest(left), _largest(right)
    if one is None or two is None:
        return False
    return (one * two if op == "*" else one + two) < _INT64


def _largest(value: Any) -> int | None:
    """Largest magnitude of whole numbers, None for others."""
    if isinstance(value, pd.Series):
        if value.dtype != "Int64":
            return None
        known = value.dropna()
        return max(abs(int(known.min())), abs(int(known.max())), 1) if len(known) else 1
    return max(abs(value), 1) if isinstance(value, int) else None


def _as_float(value: Any) -> Any:
    if isinstance(value, pd.Series):
        return (
            value.map(float, na_action="ignore").astype("Float64") if value.dtype == object else value.astype("Float64")
        )
    return float(value)


# --- dates


def _compare_dates(op: str, left: pd.Series, right: Any) -> pd.Series:
    """On the days that both sides give, else on their moments; NA where a coarser date leaves it open."""
    one, two = _ends(left, right), _ends(right, left)
    one, two = _to_moments(one, two), _to_moments(two, one)
    match op:
        case "=" | "<>":
            same = (one.first == one.last) & (two.first == two.last) & (one.first == two.first)
            apart = (one.last < two.first) | (one.first > two.last)
            yes, no = (same, apart) if op == "=" else (apart, same)
        case "<" | "<=":
            yes, no = _COMPARISONS[op](one.last, two.first), _COMPARISONS[_OPPOSITE[op]](one.first, two.last)
        case _:
            yes, no = _COMPARISONS[op](one.first, two.last), _COMPARISONS[_OPPOSITE[op]](one.last, two.first)
    yes, no = (pd.Series(mask, index=left.index).fillna(False).astype(bool) for mask in (yes, no))
    return yes.astype("boolean").mask(~(yes | no))


class _Ends(NamedTuple):
    """First and last moment of each value without zone; where it is a day, month or year, both are midnights."""

    first: Any
    last: Any
    day: Any


def _to_moments(ends: _Ends, other: _Ends) -> _Ends:
    """The ends with days as all of their moments where the other side is a moment."""
    wide = ends.day & ~np.asarray(other.day)
    if not np.any(wide):
        return ends
    last = pd.Series(ends.last) + _LAST_OF_DAY
    return ends._replace(last=last if np.all(wide) else ends.last.mask(wide, last))


def _ends(value: Any, other: Any) -> _Ends:
    """First and last moment of each value, without zone, on the clock that both sides share.

    A moment with a zone is compared in UTC, on which a clock without zone is read; a day or a clock without zone
    is compared with the column's own clock, a day with the column's days.
    """
    if not isinstance(value, pd.Series):
        day = _gives_days(value)
        moment = as_moment(date_of(value) if isinstance(value, str) else value)
        return _Ends(moment, moment, day)
    days = _gives_days(other)
    if isinstance(value.dtype, pd.IntervalDtype):
        held: Any = value.array
        return _Ends(pd.Series(held.left, index=value.index), pd.Series(held.right, index=value.index), True)
    if not pd.api.types.is_datetime64_any_dtype(value):
        first, last = text_ends(value)
        if days:
            return _Ends(first.dt.normalize(), last.dt.normalize(), True)
        return _Ends(first, last, ~tells_clock(value).to_numpy(dtype=bool))
    aware = value.dt.tz is not None
    if _is_aware(other) and aware:
        value = value.dt.tz_convert("UTC")
    moments = value.dt.tz_localize(None)
    moments = moments.dt.normalize() if days else moments
    return _Ends(moments, moments, days)


def _gives_days(value: Any) -> bool:
    if isinstance(value, str):
        value = date_of(value)
    return isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)


def _is_aware(value: Any) -> bool:
    if isinstance(value, pd.Series):
        return pd.api.types.is_datetime64_any_dtype(value) and value.dt.tz is not None
    if isinstance(value, str):
        value = date_of(value)
    return isinstance(value, datetime.datetime) and value.tzinfo is not None
