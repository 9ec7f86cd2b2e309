"""The exact solver: a mixed-integer program with its answer, its bound and whether the bound proves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack

from urbanplan.errors import SitingError
from urbanplan.network.intervals import Floats
from urbanplan.siting.sparse import shape_of


@dataclass(frozen=True, eq=False)
class MipResult:
    """Answer of a minimisation.

    Attributes:
        x: values, None where none was found in time. bound: no answer is below it. proved: the answer is the best.
        feasible: False where it is proved that there is none.
    """

    x: Floats | None
    bound: float
    proved: bool
    feasible: bool = True


def widen_row(row: Any, more: int) -> Any:
    """Rows of constraints over further variables, which they do not ask."""
    return csr_array(hstack([row, csr_array((shape_of(row)[0], more))])) if more else row


def minimise(
    objective: Floats,
    rows: Sequence[tuple[Any, Any, Any]],
    *,
    integer: NDArray[np.bool_],
    low: Floats,
    high: Floats,
    seconds: float = float("inf"),
) -> MipResult:
    """Minimise ``objective`` over rows ``(matrix, least, most)`` and bounds of the variables.

    Raises:
        SitingError: the solver itself fails.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    done = milp(
        objective,
        integrality=integer.astype(np.int64),
        bounds=Bounds(cast(Any, low), cast(Any, high)),
        constraints=[LinearConstraint(matrix, least, most) for matrix, least, most in rows],
        options={"time_limit": max(seconds, 0.01), "mip_rel_gap": 0.0},
    )
    if done.status == 2:
        return MipResult(None, np.inf, True, False)
    if done.status not in (0, 1):
        raise SitingError("the solver stopped: {problem}", fix="Report it.", problem=done.message)
    bound = getattr(done, "mip_dual_bound", None)
    least = -np.inf if bound is None else float(bound)
    return MipResult(done.x, least, done.status == 0)


@dataclass(frozen=True, eq=False)
class Program:
    """Rows ``(matrix, least, most)``, bounds and kinds of variables; a goal is given with each answer."""

    rows: list[tuple[Any, Any, Any]]
    low: Floats
    high: Floats
    integer: NDArray[np.bool_]

    def solve(self, objective: Floats, *, seconds: float) -> MipResult:
        """Minimise an objective.

        Raises:
            SitingError: the solver itself fails.
        """
        return minimise(objective, self.rows, integer=self.integer, low=self.low, high=self.high, seconds=seconds)
