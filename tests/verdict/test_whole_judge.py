"""Every judgement on a reading and a bound, as it was looked at last; the status of some by hand."""

from __future__ import annotations

import json

import pytest
from verdict.whole_judge import BOUNDS, ENDS, FILE, SAID, TOLD, line

HELD = FILE.read_text(encoding="utf-8").splitlines()
BY_HAND = {  # of the readings in their order: met, not met, undecidable
    0: "mmuummuuuuunn",  # 4 to 6
    1: "munnnnuunnunn",
    2: "munmnmmunmunn",
    3: "mumnmnummnumm",
    4: "nunmnmunnmunn",
    5: "numnmnnumnumm",
    6: "uuuuuuuuuuuuu",
    11: "uuuuuuuuuuuuu",
}


@pytest.mark.parametrize("number", range(len(BOUNDS)))
def test_no_judgement_changes_unseen(number):
    assert line(number) == HELD[number]


def test_no_line_is_left_over():
    assert len(HELD) == len(BOUNDS)


@pytest.mark.parametrize("number", BY_HAND)
def test_status_by_hand(number):
    rows = json.loads(line(number))[len(SAID) * len(TOLD) :: len(SAID) * len(TOLD)]
    assert len(rows) == len(ENDS)
    assert "".join(row[0][0] for row in rows) == BY_HAND[number]
