"""The order of nodes in memory: along a Hilbert curve."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

HILBERT_BITS = 16


def hilbert_order(points: NDArray[np.float64]) -> NDArray[np.int64]:
    """Place of each point on a Hilbert curve of 2^16 x 2^16 cells over the points' extent."""
    low = points.min(axis=0)
    side = max(float((points.max(axis=0) - low).max()), 1e-9)
    cell = np.minimum((points - low) / side * 2**HILBERT_BITS, 2**HILBERT_BITS - 1).astype(np.int64)
    x, y = cell[:, 0], cell[:, 1]
    key = np.zeros(len(points), dtype=np.int64)
    for bit in range(HILBERT_BITS - 1, -1, -1):
        right, up = (x >> bit) & 1, (y >> bit) & 1
        key += ((3 * right) ^ up) << (2 * bit)
        flip = (up == 0) & (right == 1)
        full = (1 << HILBERT_BITS) - 1
        x, y = np.where(flip, full - x, x), np.where(flip, full - y, y)
        x, y = np.where(up == 0, y, x), np.where(up == 0, x, y)
    return key
