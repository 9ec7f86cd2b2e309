"""What is unknown about sites, streets, barriers and people of a coverage, and how far it widens the reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from urbanplan.model.reading import Known

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from urbanplan.measure.measured import Layers
    from urbanplan.measure.selection import SelectedFeatures


@dataclass(frozen=True)
class OpenPeople:
    """Homes and areas that may or may not be served, or of which it is unknown how many people they hold.

    Attributes:
        least, most: people in them, ``most`` infinite where no limit is declared. rows: how many they are.
        known_rows: how many others there are.
    """

    least: float
    most: float
    rows: int
    known_rows: int

    def share(self, covered: float, total: float, *, high: bool) -> float | None:
        """Least or greatest share covered: the open people are all uncovered, or all covered; None without people."""
        if total <= 0:
            return None
        if np.isinf(self.most):
            return float(high)
        return (covered + (self.most if high else 0.0)) / (total + self.most)


def split_residents(homes: SelectedFeatures, column: str | None, layers: Layers) -> tuple[SelectedFeatures, OpenPeople]:
    """Homes of which place, people and whether they count are known, and the others as open people.

    A negative number of people is none: it is unknown, as a null is.
    """
    from urbanplan.residents.counts import counted_column, people_per_unit

    used = counted_column(homes.frame, column)
    if used is None:
        return homes, OpenPeople(0.0, 0.0, 0, len(homes.frame))
    values = homes.frame[used].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    values = np.where(values >= 0, values, np.nan)
    known = homes.sure & homes.drawn & ~np.isnan(values)
    spec = layers[homes.layer].type.fields.get(used)
    limits = (None, None) if spec is None else (spec.minimum, spec.maximum)
    low, high = (0.0 if limits[0] is None else max(limits[0], 0.0)), (np.inf if limits[1] is None else limits[1])
    unit = people_per_unit(used)
    least = np.where(homes.sure, np.where(np.isnan(values), low, values), 0.0)[~known] * unit
    most = np.where(np.isnan(values), high, values)[~known] * unit
    rows = int((~known).sum())
    return homes.only(known), OpenPeople(float(least.sum()), float(most.sum()), rows, int(known.sum()))


def known_share(people: OpenPeople, low: float | None, high: float | None) -> Known | None:
    """The share over the known people, where some are unknown."""
    if not people.rows:
        return None
    exact = low is not None and low == high
    return Known(value=low if exact else None, rows=people.known_rows, unknown_rows=people.rows)


def any_open(selected: SelectedFeatures | None) -> bool:
    """Whether a row of a selection may not count or is not drawn."""
    return selected is not None and not bool((selected.sure & selected.drawn).all())


def any_undrawn(*selected: SelectedFeatures | None) -> bool:
    """Whether some row is not drawn, so that it may lie anywhere."""
    return any(one is not None and not bool(one.drawn.all()) for one in selected)


def sure_and_drawn(selected: SelectedFeatures) -> NDArray[np.bool_]:
    """Rows that surely count and have a shape."""
    return selected.sure & selected.drawn
