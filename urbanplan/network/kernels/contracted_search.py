"""The search over chains and trees: seeds seated, junctions searched, all nodes and metres told, in one call.

All nodes are told from the ends of their chains in one sweep without a branch, as if seeds stood on junctions alone;
the chains that have seeds are mended after.  The walk's neighbourhoods lie together in memory, so that what it does not
come to is passed over in blocks.
"""

from __future__ import annotations

import numpy as np

from urbanplan.layer.compiled import cached_njit, inner_njit
from urbanplan.network.intervals import Floats, Ints
from urbanplan.network.kernels.contraction import BLOCK, BLOCK_BITS, ContractedNetwork
from urbanplan.network.kernels.prefetch import prefetch
from urbanplan.network.kernels.windowed_search import UNSIGNED_ONE, WINDOW_WIDTH, as_bits, search_seeds, sort_seeds

SPARSE_RATIO = 3
"""Where fewer than one turn for so many junctions is taken, only blocks that these touch are looked at."""
WHOLE_SHARE = 7 / 8
"""Turns for each junction from which the walk is taken to come to all chains."""
AHEAD, FAR_AHEAD = 8, 16
"""Seeds ahead of which what they need is fetched: what it names, then what that names."""
TREE_SEED, CHAIN_SEED, CHAIN_SEEDS = 1, 2, 4
"""Marks of a chain: a seed in a tree on it, a seed on it, more than one."""


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
    """Labels of all nodes into ``labels`` (infinity before); returns covered metres."""
    ends, ring, a, b, length, inner, at = room.ends, room.ring, core.a, core.b, core.length, core.inner, core.at
    trees = core.hang, core.leaf, core.parent, core.up
    ends[:], room.mark[:] = np.inf, 0
    start = np.empty(2 * len(node) + 1, np.int32)
    count, seeded = _insert_seeds(
        core.place, core.root, core.chain, at, a, b, length, trees, node, label, within, labels, ends,
        room.mark, room.seeded, room.nodes, room.chains, start,
    )  # fmt: skip
    turns, _ = search_seeds(core.indptr, core.indptr[1:], core.head, core.weight, ends, start[:count], within, width,
                            count + 1, ring, room.far, room.state)  # fmt: skip
    if few * turns < len(ends):
        _mark_touched(core.indptr, core.along, ring[:turns], room.nodes, room.chains)
    else:
        room.nodes[:], room.chains[:] = 1, 1
    metres = _label_junctions(core.junction, ends, trees, room.nodes, within, labels)
    whole = turns > WHOLE_SHARE * len(ends)
    more, runs = _list_runs(a, b, length, ends, room.mark, room.chains, whole, within, room.left, room.right, room.runs)
    metres += more
    for run in range(0, runs, 2):
        begin, end = room.runs[run], room.runs[run + 1]
        _label_chains(core.first[begin], core.first[end], core.chain, inner, at, length, room.left, room.right, within,
                      labels)  # fmt: skip
        metres += _label_trees(trees, len(ends) + begin, len(ends) + end, within, labels)
    return metres + _label_seeded_chains(
        room.seeded[:seeded], room.mark, core.chain, core.first, inner, at, length, trees, len(ends), room.left,
        room.right, within, labels,
    )  # fmt: skip


@inner_njit
def _insert_seeds(
    place, root, chain, at, a, b, length, trees, node, label, within, labels, ends, mark, seeded, nodes, chains, start
):
    """Seat the seeds; returns how many junctions they reach (in ``start``) and how many chains they stand on."""
    junctions, count, listed = len(ends), 0, 0
    for i in range(len(node)):
        if i + FAR_AHEAD < len(node):
            _fetch_seed(node[i + FAR_AHEAD], node[i + AHEAD], place, chain, at, labels)
        here, way = node[i], label[i]
        if way > within:
            continue
        seat = place[here]
        if seat >= junctions:  # in a tree: climb to its root
            top = root[seat - junctions]
            if top >= 0:
                nodes[top >> BLOCK_BITS] = 1
            else:
                row = chain[-1 - top]
                chains[row >> BLOCK_BITS] = 1
                mark[row] |= TREE_SEED
            here, way = _climb_tree(place, trees, junctions, here, way, within, labels)
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
        chains[row >> BLOCK_BITS] = 1
        if mark[row] & CHAIN_SEED:
            mark[row] |= CHAIN_SEEDS
        else:
            mark[row] |= CHAIN_SEED
            seeded[listed] = i_inner
            listed += 1
        for end, far in ((a[row], way + at[i_inner]), (b[row], way + (length[row] - at[i_inner]))):
            if far <= within and far < ends[end]:
                ends[end], start[count] = far, end
                count += 1
    return count, listed


