"""Filling, spilling and merging: hand-known cases, a slow simulation that pours cell by cell, and mass."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from raster.grounds import Pouring, bowl, ground, trough

from urbanplan.raster.basins import find_basins
from urbanplan.raster.rain import pond


def standing(elevation, rain_mm, **given):
    return pond(find_basins(elevation), rain_mm=rain_mm, **given)


@settings(max_examples=12)
@given(st.integers(0, 10**6), st.sampled_from([5, 60, 150, 400, 5000]))
def test_water_poured_cell_by_cell_stands_as_here(seed, rain_mm):
    draw = np.random.default_rng(seed)
    heights = draw.permutation(9 * 11).reshape(9, 11) / 50.0
    slow = Pouring(heights)
    for place in draw.permutation(heights.size):
        slow.pour((place // 11, place % 11), rain_mm / 1000)
    found = standing(ground(heights), rain_mm)
    assert found.depth == pytest.approx(slow.water, abs=1e-7)
    assert found.out_m3 == pytest.approx(slow.out, abs=1e-6)


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.floats(0, 5000), st.floats(0, 50), st.floats(0, 50), st.booleans())
def test_law_no_litre_is_lost(seed, rain_mm, loss_mm, drainage_mm, whole):
    draw = np.random.default_rng(seed)
    heights = draw.integers(0, 4, (14, 12)).astype(float) if whole else draw.random((14, 12))
    found = standing(ground(heights), rain_mm, loss_mm=loss_mm, drainage_mm=drainage_mm)
    assert abs(found.balance) <= 1e-9
    assert found.rain_m3 == pytest.approx(heights.size * rain_mm / 1000)


def test_a_trough_fills_to_the_level_of_its_water():
    found = standing(trough(50, 5, 1, 3, 50), 600)  # 1.8 m³: 1 alone to 2.8
    assert found.depth[1].tolist() == pytest.approx([0, 0, 1.8, 0, 0])
    found = standing(trough(50, 5, 1, 3, 50), 1200)  # 3.6 m³: 2 m³ bring 1 to 3, the rest is shared by two
    assert found.depth[1].tolist() == pytest.approx([0, 0, 2.8, 0.8, 0])


def test_one_spills_into_the_other_over_the_lower_side():
    chain = trough(90, 5, 9, 1, 90, wall=99)  # 5 is a pit behind 9, of which the rain runs down to 1
    found = standing(chain, 1000)
    assert found.depth[1].tolist() == pytest.approx([0, 1, 0, 2, 0])
    found = standing(chain, 5000)  # 15 m³: one keeps 4 of its 5 and the other has 11, of which 8 are under the saddle
    assert found.depth[1].tolist() == pytest.approx([0, 5, 1, 9, 0])


def test_two_that_are_full_become_one():
    found = standing(trough(90, 2, 4, 1, 90), 3000)  # 9 m³ over 2, 4 and 1: a level of 16 / 3
    assert found.depth[1].tolist() == pytest.approx([0, 16 / 3 - 2, 16 / 3 - 4, 16 / 3 - 1, 0])


def test_what_spills_passes_through_those_that_are_full():
    # pits 6, 4 and 2 one below the other, rims 8, 7 and an end at 5: what 6 and 4 cannot hold goes on to 2
    steps = trough(90, 6, 8, 4, 7, 2, 5, wall=90)  # the last cell is the border, its rain leaves
    found = standing(steps, 4000)  # 20 m³: 2 + 3 + 3 are held
    assert found.depth[1].tolist() == pytest.approx([0, 2, 0, 3, 0, 3, 0])
    assert found.stored_m3 == pytest.approx(8)


def test_a_chain_of_two_bowls():
    size, depth = 45, 4.0
    left = bowl(size, (22, 12), 8, depth)
    both = np.minimum(left, bowl(size, (22, 32), 8, depth))
    both[:, :5] = both[:, -5:] = 20.0
    both[:5] = both[-5:] = 20.0
    both[22, 12:33] = np.minimum(both[22, 12:33], 9.0)  # a notch at 9 m between them
    both[22, 36:] = np.minimum(both[22, 36:], 8.0)  # and one at 8 m out of the right one
    found = standing(ground(both), 10_000)
    level = both + found.depth
    assert level[22, 12] == pytest.approx(9.0)
    assert level[22, 32] == pytest.approx(8.0)


def test_a_bowl_cut_by_the_border_holds_nothing():
    found = standing(ground(bowl(21, (10, 0), 8, 4.0)), 500)
    assert found.stored_m3 == 0
    assert found.out_m3 == pytest.approx(found.rain_m3)


def test_losses_come_first_then_the_drains():
    found = standing(trough(50, 5, 1, 3, 50), 600, loss_mm=100, drainage_mm=200)
    assert (found.lost_m3, found.drained_m3) == pytest.approx((1.5, 3.0))  # of 15 cells
    assert found.depth[1].tolist() == pytest.approx([0, 0, 0.9, 0, 0])
    dry = standing(trough(50, 5, 1, 3, 50), 50, loss_mm=100, drainage_mm=200)
    assert (dry.lost_m3, dry.drained_m3, dry.stored_m3) == pytest.approx((0.75, 0.0, 0.0))


def test_a_pipe_takes_what_comes_to_its_basin_before_water_stands():
    elevation = trough(90, 2, 4, 1, 90)
    tree = find_basins(elevation)
    pipes = np.zeros(tree.labels)
    pipes[tree.label[1, 3]] = 3.0
    found = pond(tree, rain_mm=3000, pipes_m3=pipes)
    assert found.piped_m3 == pytest.approx(3.0)
    level = (6 + 7) / 3  # 6 m³ are left over 2, 4 and 1
    assert found.depth[1].tolist() == pytest.approx([0, level - 2, level - 4, level - 1, 0])
    little = pond(tree, rain_mm=500, pipes_m3=pipes)
    assert little.piped_m3 == pytest.approx(little.rain_m3 - little.out_m3 - little.stored_m3)
    assert little.depth[1][3] == 0


def test_more_rain_never_lowers_the_water():
    tree = find_basins(ground(np.random.default_rng(2).random((30, 30))))
    depths = [pond(tree, rain_mm=rain).depth for rain in (0, 10, 50, 200, 10_000)]
    for less, more in pairwise(depths):
        assert (more >= less - 1e-12).all()
