"""Siting: where new sites would bring a walk to streets or residents, proved; a proposal, never a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.analysis.candidates import CandidateOptions
from urbanplan.analysis.siting_inputs import Notify, SitingInputs, siting_inputs, siting_inputs_of_plan
from urbanplan.analysis.siting_notes import candidate_notes
from urbanplan.analysis.siting_proof import TOLERANCE, check_sums, check_walks
from urbanplan.analysis.siting_question import with_districts
from urbanplan.errors import SitingError
from urbanplan.network.phases import PhaseTimer
from urbanplan.siting.question import SitingQuestion

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.model.plan import Plan
    from urbanplan.network.intervals import Ints
    from urbanplan.network.walk.coverage import Coverage
    from urbanplan.network.walk.districts import Districts
    from urbanplan.residents.walk_model import WalkModel
    from urbanplan.siting.demand import By, Demand
    from urbanplan.siting.instance import CoveringInstance
    from urbanplan.siting.proposal import Proposal
    from urbanplan.siting.solve import SitingSolution


@dataclass(frozen=True, eq=False, repr=False)
class SitingResult:
    """Proposed sites, proved; a proposal and no verdict.

    Attributes:
        proposal: the answer with all its parts, see :class:`urbanplan.siting.proposal.Proposal`.
        inputs: the layers and settings that it was made from.
    """

    proposal: Proposal
    inputs: SitingInputs

    def __repr__(self) -> str:
        return repr(self.proposal).replace("Proposal", "SitingResult", 1)

    @property
    def found(self) -> bool:
        """Whether there is an answer."""
        return self.proposal.run is not None

    @property
    def sites(self) -> gpd.GeoDataFrame:
        """Proposed sites in the working CRS, the one that gains most first."""
        return self.proposal.sites

    @property
    def run(self) -> Coverage | None:
        """Certified coverage with the proposed and the existing sites, None where there is no answer."""
        return self.proposal.run

    @property
    def unreachable(self) -> gpd.GeoDataFrame | None:
        """Stretches of street that no candidate and no existing site reaches, certified."""
        return self.proposal.unreachable

    @property
    def notes(self) -> list[str]:
        """Texts for people."""
        return list(self.inputs.walk.notes)

    def document(self) -> dict[str, Any]:
        """The answer as the JSON document of ``urbanplan site``."""
        from urbanplan.view.document.siting import siting_document

        return siting_document(self.proposal)

    def write(self, path: Path | str) -> None:
        """Write the proposed sites; a GeoPackage also bears what they cover and what stays beyond reach.

        Raises:
            SitingError: there is no site to write. ExchangeError: the file cannot be written.
        """
        from urbanplan.analysis.files import write_frame, write_frames

        if not len(self.sites):
            raise SitingError("there is no proposed site to write", fix="Nothing more is needed, or too much is asked.")
        if Path(path).suffix.lower() == ".gpkg":
            write_frames(self.proposal.undrawn_layers(), path)
        else:
            write_frame(self.sites, path)

    def write_map(self, path: Path | str) -> None:
        """Write a map: streets by the walk with the proposal, gaps, present sites, and proposed ones in their own sign.

        Raises:
            SitingError: there is no answer to draw.
        """
        from urbanplan.model.translation import localize
        from urbanplan.siting.proposal import caption_sites
        from urbanplan.view.map.coverage import CoverageMap, write_coverage_map

        if self.run is None:
            raise SitingError("there is no proposed site to write", fix="Nothing more is needed, or too much is asked.")
        title = localize("{count} proposed places (illustrative until decided)", count=len(self.sites))
        walk, existing = self.inputs.walk, self.inputs.existing
        name = localize("sites, proposed ones too")
        content = CoverageMap(existing, name, walk.day, (), walk.is_illustrative, caption_sites(self.sites), title)
        write_coverage_map(self.run, content, Path(path))


def siting(  # noqa: PLR0913 - a public door: one keyword for each thing that a question of siting may hold
    streets: Any = None,
    candidates: Any = None,
    *,
    plan: Plan | Path | str | None = None,
    target: str | None = None,
    question: SitingQuestion | None = None,
    within: float | None = None,
    by: By | None = None,
    facilities: Any = None,
    residents: Any = None,
    barriers: Any = None,
    districts: Any = None,
    options: CandidateOptions | None = None,
    at_least: Mapping[str, int] | None = None,
    at_most: Mapping[str, int] | None = None,
    alternatives: int = 1,
    time_limit: float = 60.0,
    people: str | None = None,
    crs: Any = None,
    notify: Notify | None = None,
    **settings: Any,
) -> SitingResult:
    """Where new sites would stand best, with a bound that proves it and a certificate of what they cover.

    Sites hold at the low reading: what is unsure does not count for them; the run bears the high one.

    Args:
        streets, residents, barriers, districts, people, crs, notify: as for coverage.
        candidates: points, lines or polygons where a site may stand; with a plan also the name of one of its layers.
        plan: instead of streets and the rest, a plan, its file or folder: the streets, people and present sites of
            its coverage target (``target``, its first unless named). facilities: sites that stand already.
        question: the goal and its constraints; fewest sites that cover all that candidates reach unless given.
        within: the walk in metres, legs included; 600 unless given, or what the plan's target reads.  The median has
            none unless given.
        by: ``residents`` or ``metres``; residents where they are given.
        options: filter, costs, required and forbidden candidates.
        at_least, at_most: sites for each sub-district, by its id. alternatives: how many ranked answers are wanted.
        time_limit: seconds of solving; then the best found is given with its bound.
        settings: ``noding``, ``leg``, ``residents_as``, ``engine``.

    Raises:
        SitingError: the question or the candidates cannot be used. UrbanplanError: an input cannot be used.
        CertificateError: the result does not pass its own proof.
    """
    import numpy as np

    from urbanplan.residents.walk_model import build_walk_model
    from urbanplan.siting.proposal import Proposal
    from urbanplan.siting.solve import solve_siting

    phases = PhaseTimer(notify)
    layers = {"streets": streets, "candidates": candidates, "facilities": facilities, "residents": residents}
    layers |= {"barriers": barriers, "districts": districts}
    chosen_of = options or CandidateOptions()
    with phases("read"):
        if plan is None:
            inputs = siting_inputs(layers, chosen_of, crs=crs, people=people, notify=notify)
        else:
            _check_plan_alone(layers)
            inputs = siting_inputs_of_plan(plan, candidates, chosen_of, target=target, notify=notify)
        inputs = replace(inputs, walk=inputs.walk.with_options(**settings))
    _check_effort(alternatives, time_limit)
    question = with_districts(question or SitingQuestion(), inputs.district_ids, at_least or {}, at_most or {})
    model = build_walk_model(inputs.walk.layers, inputs.walk.settings, notify=notify)
    chosen_by = _counted(model, by, question)
    within = _default_walk(model, inputs, question) if within is None else within
    reachable = _certified(model, inputs, np.flatnonzero(inputs.properties.allowed), within)
    before = _certified(model, inputs, np.empty(0, np.int64), within) if len(inputs.existing) else None
    told = (*inputs.walk.notes, *candidate_notes(inputs, reachable, question))
    inputs = replace(inputs, walk=replace(inputs.walk, notes=told))
    with phases("pieces"):
        demand, instance = _demand(model, inputs, within, (reachable.districts, chosen_by, question))
    with phases("solve"):
        solution = solve_siting(instance, question, time_limit=time_limit)
    with phases("alternatives"):
        ranked = _alternatives(instance, question, solution, alternatives, time_limit)
    with phases("proof"):
        within = _longest_walk(instance, solution) or within
        run = None if solution.chosen is None else _certified(model, inputs, solution.chosen, within)
        if run is not None:
            check_sums(run, solution, chosen_by)
        if run is not None and question.goal == "median":
            check_walks(run, solution)
    proposal = Proposal(
        solution,
        question,
        chosen_by,
        float(within),
        run,
        before,
        reachable,
        ranked,
        demand,
        inputs.candidates.assign(cost=inputs.properties.cost),
        tuple(inputs.ids),
        tuple(inputs.district_ids),
        inputs.walk.facts,
        model.seconds | phases.seconds,
    )
    return SitingResult(proposal, inputs)


def best_places(
    plan: Plan | Path | str, candidates: Any, *, count: int, options: CandidateOptions, time_limit: float
) -> gpd.GeoDataFrame:
    """The best candidates for a plan's first coverage target, certified, the one that gains most first.

    What :func:`siting` tells beside them, of all candidates and of present sites alone, is not computed.

    Args:
        plan, candidates, options, time_limit: as for :func:`siting`. count: at most so many.

    Returns:
        Rows of :attr:`urbanplan.siting.proposal.Proposal.sites`; none where nothing is gained.

    Raises:
        SitingError: the candidates cannot be used. UrbanplanError: an input cannot be used.
        CertificateError: the result does not pass its own proof.
    """
    import numpy as np

    from urbanplan.residents.walk_model import build_walk_model
    from urbanplan.siting.proposal import Proposal
    from urbanplan.siting.solve import solve_siting

    inputs = siting_inputs_of_plan(plan, candidates, options, target=None, notify=None)
    model = build_walk_model(inputs.walk.layers, inputs.walk.settings)
    question, within = SitingQuestion("most", count=count), inputs.walk.reference_walk
    by = _counted(model, None, question)
    demand, instance = _demand(model, inputs, within, (None, by, question))
    solution = solve_siting(instance, question, time_limit=time_limit)
    chosen = np.empty(0, np.int64) if solution.chosen is None else solution.chosen
    model.layers = replace(model.layers, districts=None)  # the proof needs no sums by sub-district and no gaps
    run = model.with_sites(inputs.sites(chosen)).coverage(within, gaps=False)
    check_sums(run, solution, by)
    own = inputs.candidates.assign(cost=inputs.properties.cost)
    sites = Proposal(solution, question, by, within, run, None, run, (), demand, own, tuple(inputs.ids)).sites
    gains = sites["gained_residents" if by == "residents" else "gained_m"].to_numpy(dtype=float)
    return sites.iloc[np.flatnonzero(gains > 0)]


site = siting
"""The public name, as ``urbanplan.siting`` is the room."""


def _check_plan_alone(layers: Mapping[str, Any]) -> None:
    """Refuse files beside a plan that answers for them.

    Raises:
        SitingError: there are some.
    """
    given = [name for name, layer in layers.items() if layer is not None and name != "candidates"]
    if given:
        raise SitingError("the plan says {names} already", fix="Leave them out, or the plan.", names=", ".join(given))


def _check_effort(alternatives: int, time_limit: float) -> None:
    """Refuse numbers of alternatives and of seconds that are none.

    Raises:
        SitingError: one is.
    """
    if not alternatives >= 1:
        raise SitingError(
            "{count} ranked answers cannot be given", where="--alternatives", fix="Give 1 or more.", count=alternatives
        )
    if not 0 <= time_limit < float("inf"):
        raise SitingError(
            "{seconds} is no time in seconds", where="--time-limit", fix="Give 0 or more.", seconds=time_limit
        )


def _counted(model: WalkModel, by: By | None, question: SitingQuestion) -> By:
    """What counts: residents where there are some, unless metres are asked for.

    Raises:
        SitingError: residents are asked for, and there are none.
    """
    if question.goal == "median" and by == "metres":
        raise SitingError("the median is of residents' walks, not of metres", fix="Leave --by out.")
    chosen: By = by or ("residents" if model.people or question.goal == "median" else "metres")
    if chosen == "residents" and not model.people:
        raise SitingError("there are no residents to count", fix="Give --residents, or ask by metres.")
    if chosen == "residents" and not max(one.total for one in model.people) > 0:
        raise SitingError("the residents count nobody", fix="Give residents with numbers, or ask by metres.")
    return chosen


def _default_walk(model: WalkModel, inputs: SitingInputs, question: SitingQuestion) -> float:
    """Ten minutes, or what the plan's target reads; for the median as far as any way leads."""
    if question.goal == "median":
        return float(model.network.total) + 2 * model.settings.leg + 1.0
    return inputs.walk.reference_walk


