"""The search over chains and trees: seeds seated, junctions searched, all nodes and metres told, in one call."""

from __future__ import annotations

import numpy as np

from urbanplan.layer.compiled import cached_njit
from urbanplan.network.intervals import Floats, Ints
from urbanplan.network.kernels.contraction import ContractedNetwork
from urbanplan.network.kernels.windowed_search import WINDOW_WIDTH, search_seeds, sort_seeds

SPARSE_RATIO = 3
"""Where fewer than one turn for so many junctions is taken, only what these touch is looked at."""
UNSIGNED_ONE = np.uint32(1)
"""Unsigned, as places are in these loops: no place is counted from the end, so none need be asked for."""
LISTED = 8
"""State of a junction whose chains are listed, beside those of the search."""


def search_contracted(chains: ContractedNetwork, node: Ints, label: Floats, within: float) -> tuple[Floats, float]:
    """Labels of all nodes (infinity beyond the walk) and covered metres of all streets.

    Args:
        node, label: seeds, any number at one node; labels are metres already walked. within: the walk.
    """
    node, label = sort_seeds(node, label, len(chains.core.place))
    labels, room = np.full(len(chains.core.place), np.inf), chains.room()
    metres = _search_core(chains.core, room, node, label, within, WINDOW_WIDTH * chains.mean, SPARSE_RATIO, labels)
    chains.rooms.append(room)
    return labels, metres


@cached_njit
def _search_core(core, room, node, label, within, width, few, labels):
    """Labels of all nodes into ``labels``; returns covered metres."""
    ends, mark, groups, rows, ring, state = room.ends, room.mark, room.groups, room.rows, room.ring, room.state
    a, b, hang, leaf, parent, up = core.a, core.b, core.hang, core.leaf, core.parent, core.up
    ends[:], mark[:] = np.inf, 0
    start, marked = np.empty(2 * len(node), np.int32), 0
    count, marked = _insert_seeds(
        core.place,
        core.chain,
        core.at,
        a,
        b,
        core.length,
        parent,
        up,
        core.root,
        node,
        label,
        within,
        labels,
        ends,
        mark,
        groups,
        start,
    )
    turns, _ = search_seeds(core.indptr, core.indptr[1:], core.head, core.weight, ends, start[:count], within, width,
                            count + 1, ring, room.far, state)  # fmt: skip
    if few * turns < len(ends):
        told, held = _list_touched_chains(
            core.indptr, core.along, a, hang, ring[:turns], state, ends, mark, within, rows, groups, marked
        )
        _label_junctions(core.junction, ring[:turns], ends, labels)
    else:
        told, held = _list_all_chains(a, b, ends, mark, within, rows), marked
        labels[core.junction] = ends
    metres = _label_chains(a, b, core.length, core.first, core.inner, core.at, ends, rows[:told], within, labels)
    metres += _label_seeded_chains(
        a, b, core.length, core.first, core.inner, core.at, ends, groups[:marked], within, labels
    )
    if few * turns >= len(ends):
        return metres + _label_trees(leaf, parent, up, 0, len(leaf), within, labels)
    for group in groups[:held]:
        metres += _label_trees(leaf, parent, up, hang[group], hang[group + 1], within, labels)
    return metres


@cached_njit
def _insert_seeds(
    place, chain, at, a, b, length, parent, up, root, node, label, within, labels, ends, mark, groups, start
):
    """Seat the seeds; returns how many junctions they reach (in ``start``) and how many groups hold seeds."""
    junctions, count, marked = len(ends), 0, 0
    for i in range(len(node)):
        here, way = node[i], label[i]
        if way > within:
            continue
        seat = place[here]
        if seat >= junctions:  # in a tree: climb to its root
            top = root[seat - junctions]
            marked = _mark_group(mark, groups, marked, top if top >= 0 else junctions + chain[-1 - top])
            here, way = _climb_tree(place, parent, up, junctions, here, way, within, labels)
            if way > within:
                continue
            seat = top
        if seat >= 0:
            if way < ends[seat]:
                ends[seat], start[count] = way, seat
                count += 1
            continue
        if way >= labels[here]:
            continue
        labels[here], i_inner = way, -1 - seat
        row = chain[i_inner]
        marked = _mark_group(mark, groups, marked, junctions + row)
        far = way + at[i_inner]
        if far <= within and far < ends[a[row]]:
            ends[a[row]], start[count] = far, a[row]
            count += 1
        far = way + (length[row] - at[i_inner])
        if far <= within and far < ends[b[row]]:
            ends[b[row]], start[count] = far, b[row]
            count += 1
    return count, marked


