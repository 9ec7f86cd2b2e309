"""The illustrative district's generator: same bytes each time, its true place and size, honest about what it is."""

from __future__ import annotations

import json
import re
import sys
import tomllib

import geopandas as gpd
import numpy as np
import pytest
import shapely

from urbanplan.exchange import read
from urbanplan.model.layertype import read_layer_type

MOST_BYTES = 40_000_000
CRS = "EPSG:4547"


@pytest.fixture(scope="module")
def generator(district):
    """The generator's modules, imported from the district's folder."""
    sys.path.insert(0, str(district))
    try:
        from generator import district as drawing
        from generator import elevation, write
    finally:
        sys.path.remove(str(district))
    return drawing, write, elevation


@pytest.fixture(scope="module")
def drawn(generator):
    """Everything anew: half a minute, so that what asks for it is part of `make corpus`."""
    return generator[0].draw()


@pytest.fixture(scope="module")
def layers(district):
    """Every committed layer in the working CRS."""
    return {path.stem: read(path).frame.to_crs(CRS) for path in sorted(district.glob("*.geojson"))}


@pytest.mark.corpus
def test_the_committed_files_are_what_the_generator_draws(generator, drawn, district):
    layers, _ = drawn
    assert sorted(layers) == sorted(path.stem for path in district.glob("*.geojson"))
    for name, records in layers.items():
        written = (district / f"{name}.geojson").read_bytes()
        assert generator[1].text(records).encode() == written, f"{name} differs: run generate.py"


def test_files_are_rfc7946_in_seven_digits(district):
    for path in district.glob("*.geojson"):
        text = path.read_text(encoding="utf-8")
        data = json.loads(text)
        assert set(data) == {"type", "features"}, f"{path.name} has a crs member"
        assert re.search(r"\.\d{8,}[,\]]", text) is None, f"{path.name} has more than 7 digits"
    for path in (district / "parcels.geojson", district / "subdistricts.geojson"):
        frame = read(path).frame
        assert shapely.is_ccw(shapely.get_exterior_ring(frame.geometry.to_numpy())).all()


def test_the_folder_is_small(district):
    assert sum(path.stat().st_size for path in district.rglob("*") if path.is_file()) < MOST_BYTES


def test_every_feature_says_it_is_illustrative_and_has_an_id(layers):
    for name, frame in layers.items():
        assert set(frame["basis"]) == {"illustrative"}, name
        assert frame["id"].is_unique, name
        assert frame["id"].notna().all(), name


def test_place_and_size_are_the_real_ones(layers):
    zone = layers["boundary"].geometry.iloc[0]
    assert zone.area / 1e6 == pytest.approx(99, abs=0.5)
    centre = gpd.GeoSeries([zone.centroid], crs=CRS).to_crs("EPSG:4490").iloc[0]
    assert (centre.x, centre.y) == pytest.approx((113.55, 34.81), abs=0.02)


@pytest.mark.parametrize("name", ["subdistricts", "communities"])
def test_units_tile_the_zone_exactly(layers, name):
    shapes = layers[name].geometry.to_numpy()
    zone = layers["boundary"].geometry.iloc[0]
    assert shapely.area(shapes).sum() == pytest.approx(zone.area, abs=1e-3)
    assert shapely.area(shapely.symmetric_difference(shapely.union_all(shapes), zone)) < 1e-3


def test_five_subdistricts_are_unverified(layers):
    assert list(layers["subdistricts"]["name"]) == ["石佛", "枫杨", "梧桐", "沟赵", "双桥"]
    assert set(layers["subdistricts"]["name_status"]) == {"unverified"}


def test_counts_that_the_speech_gives(layers):
    assert len(layers["parcels"]) == 22
    assert layers["road_projects"]["road"].nunique() == 32
    assert layers["key_projects"]["level"].value_counts().to_dict() == {"市": 32, "省": 11}
    assert layers["science_city_roads"]["road"].nunique() == 6
    assert len(layers["streets"]) > 10_000


