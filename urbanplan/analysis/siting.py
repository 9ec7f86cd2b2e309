"""Siting: where new sites would bring a walk to streets or residents, proved; a proposal, never a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.analysis.siting_inputs import (
    CandidateOptions,
    Notify,
    SitingInputs,
    siting_inputs,
    siting_inputs_of_plan,
)
from urbanplan.errors import CertificateError, SitingError
from urbanplan.network.phases import PhaseTimer
from urbanplan.siting.question import SitingQuestion

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.model.plan import Plan
    from urbanplan.network.walk.coverage import Coverage
    from urbanplan.residents.walk_model import WalkModel
    from urbanplan.siting.demand import By, Demand
    from urbanplan.siting.instance import CoveringInstance
    from urbanplan.siting.proposal import Proposal
    from urbanplan.siting.solve import SitingSolution

TEN_MINUTES = 600.0  # metres, at 60 m a minute
TOLERANCE = 1e-6
"""Relative: sums of pieces and of the certified run agree to this."""


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
            write_frames(self.proposal.layers(), path)
        else:
            write_frame(self.sites, path)


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
        within: the walk in metres, legs included; 600 unless given, or what the plan's target reads.
        by: ``residents`` or ``metres``; residents where they are given.
        options: filter, costs, required and forbidden candidates.
        at_least, at_most: sites for each sub-district, by its id. alternatives: how many ranked answers are wanted.
        time_limit: seconds of solving; then the best found is given with its bound.
        settings: ``noding``, ``leg``, ``residents_as``, ``engine``.

    Raises:
        SitingError: the question or the candidates cannot be used. UrbanplanError: an input cannot be used.
        CertificateError: the result does not pass its own proof.
    """
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
        within = within or (TEN_MINUTES if plan is None else inputs.walk.reference_walk)
        inputs = replace(inputs, walk=inputs.walk.with_options(**settings))
    question = _with_districts(question or SitingQuestion(), inputs, at_least or {}, at_most or {})
    model = build_walk_model(inputs.walk.layers, inputs.walk.settings, notify=notify)
    chosen_by: By = by or ("residents" if model.people else "metres")
    if chosen_by == "residents" and not model.people:
        raise SitingError("there are no residents to count", fix="Give --residents, or ask by metres.")
    reachable = _certified(model, inputs, None, within)
    with phases("pieces"):
        demand = _demand(model, inputs, within)
        instance = demand.instance(
            chosen_by, cost=inputs.cost, group=inputs.group, allowed=inputs.allowed, required=inputs.required
        )
    with phases("solve"):
        solution = solve_siting(instance, question, time_limit=time_limit)
    with phases("alternatives"):
        ranked = _alternatives(instance, question, solution, alternatives, time_limit)
    with phases("proof"):
        run = None if solution.chosen is None else _certified(model, inputs, solution, within)
        if run is not None:
            _check_sums(run, solution, chosen_by)
    proposal = Proposal(
        solution,
        question,
        chosen_by,
        float(within),
        run,
        reachable,
        ranked,
        demand,
        inputs.candidates.assign(cost=inputs.cost),
        tuple(inputs.ids),
        tuple(inputs.district_ids),
        inputs.walk.facts,
        model.seconds | phases.seconds,
    )
    return SitingResult(proposal, inputs)


def _check_plan_alone(layers: Mapping[str, Any]) -> None:
    """Refuse files beside a plan that answers for them.

    Raises:
        SitingError: there are some.
    """
    given = [name for name, layer in layers.items() if layer is not None and name != "candidates"]
    if given:
        raise SitingError("the plan says {names} already", fix="Leave them out, or the plan.", names=", ".join(given))


def _demand(model: WalkModel, inputs: SitingInputs, within: float) -> Demand:
    from urbanplan.network.walk.scenario import Scenario
    from urbanplan.network.walk.sources import sources_from_frame
    from urbanplan.network.walk.walk import Walk
    from urbanplan.siting.demand import build_demand

    settings = model.settings
    walk = Walk(within, settings.leg, engine=settings.engine)
    scenario = Scenario(model.network, model.sources, walk, model.walls, model.people)
    return build_demand(scenario, sources_from_frame(inputs.existing) if len(inputs.existing) else None)


def _certified(model: WalkModel, inputs: SitingInputs, solution: SitingSolution | None, within: float) -> Coverage:
    """Coverage with the chosen sites, with all that are allowed where there is no solution."""
    import numpy as np

    chosen = np.flatnonzero(inputs.allowed) if solution is None else solution.chosen
    sites = inputs.sites(np.empty(0, np.int64) if chosen is None else chosen)
    return model.with_sites(sites).coverage(within)


def _alternatives(
    instance: CoveringInstance, question: SitingQuestion, first: SitingSolution, count: int, seconds: float
) -> tuple[SitingSolution, ...]:
    from urbanplan.siting.ranking import rank_alternatives

    if first.chosen is None:
        return ()
    return tuple(rank_alternatives(instance, question, first=first, count=count, time_limit=seconds))


def _check_sums(run: Coverage, solution: SitingSolution, by: By) -> None:
    """The certified run must cover what the solver's pieces add up to.

    Raises:
        CertificateError: it does not.
    """
    covered, total = run.covered_m, run.total_m
    if by == "residents" and run.served:
        covered, total = run.served[0][0].total, run.served[0][0].people.total
    if abs(covered - solution.covered) > TOLERANCE * max(total, 1.0):
        raise CertificateError(
            "the result did not pass its certificate: {problems}", fix="Report it.", problems=f"pieces by {by}"
        )


def _with_districts(
    question: SitingQuestion, inputs: SitingInputs, at_least: Mapping[str, int], at_most: Mapping[str, int]
) -> SitingQuestion:
    known = inputs.district_ids
    for name in (*at_least, *at_most):
        if name not in known:
            raise SitingError(
                "no sub-district has the id {id}", fix="Name one of: {known}.", id=name, known=", ".join(known) or "—"
            )
    least, most = ({known.index(name): n for name, n in given.items()} for given in (at_least, at_most))
    return replace(question, at_least={**question.at_least, **least}, at_most={**question.at_most, **most})


def parse_share(text: str) -> float:
    """``95%`` or ``0.95`` as a number from 0 to 1.

    Raises:
        SitingError: it is no share.
    """
    try:
        value = float(text.strip().removesuffix("%"))
    except ValueError:
        value = float("nan")
    value = value / 100 if text.strip().endswith("%") else value
    if not 0 <= value <= 1:
        raise SitingError("{text} is no share", where="--share", fix="Write 95% or 0.95.", text=text)
    return value


def parse_district_counts(words: Sequence[str], *, where: str) -> dict[str, int]:
    """``ID=NUMBER`` words as numbers by id.

    Raises:
        SitingError: a word is not of that kind.
    """
    found: dict[str, int] = {}
    for word in words:
        name, equals, number = word.rpartition("=")
        if not equals or not number.isdigit():
            raise SitingError("{word} is not ID=NUMBER", where=where, fix="Write for example D1=2.", word=word)
        found[name] = int(number)
    return found