@inner_njit
def _fetch_seed(later, soon, place, chain, at, labels):
    """Fetch the place of one seed, and for one that is seated before it where on a chain it stands."""
    prefetch(place, np.uint64(later))
    prefetch(labels, np.uint64(later))
    inner = np.uint64(max(-1 - place[soon], 0))
    prefetch(chain, inner)
    prefetch(at, inner)


@inner_njit
def _climb_tree(place, trees, junctions, here, way, within, labels):
    """Climb from a seed in a tree; returns the root and the metres to it, infinity where another seed was nearer."""
    _, _, parent, up = trees
    while place[here] >= junctions:
        if way >= labels[here] or way > within:
            return here, np.inf
        labels[here] = way
        leaf = place[here] - junctions
        here, way = parent[leaf], way + up[leaf]
    return here, way


@inner_njit
def _mark_touched(indptr, along, turns, nodes, chains):
    """Mark the blocks of the junctions that had their turn, and of the chains beside them."""
    for turn in turns:
        node = np.uint32(turn)
        nodes[node >> np.uint32(BLOCK_BITS)] = 1
        for arc in range(np.uint32(indptr[node]), np.uint32(indptr[node + UNSIGNED_ONE])):
            chains[np.uint32(along[arc]) >> np.uint32(BLOCK_BITS)] = 1


@inner_njit
def _label_junctions(junction, ends, trees, nodes, within, labels):
    """Tell junctions and the trees on them in marked blocks, and take the marks off; returns metres of trees."""
    metres = 0.0
    for block in range(len(nodes)):
        if nodes[block] == 0:
            continue
        nodes[block] = 0
        begin, end = block << BLOCK_BITS, min((block << BLOCK_BITS) + BLOCK, len(ends))
        for node in range(np.uint32(begin), np.uint32(end)):
            labels[np.uint32(junction[node])] = ends[node]
        metres += _label_trees(trees, begin, end, within, labels)
    return metres


@inner_njit
def _list_runs(a, b, length, ends, mark, chains, whole, within, left, right, runs):
    """List what the walk comes to in marked blocks of chains, and take the marks off.

    Labels of both ends go to ``left`` and ``right``, runs of chains that the walk or a seed comes to into ``runs``:
    one run of all where ``whole``.
    Returns covered metres, as if no seed stood on a chain, and the number of ends of runs.
    """
    metres, count, block = 0.0, 0, 0
    if whole:
        chains[:], runs[0], runs[1] = 0, 0, len(a)
        return _end_labels(a, b, length, ends, within, left, right), 2
    while block < len(chains):
        if chains[block] == 0:
            block += 1
            continue
        begin = block << BLOCK_BITS
        while block < len(chains) and chains[block]:
            chains[block] = 0
            block += 1
        end = min(block << BLOCK_BITS, len(a))
        more, count = _list_span(
            begin, a[begin:end], b[begin:end], length[begin:end], mark[begin:end], ends, within, left[begin:end],
            right[begin:end], runs, count,
        )  # fmt: skip
        metres += more
    return metres, count


@inner_njit
def _end_labels(a, b, length, ends, within, left, right):
    """Labels of both ends of all chains; returns covered metres."""
    metres = 0.0
    for row in range(np.uint32(len(a))):
        near, far = ends[np.uint32(a[row])], ends[np.uint32(b[row])]
        left[row], right[row] = near, far
        metres += _stretch(within, near, far, length[row])
    return metres


@inner_njit
def _list_span(first, a, b, length, mark, ends, within, left, right, runs, known):
    """What :func:`_list_runs` does, for chains side by side of which the ``first`` is named."""
    metres, before, beyond, count = 0.0, 0, as_bits(np.nextafter(within, np.inf)), known
    for row in range(np.uint32(len(a))):
        near, far = ends[np.uint32(a[row])], ends[np.uint32(b[row])]
        left[row], right[row] = near, far
        metres += _stretch(within, near, far, length[row])
        here = (as_bits(min(near, far)) - beyond) >> 63 & 1 | np.int64(mark[row] != 0)
        runs[np.uint32(count)] = row
        count += here ^ before
        before = here
    runs[count] = len(a)
    count += before
    for end in range(known, count):
        runs[end] += first
    return metres, count


