"""``urbanplan add``: a file becomes a layer of the plan."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from urbanplan.errors import CrsError, UsageError
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    from urbanplan.exchange.table import Table
    from urbanplan.layer.layer import Layer
    from urbanplan.model.finding import Finding
    from urbanplan.model.layertype import LayerType
    from urbanplan.model.plan import LayerSpec, Plan


def add(
    layer: Annotated[str, typer.Argument(metavar="LAYER", help="Name of the layer in the plan")],
    file: Annotated[Path, typer.Argument(help="The file to bring in")],
    plan: Annotated[Path, typer.Option("--plan", help="Plan file or folder")] = Path("plan.toml"),
    table: Annotated[str | None, typer.Option(help="The layer inside FILE, where there are several")] = None,
    crs: Annotated[str | None, typer.Option(help="Pin the CRS")] = None,
    encoding: Annotated[str | None, typer.Option(help="Pin the encoding of the texts")] = None,
    datum: Annotated[str | None, typer.Option(help="gcj02 or bd09: undo the shift of a web map")] = None,
    swap_axes: Annotated[bool, typer.Option("--swap-axes", help="North stands before east")] = False,
    place: Annotated[str | None, typer.Option(help="EAST,NORTH or WKT: the columns that say where rows are")] = None,
    head: Annotated[int | None, typer.Option(help="The row of a table that holds the names")] = None,
    column: Annotated[list[str] | None, typer.Option(help="FIELD=COLUMN: the file's column of a field")] = None,
    repair: Annotated[
        list[str] | None, typer.Option(help="Mend on request: close, repeated, cross, sliver, order; each is logged")
    ] = None,
    tolerance: Annotated[float, typer.Option(help="Square metres that a repair may change a feature by")] = 1.0,
    allow_loss: Annotated[bool, typer.Option("--allow-loss", help="Write although something is lost")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, write nothing")] = False,
) -> None:
    """Bring a file in as the plan's layer: bad features are set aside and named, nothing is guessed silently."""
    from urbanplan.cli.inspect import parse_geometry_columns
    from urbanplan.plan import read_plan

    declared = read_plan(plan)
    spec = _layer_spec(declared, layer)
    home = Path(declared.file).resolve().parent
    pins = ReadOptions(table, crs, encoding, parse_geometry_columns(place), head)
    source = _read(file, pins, close="close" in (repair or []))
    source = _georeference(source, crs=crs, datum=datum, swap_axes=swap_axes)
    source = _drop_outside_crs(source, declared.district.crs)
    _report_read(source, file)
    _report_refused(source)
    _report_diagnostics(source, declared)
    made = _conform(source, declared, spec, _parse_columns(column))
    made = _repair(made, repair or [], tolerance, closed=source.closed)
    if dry_run:
        typer.echo(localize("{count} features would be written to {file}", count=len(made.frame), file=spec.file))
        return
    _write(made, source, spec, home, file, allow_loss=allow_loss)


def _layer_spec(declared: Plan, name: str) -> LayerSpec:
    import difflib

    for spec in declared.layer:
        if spec.name == name:
            return spec
    known = [spec.name for spec in declared.layer]
    near = ", ".join(difflib.get_close_matches(name, known, n=3, cutoff=0.4)) or ", ".join(known[:5])
    raise UsageError("the plan has no layer {name}", fix="Did you mean {near}?", name=name, near=near)


@dataclass(frozen=True)
class ReadOptions:
    """What the caller says of the file, so that nothing of it is guessed."""

    table: str | None
    crs: str | None
    encoding: str | None
    place: tuple[str, ...]
    head: int | None


def _read(file: Path, pins: ReadOptions, *, close: bool) -> Table:
    from urbanplan.exchange.formats import by_suffix
    from urbanplan.exchange.gate.admission import admit
    from urbanplan.exchange.reading import read_source
    from urbanplan.exchange.table import Source

    found = admit(file)
    source = Source(
        found, by_suffix(found), pins.table, pins.crs, pins.encoding, close=close, place=pins.place, head=pins.head
    )
    return read_source(source)


def _report_read(table: Table, file: Path) -> None:
    """What was read of what, and how many features it holds: read and set aside make all of the file."""
    layer = localize(", layer {name}", name=table.layer) if table.layer else ""
    encoding = localize(", encoding {encoding}", encoding=table.encoding) if table.encoding else ""
    what = "{file} ({format}{layer}{encoding}): {read} features read, {refused} set aside"
    told = localize(what, file=file.name, format=table.format, layer=layer, encoding=encoding, read=len(table.frame),
               refused=len(table.refused))  # fmt: skip
    typer.echo(f"· {told}", err=True)


