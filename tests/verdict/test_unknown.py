"""What a verdict says of the rows that are known, in the unit of its bound."""

from __future__ import annotations

import datetime

from urbanplan.measure.measured import Measurement
from urbanplan.model.plan import Target
from urbanplan.model.reading import Known, Reading
from urbanplan.verdict.judge import judge_target
from urbanplan.verdict.unknown import convert_known, explain_unknown


def told(known: Known | None, low: float, high: float) -> tuple[Known | None, list[str]]:
    target = Target.model_validate({"id": "T", "bound": {"comparator": ">=", "number": 3, "unit": "km"}})
    measured = Measurement(Reading(low=low, high=high, unit="m"), known=known)
    judged = judge_target(target, measured, as_of=datetime.date(2025, 12, 31))
    found = convert_known(measured, judged)
    return found, list(explain_unknown(found, judged, measured))


def test_the_known_value_is_in_the_unit_of_the_bound() -> None:
    found, said = told(Known(value=2_500, rows=4, unknown_rows=2), 2_500, 9_000)
    assert found == Known(value=2.5, rows=4, unknown_rows=2)
    assert said == ["over the 4 known rows it is 2.50 km; 2 more would settle it"]


def test_where_nothing_is_known_or_all_is_settled_nothing_is_said() -> None:
    assert told(None, 2_500, 9_000) == (None, [])
    nothing = Known(value=None, rows=0, unknown_rows=2)
    assert told(nothing, 2_500, 9_000) == (nothing, [])
    assert told(Known(value=2_500, rows=4, unknown_rows=2), 2_500, 2_500)[1] == []


def test_without_a_reading_what_is_known_stays_as_it_is() -> None:
    target, known = Target(id="T"), Known(value=2_500, rows=4, unknown_rows=2)
    measured = Measurement(None, known=known)
    judged = judge_target(target, measured, as_of=datetime.date(2025, 12, 31))
    assert convert_known(measured, judged) == known
    assert list(explain_unknown(known, judged, measured)) == []