def _longest_walk(instance: CoveringInstance, solution: SitingSolution) -> float | None:
    """The longest walk of a median's answer, and a little, so that the run of this walk holds it; else None."""
    if instance.walks is None or solution.chosen is None:
        return None
    ways = instance.walks.of_reachable(instance.allowed).nearest(solution.chosen)
    return float(ways.max(initial=0.0)) + TOLERANCE


def _demand(
    model: WalkModel, inputs: SitingInputs, within: float, asked: tuple[Districts | None, By, SitingQuestion]
) -> tuple[Demand | None, CoveringInstance]:
    """What candidates cover, None for the median, and the instance of the question."""
    from urbanplan.network.walk.scenario import Scenario
    from urbanplan.network.walk.sources import sources_from_frame
    from urbanplan.network.walk.walk import Walk
    from urbanplan.siting.demand import build_demand, build_walks
    from urbanplan.siting.instance import instance_from_walks

    settings, (districts, by, question) = model.settings, asked
    walk = Walk(within, settings.leg, engine=settings.engine)
    scenario = Scenario(model.network, model.sources, walk, model.walls, model.people)
    existing = sources_from_frame(inputs.existing) if len(inputs.existing) else None
    if question.goal == "median":
        walks, own = build_walks(scenario, existing), inputs.properties
        fates, total = (own.allowed, own.required), model.people[0].total
        return None, instance_from_walks(walks, cost=own.cost, group=own.group, fates=fates, total=total)
    demand = build_demand(scenario, existing, districts, apart=inputs.properties.standing is not None)
    return demand, demand.instance(by, inputs.properties)


def _certified(model: WalkModel, inputs: SitingInputs, chosen: Ints, within: float) -> Coverage:
    """Coverage with some candidates and the existing sites."""
    return model.with_sites(inputs.sites(chosen)).coverage(within)


def _alternatives(
    instance: CoveringInstance, question: SitingQuestion, first: SitingSolution, count: int, seconds: float
) -> tuple[SitingSolution, ...]:
    from urbanplan.siting.ranking import rank_alternatives

    if first.chosen is None:
        return ()
    return tuple(rank_alternatives(instance, question, first=first, count=count, time_limit=seconds))
