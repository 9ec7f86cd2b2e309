"""A raster of heights becomes a layer of a plan: its file is copied as it is, and the one before is kept."""

from __future__ import annotations

import filecmp
import itertools
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from urbanplan.analysis.declaration import layer_stanza, missing_layer, propose_layer, write_declaration
from urbanplan.analysis.folder_raster import TYPE
from urbanplan.analysis.plans import open_plan, plan_folder
from urbanplan.errors import UsageError
from urbanplan.model.note import Note, NoteLog, Notify, note

if TYPE_CHECKING:
    from collections.abc import Generator

    from urbanplan.exchange.gdal.raster import Grid
    from urbanplan.exchange.table import Table
    from urbanplan.layer.layer import Layer
    from urbanplan.model.plan import LayerSpec, Plan


def add_raster(  # noqa: PLR0913 — each is a choice that the caller must be able to name
    plan: Plan | Path | str,
    layer: str,
    file: Path,
    *,
    declare: bool = False,
    type_name: str | None = None,
    source: str = "",
    dry_run: bool = False,
    notify: Notify | None = None,
) -> tuple[Layer, Table, list[Note]]:
    """Bring a GeoTIFF in as a layer of heights.

    Args:
        plan: the plan, its file or its folder. layer: the layer's name in it. file: the raster.
        declare: append the layer to the plan where it is not declared yet. type_name: its type then, ``elevation``.
        source: what is said of where it is from. dry_run: write nothing. notify: called with each note as it comes.

    Returns:
        The layer and a table, of which the outline of the raster is the one feature, in its CRS; and the notes.

    Raises:
        UsageError: the layer is not declared, or is none of heights.
        GateError, ExchangeError, RasterError: it cannot be read, or says not where it lies.
    """
    from urbanplan.exchange.gdal import raster
    from urbanplan.exchange.table import Table
    from urbanplan.layer.kinds import find_layer_type
    from urbanplan.layer.layer import Layer
    from urbanplan.model.run_files import allow_replacing
    from urbanplan.model.safe_path import resolve_inside
    from urbanplan.store.raster_layer import MAX_CELLS, outline_frame

    declared, source = open_plan(plan), source or file.name
    spec, new = _declared_spec(declared, layer, source, declare=declare, type_name=type_name)
    kind = find_layer_type(spec.type, home=plan_folder(declared), where=declared.file)
    path = raster.check_tiff(file)
    grid = raster.read_grid(raster.GridQuery(str(path), str(file), 1, MAX_CELLS))
    target = Path(resolve_inside(spec.file, plan_folder(declared), where=declared.file))
    if target.exists() and target.samefile(path):
        raise UsageError("the file is the layer's own", where=str(file), fix="Name another file.")
    log = NoteLog(notify)
    log.put(_grid_note(grid, file.name))
    log.put(note("its values are taken as heights in metres"))
    if new:
        log.put(note("declared in the plan:\n{stanza}", stanza=layer_stanza(spec).rstrip()))
    if dry_run:
        log.put(note("the raster would be copied to {file}", level="result", file=spec.file))
    else:
        allow_replacing(target)
        with _keep_raster(target) as kept:
            _copy(path, target)
        if new:
            write_declaration(declared, spec)
        if kept:
            log.put(note("the version until now is kept as {copy}", copy=kept.name))
        log.put(note("the raster was copied to {file}", level="result", file=spec.file))
    frame = outline_frame(grid, spec, kind)
    made = Layer(spec.name, frame, kind, spec.basis, spec.source, spec.date, spec.file)
    return made, Table(frame, "geotiff"), log.notes


def undo_raster(target: Path, file: str, *, notify: Notify | None = None) -> list[Note]:
    """Exchange a layer's raster with the last version that was kept beside it.

    Raises:
        UsageError: there is none.
    """
    from urbanplan.model.run_files import allow_replacing

    copies = [copy for copy in _copies(target) if copy.is_file() and not copy.is_symlink()]
    if not copies:
        fix = "Bring it in again with urbanplan add."
        raise UsageError("no earlier version of it is kept", where=str(target), fix=fix)
    allow_replacing(target)
    spare = target.with_name(f"{target.name}.swap")
    _copy(target, spare)
    _copy(copies[-1], target)
    spare.replace(copies[-1])
    log = NoteLog(notify)
    log.put(note("{file} is again what it was before the last add", level="result", file=file))
    log.put(note("the version until now is kept as {copy}", copy=copies[-1].name))
    return log.notes


def _declared_spec(
    plan: Plan, name: str, source: str, *, declare: bool, type_name: str | None
) -> tuple[LayerSpec, bool]:
    """The declaration of a layer of heights, and whether it is new.

    Raises:
        UsageError: there is none and none may be made, or the layer is of another kind.
    """
    from urbanplan.store.raster_layer import is_raster

    spec, new = plan.layer_spec(name), False
    if spec is None and not declare:
        raise missing_layer(plan, name, source)
    if spec is None:
        made = propose_layer(plan, name, type_name=type_name or TYPE, source=source)
        spec, new = made.model_copy(update={"file": f"{name}.tif"}), True
    if spec.type != TYPE or not is_raster(spec.file):
        fix = "Choose a layer of the type {type} whose file is a .tif, or declare one with --declare."
        raise UsageError("the layer {layer} is no raster of heights", where=plan.file, fix=fix, layer=name, type=TYPE)
    return spec, new


def _grid_note(grid: Grid, name: str) -> Note:
    """Size, heights and cells without one."""
    values = cast("Any", grid).table["value"]
    low, high = _extent(values)
    text = "{file}: {columns} × {rows} cells, {void} without a height, the others from {low:.1f} to {high:.1f}"
    return note(text, file=name, columns=grid.facts["width"], rows=grid.facts["height"], void=values.null_count,
                low=low, high=high)  # fmt: skip


def _extent(values: Any) -> tuple[Any, Any]:
    """The lowest and the highest of a column of numbers, NaN where it holds none."""
    given = values.drop_null().to_numpy()
    return (given.min(), given.max()) if len(given) else (float("nan"), float("nan"))


def _copies(target: Path) -> list[Path]:
    """The copies that stand beside a file, the first one first."""
    named = (target.with_name(f"{target.name}.bak{number if number > 1 else ''}") for number in itertools.count(1))
    return list(itertools.takewhile(Path.exists, named))


@contextmanager
def _keep_raster(target: Path) -> Generator[Path | None]:
    """Keep a copy of a raster while it is replaced, and from then on, by the next free name that ends in ``.bak``.

    None is made where the last copy is the same.
    """
    from urbanplan.exchange.files.atomic import gone_on_failure

    if not target.is_file():
        yield None
        return
    copies = _copies(target)
    if copies and filecmp.cmp(target, copies[-1], shallow=False):
        yield copies[-1]
        return
    made = target.with_name(f"{target.name}.bak{len(copies) + 1 if copies else ''}")
    _copy(target, made)
    with gone_on_failure({target: made}):
        yield made


def _copy(file: Path, target: Path) -> None:
    from urbanplan.exchange.files.atomic import atomic_write

    target.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(target) as draft:
        shutil.copyfile(file, draft)
