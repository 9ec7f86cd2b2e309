"""What if, at once: a standing result and what one site or one road more or less makes of it.

Labels are repaired where they change, intervals are made anew on the edges whose ends or seen parts changed.  For
sites the result is the same to the bit as a fresh run's; for roads the edges stand in another order.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.errors import NetworkError
from urbanplan.network.array_edit import drop_ranges, insert_values, key_ranges, rows_of_keys
from urbanplan.network.graph import Network
from urbanplan.network.intervals import Floats, Intervals, Ints, concatenate_intervals, expand_counts, group_min
from urbanplan.network.kernels.dynamic_update import decrease_labels, increase_labels
from urbanplan.network.kernels.engine import csr_rows
from urbanplan.network.road_edit import plan_roads
from urbanplan.network.subnetwork import add_lines, append_edges, drop_edges, segments_of_edges, take_edges
from urbanplan.network.walk.covered_intervals import compute_reach, cover_edges, find_seeds, find_walk_legs
from urbanplan.network.walk.gridindex import GridIndex, network_index
from urbanplan.network.walk.leg_intervals import LegIntervals, insert_legs, stack_legs
from urbanplan.network.walk.sources import Sources
from urbanplan.network.walk.walk import Reach, Walk

if TYPE_CHECKING:
    import geopandas as gpd

FEW_INTERVALS = 100
"""Intervals up to which those that change are put in between the others one by one."""


@dataclass(frozen=True, eq=False)
class EditableResult:
    """A result that can be edited; nothing in it is changed by an edit.

    Attributes:
        network, walk, barriers: as asked. places: the sites in turn of their coming, with gaps where some went.
        extents: the box around each of them, shape (n, 4).
        reached: the result; its seen parts name sites by their place in ``places``.
        changed: nodes whose distance the last edit changed. looked: nodes that it looked at for that.
    """

    network: Network
    walk: Walk
    barriers: NDArray[np.float64] | None
    places: tuple[Sources | None, ...]
    extents: NDArray[np.float64]
    reached: Reach
    changed: int = 0
    looked: int = 0

    @property
    def covered_m(self) -> float:
        """Covered metres."""
        return self.reached.length


def build_editable(
    network: Network, places: Sources, walk: Walk, barriers: NDArray[np.float64] | None = None
) -> EditableResult:
    """A standing result from a full run."""
    each = tuple(places.chosen(np.arange(len(places)) == i) for i in range(len(places)))
    extents = np.array([_extent(site) for site in each]).reshape(-1, 4)
    return EditableResult(network, walk, barriers, each, extents, compute_reach(network, places, walk, barriers))


def add_site(standing: EditableResult, site: Sources) -> EditableResult:
    """One site more (``site`` holds one place); its number is the last in ``places``."""
    network, old = standing.network, standing.reached
    edge = _edges_near(network_index(network), network, site, standing.walk.leg)
    mine = _to_network_edges(
        find_walk_legs(take_edges(network, edge), site, standing.walk, standing.barriers), network, edge
    )
    mine = replace(mine, place=mine.place + len(standing.places))
    seen = insert_legs(old.seen, mine) if len(mine) <= FEW_INTERVALS else stack_legs([old.seen, mine])
    label = old.label.copy()
    node, way, _ = find_seeds(network, mine)
    changed = decrease_labels(*csr_rows(network), label, node, way, float(standing.walk.within)).astype(np.int64)
    extents = np.vstack([standing.extents, _extent(site)])
    asked = replace(standing, places=(*standing.places, site), extents=extents)
    return _update_intervals(asked, seen, label, changed, mine.edge, looked=len(changed))


def drop_site(standing: EditableResult, number: int) -> EditableResult:
    """One site less, by its place in ``places``.

    Raises:
        NetworkError: there is no such site.
    """
    if not 0 <= number < len(standing.places) or standing.places[number] is None:
        raise NetworkError(
            "no site has the number {number}", fix="Give the place of a site that stands.", number=number
        )
    old, network = standing.reached, standing.network
    gone = old.seen.place == number
    mine, seen = old.seen.pick(gone), old.seen.pick(~gone)
    label = old.label.copy()
    seed = _remaining_seeds(standing, mine, network, seen)
    suspect = _supported_nodes(network, mine, label)
    changed, looked = _increase_labels(network, seed, label, suspect, standing.walk.within)
    left = (*standing.places[:number], None, *standing.places[number + 1 :])
    return _update_intervals(replace(standing, places=left), seen, label, changed, mine.edge, looked=looked)


def drop_road(standing: EditableResult, row: int) -> EditableResult:
    """One road less: all edges of a source feature; those that stay keep their order and are numbered anew.

    Raises:
        NetworkError: there is no such road.
    """
    gone = np.flatnonzero(standing.network.row == row)
    if not len(gone):
        raise NetworkError("no road has the row {row}", fix="Give the row of a road that stands.", row=row)
    return _drop_edges(standing, gone)


def _drop_edges(standing: EditableResult, gone: Ints) -> EditableResult:
    """The result without the edges of the given ascending numbers."""
    network, old = standing.network, standing.reached
    rest = drop_edges(network, gone)
    lost = old.seen.pick(rows_of_keys(old.seen.edge, gone))
    seen = _drop_rows(old.seen, network, gone)
    label = old.label.copy()
    u, v, length = network.u[gone], network.v[gone], network.length[gone]
    by_edge = [u[label[v] + length == label[u]], v[label[u] + length == label[v]]]
    suspect = np.unique(np.concatenate([*by_edge, _supported_nodes(network, lost, label)]))
    seed = _remaining_seeds(standing, lost, rest, seen)
    changed, looked = _increase_labels(rest, seed, label, suspect, standing.walk.within)
    begin, end = key_ranges(old.covered.line, gone)
    line = drop_ranges(old.covered.line, begin, end, less=np.arange(1, len(gone) + 1))
    low, high = (drop_ranges(column, begin, end) for column in (old.covered.low, old.covered.high))
    before = replace(standing, network=rest, reached=Reach(old.within, seen, label, Intervals(line, low, high)))
    return _update_intervals(before, seen, label, changed, np.empty(0, np.int64), looked=looked)


def add_road(standing: EditableResult, lines: gpd.GeoDataFrame, first_row: int) -> EditableResult:
    """Roads more, joined by the network's noding; their edges come last, their rows from ``first_row``.

    By noding ``auto`` streets that the lines cut go and come again in pieces; of doubtful crossings the result keeps
    the low reading, as it stands.

    Raises:
        NetworkError: the network is noded at crossings, or a line would join nodes that stand apart: build it anew.
    """
    network = standing.network
    if network.noding == "auto":
        edit = plan_roads(network, lines, first_row, among=_edges_around(network, lines))
        if edit is None:
            raise _standing_nodes_error()
        rest = _drop_edges(standing, edit.cut) if len(edit.cut) else standing
        levels = None if network.levels is None else np.vstack([network.levels, edit.levels])
        doubtful = np.vstack([network.doubtful, edit.doubtful])
        told = replace(rest.network, levels=levels, doubtful=doubtful)
        kept = ("segments", "vertex_at", "_narrow_rows", "_cut")
        told.__dict__.update({name: rest.network.__dict__[name] for name in kept if name in rest.network.__dict__})
        if not edit.pieces.edges:  # all of it is drawn already
            return replace(rest, network=told)
        return _add_edges(rest, append_edges(told, edit.pieces, edit.node))
    wider = None
    if network.noding == "endpoints":
        wider = add_lines(network, lines, first_row, among=_edges_around(network, lines))
    if wider is None:
        raise _standing_nodes_error()
    return _add_edges(standing, wider)


def _standing_nodes_error() -> NetworkError:
    return NetworkError("these lines change nodes that stand", fix="Build the network anew.")


def _add_edges(standing: EditableResult, wider: Network) -> EditableResult:
    """The result on a network with more edges behind those that stand."""
    network, old = standing.network, standing.reached
    fresh = np.arange(network.edges, wider.edges)
    label = np.append(old.label, np.full(wider.nodes - network.nodes, np.inf))
    more = _all_legs(standing, take_edges(wider, fresh))
    more = _to_network_edges(more, wider, fresh)
    seen = old.seen
    if len(more):
        seen = LegIntervals(*(np.concatenate(pair) for pair in zip(old.seen.columns, more.columns, strict=True)))
    u, v, length = wider.u[fresh], wider.v[fresh], wider.length[fresh]
    node, way, _ = find_seeds(wider, more)
    node, way = np.concatenate([node, v, u]), np.concatenate([way, label[u] + length, label[v] + length])
    changed = decrease_labels(*csr_rows(wider), label, node, way, float(standing.walk.within)).astype(np.int64)
    return _update_intervals(replace(standing, network=wider), seen, label, changed, fresh, looked=len(changed))


def _all_legs(standing: EditableResult, part: Network) -> LegIntervals:
    """What all standing sites see of a few edges."""
    reach, box = standing.walk.leg + 1, standing.extents
    low, high = part.coords.min(axis=0) - reach, part.coords.max(axis=0) + reach
    near = (box[:, :2] <= high).all(axis=1) & (box[:, 2:] >= low).all(axis=1)
    found = []
    for number in np.flatnonzero(near).tolist():  # a few
        site = standing.places[number]
        if site is not None:
            mine = find_walk_legs(part, site, standing.walk, standing.barriers)
            found.append(replace(mine, place=mine.place + number))
    return stack_legs(found)


def _extent(site: Sources) -> NDArray[np.float64]:
    corners = np.vstack([site.points, site.walls[:, :2], site.walls[:, 2:]])
    return np.append(corners.min(axis=0), corners.max(axis=0))


def _edges_near(index: GridIndex, network: Network, site: Sources, leg: float) -> Ints:
    """Edges with a segment in the cells around a site's leg."""
    return _edges_in_box(index, network, _extent(site) + np.array([-1, -1, 1, 1]) * (leg + 1))


