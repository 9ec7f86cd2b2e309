"""The kinds in which drawings, texts and tables come, a generated file of each; ``make corpus`` reads twenty of each."""

from __future__ import annotations

import pytest
from exchange.corpus import child, h13_kinds
from exchange.corpus.kinds_drawn import DRAWN
from exchange.corpus.kinds_tables import TABLES
from exchange.corpus.kinds_texts import TEXTS


@pytest.mark.parametrize("kinds", [DRAWN, TEXTS, TABLES], ids=["drawn", "texts", "tables"])
def test_a_file_of_each_kind_is_read_as_it_was_made(kinds):
    """H13, in this process."""
    figures = h13_kinds.run(1, kinds=tuple(kinds), forked=False)
    assert figures.slips == []
    assert figures.cases == len(kinds)


@pytest.mark.corpus
@pytest.mark.parametrize("kind", h13_kinds.KINDS)
def test_many_files_of_each_kind_are_read_as_they_were_made(kind):
    child.preload()
    assert h13_kinds.run(h13_kinds.VARIANTS, kinds=(kind,)).slips == []


def test_the_judge_of_kinds_sees_what_differs():
    """An answer with another number, value or loss is a slip, and so is a refusal of what can be read."""
    variant = h13_kinds.Variant({".csv": b""}, 2, area=100.0, values={"id": ["a", "b"], "bbox": []}, told="arcs")
    right = {
        "rows": 2,
        "refused": 0,
        "area": 100.0,
        "values": {"id": ["a", "b"]},
        "told": "2 arcs",
        "lost": "",
        "warned": [],
    }
    assert h13_kinds.faults(variant, right) == []
    for change in (
        {"rows": 3}, {"refused": 1}, {"area": 100.001}, {"values": {"id": ["a", "c"]}}, {"values": {}}, {"told": ""},
        {"values": {"id": ["a", "b"], "bbox": ["x", "y"]}}, {"lost": "x"}, {"warned": ["x"]},
    ):  # fmt: skip
        assert len(h13_kinds.faults(variant, {**right, **change})) == 1, change
    assert h13_kinds.faults(variant, {"error": "x", "repair": True, "warned": []}) == ["refused: x"]
