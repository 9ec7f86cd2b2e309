"""Findings on how lines join: crossings of which no level tells, and streets drawn twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from urbanplan.network.intervals import Ints
from urbanplan.network.joining import JoinedLines
from urbanplan.network.order import unique_rows

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.model.finding import Finding

MAX_FEATURES = 1000
"""Features and places that one finding names."""


def joining_findings(frame: gpd.GeoDataFrame, row: Ints, made: JoinedLines) -> tuple[Finding, ...]:
    """One finding on all doubtful crossings, one on all streets drawn twice; ``row``: the feature of each line."""
    twice = made.copy_of != np.arange(len(made.copy_of))
    if not len(made.doubtful) and not twice.any():
        return ()
    from urbanplan.model.finding import build_finding

    ids = (frame["id"] if "id" in frame.columns else frame.index).to_numpy()
    pieces, found = made.pieces, []
    if len(made.doubtful):
        nodes = np.unique(made.doubtful)
        hit = np.isin(made.u, nodes) | np.isin(made.v, nodes)
        place = unique_rows(made.place.take(made.doubtful[:, 0], axis=0).round(2))
        names, shown = _features(ids, row[pieces.line[hit]])
        spots = {"type": "MultiPoint", "coordinates": place[:MAX_FEATURES].tolist()}
        found.append(
            build_finding(
                "network-crossing-doubtful", geometry=spots, count=len(made.doubtful), ids=shown, features=names
            )
        )
    if twice.any():
        names, shown = _features(ids, row[pieces.line[twice]])
        metres = float((pieces.high - pieces.low)[twice].sum())
        found.append(build_finding("network-drawn-twice", metres=metres, count=len(names), ids=shown, features=names))
    return tuple(found)


def _features(ids: NDArray[Any], row: Ints) -> tuple[list[str], str]:
    """Ids of rows (the first thousand), and the first five in one text."""
    rows = np.unique(row)
    names = [str(name) for name in ids[rows[:MAX_FEATURES]]]
    shown = ", ".join(names[:5]) + ("…" if len(rows) > 5 else "")
    return names, shown
