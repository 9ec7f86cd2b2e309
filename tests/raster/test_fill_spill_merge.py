"""The cases of Fill-Spill-Merge (Barnes, Callaghan and Wickert, 2020 and 2021), rebuilt small and worked out by hand.

Each ground is a channel one cell wide, of cells of 1 m²; what falls on its ends and walls leaves.  Comments say what
runs to each pit in cells, so for a rain of r metres in r m³, and what it holds.  Every case is laid mirrored too: which
pit is first to be filled must not matter.
"""

from __future__ import annotations

import numpy as np
import pytest
from raster.grounds import ground, trough

from urbanplan.raster.basins import depressions, find_basins
from urbanplan.raster.rain import pond

# a (3) and b (2) merge at 6, c (1) and d (0) at 5; the pair c d leaves over the end at 7, the pair a b over 8 into c.
# cells: a 1, b 2, c 2, d 2.  held: a 3, b 4, a b 13, c 4, d 5, c d 15.
PAIRS = (9, 3, 6, 2, 8, 1, 5, 0, 7)
# b (1) and c (0) merge at 5, a (7) joins them at 9, all leave at 12.  cells: a 1, b 2, c 2.
# held: a 2, b 4, c 5, b c below 9: 21, all below 12: 38.
NESTED = (20, 7, 9, 1, 5, 0, 12)
# pits 6, 4 and 2 one below the other over 8, 7 and an end at 5.  cells: 1, 2, 2.  held: 2, 3, 3.
STAIRS = (90, 6, 8, 4, 7, 2, 5)


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize(
    ("profile", "rain_m", "levels", "gone"),
    [
        # nobody is full: each keeps its own
        (PAIRS, 1.5, (0, 4.5, 0, 5, 0, 4, 0, 3, 0), 0),
        # b is full to the brim and c too, neither spills
        (PAIRS, 2, (0, 5, 0, 6, 0, 5, 0, 4, 0), 0),
        # c spills 0.4 into d, which has room; b spills 0.4 into a, which has room
        (PAIRS, 2.2, (0, 5.6, 0, 6, 0, 5, 0, 4.8, 0), 0),
        # both siblings of both pairs are full: each pair is one water, 0.5 and 1 m³ over the three cells of each
        (PAIRS, 2.5, (0, 6 + 0.5 / 3, 6 + 0.5 / 3, 6 + 0.5 / 3, 0, 5 + 1 / 3, 5 + 1 / 3, 5 + 1 / 3, 0), 0),
        # c d is full at 7 and 1 m³ leaves over the end; a b has 12 of its 13
        (PAIRS, 4, (0, 6 + 5 / 3, 6 + 5 / 3, 6 + 5 / 3, 0, 7, 7, 7, 0), 1),
        # a b is full at 8 and spills 2 m³ into c d, which is no sibling, is full and passes them on
        (PAIRS, 5, (0, 8, 8, 8, 0, 7, 7, 7, 0), 7),
        # a spills 0.1 over its own saddle into b, a leaf of the pair beside it; b, full, spills 0.3 into c
        (NESTED, 2.1, (0, 9, 0, 5, 0, 4.5, 0), 0),
        # b and c are one and rise as one below the saddle of a: 2 in a, 18 in the pair, 9 of them above 5
        (NESTED, 4, (0, 9, 0, 8, 8, 8, 0), 0),
        # the pair stands at 9 too: all three are one, 2 m³ over five cells
        (NESTED, 5, (0, 9.4, 9.4, 9.4, 9.4, 9.4, 0), 0),
        # all is full at 12, 2 of 40 m³ leave at the border
        (NESTED, 8, (0, 12, 12, 12, 12, 12, 0), 2),
        # 6 spills 1 into 4, full by then, which spills 4 into 2, full by then, and 7 leave
        (STAIRS, 3, (0, 8, 0, 7, 0, 5, 0), 7),
        # 6 has 0.5 left, 4 is full to the brim, 2 as well
        (STAIRS, 1.5, (0, 7.5, 0, 7, 0, 5, 0), 0),
        # a pit beside a void: its water leaves there; 3 holds 3 of 4
        ((9, 3, 6, 1, np.nan, 2, 9), 4, (0, 6, 0, 0, 0, 0, 0), 13),
    ],
)  # fmt: skip
def test_levels_and_what_leaves_by_hand(profile, rain_m, levels, gone, mirrored):
    ahead = slice(None, None, -1 if mirrored else 1)
    found = pond(find_basins(trough(*profile[ahead])), rain_mm=1000 * rain_m)
    depth = np.where(np.array(levels) > 0, np.array(levels, float) - np.array(profile), 0.0)
    assert np.nan_to_num(found.depth[1]) == pytest.approx(np.maximum(np.nan_to_num(depth), 0)[ahead])
    inner = np.count_nonzero(~np.isnan(profile)) - 2
    around = found.rain_m3 - inner * rain_m  # on walls and ends
    assert found.out_m3 - around == pytest.approx(gone, abs=1e-6)
    assert abs(found.balance) <= 1e-9


def test_the_hierarchy_of_two_pairs():
    tree = find_basins(trough(*PAIRS))  # nodes 1 to 4 are a to d, 5 is c d, that merges first, and 6 is a b
    assert tree.parent[1:].tolist() == [6, 6, 5, 5, 0, 0]
    assert [sorted(pair) for pair in tree.child[5:].tolist()] == [[3, 4], [1, 2]]
    assert tree.spill[1:].tolist() == [6, 6, 5, 5, 7, 8]
    assert tree.capacity[1:] == pytest.approx([3, 4, 4, 5, 15, 13])
    assert tree.catchment[1:] == pytest.approx([1, 2, 2, 2])
    assert tree.beyond[1:].tolist() == [2, 1, 4, 3, 0, 3]  # a b spills into c, a leaf of what is no sibling


def test_the_hierarchy_of_a_pair_within_a_third():
    tree = find_basins(trough(*NESTED))
    assert tree.parent[1:].tolist() == [5, 4, 4, 5, 0]
    assert tree.spill[1:].tolist() == [9, 5, 5, 9, 12]
    assert tree.capacity[1:] == pytest.approx([2, 4, 5, 21, 38])
    listed = depressions(tree, nested=True)
    assert listed.depth_m.tolist() == [12, 9, 5, 4, 2]
    assert listed.inside.tolist() == [0, 5, 4, 4, 5]
    assert listed.basins.tolist() == [3, 2, 1, 1, 1]


def test_water_spills_over_a_diagonal():
    heights = np.full((5, 5), 99.0)
    heights[1, 1], heights[2, 2], heights[3, 3] = 2, 3, 1
    tree = find_basins(ground(heights))  # 3 cells run to 2, which holds 1 below the saddle, and 6 to 1, which holds 2
    assert tree.catchment[1:] == pytest.approx([3, 6])
    apart, one = pond(tree, rain_mm=300), pond(tree, rain_mm=350)
    assert apart.depth.diagonal() == pytest.approx([0, 0.9, 0, 1.8, 0])
    assert one.depth.diagonal() == pytest.approx([0, 1.05, 0.05, 2.05, 0])  # 0.15 m³ more than both hold, over 3 cells
