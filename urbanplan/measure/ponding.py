"""How much of streets, land or people lies deeper in the water of a rain than a depth, and how sure that is.

Where heights may be off by e metres, each on its own, water may run elsewhere: then nothing is surely wet, and what may
be is as deep as every depression filled to the brim and 2 e more: the level rises by e at most and the ground sinks by
e.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field

from urbanplan.errors import MeasureError, RasterError
from urbanplan.measure.grouping import break_down
from urbanplan.measure.measured import Layers, MeasureContext, Measurement
from urbanplan.measure.parameters import SelectionParameters
from urbanplan.measure.reasons import explain_unknown_rows
from urbanplan.measure.selection import SelectedFeatures, compared_pairs, select_features
from urbanplan.model.reading import Evidence, Reading
from urbanplan.model.titles import layer_title
from urbanplan.model.translation import join_clauses, localize, translate

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from urbanplan.model.layertype import LayerType
    from urbanplan.raster.basins import Basins

    Floats = NDArray[np.floating[Any]]

_UNITS = {"length": "m", "area": "m²", "people": "person", "share": "share"}


class Ponding(SelectionParameters):
    """What lies deeper than `over_m` in the water of a rain at rest: metres, area, people, or the share of them.

    A screening: rain falls evenly, no pipe, pump or time is in it.
    """

    elevation: str = Field(description="Layer of type elevation, a raster of heights")
    rain_mm: float = Field(ge=0, le=10_000, description="Depth of the rain")
    loss_mm: float = Field(default=0.0, ge=0, le=10_000, description="Of it, what seeps away or is held")
    drainage_mm: float = Field(default=0.0, ge=0, le=10_000, description="Of the rest, what the drains take everywhere")
    over_m: float = Field(default=0.15, ge=0, le=100, description="Depth of water from which a place counts")
    error_m: float = Field(
        ge=0,
        le=1_000,
        description="Metres that each height may be off by; 0 takes them as they are, half their step counts at least",
    )
    reading: Literal["length", "area", "people", "share"] = Field(
        default="length", description="What is read; share: of people where `people` is given, else of length or area"
    )
    people: str | None = Field(default=None, description="Column that counts people, for people and their share")
    bounds_positions = False

    def dimension(self, types: Mapping[str, LayerType]) -> str | None:
        """As the reading says."""
        return self.reading

    def compared_layers(self, setting: MeasureContext) -> list[set[str]]:
        """The selection's pairs, and it with the elevation."""
        return [*compared_pairs(self.selection()), {self.selection().layer, self.elevation}]

    def layers(self, setting: MeasureContext) -> set[str]:
        """The selection's layers and the elevation."""
        return super().layers(setting) | {self.elevation}


def measure(layers: Layers, params: Ponding, setting: MeasureContext) -> Measurement:
    """What surely lies so deep .. what may; the features by their greatest depth as ``ponding``."""
    selected = select_features(params.selection(), layers, setting)
    if params.reading == "people" and params.people is None:
        raise MeasureError("people are read without a column of people", where=setting.where, fix="Add `people`")
    if params.people is not None and params.people not in selected.frame.columns:
        raise MeasureError("layer {layer!r} has no column {column!r} of people", where=setting.where,
                           fix="Give a column of the layer", layer=selected.layer, column=params.people)  # fmt: skip
    try:
        basins = _basins(layers, params, setting)
    except RasterError as error:
        return Measurement(None, reason=error.text(translate), settled_by=localize("an elevation that can be used"))
    error_m = max(params.error_m, basins.elevation.rounding)
    selected, depth = _with_amounts(selected, basins, params, error_m)

    def reading(part: SelectedFeatures) -> Reading:
        return _share(part) if params.reading == "share" else _amount(part, _UNITS[params.reading])

    reason, settled_by = explain_unknown_rows(selected, params.selection())
    told = _explain(params, error_m, int(np.count_nonzero(np.isnan(depth))), selected.layer)
    return Measurement(
        reading=reading(selected),
        breakdown=break_down(selected, params.by, reading, layers, setting),
        evidence=Evidence(
            layers={selected.layer: selected.frame["__id__"].astype(str)[depth > params.over_m].tolist()},
            results=["ponding"],
            notes={"rain_mm": params.rain_mm, "over_m": params.over_m, "error_m": error_m, "method": "bounds"},
        ),
        reason=join_clauses([told, reason]),
        settled_by=join_clauses([localize("an elevation of a smaller error") if error_m else "", settled_by]),
        results={"ponding": _result(selected, depth)},
    )


def _basins(layers: Layers, params: Ponding, setting: MeasureContext) -> Basins:
    """The tree of depressions, found once for all targets of a run."""
    from urbanplan.raster.basins import find_basins
    from urbanplan.raster.elevation import elevation_from_layer

    known = setting.memory.setdefault("basins", {})
    layer = layers[params.elevation]
    if known.get(params.elevation, (None,))[0] is not layer:
        known[params.elevation] = (layer, find_basins(elevation_from_layer(layer)))
    return known[params.elevation][1]


