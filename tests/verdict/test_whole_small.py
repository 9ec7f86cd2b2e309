"""Reports, waivers and readiness of a small plan with every kind of promise, as they were looked at last."""

from __future__ import annotations

from verdict.whole_small import FILE, lines_of


def test_nothing_that_is_told_changes_unseen(tmp_path):
    assert lines_of(tmp_path) == FILE.read_text(encoding="utf-8").splitlines()
