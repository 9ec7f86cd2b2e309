"""Ponding as a measure: closed forms on a made place, bounds that hold for every ground within the error."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from raster.place import CRS, at, heights, homes, line, parcels, streets, write_ground
from shapely.geometry import box

import urbanplan
from urbanplan.errors import MeasureError
from urbanplan.measure.catalog import measure_function, validate_parameters
from urbanplan.measure.measured import build_context
from urbanplan.model.layertype import FieldSpec
from urbanplan.plan import read_plan
from urbanplan.store.folder import read_plan_layers

BASINS = {}
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
    context = build_context(plan)
    context.memory["basins"] = BASINS  # of one ground: found once
    return measure_function("ponding")(frames, params, context)


def ends(found):
    return found.reading.low, found.reading.high


def test_metres_of_streets_with_bridges_unknown(layers):
    assert ends(reading(layers, where="bridge = FALSE")) == pytest.approx((100, 100))
    found = reading(layers)
    assert ends(found) == pytest.approx((100, 500))
    assert "1" in found.reason
    rows = found.results["ponding"]
    assert list(rows.columns) == ["id", "depth_m", "wet", "may_be_wet", "geometry"]
    assert rows.set_index("id").loc[["S1", "S3"], ["wet", "may_be_wet"]].round(6).to_numpy().tolist() == [
        [100, 100],
        [0, 400],
    ]
    assert rows.set_index("id").loc["S1", "depth_m"] == pytest.approx(1.0, abs=1e-3)
    assert ends(reading(layers, where="bridge = FALSE", reading="share")) == pytest.approx((100 / 850, 100 / 850))


def test_every_field_of_an_answer_is_told(layers):
    found = reading(layers, where="bridge = FALSE", error_m=0.4, rain_mm=40)
    assert found.evidence.notes == {"rain_mm": 40.0, "over_m": 0.15, "error_m": 0.4, "method": "bounds"}
    assert found.evidence.results == ["ponding"]
    assert found.reason == (
        "a screening of 40 mm at rest, without pipes, pumps and time; heights may be off by 0.4 m: "
        "bounds of depth from none to every depression full and 0.8 m"
    )
    assert found.settled_by == "an elevation of a smaller error"
    deep = reading(layers, where="bridge = FALSE")
    assert deep.evidence.layers == {"streets": ["S1"]}
    assert (deep.settled_by, deep.known, deep.implied) == ("", None, None)


def test_people_and_land(layers):
    assert ends(reading(layers, "homes", reading="people", people="residents")) == (10.0, None)
    assert ends(reading(layers, "homes", reading="people", people="residents", where="residents > 0")) == (10.0, None)
    known = {"where": "residents IS NOT NULL"}
    assert ends(reading(layers, "homes", reading="share", people="residents", **known)) == pytest.approx((1 / 3, 1 / 3))
    assert ends(reading(layers, "lots", reading="area")) == pytest.approx((10_000, 10_000))  # two lots overlap: once


def test_no_rain_left_leaves_no_water_whatever_the_error(layers):
    assert ends(reading(layers, where="bridge = FALSE", loss_mm=4000, drainage_mm=1000, error_m=0.3)) == (0.0, 0.0)


def test_every_ground_within_the_error_lies_within_the_bounds(layers, tmp_path):
    from urbanplan.measure.ponding import basins_of_layer
    from urbanplan.raster.basins import find_basins
    from urbanplan.raster.rain import pond
    from urbanplan.raster.sampling import sample

    _, frames = layers
    dry = frames["streets"].frame
    dry = dry[~dry["bridge"].astype(bool)].reset_index(drop=True)
    for rain_mm, error_m in ((40, 0.05), (300, 0.1), (5000, 0.4)):
        low, high = ends(reading(layers, where="bridge = FALSE", rain_mm=rain_mm, error_m=error_m))
        ground = basins_of_layer(frames["ground"], {}).elevation
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


def test_metres_are_of_lines_and_square_metres_of_areas(layers):
    """What is not drawn as that has any amount: 100 x 100 m of land were 10,000 metres of street."""
    for of, kind in (("lots", "length"), ("streets", "area"), ("homes", "length"), ("homes", "area")):
        assert ends(reading(layers, of, reading=kind)) == (0.0, None)


def test_street_drawn_twice_counts_once_and_people_of_a_part_in_part(layers):
    plan, frames = layers
    frame = frames["streets"].frame
    twice = replace(frames["streets"], frame=pd.concat([frame, frame.assign(id=frame["id"] + "b")], ignore_index=True))
    assert ends(reading((plan, {**frames, "streets": twice}), where="bridge = FALSE")) == pytest.approx((100, 100))
    rows = gpd.GeoDataFrame({"id": ["B"], "residents": [8.0]}, geometry=[box(*at(190, 210), *at(210, 190))], crs=CRS)
    halves = gpd.GeoDataFrame({"id": ["P"]}, geometry=[box(*at(190, 210), *at(200, 190))], crs=CRS)
    held = {**frames, "homes": replace(frames["homes"], frame=rows), "lots": replace(frames["lots"], frame=halves)}
    found = reading((plan, held), {"layer": "homes", "clip": "lots"}, reading="people", people="residents")
    assert ends(found) == pytest.approx((4, 4))


def test_land_beyond_the_elevation_may_be_wet(layers):
    plan, frames = layers
    wide = gpd.GeoDataFrame({"id": ["P"]}, geometry=[box(*at(350, 250), *at(450, 150))], crs=CRS)
    held = {**frames, "lots": replace(frames["lots"], frame=wide)}
    assert ends(reading((plan, held), "lots", reading="area")) == pytest.approx((0, 5_000), rel=1e-4)


@pytest.mark.parametrize("kind", ["people", "share"])
def test_heads_that_nobody_knows_lie_within_the_limits_of_their_field(layers, kind):
    """H1 (10 people) lies in the hole, H2 (20) on dry ground, H3 (unknown) in the hole."""
    plan, frames = layers
    fields = {**frames["homes"].type.fields, "residents": FieldSpec(type="number", minimum=0, maximum=30)}
    limited = replace(frames["homes"], type=frames["homes"].type.model_copy(update={"fields": fields}))
    found = reading((plan, {**frames, "homes": limited}), "homes", reading=kind, people="residents")
    assert ends(found) == pytest.approx((10, 40) if kind == "people" else (10 / 30, 40 / 60))
    assert (found.known.value, found.known.rows, found.known.unknown_rows) == (
        pytest.approx(10 if kind == "people" else 1 / 3), 2, 1,
    )  # fmt: skip


@pytest.mark.parametrize("of", ["streets", "homes"])
@pytest.mark.parametrize("kind", ["length", "people", "share"])
def test_less_knowledge_gives_a_reading_that_contains_the_old_one(layers, of, kind):
    """Each value of each row of a made district forgotten in turn: shape, bridge, people, name."""
    plan, frames = layers
    if (of, kind) in (("streets", "people"), ("homes", "length")):
        return
    more = {"people": "residents"} if of == "homes" else {}
    for where in ({}, {"where": "name <> 'beside'"} if of == "streets" else {"where": "residents < 15"}):
        before = open_ends(reading(layers, of, reading=kind, **more, **where))
        for row in range(len(frames[of].frame)):
            for column in {"geometry", "bridge", "residents", "name"} & set(frames[of].frame.columns):
                frame = frames[of].frame.copy()
                frame.loc[row, column] = None
                held = {**frames, of: replace(frames[of], frame=frame)}
                low, high = open_ends(reading((plan, held), of, reading=kind, **more, **where))
                assert low <= before[0] + 1e-9, (row, column)
                assert high >= before[1] - 1e-9, (row, column)


def open_ends(found):
    low, high = ends(found)
    return -np.inf if low is None else low, np.inf if high is None else high


def test_bridges_that_nobody_tells_of_against_a_list_by_hand(layers):
    """Streets of 400 m with 100 m and none in the water, each on the ground, on a bridge or untold.

    Of a bridge and of one untold beside others that are told nothing is known: 0 to 400 m.  Where no street tells, the
    column is as one that the layer does not have, and all are on the ground.
    """
    plan, frames = layers
    wet = [100.0, 0.0, 100.0]
    shapes = [line((0, 205), (400, 205)), line((0, 55), (400, 55)), line((205, 0), (205, 400))]
    for told in product([False, True, None], repeat=3):
        rows = pd.Series(told, dtype="boolean")
        frame = gpd.GeoDataFrame({"id": ["S1", "S2", "S3"], "bridge": rows}, geometry=shapes, crs=CRS)
        found = reading((plan, {**frames, "streets": replace(frames["streets"], frame=frame)}))
        known = [told == (None, None, None) or bridge is False for bridge in told]
        low = sum(metres for metres, sure in zip(wet, known, strict=True) if sure)
        assert ends(found) == pytest.approx((low, low + 400 * known.count(False))), told


def test_metres_and_land_under_water_are_cut_at_sub_districts(layers):
    """The water, 100 m square, lies half west and half east of the border; people belong where their home is."""
    plan, frames = layers
    parts = gpd.GeoDataFrame(
        {"id": ["W", "E"], "name": ["west", "east"]},
        geometry=[box(*at(0, 400), *at(200, 0)), box(*at(200, 400), *at(380, 0))],
        crs=CRS,
    )
    named = replace(frames["lots"], name="parts", frame=parts)
    context = replace(build_context(plan), subdistricts="parts", memory={"basins": BASINS})

    def by_part(of, **more):
        declared = {"kind": "ponding", "of": of, "elevation": "ground", "rain_mm": 5000, "error_m": 0, **more}
        params = validate_parameters({**declared, "by": "subdistrict"})
        answer = measure_function("ponding")({**frames, "parts": named}, params, context)
        return {row.keys["subdistrict"]: (row.reading.low, row.reading.high) for row in answer.breakdown}

    dry = {"where": "id = 'S1'"}
    assert by_part("streets", **dry) == {"west": pytest.approx((50, 50)), "east": pytest.approx((50, 50)), "—": (0, 0)}
    share = by_part("streets", reading="share", **dry)
    assert share == {"west": pytest.approx((1 / 4,) * 2), "east": pytest.approx((50 / 180,) * 2), "—": (0, 0)}
    lots = by_part("lots", reading="area", where="id <> 'P3'")
    assert {name: ends[0] for name, ends in lots.items()} == {"west": pytest.approx(5000), "east": pytest.approx(5000)}
    assert by_part("homes", reading="people", people="residents", where="id = 'H1'") == {"west": (10, 10)}
