"""What is wrong with a drawing of streets: each defect with its exact place and a proposed repair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanplan.errors import NetworkError
from urbanplan.layer.geojson import describe_shapes
from urbanplan.model.finding import Finding, build_finding
from urbanplan.model.translation import localize
from urbanplan.network.build import Noding
from urbanplan.network.levels import LEVEL_COLUMNS
from urbanplan.network.topology.dangles import (
    drop_connected,
    find_dangling_ends,
    find_near_ends,
    find_overshoots,
    find_snap_candidates,
    find_undershoots,
)
from urbanplan.network.topology.defect import Defect
from urbanplan.network.topology.duplicates import find_duplicates, find_overlaps
from urbanplan.network.topology.line_checks import (
    find_crossings,
    find_islands,
    find_kinks,
    find_self_crossings,
    find_zero_length,
)
from urbanplan.network.topology.linework import Drawing, read_drawing

if TYPE_CHECKING:
    import geopandas as gpd

SEARCH_DISTANCE = 5.0
"""Metres to which undershoots and overshoots are sought."""


@dataclass(frozen=True, eq=False)
class Topology:
    """The defects of a drawing.

    Attributes:
        defects: in the order of lines. drawing: the lines looked at. ids: the id of each source feature.
        dead_ends: loose ends that are no defect, places, shape (n, 2).
    """

    defects: tuple[Defect, ...]
    drawing: Drawing
    ids: NDArray[np.object_]
    dead_ends: NDArray[np.float64]

    @property
    def counts(self) -> dict[str, int]:
        """Number of defects by code."""
        return dict(sorted(Counter(defect.code for defect in self.defects).items()))

    def feature(self, line: int) -> Any:
        """Id of the source feature of a line."""
        return self.ids[self.drawing.row[line]]

    def findings(self, layer: str | None = None) -> list[Finding]:
        """The defects as findings, geometry in the drawing's CRS."""
        shapes = describe_shapes([defect.geometry for defect in self.defects])
        words = {touches: describe_crossing(touches) for touches in (False, True)}
        return [self._finding(defect, layer, shape, words) for defect, shape in zip(self.defects, shapes, strict=True)]

    def _finding(self, defect: Defect, layer: str | None, shape: dict[str, Any], words: dict[bool, str]) -> Finding:
        others = [str(self.feature(one)) for one in defect.others]
        shown = ", ".join(dict.fromkeys(others[:4])) + ("…" if len(others) > 4 else "") or "—"
        rounded = {key: round(value, 2) for key, value in defect.values.items() if isinstance(value, float)}
        return build_finding(
            f"network-{defect.code}",
            layer=layer,
            feature=self.feature(defect.line),
            geometry=shape,
            kept={**defect.values, "others": others, "repair": repair_document(defect)},
            **{**defect.values, **rounded, "others": shown, "way": words[defect.values.get("kind") == "touch"]},
        )


def describe_crossing(touches: bool) -> str:
    """How a crossing meets, in words."""
    return localize("ends on") if touches else localize("crosses")


def repair_document(defect: Defect) -> list[dict[str, Any]]:
    """The proposed edits as plain data; empty where people must decide."""
    return [dict(vars(edit)) for edit in defect.edits]  # asdict would copy each figure


def find_defects(
    frame: gpd.GeoDataFrame,
    *,
    near: float = SEARCH_DISTANCE,
    noding: Noding = "auto",
    tolerance: float = 0.01,
    level_columns: Sequence[str] = LEVEL_COLUMNS,
    id_column: str = "id",
) -> Topology:
    """Look for defects in a frame of lines.

    Args:
        frame: lines in a projected CRS in metres.
        near: metres to which undershoots and overshoots are sought; dead ends near a street to four times that.
        noding: with ``crossings`` lines join where they cross, and crossings without a node are no defect.
        tolerance: metres within which ends join. level_columns: columns that tell the grade.
        id_column: column of ids; the index where the frame has none.

    Raises:
        NetworkError: no line can be used, or a setting is no length.
    """
    if not (near > 0 and np.isfinite(near)):
        raise NetworkError("the limit {metres} of undershoots is not a length", fix="Give metres.", metres=near)
    whole = read_drawing(frame, tolerance=tolerance, level_columns=level_columns)
    found = find_zero_length(whole)
    copies, alive = find_duplicates(whole)
    drawing = whole.keep(alive)
    found += (
        copies
        + find_overlaps(drawing, drawing.overruns(near))
        + find_kinks(drawing, near=near)
        + find_self_crossings(drawing)
    )
    tips = find_dangling_ends(drawing, near=near)
    apart = drawing.apart(near)
    over, over_rows = find_overshoots(drawing, tips, apart, near=near)
    if noding != "crossings":
        found += find_crossings(drawing, apart, over=over)
    rest = np.setdiff1d(tips, over_rows)
    aims = drop_connected(drawing, find_snap_candidates(drawing, rest, near=near))
    under, under_rows = find_undershoots(drawing, aims, near=near)
    links = np.array([(d.line, d.others[0]) for d in under], dtype=np.int64).reshape(-1, 2)
    isles, away = find_islands(drawing, links)
    open_ends = np.isin(aims.tip, under_rows) | away[drawing.ends.line[aims.tip]]
    found += over + under + find_near_ends(drawing, aims.pick(~open_ends)) + isles
    dead = np.setdiff1d(rest, under_rows)
    ids = np.asarray(frame[id_column] if id_column in frame.columns else frame.index, dtype=object)
    return Topology(_in_order(found), drawing, ids, drawing.ends.place[dead])


def _in_order(found: Sequence[Defect]) -> tuple[Defect, ...]:
    """By line, code and shape; shapes are told as text, which takes time, only where a line has several of a code."""
    keys = [(defect.line, defect.code) for defect in found]
    count = Counter(keys)
    several = np.array([count[key] > 1 for key in keys], dtype=bool)
    text = np.full(len(found), "", dtype=object)
    shapes = np.array([defect.geometry for defect in found], dtype=object)
    text[several] = shapely.to_wkt(shapes[several], rounding_precision=-1)
    order = sorted(range(len(found)), key=lambda row: (*keys[row], text[row]))
    return tuple(found[row] for row in order)
