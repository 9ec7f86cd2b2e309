"""Attributes for the page: columns of plain JSON values, repeated words held once."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from urbanplan.model.code_words import code_word
from urbanplan.model.layertype import FieldSpec

_EXCLUDED = {"geometry", "basis"}  # the basis stands as a badge
_DOUBLE = 8  # bytes
_MIN_ROWS_TO_ENCODE = 2000  # rows from which repeated words are held once


def to_json_values(column: pd.Series) -> list[Any]:
    """A column's values as JSON has words for: dates as ISO 8601, nulls as None, whatever else as text."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return [None if pd.isna(v) else v.date().isoformat() for v in column]
    plain = _plain_values(column, column.dtype)
    return [_to_json_value(v) for v in column.tolist()] if plain is None else plain


def _plain_values(column: Any, kind: Any) -> list[Any] | None:
    """The values of a column of one plain type, by column; None where each has to be looked at."""
    if isinstance(kind, pd.StringDtype) or pd.api.types.is_bool_dtype(kind):
        return column.to_numpy(dtype=object, na_value=None).tolist()
    if pd.api.types.is_float_dtype(kind) and kind.itemsize == _DOUBLE:
        numbers = column.to_numpy(dtype=float, na_value=np.nan)
        values = numbers.astype(object)
        values[~np.isfinite(numbers)] = None
        return values.tolist()
    if pd.api.types.is_integer_dtype(kind):
        values = column.to_numpy(dtype=object, na_value=None)
        known = column.dropna()
        return values.tolist() if not len(known) or max(abs(int(known.min())), int(known.max())) < 2**53 else None
    return None


def _to_json_value(value: Any) -> Any:
    match value:
        case bool() | str() | None:
            return value
        case int():
            return value if abs(value) < 2**53 else str(value)
        case float():
            return value if np.isfinite(value) else None
        case datetime.datetime():
            return None if pd.isna(value) else value.isoformat()
        case datetime.date():
            return value.isoformat()
        case _ if value is pd.NaT or value is pd.NA:
            return None
        case _:
            return str(value)


def to_texts(column: pd.Series) -> list[str | None]:
    """A column as text, null where it is null."""
    return [None if value is None else str(value) for value in to_json_values(column)]


def fields(
    frame: pd.DataFrame, *, specs: Mapping[str, FieldSpec], wanted: list[str], lang: str
) -> list[dict[str, Any]]:
    """The columns that pop-ups and tables show: name, title, unit and values.

    Args:
        frame: attributes, no geometry.
        specs: titles, units and codes by column. wanted: the columns, all where empty.
        lang: language of titles; codes are in the current language.
    """
    names = [name for name in (wanted or list(frame.columns)) if name in frame and name not in _EXCLUDED]
    return [_field(str(name), frame[name], spec=specs.get(str(name)), lang=lang) for name in names]


def _field(name: str, column: pd.Series, *, spec: FieldSpec | None, lang: str) -> dict[str, Any]:
    title = spec.title.get(lang) if spec and spec.title else None
    head = {"name": name, "title": title or name, "unit": (spec and spec.unit) or ""}
    values = to_json_values(column)
    if spec and isinstance(spec.codes, list):
        words = {code: code_word(code) for code in spec.codes}
        values = [words.get(value, value) if isinstance(value, str) else value for value in values]
    if len(values) < _MIN_ROWS_TO_ENCODE:
        return {**head, "values": values}
    codes, distinct = pd.factorize(pd.Series(values, dtype=object), use_na_sentinel=False)
    if len(distinct) > len(values) / 4:
        return {**head, "values": values}
    return {**head, "codes": codes.tolist(), "of": [_to_json_value(v) for v in distinct.tolist()]}
