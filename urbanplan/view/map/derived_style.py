"""How a layer looks that no style file is made for: colours, classes, labels and order by its shapes and columns."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import shapely

from urbanplan.layer.layer import Layer
from urbanplan.model.code_words import code_word
from urbanplan.model.resources import resource_path
from urbanplan.model.style import LabelStyle, Style, StyleClass, Symbol
from urbanplan.model.translation import localize

PALETTE = ("#4f86b5", "#c0774a", "#5f9a6b", "#8d6bb0", "#b8912f", "#b0577c", "#3f9a98", "#7f7f52")
"""Hues of layers, and of kinds within one."""
_PLACE_ORDER = {2: 34, 1: 46, 0: 62}  # by dimension: areas under lines under points
_WIDE_ORDER = 22  # areas that cover much of the map lie under streets
_WIDE_SHARE = 0.25
_STAGE_SHARE = 2 / 3  # of the kinds of a column that are words for stages
_MOST_KINDS, _MOST_STEPS = 8, 5
_KNOWN_SHARE = 0.6  # of the rows that the kinds of a column hold
_COORDINATES = {
    "lon",
    "lat",
    "lng",
    "longitude",
    "latitude",
    "x",
    "y",
    "east",
    "north",
    "easting",
    "northing",
    "经度",
    "纬度",
}
_SHAPE_SIZES = ("shape_", "shape.", "st_area", "st_length", "st_perimet")
"""What begins the names of columns in which programs keep the size of a shape, which the map shows anyway."""
_NAME_WIDTH = 64  # pixels that an area is wide before its name stands in it
_PIXEL_M = 156_543.0  # metres of a pixel at zoom 0, on the equator
_FEW = 400  # features of a layer up to which names stand early


@dataclass(frozen=True)
class _Field:
    """A column by which features are classed: its kinds in order, or the breaks of its numbers."""

    name: str
    kinds: tuple[str, ...] = ()
    breaks: tuple[float, ...] = ()
    ordered: bool = False


def derive_style(layer: Layer, number: int) -> Style:
    """A style made of a layer's shapes and columns.

    Args:
        layer: the layer. number: of the layer among those without a style, from 0; it chooses the hue.
    """
    sizes = _dimensions(layer)
    top = max(sizes, default=2)
    hue = PALETTE[number % len(PALETTE)]
    field = _choose_field(layer)
    classes = [] if field is None else _classes(field, layer, hue, top)
    other = {} if field is None else _other_word(field, layer)
    return Style.model_validate(
        {
            "name": layer.name,
            "title": _title(layer, field),
            "order": _order(layer, top) + min(number, 9),
            "symbol": _symbol(hue, top, pale=bool(classes)),
            "field": [] if field is None else [field.name],
            "class": classes,
            "other": other,
            "label": _label(layer, top),
        }
    )


def _title(layer: Layer, field: _Field | None) -> dict[str, str]:
    """The layer's title, and what its classes are of."""
    if field is None:
        return {}
    spec = layer.type.fields.get(field.name)
    titles = spec.title if spec is not None else {}
    return {code: f"{layer.title(code)} · {titles.get(code, field.name)}" for code in ("zh", "en")}


def without_classes(style: Style, layer: Layer) -> Style:
    """A style none of whose fields the layer has: one symbol, and no word for what is in no class."""
    if not style.field or any(name in layer.frame for name in style.field):
        return style
    return style.model_copy(update={"classes": [], "field": [], "other": {}})


def _dimensions(layer: Layer) -> list[int]:
    shapes = layer.frame.geometry.dropna().to_numpy()
    return [] if not len(shapes) else np.unique(shapely.get_dimensions(shapes)).tolist()  # pyright: ignore


def _order(layer: Layer, top: int) -> int:
    """Where a layer lies among others: what covers much of the map lies under everything."""
    if top != 2:
        return _PLACE_ORDER[top]
    west, south, east, north = layer.frame.total_bounds
    extent = max((east - west) * (north - south), 1e-9)
    return _WIDE_ORDER if float(np.asarray(layer.frame.area).sum()) > _WIDE_SHARE * extent else _PLACE_ORDER[2]


def _symbol(hue: str, top: int, *, pale: bool = False) -> Symbol:
    match top:
        case 0:
            return Symbol(fill=_mix(hue, 0.6) if pale else hue, stroke="#ffffff", width=1.2, size=4.5)
        case 1:
            return Symbol(stroke=_mix(hue, 0.5) if pale else hue, width=2.2)
        case _:
            fill = _mix(hue, 0.75) if pale else _mix(hue, 0.35)
            return Symbol(fill=fill, fill_opacity=0.7, stroke=_mix(hue, -0.3), width=1.0)


