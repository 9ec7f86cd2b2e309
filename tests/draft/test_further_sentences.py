"""Further sentences of Chinese and English reports read as a careful reader reads them: number, unit, comparator."""

from __future__ import annotations

import pytest
from draft.further_sentences import BROTHERS, CHINESE, ENGLISH, LATER

from urbanplan.model.units import convert_unit, is_convertible, parse_unit
from urbanplan.plan.draft import read_promises, read_rules

RULES = read_rules()
HEADS = [
    ("2026年工作安排", CHINESE),
    ("Plan for 2026 to 2030", ENGLISH),
    ("2026年工作安排", BROTHERS),
    ("2026年工作安排", LATER),
]


@pytest.mark.parametrize(("heading", "text", "expected"), [(head, *row) for head, rows in HEADS for row in rows])
def test_promises_of_a_sentence(heading, text, expected):
    found = [one for one in read_promises(f"{heading}\n\n{text}", RULES).promises if one.promise]
    assert [one.comparator for one in found] == [comparator for _, _, comparator in expected]
    for one, (number, unit, _) in zip(found, expected, strict=True):
        wanted = unit if parse_unit(unit) else ""  # a noun that is counted
        assert is_convertible(one.unit, wanted), (one.unit, unit)
        assert convert_unit(one.number, one.unit, wanted) == pytest.approx(number, rel=1e-9)
        assert one.quote in text
