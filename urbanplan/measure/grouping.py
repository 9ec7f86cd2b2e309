"""Breaking a reading down by a column or by the sub-district in which features lie."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (shapely's functions say no type of what they return)

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from urbanplan.errors import MeasureError
from urbanplan.layer.datum_change import STATED_ERROR_M, relative_error
from urbanplan.layer.validity import make_valid_copies
from urbanplan.measure.borders import cut_at_borders
from urbanplan.measure.selection import row_table
from urbanplan.measure.unknown_rows import is_column
from urbanplan.model.reading import BreakdownRow, Reading

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from urbanplan.measure.measured import Layers, MeasureContext
    from urbanplan.measure.selection import SelectedFeatures

OUTSIDE = "—"
NEAR_POINT_M = 0.01  # half the side of the square in which it is asked whether sub-districts overlap at a point


def break_down(
    selected: SelectedFeatures,
    by: str | None,
    reading: Callable[[SelectedFeatures], Reading],
    layers: Layers,
    setting: MeasureContext,
    cut: int | None = None,
) -> list[BreakdownRow]:
    """Rows of (key, reading of the features of that key), keys in the order of the column's stages or codes.

    A feature whose key is not known may belong to each; what is known of such features stands under a dash.  There
    are none by sub-district where it is not known to the metre how the features lie to the sub-districts.  Lines (1)
    or areas (2) whose size is read are cut at the borders; other features belong where their point lies.

    Args:
        selected: all features. by: a column, or ``subdistrict``. reading: measures a part of the features.
        cut: dimension of the shapes that are cut at the borders of sub-districts.
    """
    if by is None or not len(selected):
        return []
    if by == "subdistrict":
        if not _lies_sure(selected, layers, setting):
            return []
        _notice_overlap(layers, setting)
        return _by_subdistrict(cut_at_borders(selected, cut, layers, setting), reading, layers, setting)
    if is_column(selected.table.frame, by):
        told = ~selected.table.null(by)[selected.rows]
        keys = np.where(told, selected.table.texts(by)[selected.rows], OUTSIDE)
    else:
        raise MeasureError(
            "layer {layer!r} has no column {column!r} to break down by",
            where=setting.where,
            fix="Give a column of the layer, or `subdistrict`",
            layer=selected.layer,
            column=by,
        )
    maybe = replace(selected, fits=selected.fits & told)
    return [
        BreakdownRow(
            keys={by: str(key)},
            reading=reading(selected.only(keys == key) if key == OUTSIDE else maybe.only((keys == key) | ~told)),
        )
        for key in layers[selected.layer].type.sort_values(by, keys.tolist())
    ]


def _by_subdistrict(
    selected: SelectedFeatures,
    reading: Callable[[SelectedFeatures], Reading],
    layers: Layers,
    setting: MeasureContext,
) -> list[BreakdownRow]:
    """Rows by sub-district: a feature in two that overlap may be of each, one in none of one that is not drawn.

    What is known of the features of no drawn sub-district stands under a dash.
    """
    names, here, only = join_subdistricts(selected, layers, setting)
    rows: list[BreakdownRow] = []
    for name in layers[selected.layer].type.sort_values("subdistrict", [str(one) for one in names]):
        may, surely = (mask[names == name].any(axis=0) for mask in (here, only))
        if may.any():
            part = selected if name == OUTSIDE else replace(selected, fits=selected.fits & surely)
            part = part.only(may)
            rows.append(BreakdownRow(keys={"subdistrict": str(name)}, reading=reading(part)))
    return rows


def _notice_overlap(layers: Layers, setting: MeasureContext) -> None:
    """Tell which sub-districts share land: what lies there may be of each."""
    from urbanplan.layer.area import OVERLAP_TOLERANCE_M2, overlapping_rows

    if setting.subdistricts is not None and setting.subdistricts in layers:
        table = row_table(layers[setting.subdistricts], setting)
        rows = table.fact("overlapping", lambda: overlapping_rows(table.shapes, tolerance=OVERLAP_TOLERANCE_M2))
        if rows.size:
            ids = table.texts("__id__")[rows]
            setting.notice("verdict-subdistricts-overlap", layer=setting.subdistricts, features=ids)


def _lies_sure(selected: SelectedFeatures, layers: Layers, setting: MeasureContext) -> bool:
    """Whether it is known to the metre how the features lie to the sub-districts."""
    if setting.subdistricts is None or setting.subdistricts not in layers:
        return True
    error = relative_error(layers[selected.layer].datum, layers[setting.subdistricts].datum)
    return error is not None and error <= STATED_ERROR_M


def join_subdistricts(
    selected: SelectedFeatures, layers: Layers, setting: MeasureContext
) -> tuple[NDArray[np.object_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Names of the sub-districts, that of none last; which features may and surely belong to each, (names, rows).

    A feature belongs to the one that holds a point on it, of a line its middle; on a common border, to the first; where
    they overlap, it may belong to each that holds the point, be it inside or on its border.  One that is not drawn may
    belong to each; one outside of all that are drawn may belong to one that is not.
    """
    drawn, count = selected.drawn, len(selected)
    if setting.subdistricts is None or setting.subdistricts not in layers:
        return np.array([OUTSIDE], dtype=object), np.ones((1, count), dtype=bool), drawn[None, :]
    frame = layers[setting.subdistricts].frame
    areas, shapes = row_table(layers[setting.subdistricts], setting), selected.table.shapes
    column = setting.subdistrict_name
    names = areas.fact(("names", column), lambda: frame[column].astype("string").fillna(OUTSIDE).to_numpy(dtype=object))

    def make(rows: NDArray[np.intp]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        here, only = _join(shapes[rows], frame.geometry.to_numpy())
        return here.T, only.T

    here, only = selected.table.per_row(("subdistricts", areas), selected.rows, make)
    return np.append(names, OUTSIDE), here.T, only.T


def _join(shapes: NDArray[np.object_], areas: Any) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which shapes may and surely belong to each area, and last to none of them, (areas + 1, shapes)."""
    import shapely

    drawn, points = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes)), _points_on(shapes)
    inside = np.zeros((len(areas), len(shapes)), dtype=bool)
    within, first = inside.copy(), inside.copy()
    tree = shapely.STRtree(areas)
    for mask, pairs in ((inside, tree.query(points, "intersects")), (within, tree.query(points, "within"))):
        mask[pairs[1], pairs[0]] = True
    border = inside & ~within
    rows = np.flatnonzero(border.any(axis=0))
    first[border[:, rows].argmax(axis=0), rows] = True
    for row in np.flatnonzero(border.sum(axis=0) > 1):  # a few: points that lie on borders of several
        if _share_land(areas[border[:, row]], points[row]):
            first[:, row] = border[:, row]
    here = within | first
    hidden = shapely.is_missing(areas) | shapely.is_empty(areas)
    out = ~here.any(axis=0)
    here = np.vstack([here | (hidden[:, None] & out), out])
    here[:, ~drawn] = True
    return here, here & (here.sum(axis=0) == 1) & drawn


def _share_land(areas: Any, point: Any) -> bool:
    """Whether areas that meet at a point overlap there."""
    import shapely

    (x, y), near = shapely.get_coordinates(point)[0], NEAR_POINT_M
    pieces = shapely.intersection(make_valid_copies(areas), shapely.box(x - near, y - near, x + near, y + near))
    return shapely.area(pieces).sum() - shapely.area(shapely.union_all(pieces)) > near**2 / 100


def _points_on(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """A point on each shape; the middle of a line, whose ends may lie on a border."""
    import shapely

    points = shapely.point_on_surface(shapes)
    lines = shapely.get_type_id(shapes) == shapely.GeometryType.LINESTRING
    points[lines] = shapely.line_interpolate_point(shapes[lines], 0.5, normalized=True)
    return points
