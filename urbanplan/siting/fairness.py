"""The fairest answer: the worst-off sub-district as well off as can be, then the next worst, and so on.

The sum of the k least shares is greatest, for k from 1, none of the former sums given up (Ogryczak and Tamir, 2003,
"Minimizing the sum of the k largest functions in linear time"): a lexicographic maximum of the shares in rising order.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array, hstack

from urbanplan.network.intervals import Floats
from urbanplan.siting.mip import MipResult, Program
from urbanplan.siting.sparse import shape_of

SHARE_SCALE = 1e3
"""Shares are per mille in the program."""
GIVEN_UP = 1e-5
"""Per mille: what a sum of least shares may lose to rounding while the next one rises."""


def solve_fairest(program: Program, shares: tuple[csr_array, Floats], weight: Floats, *, seconds: float) -> MipResult:
    """Answer a program so that the shares, in rising order, are lexicographically greatest; then the most weight.

    Args:
        program: without a goal. shares: of each sub-district a row over the variables and a constant.
        weight: of each variable, what is greatest last of all.
        seconds: for all; the answer is not proved where they do not do.

    Returns:
        The values of the program's variables; the bound is that of the worst share.
    """
    end, size = time.monotonic() + seconds, len(program.low)
    matrix, constant = csr_array(shares[0] * SHARE_SCALE), shares[1] * SHARE_SCALE
    done, bound = MipResult(None, -np.inf, False), np.inf
    for least in range(1, len(constant) + 2):
        if least <= len(constant):
            program, goal = _with_least_sum(program, matrix, constant, least)
        else:
            goal = np.concatenate([weight, np.zeros(len(program.low) - size)])
        found = program.solve(-goal, seconds=end - time.monotonic())
        if least == 1:
            bound = min(-found.bound / SHARE_SCALE, 1.0)
        if found.x is None:
            return MipResult(done.x, bound, False) if found.feasible or least > 1 else found
        done = MipResult(found.x[:size], bound, found.proved)
        if not found.proved:
            return done
        floor = float(goal @ found.x) - GIVEN_UP
        program = replace(program, rows=[*program.rows, (csr_array(goal[None, :]), floor, np.inf)])
    return done


def _with_least_sum(program: Program, matrix: csr_array, constant: Floats, least: int) -> tuple[Program, Floats]:
    """The program with variables r and d >= r - share, and the goal ``least * r - sum(d)``, the sum of the least."""
    zones, size = len(constant), len(program.low)
    more = zones + 1
    wide = csr_array(hstack([matrix, csr_array((zones, size - shape_of(matrix)[1]))]))
    tied = csr_array(hstack([wide, -np.ones((zones, 1)), np.eye(zones)]))
    rows = [
        (csr_array(hstack([row, csr_array((shape_of(row)[0], more))])), low, high) for row, low, high in program.rows
    ]
    rows.append((tied, -constant, np.inf))
    goal = np.concatenate([np.zeros(size), [least], -np.ones(zones)])
    low = np.concatenate([program.low, np.zeros(more)])
    high = np.concatenate([program.high, np.full(more, SHARE_SCALE)])
    integer = np.concatenate([program.integer, np.zeros(more, dtype=bool)])
    return Program(rows, low, high, integer), goal
