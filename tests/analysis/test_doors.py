"""Every public door: one district in degrees, metres, feet and Web Mercator gives one answer, or a refusal."""

from __future__ import annotations

import json
import re
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from plans import small_district
from shapely import LineString

import urbanplan
from urbanplan.errors import CrsError, UrbanplanError
from urbanplan.network import compute_coverage
from urbanplan.network import road_network as build
from urbanplan.residents import assign_residents

FEET = "+proj=tmerc +lon_0=114 +x_0=500000 +datum=WGS84 +units=us-ft"
CODES = (4326, 4547, 3857, FEET, 2263)
"""The last one is of another datum, whose place nobody knows to better than a hundred metres: it may be refused."""
Code = int | str
Frames = dict[str, gpd.GeoDataFrame]


def district(crs: Code) -> Frames:
    return {name: frame.to_crs(crs) for name, frame in small_district.frames().items()}


def plan_in(crs: Code, folder: Path) -> Path:
    return small_district.write(folder, district(crs))


def verdicts(frame: Any) -> list[Any]:
    return [
        value for row in frame[["status", "low", "high"]].itertuples(index=False) for value in row if value == value
    ]


def bounds(frame: gpd.GeoDataFrame) -> list[float]:
    return frame.to_crs(4547).total_bounds.tolist()


