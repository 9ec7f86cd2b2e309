"""Checks of an intake: where a file's features lie, by themselves and against the plan's district."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from urbanplan.analysis.files import missing_crs
from urbanplan.analysis.intake_notes import diagnostic_notes
from urbanplan.analysis.plans import district_boundary
from urbanplan.errors import CrsError
from urbanplan.model.note import NoteLog, note
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    from urbanplan.exchange.table import Table
    from urbanplan.model.plan import Plan


def drop_outside_crs(table: Table, crs: str) -> Table:
    """The table without the features that have a coordinate with no place in its CRS; where all have, as it is."""
    from urbanplan.exchange.crs.georeference import unprojectable_rows
    from urbanplan.exchange.fields.columns import to_json_values
    from urbanplan.exchange.ogr import crs_label
    from urbanplan.exchange.table import refuse_rows

    lost = unprojectable_rows(table.frame, crs)
    if not len(lost) or len(lost) == len(table.frame):
        return table
    named = to_json_values(table.frame["id"]) if "id" in table.frame else [None] * len(table.frame)
    reason = localize("a coordinate that has no place in {crs}", crs=crs_label(table.frame))
    return refuse_rows(table, {at: (named[at], reason) for at in lost})


def diagnose_file(log: NoteLog, table: Table, declared: Plan) -> None:
    """Note what looks wrong, by itself and against the plan's district, and the CRS.

    Raises:
        CrsError: none is declared and none is pinned; the likeliest are named.
    """
    from urbanplan.exchange.crs.guess import guess_crs
    from urbanplan.exchange.frames import is_spatial

    log.extend(note("{text}", text=text) for text in table.notes)
    if not is_spatial(table.frame):
        return
    truth = district_boundary(declared)
    ranked = guess_crs(table.frame.geometry.to_numpy(), near=_middle(truth))
    log.extend(diagnostic_notes(table, ranked, truth))
    if table.frame.crs is None:
        if not ranked and len(table.frame):
            what = "the file declares no CRS, and by the size of its coordinates none is likely"
            raise CrsError(what, fix="Look at it with urbanplan inspect, then pin its CRS with --crs.")
        raise missing_crs(ranked, fallback=declared.district.crs)
    from urbanplan.exchange.ogr import crs_label

    log.put(note("CRS: {crs} ({note})", crs=crs_label(table.frame), note=table.crs_note))


def _middle(frame: Any) -> tuple[float, float] | None:
    """Longitude and latitude of the middle of a frame's bounds."""
    if frame is None or not len(frame):
        return None
    left, low, right, high = frame.to_crs("EPSG:4326").total_bounds
    return (left + right) / 2, (low + high) / 2
