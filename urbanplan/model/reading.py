"""Readings and bounds: what was measured, and what was promised.

A reading is an interval ``low..high`` with a unit; uncertainty is carried by the
interval and never hidden.  A bound is comparator, number, unit and tolerance.
"""

from __future__ import annotations

import math
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from urbanplan.model.units import convert_unit

Comparator = Literal["=", ">=", "<=", ">", "<", "about"]
Status = Literal["met", "not_met", "undecidable"]


class Reading(BaseModel):
    """An interval of what the layers say; an end that is unbounded is None."""

    model_config = ConfigDict(frozen=True)

    low: float | None
    high: float | None
    unit: str

    @model_validator(mode="after")
    def _ordered(self) -> Reading:
        ends = [end for end in (self.low, self.high) if end is not None]
        if not all(math.isfinite(end) for end in ends):
            raise ValueError("the ends of a reading are finite; an unbounded end is None")
        if len(ends) == 2 and ends[0] > ends[1]:
            raise ValueError(f"low {ends[0]} is above high {ends[1]}")
        return self

    @property
    def exact(self) -> bool:
        """Whether both ends are one value."""
        return self.low is not None and self.low == self.high

    def to(self, unit: str) -> Reading:
        """The same reading in another unit of its dimension; ValueError where there is none."""
        ends = [None if end is None else convert_unit(end, self.unit, unit) for end in (self.low, self.high)]
        return Reading(low=ends[0], high=ends[1], unit=unit)


def exact_reading(value: float, unit: str) -> Reading:
    """A reading without uncertainty."""
    return Reading(low=value, high=value, unit=unit)


class Bound(BaseModel):
    """What a target promises; ``tolerance`` applies to ``=`` and ``about``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    comparator: Comparator
    number: float
    unit: str = ""
    tolerance: float | None = Field(default=None, ge=0)

    def placed(self, reading: Reading) -> Status:
        """Where the reading lies: wholly inside (met), wholly outside (not met) or across.

        ``about`` without a declared tolerance is undecidable.  The reading must be in the bound's unit.
        """
        if self.comparator == "about" and self.tolerance is None:
            return "undecidable"
        low = -math.inf if reading.low is None else reading.low
        high = math.inf if reading.high is None else reading.high
        inside_low, inside_high = self._admits(low), self._admits(high)
        if inside_low and inside_high:
            return "met"
        return "not_met" if self._misses(low, high) else "undecidable"

    def _limits(self) -> tuple[float, float]:
        margin = self.tolerance or 0.0
        match self.comparator:
            case "=" | "about":
                return self.number - margin, self.number + margin
            case ">=" | ">":
                return self.number, math.inf
            case _:
                return -math.inf, self.number

    def _admits(self, value: float) -> bool:
        low, high = self._limits()
        match self.comparator:
            case ">":
                return value > low
            case "<":
                return value < high
            case _:
                return low <= value <= high

    def _misses(self, low: float, high: float) -> bool:
        """Whether no value of low..high is admitted."""
        least, most = self._limits()
        match self.comparator:
            case ">":
                return high <= least
            case "<":
                return low >= most
            case _:
                return high < least or low > most


class BreakdownRow(BaseModel):
    """One row of a breakdown, for example by sub-district."""

    model_config = ConfigDict(frozen=True)

    keys: dict[str, Any]
    reading: Reading


class Evidence(BaseModel):
    """What a reading rests on: feature ids by layer, and names of result layers."""

    model_config = ConfigDict(frozen=True)

    layers: dict[str, list[str]] = Field(default_factory=dict)
    results: list[str] = Field(default_factory=list)
    notes: dict[str, Any] = Field(default_factory=dict)