def _parse_columns(words: list[str] | None) -> dict[str, str]:
    """``FIELD=COLUMN`` words as a table.

    Raises:
        UsageError: a word has no ``=``.
    """
    for word in words or []:
        if "=" not in word:
            raise UsageError("{word} is not FIELD=COLUMN", fix="Write for example name=地块名称.", word=word)
    return dict(word.split("=", 1) for word in words or [])  # type: ignore[misc]


def _georeference(table: Table, *, crs: str | None, datum: str | None, swap_axes: bool) -> Table:
    """The table as the caller says that it is to be understood."""
    from urbanplan.exchange.crs.georeference import reproject

    return replace(table, frame=reproject(table.frame, crs=crs, datum=datum, swap_axes=swap_axes))


def _drop_outside_crs(table: Table, crs: str) -> Table:
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


def _report_diagnostics(table: Table, declared: Plan) -> None:
    """What looks wrong, by itself and against the plan's district, and the CRSs it may be in where none is declared.

    Raises:
        CrsError: none is declared and none is pinned.
    """
    from urbanplan.cli.inspect import district_boundary
    from urbanplan.exchange.crs.guess import guess_crs
    from urbanplan.exchange.diagnostics import diagnose
    from urbanplan.exchange.frames import is_spatial
    from urbanplan.exchange.ogr import crs_label

    for note in table.notes:
        typer.echo(f"· {note}", err=True)
    if not is_spatial(table.frame):
        return
    truth = district_boundary(Path(declared.file))
    middle = None
    if truth is not None and len(truth):
        left, low, right, high = truth.to_crs("EPSG:4326").total_bounds
        middle = ((left + right) / 2, (low + high) / 2)
    ranked = guess_crs(table.frame.geometry.to_numpy(), near=middle)
    for row in diagnose(table, ranked, reference=truth):
        seen = f"{row['message']} ({row['confidence']:.2f})"
        typer.echo(f"! {localize('{message}. {repair}', message=seen, repair=row['repair'])}", err=True)
    if table.frame.crs is None:
        listed = ", ".join(
            f"{g.crs}{localize(' with swapped axes') if g.swapped else ''} ({g.confidence:.2f})" for g in ranked
        )
        if not ranked and len(table.frame):
            what = "the file declares no CRS, and by the size of its coordinates none is likely"
            raise CrsError(what, fix="Look at it with urbanplan inspect, then pin its CRS with --crs.")
        raise CrsError(
            "the file declares no CRS; by the size of its coordinates it may be {guesses}",
            fix=_SWAP_HINT if ranked and ranked[0].swapped else "Pin it, for example --crs {best}.",
            guesses=listed or "—", best=ranked[0].crs if ranked else declared.district.crs,
        )  # fmt: skip
    typer.echo(f"· CRS: {crs_label(table.frame)} ({table.crs_note})", err=True)


_SWAP_HINT = "Swap them back with --swap-axes."


def _conform(table: Table, declared: Plan, spec: LayerSpec, columns: dict[str, str]) -> Layer:
    """The layer in the working CRS with the type's fields; absent fields are told with the nearest names."""
    from urbanplan.exchange.crs.georeference import reproject
    from urbanplan.layer.conform import conform_to_type, to_geodataframe
    from urbanplan.layer.kinds import find_layer_type
    from urbanplan.layer.layer import Layer

    home = Path(declared.file).resolve().parent
    kind = find_layer_type(spec.type, home=home, where=declared.file)
    _check_columns(table.frame, columns)
    moved = reproject(table.frame, to_crs=declared.district.crs)
    rows, found = conform_to_type(moved, kind, layer=spec.name, columns={**spec.columns, **columns})
    _report_findings(found)
    _report_shapes(table.frame, kind)
    frame = to_geodataframe(rows, crs=declared.district.crs)
    return Layer(
        spec.name, frame, kind, basis=spec.basis, source=spec.source, date=spec.date, file=spec.file,
        digest=table.digest, refused=table.refused,
    )  # fmt: skip


def _check_columns(frame: Any, columns: dict[str, str]) -> None:
    """The columns that the caller names are there.

    Raises:
        UsageError: one is not.
    """
    from urbanplan.layer.conform import similar_columns

    known = [str(name) for name in frame.columns]
    for name in columns.values():
        if name not in known:
            near = ", ".join(similar_columns([name], known) or known[:10])
            raise UsageError("the file has no column {name}", fix="Did you mean {near}?", name=name, near=near)


