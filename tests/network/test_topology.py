"""Topology on towns whose defects are known: every planted one found, and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanplan.errors import NetworkError
from urbanplan.layer.geojson import describe_shapes
from urbanplan.model.finding import finding_rules
from urbanplan.network.build import road_network
from urbanplan.network.parts import component_of_nodes
from urbanplan.network.topology.checks import find_defects
from urbanplan.network.topology.repair import repair_lines

CRS = "EPSG:4547"
SIDE = 120.0
Line = list[tuple[float, float]]


def grid(blocks: int = 4) -> list[Line]:
    """A town of square blocks, streets cut at every junction: rows first, then columns."""
    n = blocks + 1
    rows = [[(i * SIDE, j * SIDE), ((i + 1) * SIDE, j * SIDE)] for j in range(n) for i in range(blocks)]
    columns = [[(i * SIDE, j * SIDE), (i * SIDE, (j + 1) * SIDE)] for i in range(n) for j in range(blocks)]
    return rows + columns


def town(lines: list[Line], **columns: list[Any]) -> gpd.GeoDataFrame:
    ids = [f"S{i}" for i in range(len(lines))]
    return gpd.GeoDataFrame({"id": ids, **columns}, geometry=[shapely.LineString(line) for line in lines], crs=CRS)


def move_line(line: int, to: Line) -> list[Line]:
    return [to if i == line else old for i, old in enumerate(grid())]


# name -> lines, expected (code, feature, place) and the way the repaired town is in one piece again
PLANTED: dict[str, tuple[list[Line], str, str, tuple[float, float]]] = {
    "undershoot at a node": (move_line(0, [(0, 0), (117, 0)]), "network-undershoot", "S0", (118.5, 0)),
    "undershoot at the start": (move_line(5, [(123.5, 120), (240, 120)]), "network-undershoot", "S5", (121.75, 120)),
    "undershoot at a corner": (move_line(0, [(3, 0), (120, 0)]), "network-undershoot", "S0", (1.5, 0)),
    "undershoot of a line": ([*grid(), [(60, 3), (60, 60)]], "network-undershoot", "S40", (60, 1.5)),
    "undershoot of a dead end": ([*grid(), [(150, 116), (150, 60)]], "network-undershoot", "S40", (150, 118)),
    "two ends that miss each other": (
        [*grid(), [(120, 120), (150, 150)], [(152, 152), (240, 240)]],
        "network-undershoot",
        "S40",
        (151, 151),
    ),
    "overshoot over a line": ([*grid(), [(0, 120), (60, 180), (60, 242)]], "network-overshoot", "S40", (60, 241)),
    "overshoot along the next street": (move_line(0, [(0, 0), (123, 0)]), "network-overshoot", "S0", (121.5, 0)),
    "overshoot at the corner": (move_line(3, [(360, 0), (484, 0)]), "network-overshoot", "S3", (482, 0)),
    "overshoot of a stub": ([*grid(), [(120, 120), (122, 122)]], "network-overshoot", "S40", (121, 121)),
    "crossing": ([*grid(), [(120, 120), (240, 240)], [(120, 240), (240, 120)]], "network-crossing", "S40", (180, 180)),
    "touch": ([*grid(), [(60, 0), (60, 60)]], "network-crossing", "S0", (60, 0)),
    "duplicate": ([*grid(), [(120, 0), (0, 0)]], "network-duplicate", "S40", (60, 0)),
    "duplicate with more vertices": (
        [*grid(), [(0, 0), (30, 0), (70, 0.004), (120, 0)]],
        "network-duplicate",
        "S40",
        (60, 0),
    ),
    "overlap": ([*grid(), [(150, 0), (200, 0), (200, 60)]], "network-overlap", "S40", (175, 0)),
    "overlap inside": ([*grid(), [(150, 0), (200, 0)]], "network-overlap", "S40", (175, 0)),
    "self-crossing": (
        [*grid(), [(120, 120), (170, 170), (170, 185), (150, 170), (185, 155)]],
        "network-self-crossing",
        "S40",
        (164, 164),
    ),
    "zero length": ([*grid(), [(120, 120), (120, 120)]], "network-zero-length", "S40", (120, 120)),
    "isolated": ([*grid(), [(160, 160), (190, 195)]], "network-isolated", "S40", (175, 177.5)),
    "dead end near, ahead": (move_line(0, [(0, 0), (108, 0)]), "network-dead-end-near", "S0", (114, 0)),
    "dead end near, beside": ([*grid(), [(120, 120), (160, 124)]], "network-dead-end-near", "S40", (160, 122)),
    "kink": (move_line(0, [(0, 0), (60, 0), (60.2, 3), (60.4, 0), (120, 0)]), "network-kink", "S0", (60.2, 3)),
}
OPEN = {"network-isolated", "network-dead-end-near"}  # what only people can repair


def short(code: str) -> str:
    """A finding's code as the room names the kind of defect."""
    return code.removeprefix("network-")


