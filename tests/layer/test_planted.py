"""Errors planted in a copy of each layer of the first district: all are found, each at its feature and place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from conftest import ROOT
from shapely.affinity import translate
from shapely.geometry import LineString, Point, Polygon, box

from urbanplan.layer.kinds import find_layer_type
from urbanplan.layer.validate import validate_layer
from urbanplan.plan import read_plan
from urbanplan.store.folder import read_plan_layers

HOME = ROOT / "layers" / "zhengzhou-hitech"
PLAN = read_plan(HOME)
TYPES = {spec.name: find_layer_type(spec.type, home=HOME) for spec in PLAN.layer}
NAMES = [name for name, kind in TYPES.items() if kind.geometry != "none"]
TILED = [name for name in NAMES if not TYPES[name].rules.gaps]


@dataclass(frozen=True)
class Planted:
    """An error: its code, the feature that has it, and where it must be marked."""

    code: str
    feature: str | None
    place: Any = None


@pytest.fixture(scope="module")
def layers():
    return read_plan_layers(PLAN)[0]


@pytest.fixture(scope="module")
def land(layers):
    return shapely.union_all(layers[PLAN.district.boundary].frame.geometry.to_numpy())


class Garden:
    """A copy of a layer into which features with errors are planted."""

    def __init__(self, layer, land):
        self.layer, self.land, self.rows, self.planted = layer, land, [], []
        drawn = layer.frame[layer.frame.geometry.notna() & layer.frame.geometry.is_valid]
        self.model = drawn.iloc[0]
        self.spot = land.representative_point()

    def add(self, code, shape=None, place=None, values=None):
        """A new feature like the first one, with another shape or values."""
        name = f"PLANT-{len(self.rows) + 1}"
        row = {**self.model.to_dict(), self.layer.type.id: name, **(values or {})}
        row["geometry"] = self.model.geometry if shape == "same" else shape
        self.rows.append(row)
        self.planted.append(Planted(code, name, place))

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.spot.x + x, self.spot.y + y

    def grown(self):
        plants = gpd.GeoDataFrame(self.rows, geometry="geometry", crs=self.layer.frame.crs)
        for column in self.layer.frame.columns:
            if column != "geometry":
                plants[column] = plants[column].astype(self.layer.frame[column].dtype)
        frame = pd.concat([self.layer.frame, plants], ignore_index=True)
        return replace(self.layer, frame=gpd.GeoDataFrame(frame, geometry="geometry", crs=self.layer.frame.crs))


def plant_shapes(garden: Garden) -> None:
    kind, rules = garden.layer.type.geometry, garden.layer.type.rules
    first = garden.model.geometry
    garden.add("layer-geometry-null")
    garden.add("layer-geometry-twin", "same", first)
    if kind != "any":
        other = Point(garden.at(3, 3)) if kind != "point" else LineString([garden.at(0, 0), garden.at(9, 9)])
        garden.add("layer-geometry-type", other, other)
    if kind == "polygon":
        tie = Polygon([garden.at(*p) for p in [(0, 0), (100, 100), (100, 0), (0, 100)]])
        garden.add("layer-shape-crosses", tie, Point(garden.at(50, 50)))
        spike = Polygon(
            [garden.at(*p) for p in [(0, 0), (50, 0), (50.2, 90), (50.4, 0), (100, 0), (100, -60), (0, -60)]]
        )
        garden.add("layer-sharp-angle", spike, Point(garden.at(50.2, 90)))
        strip = box(*garden.at(0, 0), *garden.at(300, 0.2))
        garden.add("layer-sliver", strip, strip)
    if kind in ("polygon", "line"):
        points = [garden.at(*p) for p in [(0, 0), (60, 0), (60, 0), (60, 70)]]
        twice = Polygon(points) if kind == "polygon" else LineString(points)
        garden.add("layer-points-repeated", twice, Point(garden.at(60, 0)))
    if rules.min_length_m:
        short = LineString([garden.at(0, 0), garden.at(rules.min_length_m / 2, 0)])
        garden.add("layer-too-short", short, short)
    if rules.min_area_m2:
        side = (rules.min_area_m2 / 2) ** 0.5
        small = box(*garden.at(0, 0), *garden.at(side, side))
        garden.add("layer-too-small", small, small)
    if not rules.overlap and kind == "polygon":
        moved = translate(first, (first.bounds[2] - first.bounds[0]) * 0.1, 0)
        garden.add("layer-overlap", moved, shapely.intersection(first, moved))


def plant_places(garden: Garden) -> None:
    if not garden.layer.type.rules.inside_district:
        return
    kind, land = garden.layer.type.geometry, garden.land
    corners = shapely.get_coordinates(land.exterior if land.geom_type == "Polygon" else land.convex_hull)
    x, y = corners[np.argmax(corners[:, 0])]
    beyond = {"point": Point(x + 30, y), "line": LineString([(x + 30, y), (x + 90, y)])}
    garden.add("layer-outside", beyond.get(kind, box(x + 30, y, x + 90, y + 60)), Point(x + 30, y))
    if kind != "point":
        across = box(x - 40, y - 40, x + 40, y + 40) if kind != "line" else LineString([(x - 40, y), (x + 40, y)])
        garden.add("layer-sticks-out", across, shapely.difference(across, land))


def plant_values(garden: Garden) -> None:
    kind = garden.layer.type
    for column, spec in kind.fields.items():
        if column == kind.id or column not in garden.layer.frame.columns:
            continue
        if not spec.nullable:
            garden.add("layer-value-null", "same", values={column: None})
        if spec.codes is not None:
            garden.add("layer-value-code", "same", values={column: "绝无此码"})
        if spec.minimum is not None:
            garden.add("layer-value-low", "same", values={column: spec.minimum - 1})
        if spec.maximum is not None:
            garden.add("layer-value-high", "same", values={column: spec.maximum + 1})
        if spec.type == "date":
            garden.add("layer-date-implausible", "same", values={column: pd.Timestamp("1970-01-01")})
        if spec.type == "string" and spec.codes is None and column != "stage":
            garden.add("layer-text-broken", "same", values={column: "锟斤拷"})
        if column == "stage" and kind.stages:
            garden.add("layer-stage-unknown", "same", values={"stage": "绝无此阶段"})


def plant_figures(garden: Garden) -> None:
    for rule in garden.layer.type.declared:
        shape = box(*garden.at(0, 0), *garden.at(100, 100))
        garden.add("layer-declared-differs", shape, shape, {rule.field: 40.0})
        garden.add("layer-unit-suspect", shape, shape, {rule.field: 10_000.0})


@pytest.mark.parametrize("name", NAMES)
def test_every_planted_error_is_found_at_its_place(name, layers, land):
    garden = Garden(layers[name], land)
    plant_shapes(garden)
    plant_places(garden)
    plant_values(garden)
    plant_figures(garden)
    found = validate_layer(garden.grown(), boundary=layers[PLAN.district.boundary])
    for planted in garden.planted:
        hits = [hit for hit in found if (hit.code, hit.feature) == (planted.code, planted.feature)]
        hits += [hit for hit in found if hit.code == planted.code and hit.values.get("other") == planted.feature]
        assert hits, planted
        if planted.place is not None:
            spots = [shapely.geometry.shape(hit.geometry) for hit in hits if hit.geometry]
            assert any(shapely.distance(spot, planted.place) < 0.01 for spot in spots), planted


@pytest.mark.parametrize("name", NAMES)
def test_layer_brings_no_error_of_its_own_that_is_not_of_the_drawing(name, layers):
    """The layers hold some real-life slips of drawing; their values fit their types."""
    found = validate_layer(layers[name], boundary=layers[PLAN.district.boundary])
    assert [
        hit.message for hit in found if hit.code.startswith("layer-value") or hit.code == "layer-stage-unknown"
    ] == []


@pytest.mark.parametrize("name", TILED)
def test_a_piece_that_is_taken_away_leaves_its_gap(name, layers):
    layer = layers[name]
    taken = layer.frame.geometry.iloc[0]
    rest = replace(layer, frame=layer.frame.iloc[1:].reset_index(drop=True))
    gaps = [hit for hit in validate_layer(rest, boundary=layers[PLAN.district.boundary]) if hit.code == "layer-gap"]
    assert sum(hit.values["area_m2"] for hit in gaps) == pytest.approx(taken.area, rel=1e-3)
    assert any(shapely.geometry.shape(hit.geometry).intersects(taken) for hit in gaps)


@pytest.mark.parametrize("name", [name for name in NAMES if name != PLAN.district.boundary])
def test_a_shifted_swapped_or_wrongly_zoned_copy_is_suspected(name, layers):
    layer, boundary = layers[name], layers[PLAN.district.boundary]

    def codes(change):
        moved = shapely.transform(layer.frame.geometry.to_numpy(), change)
        frame = layer.frame.set_geometry(moved, crs=layer.frame.crs)
        return {hit.code for hit in validate_layer(replace(layer, frame=frame), boundary=boundary)}

    assert "layer-axes-swapped" in codes(lambda points: points[:, ::-1])
    assert "layer-zone-prefix" in codes(lambda points: points + np.array([38_000_000, 0]))
    assert "layer-far" in codes(lambda points: points + np.array([0, 800_000]))