_MAX_REPORTED = 20  # findings of one code that are told one by one


def _report_findings(found: list[Finding]) -> None:
    told: Counter[str] = Counter()
    for finding in found:
        told[finding.code] += 1
        if told[finding.code] <= _MAX_REPORTED:
            typer.echo(
                f"! {finding.code}: {localize('{message}. {repair}', message=finding.message, repair=finding.fix)}",
                err=True,
            )
    for code, count in told.items():
        if count > _MAX_REPORTED:
            typer.echo(f"! {code}: {localize('… and {count} more', count=count - _MAX_REPORTED)}", err=True)


_DIMENSIONS = {"point": 0, "line": 1, "polygon": 2}


def _report_shapes(frame: Any, kind: LayerType) -> None:
    """Features without a shape, or of another shape than the layer's type says: they come in, but not unsaid."""
    import shapely

    from urbanplan.exchange.frames import is_spatial

    if kind.geometry == "none" or not len(frame):
        return
    if not is_spatial(frame):
        what = localize("nothing in the file says where its rows are: they come in without geometry")
        fix = localize("Name the columns with --place EAST,NORTH.")
        typer.echo(f"! {localize('{message}. {repair}', message=what, repair=fix)}", err=True)
        return
    shapes = frame.geometry.to_numpy()
    without = int((shapely.is_missing(shapes) | shapely.is_empty(shapes)).sum())
    if without:
        typer.echo(f"! {localize('{count} features come in without geometry', count=without)}", err=True)
    wanted = _DIMENSIONS.get(kind.geometry)
    other = 0 if wanted is None else int((shapely.get_dimensions(shapes) != wanted).sum()) - without
    if other > 0:
        shape = {"point": localize("points"), "line": localize("lines"), "polygon": localize("polygons")}[kind.geometry]
        told = localize("{count} features are no {shape}, as the layer's type demands", count=other, shape=shape)
        typer.echo(f"! {told}", err=True)


_REFUSAL_REASONS = {"area": "the area would change by more than the tolerance", "neighbour": "there is no neighbour"}


def _repair(layer: Layer, kinds: list[str], tolerance: float, *, closed: tuple[int, ...] = ()) -> Layer:
    from urbanplan.layer.repair import REPAIR_KINDS, Repair, midpoint_areas, repair_layer

    for kind in kinds:
        if kind not in REPAIR_KINDS:
            fix = "Use one of {names}."
            raise UsageError("there is no repair {kind}", fix=fix, kind=kind, names=", ".join(REPAIR_KINDS))
    if not kinds:
        return layer
    mended, log = repair_layer(layer, kinds=[kind for kind in REPAIR_KINDS if kind in kinds], area_m2=tolerance)
    rows = layer.frame.iloc[list(closed)]
    sizes = zip(rows[layer.type.id], midpoint_areas(rows.geometry.to_numpy()), strict=True)
    for row in [*(Repair(str(name), "close", 0.0, float(size), True) for name, size in sizes), *log]:
        done = localize("mended") if row.done else localize("refused")
        areas = f"{row.before:.3f} → {row.after:.3f} m²"
        why = {name: localize(text) for name, text in _REFUSAL_REASONS.items()}.get(row.note, row.note)
        typer.echo(f"~ {row.feature} {row.kind}: {done}, {areas} {why}".rstrip(), err=True)
    return replace(mended, digest=layer.digest)


def _report_refused(table: Table) -> None:
    for row in table.refused.to_dict("records"):
        named = f" {row['id']}" if row["id"] is not None else ""
        typer.echo(f"✗ {localize('feature')} {row['row']}{named}: {row['reason']}", err=True)


def _write(made: Layer, table: Table, spec: LayerSpec, home: Path, file: Path, *, allow_loss: bool) -> None:
    from urbanplan.cli.convert import report_written
    from urbanplan.cli.export import to_frame
    from urbanplan.exchange import write
    from urbanplan.model.safe_path import resolve_inside

    told = {
        "layer": spec.name,
        "basis": spec.basis,
        "source": spec.source or None,
        "date": str(spec.date) if spec.date else None,
        "lineage": [
            {"file": file.name, "format": table.format, "sha256": table.digest, "set_aside": len(table.refused)}
        ],
        "refused": table.refused.to_dict("records"),
    }
    resolve_inside(spec.file, home)
    report_written(write(to_frame(made), home / spec.file, allow_loss=allow_loss, metadata=told))