def test_road_projects_have_the_traps_of_the_text(layers):
    roads, zone = layers["road_projects"], layers["boundary"].geometry.iloc[0]
    assert (roads.groupby("road").size() > 1).all()
    assert roads["name"].nunique() == 33, "one road has two names"
    assert roads.loc[~roads.covered_by(zone), "road"].nunique() == 1
    opened = roads.assign(open=roads["stage"] == "通车").groupby("road")["open"].agg(["any", "all"])
    assert (opened["any"] & ~opened["all"]).any(), "some are partly opened"
    assert roads.loc[roads["stage"] == "通车", "opened"].isna().any()
    assert {"left", "right", "single"} <= set(roads["carriageway"].dropna())
    assert "垂柳路" in set(roads["name"])


def test_announced_parcels_add_up_and_are_measured_truly(layers):
    parcels = layers["parcels"]
    assert parcels["announced_mu"].sum() == pytest.approx(1719)
    drawn = parcels.area * 15 / 10000
    assert drawn.sum() == pytest.approx(1719, rel=0.01)
    assert (np.abs(drawn / parcels["announced_mu"] - 1) > 0.005).sum() == 2, "two were drawn anew"
    overlaps = shapely.STRtree(parcels.geometry).query(parcels.geometry, predicate="overlaps")
    assert overlaps.shape[1] == 0


def test_residents_are_as_the_readme_says(layers, district):
    said = re.search(r"homes\.geojson` is ([\d,]+)", (district / "README.md").read_text(encoding="utf-8"))
    assert said is not None
    assert layers["homes"]["residents"].sum() == int(said[1].replace(",", ""))


@pytest.mark.corpus
def test_planted_errors_are_in_the_drawing(drawn, layers):
    planted = drawn[1]
    assert {kind: len(ids) for kind, ids in planted.items()} == {
        "undershoot": 5,
        "overshoot": 2,
        "duplicate": 1,
        "isolated": 1,
    }
    streets = layers["streets"].set_index("id")
    twin = streets.geometry[planted["duplicate"][0]]
    assert (streets.geometry == twin).sum() == 2
    for short in planted["undershoot"]:
        end = shapely.Point(streets.geometry[short].coords[-1])
        others = streets.geometry.drop(short)
        assert 0.2 < others.distance(end).min() < 4.0


def test_units_of_nulls_occur_but_required_ids_do_not_miss(layers):
    with_gaps = [name for name, frame in layers.items() if frame.drop(columns=["geometry"]).isna().any(axis=None)]
    assert len(with_gaps) > 20, "ledgers have gaps in places"


def test_every_layer_has_a_type_that_fits(layers, district):
    for name, frame in layers.items():
        kind = read_layer_type(district.parent / "types" / f"{name}.toml")
        assert set(kind.fields) == set(frame.columns) - {"geometry"}, name
        assert {"zh", "en"} <= set(kind.title), name
        assert all({"zh", "en"} <= set(spec.title) for spec in kind.fields.values()), name
        if kind.stages:
            assert set(frame["stage"].dropna()) <= set(kind.stages), name
        for column, spec in kind.fields.items():
            if isinstance(spec.codes, list):
                assert set(frame[column].dropna()) <= set(spec.codes), f"{name}.{column}"


def test_the_plan_declares_every_layer_as_illustrative(district, layers):
    plan = tomllib.loads((district / "plan.toml").read_text(encoding="utf-8"))
    declared = {entry["name"]: entry for entry in plan["layer"]}
    assert set(declared) == {*layers, "elevation"}
    assert declared["elevation"]["file"] == "elevation.tif"
    assert {entry["basis"] for entry in declared.values()} == {"illustrative"}


@pytest.mark.corpus
def test_the_ground_is_what_the_generator_draws(generator, drawn, district):
    """Values, not bytes: the compressor is another's."""
    pytest.importorskip("rasterio")
    from urbanplan.raster.elevation import read_elevation

    values, corner = generator[2].heights(drawn[0])
    found = read_elevation(district / "elevation.tif")
    assert np.array_equal(np.round(found.heights * 100).astype(np.int16), values)
    assert (found.transform[2], found.transform[5]) == corner
    assert (found.crs.to_epsg(), found.step) == (4547, 0.01)
    assert (district / "elevation.tif").stat().st_size < 200_000
