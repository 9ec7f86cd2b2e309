"""Water into basins: it fills, spills over the lowest outlet and merges (Barnes, Callaghan and Wickert, 2021).

Basins that are full pass on what they get, by links that are shortened as they are used; two that pass on to each
other have become one.  So each basin is filled once and each pass over outlets is nearly constant.
"""

from __future__ import annotations

import numpy as np

from urbanplan.raster.kernels.compiled import compiled
from urbanplan.raster.kernels.hierarchy import _root


@compiled
def spill_and_merge(water, parent, child, beyond, capacity):
    """Where water comes to rest.

    Args:
        water: volume that runs to each label; label 0 is outside. parent, child, beyond: of the tree of depressions.
        capacity: by node, what it holds when it is full.

    Returns:
        By node the volume that it holds, that of its children included, 0 where it has not come to be; the last value
        of node 0 is what left.  And by node whether it has come to be.
    """
    nodes = len(parent)
    held = np.zeros(nodes)
    formed = np.zeros(nodes, np.bool_)
    formed[: len(water)] = True
    link = np.arange(nodes)
    held[0] = water[0]
    for label in range(1, len(water)):
        amount = water[label]
        at = _root(link, label)
        while amount > 0.0:
            if at == 0:
                held[0] += amount
                break
            room = capacity[at] - held[at]
            if amount <= room:
                held[at] += amount
                break
            held[at] = capacity[at]
            amount -= room
            onward = _root(link, beyond[at])
            if onward == at:
                onward = parent[at]
                held[onward] = capacity[child[onward, 0]] + capacity[child[onward, 1]]
                formed[onward] = True
            link[at] = onward
            at = onward
    return held, formed


@compiled
def pool_of_labels(parent, formed, count):
    """The greatest node that has come to be over each label."""
    top = np.zeros(len(parent), np.int64)
    for node in range(len(parent) - 1, 0, -1):
        over = parent[node]
        top[node] = top[over] if over > 0 and formed[over] else node
    return top[:count].copy()


@compiled
def pool_levels(pools, pond, base, spill, full, starts, heights, areas):
    """The level of the water in each pool.

    Args:
        pools: nodes. pond: by node, the volume of standing water. base: by node x 3: the level at which its own cells
            begin, volume and area there. spill: by node, level when full. full: by node, volume when full.
        starts: by node, where its own cells begin in ``heights`` and ``areas``, which ascend within a node.
    """
    level = np.empty(len(pools))
    for i in range(len(pools)):
        node = pools[i]
        if pond[node] >= full[node]:
            level[i] = spill[node]
            continue
        at, volume, area = base[node, 0], base[node, 1], base[node, 2]
        cell = starts[node]
        while True:
            above = heights[cell] if cell < starts[node + 1] else spill[node]
            more = area * (above - at) if area > 0.0 else 0.0
            if volume + more >= pond[node] or cell == starts[node + 1]:
                break
            volume += more
            at = above
            area += areas[cell]
            cell += 1
        level[i] = at if area <= 0.0 else min(at + max(pond[node] - volume, 0.0) / area, spill[node])
    return level


@compiled
def ponding_depth(height, label, level):
    """Depth of water of each cell: 0 where dry, NaN where void.

    Args:
        height, label: rows x columns. level: of the water over each label.
    """
    rows, columns = height.shape
    depth = np.zeros((rows, columns))
    for r in range(rows):
        for c in range(columns):
            own, at = height[r, c], label[r, c]
            if own != own:
                depth[r, c] = own
            elif at > 0 and own < level[at]:
                depth[r, c] = level[at] - own
    return depth
