"""Distances of all nodes and exact covered length, 600 m, against the peers; every answer is checked first."""

from __future__ import annotations

import numpy as np
from data import facilities, network
from paired import Peak, is_installed, once, table, take_turns
from rivals import as_labels, bucket_search, covered, floor, heap_search, networkx_search, pandana_search, scipy_search

from urbanplan.network.kernels import partitioned_search
from urbanplan.network.kernels.engine import search_covered_length, shortest_distances

WALK = 600.0


def search() -> str:
    """scipy, networkx and pandana on Wuhan and Porto."""
    return _against(("Wuhan", "Porto", "Porto (junctions)"), (100, 1_000, 10_000), rounds=7)


def grid() -> str:
    """scipy and networkx on a grid of 3 million nodes."""
    return _against(("Grid",), (10_000,), rounds=11)


def _against(names, counts, rounds) -> str:
    head = ["network", "nodes / edges", "sites", "urbanplan ms", "scipy + numpy ms", "times", "networkx ms", "times",
            "pandana ms", "times", "difference", "floor ms", "floors"]  # fmt: skip
    rows, notes = [], []
    for name in names:
        net = network(name)
        made, grown = _prepared(net)
        (csr_s, scipy), (nx_s, slow) = (
            once(lambda net=net: scipy_search(net)),
            once(lambda net=net: networkx_search(net)),
        )
        why = _why_no_pandana(name)
        with Peak() as peak:
            prepared, panda = (0.0, None) if why else once(lambda net=net: pandana_search(net, WALK))
        told = why or f"{prepared:.1f} s, {peak.grown:.0f} MB"
        notes.append(
            f"{name}: urbanplan {made:.2f} s, {grown:.0f} MB; scipy {csr_s:.2f} s; networkx {nx_s:.1f} s; pandana {told}"
        )
        for count in counts:
            rows.append(_row(name, net, facilities(net, count), scipy, slow, panda, rounds))
            print(table(head, rows[-1:]), flush=True)
        del slow, panda
    return (
        table(head, rows)
        + "\n\nMade once before the first question. "
        + ". ".join(notes)
        + ".\n\n"
        + THREADS
        + "\n\n"
        + FLOOR
    )


def _why_no_pandana(name: str) -> str:
    if not is_installed("pandana"):
        return "not installed, its columns are empty"
    return "left out (not prepared in 400 s)" if name == "Grid" else ""


THREADS = (
    f"urbanplan may use two threads on networks of {partitioned_search.MIN_NODES:,} nodes and more; the others use one."
)

FLOOR = "The floor is one reading of the network's arrays from memory, which no search of all streets can beat."


def _prepared(net) -> tuple[float, float]:
    """Seconds and memory of what the search keeps with a network (rows, chains), the compiler being warm."""

    def first():
        return search_covered_length(net, np.array([0]), np.zeros(1), WALK)

    first()
    for kept in ("_narrow_rows", "_narrow_ends", "_cut", "_chains", "_chained", "_mean_length", "_rooms"):
        net.__dict__.pop(kept, None)
    with Peak() as peak:
        seconds, _ = once(first)
    return seconds, peak.grown


def _row(name, net, start, scipy, slow, panda, rounds) -> list:
    inner = 1 if name == "Grid" else 5
    zero = np.zeros(len(start))
    work = {
        "own": lambda: search_covered_length(net, start, zero, WALK),
        "scipy": lambda: covered(net, scipy(start, WALK), WALK),
        "networkx": lambda: slow(start, WALK),
    }
    work["floor"] = floor(net)
    label, metres = work["own"]()
    reference = scipy(start, WALK)
    apart = abs(metres / covered(net, reference, WALK) - 1)
    assert apart <= 1e-9, apart
    _same(label, reference, 1e-9)
    _same(as_labels(work["networkx"](), net.nodes), reference, 1e-9)
    if panda is not None:
        work["pandana"] = panda(start)
        found = work["pandana"]()
        _near(found, np.minimum(reference, WALK), 0.1)
    timed = take_turns({key: work[key] for key in work if key != "networkx"}, rounds=rounds, inner=inner)
    nx_ms = 1e3 * min(once(work["networkx"])[0] for _ in range(2))
    row = [name, f"{net.nodes:,} / {net.edges:,}", len(start), timed.ms("own"), timed.ms("scipy"),
           timed.ratio("scipy", "own"), nx_ms, nx_ms / timed.ms("own")]  # fmt: skip
    more = [timed.ms("pandana"), timed.ratio("pandana", "own")] if panda is not None else ["–", "–"]
    floors = [timed.ms("floor"), timed.ratio("own", "floor")]
    return [*row, *more, f"{apart:.0e}", *floors]


def _same(found: np.ndarray, reference: np.ndarray, by: float) -> None:
    both = np.isfinite(found) & np.isfinite(reference)
    edge = np.minimum(found, reference)[np.isfinite(found) != np.isfinite(reference)]
    assert (np.abs(edge - WALK) <= by).all(), edge  # a label at the walk itself may fall on either side
    assert (np.abs(found[both] - reference[both]) <= by).all()


def _near(found: np.ndarray, reference: np.ndarray, by: float) -> None:
    """pandana rounds weights: nearly all labels must be near."""
    assert np.mean(np.abs(found - reference) <= by) > 0.999, np.abs(found - reference).max()


def radius() -> str:
    """The guard: own search against own heap and own buckets, 200 m to 20 km."""
    head = [
        "network",
        "sites",
        "walk m",
        "urbanplan ms",
        "one thread ms",
        "own heap ms",
        "own buckets ms",
        "heap / own",
        "buckets / own",
        "heap / one thread",
        "buckets / one thread",
    ]
    rows = []
    for name in ("Wuhan", "Porto", "Grid"):
        net = network(name)
        heap, buckets = heap_search(net), bucket_search(net)
        for count in (1_000, 10_000) if name == "Grid" else (100, 1_000, 10_000):
            for walk in (200.0, 600.0, 2_000.0, 5_000.0, 20_000.0):
                start, zero = facilities(net, count), np.zeros(count)
                work = {
                    "own": lambda start=start, zero=zero, net=net, walk=walk: shortest_distances(
                        net, start, zero, walk
                    ),
                    "one": lambda start=start, zero=zero, net=net, walk=walk: shortest_distances(
                        net, start, zero, walk, threads=1
                    ),
                    "heap": lambda start=start, walk=walk, heap=heap: heap(start, walk),
                    "buckets": lambda start=start, walk=walk, buckets=buckets: buckets(start, walk),
                }
                answers = [one() for one in work.values()]
                assert all(np.array_equal(answers[0], other) for other in answers[1:])
                timed = take_turns(work, rounds=3 if name == "Grid" else 5, inner=1 if name == "Grid" else 3)
                rows.append([name, count, walk, *(timed.ms(one) for one in work),
                             *(timed.ratio(peer, own) for own in ("own", "one") for peer in ("heap", "buckets"))])  # fmt: skip
                print(table(head, rows[-1:]).splitlines()[-1], flush=True)
    return (
        table(head, rows)
        + f"\n\nTwo threads on networks of {partitioned_search.MIN_NODES:,} nodes and more where the walk is expected to reach many."
    )
