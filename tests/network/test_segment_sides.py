"""Sides of segments: what is ruled out by them is what the full computation finds nothing in."""

from __future__ import annotations

import numpy as np
import pytest

from urbanplan.network.segment_sides import intersection_fractions, pair_sides, project_to_segments

SCALES = {"lattice": (1.0, 0.0), "far away": (37.3, 4e6), "thirds": (0.1 / 3, 1e5), "long": (1000 / 7, 5e5)}


def _pairs(scale: float, origin: float):
    """All pairs of 60 segments between lattice points: many share ends, run together, cross in ends, have no length."""
    ends = np.asarray(np.random.default_rng(7).integers(0, 5, (60, 4)) * scale + origin, dtype=np.float64)
    a, b = np.triu_indices(len(ends), 1)
    return ends, np.hypot(*(ends[:, 2:] - ends[:, :2]).T), a.astype(np.int64), b.astype(np.int64)


@pytest.mark.parametrize("reach", [1e-9, 0.01])
@pytest.mark.parametrize("where", list(SCALES))
def test_ends_that_lie_on_others_are_all_found_with_their_shares(where: str, reach: float) -> None:
    ends, _, a, b = _pairs(*SCALES[where])
    found = {
        (end, mine, other, share)
        for end, *rows in pair_sides(ends, a, b, reach).touches()
        for mine, other, share in zip(*(row.tolist() for row in rows), strict=True)
    }
    expected = set()
    for mine, other in ((a, b), (b, a)):
        for end in (0, 1):
            share, away = project_to_segments(ends[mine, 2 * end : 2 * end + 2], ends[other])
            hit = away <= reach
            rows = zip(mine[hit].tolist(), other[hit].tolist(), share[hit].tolist(), strict=True)
            expected |= {(end, *row) for row in rows}
    assert found == expected
    assert len(found) > 500


@pytest.mark.parametrize("where", list(SCALES))
def test_pairs_that_are_ruled_out_neither_cross_nor_run_together(where: str) -> None:
    ends, length, a, b = _pairs(*SCALES[where])
    sides = pair_sides(ends, a, b, 0.01)
    s, t, live = intersection_fractions(ends[a], ends[b])
    crosses = live & (s > 0) & (s < 1) & (t > 0) & (t < 1)
    assert not (crosses & ~sides.crossing).any()
    assert 0 < crosses.sum() <= sides.crossing.sum() < len(a) / 2
    # two segments run together where their lines are one and their spans along it have more than a point in common
    step = ends[a, 2:] - ends[a, :2]
    along = [np.sum((ends[b, k : k + 2] - ends[a, :2]) * step, axis=1) / np.maximum(length[a], 1e-12) for k in (0, 2)]
    off = [project_to_segments(ends[b, k : k + 2], np.hstack([ends[a, :2] - 99 * step, ends[a, :2] + 99 * step]))[1]
           for k in (0, 2)]  # fmt: skip
    span = np.minimum(np.maximum(*along), length[a]) - np.maximum(np.minimum(*along), 0)
    together = (np.maximum(*off) < 1e-6) & (span > 0.02) & (length[b] > 0)
    assert together.sum() > 5
    assert sides.along[together].all()
    assert sides.along.sum() < len(a) / 2
