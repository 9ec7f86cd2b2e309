"""Dates of columns as intervals of moments: a year or a month alone is all of its days."""

from __future__ import annotations

import datetime
import re
import unicodedata
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from urbanplan.model.cql2_parser import Cql2SyntaxError
from urbanplan.model.cql2_types import date_of
from urbanplan.model.limits import FIRST_YEAR, LAST_YEAR

PLACEHOLDER_DATES = ("1899-12-30", "1899-12-31", "1900-01-01", "1970-01-01")
"""What programs write for no date."""

_DAY = re.compile(
    r"(?P<year>(1[89]|2[01])\d\d)\s*([-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*日?|(?P<mm>\d\d)(?P<dd>\d\d))"
    r"([T ]0{1,2}:00(:00(\.0+)?)?)?"
)
_CLOCK = r"(?<=\d)[T ]+([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d*)?)?\s*(Z|[+-]\d{2}(:?\d{2})?)?$"  # time of day
_UTC_CLOCK = r"[T ](?!0?0:00(?::00(?:\.0*)?)?[Z+-])[\d:.]+(?:Z|[+-]00:?(?:00)?)$"  # not that of midnight
_UTC = ("UTC", "UTC+00:00", "+00:00")
_CLOCKS = (pd.Timedelta(hours=-12), pd.Timedelta(hours=14))  # the last and the first clock on earth, to UTC
_DAYS_OF_A_MOMENT = pd.Timedelta(days=2)
_ISO_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_PARTIAL = r"^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$"


def day_ends(column: pd.Series) -> tuple[pd.Series, pd.Series]:
    """First and last day of each value, without zone; NaT where it tells no date.

    A moment is of the day that the clock of its own zone shows.  One that is told in UTC may be of the day before or
    after, since formats keep moments of every zone so; at midnight it is the day that is meant.
    """
    if pd.api.types.is_datetime64_any_dtype(column):
        moments = column.dt.tz_localize(None)
        days = moments.dt.normalize()
        if str(column.dt.tz) not in _UTC:
            return days, days
        return _local_ends(days, moments.where(moments != days))
    texts = column.astype("string").str.normalize("NFKC").str.strip()
    first, last = text_ends(texts.str.replace(_CLOCK, "", regex=True), own_clock=True)
    first, last = first.dt.normalize(), last.dt.normalize()
    in_utc = texts.str.contains(_UTC_CLOCK, regex=True).fillna(False).astype(bool)
    if not in_utc.any():
        return first, last
    moments = pd.to_datetime(texts.where(in_utc), format="ISO8601", utc=True, errors="coerce").dt.tz_localize(None)
    earliest, latest = _local_ends(first, moments)
    return earliest, last.mask(in_utc, latest)


def _local_ends(days: pd.Series, moments: pd.Series) -> tuple[pd.Series, pd.Series]:
    """First and last day that a clock anywhere may show at moments in UTC; ``days`` where there is none."""
    ends = [(moments + ahead).dt.normalize().fillna(days) for ahead in _CLOCKS]
    return ends[0], ends[1]


def coerce_days(column: pd.Series) -> pd.Series:
    """Days of a column without clock and zone; texts such as 2025-06 where some tell a month or a year alone.

    A value that is no date with the year first is null: 01/12/2025 is read one way here and another there.  So is a
    moment in UTC that is no midnight: the day where it was written is not told.
    """
    days = _iso_days(column)
    if days is not None:
        return days
    first, last = day_ends(column)
    first = first.mask((last > first) & (last <= first + _DAYS_OF_A_MOMENT))  # one of some days: none is told
    if bool((first.isna() | (first == last)).all()):
        return first.astype("datetime64[s]")
    iso = first.astype("string")
    month = last == first + pd.offsets.MonthEnd(0)
    return iso.str.slice(0, 10).where(first == last, iso.str.slice(0, 7).where(month, iso.str.slice(0, 4)))


