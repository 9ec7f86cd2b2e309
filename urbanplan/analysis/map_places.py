"""The best places for new sites on a plan's map: candidate land that the map names, ranked by residents gained.

They are proposals of :mod:`urbanplan.siting`, proved, in the sign of proposals; no verdict knows them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.analysis.check import Check
    from urbanplan.model.style import CandidateLand

BEST_PLACES = "best_places"
"""Name of the layer."""
SECONDS = 10.0
"""Of solving; then the best found is drawn."""


def draw_best_places(done: Check, land: CandidateLand) -> gpd.GeoDataFrame | None:
    """The best places for the plan's first coverage target on its candidate land; None where there is none to draw.

    A run of which a profile holds something back has none, as the places would tell of homes; beside a proposal that
    is given there is none either.
    """
    from urbanplan.analysis.candidates import CandidateOptions
    from urbanplan.analysis.siting import best_places
    from urbanplan.errors import UrbanplanError
    from urbanplan.siting.proposal import PROPOSED_LAYER, caption_sites

    layer = done.layers.get(land.layer)
    shown = {BEST_PLACES, PROPOSED_LAYER} & {*done.layers, *done.results}
    asked = any((target.measure or {}).get("kind") == "coverage" for target in done.plan.target)
    if done.disclosed or shown or layer is None or not asked:
        return None
    options = CandidateOptions(where=land.where)
    try:
        sites = best_places(done.plan, layer.frame, count=land.count, options=options, time_limit=SECONDS)
    except UrbanplanError:  # the verdict, or a finding of the layer, says what is wrong
        return None
    return caption_sites(sites) if len(sites) else None
