"""Ponding as a measure: closed forms on a made place, bounds that hold for every ground within the error."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
from raster.place import CRS, heights, homes, line, parcels, streets, write_ground

import urbanplan
from urbanplan.errors import MeasureError
from urbanplan.measure.catalog import measure_function, validate_parameters
from urbanplan.measure.measured import build_context
from urbanplan.plan import read_plan
from urbanplan.store.folder import read_plan_layers

LAYERS = {"ground": "elevation", "streets": "streets", "homes": "homes", "lots": "parcels"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    home = tmp_path_factory.mktemp("ponding")
    write_ground(home / "ground.tif")
    more = gpd.GeoDataFrame(
        {"id": ["S4"], "name": ["twice"], "bridge": [False]}, geometry=[line((10, 10), (60, 10))], crs=CRS
    )
    frames = {
        "streets": gpd.pd.concat([streets(), more]).assign(**{"class": "支路", "walkable": True}),
        "homes": homes(),
        "lots": parcels(),
    }
    for name, frame in frames.items():
        urbanplan.write(frame, home / f"{name}.gpkg")
    rows = "".join(
        f'[[layer]]\nname = "{name}"\nfile = "{name}.{"tif" if name == "ground" else "gpkg"}"\ntype = "{kind}"\nbasis = "surveyed"\n'
        for name, kind in LAYERS.items()
    )
    head = 'schema_version = 1\nid = "p"\ntitle = "p"\nas_of = 2025-12-31\n[district]\nname = "d"\ncrs = "EPSG:4547"\n'
    target = '[[target]]\nid = "T1"\nbound = { comparator = "<=", number = 200, unit = "m" }\n'
    measure = 'measure = { kind = "ponding", of = "streets", where = "bridge = FALSE", elevation = "ground", rain_mm = 5000, error_m = 0 }\n'
    (home / "plan.toml").write_text(head + rows + target + measure, encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def layers(folder):
    plan = read_plan(folder / "plan.toml")
    found, _ = read_plan_layers(plan)
    return plan, found


def reading(layers, of="streets", error_m=0.0, **more):
    plan, frames = layers
    declared = {"kind": "ponding", "of": of, "elevation": "ground", "rain_mm": 5000, "error_m": error_m, **more}
    params = validate_parameters(declared)
    return measure_function("ponding")(frames, params, build_context(plan))


def ends(found):
    return found.reading.low, found.reading.high


def test_metres_of_streets_with_bridges_unknown(layers):
    assert ends(reading(layers, where="bridge = FALSE")) == pytest.approx((100, 100))
    found = reading(layers)
    assert ends(found) == pytest.approx((100, 500))
    assert "1" in found.reason
    assert ends(reading(layers, where="bridge = FALSE", reading="share")) == pytest.approx((100 / 850, 100 / 850))


def test_people_and_land(layers):
    assert ends(reading(layers, "homes", reading="people", people="residents")) == (10.0, None)
    assert ends(reading(layers, "homes", reading="people", people="residents", where="residents > 0")) == (10.0, None)
    known = {"where": "residents IS NOT NULL"}
    assert ends(reading(layers, "homes", reading="share", people="residents", **known)) == pytest.approx((1 / 3, 1 / 3))
    assert ends(reading(layers, "lots", reading="area")) == pytest.approx((15_004, 15_004), rel=1e-4)


def test_no_rain_left_leaves_no_water_whatever_the_error(layers):
    assert ends(reading(layers, where="bridge = FALSE", loss_mm=4000, drainage_mm=1000, error_m=0.3)) == (0.0, 0.0)


def test_every_ground_within_the_error_lies_within_the_bounds(layers, tmp_path):
    from urbanplan.measure.ponding import Ponding, _basins
    from urbanplan.raster.basins import find_basins
    from urbanplan.raster.rain import pond
    from urbanplan.raster.sampling import sample

    plan, frames = layers
    dry = frames["streets"].frame
    dry = dry[~dry["bridge"].astype(bool)].reset_index(drop=True)
    for rain_mm, error_m in ((40, 0.05), (300, 0.1), (5000, 0.4)):
        low, high = ends(reading(layers, where="bridge = FALSE", rain_mm=rain_mm, error_m=error_m))
        ground = _basins(
            frames, Ponding(kind="ponding", of="streets", elevation="ground", rain_mm=1, error_m=0), build_context(plan)
        ).elevation
        parts = sample(dry, ground)
        for seed in range(6):
            shift = np.random.default_rng(seed).uniform(-error_m, error_m, heights().shape)
            shift = np.sign(shift) * error_m if seed % 2 else shift
            water = pond(find_basins(ground.with_heights(ground.heights + shift)), rain_mm=rain_mm)
            wet = parts.amount[parts.values(water.depth) > 0.15].sum()
            assert low - 1e-9 <= wet <= high + 1e-9


def test_a_larger_error_never_narrows(layers):
    found = [
        ends(reading(layers, where="bridge = FALSE", rain_mm=300, error_m=error)) for error in (0, 0.02, 0.05, 0.1, 1)
    ]
    for (low, high), (wider_low, wider_high) in pairwise(found):
        assert wider_low <= low
        assert wider_high >= high


def test_a_check_proves_it_and_a_column_that_is_not_there_is_an_error(folder, layers):
    verdict = urbanplan.check(folder / "plan.toml").report.verdicts[0]
    assert (verdict.status, verdict.reading.high, verdict.basis) == ("met", pytest.approx(100), "surveyed")
    with pytest.raises(MeasureError, match="no column 'heads'"):
        reading(layers, "homes", reading="people", people="heads")
    with pytest.raises(MeasureError, match="without a column"):
        reading(layers, "homes", reading="people")
