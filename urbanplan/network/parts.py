"""Connected parts of a network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.graph import Network
from urbanplan.network.intervals import Ints


def component_of_nodes(network: Network, use: NDArray[np.bool_] | None = None) -> Ints:
    """Part of each node over the edges in ``use`` (all unless given), from 0; a node without an edge is its own."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    rows = slice(None) if use is None else use
    u, v = network.u[rows], network.v[rows]
    links = coo_array((np.ones(len(u), np.int8), (u, v)), shape=(network.nodes, network.nodes))
    return connected_components(links, directed=False)[1].astype(np.int64)
