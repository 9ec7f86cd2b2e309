"""The corpus's own measuring: what a child takes is the child's alone."""

from __future__ import annotations

import numpy as np
from exchange.corpus import child


def test_what_the_parent_has_held_is_not_counted_as_the_programs(tmp_path):
    np.ones(child.MEMORY // 8 + 1)  # held and given back: a peak of this process above the limit of a child
    ended = child.process(["inspect", str(tmp_path / "no.geojson")], log=tmp_path / "calls")
    assert ended.code == 2
    assert "no.geojson" in ended.said
    assert 2**24 < ended.peak < child.MEMORY // 2
    assert 0 < ended.seconds < child.SECONDS
    assert ended.slips == []


def test_a_program_that_takes_too_much_is_told(tmp_path):
    def hoard() -> int:
        return int(np.ones(child.MEMORY // 8 + child.LOADED // 8).sum() < 0)

    assert any(slip.endswith("MiB") for slip in child.run_forked(hoard).slips)
