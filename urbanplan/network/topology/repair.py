"""A repaired copy of a drawing and the log of what was done; the source is never touched.

A feature that is cut becomes several rows, ``ST-7``, ``ST-7/2`` …, or, where rows
are to stay rows, one feature of several parts that join at the cut.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.network.levels import LEVEL_COLUMNS
from urbanplan.network.topology.checks import SEARCH_DISTANCE, Topology, find_defects
from urbanplan.network.topology.defect import Defect, Edit
from urbanplan.network.topology.linework import Drawing

if TYPE_CHECKING:
    import geopandas as gpd

MAX_PASSES = 3
"""A repair may lay bare another defect: the copy is looked at again at most this often."""


@dataclass(frozen=True)
class RepairStep:
    """One line of the log: which pass, what was wrong where, what was done (empty: left to people)."""

    number: int
    code: str
    feature: str
    others: tuple[str, ...]
    x: float
    y: float
    done: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, eq=False)
class Repair:
    """A repaired copy.

    Attributes:
        frame: the copy; rows that were only copies of others are gone. log: steps in order.
        after: the defects that stay.
    """

    frame: gpd.GeoDataFrame
    log: tuple[RepairStep, ...]
    after: Topology

    @property
    def done(self) -> dict[str, int]:
        """Repairs by code."""
        return dict(sorted(Counter(step.code for step in self.log if step.done).items()))

    @property
    def left(self) -> dict[str, int]:
        """Defects left to people, by code."""
        return dict(sorted(Counter(step.code for step in self.log if not step.done).items()))


def repair_lines(  # noqa: PLR0913 - the settings of topology, and two of its own
    frame: gpd.GeoDataFrame,
    *,
    near: float = SEARCH_DISTANCE,
    tolerance: float = 0.01,
    leave: Collection[str] = (),
    level_columns: Sequence[str] = LEVEL_COLUMNS,
    id_column: str = "id",
    split: bool = True,
) -> Repair:
    """Repair what has one proposed repair.

    Args:
        frame: lines in a projected CRS in metres; it is not changed.
        near, tolerance, level_columns, id_column: as for :func:`urbanplan.network.topology.checks.find_defects`.
        leave: codes that are not repaired, without the prefix ``network-``.
        split: features that are cut become several rows; else features of several parts.

    Raises:
        NetworkError: no line can be used.
    """
    if id_column not in frame.columns:
        frame = frame.set_axis(np.arange(len(frame)), axis=0)
    settings: dict[str, Any] = {
        "near": near,
        "tolerance": tolerance,
        "level_columns": level_columns,
        "id_column": id_column,
    }
    now = find_defects(frame, **settings)
    log: list[RepairStep] = []
    for number in range(1, MAX_PASSES + 1):
        able = [defect for defect in now.defects if defect.edits and defect.code not in leave]
        if not able:
            break
        frame = apply_edits(frame, now.drawing, [edit for defect in able for edit in defect.edits])
        log += [_log_step(now, defect, number, done=True) for defect in able]
        now = find_defects(frame, **settings)
    log += [_log_step(now, defect, 0, done=False) for defect in now.defects]
    if split:
        frame = _explode_rows(frame, {step.feature for step in log if step.done} | _other_features(log), id_column)
    return Repair(frame, tuple(log), now)


def _other_features(log: Sequence[RepairStep]) -> set[str]:
    return {other for step in log if step.done for other in step.others}


def _explode_rows(frame: gpd.GeoDataFrame, features: set[str], id_column: str) -> gpd.GeoDataFrame:
    """Features in question of several parts as one row each; text ids get ``/2``, ``/3`` …, numbers the next free."""
    names = frame[id_column] if id_column in frame.columns else frame.index.to_series()
    mine = names.astype(str).isin(features).to_numpy()
    shapes = np.asarray(frame.geometry.array, dtype=object)
    parts, part_of = shapely.get_parts(shapes[mine], return_index=True)
    row = np.flatnonzero(mine)[part_of]
    first = np.append(True, row[1:] != row[:-1])[: len(row)]
    source = np.concatenate([np.flatnonzero(~mine), row])
    pieces = np.concatenate([shapes[~mine], parts])
    number = np.concatenate([np.zeros(int((~mine).sum()), np.int64), _running_number(first)])
    order = np.lexsort((number, source))
    copy = frame.iloc[source[order]].set_geometry(pieces[order], crs=frame.crs)
    if id_column in frame.columns:
        copy[id_column] = _part_ids(copy[id_column].to_numpy(), number[order])
    return copy.reset_index(drop=True)


def _running_number(first: NDArray[np.bool_]) -> NDArray[np.int64]:
    rows = np.arange(len(first))
    return rows - np.maximum.accumulate(np.where(first, rows, 0)) if len(first) else rows


def _part_ids(ids: NDArray[Any], number: NDArray[np.int64]) -> NDArray[Any]:
    ids = ids.copy()
    later = np.flatnonzero(number > 0)
    if np.issubdtype(ids.dtype, np.number):
        ids[later] = np.max(ids, initial=0) + 1 + np.arange(len(later))
    else:
        ids[later] = [f"{ids[row]}/{number[row] + 1}" for row in later]
    return ids


def _log_step(seen: Topology, defect: Defect, number: int, *, done: bool) -> RepairStep:
    place = shapely.point_on_surface(defect.geometry)
    others = tuple(str(seen.feature(other)) for other in defect.others)
    deeds = ", ".join(dict.fromkeys(edit.deed for edit in defect.edits)) if done else ""
    feature = str(seen.feature(defect.line))
    x, y = (float(c) for c in shapely.get_coordinates(place)[0])
    return RepairStep(number, defect.code, feature, others, x, y, deeds, defect.edits if done else ())


def apply_edits(frame: gpd.GeoDataFrame, drawing: Drawing, edits: Sequence[Edit]) -> gpd.GeoDataFrame:
    """The frame with edits made; rows of which nothing is left go."""
    wanted: dict[int, list[Edit]] = defaultdict(list)
    for edit in edits:
        wanted[edit.line].append(edit)
    rows = {int(drawing.row[line]) for line in wanted}
    parts: dict[int, list[NDArray[np.float64]]] = {row: [] for row in rows}
    for line in np.flatnonzero(np.isin(drawing.row, list(rows))).tolist():
        parts[int(drawing.row[line])] += rebuild_line(drawing, line, wanted.get(line, []))
    shapes = np.asarray(frame.geometry.array, dtype=object).copy()
    gone = np.zeros(len(frame), dtype=bool)
    for row, pieces in parts.items():
        gone[row] = not pieces
        if pieces:
            lines = [shapely.LineString(piece) for piece in pieces]
            shapes[row] = lines[0] if len(lines) == 1 else shapely.MultiLineString(lines)
    copy = frame.set_geometry(shapes, crs=frame.crs)
    return copy[~gone]


def rebuild_line(drawing: Drawing, line: int, edits: Sequence[Edit]) -> list[NDArray[np.float64]]:
    """Vertices of the pieces that edits make of one line, in their order along it."""
    length = float(drawing.length[line])
    low, high, marks, holes, bends = 0.0, length, [], [], []
    spots: dict[float, tuple[float, float]] = {}
    for edit in edits:
        match edit.deed:
            case "drop":
                return []
            case "keep":
                low, high = max(low, edit.low), min(high, edit.high)
                _record_point(spots, edit.low if edit.low > 0 else edit.high, edit)
            case "cut":
                marks.append(edit.low)
                _record_point(spots, edit.low, edit)
            case "without":
                holes.append((edit.low, edit.high))
            case "straighten":
                bends.append(edit.low)
    marks += [end for hole in holes for end in hole]
    steps = _drop_close_positions([low, *sorted(mark for mark in marks if low < mark < high), high], drawing.tolerance)
    pieces = [
        _snap_ends(_cut_piece(drawing, line, a, b, bends), spots.get(a), spots.get(b))
        for a, b in pairwise(steps)
        if not any(x <= (a + b) / 2 <= y for x, y in holes)
    ]
    return _extend_pieces(pieces, edits)


def _record_point(spots: dict[float, tuple[float, float]], at: float, edit: Edit) -> None:
    if edit.point is not None:
        spots[at] = edit.point


def _snap_ends(
    piece: NDArray[np.float64], first: tuple[float, float] | None, last: tuple[float, float] | None
) -> NDArray[np.float64]:
    """A piece whose new ends stand exactly where the other lines have theirs, so that rounding parts them never."""
    for row, spot in ((0, first), (-1, last)):
        if spot is not None:
            piece[row] = spot
    return piece


def _drop_close_positions(steps: list[float], tolerance: float) -> list[float]:
    """Steps without those that stand within the tolerance of the one before; both ends stay."""
    kept = [steps[0]]
    for step in steps[1:-1]:
        if step - kept[-1] > tolerance and steps[-1] - step > tolerance:
            kept.append(step)
    return [*kept, steps[-1]] if steps[-1] > kept[0] else []


def _cut_piece(drawing: Drawing, line: int, low: float, high: float, bends: Sequence[float]) -> NDArray[np.float64]:
    span = slice(drawing.offsets[line], drawing.offsets[line + 1])
    at, vertices = drawing.vertex_at[span], drawing.coords[span]
    inner = (at > low + 1e-7) & (at < high - 1e-7)
    for bend in bends:
        inner &= np.abs(at - bend) > 1e-9
    ends = drawing.points(np.array([line, line]), np.array([low, high]))
    if low <= 0:
        ends[0] = vertices[0]
    if high >= at[-1]:
        ends[1] = vertices[-1]
    return np.vstack([ends[:1], vertices[inner], ends[1:]])


def _extend_pieces(pieces: list[NDArray[np.float64]], edits: Sequence[Edit]) -> list[NDArray[np.float64]]:
    for edit in edits:
        if edit.deed == "extend" and pieces and edit.point is not None:
            point = np.array([edit.point])
            if edit.low <= 0:
                pieces[0] = np.vstack([point, pieces[0]])
            else:
                pieces[-1] = np.vstack([pieces[-1], point])
    return pieces
