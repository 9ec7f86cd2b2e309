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
from urbanplan.layer.repeated_ids import least_of_groups
from urbanplan.measure.borders import cut_at_borders
from urbanplan.measure.grouping import break_down
from urbanplan.measure.measured import BASINS, Layers, MeasureContext, Measurement
from urbanplan.measure.parameters import SelectionParameters
from urbanplan.measure.pieces import disjoint_pieces
from urbanplan.measure.reasons import drawn_as, explain_unknown_rows, known_value
from urbanplan.measure.selection import SelectedFeatures, compared_pairs, select_features
from urbanplan.measure.share import share_reading, weight_limits, with_part
from urbanplan.model.reading import Evidence, Reading
from urbanplan.model.titles import layer_title
from urbanplan.model.translation import join_clauses, localize, translate

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from urbanplan.layer.layer import Layer
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
    try:
        basins = basins_of_layer(layers[params.elevation], setting.memory.setdefault(BASINS, {}))
    except RasterError as error:
        return Measurement(None, reason=error.text(translate), settled_by=localize("an elevation that can be used"))
    error_m = max(params.error_m, basins.elevation.rounding)
    limits = None
    if params.people is not None:
        limits = weight_limits(selected, params.people, layers, setting, key="people")
    elif drawn_dimension(selected, params) is not None:
        selected = disjoint_pieces(with_part(selected, np.zeros(len(selected))), setting)
    whole = selected
    selected, depth = _with_amounts(whole, basins, params, error_m, limits)
    parts = selected
    if params.by == "subdistrict" and limits is None:
        parts = cut_at_borders(whole, drawn_dimension(whole, params), layers, setting)
        parts = _with_amounts(parts, basins, params, error_m, limits)[0]

    def reading(part: SelectedFeatures) -> Reading:
        return _share(part) if params.reading == "share" else _amount(part, _UNITS[params.reading])

    found = reading(selected)
    reason, settled_by = explain_unknown_rows(selected, params.selection(), found)
    told = _explain(params, error_m, int(np.count_nonzero(np.isnan(depth))), selected.layer)
    return Measurement(
        reading=found,
        breakdown=break_down(parts, params.by, reading, layers, setting),
        evidence=Evidence(
            layers={selected.layer: selected.table.texts("__id__")[selected.rows[depth > params.over_m]].tolist()},
            results=["ponding"],
            notes={"rain_mm": params.rain_mm, "over_m": params.over_m, "error_m": error_m, "method": "bounds"},
        ),
        reason=join_clauses([told, reason]),
        settled_by=join_clauses([localize("an elevation of a smaller error") if error_m else "", settled_by]),
        results={"ponding": _result(selected, depth)},
        known=known_value(selected, _complete_rows(selected), reading),
    )


def basins_of_layer(layer: Layer, known: dict[str, tuple[Layer, Basins]]) -> Basins:
    """The tree of depressions of a layer of heights.

    Args:
        layer: of the plan. known: trees by the name of the layer, with the layer that each is of; what is found is
            added.

    Raises:
        RasterError: the layer bears no grid, or no height.
    """
    from urbanplan.raster.basins import find_basins
    from urbanplan.raster.elevation import elevation_from_layer

    held = known.get(layer.name)
    if held is None or held[0] is not layer:
        held = known[layer.name] = (layer, find_basins(elevation_from_layer(layer)))
    return held[1]


def _depth_bounds(basins: Basins, params: Ponding, error_m: float) -> tuple[Floats, Floats, Floats]:
    """Depth as computed, and the least and greatest that it may be; NaN where void."""
    from urbanplan.raster.rain import brimming_depth, pond

    water = pond(basins, rain_mm=params.rain_mm, loss_mm=params.loss_mm, drainage_mm=params.drainage_mm).depth
    if not error_m or params.rain_mm <= params.loss_mm + params.drainage_mm:
        return water, water, water
    return water, np.where(np.isnan(water), np.nan, 0.0), brimming_depth(basins) + 2 * error_m


