"""Connected: the number of components, on towns whose answer is plain."""

from __future__ import annotations

from itertools import chain, combinations
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import examples

from urbanplan.layer.layer import Layer
from urbanplan.measure.catalog import measure_function, validate_parameters
from urbanplan.measure.measured import MeasureContext, Measurement
from urbanplan.model.layertype import FieldSpec, LayerType

CRS = "EPSG:4547"
STAGES = ["开工", "在建", "通车"]


def layer(name: str, lines: list[Any], **columns: list[Any]) -> Layer:
    kind = LayerType(
        name=name, title={"en": name}, geometry="line", stages=STAGES, fields={c: FieldSpec() for c in ("id", *columns)}
    )
    shapes = [shapely.LineString(line) for line in lines]
    frame = gpd.GeoDataFrame({"id": [f"{name}-{i}" for i in range(len(lines))], **columns}, geometry=shapes, crs=CRS)
    return Layer(name=name, frame=frame, type=kind)


def connected(*layers: Layer, **params: Any) -> Measurement:
    declared = {"kind": "connected", **params}
    return measure_function("connected")(
        {one.name: one for one in layers}, validate_parameters(declared), MeasureContext(crs=CRS)
    )


def ends(measured: Measurement) -> tuple[float | None, float | None]:
    assert measured.reading is not None
    return measured.reading.low, measured.reading.high


NEW = [[(0, 0), (100, 0)], [(100, 0), (200, 0)], [(500, 0), (560, 0)]]


def test_two_parts_without_streets_one_with() -> None:
    new = layer("new", NEW)
    apart = connected(new, of="new")
    assert ends(apart) == (2, 2)
    assert apart.evidence.layers == {"new": ["new-2"]}
    assert [row["length_m"] for row in apart.evidence.notes["components"]] == [200, 60]
    assert apart.results["components"]["component"].tolist() == [1, 1, 2]
    assert apart.implied is not None
    assert apart.implied.compare(apart.reading) == "not_met"  # pyright: ignore[reportArgumentType]
    joined = connected(new, layer("old", [[(200, 0), (350, 50), (500, 0)]]), of="new", **{"with": "old"})
    assert ends(joined) == (1, 1)
    assert joined.evidence.layers == {"new": ["new-0", "new-1", "new-2"]}


CROSS = [[(0, 0), (100, 0)], [(50, -50), (50, 50)]]


@pytest.mark.parametrize(
    ("columns", "reading"),
    [
        ({}, (1, 2)),
        ({"level": [0, 0]}, (1, 1)),
        ({"level": [0, 1]}, (2, 2)),
        ({"level": [0, None]}, (1, 2)),
        ({"bridge": ["no", "yes"]}, (2, 2)),
        ({"bridge": [None, "yes"]}, (1, 2)),
        ({"bridge": ["yes", "yes"]}, (1, 2)),  # two bridges: one may pass over the other
    ],
    ids=str,
)
def test_a_crossing_joins_at_one_told_level_and_spans_where_none_tells(columns: Any, reading: Any) -> None:
    found = connected(layer("new", CROSS, **columns), of="new")
    assert ends(found) == reading
    assert [note.code for note in found.findings] == ["network-crossing-doubtful"] * (reading == (1, 2))
    assert bool(found.settled_by) == (reading == (1, 2))


def test_a_noding_that_is_asked_for() -> None:
    cross = layer("new", CROSS)
    assert ends(connected(cross, of="new", noding="endpoints")) == (2, 2)
    assert ends(connected(cross, of="new", noding="crossings")) == (1, 1)


def test_an_end_on_a_line_joins_it() -> None:
    assert ends(connected(layer("new", [[(0, 0), (100, 0)], [(50, 0), (50, 50)]]), of="new")) == (1, 1)


def test_a_road_that_is_not_drawn_may_join_all_or_stand_alone() -> None:
    new = layer("new", [NEW[0], NEW[1], NEW[2]])
    new.frame.geometry = [*new.frame.geometry[:2], None]
    assert ends(connected(new, of="new")) == (1, 2)
    new.frame.geometry = [new.frame.geometry[0], None, shapely.LineString()]
    found = connected(new, of="new")
    assert ends(found) == (1, 3)
    assert found.settled_by
    new.frame.geometry = [None, None, None]
    assert ends(connected(new, of="new")) == (1, 3)


def test_tolerance_and_several_layers() -> None:
    one, two = layer("one", [[(0, 0), (10, 0)]]), layer("two", [[(10.4, 0), (20, 0)]])
    assert ends(connected(one, two, of=["one", "two"])) == (2, 2)
    assert ends(connected(one, two, of=["one", "two"], tolerance=0.5)) == (1, 1)


