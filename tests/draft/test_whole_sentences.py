"""All that is read in sentences put together from parts, as it was looked at last."""

from __future__ import annotations

from draft.whole_sentences import FILE, lines


def test_nothing_that_is_read_in_a_sentence_changes_unseen():
    assert list(lines()) == FILE.read_text(encoding="utf-8").splitlines()
