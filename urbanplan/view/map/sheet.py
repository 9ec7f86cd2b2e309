"""One layer as the page holds it: shapes, classes, labels, dates, attributes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from urbanplan.errors import ViewError
from urbanplan.layer.datum import wgs84_to_gcj02
from urbanplan.layer.layer import Layer
from urbanplan.model.layertype import FieldSpec
from urbanplan.model.style import LabelStyle, LayerDisplay, Style, Symbol
from urbanplan.model.units import MU_M2
from urbanplan.view.map.base import Datum
from urbanplan.view.map.classes import classify
from urbanplan.view.map.columns import fields, to_json_values, to_texts
from urbanplan.view.map.pack import pack_geometries

if TYPE_CHECKING:
    import geopandas as gpd

_LARGE_LAYER = 20_000  # rows above which only id, name and classed columns go into the page


@dataclass(frozen=True)
class MapLayer:
    """A layer to be shown: its features in the working CRS, how it looks and where it stands in the list."""

    name: str
    frame: gpd.GeoDataFrame
    style: Style
    shown: LayerDisplay
    group: int
    base: bool
    layer: Layer | None = None
    columns: Mapping[str, FieldSpec] = field(default_factory=dict)  # of a result

    @property
    def specs(self) -> Mapping[str, FieldSpec]:
        """Titles, units and codes of its columns."""
        return self.layer.type.fields if self.layer else self.columns

    def title(self, lang: str) -> str:
        """The layer's title: the map's word, else the style's, else the type's, else its name."""
        typed = self.layer.type.title if self.layer else {}
        return next((t[lang] for t in (self.shown.title, self.style.title, typed) if lang in t), self.name)

    @property
    def id_field(self) -> str | None:
        """The column of ids, where the layer has one."""
        name = self.layer.type.id if self.layer else "id"
        return name if name in self.frame else None

    @property
    def name_field(self) -> str | None:
        """The column of names, where the layer has one."""
        name = (self.layer.type.label if self.layer else None) or "name"
        return name if name in self.frame else None


def payload(sheet: MapLayer, *, lang: str, datum: Datum = "cgcs2000") -> dict[str, Any]:
    """What the page knows of a layer; see ``view/assets/map/layer-decoder.js``."""
    frame, style = sheet.frame, sheet.style
    attributes = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    number, classes = _classes(style, attributes, lang=lang)
    degrees = to_degrees(frame, datum)
    ids = to_texts(attributes[sheet.id_field]) if sheet.id_field else [str(k + 1) for k in range(len(frame))]
    names = to_texts(attributes[sheet.name_field]) if sheet.name_field else [None] * len(frame)
    columns = fields(attributes, specs=sheet.specs, wanted=_field_names(sheet), lang=lang)
    return {
        "name": sheet.name,
        "title": sheet.title(lang),
        "group": sheet.group,
        "base": sheet.base,
        "visible": sheet.shown.visible,
        "basis": sheet.layer.basis if sheet.layer else None,
        "source": sheet.layer.source if sheet.layer else "",
        "minZoom": style.min_zoom,
        "ids": ids,
        "names": names,
        "idField": sheet.id_field,
        "nameField": sheet.name_field,
        "class": number,
        "classes": classes,
        "time": _time(style, attributes),
        "band": to_json_values(attributes[style.band]) if style.band and style.band in attributes else None,
        "label": _label(sheet, attributes, names, lang=lang) if style.label and sheet.shown.labels else None,
        "fields": [_once(told, {"ids": ids, "names": names}) for told in columns],
        "shape": pack_geometries(degrees),
    }


def _once(field: dict[str, Any], held: Mapping[str, list[Any]]) -> dict[str, Any]:
    """A field, its values left out where the layer holds them already under another word."""
    same = next((word for word, values in held.items() if field.get("values") == values), None)
    return {**{key: told for key, told in field.items() if key != "values"}, "same": same} if same else field


def to_degrees(frame: gpd.GeoDataFrame, datum: Datum = "cgcs2000") -> NDArray[Any]:
    """A frame's shapes in degrees, longitude first, without heights: WGS 84, or shifted to GCJ-02."""
    import shapely

    if frame.crs is None:
        raise ViewError("a layer without a coordinate reference system cannot be drawn", fix="Pin its CRS in the plan.")
    transform = _degrees_transformer(frame.crs.to_wkt()).transform
    flat = shapely.force_2d(frame.geometry.to_numpy())
    degrees = shapely.transform(flat, lambda c: np.column_stack(transform(*c.T)))
    if datum != "gcj02":
        return degrees
    return shapely.transform(degrees, lambda c: np.column_stack(wgs84_to_gcj02(c[:, 0], c[:, 1])))