@cached_njit
def _mark_group(mark, groups, marked, group):
    """Put a chain or a junction with its trees on the list of those with seeds, once."""
    groups[marked] = group
    marked += mark[group] == 0
    mark[group] = 1
    return marked


@cached_njit
def _climb_tree(place, parent, up, junctions, here, way, within, labels):
    """Climb from a seed in a tree; returns the root and the metres to it, infinity where another seed was nearer."""
    while place[here] >= junctions:
        if way >= labels[here] or way > within:
            return here, np.inf
        labels[here] = way
        leaf = place[here] - junctions
        here, way = parent[leaf], way + up[leaf]
    return here, way


@cached_njit
def _list_touched_chains(indptr, along, a, hang, turns, state, ends, mark, within, rows, groups, held):
    """List chains without seeds beside the junctions that had their turn, and groups without seeds that have trees."""
    count, junctions = 0, np.uint32(len(ends))
    for turn in turns:
        node = np.uint32(turn)
        if state[node] & LISTED:
            continue
        state[node] |= LISTED
        groups[np.uint32(held)] = node
        held += np.int64(np.uint8(hang[node + UNSIGNED_ONE] > hang[node]) & (1 - mark[node]))
        for arc in range(np.uint32(indptr[node]), np.uint32(indptr[node + UNSIGNED_ONE])):
            row = np.uint32(along[arc])
            end, group = np.uint32(a[row]), junctions + row
            new = (np.uint8(end == node) | np.uint8(ends[end] > within)) & (1 - mark[group])
            rows[np.uint32(count)], groups[np.uint32(held)] = row, group
            count += np.int64(new)
            held += np.int64(new & np.uint8(hang[group + UNSIGNED_ONE] > hang[group]))
    return count, held


@cached_njit
def _list_all_chains(a, b, ends, mark, within, rows):
    """List chains without seeds that the walk touches, looking at all."""
    count, junctions = 0, len(ends)
    for row in range(len(a)):
        left, right = ends[np.uint32(a[row])], ends[np.uint32(b[row])]
        rows[np.uint32(count)] = row
        count += np.int64((np.uint8(left <= within) | np.uint8(right <= within)) & (1 - mark[junctions + row]))
    return count


@cached_njit
def _label_junctions(junction, turns, ends, labels):
    for node in turns:
        labels[junction[node]] = ends[node]


@cached_njit
def _label_chains(a, b, length, first, inner, at, ends, rows, within, labels):
    """Tell chains from their ends; returns their covered metres."""
    metres = 0.0
    for row in rows:
        left, right, whole = ends[a[row]], ends[b[row]], length[row]
        for i in range(np.uint32(first[row]), np.uint32(first[row + 1])):
            one, other = left + at[i], right + (whole - at[i])
            way = one if one < other else other
            labels[np.uint32(inner[i])] = way if way <= within else np.inf
        metres += min(max(within - left, 0.0) + max(within - right, 0.0), whole)
    return metres


@cached_njit
def _label_seeded_chains(a, b, length, first, inner, at, ends, groups, within, labels):
    """Tell chains stretch by stretch, with the seeds that stand on them (whose labels are written already)."""
    metres = 0.0
    for group in groups:
        row = group - len(ends)
        if row < 0:
            continue
        begin, end = first[row], first[row + 1]
        way, last = ends[a[row]], 0.0
        for i in range(begin, end):
            way, last = min(labels[inner[i]], way + (at[i] - last)), at[i]
            labels[inner[i]] = way
        way, last = ends[b[row]], length[row]
        for i in range(end - 1, begin - 1, -1):
            here = min(labels[inner[i]], way + (last - at[i]))
            metres += min(max(within - way, 0.0) + max(within - here, 0.0), last - at[i])
            labels[inner[i]] = here if here <= within else np.inf
            way, last = here, at[i]
        metres += min(max(within - way, 0.0) + max(within - ends[a[row]], 0.0), last)
    return metres


@cached_njit
def _label_trees(leaf, parent, up, begin, end, within, labels):
    """Tell trees from their roots, with the seeds in them."""
    metres = 0.0
    for i in range(np.uint32(begin), np.uint32(end)):
        above, own = labels[np.uint32(parent[i])], labels[np.uint32(leaf[i])]
        here = above + up[i]
        here = own if own < here else here
        labels[np.uint32(leaf[i])] = here if here <= within else np.inf
        metres += min(max(within - above, 0.0) + max(within - here, 0.0), up[i])
    return metres
