"""A road network by its library door: any CRS, one answer; a plan of another district; nothing printed."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import LineString
from towns import frame, grid, line, spot

from urbanplan.analysis.network import road_network, road_network_of_plan
from urbanplan.cli.app import run
from urbanplan.errors import CrsError, UsageError
from urbanplan.view.document.encoding import to_json

ROADS = frame([*grid(4, 4, 200), line((800, 803), (800, 1000))])  # the last one begins 3 m beyond the grid
FEET = "+proj=tmerc +lon_0=114 +x_0=500000 +datum=WGS84 +units=us-ft"
LAKESIDE = Path(__file__).parents[1] / "plans" / "lakeside" / "plan.toml"


@pytest.mark.parametrize("crs", [4547, 4326, 3857, FEET], ids=str)
def test_one_answer_from_every_crs(crs: int | str) -> None:
    found = road_network(ROADS.to_crs(crs), sites=frame([spot(10, 10), spot(500, 300)]).to_crs(4326))
    assert found.network.total == pytest.approx(ROADS.length.sum(), rel=2e-4)
    assert found.analysis.topology.counts["undershoot"] == 1
    assert found.document()["access"]["sites"] == {"places": 2, "reached": 1, "leg_m": 50}


def test_degrees_are_not_metres() -> None:
    road = gpd.GeoDataFrame(geometry=[LineString([(113.5, 34.8), (113.6, 34.8)])], crs=4326)
    assert road_network(road).network.total == pytest.approx(9157.7, rel=1e-3)
    with pytest.raises(CrsError):
        road_network(road, crs="EPSG:4326")
    with pytest.raises(CrsError):
        road_network(gpd.GeoDataFrame(geometry=road.geometry.values.tolist()))


def test_the_network_room_itself_takes_metres_only() -> None:
    from urbanplan.network import road_network as build

    for crs in (4326, 3857, 2263):
        with pytest.raises(CrsError, match="metres"):
            build(ROADS.to_crs(crs))
    with pytest.raises(CrsError, match="no coordinate system"):
        build(gpd.GeoDataFrame(geometry=ROADS.geometry.values.tolist()))


def test_the_command_writes_the_same_document(tmp_path: Path) -> None:
    path, out = tmp_path / "roads.gpkg", tmp_path / "out.json"
    ROADS.to_file(path)
    assert run(["network", "--roads", str(path), "--quiet", "--output", f"json:{out}"]) == 0
    told, made = json.loads(out.read_text(encoding="utf-8")), json.loads(to_json(road_network(path).document()))
    del told["timings"], made["timings"]
    assert told == made


def test_what_a_result_gives(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = road_network(ROADS.to_crs(4326))
    edges = found.to_frame()
    assert (len(edges), edges["length_m"].sum()) == (found.network.edges, pytest.approx(found.network.total))
    assert "\n" not in repr(found)
    assert "<table" in found._repr_html_()
    repaired = found.write_repair(tmp_path / "repaired.gpkg")
    assert repaired["done"] == {"undershoot": 1}
    assert gpd.read_file(tmp_path / "repaired.gpkg").crs == 4326
    found.write_map(tmp_path / "map.html")
    assert (tmp_path / "map.html").stat().st_size > 100_000
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("day", ["2025-13-01", "today", ""])
def test_a_day_that_is_none_is_an_error(day: str) -> None:
    with pytest.raises(UsageError, match="not a date"):
        road_network(ROADS, since=day)


def test_a_repaired_copy_never_replaces_its_source(tmp_path: Path) -> None:
    path = tmp_path / "roads.gpkg"
    ROADS.to_file(path)
    with pytest.raises(UsageError, match="replace its source"):
        road_network(path).write_repair(path)


def test_a_plan_whose_types_bear_other_names_has_streets_too() -> None:
    """Its layer types are called 道路 and 居住点: the coverage target says what they are."""
    found = road_network_of_plan(LAKESIDE)
    assert found.network.total > 0
    assert found.analysis.settings.within == 500
    assert "sites" in found.document()["access"]