def test_a_clean_town_has_no_defect() -> None:
    clean = find_defects(town(grid()))
    assert clean.defects == ()
    assert len(clean.dead_ends) == 0
    assert road_network(town(grid())).nodes == 25


@pytest.mark.parametrize("name", PLANTED)
def test_the_planted_defect_and_nothing_else(name: str) -> None:
    lines, code, feature, place = PLANTED[name]
    (hit,) = find_defects(town(lines)).findings("streets")
    assert (hit.code, hit.feature, hit.layer) == (code, feature, "streets")
    assert hit.geometry is not None
    assert shapely.geometry.shape(hit.geometry).distance(shapely.Point(place)) < 0.02
    assert bool(hit.values["repair"]) == (code not in OPEN)


@pytest.mark.parametrize("name", [name for name, row in PLANTED.items() if row[1] not in OPEN])
def test_the_repaired_town_is_clean_and_in_one_piece(name: str) -> None:
    lines, code, _, _ = PLANTED[name]
    before = town(lines)
    kept = before.geometry.to_wkb().tolist()
    mended = repair_lines(before)
    assert mended.done == {short(code): 1}
    assert {f"network-{d.code}" for d in mended.after.defects} <= OPEN
    assert before.geometry.to_wkb().tolist() == kept
    assert mended.frame["id"].is_unique
    assert set(mended.frame.geom_type) == {"LineString"}
    assert find_defects(mended.frame).counts.keys() <= {short(code) for code in OPEN}
    assert component_of_nodes(road_network(mended.frame)).max() == 0


def test_all_at_once() -> None:
    """Towns side by side, each with one defect: each found at its own place."""
    lines: list[Line] = []
    expected: Counter[str] = Counter()
    for k, (part, code, _, _) in enumerate(PLANTED.values()):
        lines += [[(x + k * 1000, y) for x, y in line] for line in part]
        expected[short(code)] += 1
        if k:  # a road joins the towns
            lines.append([(k * 1000 - 520, 240), (k * 1000, 240)])
    assert find_defects(town(lines)).counts == dict(expected)


def test_a_bridge_is_no_crossing_and_crossings_noding_joins() -> None:
    lines = [*grid(), [(120, 120), (240, 240)], [(120, 240), (240, 120)]]
    assert find_defects(town(lines, bridge=["no"] * 41 + ["yes"])).defects == ()
    assert find_defects(town(lines), noding="crossings").defects == ()


def test_near_and_tolerance_are_limits() -> None:
    lines = move_line(0, [(0, 0), (117, 0)])
    assert find_defects(town(lines), near=2).counts == {"dead-end-near": 1}
    assert find_defects(town(lines), near=3).counts == {"undershoot": 1}
    assert find_defects(town(move_line(0, [(0, 0), (119.995, 0)]))).defects == ()
    with pytest.raises(NetworkError, match="undershoots"):
        find_defects(town(lines), near=0)


def test_rows_stay_rows_where_asked() -> None:
    lines = PLANTED["touch"][0]
    (cut,) = (row for row in repair_lines(town(lines), split=False).frame.itertuples() if row.id == "S0")
    assert shapely.get_num_geometries(cut.geometry) == 2
    numbered = town(lines).assign(id=range(len(lines)))
    assert sorted(repair_lines(numbered).frame["id"]) == list(range(len(lines) + 1))
    assert repair_lines(town(lines)).frame["id"].tolist()[:2] == ["S0", "S0/2"]


def test_leave_keeps_a_kind() -> None:
    mended = repair_lines(town(PLANTED["crossing"][0]), leave=["crossing"])
    assert mended.done == {}
    assert mended.left == {"crossing": 1}


MOVES: list[Callable[[np.ndarray], np.ndarray]] = [
    lambda p: p + np.array([458_000.0, 3_853_000.0]),
    lambda p: p @ np.array([[0.6, 0.8], [-0.8, 0.6]]),
    lambda p: p[::-1],
]


@settings(max_examples=25)
@given(st.sampled_from(sorted(PLANTED)), st.permutations(range(3)), st.randoms(use_true_random=False))
def test_defects_do_not_hang_on_place_turn_direction_or_order(name: str, order: list[int], chance: Any) -> None:
    lines = [np.array(line, dtype=float) for line in PLANTED[name][0]]
    for k in order:
        lines = [MOVES[k](line) for line in lines]
    chance.shuffle(lines)
    moved = [[(float(x), float(y)) for x, y in line] for line in lines]
    assert find_defects(town(moved)).counts == {short(PLANTED[name][1]): 1}


def test_every_code_stands_in_the_table() -> None:
    codes = {row[1] for row in PLANTED.values()}
    assert codes <= set(finding_rules())


def test_shapes_of_findings_are_those_that_shapely_tells() -> None:
    shapes = [shapely.Point(1.5, -0.0), shapely.LineString([(0, 0), (1, 2)]), shapely.Point(), shapely.Point(1, 2, 3)]
    assert describe_shapes(shapes) == [shapely.geometry.mapping(shape) for shape in shapes]
    assert describe_shapes([]) == []
