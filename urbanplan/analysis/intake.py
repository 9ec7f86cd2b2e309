"""Intake: a file becomes a layer of a plan; bad features are set aside and named, nothing is guessed silently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.analysis.declaration import layer_stanza, missing_layer, propose_layer, write_declaration
from urbanplan.analysis.drawing_intake import select_for_type
from urbanplan.analysis.files import (
    ReadOptions,
    check_read_losses,
    georeference,
    read_file,
    read_loss_notes,
    refused_notes,
    written_notes,
)
from urbanplan.analysis.intake_checks import diagnose_file, drop_outside_crs
from urbanplan.analysis.intake_notes import (
    check_geometry,
    column_notes,
    finding_notes,
    geometry_notes,
    preview_notes,
    read_note,
    repair_notes,
)
from urbanplan.analysis.layer_copies import REPLACED, keep_replaced, replaced_note
from urbanplan.analysis.plans import find_layer, open_plan, plan_folder
from urbanplan.analysis.table_join import join_table
from urbanplan.errors import UsageError
from urbanplan.model.note import Note, NoteLog, Notify, note
from urbanplan.model.titles import use_titles

if TYPE_CHECKING:
    from urbanplan.analysis.table_join import JoinOptions
    from urbanplan.exchange.table import Table, Written
    from urbanplan.layer.layer import Layer
    from urbanplan.layer.repair import Repair
    from urbanplan.model.finding import Finding
    from urbanplan.model.layertype import LayerType
    from urbanplan.model.plan import LayerSpec, Plan


@dataclass(frozen=True)
class Intake:
    """What an intake did.

    Attributes:
        layer: the layer in the plan's CRS, with the fields of its type.
        table: the file as it was read and understood; ``table.refused`` holds the features that were set aside.
        findings: of bringing the rows to the layer's type. repairs: done or refused.
        written: the plan's file of the layer, None on a dry run. notes: all of it in words, in order.
    """

    layer: Layer
    table: Table
    findings: list[Finding]
    repairs: list[Repair]
    written: Written | None
    notes: list[Note] = field(default_factory=list)


def add_layer(  # noqa: PLR0913 — each is a choice that the caller must be able to name
    plan: Plan | Path | str,
    layer: str,
    file: Path | str | None = None,
    *,
    join: JoinOptions | None = None,
    reading: ReadOptions = ReadOptions(),  # noqa: B008 — frozen
    columns: Mapping[str, str] | None = None,
    repairs: Sequence[str] = (),
    tolerance_m2: float = 1.0,
    allow_loss: bool = False,
    dry_run: bool = False,
    declare: bool = False,
    type_name: str | None = None,
    any_geometry: bool = False,
    source: str = "",
    notify: Notify | None = None,
) -> Intake:
    """Bring a file in as a layer of a plan.

    Args:
        plan: the plan, its file or its folder. layer: the layer's name in it.
        file: the file to bring in; the layer's own where only a table is joined. join: a table with more columns.
        reading: what the caller says of the file. columns: field of the type → column of the file.
        repairs: kinds of :data:`urbanplan.layer.repair.REPAIR_KINDS` to do, none unasked.
        tolerance_m2: area by which a repair may change a feature.
        allow_loss: write although the plan's format loses something. dry_run: write nothing.
        declare: append the layer to the plan where it is not declared yet. type_name: its type then; the one of the
        layer's name unless said.
        source: what is said of where the rows are from; the file's name unless given.
        any_geometry: bring features in whose shapes are of another kind than the type's.
        notify: called with each note as it comes.

    Raises:
        UsageError: there is no such layer, column or repair. LayerError: shapes are of another kind.
        GateError, ExchangeError, RasterError: the file cannot be read. A raster (.tif) becomes a layer of heights.
        CrsError: the file declares no CRS and none is pinned. LossError: a loss is not allowed.
    """
    from urbanplan.layer.kinds import find_layer_type
    from urbanplan.store.raster_layer import is_raster

    if file is not None and join is None and is_raster(str(file)):
        _check_plain(reading, columns, repairs, where=str(file))
        from urbanplan.analysis.raster_intake import add_raster

        made, table, notes = add_raster(
            plan, layer, Path(file), declare=declare, type_name=type_name, source=source, dry_run=dry_run, notify=notify
        )
        return Intake(made, table, [], [], None, notes)
    declared = open_plan(plan)
    if file is None:
        file, reading = own_file(declared, layer)
    source = source or Path(file).name
    declared, spec, new = _declared_layer(declared, layer, source, declare=declare, type_name=type_name)
    log = NoteLog(notify)
    _check_repairs(repairs)
    table = georeference(read_file(file, reading, close_rings="close" in repairs), reading)
    check_read_losses(table, Path(file), allowed=allow_loss)
    kind = find_layer_type(spec.type, home=plan_folder(declared), where=declared.file)
    table, left_out = select_for_type(table, kind)
    table = drop_outside_crs(table, declared.district.crs)
    log.put(read_note(table, Path(file)))
    log.extend(left_out)
    log.extend(read_loss_notes(table))
    log.extend(refused_notes(table))
    diagnose_file(log, table, declared)
    lineage: list[dict[str, Any]] = []
    if join is not None:
        table, joined = join_table(
            table, kind, join, log, columns={**spec.columns, **(columns or {})}, allow_loss=allow_loss
        )
        lineage, columns = [joined], None
    check_geometry(table.frame, kind, where=str(file), allowed=any_geometry)
    made, findings = _conform(table, declared, spec, kind, columns or {})
    log.extend(column_notes(table.frame, made.type, {**spec.columns, **(columns or {})}))
    log.extend(preview_notes(made.frame, made.type))
    log.extend(finding_notes(findings))
    log.extend(geometry_notes(table.frame, made.type))
    made, done = _repair(made, repairs, tolerance_m2, closed=table.closed)
    log.extend(repair_notes(done))
    written = None
    if new:
        log.put(note("declared in the plan:\n{stanza}", stanza=layer_stanza(spec).rstrip()))
    if dry_run:
        log.put(
            note("{count} features would be written to {file}", level="result", count=len(made.frame), file=spec.file)
        )
    else:
        written, replaced = _write(made, table, declared, source, lineage=lineage, allow_loss=allow_loss)
        if new:
            write_declaration(declared, spec)
        if replaced:
            log.put(replaced_note(replaced, len(made.frame), made.name))
        log.extend(written_notes(written))
    return Intake(made, table, findings, done, written, log.notes)


def _check_plain(
    reading: ReadOptions, columns: Mapping[str, str] | None, repairs: Sequence[str], *, where: str
) -> None:
    """Refuse for a raster what is said of features.

    Raises:
        UsageError: something is.
    """
    if reading != ReadOptions() or columns or repairs:
        fix = "Give only --declare, --type or --dry-run."
        raise UsageError("a raster is copied as it is: nothing else can be said of it", where=where, fix=fix)


def own_file(plan: Plan, name: str) -> tuple[Path, ReadOptions]:
    """The plan's own file of a layer, and how the plan says that it is read."""
    from urbanplan.model.safe_path import resolve_inside

    spec = find_layer(plan, name)
    return resolve_inside(spec.file, plan_folder(plan), where=plan.file), ReadOptions(
        spec.table, spec.crs, spec.encoding
    )


