"""Features into the classes of their style: the same classing serves maps, sheets and styled exports."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from urbanplan.model.style import Style, StyleClass


def classify(style: Style, frame: pd.DataFrame) -> NDArray[np.int64]:
    """Class number of each row: k for ``style.classes[k]``, ``len(style.classes)`` for what is in none.

    A row is classed by the first of the style's fields whose value falls in a class.
    """
    found = np.full(len(frame), len(style.classes), dtype=np.int64)
    for field in style.field:
        if field not in frame:
            continue
        for number, one in enumerate(style.classes):
            found[(found == len(style.classes)) & _matches(one, frame[field])] = number
    return found


def _matches(one: StyleClass, column: pd.Series) -> NDArray[np.bool_]:
    if one.values:
        return column.astype("string").isin(one.values).to_numpy(dtype=bool, na_value=False)
    if one.minimum is None and one.maximum is None:
        return np.zeros(len(column), dtype=bool)
    figures = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    inside = np.isfinite(figures)
    if one.minimum is not None:
        inside &= figures >= one.minimum
    if one.maximum is not None:
        inside &= figures < one.maximum
    return inside
