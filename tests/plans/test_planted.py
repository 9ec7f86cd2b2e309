"""Errors planted in a copy of each layer of the first district: all are found, each at its place."""

from __future__ import annotations

import copy
import json
import shutil
import tomllib
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import Transformer

import urbanplan
from urbanplan.layer.validate import validate_layer
from urbanplan.model.layertype import LayerType, read_layer_type
from urbanplan.store.folder import read_layer

HOME = Path(__file__).resolve().parents[2] / "layers"
LAYERS = [
    entry["name"]
    for entry in tomllib.loads((HOME / "zhengzhou-hitech" / "plan.toml").read_text(encoding="utf-8"))["layer"]
    if entry["file"].endswith(".geojson")  # the ground's heights are a raster
]
SAMPLE_SIZE = 60  # features of a large layer that stay in its copy
SHIFT_DEGREES = 1.2  # degrees east, beyond the district's surroundings
TO_PLANE = Transformer.from_crs("EPSG:4490", "EPSG:4547", always_xy=True)


def clone(feature, name, **values):
    """A copy of a feature under a new id with some values changed."""
    new = copy.deepcopy(feature)
    new["id"] = new["properties"]["id"] = f"PLANTED-{name}"
    new["properties"] |= values
    return new


def bow_tie(feature):
    """A ring that crosses itself in the middle of a box at the feature's corner."""
    west, south, east, north = shapely.bounds(shapely.from_geojson(json.dumps(feature["geometry"]))).tolist()
    east, north = min(east, west + 0.002), min(north, south + 0.002)  # small: diagonals bend with the projection
    ring = [[west, south], [east, north], [east, south], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}, shapely.Point((west + east) / 2, (south + north) / 2)


def shift_feature(feature, degrees):
    shape = shapely.from_geojson(json.dumps(feature["geometry"]))
    shape = shapely.transform(shape, lambda points: points + np.array([degrees, 0]))
    return json.loads(shapely.to_geojson(shape)), shape


def plant(features, kind: LayerType):
    """Features with errors added, and what must be found: (code, feature, place in lon/lat or None)."""
    first = features[0]
    added, expected = [], []

    def add(name, code, place=None, geometry="same", **values):
        new = clone(first, name, **values)
        if geometry != "same":
            new["geometry"] = geometry
        added.append(new)
        expected.append((code, f"PLANTED-{name}", place))

    coded = next((name for name, spec in kind.fields.items() if isinstance(spec.codes, list)), None)
    if coded:
        add("code", "layer-value-code", **{coded: "不在表中"})
    limited = next((n for n, s in kind.fields.items() if s.minimum is not None and s.type != "date"), None)
    if limited:
        add("low", "layer-value-low", **{limited: -99})
    dated = next((name for name, spec in kind.fields.items() if spec.type == "date"), None)
    if dated:
        add("date", "layer-value-type", **{dated: "2025-13-45"})
    if kind.stages:
        add("stage", "layer-stage-unknown", stage="虚构阶段")
    add("null", "layer-geometry-null", geometry=None)
    if kind.name != "boundary":  # nothing lies far from the district that is the district
        shape, place = shift_feature(first, SHIFT_DEGREES)
        add("far", "layer-feature-far", place, geometry=shape)
    if kind.geometry == "polygon":
        shape, place = bow_tie(first)
        add("tie", "layer-shape-crosses", place, geometry=shape)
    if kind.geometry in ("polygon", "line") and not any(f["geometry"] == first["geometry"] for f in features[1:]):
        add("twin", "layer-geometry-twin")
    if not kind.rules.overlap:
        shape, _ = shift_feature(first, 1e-5)
        add("overlap", "layer-overlap", geometry=shape)
    return [*features, *added], expected


@pytest.fixture(scope="module")
def plan():
    return urbanplan.read_plan(HOME / "zhengzhou-hitech")


@pytest.fixture(scope="module")
def boundary(plan):
    layer, _ = read_layer(plan, plan.layer_spec("boundary"))
    return layer


def planted_copy(folder, plan, name):
    """A copy of one layer with errors, beside a copy of the plan; what must be found in it."""
    features = json.loads((HOME / "zhengzhou-hitech" / f"{name}.geojson").read_text(encoding="utf-8"))["features"]
    features, expected = plant(features[:SAMPLE_SIZE], read_layer_type(HOME / "types" / f"{name}.toml"))
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    (folder / f"{name}.geojson").write_text(text, encoding="utf-8")
    shutil.copy(plan.file, folder / "plan.toml")
    return plan.model_copy(update={"file": str(folder / "plan.toml")}), expected


@pytest.mark.parametrize("name", LAYERS)
def test_planted_errors_are_found_at_their_place(tmp_path, plan, boundary, name):
    moved_plan, expected = planted_copy(tmp_path, plan, name)
    layer, found = read_layer(moved_plan, moved_plan.layer_spec(name))
    assert layer is not None
    found = [*found, *validate_layer(layer, boundary=boundary)]
    for code, feature, place in expected:
        hits = [hit for hit in found if hit.code == code and feature in (hit.feature, hit.values.get("other"))]
        assert hits, f"{code} of {feature} is not found; found: {sorted({(h.code, h.feature) for h in found})[:20]}"
        if place is not None:
            spot = shapely.transform(place, lambda points: np.column_stack(TO_PLANE.transform(*points.T)))
            near = [hit for hit in hits if hit.geometry and _shape(hit.geometry).distance(spot) < 5.0]
            assert near, f"{code} of {feature} is not told at its place"


def _shape(geometry):
    return shapely.from_geojson(json.dumps(geometry))


def test_a_repeated_id_and_an_absent_one_are_found(tmp_path, plan):
    features = json.loads((HOME / "zhengzhou-hitech" / "parcels.geojson").read_text(encoding="utf-8"))["features"]
    features[1]["properties"]["id"] = features[0]["properties"]["id"]
    features[2]["properties"]["id"] = None
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    (tmp_path / "parcels.geojson").write_text(text, encoding="utf-8")
    shutil.copy(plan.file, tmp_path / "plan.toml")
    copied = plan.model_copy(update={"file": str(tmp_path / "plan.toml")})
    layer, found = read_layer(copied, copied.layer_spec("parcels"))
    assert layer is not None
    codes = {hit.code for hit in found}
    assert {"layer-id-repeated", "layer-id-absent"} <= codes