def _declared_layer(
    plan: Plan, name: str, source: str, *, declare: bool, type_name: str | None
) -> tuple[Plan, LayerSpec, bool]:
    """The plan with the layer, its declaration, and whether that is new.

    Raises:
        UsageError: the plan does not declare it and may not be changed; the stanza is said.
    """
    spec = plan.layer_spec(name)
    if spec is not None:
        return plan, spec, False
    if not declare:
        raise missing_layer(plan, name, source)
    spec = propose_layer(plan, name, type_name=type_name, source=source)
    return plan.model_copy(update={"layer": [*plan.layer, spec]}), spec, True


def _check_repairs(kinds: Sequence[str]) -> None:
    """Refuse a kind of repair that there is not.

    Raises:
        UsageError: there is one.
    """
    from urbanplan.layer.repair import REPAIR_KINDS

    for kind in kinds:
        if kind not in REPAIR_KINDS:
            fix = "Use one of {names}."
            raise UsageError("there is no repair {kind}", fix=fix, kind=kind, names=", ".join(REPAIR_KINDS))


def _conform(
    table: Table, declared: Plan, spec: LayerSpec, kind: LayerType, columns: Mapping[str, str]
) -> tuple[Layer, list[Finding]]:
    """The layer in the working CRS with the type's fields, and findings of what does not fit."""
    from urbanplan.exchange.crs.georeference import reproject
    from urbanplan.layer.conform import conform_to_type, to_geodataframe
    from urbanplan.layer.layer import Layer
    from urbanplan.store.folder import read_datum_options

    _check_columns(table.frame, columns)
    moved = reproject(table.frame, to_crs=declared.district.crs, options=read_datum_options(declared, spec))
    with use_titles({spec.name: kind}):
        rows, found = conform_to_type(moved, kind, layer=spec.name, columns={**spec.columns, **columns})
    frame = to_geodataframe(rows, crs=declared.district.crs)
    made = Layer(
        spec.name, frame, kind, basis=spec.basis, source=spec.source, date=spec.date, file=spec.file,
        digest=table.digest, refused=table.refused,
    )  # fmt: skip
    return made, found


