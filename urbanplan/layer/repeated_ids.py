"""Rows of one id where a type says that ids are unique: one thing given several times, or several things of one id.

Rows that are equal in every value and in shape are one thing and stand once.  Of others nobody knows: at least one of
them counts, at most all do, so that a reading spans once to twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from urbanplan.model.layertype import LayerType

    Integers = NDArray[np.intp]


def has_unique_ids(kind: LayerType) -> bool:
    """Whether a type says that no two of its features bear one id."""
    spec = kind.fields.get(kind.id)
    return spec is None or spec.unique


def drop_equal_rows(frame: gpd.GeoDataFrame, column: str) -> tuple[gpd.GeoDataFrame, Integers]:
    """The rows without those that repeat another in id, values and shape, and how many rows have the id of each.

    Args:
        column: the ids; a row without one is a thing of its own.
    """
    import pandas as pd
    import shapely

    ids: Any = frame[column].astype(str)
    repeated = (ids.duplicated(keep=False) & frame[column].notna()).to_numpy(dtype=bool)
    if not repeated.any():
        return frame, np.ones(len(frame), dtype=np.intp)
    rows = np.flatnonzero(repeated)
    values = pd.DataFrame(frame.drop(columns="geometry").iloc[rows]).astype("string")
    shapes = shapely.normalize(frame.geometry.to_numpy()[rows])
    again = values.assign(__shape__=shapely.to_wkb(shapes, hex=True)).duplicated().to_numpy(dtype=bool)
    frame = frame.drop(index=frame.index[rows[again]]).reset_index(drop=True)
    ids = frame[column].astype(str)
    copies = ids.groupby(ids).transform("size").to_numpy(dtype=np.intp)
    return frame, np.where(frame[column].notna(), copies, 1)


def certain_groups(ids: NDArray[np.object_], copies: Integers, fits: NDArray[np.bool_]) -> Integers:
    """Number of the group of rows of one id of which at least one surely counts, -1 of all other rows, shape (rows,).

    It does where all rows of the id are there and surely fit, whichever of them is the right one.

    Args:
        ids, copies: of each row its id and how many rows of the layer bear it. fits: whether it surely fits.
    """
    import pandas as pd

    found = np.full(len(ids), -1, dtype=np.intp)
    rows = np.flatnonzero((copies > 1) & fits)
    if rows.size:
        group = np.asarray(pd.factorize(ids[rows])[0], dtype=np.intp)
        whole = np.bincount(group)[group] == copies[rows]
        found[rows[whole]] = group[whole]
    return found


def least_of_groups(group: Integers, amount: NDArray[np.floating[Any]]) -> float:
    """What the groups hold at least: of each its least amount, nothing where one is negative.

    Args:
        group: as of :func:`certain_groups`. amount: what each row holds at least, shape (rows,).
    """
    rows = np.flatnonzero(group >= 0)
    if not rows.size:
        return 0.0
    least = np.full(int(group.max()) + 1, np.inf)
    np.minimum.at(least, group[rows], np.maximum(amount[rows], 0.0))
    return float(least[np.unique(group[rows])].sum())
