"""Hostile files at a size for CI; the full size is ``python tests/exchange/hostile.py 200``."""

from __future__ import annotations

from collections import Counter

import pytest
from exchange import hostile


@pytest.mark.parametrize("suffix", hostile.SUFFIXES)
def test_every_hostile_file_is_refused(tmp_path, suffix):
    outcomes = Counter(hostile.attempt(path) for path in hostile.hostile(tmp_path, suffix))
    assert outcomes == {"refused": 24}


@pytest.mark.parametrize("suffix", hostile.SUFFIXES)
def test_mutated_files_are_refused_or_read(tmp_path, suffix):
    outcomes = hostile.mutations(tmp_path, suffix, 8)
    assert set(outcomes) <= {"refused", "read"}
    assert outcomes.total() == 8
