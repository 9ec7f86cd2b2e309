"""What nobody knows of a coverage: homes that may not count, without a count or a place, and areas of open streets.

Each such row holds between ``least`` and ``most`` people, of whom a run covers a fraction; a row without a place is
covered or not.  The share of people is a ratio of sums, extreme where each row holds its least or its most.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from urbanplan.measure.selection import SelectedFeatures
    from urbanplan.model.layertype import LayerType
    from urbanplan.network.walk.coverage import Coverage as Covered
    from urbanplan.network.walk.people import People

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class OpenResidents:
    """Homes and areas of which something is unknown, n of them among all rows of residents.

    Attributes:
        rows: mask over all rows of residents. least, most: people each open row may hold, shape (n,).
        drawn: which open rows have a place, shape (n,). movable: areas whose people open streets may draw off, (n,).
    """

    rows: Mask
    least: Floats
    most: Floats
    drawn: Mask
    movable: Mask

    @property
    def count(self) -> int:
        """Number of open rows."""
        return len(self.least)

    def only(self, mask: Mask, whole: Mask) -> OpenResidents:
        """The open rows of a mask, shape (n,); of those not ``whole`` a part of unknown size belongs here."""
        least = np.where(whole, self.least, 0.0)
        return OpenResidents(self.rows, least[mask], self.most[mask], self.drawn[mask], self.movable[mask])

    @property
    def undrawn(self) -> int:
        """Number of open rows without a place."""
        return int((~self.drawn).sum())


def drawn_rows(frame: gpd.GeoDataFrame) -> Mask:
    """Rows that have a place: a geometry that is neither null nor empty."""
    return np.asarray(~(frame.geometry.isna() | frame.geometry.is_empty), dtype=bool)


def open_residents(
    homes: SelectedFeatures, frame: gpd.GeoDataFrame, column: str | None, layer_type: LayerType, movable: Mask
) -> OpenResidents:
    """The open rows of residents and between how many people each of them holds.

    Args:
        homes: which rows surely count. frame: the same rows, negative counts null. column: of people, or found by name.
        layer_type: whose declared minimum and maximum bound a count that is null. movable: areas of open streets.
    """
    from urbanplan.residents.counts import count_people, counting_columns, people_per_unit

    columns = counting_columns(frame, column)
    counted = frame[columns].notna().all(axis=1).to_numpy(dtype=bool)
    drawn = drawn_rows(frame)
    rows = ~(counted & drawn & homes.sure) | movable
    people = next(iter(count_people(frame, column).values()))
    least, most = np.zeros(len(frame)), np.full(len(frame), np.inf)
    if len(columns) == 1:  # of two ways to count no one weight holds for both
        spec, unit = layer_type.fields.get(columns[0]), people_per_unit(columns[0])
        limits = (None, None) if spec is None else (spec.minimum, spec.maximum)
        least[~counted] = max(limits[0] or 0.0, 0.0) * unit
        most[~counted] = np.inf if limits[1] is None else limits[1] * unit
        least[counted] = most[counted] = people[counted]
        least[~homes.sure] = 0.0
    return OpenResidents(rows, least[rows], most[rows], drawn[rows], movable[rows])


def covered_fractions(run: Covered, placed: Sequence[People], unknown: OpenResidents, *, low: bool) -> Floats:
    """What of each open row a run covers, by its low or its high reading, shape (n,): homes 0 or 1, areas a share.

    Args:
        run: the coverage. placed: the drawn open rows as one person each, by method, on the run's network.
    """
    found = np.full(unknown.count, 0.0 if low else 1.0)
    if not placed:
        return found
    by_method = [_unit_fractions(run, people, low=low) for people in placed]
    found[unknown.drawn] = np.min(by_method, axis=0) if low else np.max(by_method, axis=0)
    found[unknown.movable] = 0.0 if low else 1.0
    return found


def _unit_fractions(run: Covered, people: People, *, low: bool) -> Floats:
    from urbanplan.network.walk.people import join_home_legs, serve_people

    question, reached = run.question, run.low if low else run.high
    network = question.network if low else question.network.joined
    leg = min(question.walk.leg, question.walk.within)
    legs = join_home_legs(network, people, leg=leg, barriers=question.walls, engine=question.walk.engine)
    served = serve_people(network, people, reached, legs)
    return people.by_unit(np.concatenate([people.count * served.reached, served.covered]))


def least_share(covered: float, total: float, unknown: OpenResidents, fractions: Floats) -> float | None:
    """Least share of people covered over all that the open rows may hold; None where nobody may live.

    Args:
        covered, total: people of the rows that are known. fractions: what of each open row is covered, shape (n,).
    """
    order = np.argsort(fractions, kind="stable")
    part, least, most = fractions[order], unknown.least[order], unknown.most[order]
    bounded = np.where(np.isinf(most), least, most)
    more = np.concatenate([[0.0], np.cumsum(bounded - least)])  # the first k rows hold their most, the others the least
    gain = np.concatenate([[0.0], np.cumsum((bounded - least) * part)])
    whole = total + least.sum() + more
    ends = [(covered + (least * part).sum() + gain)[whole > 0] / whole[whole > 0], part[np.isinf(most)]]
    found = np.concatenate(ends)
    return float(np.clip(found.min(), 0.0, 1.0)) if len(found) else None


def greatest_share(covered: float, total: float, unknown: OpenResidents, fractions: Floats) -> float | None:
    """Greatest share of people covered, as :func:`least_share` of those who are not."""
    uncovered = least_share(total - covered, total, unknown, 1.0 - fractions)
    return None if uncovered is None else 1.0 - uncovered
