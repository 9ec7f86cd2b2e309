"""Every answer of the measures on a small town with unknown values, as it was looked at last."""

from __future__ import annotations

import pytest
from measure.whole_town import FILE, answer_line, questions

HELD = FILE.read_text(encoding="utf-8").splitlines()
ASKED = list(questions())


@pytest.mark.parametrize(
    "number", range(len(ASKED)), ids=[f"{n}-{name}-{one['kind']}" for n, (name, one) in enumerate(ASKED)]
)
def test_no_field_of_an_answer_changes_unseen(number):
    assert answer_line(*ASKED[number]) == HELD[number]


def test_no_line_is_left_over():
    assert len(HELD) == len(ASKED)


def test_no_result_layer_shows_a_column_of_the_works():
    assert [line for line in HELD if '"__' in line] == []
