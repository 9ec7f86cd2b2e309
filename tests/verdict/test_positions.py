"""What lies where is undecidable while a layer's datum is unknown, and widened by an accepted error."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely import box

from urbanplan.plan import read_plan
from urbanplan.verdict import audit

PLAN = """id = "p"
title = "p"
as_of = 2025-12-31
[district]
name = "p"
crs = "EPSG:4547"
boundary = "boundary"
[[layer]]
name = "boundary"
file = "boundary.gpkg"
type = "boundary"
basis = "surveyed"
[[layer]]
name = "parcels"
file = "parcels.gpkg"
type = "parcels"
basis = "surveyed"
{more}
[[target]]
id = "T"
quote = "t"
measure = {measure}
{bound}
"""
PLACE = (480_000, 3_850_000)
WITHIN = '{ kind = "within", of = "parcels", inside = "boundary" }'
NEAR = '{ kind = "near", of = "parcels", to = "boundary", metres = 100 }'
DISJOINT = '{ kind = "disjoint", of = "parcels", from = "boundary" }'
CLIPPED = '{ kind = "area", of = { layer = "parcels", clip = "boundary" } }'
AREA = '{ kind = "area", of = "parcels" }'


def verdict(folder, measure, more="", *, gap=0.0, crs=2435):
    """A district of 1000 m and a parcel of 100 m inside it, ``gap`` metres from its western edge.

    The parcel's file is in Beijing 54 at the place where the ballpark offset puts it there.
    """
    x, y = PLACE
    gpd.GeoDataFrame({"id": ["b"]}, geometry=[box(x, y, x + 1000, y + 1000)], crs=4547).to_file(
        folder / "boundary.gpkg"
    )
    parcel = gpd.GeoDataFrame({"id": ["p"]}, geometry=[box(x + gap, y + 400, x + gap + 100, y + 500)], crs=4547)
    parcel.to_crs(crs).to_file(folder / "parcels.gpkg")
    bound = 'bound = { comparator = ">=", number = 9900, unit = "m2" }' if "area" in measure else ""
    text = PLAN.format(more=more, measure=measure, bound=bound)
    (folder / "plan.toml").write_text(text, encoding="utf-8")
    (found,) = audit(read_plan(folder / "plan.toml")).report.verdicts
    return found


@pytest.mark.parametrize("measure", [WITHIN, NEAR, DISJOINT, CLIPPED])
@pytest.mark.parametrize("crs", [2435, 2383])
def test_an_unknown_datum_is_undecidable_where_position_matters(tmp_path, measure, crs):
    found = verdict(tmp_path, measure, gap=200.0, crs=crs)
    assert (found.status, found.reading, found.basis) == ("undecidable", None, "surveyed")
    assert "datum_error" in (found.settled_by or "")


def test_a_layer_alone_is_sure(tmp_path):
    found = verdict(tmp_path, AREA)
    assert found.status == "met"
    assert found.reading.low == found.reading.high == pytest.approx(10_000, rel=1e-4)


@pytest.mark.parametrize(
    ("gap", "status"), [(200, "met"), (6, "met"), (4, "undecidable"), (-4, "undecidable"), (-6, "not_met")]
)
def test_within_is_sure_beyond_the_accepted_error(tmp_path, gap, status):
    assert verdict(tmp_path, WITHIN, 'datum_error = "5 m"', gap=gap).status == status


@pytest.mark.parametrize(
    ("gap", "status"), [(-194, "met"), (-198, "undecidable"), (-202, "undecidable"), (-206, "not_met")]
)
def test_near_is_sure_beyond_the_accepted_error(tmp_path, gap, status):
    assert verdict(tmp_path, NEAR, 'datum_error = "5 m"', gap=gap).status == status


@pytest.mark.parametrize(
    ("gap", "status"), [(-106, "met"), (-104, "undecidable"), (-96, "undecidable"), (-94, "not_met")]
)
def test_disjoint_is_sure_beyond_the_accepted_error(tmp_path, gap, status):
    assert verdict(tmp_path, DISJOINT, 'datum_error = "5 m"', gap=gap).status == status


def test_a_cut_shape_is_sure_beyond_the_accepted_error(tmp_path):
    inside = verdict(tmp_path, CLIPPED, 'datum_error = "5 m"', gap=6)
    assert inside.reading.low == pytest.approx(10_000, rel=1e-4)
    across = verdict(tmp_path, CLIPPED, 'datum_error = "5 m"', gap=-4).reading
    assert across.low <= 9_100
    assert across.high == pytest.approx(10_000, rel=1e-4)


def test_aligned_datums_are_one(tmp_path):
    found = verdict(tmp_path, WITHIN, gap=0.0, crs=32650)
    assert found.status == "met"
