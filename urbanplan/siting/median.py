"""The p-median: sites so that the sum of residents' walks to the nearest is least.

S. L. Hakimi (1964), "Optimum locations of switching centers"; exact by a tree of Lagrangian bounds where only the count
binds, else by the radius formulation of S. García, M. Labbé and A. Marín (2011), "Solving large p-median problems with
a radius formulation", under every constraint.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from urbanplan.network.intervals import Floats, Ints
from urbanplan.siting.kernels.median_search import LEFT, TAKEN
from urbanplan.siting.median_tree import ROUNDING, search_median_tree
from urbanplan.siting.mip import MipResult, Program, widen_row
from urbanplan.siting.program import other_sets
from urbanplan.siting.walks import Walks

SCALE = 1e4
"""The sum of walks is scaled to this, as the solver's tolerances want."""
SMALL = 20_000
"""Distances up to which the exact solver is asked at once."""


@dataclass(frozen=True, eq=False)
class Median:
    """Chosen candidates, and that no sum is below the bound; ``chosen`` None: none found, or ``feasible`` not."""

    chosen: Ints | None
    bound: float
    proved: bool
    feasible: bool = True


def solve_median(
    walks: Walks,
    rows: list[tuple[Any, Any, Any]],
    fates: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    *,
    count: int | None,
    seconds: float,
    seen: Sequence[Ints] = (),
) -> Median:
    """The candidates with the least sum of walks.

    Args:
        walks: of homes that can be reached. rows: constraints on candidates beside the count.
        fates: which candidates may be chosen, and which must be. count: at most so many.
        seen: sets that are no answers.
    """
    end = time.monotonic() + seconds
    allowed, required = fates
    found, bound = None, 0.0
    if not rows and count is not None and walks.distance.size > SMALL and count > required.sum():
        tree = search_median_tree(walks, fates, count=count, seconds=seconds, seen=seen)
        found, bound = tree.chosen, tree.bound
        if found is not None and walks.total(found) <= bound * (1 + ROUNDING):
            return Median(found, walks.total(found), True)
        allowed, required = tree.state != LEFT, tree.state == TAKEN
    every = [*rows, *other_sets(len(allowed), seen)]
    done = _solve_exactly(walks, every, (allowed, required), count, end - time.monotonic())
    if not done.feasible:
        return Median(found, np.inf if found is None else walks.total(found), True, found is not None)
    chosen = found if done.x is None else np.flatnonzero(done.x[: len(allowed)] > 0.5)
    if found is not None and chosen is not None and walks.total(found) <= walks.total(chosen):
        chosen = found
    best = np.inf if chosen is None else walks.total(chosen)
    return Median(chosen, best if done.proved else min(max(bound, done.bound), best), done.proved)


def _solve_exactly(
    walks: Walks,
    rows: list[tuple[Any, Any, Any]],
    fates: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    count: int | None,
    seconds: float,
) -> MipResult:
    """The radius formulation: for each home and distance whether every site lies beyond, a chain from near to far."""
    allowed, required = fates
    columns = len(allowed)
    chain, price, constant = _radius_rows(walks, allowed, required)
    size = columns + len(price)
    scale = SCALE / max(constant + float(price.sum()), 1e-12)
    every: list[tuple[Any, Any, Any]] = [(chain[0], chain[1], np.inf)] if len(chain[1]) else []
    every += [(widen_row(matrix, len(price)), least, most) for matrix, least, most in rows]
    if count is not None:
        place = (np.zeros(columns, np.int64), np.arange(columns))
        every.append((csr_array((np.ones(columns), place), shape=(1, size)), 0.0, float(count)))
    low, high = np.zeros(size), np.ones(size)
    low[:columns][required], high[:columns][~allowed] = 1.0, 0.0
    program = Program(every, low, high, np.arange(size) < columns)
    done = program.solve(np.concatenate([np.zeros(columns), price * scale]), seconds=seconds)
    return replace(done, bound=done.bound / scale + constant)


def _radius_rows(
    walks: Walks, allowed: NDArray[np.bool_], required: NDArray[np.bool_]
) -> tuple[tuple[csr_array, Floats], Floats, float]:
    """Rows of the chains over candidates and one variable for each link, what each costs, and what all homes walk.

    A link says that no site lies as near as its distance; then the walk grows to the next distance.  The last link of a
    home costs the way to the present site, or is not allowed where there is none: it is left out.
    """
    columns = len(allowed)
    base = np.minimum(walks.base, walks.distance[:, required].min(axis=1, initial=np.inf))
    useful = np.flatnonzero(allowed)
    row, place = np.nonzero(walks.distance[:, useful] < base[:, None])
    column, metres = useful[place], walks.distance[row, useful[place]]
    order = np.lexsort((metres, row))
    row, column, metres = row[order], column[order], metres[order]
    fresh = np.append(True, (row[1:] != row[:-1]) | (metres[1:] != metres[:-1]))[: len(row)]
    step = np.cumsum(fresh) - 1
    home, at = row[fresh], metres[fresh]
    begins = np.append(True, home[1:] != home[:-1])[: len(home)]
    ends = np.append(home[1:] != home[:-1], True)[-len(home) :] if len(home) else np.empty(0, bool)
    beyond = np.where(ends, base[home], np.append(at[1:], 0.0)[: len(at)])
    open_end = np.isfinite(beyond)
    number = np.cumsum(open_end) - 1
    links = int(open_end.sum())
    count = len(home)
    own = np.flatnonzero(open_end)
    after = np.flatnonzero(~begins)
    data = np.concatenate([np.ones(len(row)), np.ones(len(own)), -np.ones(len(after))])
    places = (
        np.concatenate([step, own, after]),
        np.concatenate([column, columns + number[own], columns + number[after - 1]]),
    )
    matrix = coo_array((data, places), shape=(count, columns + links)).tocsr()
    price = walks.weight[home[own]] * (beyond[own] - at[own])
    alone = np.setdiff1d(np.arange(len(base)), home)
    constant = float(walks.weight[home[begins]] @ at[begins]) + float(walks.weight[alone] @ base[alone])
    return (matrix, begins.astype(float)), price, constant
