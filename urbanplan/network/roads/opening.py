"""What roads tell of their opening: stages of a list, and whether they were open before a day."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd

from urbanplan.layer.dates import day_ends
from urbanplan.network.intervals import Floats


def is_before(values: pd.Series, day: datetime.date) -> Floats:
    """Whether each date lies before a day: 1, 0, or NaN where it does not tell."""
    first, last = day_ends(values)
    limit = pd.Timestamp(day)
    return np.where((last < limit).to_numpy(), 1.0, np.where((first >= limit).to_numpy(), 0.0, np.nan))


def is_stage(values: pd.Series, stage: str, known: tuple[str, ...]) -> Floats:
    """Whether each row has a stage: 1, 0, or NaN where it is empty or in no list."""
    text = values.astype("string").str.strip()
    told = text.isin([*known, stage]).to_numpy(dtype=bool)
    return np.where(told, (text == stage).fillna(False).to_numpy(dtype=float), np.nan)
