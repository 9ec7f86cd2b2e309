"""What siting tells of candidates that cannot do what they seem to: nothing is left out in silence."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from urbanplan.analysis.candidates import points_on_candidates
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.analysis.siting_inputs import SitingInputs
    from urbanplan.network.walk.coverage import Coverage
    from urbanplan.siting.question import SitingQuestion


def candidate_notes(inputs: SitingInputs, reachable: Coverage, question: SitingQuestion) -> list[str]:
    """Notes on candidates without a shape, beyond the leg limit, with one id, and where sub-districts count.

    Args:
        inputs: the candidates and sub-districts. reachable: the run of all allowed candidates. question: what is asked.
    """
    from urbanplan.network.walk.source_rows import drawn_shapes

    ids = inputs.ids
    undrawn = int((~drawn_shapes(inputs.candidates.geometry.to_numpy())).sum())
    blind = _beyond_streets(inputs, reachable)
    twice = [name for name, count in Counter(ids).items() if count > 1]
    notes: list[str] = []
    if undrawn:
        notes.append(localize("{count} candidates have no shape: they are never chosen", count=undrawn))
    if blind:
        text = "{count} candidates see no street within {leg:g} m and reach nothing, for example {id}"
        notes.append(localize(text, count=len(blind), leg=inputs.walk.settings.leg, id=blind[0]))
    if reachable.residents is not None and reachable.residents.unknown:
        text = "{count} homes or areas do not tell how many live there: nobody of them counts here"
        notes.append(localize(text, count=reachable.residents.unknown))
    if twice:
        notes.append(localize("several candidates share an id, for example {id}", id=twice[0]))
    if question.at_least or question.at_most:
        notes += _district_notes(inputs.candidates, inputs.walk.layers.districts, inputs.properties.group)
    return notes


def _beyond_streets(inputs: SitingInputs, reachable: Coverage) -> list[str]:
    """Ids of allowed candidates that see no street."""
    allowed = {name for name, may in zip(inputs.ids, inputs.properties.allowed, strict=True) if may}
    found = [str(one.feature) for one in reachable.findings if one.code == "network-site-unreached"]
    return [name for name in found if name in allowed]


def _district_notes(frame: gpd.GeoDataFrame, districts: gpd.GeoDataFrame | None, group: Any) -> list[str]:
    """Notes on candidates in no sub-district, and in several."""
    import numpy as np
    import shapely

    drawn, points = points_on_candidates(frame)
    notes: list[str] = []
    outside = int((group[drawn] < 0).sum())
    if outside:
        notes.append(localize("{count} candidates lie in no sub-district and count in none", count=outside))
    if districts is None:
        return notes
    row = shapely.STRtree(np.asarray(districts.geometry.array, dtype=object)).query(points, predicate="intersects")[0]
    several = int((np.bincount(row, minlength=len(points)) > 1).sum())
    if several:
        text = "{count} candidates lie in several sub-districts: each counts in the first of them"
        notes.append(localize(text, count=several))
    return notes
