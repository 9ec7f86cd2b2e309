"""The rows of a layer as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from urbanplan.layer.layer import Layer


def geometry_array(layer: Layer) -> NDArray[np.object_]:
    """Geometries of the rows, shape (rows,)."""
    return np.asarray(layer.frame.geometry.to_numpy(), dtype=object)


def id_array(layer: Layer) -> NDArray[np.object_]:
    """Ids of the rows as text, shape (rows,)."""
    return layer.frame[layer.type.id].astype(str).to_numpy(dtype=object)
