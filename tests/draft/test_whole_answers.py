"""Every number of the invented reports with all that is read of it, as it was looked at last."""

from __future__ import annotations

from draft.whole_answers import FILE, PLAN_FILE, answer_lines, water_plan


def test_nothing_that_is_read_changes_unseen():
    assert list(answer_lines()) == FILE.read_text(encoding="utf-8").splitlines()


def test_no_line_of_a_drafted_plan_changes_unseen():
    assert water_plan() == PLAN_FILE.read_text(encoding="utf-8")
