"""Python values to typed columns and back: integers stay integers beside nulls, dates stay dates."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

_NONE_TYPE = type(None)
INT64 = (-(2**63), 2**63 - 1)


def to_column(values: Sequence[Any]) -> pd.Series:
    """A column of the narrowest type that keeps every value: int64, Int64 beside nulls, float64, bool, else object."""
    kinds = set(map(type, values))
    holes = _NONE_TYPE in kinds
    kinds.discard(_NONE_TYPE)
    if kinds == {int} and _fits_int64(values):
        return pd.Series(values, dtype="Int64" if holes else "int64")
    if kinds == {str}:
        return pd.Series(values, dtype="str")
    if kinds == {bool}:
        return pd.Series(values, dtype="boolean" if holes else "bool")
    if kinds == {float} or (kinds == {int, float} and _is_float_exact(values)):
        return pd.Series(values, dtype="float64")
    return pd.Series(values, dtype=object)


def _fits_int64(values: Sequence[Any]) -> bool:
    given = [value for value in values if value is not None]
    return min(given) >= INT64[0] and max(given) <= INT64[1]


def _is_float_exact(values: Sequence[Any]) -> bool:
    return all(abs(value) <= 2**53 for value in values if type(value) is int)


def column_kind(series: pd.Series) -> str:
    """What a column holds: string, integer, number, boolean, date, datetime, json (lists and mixtures), or null."""
    dtype = series.dtype
    if isinstance(dtype, pd.StringDtype):
        return "string"
    if pd.api.types.is_bool_dtype(dtype):
        return "boolean"
    if pd.api.types.is_integer_dtype(dtype):
        return "integer"
    if pd.api.types.is_float_dtype(dtype):
        return "number"
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return "datetime" if getattr(dtype, "tz", None) is None else "instant"
    kinds = set(map(type, series[series.notna()].tolist()))
    return _KINDS.get(frozenset(kinds), "json")


_KINDS = {
    frozenset(): "null",
    frozenset({str}): "string",
    frozenset({int}): "integer",
    frozenset({float}): "number",
    frozenset({int, float}): "number",
    frozenset({bool}): "boolean",
    frozenset({datetime.date}): "date",
    frozenset({datetime.datetime}): "datetime",
    frozenset({pd.Timestamp}): "datetime",
}


def to_json_values(series: pd.Series, what: str | None = None) -> list[Any]:
    """A column as JSON-ready Python values: nulls are None, dates ISO texts, numbers Python numbers.

    ``what`` is its kind, where the rows are some of a column's: their own may be another.
    """
    what = what or column_kind(series)
    if what in ("date", "datetime", "instant"):
        return [None if pd.isna(value) else value.isoformat() for value in series]
    if isinstance(series.dtype, pd.StringDtype):
        return series.array.to_numpy(dtype=object, na_value=None).tolist()
    if what in ("string", "null", "json"):
        return [_to_json_value(value) for value in series]
    holes = series.isna().to_numpy()
    if not holes.any():
        return series.tolist()
    return [None if hole else value for hole, value in zip(holes, series.tolist(), strict=True)]


def _to_json_value(value: Any) -> Any:
    if type(value) is str:
        return value
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_to_json_value(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _to_json_value(item) for key, item in value.items()}
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return value.item() if isinstance(value, np.generic) else value


def restore_kind(series: pd.Series, what: str) -> pd.Series:
    """A text or number column brought back to the kind that metadata name; unchanged where a value does not fit."""
    try:
        return _restore_kind(series, what)
    except (ValueError, TypeError, OverflowError):
        return series


def _restore_kind(series: pd.Series, what: str) -> pd.Series:
    values = [None if hole else value for hole, value in zip(series.isna(), series.tolist(), strict=True)]
    match what:
        case "null" if all(value is None for value in values):
            return pd.Series(values, dtype=object)
        case "string":
            return pd.Series([_to_text(value) for value in values], dtype="str")
        case "integer":
            return _to_integers([None if value is None else int(value) for value in values])
        case "number":
            return pd.Series([np.nan if value is None else float(value) for value in values], dtype="float64")
        case "boolean":
            kept = [None if value is None else _to_boolean(value) for value in values]
            return to_column(kept) if any(value is not None for value in kept) else pd.Series(kept, dtype="boolean")
        case "date":
            return pd.Series([None if value is None else _to_date(value) for value in values], dtype=object)
        case "datetime" | "instant":
            return _to_times(values, zoned=what == "instant")
        case "json":
            return pd.Series([_parse_value(value) for value in values], dtype=object)
    return series


def _to_integers(values: list[int | None]) -> pd.Series:
    return to_column(values) if any(value is not None for value in values) else pd.Series(values, dtype="Int64")


def _to_text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else str(value)


def _to_boolean(value: Any) -> bool:
    if isinstance(value, str):
        return {"true": True, "1": True, "false": False, "0": False}[value.lower()]
    return bool(value)


def _to_date(value: Any) -> datetime.date:
    if isinstance(value, datetime.datetime):
        return value.date()
    return value if isinstance(value, datetime.date) else datetime.date.fromisoformat(str(value)[:10])


def _to_times(values: list[Any], *, zoned: bool) -> pd.Series:
    """Texts or stamps as microseconds; those without a zone are what a clock on the wall shows."""
    texts = pd.Series([value if value is None else str(value) for value in values], dtype=object)
    try:
        stamps = pd.to_datetime(texts, format="ISO8601")
    except ValueError:  # of several zones, as summer time makes them
        stamps = pd.to_datetime(texts, format="ISO8601", utc=True)
    if not zoned and stamps.dt.tz is not None:
        stamps = stamps.dt.tz_localize(None)
    if zoned and stamps.dt.tz is None:
        stamps = stamps.dt.tz_localize("UTC")
    return stamps.dt.as_unit("us")


def _parse_value(value: Any) -> Any:
    import orjson

    if not isinstance(value, str):
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return value


def to_columns(
    rows: Sequence[dict[str, Any]], wants: Callable[[str], bool], *, first: Iterable[str] = ()
) -> dict[str, pd.Series]:
    """Columns of rows by key, a null where a row lacks it.

    Args:
        rows: the rows. wants: whether a key is taken. first: keys that come first, even where no row has them.
    """
    names = [name for name in dict.fromkeys([*first, *key_names(rows)]) if wants(name)]
    return {name: to_column([row.get(name) for row in rows]) for name in names}


def key_names(rows: Iterable[dict[str, Any]]) -> list[str]:
    """All keys of the rows in the order of their first appearance."""
    names: dict[str, None] = {}
    for row in rows:
        names.update(dict.fromkeys(row))
    return list(names)
