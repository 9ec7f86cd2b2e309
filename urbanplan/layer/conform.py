"""Bringing a frame of a file to its declared type: names, value types, ids, nulls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from urbanplan.layer.column_names import match_columns, rename_columns, similar_columns
from urbanplan.layer.dates import coerce_days
from urbanplan.model.finding import Finding, build_finding
from urbanplan.model.layertype import FieldSpec, LayerType
from urbanplan.model.limits import MAX_AMOUNT

if TYPE_CHECKING:
    from collections.abc import Mapping

_INT64 = 2.0**63  # from here on a number is no whole number of 64 bits
_DTYPES: dict[str, Any] = {
    "string": "string", "integer": "Int64", "number": "Float64", "boolean": "boolean", "date": "datetime64[s]",
}  # fmt: skip
_TRUE = {"true", "t", "yes", "y", "1", "是", "有"}
_FALSE = {"false", "f", "no", "n", "0", "否", "无"}


def conform_to_type(
    frame: pd.DataFrame, kind: LayerType, *, layer: str, columns: Mapping[str, str] | None = None
) -> tuple[pd.DataFrame, list[Finding]]:
    """Rename columns to the type's fields and bring values to their declared types.

    Args:
        frame: rows as the file gives them. kind: the declared type. layer: name for findings.
        columns: field of the type = column of the file; else as :func:`match_columns` finds them.

    Returns:
        A new frame with a RangeIndex that has every declared field (absent ones all null), and findings:
        absent required columns, values that are not of their type (they become null), missing or repeated ids.
    """
    found: list[Finding] = []
    matches = match_columns(frame.columns, kind, columns)
    renamed = _rename(frame, rename_columns(frame.columns, matches))
    given = set(renamed.columns)
    for name, spec in kind.fields.items():
        if name not in given:
            renamed[name] = None if name == kind.id else _unknown_values(renamed, spec)
            if spec.required:
                near = similar_columns([name, *spec.aliases, *spec.title.values()], [str(c) for c in frame.columns])
                found.append(
                    build_finding("layer-column-absent", layer=layer, column=name, near=", ".join(near) or "—")
                )
    found += _assign_ids(renamed, kind, layer)
    ids = renamed[kind.id]
    for name, spec in kind.fields.items():
        if name == kind.id or name not in given:
            continue
        values, bad = coerce_values(renamed[name], spec)
        found += [
            build_finding(
                "layer-value-type",
                layer=layer,
                feature=ids[row],
                column=name,
                value=str(renamed[name][row]),
                type=spec.type,
            )
            for row in np.flatnonzero(bad)
        ]
        renamed[name] = values
    active = frame.active_geometry_name if isinstance(frame, gpd.GeoDataFrame) else None
    return renamed if active not in renamed.columns else gpd.GeoDataFrame(renamed, geometry=active), found


def _rename(frame: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """The rows with new names as plain columns, which are set faster than those of a frame that watches its shapes."""
    return pd.DataFrame(frame).rename(columns=names).reset_index(drop=True)


def _assign_ids(frame: pd.DataFrame, kind: LayerType, layer: str) -> list[Finding]:
    """Make ids strings; absent ids take the row number, ``#1`` first, and are told."""
    found: list[Finding] = []
    given = frame[kind.id] if kind.id in frame.columns else pd.Series([None] * len(frame), dtype=object)
    numbers = pd.Series([f"#{row + 1}" for row in range(len(frame))], dtype=object)
    absent = given.isna() | (given.astype(str).str.strip() == "")
    if absent.any():
        found.append(build_finding("layer-id-absent", layer=layer, count=int(absent.sum()), column=kind.id))
    frame[kind.id] = to_text(given).where(~absent, numbers).astype(str)
    twice = frame[kind.id][frame[kind.id].duplicated(keep=False) & ~absent]
    spec = kind.fields.get(kind.id)
    if len(twice) and (spec is None or spec.unique):
        for value, rows in twice.groupby(twice).groups.items():
            found.append(
                build_finding(
                    "layer-id-repeated", layer=layer, feature=value, rows=", ".join(str(int(r) + 1) for r in rows)
                )
            )
    return found


