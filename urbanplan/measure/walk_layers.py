"""The layers of a coverage target of a plan, as the question about walking that they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.measure.selection import SelectedFeatures, select_features

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.measure.coverage import Coverage
    from urbanplan.measure.measured import Layers, MeasureContext
    from urbanplan.residents.walk_model import WalkLayers, WalkSettings


def select_walk_layers(
    params: Coverage, layers: Layers, setting: MeasureContext
) -> tuple[WalkLayers, SelectedFeatures]:
    """The layers that a coverage target names, all its possible sites among them, and which sites surely count.

    Every frame's ``id`` is that of its layer type.  A negative count of people is a finding of its layer and counts
    nobody.
    """
    from urbanplan.residents.walk_model import WalkLayers

    sites = select_features(params.sites, layers, setting)

    def select(value: Any) -> gpd.GeoDataFrame | None:
        return None if value is None else _with_ids(select_features(value, layers, setting).frame)

    residents = select(params.residents)
    chosen = WalkLayers(
        streets=_with_ids(select_features(params.streets, layers, setting).frame),
        sites=_with_ids(sites.frame),
        residents=None if residents is None else _null_negative_counts(residents, params.people),
        barriers=select(params.barriers),
        entrances=None if params.entrances is None else layers[params.entrances].frame,
        districts=_named_districts(layers, setting),
        people=params.people,
        site_id="id",
    )
    return chosen, sites


def walk_settings(params: Coverage, *, cache: Path | None = None) -> WalkSettings:
    """How a coverage target joins lines and how far a leg goes."""
    from urbanplan.residents.walk_model import WalkSettings

    return WalkSettings(noding=params.noding, tolerance=params.tolerance, leg=params.leg, cache=cache)


def _with_ids(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.assign(id=frame["__id__"])


def _null_negative_counts(homes: gpd.GeoDataFrame, column: str | None) -> gpd.GeoDataFrame:
    from urbanplan.residents.counts import FLOOR_AREA_COLUMNS, HOUSEHOLD_COLUMNS, PEOPLE_COLUMNS

    counts = {column, *PEOPLE_COLUMNS, *HOUSEHOLD_COLUMNS, *FLOOR_AREA_COLUMNS} & set(homes.columns)
    return homes.assign(**{name: homes[name].where(homes[name].astype("Float64").fillna(0) >= 0) for name in counts})


def _named_districts(layers: Layers, setting: MeasureContext) -> gpd.GeoDataFrame | None:
    if setting.subdistricts is None or setting.subdistricts not in layers:
        return None
    frame = layers[setting.subdistricts].frame
    return frame.assign(id=frame[setting.subdistrict_name].astype(str))[["id", "geometry"]]