def _edges_around(network: Network, lines: gpd.GeoDataFrame) -> Ints | None:
    """Edges with a segment in the cells around lines; None where the network has no index of its segments yet."""
    if "_grid_index" not in network.__dict__:
        return None
    box = shapely.total_bounds(np.asarray(lines.geometry.array, dtype=object))
    if not np.isfinite(box).all():
        return None
    return _edges_in_box(network_index(network), network, box + np.array([-1, -1, 1, 1]) * (network.tolerance + 1))


def _edges_in_box(index: GridIndex, network: Network, box: NDArray[np.float64]) -> Ints:
    left, right = np.clip((box[[0, 2]] - index.x) // index.size, 0, index.columns - 1).astype(int)
    low, high = np.clip((box[[1, 3]] - index.y) // index.size, 0, index.rows - 1).astype(int)
    cells = np.arange(low, high + 1) * index.columns
    parts = [index.item[index.first[row + left] : index.first[row + right + 1]] for row in cells]
    return np.unique(network.segments.edge[np.concatenate(parts)])


def _to_network_edges(seen: LegIntervals, network: Network, edge: Ints) -> LegIntervals:
    """Rows on some edges with the numbers of the whole network."""
    return replace(seen, edge=edge[seen.edge], segment=segments_of_edges(network, edge)[seen.segment])


def _drop_rows(seen: LegIntervals, network: Network, gone: Ints) -> LegIntervals:
    """Rows of the whole network without those on some edges, with the numbers of the edges that stay."""
    begin, end = key_ranges(seen.edge, gone)
    edges, segments = np.arange(1, len(gone) + 1), np.cumsum(network.offsets[gone + 1] - network.offsets[gone] - 1)
    less = {"edge": edges, "segment": segments}
    return LegIntervals(
        *(drop_ranges(getattr(seen, field.name), begin, end, less=less.get(field.name)) for field in fields(seen))
    )


def _supported_nodes(network: Network, seen: LegIntervals, label: Floats) -> Ints:
    """Nodes whose label is what these seen parts give."""
    node, way, _ = find_seeds(network, seen)
    return np.unique(node[way == label[node]])


def _remaining_seeds(standing: EditableResult, lost: LegIntervals, rest: Network, seen: LegIntervals) -> Floats:
    """What the seen parts give to each node without the lost ones, which stand in the numbers of the whole network.

    Args:
        rest, seen: the network and the seen parts after the edit; only those at nodes of lost ones are looked at.
    """
    whole, reached = standing.network, standing.reached
    seed = reached.__dict__.get("_seeds")  # the same for every edit of one result
    if seed is None:
        node, way, _ = find_seeds(whole, reached.seen)
        seed = reached.__dict__["_seeds"] = group_min(node, way, whole.nodes)
    node = np.unique(np.concatenate([whole.u[lost.edge], whole.v[lost.edge]]))
    owner, way, _ = find_seeds(rest, seen.pick(rows_of_keys(seen.edge, np.unique(rest.arc_edge[_arcs_at(rest, node)]))))
    seed = seed.copy()
    seed[node] = group_min(owner, way, rest.nodes)[node]
    return seed


def _arcs_at(network: Network, node: Ints) -> Ints:
    """The arcs of some nodes."""
    owner, number = expand_counts(network.indptr[node + 1] - network.indptr[node])
    return network.indptr[node][owner] + number


def _increase_labels(network: Network, seed: Floats, label: Floats, suspect: Ints, within: float) -> tuple[Ints, int]:
    """Repair labels that may rise; the nodes whose label changed and how many were looked at."""
    before = label.copy()
    cleared, looked = increase_labels(*csr_rows(network), label, seed, suspect, float(within))
    return cleared[label[cleared] != before[cleared]].astype(np.int64), looked


def _update_intervals(
    standing: EditableResult, seen: LegIntervals, label: Floats, changed: Ints, edge: Ints, *, looked: int
) -> EditableResult:
    """Make the intervals anew on the edges at changed nodes and on ``edge``."""
    network, old, within = standing.network, standing.reached.covered, standing.walk.within
    touched = np.zeros(network.edges, dtype=bool)
    touched[edge] = True
    touched[network.arc_edge[_arcs_at(network, changed)]] = True
    chosen = np.flatnonzero(touched)
    local = np.cumsum(touched) - 1
    rows = seen.pick(rows_of_keys(seen.edge, chosen))
    part = cover_edges(take_edges(network, chosen), replace(rows, edge=local[rows.edge]), label, within)
    covered = _replace_lines(old, chosen, Intervals(chosen[part.line], part.low, part.high))
    return replace(standing, reached=Reach(within, seen, label, covered), changed=len(changed), looked=looked)


def _replace_lines(old: Intervals, chosen: Ints, fresh: Intervals) -> Intervals:
    """Intervals with those of some lines, ascending, exchanged for others, in the order of lines."""
    begin, end = key_ranges(old.line, chosen)
    low, high = (drop_ranges(column, begin, end) for column in (old.low, old.high))
    rest = Intervals(drop_ranges(old.line, begin, end), low, high)
    if len(fresh) <= FEW_INTERVALS:  # put in between: nothing is sorted anew
        at = np.searchsorted(rest.line, fresh.line)
        low, high = insert_values(rest.low, at, fresh.low), insert_values(rest.high, at, fresh.high)
        return Intervals(insert_values(rest.line, at, fresh.line), low, high)
    whole = concatenate_intervals([rest, fresh])
    return whole.pick(np.argsort(whole.line, kind="stable"))
