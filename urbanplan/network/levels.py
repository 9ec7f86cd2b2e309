"""Levels of streets: which columns tell the grade, and what each row says of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

LEVEL_COLUMNS = ("level", "layer", "bridge", "tunnel")
"""Columns that tell the grade of a street, in capitals or not; those that the frame has are used.

``level`` and ``layer`` are numbers (the first that is one counts), ``bridge`` and ``tunnel`` say yes or no.  A column
``z_order`` is none: it is the order of drawing, and differs between streets that meet on the ground.
"""
_NO = ("", "no", "0", "0.0", "false", "f", "n", "否", "nan", "none")


def level_ranges(frame: pd.DataFrame, columns: Sequence[str] = LEVEL_COLUMNS) -> NDArray[np.float64]:
    """Least and greatest level that each row leaves open, shape (rows, 2); infinite where nobody tells.

    A number is its own level.  Without one a bridge is above the ground, a tunnel below it, and a street of which
    every such column says no lies on it; a null is unknown.
    """
    import pandas as pd

    named = {str(name).lower(): name for name in reversed(frame.columns.tolist())}
    low, high = np.full(len(frame), -np.inf), np.full(len(frame), np.inf)
    flags = [name for name in ("bridge", "tunnel") if name in columns and name in named]
    numbers = [name for name in ("level", "layer") if name in columns and name in named]
    ground = np.full(len(frame), bool(flags) and not numbers)
    for name in reversed(flags):
        words = frame[named[name]].astype("string").str.strip().str.lower()
        unknown = words.isna().to_numpy(dtype=bool) | words.isin(["nan", "none", ""]).to_numpy(dtype=bool)
        yes = ~unknown & ~words.isin(_NO).to_numpy(dtype=bool)
        low, high = (np.where(yes, 1.0, low), np.where(yes, np.inf, high)) if name == "bridge" else (
            np.where(yes, -np.inf, low), np.where(yes, -1.0, high))  # fmt: skip
        ground &= ~yes & ~unknown
    low, high = np.where(ground, 0.0, low), np.where(ground, 0.0, high)
    for name in reversed(numbers):
        value = pd.to_numeric(frame[named[name]], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        known = np.isfinite(value)
        low, high = np.where(known, value, low), np.where(known, value, high)
    return np.column_stack([low, high])