def _iso_days(column: pd.Series) -> pd.Series | None:
    """Days of a column whose every text is one such as 2025-06-30, as most are: the general way takes far longer."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return None
    texts = column.astype("string")
    if not texts.str.fullmatch(_ISO_DAY).fillna(True).all():
        return None
    days = pd.to_datetime(texts, format="%Y-%m-%d", errors="coerce")
    return days.astype("datetime64[s]") if bool((days.isna() == texts.isna()).all()) else None


def date_intervals(column: pd.Series) -> pd.Series:
    """A column of dates for comparisons: the first and last day of each value.

    Dates that programs write for none, and those of no year of a plan, are null: they tell nothing.
    """
    first, last = day_ends(column)
    return to_intervals(first.mask(_is_placeholder(first)), last)


def to_intervals(first: pd.Series, last: pd.Series) -> pd.Series:
    """First and last days as intervals, null where the first is."""
    return pd.Series(pd.arrays.IntervalArray.from_arrays(first, last.where(first.notna()), closed="both"), first.index)


def _is_placeholder(days: pd.Series) -> pd.Series:
    """Whether each date stands for none: a program's zero, or a year that no plan can name."""
    outside = (days.dt.year < FIRST_YEAR) | (days.dt.year > LAST_YEAR)
    return days.dt.strftime("%Y-%m-%d").isin(PLACEHOLDER_DATES) | outside


def opened_between(column: pd.Series, since: datetime.date | None, until: datetime.date | None) -> NDArray[np.float64]:
    """Whether each date lies from ``since`` to ``until``: 1, 0, or NaN where it does not tell."""
    first, last = day_ends(column)
    first = first.mask(_is_placeholder(first))
    last = last.where(first.notna())
    yes, no = np.ones(len(column), dtype=bool), np.zeros(len(column), dtype=bool)
    if since is not None:
        yes, no = yes & (first >= pd.Timestamp(since)).to_numpy(), no | (last < pd.Timestamp(since)).to_numpy()
    if until is not None:
        yes, no = yes & (last <= pd.Timestamp(until)).to_numpy(), no | (first > pd.Timestamp(until)).to_numpy()
    yes &= first.notna().to_numpy()
    return np.where(yes, 1.0, np.where(no, 0.0, np.nan))


def text_ends(column: pd.Series, *, own_clock: bool = False) -> tuple[pd.Series, pd.Series]:
    """First and last moment of each text: 2025, 2025-06 and 2025/6/30 are a year, a month and a day.

    The year stands first, parts are divided by ``-``, ``/``, ``.`` or 年月日, or are eight digits.  Moments with a
    zone are in UTC, or on their own clock where that is asked; a text that is no date of this form is NaT.
    """
    texts = column.str.strip()
    plain = texts.str.replace(r"^(\d{4})(\d{2})(\d{2})$", r"\1-\2-\3", regex=True)
    plain = plain.str.replace(r"[年月/.]", "-", regex=True).str.replace("日", "").str.strip("-")
    parts = plain.str.extract(_PARTIAL)
    month_day = "-" + parts[1].fillna("1").str.zfill(2) + "-" + parts[2].fillna("1").str.zfill(2)
    first = pd.to_datetime(parts[0] + month_day, format="%Y-%m-%d", errors="coerce")
    month, year = first + pd.offsets.MonthEnd(0), first + pd.offsets.YearEnd(0)
    last = first.where(parts[2].notna(), month.where(parts[1].notna(), year))
    rest = texts.notna() & first.isna()
    if rest.any():
        moments = texts.where(rest).map(lambda text: _moment_of_text(text, own_clock), na_action="ignore")
        moments = pd.to_datetime(moments, errors="coerce")
        first, last = first.where(~rest, moments), last.where(~rest, moments)
    return first, last


def tells_clock(column: pd.Series) -> pd.Series:
    """Whether each text of a date gives a time of day, too."""
    return column.str.contains(r"\d[T ]\s*\d", regex=True).fillna(False).astype(bool)


def parse_day(text: str) -> datetime.date | None:
    """The day that a text writes with the year first: 2025-3-1, 2025/03/01, 2025.3.1, 20250301, ２０２５年3月1日."""
    match = _DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match is None:
        return None
    try:
        return datetime.date(int(match["year"]), int(match["m"] or match["mm"]), int(match["d"] or match["dd"]))
    except ValueError:
        return None


def as_moment(value: datetime.date) -> pd.Timestamp:
    """A day or a moment, one with a zone in UTC, without zone."""
    moment = pd.Timestamp(value)
    return moment if moment.tzinfo is None else moment.tz_convert("UTC").tz_localize(None)


def _moment_of_text(text: str, own_clock: bool) -> Any:
    try:
        moment = date_of(text)
        return pd.Timestamp(moment).tz_localize(None) if own_clock else as_moment(moment)
    except Cql2SyntaxError:
        return pd.NaT
