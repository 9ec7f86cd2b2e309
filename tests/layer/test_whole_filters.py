"""What filters put together from parts tell of three rows, or why they cannot, as it was looked at last."""

from __future__ import annotations

from layer.whole_filters import FILE, lines


def test_no_truth_of_a_filter_changes_unseen():
    assert list(lines()) == FILE.read_text(encoding="utf-8").splitlines()
