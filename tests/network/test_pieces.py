"""What is made piece by piece, or once for each pair, is what the whole gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from towns import frame

from urbanplan.network import bbox_join, road_network, shapes
from urbanplan.network.bbox_join import Boxes, crossing_chunks, intersecting_chunks


def test_sections_of_edges_do_not_depend_on_the_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(3)
    lines: Any = [shapely.LineString(chance.uniform(0, 1000, (5, 2))) for _ in range(10)]
    network = road_network(frame(lines))
    edge = np.arange(network.edges)
    low, high = 0.1 * network.length, 0.8 * network.length
    whole = shapes.edge_sections(network, edge, low, high)
    assert shapely.length(whole) == pytest.approx(high - low)
    drawn = shapes.edge_sections(network, edge, np.zeros(len(edge)), network.length)
    assert shapely.to_wkb(drawn).tolist() == shapely.to_wkb(network.lines).tolist()
    monkeypatch.setattr(shapes, "ROWS_AT_ONCE", 3)
    assert shapely.to_wkb(shapes.edge_sections(network, edge, low, high)).tolist() == shapely.to_wkb(whole).tolist()
    assert len(shapes.edge_sections(network, edge[:0], low[:0], high[:0])) == 0


@pytest.mark.parametrize("limit", [1, 50, 4_000_000])
def test_pairs_of_one_set_are_those_of_a_join_with_itself(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bbox_join, "CHUNK_PAIRS", limit)
    monkeypatch.setattr(bbox_join, "BAND_BOXES", limit)
    chance = np.random.default_rng(5)
    low = np.round(chance.uniform(0, 30, (120, 2)))
    boxes = Boxes(low, low + np.round(chance.uniform(0, 6, (120, 2))))
    row, other = np.triu_indices(120, 1)
    meets = ((boxes.low[row] <= boxes.high[other]) & (boxes.low[other] <= boxes.high[row])).all(axis=1)
    due = set(zip(row[meets].tolist(), other[meets].tolist(), strict=True))
    once = [pair for a, b in crossing_chunks(boxes) for pair in zip(a.tolist(), b.tolist(), strict=True)]
    both = [pair for a, b in intersecting_chunks(boxes, boxes) for pair in zip(a.tolist(), b.tolist(), strict=True)]
    assert (set(once), len(once)) == (due, len(due))
    assert sorted(pair for pair in both if pair[0] < pair[1]) == sorted(once)
    assert list(crossing_chunks(Boxes(low[:0], low[:0]))) == []
