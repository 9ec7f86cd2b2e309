"""Reconciliation: announced, ledger, approved and drawn areas side by side, and the known cause of a difference."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (shapely's functions say no type of what they return)

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from urbanplan.analysis.reconcile_inputs import Drawing, Figure, load_drawing, load_figures, load_table
from urbanplan.analysis.stated_areas import total_interval
from urbanplan.model.note import Note, note

if TYPE_CHECKING:
    import pandas as pd

    from urbanplan.analysis.reconcile_rows import GroupedAreas
    from urbanplan.layer.reconciliation import Comparison

TABLE_SUFFIXES = (".xlsx", ".csv")


@dataclass(frozen=True)
class ReconcileOptions:
    """What the caller says of the figures.

    Attributes:
        columns: ``announced``, ``ledger`` or ``approved`` = ``COLUMN`` or ``COLUMN=UNIT``; found unless given.
        unit: of columns whose name says none. total: an announced sum, such as ``1719 mu``.
        area: plane or ellipsoid, the plan's unless given, else plane.
        clip: what a drawing or a figure may end at: layer, file or frame; the plan's boundary unless given.
        crs: of a file that declares none.
    """

    columns: dict[str, str] = field(default_factory=dict)
    unit: str | None = None
    total: str | None = None
    area: Literal["plane", "ellipsoid"] | None = None
    clip: Any = None
    crs: Any = None


@dataclass(frozen=True, eq=False, repr=False)
class Reconciliation:
    """Areas side by side.

    Attributes:
        rows: one for each id: figures and drawn areas in m², their difference (figure less drawn), ``state`` (equal,
            explained, several, unexplained, missing, unknown) and the causes.
        sums: the same for each figure in sum, and what each cause makes of its difference.
        definition: of area, plane or ellipsoid. units: of each figure as it is written.
        notes: what is to be said.
    """

    rows: list[dict[str, Any]]
    sums: list[dict[str, Any]]
    definition: str
    units: dict[str, str]
    notes: list[Note] = field(default_factory=list)

    def __repr__(self) -> str:
        from urbanplan.model.display import one_line

        away = sum(row["state"] != "equal" for row in self.rows)
        return one_line("Reconciliation", f"{len(self.rows)} rows", f"{away} not equal", self.definition)

    def to_frame(self) -> pd.DataFrame:
        """The rows as a table: each figure with its interval, the causes as texts."""
        from urbanplan.analysis.reconcile_rows import to_table

        return to_table(self.rows, self.units)

    def document(self) -> dict[str, Any]:
        """The answer as JSON-ready values; areas in m²."""
        return {
            "schema_version": 1,
            "area": self.definition,
            "unit": "m²",
            "units": self.units,
            "rows": self.rows,
            "sums": self.sums,
            "notes": [str(one) for one in self.notes],
        }

    def write(self, path: Path | str) -> None:
        """Write the rows as a table (.xlsx, .csv).

        Raises:
            UsageError: the file's ending is another. ExchangeError: it cannot be written.
        """
        from urbanplan.analysis.files import write_frame
        from urbanplan.errors import UsageError

        if Path(path).suffix.lower() not in TABLE_SUFFIXES:
            raise UsageError("the answer is a table", where=str(path), fix="End the file's name in .xlsx or .csv.")
        write_frame(self.to_frame(), path)


def reconcile(
    layer: Any,
    *,
    ledger: Any = None,
    on: str | None = None,
    plan: Any = None,
    options: ReconcileOptions | None = None,
) -> Reconciliation:
    """Put the areas of polygons beside the figures that are stated of them, and name what explains a difference.

    Args:
        layer: polygons: a layer of the plan, a file or a frame. ledger: a table of figures, a file or a frame.
        on: the key, a column of both or ``LAYER=TABLE``; found where only one pair fits.
        plan: the plan, its file or folder. options: what is said of the figures.

    Raises:
        UsageError: a layer, column, key or unit is not there or not known. LayerError: shapes are no polygons.
        ExchangeError: a file cannot be read. CrsError: the layer declares no coordinate system.
    """
    from urbanplan.analysis.reconcile_rows import compare_figures, group_areas, interval_by_id
    from urbanplan.errors import UsageError

    chosen = options or ReconcileOptions()
    drawing = load_drawing(layer, plan=plan, crs=chosen.crs)
    table, said = (None, list[Note]()) if ledger is None else load_table(ledger)
    figures = load_figures(drawing, table, given=chosen.columns, unit=chosen.unit)
    if not figures and chosen.total is None:
        fix = "Name it with --ledger-column, --announced or --approved, or give --total."
        raise UsageError("no column holds stated areas", where=drawing.name, fix=fix)
    definition = chosen.area or (drawing.plan.area if drawing.plan else "plane")
    where = str(ledger) if isinstance(ledger, str | Path) else "ledger"
    clip = _clip_shape(drawing, chosen.clip)
    grouped = group_areas(drawing, table, on=on, definition=definition, clip=clip, where=where)
    intervals = {one.name: interval_by_id(one, grouped) for one in figures}
    found = {name: compare_figures(one, grouped) for name, one in intervals.items()}
    total = None if chosen.total is None else total_interval(chosen.total)
    notes = [*drawing.notes, *said, *_unread_notes(figures), *_notes(drawing, grouped, found)]
    return _answer(grouped, found, figures, total=total, definition=definition, notes=notes)


def _answer(
    grouped: GroupedAreas,
    found: dict[str, tuple[Any, Comparison]],
    figures: list[Figure],
    *,
    total: tuple[float, float] | None,
    definition: str,
    notes: list[Note],
) -> Reconciliation:
    from urbanplan.analysis.reconcile_rows import build_rows, build_sums

    units = {one.name: one.unit for one in figures}
    return Reconciliation(build_rows(grouped, found), build_sums(grouped, found, total=total), definition, units, notes)


def _clip_shape(drawing: Drawing, clip: Any) -> Any:
    """The union of what drawings may end at, in the drawing's CRS; None where nothing is known."""
    import shapely

    from urbanplan.layer.validity import make_valid_copies

    if clip is None and (drawing.plan is None or not drawing.plan.district.boundary):
        return None
    named = clip if clip is not None else drawing.plan.district.boundary if drawing.plan else None
    if isinstance(named, str) and named == drawing.name:
        return None
    other = load_drawing(named, plan=drawing.plan)
    frame = other.frame.to_crs(drawing.crs)
    return shapely.union_all(make_valid_copies(frame.geometry.to_numpy()))


