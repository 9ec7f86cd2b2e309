"""Totals of road segments by road, all roads at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.intervals import Floats, Ints

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class RoadGroups:
    """Rows grouped by road, roads in the order of first appearance.

    Attributes:
        names: of the roads. number: the road of each row, shape (rows,).
    """

    names: list[str]
    number: Ints

    @cached_property
    def _order(self) -> Ints:
        return np.argsort(self.number, kind="stable")

    @cached_property
    def _starts(self) -> Ints:
        return np.searchsorted(self.number[self._order], np.arange(len(self.names)))

    @property
    def rows(self) -> list[int]:
        """How many rows each road has."""
        return np.bincount(self.number, minlength=len(self.names)).tolist()

    def totals(self, values: Floats) -> list[float]:
        """Sum of each road's values, in extended precision."""
        return _sums(values[self._order], self._starts).tolist()

    def first_texts(self, column: pd.Series | None) -> list[str | None]:
        """The first value of each road that is not null as text, None where there is none."""
        if column is None:
            return [None] * len(self.names)
        rows = np.flatnonzero(column.notna().to_numpy(dtype=bool))
        roads, first = np.unique(self.number[rows], return_index=True)
        found: list[str | None] = [None] * len(self.names)
        for road, value in zip(roads.tolist(), column.iloc[rows[first]].tolist(), strict=True):
            found[road] = str(value)
        return found

    def totals_by(self, label: NDArray[np.object_], values: Floats) -> list[dict[str, float]]:
        """For each road the sum of its values by label, labels in the order of first appearance."""
        import pandas as pd

        code, labels = pd.factorize(label)
        key = self.number * max(len(labels), 1) + code
        order = np.argsort(key, kind="stable")
        starts = np.flatnonzero(np.append(True, np.diff(key[order]) > 0)[: len(key)])
        sums = _sums(values[order], starts)
        found: list[dict[str, float]] = [{} for _ in self.names]
        rows = order[starts]
        seen = np.argsort(rows, kind="stable")  # a road's labels as they first appear
        texts = [str(one) for one in labels.tolist()]
        columns = (self.number[rows], code[rows], sums)
        for road, which, total in zip(*(column[seen].tolist() for column in columns), strict=True):
            found[road][texts[which]] = total
        return found

    def agreed_totals(self, values: Floats) -> list[float | None]:
        """The one figure that all of a road's values repeat, else their sum; None where a road has none."""
        known = ~np.isnan(values)
        count = np.bincount(self.number[known], minlength=len(self.names))
        ordered = values[self._order]
        low, high = np.fmin.reduceat(ordered, self._starts), np.fmax.reduceat(ordered, self._starts)
        total = _sums(np.where(known, values, 0.0)[self._order], self._starts)
        figures = np.where(low == high, low, total).tolist()
        return [figure if some else None for figure, some in zip(figures, count.tolist(), strict=True)]


def group_by_road(road: NDArray[np.object_]) -> RoadGroups:
    """Rows by the road that they name."""
    import pandas as pd

    number, names = pd.factorize(road)
    return RoadGroups(names.tolist(), number.astype(np.int64))


def _sums(values: Floats, starts: Ints) -> Floats:
    if not len(starts):
        return np.empty(0)
    return np.add.reduceat(values.astype(np.longdouble), starts).astype(np.float64)
