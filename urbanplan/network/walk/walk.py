"""A walk and how far it reaches: the data that search makes and the certificate checks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from urbanplan.network.graph import Network
from urbanplan.network.intervals import Floats, Intervals, complement
from urbanplan.network.walk.engine import Engine
from urbanplan.network.walk.leg_intervals import LegIntervals


@dataclass(frozen=True)
class Walk:
    """The settings of a walk.

    Attributes:
        within: the walk in metres. leg: leg limit in metres, capped by the walk.
        low: the low reading of polygon sites (their radius added), else the high one.
        engine: ``auto``, ``scipy`` or ``numba``.
    """

    within: float
    leg: float = 50.0
    low: bool = True
    engine: Engine = "auto"


@dataclass(frozen=True, eq=False)
class Reach:
    """How far the walk from places goes.

    Attributes:
        within: the walk, metres. seen: the seen parts. label: distance of each node, infinity beyond the walk.
        covered: covered intervals on the edges (a union).
    """

    within: float
    seen: LegIntervals
    label: Floats
    covered: Intervals

    def per_edge(self, network: Network) -> Floats:
        """Covered metres of each edge."""
        return self.covered.per_line(network.edges)

    @property
    def length(self) -> float:
        """Covered metres in all."""
        return precise_sum(self.covered.length)

    def left(self, network: Network) -> Intervals:
        """What is not covered."""
        return complement(self.covered, network.length)


def precise_sum(values: Floats) -> float:
    """A sum in extended precision, so that the order of rows does not show."""
    return float(np.sum(values, dtype=np.longdouble))
