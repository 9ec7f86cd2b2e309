"""Readings and bounds: what was measured, and what was promised.

A reading is an interval ``low..high`` with a unit; uncertainty is carried by the
interval and never hidden.  A bound is comparator, number, unit and tolerance.
"""

from __future__ import annotations

import math
from itertools import islice
from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from urbanplan.model.comparison import in_base, order
from urbanplan.model.limits import Amount
from urbanplan.model.units import check_unit, convert_unit, is_convertible

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
    number: Amount
    unit: str = ""
    tolerance: Amount | None = Field(default=None, ge=0)

    @field_validator("unit")
    @classmethod
    def _check_unit(cls, value: str) -> str:
        return check_unit(value)

    def compare(self, reading: Reading) -> Status:
        """Where the reading lies: wholly inside (met), wholly outside (not met) or across.

        ``about`` without a declared tolerance is undecidable.  The reading is in any unit of the bound's dimension.

        Raises:
            ValueError: the units measure different things.
        """
        if not is_convertible(reading.unit, self.unit):
            raise ValueError(f"{reading.unit} is no measure of {self.unit or 'count'}")
        if self.comparator == "about" and self.tolerance is None:
            return "undecidable"
        low = -math.inf if reading.low is None else in_base(reading.low, reading.unit)
        high = math.inf if reading.high is None else in_base(reading.high, reading.unit)
        if self._admits(low) and self._admits(high):
            return "met"
        return "not_met" if self._excludes(low, high) else "undecidable"

    def _limits(self) -> tuple[float, float]:
        """Least and greatest value that is admitted, in the base unit of the dimension."""
        margin = self.tolerance or 0.0
        least, most = (in_base(self.number + sign * margin, self.unit) for sign in (-1, 1))
        match self.comparator:
            case "=" | "about":
                return least, most
            case ">=" | ">":
                return in_base(self.number, self.unit), math.inf
            case _:
                return -math.inf, in_base(self.number, self.unit)

    def _admits(self, value: float) -> bool:
        least, most = self._limits()
        match self.comparator:
            case ">":
                return order(value, least) > 0
            case "<":
                return order(value, most) < 0
            case _:
                return order(value, least) >= 0 and order(value, most) <= 0

    def _excludes(self, low: float, high: float) -> bool:
        """Whether no value of low..high is admitted."""
        least, most = self._limits()
        match self.comparator:
            case ">":
                return order(high, least) <= 0
            case "<":
                return order(low, most) >= 0
            case _:
                return order(high, least) < 0 or order(low, most) > 0

    def surplus(self, reading: Reading) -> float | None:
        """By how much the whole reading is above a floor, in the bound's unit; None where it is not, or no floor."""
        if self.comparator not in (">=", ">") or reading.low is None:
            return None
        if order(in_base(reading.low, reading.unit), in_base(self.number, self.unit)) <= 0:
            return None
        return convert_unit(reading.low, reading.unit, self.unit) - self.number


class Known(BaseModel):
    """What is measured where something is unknown: the value over the rows that are known, and how many are not.

    ``value`` is in the reading's unit, None where these rows give no one value.
    """

    model_config = ConfigDict(frozen=True)

    value: float | None
    rows: int
    unknown_rows: int


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

    def shortened(self, most: int) -> Evidence:
        """The first ids of each layer and entries of each note, and the numbers of what is cut as ``counts``."""
        lists: dict[str, Any] = {**self.layers, **self.notes}
        counts = {name: size for name, part in lists.items() if (size := _size(part)) > most}
        if not counts:
            return self
        layers = {name: ids[:most] for name, ids in self.layers.items()}
        notes = {name: _first(part, most) for name, part in self.notes.items()}
        return Evidence(layers=layers, results=self.results, notes={**notes, "counts": counts})


def _size(value: Any) -> int:
    return len(cast("list[Any]", value)) if isinstance(value, dict | list) else 0


def _first(value: Any, most: int) -> Any:
    """The first entries of a list or table; anything else as it is."""
    if isinstance(value, dict):
        return dict(islice(cast("dict[Any, Any]", value).items(), most))
    return cast("list[Any]", value)[:most] if isinstance(value, list) else value
