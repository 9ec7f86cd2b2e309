"""The question with all its constraints as one mixed-integer program."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.sparse import coo_array, csr_array, eye_array, hstack

from urbanplan.network.intervals import Floats, Ints
from urbanplan.siting.instance import CoveringInstance
from urbanplan.siting.mip import MipResult, minimise
from urbanplan.siting.question import SitingQuestion
from urbanplan.siting.reduction import merge_rows
from urbanplan.siting.sparse import shape_of

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


def solve_program(
    instance: CoveringInstance, question: SitingQuestion, *, seconds: float, cuts: Cuts
) -> tuple[MipResult, float]:
    """The solver's answer, whose first variables are the candidates, and the factor of its objective."""
    columns = instance.candidates
    matrix, weight = merge_rows(instance.matrix, instance.weight)
    partly = not question.covers_all
    many = shape_of(matrix)[0] if partly else 0
    scale = SCALE / max(float(instance.weight.sum()), 1e-12)
    rows = _cover_rows(matrix, partly)
    if partly and question.share is not None:
        need = question.share * instance.total - instance.served
        rows.append((_line(np.concatenate([np.zeros(columns), weight * scale])), need * scale - 1e-7, np.inf))
    rows += [(_widen(a, many), b, c) for a, b, c in _site_rows(instance, question, cuts)]
    objective, factor = _objective(instance, question, weight, scale)
    size = columns + many
    low, high = np.zeros(size), np.ones(size)
    low[:columns][instance.required] = 1.0
    high[:columns][~instance.allowed] = 0.0
    integer = np.arange(size) < columns
    return minimise(objective, rows, integer=integer, low=low, high=high, seconds=seconds), factor


def _cover_rows(matrix: csr_array, partly: bool) -> list[tuple[Any, Any, Any]]:
    if not shape_of(matrix)[0]:
        return []
    if not partly:
        return [(matrix.astype(float), 1.0, np.inf)]
    return [(csr_array(hstack([matrix.astype(float), -eye_array(shape_of(matrix)[0])])), 0.0, np.inf)]


def _objective(
    instance: CoveringInstance, question: SitingQuestion, weight: Floats, scale: float
) -> tuple[Floats, float]:
    columns = instance.candidates
    many = 0 if question.covers_all else len(weight)
    if question.goal == "most":
        return np.concatenate([np.zeros(columns), -weight * scale]), -scale
    if question.goal == "fewest":
        return np.concatenate([np.ones(columns), np.zeros(many)]), 1.0
    return np.concatenate([instance.cost, np.zeros(many)]), 1.0


def _site_rows(instance: CoveringInstance, question: SitingQuestion, cuts: Cuts) -> list[tuple[Any, float, float]]:
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
    for chosen in cuts.seen:
        sign = np.ones(count)
        sign[chosen] = -1.0
        rows.append((_line(sign), 1.0 - len(chosen), np.inf))
    for chosen in cuts.lacking:
        rows.append((_line((~np.isin(np.arange(count), chosen)).astype(float)), 1.0, np.inf))
    for chosen in cuts.dear:
        rows.append((_line(np.isin(np.arange(count), chosen).astype(float)), 0.0, len(chosen) - 1.0))
    return rows


def _budget_row(cost: Floats, budget: float) -> tuple[Any, float, float]:
    scale = 1.0 / max(float(cost.max(initial=0.0)), budget, 1e-12)
    return _line(cost * scale), 0.0, budget * scale + 1e-9


def _line(values: Floats) -> csr_array:
    place = np.flatnonzero(values)
    return coo_array((values[place], (np.zeros(len(place), np.int64), place)), shape=(1, len(values))).tocsr()


def _widen(row: Any, many: int) -> Any:
    return csr_array(hstack([row, csr_array((1, many))])) if many else row
