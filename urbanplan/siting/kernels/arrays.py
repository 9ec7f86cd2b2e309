"""Arrays written number by number: numba compiles its own ways, which can tell shapes that differ, for seconds."""

from __future__ import annotations

import numpy as np

from urbanplan.layer.compiled import linked_njit
from urbanplan.network.intervals import Floats


@linked_njit
def overwrite(target: Floats, source: Floats) -> None:
    """Write numbers over as many others."""
    for place in range(len(target)):
        target[place] = source[place]


@linked_njit
def twice_as_long(rows: Floats) -> Floats:
    """The same rows, shape (rows, columns), with room for as many again."""
    longer = np.zeros((2 * len(rows), rows.shape[1]))
    for row in range(len(rows)):
        overwrite(longer[row], rows[row])
    return longer