def _unread_notes(figures: list[Figure]) -> Iterator[Note]:
    """Figures that are written and cannot be read as numbers: they are not nothing, but nobody can compare them."""
    text = "{column}: {count} values are no numbers and count as not stated: {values}"
    for one in figures:
        if one.unread:
            shown = ", ".join(value[:20] for value in one.unread[:10])
            yield note(text, level="warning", column=one.column, count=len(one.unread), values=shown)


def _notes(drawing: Drawing, grouped: GroupedAreas, found: dict[str, tuple[Any, Comparison]]) -> Any:
    import numpy as np
    import shapely

    from urbanplan.layer.reconciliation import STATES

    shapes = drawing.frame.geometry.to_numpy()
    drawn = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    broken = int(np.count_nonzero(drawn & ~shapely.is_valid(shapes)))
    if not drawn.all():
        text = "{name}: {count} polygons are not drawn: rows of their own, their area is not known"
        yield note(text, level="warning", name=drawing.name, count=int(np.count_nonzero(~drawn)))
    if broken:
        yield note("{name}: {count} polygons are not valid and were mended for this", level="warning",
                   name=drawing.name, count=broken)  # fmt: skip
    if drawing.swapped:
        yield note("{name}: latitude stands before longitude in it", level="warning", name=drawing.name)
    if grouped.misplaced.any():
        text = "{name}: {count} features lie where their zone cannot be: plane and ellipsoidal area are far apart"
        yield note(text, level="warning", name=drawing.name, count=int(grouped.misplaced.sum()))
    if grouped.without_key:
        yield note("without a key, so compared with nothing: {features} features, {rows} rows", level="warning",
                   features=grouped.without_key[0], rows=grouped.without_key[1])  # fmt: skip
    named = {
        "announced": note("announced area"),
        "ledger": note("area in the ledger"),
        "approved": note("approved area"),
    }
    for name, (_, comparison) in found.items():
        counts = {state: int((comparison.states == state).sum()) for state in set(comparison.states)}
        text = (
            "{figure}: {equal} equal, {explained} explained, {several} with several causes, {unexplained} unexplained, "
            "{missing} missing"
        )
        said: dict[str, Any] = {state: counts.get(state, 0) for state in STATES}
        yield note(text, figure=named[name], **said)