def _depth_bounds(basins: Basins, params: Ponding, error_m: float) -> tuple[Floats, Floats, Floats]:
    """Depth as computed, and the least and greatest that it may be; NaN where void."""
    from urbanplan.raster.rain import brimming_depth, pond

    water = pond(basins, rain_mm=params.rain_mm, loss_mm=params.loss_mm, drainage_mm=params.drainage_mm).depth
    if not error_m or params.rain_mm <= params.loss_mm + params.drainage_mm:
        return water, water, water
    return water, np.where(np.isnan(water), np.nan, 0.0), brimming_depth(basins) + 2 * error_m


def _with_amounts(
    selected: SelectedFeatures, basins: Basins, params: Ponding, error_m: float
) -> tuple[SelectedFeatures, Floats]:
    """Each row with its amount, what of it surely lies deeper and what may; and the greatest depth on each."""
    import pandas as pd

    from urbanplan.raster.sampling import has_no_depth, sample

    water, least, most = _depth_bounds(basins, params, error_m)
    drawn = np.flatnonzero(selected.drawn)
    parts = sample(selected.frame.iloc[drawn], basins.elevation)
    row, rows = drawn[parts.feature], len(selected.frame)
    hidden = has_no_depth(selected.frame)[row]
    unknown = hidden | np.isnan(parts.values(water))
    sure = np.where(unknown, False, parts.values(least) > params.over_m)
    may = np.where(unknown, True, parts.values(most) > params.over_m)
    whole, deep, wet = (np.bincount(row, parts.amount * mask, rows) for mask in (np.ones(len(row)), sure, may))
    if params.people is not None:  # whoever lives at a place that is wet anywhere
        people = pd.to_numeric(selected.frame[params.people], errors="coerce").to_numpy(dtype=float)
        whole, deep, wet = people, np.where(deep > 0, people, 0.0), np.where(wet > 0, people, 0.0)
    depth = np.full(rows, -np.inf)
    np.maximum.at(depth, row[~unknown], parts.values(water)[~unknown])
    whole = np.where(selected.drawn, whole, whole if params.people is not None else np.nan)
    wet = np.where(selected.drawn, wet, whole)
    frame = selected.frame.assign(__whole__=whole, __deep__=np.where(selected.drawn, deep, 0.0), __wet__=wet)
    return replace(selected, frame=frame), np.where(np.isneginf(depth), np.nan, depth)


def _amount(part: SelectedFeatures, unit: str) -> Reading:
    """What surely lies deeper in rows that surely count, to all that may; unbounded where an amount is unknown."""
    deep, wet = (part.frame[name].to_numpy(dtype=float) for name in ("__deep__", "__wet__"))
    low = float(np.nansum(deep[part.sure]))
    high = None if np.isnan(wet).any() else max(low, float(wet.sum()))
    return Reading(low=low, high=high, unit=unit)


def _share(part: SelectedFeatures) -> Reading:
    """The least and greatest share of all that counts, both of one choice of what is unknown."""
    whole, deep, wet = (part.frame[name].to_numpy(dtype=float) for name in ("__whole__", "__deep__", "__wet__"))
    if np.isnan(whole).any() or not whole.sum():
        return Reading(low=0.0, high=1.0, unit="share")
    sure = part.sure
    dry = (whole - wet)[sure].sum()
    low, others = deep[sure].sum(), (whole - deep).sum()
    high = wet.sum()
    return Reading(
        low=float(low / (low + others)) if low + others else 0.0,
        high=float(high / (high + dry)) if high + dry else 1.0,
        unit="share",
    )


def _explain(params: Ponding, error_m: float, unknown: int, layer: str) -> str:
    parts = [localize("a screening of {rain:g} mm at rest, without pipes, pumps and time", rain=params.rain_mm)]
    if error_m:
        text = "heights may be off by {error:g} m: bounds of depth from none to every depression full and {more:g} m"
        parts.append(localize(text, error=error_m, more=2 * error_m))
    if unknown:
        text = "{count} features of {layer} have no depth: bridges, tunnels, voids or beyond the elevation"
        parts.append(localize(text, count=unknown, layer=layer_title(layer)))
    return join_clauses(parts)


def _result(selected: SelectedFeatures, depth: Floats) -> gpd.GeoDataFrame:
    import geopandas as gpd

    frame = selected.frame
    rows = {
        "id": frame["__id__"].astype(str).to_numpy(),
        "depth_m": depth,
        "wet": frame["__deep__"].to_numpy(),
        "may_be_wet": frame["__wet__"].to_numpy(),
    }
    return gpd.GeoDataFrame(rows, geometry=selected.frame.geometry.to_numpy(), crs=selected.frame.crs)
