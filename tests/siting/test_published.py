"""Published instances with known optima (OR-Library: p-median networks as covers, set covering); never committed."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

from urbanplan.siting import SitingQuestion, instance_from_sets, solve_siting


def numbers(path):
    if not path.is_file():
        pytest.skip("the published instances are not here")
    return np.array(path.read_text(encoding="utf-8").split(), dtype=int)


@pytest.mark.parametrize(("number", "radius"), [(1, 127), (2, 98), (6, 84), (11, 59)])
def test_at_the_radius_p_sites_do_and_a_unit_less_they_do_not(shared, number, radius):
    nodes, edges, p, *rest = numbers(shared / "data" / "orlib" / f"pmed{number}.txt").tolist()
    length = np.zeros((nodes, nodes))
    for a, b, metres in np.reshape(rest[: 3 * edges], (-1, 3)):  # of repeated edges the last counts
        length[a - 1, b - 1] = length[b - 1, a - 1] = metres
    way = shortest_path(csr_array(length), directed=False)
    for within, holds in ((radius, True), (radius - 1, False)):
        found = solve_siting(instance_from_sets([np.flatnonzero(row <= within) for row in way]), SitingQuestion())
        assert found.proved
        assert (found.value <= p) is holds


@pytest.mark.parametrize(("name", "best"), [("scp41", 429), ("scp42", 512)])
def test_least_cost_of_set_covering(shared, name, best):
    rows, columns, *rest = numbers(shared / "data" / "orlib" / f"{name}.txt").tolist()
    cost, given = rest[:columns], iter(rest[columns:])
    sets: list[list[int]] = [[] for _ in range(columns)]
    for row in range(rows):
        for _ in range(next(given)):
            sets[next(given) - 1].append(row)
    found = solve_siting(instance_from_sets(sets, cost=cost, rows=rows), SitingQuestion("cheapest"))
    assert (found.value, found.proved) == (best, True)
