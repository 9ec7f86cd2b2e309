"""The question with all its constraints as one mixed-integer program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.sparse import coo_array, csr_array, hstack

from urbanplan.errors import SitingError
from urbanplan.network.intervals import Floats, Ints
from urbanplan.siting.allotment import Allotment
from urbanplan.siting.fairness import solve_fairest
from urbanplan.siting.instance import CoveringInstance
from urbanplan.siting.mip import MipResult, Program, widen_row
from urbanplan.siting.question import SitingQuestion
from urbanplan.siting.serving import Serving, build_serving, read_allotment

SCALE = 1e4
"""Weights are scaled to this sum, costs to this greatest one, as the solver's tolerances want."""


@dataclass
class Cuts:
    """Sets of candidates that are no answers.

    Attributes:
        seen: answers given already; only these very sets. lacking: cover too little, and so do their subsets.
        dear: cost too much, and so do their supersets.
    """

    seen: list[Ints] = field(default_factory=list)
    lacking: list[Ints] = field(default_factory=list)
    dear: list[Ints] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Answer:
    """What the solver found; ``factor``: of its objective, ``scale``: of weights, ``candidates``: their number."""

    done: MipResult
    factor: float
    candidates: int
    serving: Serving
    scale: float

    @property
    def chosen(self) -> Ints:
        """Numbers of the chosen candidates; of an answer."""
        values = np.empty(0) if self.done.x is None else self.done.x[: self.candidates]
        return np.flatnonzero(values > 0.5)

    def allotment(self, instance: CoveringInstance) -> Allotment | None:
        """Who goes where, as the solver says; None without capacities."""
        values = np.empty(0) if self.done.x is None else self.done.x[self.candidates :] / self.scale
        return read_allotment(instance, self.serving, values, self.chosen)


def solve_program(instance: CoveringInstance, question: SitingQuestion, *, seconds: float, cuts: Cuts) -> Answer:
    """The solver's answer."""
    columns = instance.candidates
    scale = SCALE / max(float(instance.weight.sum()), 1e-12)
    serving = build_serving(instance, whole=question.covers_all, scale=scale)
    many = len(serving.weight)
    rows = list(serving.rows)
    if not question.covers_all and question.share is not None:
        need = question.share * instance.total - instance.served
        rows.append((_line(np.concatenate([np.zeros(columns), serving.weight])), need * scale - 1e-7, np.inf))
    rows += [(widen_row(a, many), b, c) for a, b, c in site_rows(instance, question, cuts)]
    size = columns + many
    low, high = np.zeros(size), np.concatenate([np.ones(columns), serving.most])
    low[:columns][instance.required] = 1.0
    high[:columns][~instance.allowed] = 0.0
    program = Program(rows, low, high, np.arange(size) < columns)
    if question.goal == "fairest":
        weight = np.concatenate([np.zeros(columns), serving.weight])
        found = solve_fairest(program, _share_rows(instance, serving, scale), weight, seconds=seconds)
        return Answer(found, 1.0, columns, serving, scale)
    objective, factor = _objective(instance, question, serving.weight, scale)
    return Answer(program.solve(objective, seconds=seconds), factor, columns, serving, scale)


def _share_rows(instance: CoveringInstance, serving: Serving, scale: float) -> tuple[csr_array, Floats]:
    """Covered share of each sub-district that has demand: a row over all variables, and a constant."""
    zones = instance.zones
    if zones is None or not (zones.total > 0).any():
        raise SitingError("the fairest answer needs sub-districts with demand", fix="Give --districts.")
    some = np.flatnonzero(zones.total > 0)
    part = csr_array(serving.zones[some] / (zones.total[some, None] * scale))
    whole = csr_array(hstack([csr_array((len(some), instance.candidates)), part]))
    return whole, zones.served[some] / zones.total[some]


def _objective(
    instance: CoveringInstance, question: SitingQuestion, weight: Floats, scale: float
) -> tuple[Floats, float]:
    columns, many = instance.candidates, len(weight)
    if question.goal == "most":
        return np.concatenate([np.zeros(columns), -weight]), -scale
    if question.goal == "fewest":
        return np.concatenate([np.ones(columns), np.zeros(many)]), 1.0
    return np.concatenate([instance.cost, np.zeros(many)]), 1.0


def site_rows(instance: CoveringInstance, question: SitingQuestion, cuts: Cuts) -> list[tuple[Any, float, float]]:
    """Constraints on the candidates alone."""
    count = instance.candidates
    rows: list[tuple[Any, float, float]] = []
    if question.count is not None:
        rows.append((_line(np.ones(count)), 0.0, float(question.count)))
    if question.budget is not None:
        rows.append(_budget_row(instance.cost, question.budget))
    for number in sorted({*question.at_least, *question.at_most}):
        least, most = question.at_least.get(number, 0), question.at_most.get(number, count)
        rows.append((_line((instance.group == number).astype(float)), float(least), float(most)))
    rows += other_sets(count, cuts.seen)
    for chosen in cuts.lacking:
        rows.append((_line((~np.isin(np.arange(count), chosen)).astype(float)), 1.0, np.inf))
    for chosen in cuts.dear:
        rows.append((_line(np.isin(np.arange(count), chosen).astype(float)), 0.0, len(chosen) - 1.0))
    return rows


def other_sets(count: int, seen: Sequence[Ints]) -> list[tuple[Any, float, float]]:
    """Constraints on so many candidates: none of these very sets."""
    rows: list[tuple[Any, float, float]] = []
    for chosen in seen:
        sign = np.ones(count)
        sign[chosen] = -1.0
        rows.append((_line(sign), 1.0 - len(chosen), np.inf))
    return rows


def _budget_row(cost: Floats, budget: float) -> tuple[Any, float, float]:
    scale = 1.0 / max(float(cost.max(initial=0.0)), budget, 1e-12)
    return _line(cost * scale), 0.0, budget * scale + 1e-9


def _line(values: Floats) -> csr_array:
    place = np.flatnonzero(values)
    return coo_array((values[place], (np.zeros(len(place), np.int64), place)), shape=(1, len(values))).tocsr()