def _class_symbol(symbol: Symbol, hue: str, top: int, step: float | None) -> dict[str, Any]:
    """A symbol in the hue of its class; of numbers, points grow and lines thicken too."""
    data = symbol.model_dump()
    match top:
        case 0:
            return data | {"fill": hue, "size": 4.5 if step is None else 3.5 + 4.5 * step}
        case 1:
            return data | {"stroke": hue, "width": 2.2 if step is None else 1.2 + 3.4 * step}
        case _:
            return data | {"fill": hue, "stroke": _mix(hue, -0.3)}


def _classes(field: _Field, layer: Layer, hue: str, top: int) -> list[StyleClass]:
    symbol = _symbol(hue, top)
    if field.kinds:
        hues = _ramp(hue, len(field.kinds)) if field.ordered else _hues(hue, len(field.kinds))
        return [
            StyleClass.model_validate(
                _class_symbol(symbol, colour, top, None) | {"title": _kind_title(kind), "values": [kind]}
            )
            for kind, colour in zip(field.kinds, hues, strict=True)
        ]
    edges = [None, *field.breaks, None]
    hues = _ramp(hue, len(edges) - 1)
    unit = _unit(field, layer)
    return [
        StyleClass.model_validate(
            _class_symbol(symbol, hues[k], top, k / max(len(edges) - 2, 1))
            | {"title": _range_title(edges[k], edges[k + 1], unit), "minimum": edges[k], "maximum": edges[k + 1]}
            | ({"minimum": -1e308} if edges[k] is None else {})
        )
        for k in range(len(edges) - 1)
    ]


def _kind_title(kind: str) -> dict[str, str]:
    words = {"True": localize("yes"), "False": localize("no")}
    return dict.fromkeys(("zh", "en"), words.get(kind) or code_word(kind))


def _range_title(low: float | None, high: float | None, unit: str) -> dict[str, str]:
    texts = [f"{edge:,.10g}" for edge in (low, high) if edge is not None]
    text = f"< {texts[0]}" if low is None else f"≥ {texts[0]}" if high is None else f"{texts[0]} – {texts[1]}"
    return dict.fromkeys(("zh", "en"), f"{text} {unit}".rstrip())


def _other_word(field: _Field, layer: Layer) -> dict[str, str]:
    column = layer.frame[field.name]
    rest = column.dropna()
    many = bool(field.kinds) and not rest.astype("string").isin(field.kinds).all()
    return dict.fromkeys(("zh", "en"), localize("other kinds") if many else localize("no value"))


def _unit(field: _Field, layer: Layer) -> str:
    from urbanplan.model.formatting import unit_word

    spec = layer.type.fields.get(field.name)
    return unit_word(spec.unit) if spec is not None and spec.unit else ""


def _label(layer: Layer, top: int) -> LabelStyle | None:
    name = layer.type.label or "name"
    if name not in layer.frame or layer.frame[name].isna().all():
        return None
    few = len(layer.frame) <= _FEW
    if top != 2:
        return LabelStyle(min_zoom=14.5 if few else 16, size=11)
    return LabelStyle(min_zoom=min(13.5 if few else 15.5, _zoom_of_names(layer)), size=11)


def _zoom_of_names(layer: Layer) -> float:
    """The zoom from which a tenth of the areas are wide enough for a name; the others have theirs when they are."""
    areas = np.asarray(layer.frame.area)
    side = math.sqrt(float(np.quantile(areas[areas > 0], 0.9))) if (areas > 0).any() else 1.0
    return round(max(0.0, math.log2(_NAME_WIDTH * _PIXEL_M / side)), 1)


