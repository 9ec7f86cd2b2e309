"""Breaking a reading down by a column or by the sub-district in which features lie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from urbanplan.errors import MeasureError
from urbanplan.layer.datum_change import STATED_ERROR_M, relative_error
from urbanplan.model.reading import BreakdownRow, Reading

if TYPE_CHECKING:
    from urbanplan.measure.measured import Layers, MeasureContext
    from urbanplan.measure.selection import SelectedFeatures

OUTSIDE = "—"


def break_down(
    selected: SelectedFeatures,
    by: str | None,
    reading: Callable[[SelectedFeatures], Reading],
    layers: Layers,
    setting: MeasureContext,
) -> list[BreakdownRow]:
    """Rows of (key, reading of the features of that key), keys in the order of the column's stages or codes.

    A feature whose key is not known may belong to each; what is known of such features stands under a dash.  There
    are none by sub-district where it is not known to the metre how the features lie to the sub-districts.

    Args:
        selected: all features. by: a column, or ``subdistrict``. reading: measures a part of the features.
    """
    if by is None or not len(selected.frame):
        return []
    if by == "subdistrict":
        if not _lies_sure(selected, layers, setting):
            return []
        keys, told = join_subdistricts(selected, layers, setting), selected.drawn
    elif by in selected.frame.columns:
        keys = selected.frame[by].astype("string").fillna(OUTSIDE).to_numpy(dtype=object)
        told = selected.frame[by].notna().to_numpy(dtype=bool)
    else:
        raise MeasureError(
            "layer {layer!r} has no column {column!r} to break down by",
            where=setting.where,
            fix="Give a column of the layer, or `subdistrict`",
            layer=selected.layer,
            column=by,
        )
    maybe = replace(selected, sure=selected.sure & told)
    return [
        BreakdownRow(
            keys={by: str(key)},
            reading=reading(selected.only(keys == key) if key == OUTSIDE else maybe.only((keys == key) | ~told)),
        )
        for key in layers[selected.layer].type.sort_values(by, keys.tolist())
    ]


def _lies_sure(selected: SelectedFeatures, layers: Layers, setting: MeasureContext) -> bool:
    """Whether it is known to the metre how the features lie to the sub-districts."""
    if setting.subdistricts is None or setting.subdistricts not in layers:
        return True
    error = relative_error(layers[selected.layer].datum, layers[setting.subdistricts].datum)
    return error is not None and error <= STATED_ERROR_M


def join_subdistricts(selected: SelectedFeatures, layers: Layers, setting: MeasureContext) -> np.ndarray:
    """Name of the sub-district that holds a point on each feature, shape (rows,)."""
    import shapely

    keys = np.full(len(selected.frame), OUTSIDE, dtype=object)
    if setting.subdistricts is None or setting.subdistricts not in layers:
        return keys
    areas = layers[setting.subdistricts].frame
    names = areas[setting.subdistrict_name].astype("string").fillna(OUTSIDE).to_numpy(dtype=object)
    points = shapely.point_on_surface(selected.frame.geometry.to_numpy())
    rows, hits = shapely.STRtree(areas.geometry.to_numpy()).query(points, predicate="intersects")
    first = np.unique(rows, return_index=True)[1]  # a point on a border belongs to the first
    keys[rows[first]] = names[hits[first]]
    return keys
