"""How far residents have to the nearest site, for the median."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.intervals import Floats, Ints


@dataclass(frozen=True, eq=False)
class Walks:
    """How far residents have to a site.

    Attributes:
        distance: metres from each home to each candidate, infinite where none leads, shape (homes, candidates).
        base: metres to the nearest site that stands already, infinite where none does, shape (homes,).
        weight: residents of each home, above 0, shape (homes,).
    """

    distance: Floats
    base: Floats
    weight: Floats

    def nearest(self, chosen: Ints) -> Floats:
        """Metres from each home to the nearest of the chosen and the present sites."""
        return np.minimum(self.distance[:, chosen].min(axis=1, initial=np.inf), self.base)

    def total(self, chosen: Ints) -> float:
        """The sum of walks, metres of one resident; infinite where one has no way."""
        return float(self.weight @ self.nearest(chosen)) if len(self.weight) else 0.0

    def loads(self, chosen: Ints) -> Floats:
        """Residents whose nearest site is each of the chosen; of equals the first, the present ones before all."""
        if not len(chosen) or not len(self.weight):
            return np.zeros(len(chosen))
        part = self.distance[:, chosen]
        own = part.min(axis=1) < self.base
        return np.bincount(part.argmin(axis=1)[own], weights=self.weight[own], minlength=len(chosen)).astype(float)

    def of_reachable(self, allowed: NDArray[np.bool_]) -> Walks:
        """The same of homes that an allowed candidate or a present site reaches."""
        reached = np.isfinite(np.minimum(self.distance[:, allowed].min(axis=1, initial=np.inf), self.base))
        some = reached & (self.weight > 0)
        return Walks(self.distance[some], self.base[some], self.weight[some])
