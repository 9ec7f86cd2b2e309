"""A proposal: chosen sites with their proof, in their own sign; never a verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from urbanplan.model.display import one_line
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.network.intervals import Floats, Ints
    from urbanplan.network.walk.coverage import Coverage
    from urbanplan.network.walk.sections import Sections
    from urbanplan.siting.demand import By, Demand
    from urbanplan.siting.question import SitingQuestion
    from urbanplan.siting.solve import SitingSolution

PROPOSED_LAYER = "proposed_sites"
"""The layer of proposed sites in a GeoPackage of a proposal, on maps and on sheets."""


@dataclass(frozen=True, eq=False, repr=False)
class Proposal:
    """Proposed sites and what is known of them; frames are in one projected CRS in metres.

    Attributes:
        solution: the chosen candidates with value, bound and gap, or why there are none. question: what was asked.
        by: ``residents`` or ``metres``. within: the walk, metres; of a median the longest of the answer.
        run: certified coverage with the proposed and the existing sites; None where there is no answer.
        before: certified coverage of the existing sites, None where there are none.
        reachable: certified coverage of all allowed candidates and the existing sites.
        alternatives: ranked, the answer first. demand: what each candidate covers; None for the median.
        candidates: their frame, with a column ``cost``; ids: of its rows. districts: ids of the sub-districts.
    """

    solution: SitingSolution
    question: SitingQuestion
    by: By
    within: float
    run: Coverage | None
    before: Coverage | None
    reachable: Coverage
    alternatives: tuple[SitingSolution, ...]
    demand: Demand | None
    candidates: gpd.GeoDataFrame
    ids: tuple[str, ...]
    districts: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    timings: dict[str, float] = field(default_factory=dict)

    def __repr__(self) -> str:
        named = ", ".join(self.sites["id"].tolist()[:5]) or "no sites"
        return one_line("Proposal", named, f"gap {self.solution.gap:.2%}", f"by {self.by}")

    @cached_property
    def sites(self) -> gpd.GeoDataFrame:
        """Proposed sites, the one that gains most first; of the median the one that is most residents' nearest.

        Columns: ``id``, ``rank``, ``status`` (``proposed``), ``basis`` (``illustrative``), ``remark``,
        ``gained_m`` and ``gained_residents`` (added to those before it; null without residents and for the median),
        ``cost``, ``served`` (residents or metres that go there; null where candidates have no capacity).
        """
        import geopandas as gpd

        found = self.solution.chosen
        found = np.empty(0, np.int64) if found is None else found
        load = self.solution.load
        chosen, metres, people = self._ranked(found)
        return gpd.GeoDataFrame(
            {
                "id": [self.ids[i] for i in chosen],
                "rank": np.arange(1, len(chosen) + 1),
                "status": "proposed",
                "basis": "illustrative",
                "remark": localize("proposed, illustrative until decided"),
                "gained_m": metres,
                "gained_residents": people if self.reachable.residents is not None else np.nan,
                "cost": self.candidates["cost"].to_numpy(dtype=float)[chosen],
                "served": np.nan if load is None else load[np.searchsorted(found, chosen)],
            },
            geometry=self.candidates.geometry.array[chosen],
            crs=self.candidates.crs,
        )

    def _ranked(self, found: Ints) -> tuple[Ints, Floats, Floats]:
        """The chosen in the order of their gain, and the metres and people of each."""
        if self.demand is not None:
            chosen = self.demand.order_by_gain(found, self.by)
            return chosen, *self.demand.gains(chosen)
        load, unknown = self.solution.load, np.full(len(found), np.nan)
        return found if load is None else found[np.argsort(-load, kind="stable")], unknown, unknown

    @property
    def status(self) -> Literal["optimal", "feasible", "infeasible"] | None:
        """Whether the answer is proved the best, holds, or is proved not to be there; None: none was found in time."""
        if self.solution.chosen is None:
            return None if self.solution.shortage is None else "infeasible"
        return "optimal" if self.solution.proved else "feasible"

    def share(self, run: Coverage | None, *, high: bool = False) -> float | None:
        """Covered share of what is counted, residents or metres, 0 without a run; None where there is nothing."""
        from urbanplan.network.walk.breakdown import share_of

        total, low, most = self.reachable.total_m, 0.0, 0.0
        if run is not None:
            low, most = run.covered_m, run.covered_high_m
        if self.by == "residents" and self.reachable.residents is not None:
            total, people = self.reachable.residents.total, None if run is None else run.residents
            low, most = (0.0, 0.0) if people is None else (people.covered, people.covered_high)
        return share_of(most if high else low, total)

    @property
    def mean_walk(self) -> float | None:
        """Metres that a resident who is reached walks on average, for the median; else None."""
        found = self.solution
        if self.question.goal != "median" or found.chosen is None:
            return None
        return found.value / found.covered if found.covered > 0 else 0.0

    @property
    def unreachable(self) -> gpd.GeoDataFrame | None:
        """Stretches of street that no candidate and no existing site reaches, certified."""
        return self.reachable.gaps

    def layers(self) -> dict[str, gpd.GeoDataFrame]:
        """Proposed sites, streets and gaps with them, and stretches that no candidate reaches, by name."""
        from urbanplan.network.walk.sections import draw_layers

        return draw_layers(self.undrawn_layers())

    def undrawn_layers(self) -> dict[str, Sections | gpd.GeoDataFrame]:
        """The same, stretches of streets not drawn yet."""
        layers: dict[str, Sections | gpd.GeoDataFrame] = {PROPOSED_LAYER: self.sites}
        if self.run is not None:
            layers["streets"] = self.run.split()
            if self.run.left is not None:
                layers["gaps"] = self.run.left.with_text_ids()
        if self.reachable.left is not None:
            layers["beyond_all_candidates"] = self.reachable.left.with_text_ids()
        return layers


def caption_sites(sites: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Proposed sites as maps and sheets show them, a point on each: ``caption`` says rank and id."""
    remark = localize("proposed, illustrative until decided")
    ids = sites["id"].astype(object).where(sites["id"].notna(), "") if "id" in sites else [""] * len(sites)
    ranks = sites["rank"] if "rank" in sites else range(1, len(sites) + 1)
    captions = [localize("{rank}. {id} (proposed)", rank=rank, id=name) for rank, name in zip(ranks, ids, strict=True)]
    known = sites.dropna(axis="columns", how="all") if len(sites) else sites
    return known.assign(caption=captions, remark=remark).set_geometry(sites.representative_point())
