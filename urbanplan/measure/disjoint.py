"""How many features share land or line with others that they must keep clear of."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (shapely's functions say no type of what they return)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from urbanplan.layer.overlaps import SharedPieces, shared_pieces
from urbanplan.measure.grouping import break_down
from urbanplan.measure.measured import Layers, MeasureContext, Measurement
from urbanplan.measure.parameters import SelectionParameters
from urbanplan.measure.positions import BUFFER_SAFETY, position_margin
from urbanplan.measure.selection import (
    SelectedFeatures,
    Selection,
    compared_pairs,
    layers_of,
    select_features,
    to_selection,
)
from urbanplan.model.comparison import is_above
from urbanplan.model.reading import Bound, Evidence, Reading
from urbanplan.model.titles import layer_title
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray


class Disjoint(SelectionParameters):
    """Number of features that overlap `from`, or one another without it; implied bound: none."""

    from_: str | Selection | None = Field(default=None, alias="from", description="What they must not overlap")
    tolerance: float = Field(default=0.01, ge=0, description="Shared m² (areas) or m (lines) that is let pass")

    def compared_layers(self, setting: MeasureContext) -> list[set[str]]:
        """The selection's pairs, and it with `from`."""
        pairs = super().compared_layers(setting) + compared_pairs(self.from_)
        return pairs if self.from_ is None else [*pairs, {self.selection().layer, to_selection(self.from_).layer}]

    def layers(self, setting: MeasureContext) -> set[str]:
        """The selection's layers and those of `from`."""
        return super().layers(setting) | layers_of(self.from_)


def measure(layers: Layers, params: Disjoint, setting: MeasureContext) -> Measurement:
    """Number of overlapping features, with the shared pieces as result layer ``overlaps``."""
    selected = select_features(params.selection(), layers, setting)
    other = None if params.from_ is None else select_features(params.from_, layers, setting)
    surely, may, overlaps = _find_overlaps(selected, other, layers, params.tolerance)
    marked = selected.with_columns(__surely__=surely, __may__=may)
    reading = overlap_reading(marked)
    possible = int(may.sum())
    return Measurement(
        reading=reading,
        breakdown=break_down(marked, params.by, overlap_reading, layers, setting),
        evidence=Evidence(layers={selected.layer: list(dict.fromkeys(overlaps["left"]))}, results=["overlaps"]),
        implied=Bound(comparator="<=", number=0, unit="count"),
        reason=localize("{count} features of {layer} overlap", count=possible, layer=layer_title(selected.layer))
        if possible
        else "",
        settled_by="",
        results={"overlaps": overlaps},
    )


def overlap_reading(marked: SelectedFeatures) -> Reading:
    """Number of features that surely overlap .. that may, by the columns ``__surely__`` and ``__may__``."""
    surely, may = (marked.floats(name).astype(bool) for name in ("__surely__", "__may__"))
    return Reading(low=int((surely & marked.sure).sum()), high=int(may.sum()), unit="count")


def _find_overlaps(
    selected: SelectedFeatures, other: SelectedFeatures | None, layers: Layers, tolerance: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], gpd.GeoDataFrame]:
    """Rows that overlap a sure one, rows that may overlap any, shape (rows,) each, and the pieces that are shared."""
    import geopandas as gpd
    import shapely

    shapes = selected.valid_shapes
    others = shapes if other is None else other.valid_shapes
    found = shared_pieces(shapes, None if other is None else others)
    left, right, pieces = _both_ways(found) if other is None else (found.left, found.right, found.pieces)
    size = _shared_size(pieces, np.minimum(shapely.get_dimensions(shapes[left]), shapely.get_dimensions(others[right])))
    hit = is_above(size, tolerance)
    left, right, pieces = left[hit], right[hit], pieces[hit]
    against = selected if other is None else other
    firm, open_rows = left[against.sure[right]], np.r_[left, np.arange(found.compared, len(shapes))]
    margin = 0.0 if other is None else position_margin(layers, selected.layer, other.layer)
    if margin:
        firm, open_rows = _shifted_overlaps(shapes, others, against.sure, (margin, tolerance))
    surely, may = np.zeros(len(shapes), dtype=bool), np.zeros(len(shapes), dtype=bool)
    surely[firm], may[open_rows] = True, True
    alone = len(others) == 0 or (other is None and len(shapes) == 1)  # nothing is there to overlap
    if not alone:  # what is not drawn may lie on any of them
        may |= shapely.is_missing(shapes) | bool(shapely.is_missing(others).any())
    ids, rights = (part.table.texts("__id__")[part.rows] for part in (selected, against))
    columns = {"left": ids[left], "right": rights[right], "size": size[hit]}
    return surely, may, gpd.GeoDataFrame(columns, geometry=pieces, crs=selected.table.frame.crs)


def _both_ways(found: SharedPieces) -> tuple[Any, Any, Any]:
    """Each pair seen from either of its features, by the feature."""
    left, right = np.r_[found.left, found.right], np.r_[found.right, found.left]
    order = np.lexsort((right, left))
    return left[order], right[order], np.r_[found.pieces, found.pieces][order]


def _shifted_overlaps(shapes: Any, others: Any, sure_right: Any, limits: tuple[float, float]) -> tuple[Any, Any]:
    """Rows that overlap a sure one for every shift up to a margin, rows that may for one; limits: margin, tolerance."""
    import shapely

    margin, tolerance = limits
    may, near = shapely.STRtree(others).query(shapes, predicate="dwithin", distance=margin)
    inner = shapely.buffer(others, -BUFFER_SAFETY * margin)
    dimension = np.minimum(shapely.get_dimensions(shapes[may]), shapely.get_dimensions(others[near]))
    held = _shared_size(shapely.intersection(shapes[may], inner[near]), dimension) > tolerance
    return may[held & sure_right[near]], may


def _shared_size(pieces: Any, dimension: Any) -> Any:
    """What pairs share: m² of areas, m where one is a line, points where one is a point; a common border is nothing."""
    import shapely

    points = np.where(shapely.is_empty(pieces), 0, shapely.get_num_coordinates(pieces)).astype(float)
    return np.choose(np.maximum(dimension, 0), [points, shapely.length(pieces), shapely.area(pieces)])