def _with_amounts(
    selected: SelectedFeatures, basins: Basins, params: Ponding, error_m: float, limits: tuple[Floats, Floats] | None
) -> tuple[SelectedFeatures, Floats]:
    """Each row with what of it surely lies deeper, what may and what does not; and the greatest depth on each.

    Args:
        limits: least and greatest number of people of each row, where people are read.
    """
    from urbanplan.raster.sampling import sample

    water, least, most = _depth_bounds(basins, params, error_m)
    dimension = drawn_dimension(selected, params)
    drawn = np.flatnonzero(selected.drawn if dimension is None else drawn_as(selected, dimension))
    parts = sample(selected.frame.iloc[drawn], basins.elevation)
    row, rows = drawn[parts.feature], len(selected)
    unknown = may_lie_off_ground(selected)[row] | np.isnan(parts.values(water))
    sure = ~unknown & (parts.values(least) > params.over_m)
    may = unknown | (parts.values(most) > params.over_m)
    whole, deep, wet = (np.bincount(row, parts.amount * mask, rows) for mask in (np.ones(len(row)), sure, may))
    low = selected.frame.geometry.area.to_numpy() if dimension == 2 else whole  # cells are parts of it
    low, high = np.nan_to_num(low).astype(float), np.nan_to_num(low).astype(float)
    hidden = np.ones(rows, dtype=bool)
    hidden[drawn] = False
    low[hidden], high[hidden] = 0.0, np.inf
    if limits is not None:  # whoever lives at a place that is wet anywhere
        low, high = limits
        whole, deep, wet = np.ones(rows), (deep > 0).astype(float), (wet > 0).astype(float)
    deep[hidden], wet[hidden], whole[hidden] = 0.0, 1.0, 1.0
    depth = np.full(rows, -np.inf)
    np.maximum.at(depth, row[~unknown], parts.values(water)[~unknown])
    amounts: dict[str, Floats] = {}
    for state, part in (("deep", deep), ("open", wet - deep), ("dry", whole - wet)):
        share = np.divide(part, whole, out=np.zeros(rows), where=whole > 0)
        amounts[f"__{state}_least__"] = share * low
        amounts[f"__{state}_most__"] = np.where(share > 0, share * np.where(share > 0, high, 0.0), 0.0)
    return selected.with_columns(**amounts), np.where(np.isneginf(depth), np.nan, depth)


def drawn_dimension(selected: SelectedFeatures, params: Ponding) -> int | None:
    """The dimension of shapes whose metres or square metres are read; None where heads are."""
    if params.people is not None or params.reading == "people":
        return None
    if params.reading == "share":
        return 2 if drawn_as(selected, 2).any() else 1
    return 2 if params.reading == "area" else 1


def may_lie_off_ground(selected: SelectedFeatures) -> NDArray[np.bool_]:
    """Rows on a bridge, in a tunnel or on another level, and those of which a column that tells of others does not.

    A column that tells of no row is as one that the layer does not have: everything lies on the ground.
    """
    from urbanplan.raster.sampling import LEVEL_COLUMNS, has_no_depth

    told = selected.frame[[name for name in LEVEL_COLUMNS if name in selected.frame.columns]].notna()
    return has_no_depth(selected.frame) | (~told & told.any()).any(axis=1).to_numpy(dtype=bool)


def _amounts(part: SelectedFeatures, state: str) -> tuple[Floats, Floats]:
    least, most = (part.floats(f"__{state}_{end}__") for end in ("least", "most"))
    return least, most


def _amount(part: SelectedFeatures, unit: str) -> Reading:
    """What surely lies deeper in rows that surely count, to all that may; unbounded where an amount is unknown."""
    least = _amounts(part, "deep")[0]
    low = float(least[part.sure].sum()) + least_of_groups(part.groups, least)
    high = float(_amounts(part, "deep")[1].sum() + _amounts(part, "open")[1].sum())
    return Reading(low=low, high=max(low, high) if np.isfinite(high) else None, unit=unit)


def _share(part: SelectedFeatures) -> Reading:
    """The least and greatest share of all that counts, both of one choice of what is unknown."""
    ends = [_amounts(part, state) for state in ("deep", "open", "dry")]
    count = len(part)
    rows = {
        "__part__": np.repeat([1.0, np.nan, 0.0], count),
        "__least__": np.concatenate([least for least, _ in ends]),
        "__most__": np.concatenate([most for _, most in ends]),
    }
    thrice = [np.tile(column, len(ends)) for column in (part.rows, part.sure)]
    found = share_reading(replace(part, rows=thrice[0], fits=thrice[1], more=rows))
    return found or Reading(low=0.0, high=1.0, unit="share")


def _complete_rows(selected: SelectedFeatures) -> NDArray[np.bool_]:
    """Whether of each row it is known how much of it lies deeper, shape (rows,)."""
    same = [least == most for least, most in (_amounts(selected, state) for state in ("deep", "dry"))]
    return same[0] & same[1] & (_amounts(selected, "open")[1] == 0)


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

    most = _amounts(selected, "deep")[1] + _amounts(selected, "open")[1]
    rows = {
        "id": selected.table.texts("__id__")[selected.rows],
        "depth_m": depth,
        "wet": _amounts(selected, "deep")[0],
        "may_be_wet": np.where(np.isfinite(most), most, np.nan),
    }
    return gpd.GeoDataFrame(rows, geometry=selected.shapes, crs=selected.table.frame.crs)
