"""What siting tells of candidates that cannot do what they seem to: nothing is left out in silence."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

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
    ids, shapes = inputs.ids, inputs.candidates.geometry
    undrawn = int((shapes.isna() | shapes.is_empty).sum())
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

    shapes = np.asarray(frame.geometry.array, dtype=object)
    drawn = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    notes: list[str] = []
    outside = int((drawn & (group < 0)).sum())
    if outside:
        notes.append(localize("{count} candidates lie in no sub-district and count in none", count=outside))
    if districts is None:
        return notes
    points = shapely.point_on_surface(shapes[drawn])
    row = shapely.STRtree(np.asarray(districts.geometry.array, dtype=object)).query(points, predicate="intersects")[0]
    several = int((np.bincount(row, minlength=len(points)) > 1).sum())
    if several:
        text = "{count} candidates lie in several sub-districts: each counts in the first of them"
        notes.append(localize(text, count=several))
    return notes