def coerce_values(values: pd.Series, spec: FieldSpec) -> tuple[pd.Series, np.ndarray]:
    """Values of the declared type with nulls, and a mask of values that are not of it."""
    if bool(values.isna().to_numpy().all()):  # as most fields of a type are: the general way takes far longer
        return pd.Series(_unknown_values(values, spec), index=values.index), np.zeros(len(values), dtype=bool)
    if spec.type not in ("number", "integer", "boolean", "date"):
        texts = to_text(values)
        blank = (texts.str.strip() == "").to_numpy(dtype=bool, na_value=False)
        return texts.mask(blank) if blank.any() else texts, np.zeros(len(values), dtype=bool)
    given = _given_values(values)
    match spec.type:
        case "number" | "integer":
            if pd.api.types.is_datetime64_any_dtype(values):  # pandas would count nanoseconds
                return pd.Series(_unknown_values(values, spec), index=values.index), given.to_numpy(dtype=bool)
            result = pd.to_numeric(values.where(given), errors="coerce")
            if spec.type == "integer" and pd.api.types.is_integer_dtype(result):  # a code of 18 digits is no float
                return result.astype("Int64"), (given & result.isna()).to_numpy(dtype=bool)
            result = result.astype("Float64")
            result = result.mask(~(np.abs(result.to_numpy(dtype=float, na_value=np.nan)) <= MAX_AMOUNT))
            bad = given & result.isna()
            if spec.type == "integer":
                bad |= result.notna() & (result != result.round()).fillna(False).astype(bool)
                result = result.mask(bad).astype("Int64")
        case "boolean":
            words = to_text(values).str.strip().str.lower()
            result = words.map({**dict.fromkeys(_TRUE, True), **dict.fromkeys(_FALSE, False)}).astype("boolean")
            bad = given & result.isna()
        case _:
            result = coerce_days(_day_texts(values.where(given)))
            bad = given & result.isna()
    return result, bad.to_numpy(dtype=bool)


def _given_values(values: pd.Series) -> pd.Series:
    """Which values are neither null nor blank; a number is never blank."""
    present = values.notna()
    if pd.api.types.is_numeric_dtype(values.dtype):
        return present
    texts = values if isinstance(values.dtype, pd.StringDtype) else values.astype(str)
    return present & (texts.str.strip() != "").fillna(False).astype(bool)


def _unknown_values(rows: pd.Series | pd.DataFrame, spec: FieldSpec) -> Any:
    """As many nulls of a field's type as there are rows."""
    return pd.array([None] * len(rows), dtype=_DTYPES[spec.type])


def _day_texts(values: pd.Series) -> pd.Series:
    """Values that may be dates: moments as they are, others as text; a number with a fraction is none."""
    if pd.api.types.is_datetime64_any_dtype(values):
        return values
    return to_text(values.where(values % 1 == 0) if pd.api.types.is_float_dtype(values) else values)


def to_text(values: pd.Series) -> pd.Series:
    """Values as text; whole floats without ``.0``, since readers widen integer columns with nulls."""
    if pd.api.types.is_float_dtype(values):
        numbers = values.astype("Float64")
        if bool(((numbers == numbers.round()) & (numbers.abs() < _INT64)).fillna(True).all()):
            return numbers.astype("Int64").astype("string")
    return values.astype("string")


def to_geodataframe(frame: pd.DataFrame, *, crs: str) -> gpd.GeoDataFrame:
    """The frame as GeoDataFrame; a plain table gets empty geometries."""
    if isinstance(frame, gpd.GeoDataFrame) and str(frame.active_geometry_name) in [str(c) for c in frame.columns]:
        return frame if frame.geometry.name == "geometry" else frame.rename_geometry("geometry")
    empty = np.full(len(frame), None, dtype=object)
    frame = pd.DataFrame(frame.rename(columns={"geometry": "geometry_text"}))  # a field of that name is no shape
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(empty, crs=crs))
