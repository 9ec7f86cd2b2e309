"""Which basin spills into which: the tree of depressions, after Barnes, Callaghan and Wickert (2020).

A node is a basin (a label, of one pit) or two nodes grown together where the lower of them spills.  Node 0 is outside.
"""

from __future__ import annotations

import numpy as np

from urbanplan.raster.kernels.compiled import compiled


@compiled
def _root(link, node):
    """The root of a set, its way there shortened."""
    top = node
    while link[top] != top:
        top = link[top]
    while link[node] != top:
        link[node], node = top, link[node]
    return top


@compiled
def merge_basins(first, second, count):
    """The tree of depressions from saddles in ascending order.

    Args:
        first, second: labels on both sides of each saddle, the lowest saddle first. count: labels, outside included.

    Returns:
        By node: its parent (0: it spills to where water leaves for good; -1: it has no way out), both its children
        (-1: none), the saddle over which it spills, and the label that lies beyond.
    """
    size = 2 * count
    parent = np.full(size, -1, np.int64)
    child = np.full((size, 2), -1, np.int64)
    outlet = np.full(size, -1, np.int64)
    beyond = np.zeros(size, np.int64)
    link = np.arange(size)
    nodes = count
    for saddle in range(len(first)):
        one, other = _root(link, first[saddle]), _root(link, second[saddle])
        if one == other:
            continue
        for node, label in ((one, second[saddle]), (other, first[saddle])):
            if node != 0:
                outlet[node], beyond[node] = saddle, label
        if one == 0 or other == 0:
            parent[one + other] = 0
            link[one + other] = 0
        else:
            parent[one] = parent[other] = link[one] = link[other] = nodes
            child[nodes, 0], child[nodes, 1] = one, other
            nodes += 1
    return parent[:nodes].copy(), child[:nodes].copy(), outlet[:nodes].copy(), beyond[:nodes].copy()


@compiled
def spanning_saddles(first, second, count):
    """Which saddles, in ascending order, join what is not joined yet."""
    link = np.arange(count)
    kept = np.zeros(len(first), np.bool_)
    for saddle in range(len(first)):
        one, other = _root(link, first[saddle]), _root(link, second[saddle])
        if one != other:
            link[max(one, other)] = min(one, other)
            kept[saddle] = True
    return kept


@compiled
def outermost(parent, spill):
    """Level to which each node fills for good, and the outermost depression that it is a part of.

    Args:
        parent: of :func:`merge_basins`. spill: height of each node's outlet.

    A node that spills at the level at which the whole fills touches its sibling at a dry saddle: it is its own.
    """
    level = np.full(len(parent), -np.inf)
    group = np.zeros(len(parent), np.int64)
    for node in range(len(parent) - 1, 0, -1):
        over = parent[node]
        if over < 0:
            continue
        level[node] = spill[node] if over == 0 else level[over]
        group[node] = node if over == 0 or spill[node] == level[node] else group[over]
    return level, group


@compiled
def skip_links(parent):
    """For each node one far ancestor, so that a search upward takes few steps (Myers' skew-binary numbers)."""
    jump = np.zeros(len(parent), np.int64)
    depth = np.zeros(len(parent), np.int64)
    for node in range(len(parent) - 1, 0, -1):
        over = parent[node]
        if over <= 0:
            jump[node] = node
            continue
        depth[node] = depth[over] + 1
        far = jump[over]
        if depth[over] - depth[far] == depth[far] - depth[jump[far]]:
            jump[node] = jump[far]
        else:
            jump[node] = over
    return jump


@compiled
def measure_nodes(height, label, row_area, parent, spill, level, jump):
    """Wet cells, each with the smallest node that holds it, and what lies in each node alone.

    Args:
        height, label: rows x columns. row_area: area of a cell of each row. parent, spill, level, jump: by node.

    Returns:
        Node and place of each wet cell, row by row; by node the area of its own cells and their volume below the
        level to which it fills for good.
    """
    rows, columns = height.shape
    wet = 0
    for r in range(rows):
        for c in range(columns):
            wet += label[r, c] > 0 and height[r, c] < level[label[r, c]]
    node_of, place = np.empty(wet, np.int32), np.empty(wet, np.int64)
    area, volume = np.zeros(len(parent)), np.zeros(len(parent))
    wet = 0
    for r in range(rows):
        for c in range(columns):
            if label[r, c] <= 0 or height[r, c] >= level[label[r, c]]:
                continue
            own, node = height[r, c], np.int64(label[r, c])
            while spill[node] <= own:
                node = jump[node] if spill[jump[node]] <= own else parent[node]
            node_of[wet], place[wet] = node, r * columns + c
            area[node] += row_area[r]
            volume[node] += row_area[r] * (level[node] - own)
            wet += 1
    return node_of, place, area, volume


@compiled
def add_children(value, parent):
    """Give each node the values of what it has grown from, in place."""
    for node in range(1, len(parent)):
        if parent[node] > 0:
            value[parent[node]] += value[node]


@compiled
def lower_with_children(value, parent):
    """Give each node the least value of what it has grown from, in place."""
    for node in range(1, len(parent)):
        if parent[node] > 0 and value[node] < value[parent[node]]:
            value[parent[node]] = value[node]
