"""What is said of each slip of a plan and of the files beside it, in both languages, as it was looked at last."""

from __future__ import annotations

import pytest
from plan.whole_slips import FILE, SLIPS, said

HELD = FILE.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("number", range(len(SLIPS)))
def test_no_word_of_an_error_changes_unseen(tmp_path, number):
    assert said(tmp_path, SLIPS[number]) == HELD[number]


def test_no_line_is_left_over():
    assert len(HELD) == len(SLIPS)
