"""Walkable ways of an extract: what is walked, where ways are cut, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from urbanplan.errors import ExchangeError, GateError, NetworkError
from urbanplan.network.osm import is_walkable, read_walkable_ways


@pytest.mark.parametrize(
    ("tags", "walked"),
    [
        ({"highway": "residential"}, True),
        ({"highway": "motorway"}, False),
        ({"highway": "footway", "access": "private"}, False),
        ({"highway": "service", "access": "private", "foot": "yes"}, True),
        ({"highway": "primary", "foot": "no"}, False),
        ({"highway": "pedestrian", "area": "yes"}, True),  # its rim joins what meets there
        ({"highway": "trunk", "motorroad": "yes"}, False),
        ({"highway": "trunk", "motorroad": "yes", "foot": "yes"}, True),
        ({"highway": "residential", "foot": "use_sidepath"}, False),
        ({"highway": "service", "access": "private", "foot": "unknown"}, False),
        ({"highway": "residential", "foot": "unknown"}, True),
        ({"highway": "service", "access": "military"}, False),
        ({"highway": "service", "access": "permit"}, False),
        ({"highway": "busway"}, False),
        ({"highway": "busway", "foot": "yes"}, True),
        ({"highway": "proposed", "foot": "yes"}, False),
        ({"building": "yes"}, False),
    ],
)
def test_what_is_walked(tags: dict[str, str], walked: bool) -> None:
    assert is_walkable(tags) is walked


def extract(
    path: Path, ways: dict[int, tuple[list[int], dict[str, str]]], nodes: dict[int, tuple[float, float]]
) -> Path:
    osmium = pytest.importorskip("osmium")
    writer = osmium.SimpleWriter(str(path))
    for name, place in nodes.items():
        writer.add_node(osmium.osm.mutable.Node(id=name, location=place))
    for name, (members, tags) in ways.items():
        writer.add_way(osmium.osm.mutable.Way(id=name, nodes=members, tags=tags))
    writer.close()
    return path


def test_ways_are_cut_at_shared_nodes_only(tmp_path: Path) -> None:
    nodes = {i: (113.5 + 0.001 * i, 34.8) for i in range(5)} | {9: (113.502, 34.801), 8: (113.501, 34.799)}
    ways = {
        1: ([0, 1, 2, 3, 4], {"highway": "residential", "name": "科学大道"}),
        2: ([2, 9], {"highway": "footway", "bridge": "yes"}),
        3: ([8, 9], {"highway": "motorway"}),
        4: ([3, 4, 3], {"highway": "path"}),
        5: ([8], {"highway": "path"}),
    }
    frame = read_walkable_ways(extract(tmp_path / "town.osm.pbf", ways, nodes))
    assert frame.crs.to_epsg() == 4326
    assert frame["id"].tolist() == [1, 1, 1, 2, 4, 4]
    assert [len(shape.coords) for shape in frame.geometry] == [3, 2, 2, 2, 2, 2]
    assert frame["name"].iloc[0] == "科学大道"
    assert frame["bridge"].iloc[3] == "yes"


def test_what_is_no_extract_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("osmium")
    (tmp_path / "fake.osm.pbf").write_bytes(b"PK\x03\x04 not an extract")
    with pytest.raises(GateError):
        read_walkable_ways(tmp_path / "fake.osm.pbf")
    whole = extract(tmp_path / "town.osm.pbf", {1: ([0, 1], {"highway": "path"})}, {0: (113.5, 34.8), 1: (113.6, 34.8)})
    (tmp_path / "half.osm.pbf").write_bytes(whole.read_bytes()[:-9])
    with pytest.raises(ExchangeError):
        read_walkable_ways(tmp_path / "half.osm.pbf")
    empty = extract(
        tmp_path / "empty.osm.pbf", {1: ([0, 1], {"waterway": "river"})}, {0: (113.5, 34.8), 1: (113.6, 34.8)}
    )
    with pytest.raises(NetworkError):
        read_walkable_ways(empty)


def test_ways_with_absent_nodes_and_odd_signs_are_read_as_they_stand(tmp_path: Path) -> None:
    nodes = {7: (-0.0000001, -34.8), 2: (180.0, 34.8), 3: (113.5, 34.8), 12_345_678_901: (113.5000001, 34.8)}
    ways = {
        1: ([7, 2], {"highway": "path", "name": "a, b=c%d @ é\n路"}),
        2: ([3, 99, 3, 12_345_678_901], {"highway": "track", "layer": "-1", "motorroad": "no"}),
        3: ([], {"highway": "path"}),
        4: ([98, 97], {"highway": "proposed", "foot": "yes"}),
    }
    frame = read_walkable_ways(extract(tmp_path / "odd.osm.pbf", ways, nodes))
    assert frame["id"].tolist() == [1, 2]
    assert frame["name"].iloc[0] == "a, b=c%d @ é\n路"
    assert frame["name"].isna().tolist() == [False, True]
    assert frame["layer"].iloc[1] == "-1"
    assert list(frame.geometry[0].coords) == [(-0.0000001, -34.8), (180.0, 34.8)]
    assert list(frame.geometry[1].coords) == [(113.5, 34.8), (113.5000001, 34.8)]
    assert frame["__head__"].tolist() == [2, 12_345_678_901]
    assert frame.attrs["osm"] == {"left_out": {"highway=proposed": 0.0}, "cut_ways": [2]}