@inner_njit
def _label_chains(begin, end, chain, inner, at, length, left, right, within, labels):
    """Tell inner nodes ``begin`` to ``end`` from the ends of their chains, as far as no seed is nearer."""
    for i in range(np.uint32(begin), np.uint32(end)):
        row, node = np.uint32(chain[i]), np.uint32(inner[i])
        way = min(left[row] + at[i], right[row] + (length[row] - at[i]))
        way = min(way, labels[node])
        labels[node] = way if way <= within else np.inf


@inner_njit
def _stretch(within, near, far, length):
    """Covered metres of a stretch from the labels of its ends."""
    return min(max(within - near, 0.0) + max(within - far, 0.0), length)


@inner_njit
def _label_seeded_chains(seeded, mark, chain, first, inner, at, length, trees, junctions, left, right, within, labels):
    """Mend chains with seeds, and the trees on them; returns covered metres more than without the seeds."""
    metres, hang = 0.0, trees[0]
    for turn in range(len(seeded)):
        if turn + FAR_AHEAD < len(seeded):
            _fetch_chain(
                seeded[turn + FAR_AHEAD], seeded[turn + AHEAD], chain, first, inner, at, length, hang, junctions, left,
                right, labels,
            )  # fmt: skip
        i = seeded[turn]
        row = chain[i]
        hung = hang[junctions + row + 1] > hang[junctions + row]
        if hung:
            metres -= _label_trees(trees, junctions + row, junctions + row + 1, within, labels)  # as told before
        metres += _label_seeded_chain(
            i, mark[row] & CHAIN_SEEDS, first[row], first[row + 1], inner, at, length[row], left[row], right[row],
            within, labels,
        )  # fmt: skip
        if hung:
            metres += _label_trees(trees, junctions + row, junctions + row + 1, within, labels)
    return metres


@inner_njit
def _fetch_chain(later, soon, chain, first, inner, at, length, hang, junctions, left, right, labels):
    """Fetch what is read for one inner node with a seed, and for one that is read before it the chain it lies on."""
    node = np.uint64(np.uint32(later))
    prefetch(chain, node)
    prefetch(inner, node)
    prefetch(at, node)
    row = np.uint64(np.uint32(chain[soon]))
    prefetch(first, row)
    prefetch(length, row)
    prefetch(left, row)
    prefetch(right, row)
    prefetch(hang, row + np.uint64(junctions))
    prefetch(labels, np.uint64(np.uint32(inner[soon])))


@inner_njit
def _label_seeded_chain(i, many, begin, end, inner, at, whole, near, far, within, labels):
    """Tell a chain with seeds, whose labels are written already.

    Args:
        i: its inner node with a seed, or the first of ``many``. begin, end: its inner nodes. whole: its length.
        near, far: labels of its ends.

    Returns covered metres more than without the seeds.
    """
    plain = _stretch(within, near, far, whole)
    if many:
        return _label_stretches(begin, end, inner, at, whole, near, far, within, labels) - plain
    own, place = labels[inner[i]], at[i]
    for step in range(np.uint32(begin), np.uint32(end)):
        node = np.uint32(inner[step])
        way = min(labels[node], own + abs(at[step] - place))
        labels[node] = way if way <= within else np.inf
    return _stretch(within, near, own, place) + _stretch(within, own, far, whole - place) - plain


@inner_njit
def _label_stretches(begin, end, inner, at, whole, near, far, within, labels):
    """Tell a chain with many seeds stretch by stretch, there and back; returns covered metres."""
    way, last, metres = near, 0.0, 0.0
    for i in range(begin, end):
        way, last = min(labels[inner[i]], way + (at[i] - last)), at[i]
        labels[inner[i]] = way
    way, last = far, whole
    for i in range(end - 1, begin - 1, -1):
        here = min(labels[inner[i]], way + (last - at[i]))
        metres += _stretch(within, way, here, last - at[i])
        labels[inner[i]] = here if here <= within else np.inf
        way, last = here, at[i]
    return metres + _stretch(within, way, near, last)


@inner_njit
def _label_trees(trees, begin, end, within, labels):
    """Tell trees on groups ``begin`` to ``end`` from their roots, with the seeds in them; returns covered metres."""
    hang, leaf, parent, up = trees
    metres = 0.0
    for i in range(np.uint32(hang[begin]), np.uint32(hang[end])):
        above, node = labels[np.uint32(parent[i])], np.uint32(leaf[i])
        here = min(labels[node], above + up[i])
        labels[node] = here if here <= within else np.inf
        metres += _stretch(within, above, here, up[i])
    return metres
