"""What an analysis of siting works on: candidates, existing sites and what is asked of them, in one working CRS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.analysis.candidates import (
    CandidateOptions,
    filter_candidates,
    id_texts,
    read_candidates,
    unknown_capacities,
)
from urbanplan.analysis.coverage_inputs import CoverageInputs, inputs_from_frames

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    from numpy.typing import NDArray

    from urbanplan.siting.demand import Candidates

Notify = Callable[[str], None]


@dataclass(frozen=True)
class SitingInputs:
    """Layers and settings, and arrays of the candidates.

    Attributes:
        walk: streets, people, barriers, districts and settings; its sites are the candidates.
        existing: sites that stand already. ids, properties: of the candidates.
    """

    walk: CoverageInputs
    existing: gpd.GeoDataFrame
    ids: list[str]
    properties: Candidates

    @property
    def candidates(self) -> gpd.GeoDataFrame:
        """Candidates, one row each."""
        return self.walk.layers.sites

    @property
    def district_ids(self) -> list[str]:
        """Ids of the sub-districts, empty without them."""
        frame = self.walk.layers.districts
        return [] if frame is None else id_texts(frame)

    def sites(self, chosen: NDArray[np.int64]) -> gpd.GeoDataFrame:
        """Some candidates and all existing sites: ids, ``proposed`` and geometry."""
        import geopandas as gpd
        import numpy as np
        import pandas as pd

        new = gpd.GeoDataFrame(
            pd.DataFrame({"id": np.asarray(self.ids, dtype=object)[chosen], "proposed": True}),
            geometry=self.candidates.geometry.array[chosen],
            crs=self.walk.crs,
        )
        old = gpd.GeoDataFrame(
            pd.DataFrame({"id": id_texts(self.existing), "proposed": False}),
            geometry=self.existing.geometry.array,
            crs=self.walk.crs,
        )
        whole = new if not len(old) else old if not len(new) else pd.concat([new, old], ignore_index=True)
        return gpd.GeoDataFrame(whole, geometry="geometry", crs=self.walk.crs)


def siting_inputs(
    layers: Mapping[str, Any], options: CandidateOptions, *, crs: Any, people: str | None, notify: Notify | None
) -> SitingInputs:
    """Inputs from frames or files: ``streets``, ``candidates``, and what else there is.

    Raises:
        SitingError: no candidate is left, an id or column is not there. UrbanplanError: an input cannot be used.
    """
    import geopandas as gpd

    from urbanplan.analysis.frames import load_frame

    given = {name: layer for name, layer in layers.items() if name != "facilities"}
    walk = inputs_from_frames(given, crs=crs, people=people, notify=notify, sites="candidates")
    frame, lost = filter_candidates(walk.layers.sites, options)
    walk = replace(walk, layers=replace(walk.layers, sites=frame))
    existing = gpd.GeoDataFrame({"id": []}, geometry=[], crs=walk.crs)
    if layers.get("facilities") is not None:
        existing = load_frame(layers["facilities"], crs=walk.crs, name="facilities", facts=walk.facts, notes=lost)
    properties = read_candidates(frame, walk.layers.districts, options, existing, lost)
    walk = _with_capacity_note(replace(walk, notes=(*walk.notes, *lost)), existing, options)
    return SitingInputs(walk, existing, id_texts(frame), properties)


def _with_capacity_note(walk: CoverageInputs, existing: gpd.GeoDataFrame, options: CandidateOptions) -> CoverageInputs:
    """A note more where existing sites do not tell their capacity."""
    from urbanplan.model.translation import localize

    lost = unknown_capacities(existing, options.capacity)
    if not lost:
        return walk
    text = "{count} present sites do not tell their capacity: at the low reading they serve nobody"
    return replace(walk, notes=(*walk.notes, localize(text, count=lost)))


def siting_inputs_of_plan(
    plan: Any, candidates: Any, options: CandidateOptions, *, target: str | None, notify: Notify | None
) -> SitingInputs:
    """Inputs from a coverage target of a plan, its first unless one is named: its streets, people and present sites.

    Args:
        plan: a plan, its file or its folder. candidates: a layer of the plan, a file or a frame.
        options: of them; its forbidden places may be a layer of the plan, too.
        target: id of the target. notify: called with the name of each layer as it is read.

    Raises:
        UsageError: the plan has no such target, or a layer cannot be read. SitingError: no candidate is left.
    """

    from urbanplan.analysis.coverage_inputs import inputs_from_plan
    from urbanplan.analysis.export import read_layers
    from urbanplan.analysis.frames import load_frame
    from urbanplan.analysis.plans import open_plan
    from urbanplan.model.translation import localize

    declared = open_plan(plan)
    walk = inputs_from_plan(declared, target, notify=notify)
    existing, named = walk.layers.sites, {spec.name for spec in declared.layer}

    def drawn(given: Any) -> Any:
        name = str(given) if isinstance(given, str | Path) else ""
        return read_layers(declared, [name])[name].frame if name in named else given

    options = replace(options, places=drawn(options.places))
    notes: list[str] = []
    offered = load_frame(drawn(candidates), crs=walk.crs, name="candidates", notes=notes)
    frame, lost = filter_candidates(offered, options)
    properties = read_candidates(frame, walk.layers.districts, options, existing, lost)
    told = (*walk.notes, *notes, *lost)
    if walk.layers.entrances is not None and len(walk.layers.entrances):
        told = (*told, localize("entrances of present sites are not used: their edge counts, at the low reading"))
    layers = replace(walk.layers, sites=frame, entrances=None, site_id=None)
    walk = replace(walk, layers=layers, notes=told, unknown=None)
    walk = _with_capacity_note(walk, existing, options)
    return SitingInputs(walk, existing.reset_index(drop=True), id_texts(frame), properties)
