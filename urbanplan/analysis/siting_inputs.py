"""What an analysis of siting works on: candidates, existing sites and what is asked of them, in one working CRS."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.analysis.coverage_inputs import CoverageInputs, inputs_from_frames
from urbanplan.errors import SitingError

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    from numpy.typing import NDArray

Notify = Callable[[str], None]


@dataclass(frozen=True)
class CandidateOptions:
    """What is said of candidates.

    Attributes:
        where: a CQL2 filter; only rows that surely fulfil it are candidates. cost: the column of costs.
        required, forbidden: ids.
    """

    where: str | None = None
    cost: str | None = None
    required: Sequence[str] = ()
    forbidden: Sequence[str] = ()


@dataclass(frozen=True)
class SitingInputs:
    """Layers and settings, and arrays of the candidates.

    Attributes:
        walk: streets, people, barriers, districts and settings; its sites are the candidates.
        existing: sites that stand already. ids, cost, group: of the candidates; group is the row of its sub-district.
        required, allowed: flags of the candidates.
    """

    walk: CoverageInputs
    existing: gpd.GeoDataFrame
    ids: list[str]
    cost: NDArray[np.float64]
    group: NDArray[np.int64]
    required: NDArray[np.bool_]
    allowed: NDArray[np.bool_]

    @property
    def candidates(self) -> gpd.GeoDataFrame:
        """Candidates, one row each."""
        return self.walk.layers.sites

    @property
    def district_ids(self) -> list[str]:
        """Ids of the sub-districts, empty without them."""
        frame = self.walk.layers.districts
        return [] if frame is None else _id_texts(frame)

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
            pd.DataFrame({"id": _id_texts(self.existing), "proposed": False}),
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
    import numpy as np

    from urbanplan.analysis.frames import load_frame

    names = {"candidates": "sites"}
    given = {names.get(name, name): layer for name, layer in layers.items() if name != "facilities"}
    walk = inputs_from_frames(given, crs=crs, people=people, notify=notify)
    frame = _filtered(walk.layers.sites, options.where)
    walk = replace(walk, layers=replace(walk.layers, sites=frame))
    existing = gpd.GeoDataFrame({"id": []}, geometry=[], crs=walk.crs)
    if layers.get("facilities") is not None:
        existing = load_frame(layers["facilities"], crs=walk.crs, name="facilities", facts=walk.facts)
    ids = _id_texts(frame)
    return SitingInputs(
        walk,
        existing,
        ids,
        _costs(frame, options.cost),
        _districts_of(frame, walk.layers.districts),
        _flags(ids, options.required),
        np.logical_not(_flags(ids, options.forbidden)),
    )


def siting_inputs_of_plan(
    plan: Any, candidates: Any, options: CandidateOptions, *, target: str | None, notify: Notify | None
) -> SitingInputs:
    """Inputs from a coverage target of a plan, its first unless one is named: its streets, people and present sites.

    Args:
        plan: a plan, its file or its folder. candidates: a layer of the plan, a file or a frame. options: of them.
        target: id of the target. notify: called with the name of each layer as it is read.

    Raises:
        UsageError: the plan has no such target, or a layer cannot be read. SitingError: no candidate is left.
    """
    import numpy as np

    from urbanplan.analysis.coverage_inputs import inputs_from_plan
    from urbanplan.analysis.export import read_layers
    from urbanplan.analysis.frames import load_frame
    from urbanplan.analysis.plans import open_plan
    from urbanplan.model.translation import localize

    declared = open_plan(plan)
    walk = inputs_from_plan(declared, target, notify=notify)
    existing, named = walk.layers.sites, {spec.name for spec in declared.layer}
    name = str(candidates) if isinstance(candidates, str | Path) else ""
    drawn = read_layers(declared, [name])[name].frame if name in named else candidates
    frame = _filtered(load_frame(drawn, crs=walk.crs, name="candidates"), options.where)
    notes = walk.notes
    if walk.layers.entrances is not None and len(walk.layers.entrances):
        notes = (*notes, localize("entrances of present sites are not used: their edge counts, at the low reading"))
    layers = replace(walk.layers, sites=frame, entrances=None, site_id=None)
    walk = replace(walk, layers=layers, notes=notes, unknown=None)
    ids = _id_texts(frame)
    return SitingInputs(
        walk,
        existing.reset_index(drop=True),
        ids,
        _costs(frame, options.cost),
        _districts_of(frame, walk.layers.districts),
        _flags(ids, options.required),
        np.logical_not(_flags(ids, options.forbidden)),
    )


def _filtered(frame: gpd.GeoDataFrame, where: str | None) -> gpd.GeoDataFrame:
    import numpy as np

    from urbanplan.layer.filter import evaluate_filter

    if where is not None:
        held = evaluate_filter(frame, where, place="--where").fillna(False).to_numpy(dtype=bool)
        frame = frame.iloc[np.flatnonzero(held)].reset_index(drop=True)
    if not len(frame):
        raise SitingError("no candidate is left", fix="Give candidates, or a filter that some of them fulfil.")
    return frame


def _id_texts(frame: gpd.GeoDataFrame) -> list[str]:
    from urbanplan.network.walk.source_rows import id_text, row_ids

    return [id_text(value) for value in row_ids(frame).tolist()]


def _costs(frame: gpd.GeoDataFrame, column: str | None) -> NDArray[np.float64]:
    """Costs of candidates, 1 unless a column says; a null is no cost, so it is refused."""
    import numpy as np
    import pandas as pd

    if column is None:
        return np.ones(len(frame))
    if column not in frame.columns:
        listed = ", ".join(str(name) for name in frame.columns if name != "geometry")
        raise SitingError("there is no column '{column}'", fix="Name one of: {columns}.", column=column, columns=listed)
    cost = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float)
    odd = np.flatnonzero(~(np.isfinite(cost) & (cost >= 0)))
    if len(odd):
        raise SitingError(
            "candidate {id} has no cost of 0 or more",
            where=column,
            fix="Fill it in, or leave the candidate out with a filter.",
            id=_id_texts(frame)[int(odd[0])],
        )
    return cost


def _districts_of(frame: gpd.GeoDataFrame, districts: gpd.GeoDataFrame | None) -> NDArray[np.int64]:
    """The row of the first sub-district that holds a point on each candidate, -1 for none."""
    import numpy as np
    import shapely

    from urbanplan.network.walk.districts import first_containing

    group = np.full(len(frame), -1, dtype=np.int64)
    shapes = np.asarray(frame.geometry.array, dtype=object)
    drawn = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    if districts is not None and len(drawn):
        points = shapely.get_coordinates(shapely.point_on_surface(shapes[drawn]))
        group[drawn] = first_containing(np.asarray(districts.geometry.array, dtype=object), points)
    return group


def _flags(ids: Sequence[str], chosen: Sequence[str]) -> NDArray[np.bool_]:
    import numpy as np

    lost = [name for name in chosen if name not in set(ids)]
    if lost:
        raise SitingError(
            "no candidate has the id {id}",
            fix="Name an id of the candidates, for example {one}.",
            id=lost[0],
            one=ids[0],
        )
    return np.isin(np.asarray(ids, dtype=str), np.asarray(list(chosen), dtype=str))
