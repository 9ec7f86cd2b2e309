"""The second district: every verdict again, from the sources alone, by geopandas, shapely and networkx."""

from __future__ import annotations

import importlib.util
import itertools
import tomllib
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import shapely

from urbanplan.analysis.check import check
from urbanplan.exchange import read

ROOT = Path(__file__).resolve().parents[2]
METRES = 32635
ROADS = ["primary", "secondary", "tertiary", "residential", "unclassified", "living_street"]


@pytest.fixture(scope="module")
def built(shared, tmp_path_factory):
    """The raw files, the plan and its check."""
    spec = importlib.util.spec_from_file_location("helsinki", ROOT / "layers" / "helsinki" / "generate.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    folder = tmp_path_factory.mktemp("helsinki")
    made = script.build(shared / "data" / "cities" / "helsinki", folder)
    done = check(folder / "plan")
    return folder, {verdict.target: verdict for verdict in done.verdicts}, made


@pytest.fixture(scope="module")
def raw(built):
    """The extract's lines, areas and points, and the population cells, in metres."""
    folder = built[0] / "raw"
    held = {name: read(folder / "central.osm.pbf", layer=name).frame.to_crs(METRES)
            for name in ("lines", "multipolygons", "points")}  # fmt: skip
    return {**held, "cells": read(folder / "population.gpkg").frame.to_crs(METRES)}


def reading(built, target):
    found = built[1][target].reading
    return found.low, found.high


def test_verdicts_and_their_basis(built):
    said = {name: (verdict.status, verdict.basis) for name, verdict in built[1].items()}
    assert said == {
        "H-01": ("not_met", "reported"), "H-02": ("not_met", "reported"), "H-03": ("undecidable", None),
        "H-04": ("undecidable", None), "H-05": ("met", "reported"), "H-06": ("not_met", "reported"),
        "H-07": ("met", "reported"), "H-08": ("met", "reported"), "H-09": ("met", "reported"),
        "H-10": ("met", "reported"),
    }  # fmt: skip


def test_no_quote_is_made_up():
    """Where the norm's text is not at hand a target says that its note is a paraphrase."""
    norms = tomllib.loads((ROOT / "layers" / "helsinki" / "norms.toml").read_text(encoding="utf-8"))
    held = {source["id"] for source in norms["source"] if "file" in source}
    assert len(norms["target"]) == 10
    for target in norms["target"]:
        assert ("quote" in target) == (target["source"] in held), target["id"]
        assert "quote" in target or target["note"].startswith("Paraphrase: "), target["id"]


def test_the_sources_are_small(built):
    assert sum(path.stat().st_size for path in (built[0] / "raw").rglob("*")) < 3_000_000


def test_ways_that_are_not_walked_are_said(built):
    """A length of streets is of those that are walked: what an extract holds besides is named with its tag."""
    (streets,) = [one for one in built[2].proposal.candidates if one.layer == "streets"]
    assert [text for text in streets.doubts if "highway=" in text or "foot=" in text or "access=" in text] != []


def test_people(built, raw):
    people = int(raw["cells"]["population"].sum())
    assert reading(built, "H-01") == (people, people)
    area = raw["cells"].union_all().area
    assert built[1]["H-01"].bound.number == pytest.approx(15_000 * area / 1e6, rel=1e-4), "the norm's density"


def test_length_of_streets(built, raw):
    lines = raw["lines"]
    roads = lines[lines["highway"].isin(ROADS)].geometry
    length = shapely.length(shapely.intersection(roads.union_all(), raw["cells"].union_all()))
    assert reading(built, "H-02") == pytest.approx((length / 1000, length / 1000), rel=2e-4)
    assert built[1]["H-02"].bound.number == pytest.approx(18 * raw["cells"].union_all().area / 1e6, rel=1e-4)


def large_parks(raw):
    areas = raw["multipolygons"]
    parks = areas[areas["leisure"].isin(["park", "garden"])].geometry.make_valid()
    return parks, parks[parks.area >= 5000]


def test_green_near_homes(built, raw):
    near = raw["cells"].distance(large_parks(raw)[1].union_all()) <= 300
    share = 100 * raw["cells"]["population"][near].sum() / raw["cells"]["population"].sum()
    assert reading(built, "H-05") == (share, share)


def test_area_of_parks(built, raw):
    area = shapely.area(shapely.intersection(large_parks(raw)[0].union_all(), raw["cells"].union_all()))
    assert reading(built, "H-07") == pytest.approx((area / 1e4, area / 1e4), rel=1e-3)


def test_the_named_park_schools_and_hospitals(built, raw):
    land = raw["cells"].union_all()
    areas, points = raw["multipolygons"], raw["points"]
    assert (areas["name"] == "Kaisaniemen puisto").sum() == reading(built, "H-08")[0] == 1
    schools = areas[areas["amenity"] == "school"].intersects(land).sum()
    assert reading(built, "H-10") == (schools, schools)
    tags = points["other_tags"].fillna("")
    clinics = points[tags.str.contains('"amenity"=>"(?:hospital|clinic)"', regex=True)].intersects(land).sum()
    assert reading(built, "H-09") == (clinics, clinics)


def test_streets_within_a_walk_of_a_park(built):
    """Streets cut into pieces of 4 m and searched by Dijkstra: from the park's rim, and from its depth added."""
    streets = read(built[0] / "plan" / "streets.geojson").frame.to_crs(METRES)
    parks = read(built[0] / "plan" / "large_parks.geojson").frame.to_crs(METRES).geometry
    cut, seen = shapely.segmentize(streets.geometry.to_numpy(), 4.0), set()
    graph = nx.Graph()
    for line in cut:
        ends = [tuple(point) for point in np.round(shapely.get_coordinates(line), 2).tolist()]
        for one, other in itertools.pairwise(ends):
            if one != other and (other, one) not in seen:
                seen.add((one, other))
                graph.add_edge(one, other, length=float(np.hypot(one[0] - other[0], one[1] - other[1])))
    nodes = list(graph)
    places = shapely.points(nodes)
    shares = []
    for depth in (False, True):
        best = np.full(len(nodes), np.inf)
        for park in parks:
            leg = shapely.distance(places, park)
            inner = shapely.length(shapely.maximum_inscribed_circle(park)) if depth else 0.0
            best = np.minimum(best, np.where(leg <= 50, leg + inner, np.inf))
        graph.add_node("park")
        graph.add_edges_from(("park", node, {"length": least}) for node, least in zip(nodes, best, strict=True)
                             if least <= 400)  # fmt: skip
        reached = nx.single_source_dijkstra_path_length(graph, "park", cutoff=400, weight="length")
        graph.remove_node("park")
        held = [(data["length"], (one in reached) + (other in reached)) for one, other, data in graph.edges(data=True)]
        shares.append(100 * sum(length * ends / 2 for length, ends in held) / sum(length for length, _ in held))
    low, high = reading(built, "H-06")
    assert (low, high) == pytest.approx((shares[1], shares[0]), abs=0.5)
