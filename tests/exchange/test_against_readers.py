"""Every real file and case against another reader: nothing differs and nothing is refused that is not argued by name."""

from __future__ import annotations

import pytest
from exchange.corpus.compare import run

pytestmark = pytest.mark.corpus


def test_every_file_is_as_another_reader_says(shared):
    outcomes = run(shared)
    left = [
        f"{one.kind} {one.file}: {'; '.join(one.told[:3])}"
        for one in outcomes
        if one.kind in ("differs", "refused", "unread")
    ]
    assert left == []
    assert sum(one.kind == "right" for one in outcomes) > 150