def test_an_unknown_stage_widens_the_reading() -> None:
    new = layer("new", NEW, stage=["通车", "通车", None])
    opened = connected(new, of={"layer": "new", "stage_at_least": "通车"})
    assert ends(opened) == (1, 2)
    assert opened.settled_by


def test_a_feature_that_two_selections_choose_is_not_drawn_twice() -> None:
    found = connected(layer("new", NEW[:2]), of={"layer": "new", "where": "id = 'new-0'"}, **{"with": "new"})
    assert ends(found) == (1, 1)
    assert found.findings == []


def test_no_road_is_no_reading() -> None:
    nothing = connected(layer("new", NEW, stage=["开工"] * 3), of={"layer": "new", "stage_at_least": "通车"})
    assert nothing.reading is None
    assert nothing.reason


def by_brute_force(lines: list[Any], sure: list[bool], asked: list[bool]) -> tuple[int, int]:
    """Least and greatest number over all ways in which the open rows may count."""
    open_rows = [i for i, firm in enumerate(sure) if not firm]
    counts = []
    for chosen in chain.from_iterable(combinations(open_rows, n) for n in range(len(open_rows) + 1)):
        rows = [i for i in range(len(lines)) if sure[i] or i in chosen]
        graph = nx.Graph((tuple(lines[i][0]), tuple(lines[i][1])) for i in rows)
        held = {tuple(lines[i][0]) for i in rows if asked[i]}
        counts.append(sum(bool(part & held) for part in nx.connected_components(graph)))
    return min(counts), max(counts)


edge = st.tuples(*[st.tuples(st.integers(0, 3), st.integers(0, 3))] * 2).filter(lambda e: e[0] != e[1])


@settings(max_examples=examples(150))
@given(st.lists(st.tuples(edge, st.booleans(), st.booleans()), min_size=1, max_size=8))
def test_the_interval_holds_every_way_the_open_rows_may_fall(rows: list[Any]) -> None:
    lines, sure, asked = ([row[i] for row in rows] for i in range(3))
    asked[0] = True
    stage = ["通车" if firm else None for firm in sure]
    pick = {name: [i for i, a in enumerate(asked) if a == want] for name, want in (("of", True), ("old", False))}
    made = [layer(n, [lines[i] for i in at], stage=[stage[i] for i in at]) for n, at in pick.items() if at]
    params: dict[str, Any] = {"of": {"layer": "of", "stage_at_least": "开工"}, "noding": "endpoints"}
    if pick["old"]:
        params["with"] = {"layer": "old", "stage_at_least": "开工"}
    low, high = ends(connected(*made, **params))
    least, most = by_brute_force(lines, sure, asked)
    assert low is not None
    assert high is not None
    assert low == least
    assert high >= most
    if all(sure):
        assert low == high == nx.number_connected_components(nx.Graph(lines)) or pick["old"]


@pytest.mark.parametrize("shift", [0.0, 4.5e5])
def test_numbers_do_not_hang_on_place_or_order(shift: float) -> None:
    lines = [(np.array(line) + shift).tolist() for line in NEW[::-1]]
    assert ends(connected(layer("new", lines), of="new")) == (2, 2)


def test_an_exact_reading_tells_what_stands_apart_whatever_is_open() -> None:
    """The open street leads nowhere: two parts either way, and the reason names the one that stands apart."""
    new, old = layer("new", NEW), layer("old", [[(200, 0), (260, 50)]], stage=[None])
    found = connected(new, old, of="new", **{"with": {"layer": "old", "stage_at_least": "通车"}})
    assert ends(found) == (2, 2)
    assert found.reason == "1 roads of new do not hang together with the longest part: new-2"
    joined = connected(layer("new", NEW[:2]), old, of="new", **{"with": {"layer": "old", "stage_at_least": "通车"}})
    assert (ends(joined), joined.reason, joined.settled_by) == ((1, 1), "", "")


def test_the_layer_that_is_open_is_named_not_the_one_that_is_asked() -> None:
    new, old = layer("new", NEW), layer("old", [[(200, 0), (500, 0)]], stage=[None])
    found = connected(new, old, of="new", **{"with": {"layer": "old", "stage_at_least": "通车"}})
    assert ends(found) == (1, 2)
    assert found.reason == "1 features of old do not tell whether they count"
    assert found.settled_by == "the missing attributes of these features of old"
    old.frame.geometry = [None]
    assert connected(new, old, of="new", **{"with": "old"}).reason == "1 roads of old are not drawn"
