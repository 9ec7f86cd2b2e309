"""Rows of a layer with what is unknown of them, and what a plan declares of unknown values.

Here alone is decided what is unknown: an empty geometry is a null one, a row that the reader refused is a possible one
with all its attributes unknown, and rows of one id are one thing or several.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (pandas' functions say no type of what they return)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.errors import MeasureError
from urbanplan.layer.repeated_ids import drop_equal_rows, has_unique_ids
from urbanplan.measure.measured import MeasureContext
from urbanplan.model.comparison import is_above, is_below
from urbanplan.model.layertype import FieldSpec
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from urbanplan.layer.layer import Layer

LEFT_OUT = "left out"


def layer_rows(layer: Layer) -> tuple[gpd.GeoDataFrame, NDArray[np.bool_]]:
    """All rows of a layer with ``__id__``, ``__kept__`` (part of the shape that is left) and ``__copies__``.

    ``__copies__`` says how many rows bear the id.  Empty geometries are null; rows that the reader refused follow the
    others, null in every column but the id.

    Returns:
        The rows, and whether each is one of the layer that could be read.
    """
    from urbanplan.layer.validity import null_unusable

    frame, copies = layer.frame, np.ones(len(layer.frame), dtype=np.intp)
    if has_unique_ids(layer.type):
        frame, copies = drop_equal_rows(frame, layer.type.id)
    count = len(frame)
    ids: Any = frame[layer.type.id].astype(str)
    if layer.refused is not None and len(layer.refused):
        names = _refused_names(layer.refused)
        ids = [*ids, *(f"#{row}" if name is None or name != name else str(name) for name, row in names)]
        frame = frame.reset_index(drop=True).reindex(range(len(ids)))
        copies = np.append(copies, np.ones(len(ids) - count, dtype=np.intp))
    frame = frame.assign(__id__=ids, __kept__=1.0, __copies__=copies, geometry=null_unusable(frame.geometry.to_numpy()))
    frame[layer.type.id] = frame["__id__"]
    return frame, np.arange(len(ids)) < count


def _refused_names(refused: pd.DataFrame) -> Iterable[tuple[Any, Any]]:
    return zip(refused["id"], refused["row"], strict=True)


def check_column(frame: gpd.GeoDataFrame, column: str, layer: Layer, setting: MeasureContext, *, key: str) -> None:
    """Check that a layer has the column that a key of its selection names.

    Raises:
        MeasureError: it has none.
    """
    if not is_column(frame, column):
        raise MeasureError(
            "layer {layer!r} has no column {column!r}",
            where=setting.where,
            fix="Give a column of its type in `{key}`: {known}",
            key=key,
            layer=layer.name,
            column=column,
            known=", ".join(layer.type.fields),
        )


def is_column(frame: gpd.GeoDataFrame, name: str) -> bool:
    """Whether a frame has a column of values of that name: neither its shapes nor what is noted beside the rows."""
    return name in frame.columns and name != "geometry" and not name.startswith("__")


def numeric_values(
    frame: gpd.GeoDataFrame, column: str, layer: Layer, setting: MeasureContext, *, key: str
) -> pd.Series:
    """The numbers of a column that a key of a measure names; null where one is none.

    Raises:
        MeasureError: the layer has no such column, or it holds values and no number.
    """
    from urbanplan.layer.conform import coerce_values

    check_column(frame, column, layer, setting, key=key)
    values, bad = coerce_values(frame[column], FieldSpec(type="number"))
    if bad.any() and values.isna().all():
        raise MeasureError(
            "column {column!r} of layer {layer!r} holds no numbers",
            where=setting.where,
            fix="Give a numeric column in `{key}`",
            key=key,
            layer=layer.name,
            column=column,
        )
    return values.astype("Float64")


def null_impossible(values: NDArray[np.float64], spec: FieldSpec | None) -> NDArray[np.float64]:
    """Numbers with NaN for those beyond the limits of their field: a finding of the layer, and here unknown."""
    least, most = field_limits(spec)
    return np.where(is_below(values, least) | is_above(values, most), np.nan, values)


def field_limits(spec: FieldSpec | None) -> tuple[float, float]:
    """Least and greatest value that a field declares, infinite where it says none."""
    least, most = (None, None) if spec is None else (spec.minimum, spec.maximum)
    return -np.inf if least is None else least, np.inf if most is None else most


def declare_unknown(
    frame: gpd.GeoDataFrame, declared: Mapping[str, Any], layer: Layer, setting: MeasureContext
) -> tuple[gpd.GeoDataFrame, NDArray[np.bool_]]:
    """Take the unknown values of columns as the plan declares: the frame with values put in, and which rows stay.

    Raises:
        MeasureError: the layer has no such column, or the value is not of its type.
    """
    stay = np.ones(len(frame), dtype=bool)
    for column, meaning in declared.items():
        check_column(frame, column, layer, setting, key="unknown")
        null = frame[column].isna().to_numpy(dtype=bool)
        if not null.any():
            continue
        setting.notice(
            "verdict-unknown-declared",
            layer=layer.name,
            features=frame.loc[null, "__id__"],
            column=column,
            meaning=localize(LEFT_OUT) if meaning == LEFT_OUT else str(meaning),
        )
        if meaning == LEFT_OUT:
            stay &= ~null
        else:
            frame = frame.assign(**{column: frame[column].fillna(_declared_value(column, meaning, layer, setting))})
    return frame, stay


def _is_allowed(meaning: Any, spec: FieldSpec) -> bool:
    """Whether a declared number lies within the limits of its field; true and false are no numbers."""
    if spec.type not in ("number", "integer"):
        return True
    least, most = field_limits(spec)
    return not isinstance(meaning, bool) and least <= float(meaning) <= most


def _declared_value(column: str, meaning: Any, layer: Layer, setting: MeasureContext) -> Any:
    """What unknown values of a column are taken as, of the column's type."""
    import pandas as pd

    from urbanplan.layer.conform import coerce_values

    spec = layer.type.fields.get(column)
    value = pd.Series([meaning]) if spec is None else coerce_values(pd.Series([meaning]), spec)[0]
    if value.isna().any() or (spec is not None and not _is_allowed(meaning, spec)):
        raise MeasureError(
            "{value!r} is no value of column {column!r}",
            where=setting.where,
            fix="Give a value of its type in `unknown`, or `left out`",
            value=meaning,
            column=column,
        )
    return value.iloc[0]
