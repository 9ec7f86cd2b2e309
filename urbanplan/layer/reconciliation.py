"""Stated areas against drawn ones: which differ, and which known cause explains a difference, from arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from urbanplan.layer.area_causes import Prediction

State = Literal["equal", "explained", "several", "unexplained", "missing", "unknown"]
MAX_CHANCE = 0.05  # a cause that fits as often by chance explains nothing: where it fits all that differ …
MAX_CHANCE_OF_SOME = 0.002  # … and where it fits some, so that each of the dozen variants has its chance
NEAR_SHARE = 0.01  # differences up to this share of an area are of every size
FAR_SHARE = 0.1  # a prediction farther from the drawing than this is no small difference
LOCAL_CAUSES = frozenset({"hole", "duplicate", "clipped", "missing"})  # seen in the drawing or table itself
STATES: tuple[str, ...] = State.__args__


@dataclass(frozen=True, eq=False)
class Interval:
    """What figures may be by their digits, m²: ``low`` to ``high``, NaN where nothing is stated; shape (n,)."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]

    @property
    def middle(self) -> NDArray[np.float64]:
        """The figures as they are written."""
        return (self.low + self.high) / 2


@dataclass(frozen=True)
class Explanation:
    """A cause that explains a figure: what it predicts, m², what is left (figure less prediction), which variant."""

    cause: str
    predicted: float
    left: float
    variant: str = ""


@dataclass(frozen=True, eq=False)
class Comparison:
    """Figures against drawn areas.

    Attributes:
        states: of :data:`STATES`, shape (n,). difference: figure less drawn, m², NaN where one is not known.
        causes: of each feature the causes whose prediction the figure's digits hold, the nearest first.
    """

    states: NDArray[np.object_]
    difference: NDArray[np.float64]
    causes: list[list[Explanation]]


def compare_areas(
    figures: Interval,
    drawn: NDArray[np.float64],
    error: NDArray[np.float64],
    predictions: Sequence[Prediction],
    *,
    misplaced: NDArray[np.bool_] | None = None,
) -> Comparison:
    """Compare figures with drawn areas and name the causes that explain the differences.

    A figure equals the drawing where its interval meets ``drawn`` ± ``error``.  A cause explains a difference where
    the interval meets its prediction, widened by the same error in proportion, and the prediction is told from the
    drawing itself.  One cause in several variants is one.  A cause that may be at work in any feature must fit more
    often than chance does (:data:`MAX_CHANCE`): coarse figures hit something in each hundredth.

    Args:
        figures: what is stated. drawn: areas, m², shape (n,), NaN where nothing is drawn.
        error: what the drawing's digits leave open, m², shape (n,). predictions: of the known causes.
        misplaced: drawings that lie where their zone cannot be, which equal nothing.
    """
    middle, half = figures.middle, (figures.high - figures.low) / 2
    stated, shown = np.isfinite(middle), np.isfinite(drawn)
    both = stated & shown
    difference = np.where(both, middle - drawn, np.nan)
    away = np.zeros(len(drawn), dtype=bool) if misplaced is None else misplaced
    equal = both & _meets(middle, half, drawn, error) & ~away
    best = _best_by_cause(figures, drawn, error, predictions, open_rows=stated & ~equal, free=away | ~shown)
    names = list(best)
    left = np.stack([one.left for one in best.values()]) if best else np.full((0, len(drawn)), np.nan)
    count = np.isfinite(left).sum(axis=0)
    states = np.select(
        [equal, count == 1, count > 1, both, stated | shown],
        ["equal", "explained", "several", "unexplained", "missing"], "unknown",
    ).astype(object)  # fmt: skip
    causes: list[list[Explanation]] = [[] for _ in range(len(drawn))]
    for row in np.flatnonzero(count):
        for at in np.argsort(np.abs(left[:, row]), kind="stable"):
            if np.isfinite(left[at, row]):
                one = best[names[at]]
                variant = one.variants[int(one.chosen[row])]
                causes[row].append(Explanation(names[at], float(one.predicted[row]), float(left[at, row]), variant))
    for row in np.flatnonzero(states == "missing"):
        causes[row].append(Explanation("missing", 0.0, float(middle[row] if stated[row] else -drawn[row]),
                                       "drawing" if stated[row] else "figure"))  # fmt: skip
    return Comparison(states, difference, causes)


@dataclass(frozen=True, eq=False)
class _Best:
    """Of a cause the variant that comes nearest to each figure; NaN where none explains it."""

    variants: list[str]
    chosen: NDArray[np.intp]
    predicted: NDArray[np.float64]
    left: NDArray[np.float64]


def _best_by_cause(
    figures: Interval,
    drawn: NDArray[np.float64],
    error: NDArray[np.float64],
    predictions: Sequence[Prediction],
    *,
    open_rows: NDArray[np.bool_],
    free: NDArray[np.bool_],
) -> dict[str, _Best]:
    middle, half = figures.middle, (figures.high - figures.low) / 2
    by_cause: dict[str, list[Prediction]] = {}
    for one in predictions:
        by_cause.setdefault(one.cause, []).append(one)
    found: dict[str, _Best] = {}
    for cause, variants in by_cause.items():
        areas = np.stack([one.areas for one in variants])
        with np.errstate(divide="ignore", invalid="ignore"):
            margin = np.where(np.isfinite(drawn) & (drawn > 0), error * areas / drawn, error)
            told_apart = free | ~_meets(areas, np.zeros(len(drawn)), drawn, error)
        fits = open_rows & np.isfinite(areas) & told_apart & _meets(middle, half, areas, margin)
        if cause not in LOCAL_CAUSES:
            fits &= _beats_chance(fits, areas, half + margin, drawn, open_rows)
        left = np.where(fits, middle - areas, np.nan)
        chosen = np.argmin(np.where(fits, np.abs(left), np.inf), axis=0)
        rows = np.arange(len(middle))
        found[cause] = _Best([one.variant for one in variants], chosen, areas[chosen, rows], left[chosen, rows])
    return found


def _beats_chance(
    fits: NDArray[np.bool_],
    areas: NDArray[np.float64],
    width: NDArray[np.float64],
    drawn: NDArray[np.float64],
    open_rows: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Whether hits of a prediction are more than differences of any size would make: shape of ``fits``.

    A difference of up to one per cent, or of the prediction's own size, hits it with the share that the digits take
    of that range.  All hits together, or a hit by itself, must be rarer than :data:`MAX_CHANCE`; of predictions near
    the drawing that fit some rows only, than :data:`MAX_CHANCE_OF_SOME`.
    """
    from scipy.special import pdtrc

    with np.errstate(divide="ignore", invalid="ignore"):
        share = width / np.maximum(np.abs(areas - drawn), NEAR_SHARE * drawn)
        near = np.abs(areas / drawn - 1) < FAR_SHARE
    share = np.where(open_rows, np.clip(np.nan_to_num(share, nan=0.0), 0.0, 1.0), 0.0)
    hits, tried = fits.sum(axis=1, keepdims=True), int(open_rows.sum())
    allowed = np.where(near & (hits < tried), MAX_CHANCE_OF_SOME, MAX_CHANCE)
    together = pdtrc(np.maximum(hits - 1, 0), share.sum(axis=1, keepdims=True))
    return (together <= allowed) | (share * tried <= allowed)


def _meets(
    one: NDArray[np.float64], half: NDArray[np.float64], other: NDArray[np.float64], error: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Whether intervals meet, within the last bits of the numbers."""
    with np.errstate(invalid="ignore"):
        return np.abs(one - other) <= half + error + 1e-12 * np.abs(other)
