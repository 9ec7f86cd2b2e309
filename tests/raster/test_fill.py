"""Filling: closed forms, a slow reference, the same for any tiling, and equal to the peer on a real elevation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from raster.grounds import bowl, flood, ground
from scipy import ndimage

from urbanplan.raster.basins import depressions, find_basins
from urbanplan.raster.elevation import read_elevation
from urbanplan.raster.fill import fill
from urbanplan.raster.flow import contributing_area, flow_directions


def rough(seed, rows, columns, voids, whole):
    draw = np.random.default_rng(seed)
    heights = draw.integers(0, 5, (rows, columns)).astype(float) if whole else draw.random((rows, columns))
    heights[draw.random((rows, columns)) < voids] = np.nan
    return heights


grounds = st.builds(
    rough,
    st.integers(0, 10**6),
    st.integers(1, 24),
    st.integers(1, 24),
    st.sampled_from([0.0, 0.05, 0.3]),
    st.booleans(),
)


@settings(max_examples=30)
@given(grounds)
def test_levels_and_labels_agree_with_a_slow_reference(heights):
    filled = fill(heights)
    assert np.array_equal(filled.levels, flood(heights), equal_nan=True)
    wet = filled.levels > heights
    assert np.array_equal(filled.labels, ndimage.label(wet, np.ones((3, 3)))[0])


@settings(max_examples=30)
@given(grounds, st.integers(1, 12), st.integers(1, 12))
def test_law_a_tiling_changes_no_bit(heights, rows, columns):
    whole, parts = fill(heights, tile=10**6, threads=1), fill(heights, tile=(rows, columns))
    assert np.array_equal(whole.levels, parts.levels, equal_nan=True)
    assert np.array_equal(whole.labels, parts.labels)


def test_a_basin_over_nine_tiles_is_one():
    heights = bowl(30, (15, 15), 13, 5.0) + 1e-3 * rough(3, 30, 30, 0.0, False)
    whole, parts = fill(heights, tile=100), fill(heights, tile=10)
    wet = parts.labels[15, 15]
    touched = {(row // 10, column // 10) for row, column in np.argwhere(parts.labels == wet)}
    assert len(touched) == 9
    assert np.array_equal(whole.levels, parts.levels)
    assert np.array_equal(whole.labels, parts.labels)


def test_a_plane_and_a_cone_have_no_depression():
    rows, columns = np.indices((20, 30)).astype(float)
    for heights in (rows + 2 * columns, -np.hypot(rows - 10, columns - 15), np.zeros((20, 30))):
        assert np.array_equal(fill(heights).levels, heights)
        assert len(depressions(find_basins(ground(heights))).node) == 0


def test_a_saddle_drains():
    rows, columns = np.indices((21, 21)) - 10.0
    assert np.array_equal(fill(rows**2 - columns**2).levels, rows**2 - columns**2)


def test_a_bowl_holds_its_volume():
    heights = bowl(21, (10, 10), 8, 4.0)
    found = depressions(find_basins(ground(heights, cell=2.0)))
    assert found.depth_m == pytest.approx([4.0])
    assert found.volume_m3 == pytest.approx([4.0 * (10.0 - heights).sum()])
    assert found.area_m2 == pytest.approx([4.0 * (heights < 10).sum()])
    assert found.level_m == pytest.approx([10.0])


def test_a_bowl_cut_by_the_border_or_a_void_is_none():
    assert len(depressions(find_basins(ground(bowl(21, (10, 0), 8, 4.0)))).node) == 0
    heights = bowl(21, (10, 10), 8, 4.0)
    heights[10, 10] = np.nan
    assert len(depressions(find_basins(ground(heights))).node) == 0


def test_nested_bowls_are_a_tree():
    heights = np.minimum(bowl(41, (20, 20), 18, 1.0), 10.0)
    heights = np.where(np.hypot(*(np.indices((41, 41)) - 20)) < 15, 9.5, heights)
    for centre, depth in (((20, 14), 3.0), ((20, 26), 2.0)):
        heights = heights + bowl(41, centre, 4, depth) - 10.0
    tree = find_basins(ground(heights))
    assert depressions(tree).depth_m == pytest.approx([3.5])
    nested = depressions(tree, nested=True)
    assert nested.depth_m == pytest.approx([3.5, 3.0, 2.0])
    assert nested.basins.tolist() == [2, 1, 1]
    assert nested.inside.tolist() == [0, nested.node[0], nested.node[0]]


def test_least_depth_and_area_are_asked_for():
    heights = np.minimum(bowl(41, (10, 10), 8, 4.0), bowl(41, (30, 30), 3, 1.0))
    tree = find_basins(ground(heights))
    assert len(depressions(tree).node) == 2
    assert len(depressions(tree, least_depth=2.0).node) == 1
    assert len(depressions(tree, least_area=50.0).node) == 1


def test_water_leaves_the_filled_surface_from_every_cell():
    elevation = ground(rough(5, 40, 50, 0.02, True))
    code, area = flow_directions(elevation), contributing_area(elevation)
    assert set(np.unique(code)) <= {0, 1, 2, 3, 4, 5, 6, 7, 8, 255}
    assert area[code == 8].sum() == pytest.approx((code != 255).sum())  # m²: all of it goes out over open cells


def test_contributing_area_of_a_plane_grows_by_rows():
    heights = np.repeat(np.arange(6.0)[:, None], 7, axis=1)
    heights[:, [0, -1]] += 100
    assert contributing_area(ground(heights))[:, 3].tolist() == pytest.approx([5, 4, 3, 2, 1, 1])


def test_a_real_elevation_is_filled_as_by_a_slow_reference(shared):
    heights = read_elevation(shared / "data" / "raster" / "portland-ned.tif").heights[:120, :120].copy()
    levels = fill(heights, tile=32).levels
    assert (levels > heights).sum() > 100
    assert np.array_equal(levels, flood(heights), equal_nan=True)


@pytest.mark.corpus  # the peer is compiled for it, which takes most of the time
def test_a_real_elevation_is_filled_as_by_the_peer(shared):
    pyflwdir = pytest.importorskip("pyflwdir")
    heights = read_elevation(shared / "data" / "raster" / "portland-ned.tif").heights[:300, :300].copy()
    reference, _ = pyflwdir.dem.fill_depressions(heights, nodata=-9999.0)
    assert np.abs(fill(heights, tile=128).levels - reference).max() <= 1e-6
