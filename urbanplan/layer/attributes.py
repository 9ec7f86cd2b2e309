"""Rules on values: nulls, codes, limits, repeats, stages, dates, broken text."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from urbanplan.layer.arrays import geometry_array, id_array
from urbanplan.layer.dates import PLACEHOLDER_DATES
from urbanplan.layer.geojson import to_geojson
from urbanplan.model.comparison import is_above, is_below
from urbanplan.model.finding import Finding, build_finding
from urbanplan.model.layertype import FieldSpec
from urbanplan.model.resources import resource_path

if TYPE_CHECKING:
    from urbanplan.layer.layer import Layer

_PLAUSIBLE_YEARS = (1900, 2100)
_MOJIBAKE = r"\ufffd|锟斤拷|烫烫|屯屯|Ã.|â€|ï¿½"  # the marks of text read in the wrong encoding


def attribute_findings(layer: Layer) -> list[Finding]:
    """Findings on the values of every declared field, each at its feature's geometry."""
    shapes = geometry_array(layer)
    ids = id_array(layer)
    rows = pd.DataFrame(layer.frame)  # whose columns are taken faster than those of a frame that watches its shapes
    return [
        build_finding(
            code, layer=layer.name, feature=ids[row], geometry=to_geojson(shapes[row]), column=column, **values
        )
        for column, spec in layer.type.fields.items()
        if column in rows.columns
        for code, row, values in _problems(layer, rows[column], spec)
    ]


def _problems(layer: Layer, series: pd.Series, spec: FieldSpec) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """Code, row and message values of each value of a column that breaks a rule."""
    column = str(series.name)
    yield from _null_values(layer, column, spec, series)
    if bool(series.isna().to_numpy().all()):
        return
    yield from _duplicate_values(layer, column, spec, series)
    if spec.codes is not None:
        yield from _unlisted_values("layer-value-code", series, code_list_values(spec.codes))
    if column == "stage" and layer.type.stages:
        yield from _unlisted_values("layer-stage-unknown", series, layer.type.stages)
    if spec.type in ("integer", "number"):
        yield from _values_out_of_range(spec, series)
    if spec.type == "date":
        yield from _implausible_dates(series)
    if spec.type == "string":
        yield from _broken_texts(series.astype("string"))


def _broken_texts(series: pd.Series) -> Iterator[tuple[str, int, dict[str, Any]]]:
    if re.search(_MOJIBAKE, "\n".join(series.dropna().tolist())) is None:  # as in nearly every column
        return
    broken = series.str.contains(_MOJIBAKE, regex=True).fillna(False).to_numpy(dtype=bool)
    for row in np.flatnonzero(broken):
        yield "layer-text-broken", int(row), {"value": _shorten(series.iloc[row])}


def _null_values(
    layer: Layer, column: str, spec: FieldSpec, series: pd.Series
) -> Iterator[tuple[str, int, dict[str, Any]]]:
    absent = series.isna().to_numpy(dtype=bool)
    if spec.nullable or column == layer.type.id or (absent.all() and spec.required):  # told as a column that is absent
        return
    for row in np.flatnonzero(absent):
        yield "layer-value-null", int(row), {}


def _duplicate_values(
    layer: Layer, column: str, spec: FieldSpec, series: pd.Series
) -> Iterator[tuple[str, int, dict[str, Any]]]:
    if not spec.unique or column == layer.type.id:  # ids are looked at on reading
        return
    ids = id_array(layer)
    later = (series.duplicated() & series.notna()).to_numpy(dtype=bool)
    for row in np.flatnonzero(later):
        first = int(np.flatnonzero((series == series.iloc[row]).fillna(False).to_numpy(dtype=bool))[0])
        yield "layer-value-repeated", int(row), {"value": _shorten(series.iloc[row]), "other": ids[first]}


def _unlisted_values(code: str, series: pd.Series, known: list[str]) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """Values that stand in no list, with the nearest that does."""
    if set(series.dropna().unique()) <= set(known):
        return
    strange = (series.notna() & ~series.astype("string").isin(known)).to_numpy(dtype=bool)
    for row in np.flatnonzero(strange):
        value = str(series.iloc[row])
        near = difflib.get_close_matches(value, known, n=1, cutoff=0.4)
        yield code, int(row), {"value": _shorten(value), "near": near[0] if near else ", ".join(known[:8])}


def _values_out_of_range(spec: FieldSpec, series: pd.Series) -> Iterator[tuple[str, int, dict[str, Any]]]:
    values = series.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    for row in np.flatnonzero(is_below(values, -np.inf if spec.minimum is None else spec.minimum)):
        yield "layer-value-low", int(row), {"value": float(values[row]), "least": spec.minimum, "unit": spec.unit or ""}
    for row in np.flatnonzero(is_above(values, np.inf if spec.maximum is None else spec.maximum)):
        yield "layer-value-high", int(row), {"value": float(values[row]), "most": spec.maximum, "unit": spec.unit or ""}


def _implausible_dates(series: pd.Series) -> Iterator[tuple[str, int, dict[str, Any]]]:
    if not pd.api.types.is_datetime64_any_dtype(series):
        return
    text = series.dt.strftime("%Y-%m-%d")
    odd = text.isin(PLACEHOLDER_DATES) | (series.dt.year < _PLAUSIBLE_YEARS[0]) | (series.dt.year > _PLAUSIBLE_YEARS[1])
    for row in np.flatnonzero((odd & series.notna()).to_numpy(dtype=bool)):
        yield "layer-date-implausible", int(row), {"value": str(text.iloc[row])}


@cache
def _read_code_list(name: str) -> tuple[str, ...]:
    path = resource_path("layers", "codes", f"{name}.toml")
    return tuple(tomllib.loads(path.read_text(encoding="utf-8"))["codes"])


def code_list_values(codes: list[str] | str) -> list[str]:
    """The values of a code list, given itself or by the name of a file of ``layers/codes``."""
    return codes if isinstance(codes, list) else list(_read_code_list(codes))


def _shorten(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:59] + "…"
