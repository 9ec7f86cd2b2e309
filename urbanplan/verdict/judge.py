"""Judging: a reading against a bound, on the plan's date."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from urbanplan.measure.measured import Measurement
from urbanplan.model.comparison import at_most
from urbanplan.model.formatting import format_bound, format_reading
from urbanplan.model.plan import Target
from urbanplan.model.reading import Bound, Reading, Status, exact_reading
from urbanplan.model.translation import join_clauses, localize
from urbanplan.model.units import is_convertible, parse_unit


@dataclass(frozen=True)
class Judgement:
    """Status with its reason; ``reading`` is in the bound's unit."""

    status: Status
    reading: Reading | None
    bound: Bound | None
    code: str
    reason: str
    settled_by: str = ""
    warn: bool = False
    progress: float | None = None
    surplus: float | None = None


def judge_target(target: Target, measured: Measurement, *, as_of: datetime.date) -> Judgement:
    """Judge a target.

    Met when the whole reading is inside the bound, not met when it is wholly outside, else undecidable.  A shortfall
    before the target's due date is undecidable, "not yet".

    Raises:
        ValueError: reading and bound measure different things.
    """
    bound = target.bound or measured.implied
    reading = measured.reading
    if reading is None:
        return _judge_undecidable(target, measured, bound, None)
    if bound is None:
        code, reason = "no-threshold", localize("no threshold is given")
        return Judgement("undecidable", reading, None, code, reason, localize("a number from who sets the target"))
    if bound.unit or not is_convertible(reading.unit, "") or _is_scaled(reading.unit):
        reading = reading.to(bound.unit)
    if bound.comparator == "about" and bound.tolerance is None:
        reason = localize("“about” has no declared tolerance")
        return Judgement("undecidable", reading, bound, "no-tolerance", reason, localize("a tolerance in the plan"))
    status = bound.compare(reading)
    progress = _progress(reading, bound)
    if status == "undecidable":
        return _judge_undecidable(target, measured, bound, reading)
    if status == "not_met" and target.due is not None and as_of < target.due and _can_still_rise(reading, bound):
        reason = localize("not yet: it is due on {due}", due=target.due.isoformat())
        return Judgement(
            "undecidable", reading, bound, "not-yet", reason, localize("the same layers on that day"), False, progress
        )
    if status == "not_met":
        reason = localize(
            "the reading {reading} is outside {bound}",
            reading=format_reading(reading, bound),
            bound=format_bound(bound),
        )
        reason = join_clauses((reason, measured.reason))
        return Judgement("not_met", reading, bound, "outside", reason, "", False, progress)
    warn = (
        target.warn is not None
        and Bound(comparator=target.warn.comparator, number=target.warn.number, unit=bound.unit).compare(reading)
        != "met"
    )
    surplus = bound.surplus(reading)
    return Judgement(
        "met", reading, bound, "inside", _explain_met(reading, bound, surplus), "", warn, progress, surplus
    )


def _is_scaled(unit: str) -> bool:
    """Whether a unit counts by more than one: 3 万人 beside a plain number are 30,000."""
    found = parse_unit(unit)
    return found is not None and found.factor != 1.0


def _explain_met(reading: Reading, bound: Bound, surplus: float | None) -> str:
    reason = localize(
        "the reading {reading} is inside {bound}", reading=format_reading(reading, bound), bound=format_bound(bound)
    )
    if surplus is None:
        return reason
    more = format_reading(exact_reading(surplus, reading.unit))
    return localize("{reason}, {surplus} more than asked", reason=reason, surplus=more)


def _judge_undecidable(
    target: Target, measured: Measurement, bound: Bound | None, reading: Reading | None
) -> Judgement:
    if target.missing is not None and reading is None:
        reason = localize("missing: {what}", what=target.missing.what)
        return Judgement(
            "undecidable",
            reading,
            bound,
            "missing",
            reason,
            localize("{owner} would have it", owner=target.missing.owner),
        )
    reason = measured.reason
    if reading is not None and bound is not None and bound.comparator != "about":
        reads = format_reading(reading, bound)
        told = localize("the reading {reading} lies on both sides of {bound}", reading=reads, bound=format_bound(bound))
        reason = localize("{name}: {text}", name=told, text=reason) if reason else told
    settled = measured.settled_by
    if target.missing is not None and not settled:
        settled = localize("{what}; {owner} would have it", what=target.missing.what, owner=target.missing.owner)
    code = "straddles" if reading is not None else "not-measured"
    return Judgement(
        "undecidable",
        reading,
        bound,
        code,
        reason or localize("it cannot be measured"),
        settled or localize("a more exact reading"),
    )


def _can_still_rise(reading: Reading, bound: Bound) -> bool:
    """Whether the reading falls short, so that time may mend it; an excess of `<=` stays an excess."""
    if reading.high is None or bound.comparator not in ("=", "about", ">=", ">"):
        return False
    return bool(at_most(reading.high, bound.number))


def _progress(reading: Reading, bound: Bound) -> float | None:
    if bound.comparator not in ("=", ">=", ">") or bound.number <= 0 or reading.low is None:
        return None
    return max(0.0, min(reading.low / bound.number, 1.0))
