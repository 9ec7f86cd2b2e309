"""Targets that share things: their groups."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from urbanplan.layer.layer import Layer
from urbanplan.model.layertype import LayerType
from urbanplan.model.plan import Target
from urbanplan.model.reading import Bound, Evidence
from urbanplan.model.report import Verdict
from urbanplan.verdict.double_counting import _connected_labels, double_counting_findings

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


LOTS = Layer(
    "lots",
    gpd.GeoDataFrame({"id": ["1", "2", "3"], "entity": ["E", None, "E"]}, geometry=[None] * 3, crs="EPSG:4547"),
    LayerType(name="lots", title={}, geometry="any"),
)


def promise(name, ids, *, kind="count", unit="count", bound=True, **more):
    limit = Bound(comparator=">=", number=1, unit=unit) if bound else None
    target = Target(id=name, bound=limit, measure={"kind": kind}, **more)
    verdict = Verdict(target=name, title=name, kind="spatial", role="promise", status="met", basis=None, reading=None,
                      bound=limit, reason="", reason_code="inside", evidence=Evidence(layers={"lots": ids}), layers=[])  # fmt: skip
    return target, verdict


@pytest.mark.parametrize(
    ("rows", "groups"),
    [
        ([promise("A", ["1"]), promise("B", ["1", "2"])], [["A", "B"]]),
        ([promise("A", ["1"]), promise("B", ["3"])], [["A", "B"]]),  # one entity
        ([promise("A", ["1"]), promise("B", ["2"])], []),
        ([promise("A", ["2"]), promise("B", ["2"], kind="area", unit="m2")], []),  # two sides of one
        ([promise("A", ["2"]), promise("B", ["2"], kind="share", unit="%")], []),
        ([promise("A", ["2"]), promise("B", ["2"], role="context")], []),
        ([promise("A", ["2"]), promise("B", ["2"], bound=False)], []),
        ([promise("A", ["2"]), promise("B", ["2"], counted_in=["A"])], []),
        ([promise("A", ["2"]), promise("B", ["2"], counted_in=["A"]), promise("C", ["2"])], [["A", "B", "C"]]),
        ([promise("B", ["1"]), promise("A", ["2"]), promise("D", ["2"]), promise("C", ["1"])], [["B", "C"], ["A", "D"]]),
    ],
)  # fmt: skip
def test_promises_that_rest_on_one_thing_are_a_group(rows, groups):
    found = double_counting_findings([target for target, _ in rows], [verdict for _, verdict in rows], {"lots": LOTS})
    assert [hit.features for hit in found] == groups
    assert [(hit.feature, hit.values["shared"]) for hit in found] == [(group[0], 1) for group in groups]
