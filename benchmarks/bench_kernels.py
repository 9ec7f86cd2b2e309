"""The compiled search beside that of the first edition, in one process, answers compared before times count.

The first edition is taken out of the repository's history under another name, so that both are there at once.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from data import Missing, facilities, network
from paired import table, take_turns

from urbanplan.network.graph import Network
from urbanplan.network.kernels.engine import search_covered_length, shortest_distances

FIRST_EDITION = "c2f41ca"
"""The commit that the second edition began from."""
WALK = 600.0
NETWORKS = ("Wuhan", "Porto", "Porto (junctions)")


def kernels() -> str:
    """Distances with covered length, and distances of all nodes on one thread, against the first edition's."""
    rows = []
    with _first_edition() as (covered, distances, copy):
        for name in NETWORKS:
            net = network(name)
            first = copy(net)
            for count in (100, 1_000, 10_000):
                start, zero = facilities(net, count), np.zeros(count)
                work = {
                    "new": lambda net=net, start=start, zero=zero: search_covered_length(net, start, zero, WALK),
                    "old": lambda net=first, start=start, zero=zero: covered(net, start, zero, WALK),
                    "new all": lambda net=net, start=start, zero=zero: shortest_distances(
                        net, start, zero, WALK, threads=1
                    ),
                    "old all": lambda net=first, start=start, zero=zero: distances(net, start, zero, WALK, threads=1),
                }
                _compare(*(one() for one in work.values()))
                timed = take_turns(work, rounds=25)
                rows.append([name, count, timed.ms("new"), timed.ms("old"), timed.ratio("new", "old"),
                             timed.ms("new all"), timed.ms("old all"), timed.ratio("new all", "old all")])  # fmt: skip
                print(table([""] * 8, rows[-1:]).splitlines()[-1], flush=True)
    head = ["network", "sites", "with covered length ms", "first edition ms", "ratio", "all nodes ms",
            "first edition ms", "ratio"]  # fmt: skip
    return table(head, rows) + (
        f"\n\nThe first edition is commit {FIRST_EDITION}, in the same process. With covered length: labels within "
        "1e-12 of each other, covered metres within 1e-12 of themselves. All nodes: the same to the bit, one thread."
    )


def _compare(new: Any, old: Any, new_all: np.ndarray, old_all: np.ndarray) -> None:
    assert np.array_equal(new_all, old_all)
    assert abs(new[1] / old[1] - 1) <= 1e-12, (new[1], old[1])
    assert np.allclose(new[0], old[0], rtol=1e-12, atol=1e-9), "labels differ"


@contextmanager
def _first_edition() -> Iterator[tuple[Callable[..., Any], Callable[..., Any], Callable[[Network], Any]]]:
    """Both searches of the first edition, and what makes one of its networks of one of ours."""
    with TemporaryDirectory() as folder:
        _unpack(Path(folder))
        sys.path.insert(0, folder)
        try:
            engine, graph = (import_module(f"first_edition.network.{name}") for name in ("kernels.engine", "graph"))
            names = [field.name for field in fields(graph.Network)]
            yield (
                engine.reach_metres,
                engine.relabel,
                lambda net: graph.Network(**{name: getattr(net, name) for name in names}),
            )
        finally:
            sys.path.remove(folder)


def _unpack(folder: Path) -> None:
    done = subprocess.run(
        ["git", "archive", FIRST_EDITION, "urbanplan"], cwd=Path(__file__).parents[1], capture_output=True, check=False
    )
    if done.returncode:
        raise Missing(f"the repository's history does not hold {FIRST_EDITION}")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")
    (folder / "urbanplan").rename(folder / "first_edition")
    for file in [*folder.rglob("*.py"), *folder.rglob("*.pyi")]:
        file.write_text(re.sub(r"\burbanplan\b", "first_edition", file.read_text(encoding="utf-8")), encoding="utf-8")
