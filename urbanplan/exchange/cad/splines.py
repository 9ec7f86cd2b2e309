"""B-splines as chords."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.interpolate import BSpline

MAX_POINTS = 200_000  # of one spline
_MAX_DEGREE, _FIRST_CHORDS = 25, 4  # chords of each span of knots to begin with


@dataclass(frozen=True)
class Spline:
    """A B-spline: control points, shape (n, 3), knots, shape (n + degree + 1,), weights, shape (n,)."""

    control: np.ndarray
    knots: np.ndarray
    weights: np.ndarray
    degree: int

    def transform(self, matrix: np.ndarray) -> Spline:
        """The spline moved by an affine matrix, shape (4, 4), of row vectors."""
        return Spline(self.control @ matrix[:3, :3] + matrix[3, :3], self.knots, self.weights, self.degree)

    def reverse(self) -> Spline:
        """The spline from its end to its start."""
        knots = self.knots[0] + self.knots[-1] - self.knots[::-1]
        return Spline(self.control[::-1], knots, self.weights[::-1], self.degree)


def to_spline(tool: Any) -> Spline:
    """The spline of an entity's construction tool.

    Raises:
        ValueError: its numbers make no spline.
    """
    control = np.array([tuple(point) for point in tool.control_points], dtype=float).reshape(-1, 3)
    weights = np.array(tool.weights(), dtype=float)
    weights = weights if len(weights) == len(control) else np.ones(len(control))
    made = Spline(control, np.array(tool.knots(), dtype=float), weights, int(tool.degree))
    sound = len(made.knots) == len(control) + made.degree + 1 and (np.diff(made.knots) >= 0).all()
    if not sound or not 1 <= made.degree <= _MAX_DEGREE or not (weights > 0).all() or not np.isfinite(control).all():
        raise ValueError("numbers that make no spline")
    return made


def flatten(spline: Spline, offset: float) -> tuple[np.ndarray, float]:
    """Points of a spline from its start to its end, shape (n, 3), and the area by which its chords may err.

    The points depend on the spline alone, not on its direction.

    Args:
        spline: the spline. offset: how far a chord may lie off it, in units of the coordinates.
    """
    if tuple(spline.control[-1]) < tuple(spline.control[0]):
        points, off = flatten(spline.reverse(), offset)
        return points[::-1], off
    whole = np.column_stack([spline.control * spline.weights[:, None], spline.weights])
    curve = BSpline(spline.knots, whole, spline.degree)
    spans = np.unique(spline.knots[spline.degree : len(spline.knots) - spline.degree])
    count = _FIRST_CHORDS
    while True:
        points = _evaluate(curve, spans, 2 * count)
        middles = (points[:-2:2] + points[2::2]) / 2
        sagitta = np.sqrt(((points[1::2] - middles) ** 2).sum(axis=1))
        if float(sagitta.max(initial=0)) / 4 <= offset or 4 * count * (len(spans) - 1) > MAX_POINTS:
            lengths = np.sqrt(((points[2::2] - points[:-2:2]) ** 2).sum(axis=1))
            return points, float((sagitta / 4 * lengths).sum() * 2 / 3)
        count *= 2


def _evaluate(curve: BSpline, spans: np.ndarray, count: int) -> np.ndarray:
    """Points at ``count`` even steps of each span of knots."""
    steps = np.arange(count) / count
    at = np.append((spans[:-1, None] + np.diff(spans)[:, None] * steps).ravel(), spans[-1])
    found = curve(at)
    return found[:, :3] / found[:, 3:]
