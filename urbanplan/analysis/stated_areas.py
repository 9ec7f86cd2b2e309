"""Stated areas as they are written: intervals by their digits, units in sums, what is no number."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from urbanplan.errors import UsageError
from urbanplan.model.units import convert_unit, is_convertible

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.(\d+))?")


def unread_values(values: pd.Series, low: NDArray[np.float64]) -> tuple[str, ...]:
    """Values that are there and gave no number."""
    import numpy as np

    lost = values[values.notna().to_numpy() & ~np.isfinite(low)]
    return tuple(dict.fromkeys(text for text in map(str, lost) if text.strip()))


def figure_interval(values: pd.Series) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What figures may be by their digits: half of the last digit down and up; NaN for null.

    Numbers have as many digits as the number of the column with the most (a workbook keeps no trailing zero); texts
    those that they are written with.
    """
    import numpy as np

    texts = [None if missing else str(one).strip() for one, missing in zip(values, values.isna(), strict=True)]
    found = [None if text is None else NUMBER.fullmatch(text) for text in texts]
    number = np.array([np.nan if text is None else _to_number(text) for text in texts], dtype=float)
    digits = np.array([len((one[1] or "").rstrip() if one else "") for one in found], dtype=float)
    if len(digits) and not any(isinstance(one, str) for one in values):
        texts = [np.format_float_positional(one, trim="-") for one in number[np.isfinite(number)]]
        digits[:] = max((len(text.partition(".")[2]) for text in texts), default=0)
    half = 0.5 * 10.0**-digits
    return number - half, number + half


def _to_number(text: str) -> float:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return float("nan")


def total_interval(text: str) -> tuple[float, float]:
    """An announced sum such as ``1719 mu`` in m²: its number by its digits.

    Raises:
        UsageError: it has no number, several, one below zero, or no unit of area.
    """
    from urbanplan.plan.precision import quoted_numbers

    plain = unicodedata.normalize("NFKC", text)  # the 2 of m² is no number of its own
    found = [one for one in quoted_numbers(text) if not re.search(r"[A-Za-z]$", plain[: one.start])]
    for one in found if len(found) == 1 else []:
        if one.unit and is_convertible(one.unit, "m2") and not re.search(r"[-−–]\s*$", plain[: one.start]):
            factor = convert_unit(1.0, one.unit, "m2")
            return (one.value - one.half) * factor, (one.value + one.half) * factor
    raise UsageError("{text} is no area", where="--total", fix="Write it as '1719 mu'.", text=text)