def _choose_field(layer: Layer) -> _Field | None:
    """The column that says most: stages, then declared codes, then the best of kinds, then of numbers."""
    frame, kind = layer.frame, layer.type
    if kind.stages and "stage" in frame and frame["stage"].notna().any():
        return _Field("stage", tuple(kind.stages[:_MOST_KINDS]), ordered=True)
    coded = [(name, spec.codes) for name, spec in kind.fields.items() if isinstance(spec.codes, list)]
    for name, codes in coded:
        if name not in ("basis", "name_status") and name in frame:
            held = set(frame[name].dropna().astype(str))
            kinds = tuple(code for code in codes if code in held)
            if 2 <= len(kinds) <= _MOST_KINDS:
                return _Field(name, kinds)
    left = {kind.id, kind.label, "basis", "name", "id", "name_status", frame.geometry.name}
    columns = [str(name) for name in frame.columns if name not in left and not str(name).startswith("__")]
    columns = [name for name in columns if not _is_of_shape(name.casefold())]
    found = [(_spread(frame[name]), name) for name in columns if not pd.api.types.is_numeric_dtype(frame[name])]
    best = max(found, default=((0.0, ()), ""))
    if best[0][0] > 0:
        kinds, ordered = _in_stages(best[0][1])
        return _Field(best[1], kinds, ordered=ordered)
    numbered = [(name, _breaks(frame[name])) for name in columns if pd.api.types.is_numeric_dtype(frame[name])]
    return next((_Field(name, breaks=breaks) for name, breaks in numbered if breaks), None)


def _is_of_shape(name: str) -> bool:
    """Whether a column says where its shapes are or how large, by its name in small letters."""
    return name in _COORDINATES or name.startswith(_SHAPE_SIZES)


def _spread(column: pd.Series) -> tuple[float, tuple[str, ...]]:
    """How much a column of kinds says (the entropy of its kinds, bits), and its kinds, the commonest first."""
    values = column.dropna()
    if not len(values) or not isinstance(values.iloc[0], (str, bool, np.bool_)):
        return 0.0, ()
    counts = values.astype(str).value_counts()
    kinds = counts.head(_MOST_KINDS)
    if len(kinds) < 2 or kinds.sum() < _KNOWN_SHARE * len(column) or kinds.iloc[0] < 2:
        return 0.0, ()
    shares = kinds.to_numpy(dtype=float) / kinds.sum()
    return float(-(shares * np.log2(shares)).sum()), tuple(str(kind) for kind in kinds.index)


def _in_stages(kinds: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """Kinds in the order of stages where most of them are words for such, and whether they are."""
    order = {word: k for k, word in enumerate(_stage_words())}
    known = [kind for kind in kinds if kind.strip().casefold() in order]
    if len(known) < 2 or len(known) < _STAGE_SHARE * len(kinds):
        return kinds, False
    return tuple(sorted(kinds, key=lambda kind: order.get(kind.strip().casefold(), len(order)))), True


@cache
def _stage_words() -> list[str]:
    """The words of ``maps/columns/stages.toml`` in their order."""
    return tomllib.loads(resource_path("maps", "columns", "stages.toml").read_text(encoding="utf-8"))["order"]


def _breaks(column: pd.Series) -> tuple[float, ...]:
    """Breaks of numbers at round figures near their quantiles; none of a column of numbers like ids."""
    if pd.api.types.is_bool_dtype(column):
        return ()
    values = pd.to_numeric(column, errors="coerce").dropna().to_numpy(dtype=float)
    values = values[np.isfinite(values)]
    distinct = np.unique(values)
    if len(distinct) < _MOST_STEPS or _is_numbering(values, distinct):
        return ()
    shares = np.linspace(0, 1, _MOST_STEPS + 1)[1:-1]
    edges = {_round(float(edge)) for edge in np.quantile(distinct if len(distinct) < 50 else values, shares)}
    return tuple(sorted(edge for edge in edges if distinct[0] < edge <= distinct[-1]))


def _is_numbering(values: np.ndarray, distinct: np.ndarray) -> bool:
    """Whether whole numbers are all different and in a row, as numbers of rows are."""
    whole = bool((values == np.round(values)).all()) and len(distinct) == len(values)
    return whole and (distinct[-1] - distinct[0] < 1.5 * len(distinct) or abs(distinct[-1]) > 1e6)


def _round(value: float) -> float:
    """A number with two digits that count."""
    if value == 0:
        return 0.0
    return round(value, 1 - math.floor(math.log10(abs(value))))


def _hues(first: str, count: int) -> list[str]:
    at = PALETTE.index(first)
    return [PALETTE[(at + k) % len(PALETTE)] for k in range(count)]


def _ramp(hue: str, count: int) -> list[str]:
    """Shades of one hue from pale to dark."""
    return [_mix(hue, 0.7 - 1.1 * k / max(count - 1, 1)) for k in range(count)]


def _mix(hue: str, share: float) -> str:
    """A hue with white by a share of it, with black where the share is below zero."""
    goal, share = (255, share) if share >= 0 else (0, -share)
    parts = (int(hue[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(part + (goal - part) * share):02x}" for part in parts)