def _check_columns(frame: Any, columns: Mapping[str, str]) -> None:
    """Refuse a column that the file does not have.

    Raises:
        UsageError: there is one; the nearest names are said.
    """
    from urbanplan.layer.column_names import similar_columns

    known = [str(name) for name in frame.columns]
    for name in columns.values():
        if name not in known:
            near = ", ".join(similar_columns([name], known) or known[:10])
            raise UsageError("the file has no column {name}", fix="Did you mean {near}?", name=name, near=near)


def _repair(
    layer: Layer, kinds: Sequence[str], tolerance: float, *, closed: tuple[int, ...]
) -> tuple[Layer, list[Repair]]:
    """The repaired layer and the log of repairs; rings that were closed on reading stand first in it."""
    from urbanplan.layer.repair import REPAIR_KINDS, Repair, midpoint_areas, repair_layer

    if not kinds:
        return layer, []
    mended, log = repair_layer(layer, kinds=[kind for kind in REPAIR_KINDS if kind in kinds], area_m2=tolerance)
    rows = layer.frame.iloc[list(closed)]
    sizes = zip(rows[layer.type.id], midpoint_areas(rows.geometry.to_numpy()), strict=True)
    first = [Repair(str(name), "close", 0.0, float(size), True) for name, size in sizes]
    return replace(mended, digest=layer.digest), [*first, *log]


def _write(
    layer: Layer, table: Table, plan: Plan, file: str, *, lineage: list[dict[str, Any]], allow_loss: bool
) -> tuple[Written, dict[str, Any] | None]:
    """The layer's file, and what it replaced, which is kept and named in the metadata file."""
    from urbanplan.analysis.export import to_frame
    from urbanplan.exchange import write
    from urbanplan.model.run_files import allow_replacing
    from urbanplan.model.safe_path import resolve_inside

    home = plan_folder(plan)
    resolve_inside(layer.file, home)
    allow_replacing(home / layer.file)
    about = {
        "layer": layer.name,
        "basis": layer.basis,
        "source": layer.source or None,
        "date": str(layer.date) if layer.date else None,
        "lineage": [
            {"file": file, "format": table.format, "sha256": table.digest, "set_aside": len(table.refused)},
            *lineage,
        ],
        "refused": table.refused.to_dict("records"),
        "codes": {name: held for name, held in table.codes.items() if name in layer.frame} or None,
    }
    with keep_replaced(home / layer.file) as kept:
        said = {**about, REPLACED: kept}
        return write(to_frame(layer), home / layer.file, allow_loss=allow_loss, metadata=said), kept
