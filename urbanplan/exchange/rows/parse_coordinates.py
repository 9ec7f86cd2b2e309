"""Coordinates as people write them: degrees, minutes and seconds, full-width digits, thousands marks, N and E."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

_FULL_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {"\u3000": " "}
_THOUSANDS_PATTERN = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?")
_ANGLE_PATTERN = re.compile(
    r"(?P<before>[NSEW]|[东西]经|[南北]纬)?[:：]?\s*(?P<degrees>[-+]?\d+(\.\d+)?)\s*([°º˚度]\s*"
    r"((?P<minutes>\d+(\.\d+)?)\s*['′’‘分]\s*((?P<seconds>\d+(\.\d+)?)\s*(\"|″|”|“|''|′′|’’|秒)\s*)?)?)?"
    r"(?P<after>[NSEW])?",
    re.IGNORECASE,
)
_DIVIDED_ANGLE_PATTERN = re.compile(  # 113-33-36, 113:33:36.5, 113 33 36
    r"(?P<before>[NSEW]|[东西]经|[南北]纬)?\s*(?P<degrees>[-+]?\d{1,3})(?P<mark>\s*:\s*|-|\s+)(?P<minutes>\d{1,2})"
    r"(?P=mark)(?P<seconds>\d{1,2}(\.\d+)?)\s*(?P<after>[NSEW])?",
    re.IGNORECASE,
)
_NEGATIVE_PATTERN = re.compile(r"[SW]|西经|南纬", re.IGNORECASE)


def parse_numbers(values: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """The numbers of a column, shape (n,), NaN where there is none, and a mask of those that were no plain numbers."""
    found = np.array(pd.to_numeric(values, errors="coerce").to_numpy(dtype=float, na_value=np.nan))
    open_ = np.flatnonzero(np.isnan(found) & values.notna().to_numpy())
    texts = values.iloc[open_].tolist()
    found[open_] = [parse_number(text) if isinstance(text, str) else np.nan for text in texts]
    taken = np.zeros(len(found), dtype=bool)
    taken[open_] = np.isfinite(found[open_])
    return found, taken


def parse_number(text: str) -> float:
    """The number that a text writes, or NaN."""
    text = to_half_width(text).strip()
    if _THOUSANDS_PATTERN.fullmatch(text):
        return float(text.replace(",", ""))
    match = _ANGLE_PATTERN.fullmatch(text) or _DIVIDED_ANGLE_PATTERN.fullmatch(text)
    if match is None or (match["before"] and match["after"]):
        return np.nan
    degrees, minutes, seconds = (float(match[name] or 0) for name in ("degrees", "minutes", "seconds"))
    if minutes >= 60 or seconds >= 60:
        return np.nan
    size = abs(degrees) + minutes / 60 + seconds / 3600
    backward = _NEGATIVE_PATTERN.fullmatch(match["before"] or match["after"] or "") is not None
    return -size if backward != match["degrees"].startswith("-") else size


def is_packed(name: str) -> bool:
    """Whether a column's name says that its degrees are packed as dd.mmss: 113.3336 is 113°33′36″."""
    return re.search(r"dd+\.?mm|度\.?分秒|dms", to_half_width(name), re.IGNORECASE) is not None


def unpack_degrees(packed: np.ndarray) -> np.ndarray:
    """Degrees of numbers packed as dd.mmss or ddmmss, shape (n,); NaN where minutes or seconds are 60 or more."""
    size = np.abs(packed)
    size = np.where(size >= 10_000, size / 10_000, size)  # without a point: 1133336.5 is 113°33′36.5″
    whole = np.floor(size + 1e-9)
    rest = np.round((size - whole) * 1e4, 6)
    minutes = np.floor(rest / 100 + 1e-9)
    seconds = rest - 100 * minutes
    found = np.sign(packed) * (whole + minutes / 60 + seconds / 3600)
    return np.where((minutes < 60) & (seconds < 60), found, np.nan)


def is_blank(values: pd.Series) -> np.ndarray:
    """True for each value that is null or a text of nothing but space, shape (n,)."""
    if not (isinstance(values.dtype, pd.StringDtype) or values.dtype == object):
        return values.isna().to_numpy()
    return np.array([value is None or value != value or (isinstance(value, str) and not value.strip())
                     for value in values], dtype=bool)  # fmt: skip


def normalize_name(name: str) -> str:
    """A column's name in small half-width letters, without spaces and without what stands in brackets."""
    return re.sub(r"[(\[【].*?[)\]】]|\s", "", to_half_width(name).lower())


def to_half_width(text: str) -> str:
    """A text with its full-width letters and digits as half-width ones."""
    return "".join(_FULL_WIDTH.get(char, char) for char in text)