@cache
def _degrees_transformer(crs: str) -> Any:
    """One transformer for each CRS: making one takes longer than most layers."""
    import pyproj

    return pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)


def _field_names(sheet: MapLayer) -> list[str]:
    if sheet.style.fields or len(sheet.frame) <= _LARGE_LAYER:
        return sheet.style.fields
    kept = [sheet.id_field, sheet.name_field, *sheet.style.field, *sheet.style.time]
    return [name for name in dict.fromkeys(kept) if name and name in sheet.frame] or list(sheet.frame.columns[:1])


def _classes(style: Style, frame: pd.DataFrame, *, lang: str) -> tuple[list[int] | None, list[dict[str, Any]]]:
    look = [{"title": one.title.get(lang, ""), "symbol": _symbol(one)} for one in style.classes]
    look.append({"title": style.other.get(lang, ""), "symbol": _symbol(style.symbol)})
    number = classify(style, frame)
    return number.tolist() if number.any() else None, look


def _symbol(symbol: Symbol) -> dict[str, Any]:
    return symbol.model_dump(include=set(Symbol.model_fields))


def _time(style: Style, frame: pd.DataFrame) -> list[str | None] | None:
    name = next((name for name in style.time if name in frame), None)
    if name is None:
        return None
    moments = pd.to_datetime(frame[name].astype("string"), errors="coerce", format="ISO8601")
    return [None if pd.isna(moment) else moment.date().isoformat() for moment in moments]


def _label(sheet: MapLayer, frame: pd.DataFrame, held: Sequence[str | None], *, lang: str) -> dict[str, Any]:
    """Labels and their order; ``names`` is None where they are those of the layer, from the letter ``cut`` on."""
    label = sheet.style.label or LabelStyle()
    field = next((name for name in label.field if name in frame), sheet.name_field)
    names = to_texts(frame[field]) if field else [None] * len(frame)
    cut = _common_prefix(names) if label.figure else 0
    figures = _figures(sheet, label, frame, lang=lang)
    rows = [row for row, name in enumerate(names) if name or (figures and figures[row])]
    sizes = (sheet.frame.geometry.area + sheet.frame.geometry.length).to_numpy()
    rows.sort(key=lambda row: -sizes[row])
    looks = label.model_dump(include={"min_zoom", "size", "bold", "colour", "outside"})
    return {**looks, "names": None if names == held else names, "cut": cut, "figures": figures, "rows": rows}


def _common_prefix(names: Sequence[str | None]) -> int:
    """How many letters of numbers all of them share up to a dash: 8 of GX-2025-07."""
    told = [name for name in names if name]
    if len(told) < 3:
        return 0
    first, last = min(told), max(told)
    same = next((k for k, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), 0)
    return first.rfind("-", 0, same) + 1


def _figures(sheet: MapLayer, label: LabelStyle, frame: pd.DataFrame, *, lang: str) -> list[str | None] | None:
    """The figure under a name; ``@mu`` is the drawn area in mu."""
    name = next((name for name in label.figure if name in frame or name == "@mu"), None)
    if name is None:
        return None
    drawn = sheet.frame.geometry.area.to_numpy() / MU_M2
    figures = drawn if name == "@mu" else pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=float)
    unit = label.unit.get(lang, "")
    gap = " " if unit and lang != "zh" else ""
    return [None if not np.isfinite(f) else f"{f:,.{label.digits}f}".removesuffix(".0") + gap + unit for f in figures]
