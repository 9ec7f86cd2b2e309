"""The layers of a coverage target of a plan, as the question about walking that they are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from urbanplan.errors import MeasureError
from urbanplan.measure.selection import SelectedFeatures, select_features
from urbanplan.measure.sum import notice_divided_values
from urbanplan.measure.unknown_rows import check_column, layer_rows, null_impossible, numeric_values

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.layer.layer import Layer
    from urbanplan.measure.coverage_parameters import Coverage
    from urbanplan.measure.measured import Layers, MeasureContext
    from urbanplan.residents.walk_model import WalkLayers, WalkSettings


@dataclass(frozen=True, eq=False)
class WalkSelection:
    """What a coverage target chooses: the layers of its question, and which of their features surely count.

    ``layers`` holds every possible feature, row by row as ``streets``, ``sites`` and ``homes`` do.
    """

    layers: WalkLayers
    streets: SelectedFeatures
    sites: SelectedFeatures
    homes: SelectedFeatures | None
    barriers: SelectedFeatures | None


def select_walk_layers(params: Coverage, layers: Layers, setting: MeasureContext) -> WalkSelection:
    """The layers that a coverage target names.

    Every frame's ``id`` is that of its layer type.  A negative count of people is a finding of its layer and unknown.
    """
    from urbanplan.residents.walk_model import WalkLayers

    streets, sites = (select_features(value, layers, setting) for value in (params.streets, params.sites))
    homes = None if params.residents is None else select_features(params.residents, layers, setting)
    barriers = None if params.barriers is None else select_features(params.barriers, layers, setting)
    chosen = WalkLayers(
        streets=_with_ids(streets.frame),
        sites=_with_ids(sites.frame),
        residents=None if homes is None else _divided_counts(homes, layers[homes.layer], params.people, setting),
        barriers=None if barriers is None else barriers.frame,
        entrances=None if params.entrances is None else _entrances(params.entrances, sites, layers),
        districts=_named_districts(layers, setting),
        people=params.people,
        site_id="id",
    )
    return WalkSelection(chosen, streets, sites, homes, barriers)


def walk_settings(params: Coverage, *, cache: Path | None = None) -> WalkSettings:
    """How a coverage target joins lines and how far a leg goes."""
    from urbanplan.residents.walk_model import WalkSettings

    return WalkSettings(noding=params.noding, tolerance=params.tolerance, leg=params.leg, cache=cache)


def _with_ids(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.assign(id=frame["__id__"])


def _entrances(name: str, sites: SelectedFeatures, layers: Layers) -> gpd.GeoDataFrame | None:
    """The entrances without those of sites that are not asked for; one of no site at all stays, to be told."""
    from urbanplan.network.walk.entrances import drop_entrances

    layer = layers[sites.layer]
    every, chosen = layer.frame[layer.type.id].astype(str), sites.frame["__id__"]
    return drop_entrances(layer_rows(layers[name])[0], every[~every.isin(chosen)].tolist())


def _divided_counts(
    selected: SelectedFeatures, layer: Layer, column: str | None, setting: MeasureContext
) -> gpd.GeoDataFrame:
    """Residents with null for counts below zero; those that are cut count by the part that is left, which is told."""
    from urbanplan.residents.counts import FLOOR_AREA_COLUMNS, HOUSEHOLD_COLUMNS, PEOPLE_COLUMNS, counting_columns

    homes = _with_ids(selected.frame)
    if column is not None:
        check_column(homes, column, layer, setting, key="people")
    elif not counting_columns(homes, column):
        raise MeasureError(
            "layer {layer!r} has no column that counts people",
            where=setting.where,
            fix="Name it with `people`, or call it residents: {known}",
            layer=layer.name,
            known=", ".join(str(name) for name in layer.frame.columns if name != "geometry"),
        )
    for name in {column or "", *PEOPLE_COLUMNS, *HOUSEHOLD_COLUMNS, *FLOOR_AREA_COLUMNS} & set(homes.columns):
        counts = numeric_values(homes, name, layer, setting, key="people")
        people = null_impossible(counts.to_numpy(dtype=float, na_value=np.nan), layer.type.fields.get(name))
        homes[name] = np.where(people >= 0, people, np.nan) * homes["__kept__"]
    for name in counting_columns(homes, column)[:1]:
        notice_divided_values(selected, name, setting)
    return homes


def _named_districts(layers: Layers, setting: MeasureContext) -> gpd.GeoDataFrame | None:
    if setting.subdistricts is None or setting.subdistricts not in layers:
        return None
    frame = layers[setting.subdistricts].frame
    return frame.assign(id=frame[setting.subdistrict_name].astype(str))[["id", "geometry"]]
