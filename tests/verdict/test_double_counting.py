"""Targets that share things: their groups."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from urbanplan.verdict.double_counting import _connected_labels

GROUPS = st.sets(
    st.lists(st.integers(0, 14), min_size=2, max_size=4, unique=True).map(lambda r: tuple(sorted(r))), max_size=9
)


@settings(max_examples=30)
@given(GROUPS)
def test_groups_are_the_components_of_the_graph(groups: set[tuple[int, ...]]) -> None:
    links = [(rows[0], row) for rows in groups for row in rows]
    first, every = np.array(links, dtype=int).reshape(-1, 2).T
    graph = coo_array((np.ones(len(links)), (first, every)), shape=(15, 15))
    label = connected_components(graph, directed=False)[1]
    assert _connected_labels(groups, 15) == [int(np.flatnonzero(label == one)[0]) for one in label]