def drawn(crs: Code, folder: Path) -> list[list[str]]:
    """The verdicts that the page of a map shows."""
    run = urbanplan.audit(urbanplan.read_plan(plan_in(crs, folder)))
    page = urbanplan.draw_map(run.plan, run.report, run.layers, run.results, lang="en")
    found = re.search(r'id="map-verdicts">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return [[row["target"], row["status"]] for row in json.loads(found[1])]


def written(crs: Code, folder: Path) -> list[float]:
    urbanplan.write(district(crs)["streets"], folder / "streets.gpkg")
    return bounds(urbanplan.read(folder / "streets.gpkg").frame)


def inspected(crs: Code, folder: Path) -> int:
    path = urbanplan.write(district(crs)["streets"], folder / "streets.gpkg").path
    return len(urbanplan.inspect(path).to_frame())


def covered(crs: Code, _: Path) -> list[float]:
    layers = district(crs)
    found = urbanplan.coverage(layers["streets"], layers["sites"], within=300, residents=layers["homes"])
    assert found.residents is not None
    assert found.certificate is not None
    assert found.certificate.ok
    return [found.total_m, found.covered_m, found.residents.covered]


def sited(crs: Code, _: Path) -> list[Any]:
    layers = district(crs)
    found = urbanplan.site(layers["streets"], layers["homes"], residents=layers["homes"], within=310)
    return [found.sites["id"].tolist(), found.proposal.solution.covered, found.proposal.reachable.covered_m]


def covered_of_plan(crs: Code, folder: Path) -> list[float]:
    found = urbanplan.coverage_of_plan(plan_in(crs, folder))
    return [found.total_m, found.covered_m]


def of_graph(crs: Code, _: Path) -> float:
    """A graph in a CRS of any unit: lengths are measured anew."""
    import networkx as nx

    layers = district(crs)
    graph = nx.MultiGraph(crs=crs)
    for number, line in enumerate(layers["streets"].geometry):
        for end, (x, y) in enumerate((line.coords[0], line.coords[-1])):
            graph.add_node((number, end), x=x, y=y)
        graph.add_edge((number, 0), (number, 1), geometry=LineString(line.coords))
    return urbanplan.from_networkx(graph).total


def hole() -> Any:
    """Heights of a hole that holds the whole district."""
    import numpy as np

    from urbanplan.raster.elevation import elevation_from_array

    west, south, east, north = district(4547)["streets"].total_bounds
    ground = np.pad(np.full((40, 40), 9.0), 1, constant_values=10.0)
    step = (max(east - west, north - south) + 2000) / 40
    transform = (step, 0, west - 1000 - step, 0, -step, north + 1000 + step)
    return elevation_from_array(ground, transform=transform, crs=4547)


def rained(crs: Code, _: Path) -> float:
    return float(urbanplan.rain(hole(), rain=5000, streets=district(crs)["streets"]).table()["0.40"].sum())


def rained_on_plan(crs: Code, folder: Path) -> float:
    from urbanplan.exchange.gdal.raster_writing import write_grid

    plan, ground = plan_in(crs, folder), hole()
    write_grid(folder / "dem.tif", ground.heights, transform=list(ground.transform), crs=ground.crs.to_wkt())
    more = '[[layer]]\nname = "ground"\nfile = "dem.tif"\ntype = "elevation"\nbasis = "illustrative"\n'
    text = plan.read_text(encoding="utf-8")
    first = text.index("[[layer]]")
    plan.write_text(text[:first] + more + text[first:], encoding="utf-8")
    return float(urbanplan.rain_of_plan(plan, rain=5000).table()["0.40"].sum())


def names_of_pages(crs: Code, folder: Path) -> list[str]:
    made = urbanplan.report(plan_in(crs, folder), folder / "report.html", log=False)
    sheets = urbanplan.sheets(folder / "plan.toml", folder / "sheets")
    return [path.name for path in [*made.files, *sheets.files]]


DOORS: dict[str, Callable[[Code, Path], Any]] = {
    "read write": written,
    "inspect": inspected,
    "coverage": covered,
    "site": sited,
    "coverage_of_plan": covered_of_plan,
    "road_network": lambda crs, _: urbanplan.road_network(district(crs)["streets"]).network.total,
    "road_network_of_plan": lambda crs, folder: urbanplan.road_network_of_plan(plan_in(crs, folder)).network.total,
    "rain": rained,
    "rain_of_plan": rained_on_plan,
    "check": lambda crs, folder: verdicts(urbanplan.check(plan_in(crs, folder)).to_frame()),
    "audit read_plan": lambda crs, folder: verdicts(
        urbanplan.audit(urbanplan.read_plan(plan_in(crs, folder))).to_frame()
    ),
    "report sheets": names_of_pages,
    "draw_map": drawn,
    "map": lambda crs, _: [y for corner in urbanplan.map(district(crs)["streets"]).get_bounds() for y in corner],
    "from_networkx": of_graph,
    "example_district": lambda *_: urbanplan.example_district().name,
}


def test_every_public_function_is_a_door_here() -> None:
    functions = {name for name in urbanplan.__all__ if isinstance(getattr(urbanplan, name), types.FunctionType)}
    assert functions == {name for names in DOORS for name in names.split()}


FURTHER = [code for code in CODES if code not in (4326, 4547)]


@pytest.mark.parametrize(
    ("door", "codes"),
    [
        *((door, (4326, 4547, FURTHER[at % len(FURTHER)])) for at, door in enumerate(DOORS)),
        *(pytest.param(door, CODES, marks=pytest.mark.corpus) for door in DOORS),
    ],
)
def test_one_answer_from_every_crs(door: str, codes: tuple[Code, ...], tmp_path: Path) -> None:
    """Within 1/1000, the bound of a working CRS; most are equal to a millimetre."""
    answers = {crs: _ask(door, crs, tmp_path / str(number)) for number, crs in enumerate(codes)}
    assert [crs for crs, answer in answers.items() if isinstance(answer, CrsError)] in ([], [2263])
    for crs, answer in answers.items():
        assert isinstance(answer, CrsError) or _near(answer, answers[4547]), (crs, answer, answers[4547])


def _ask(door: str, crs: Code, folder: Path) -> Any:
    folder.mkdir()
    try:
        return DOORS[door](crs, folder)
    except CrsError as refusal:
        return refusal


def _near(one: Any, other: Any) -> bool:
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_near, one, other))
    return one == (pytest.approx(other, rel=1e-3) if isinstance(other, float) else other)


@pytest.mark.parametrize("crs", [4326, 2263, 3857])
def test_the_rooms_below_refuse_what_is_no_metres(crs: int) -> None:
    """They take arrays of metres: what would be read in silence is an error."""
    layers = district(crs)
    with pytest.raises(CrsError, match="metres"):
        build(layers["streets"])
    network = build(district(4547)["streets"])
    with pytest.raises(UrbanplanError, match="different coordinate systems"):
        compute_coverage(network, sites=layers["sites"], within=300)
    with pytest.raises(UrbanplanError, match="different coordinate systems"):
        assign_residents(network, layers["homes"])
