"""The tasks of the processes beside the server: each calls one analysis, as a command does, and names its files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.errors import UsageError

if TYPE_CHECKING:
    from urbanplan.analysis.check import Check
    from urbanplan.analysis.files import ReadOptions
    from urbanplan.server.task_run import TaskRun

Result = dict[str, Any]
WAIVERS = "waivers.toml"  # beside the plan


def _check(run: TaskRun, *, every_layer: bool, log: bool = False) -> Check:
    from urbanplan.analysis.check import check

    waivers = run.plan.parent / WAIVERS
    return check(
        run.plan,
        waivers=waivers if waivers.is_file() else None,
        every_layer=every_layer,
        progress=run.progress,
        on_verdict=run.verdict if log else None,
    )


def check_plan(run: TaskRun, *, log: bool = True) -> Result:
    """Prove every target; the run goes into the plan's log."""
    from urbanplan.analysis.diff import log_run
    from urbanplan.analysis.files import write_whole

    done = _check(run, every_layer=False, log=True)
    turned = log_run(done) if log else []
    write_whole(
        run.out / "turned.json", json.dumps([asdict(one) for one in turned], ensure_ascii=False, default=_plain)
    )
    write_whole(run.out / "report.json", done.to_json())
    return {"files": []}


def _plain(value: Any) -> Any:
    return value.model_dump(mode="json")


def list_layers(run: TaskRun) -> Result:
    """Read every layer for its state."""
    from urbanplan.analysis.files import write_whole
    from urbanplan.analysis.listing import list_layers as list_rows
    from urbanplan.analysis.listing import rows_json

    write_whole(run.out / "layers.json", rows_json(list_rows(run.plan)))
    return {"files": []}


def draw_map(run: TaskRun, *, kind: str) -> Result:
    """Draw a map of the plan."""
    from urbanplan.analysis.maps import map_kinds, write_map
    from urbanplan.analysis.plans import open_plan

    known = map_kinds(open_plan(run.plan))
    if kind not in known:
        raise UsageError("there is no map {kind}", fix="Choose one of {known}.", kind=kind, known=", ".join(known))
    run.notify(write_map(_check(run, every_layer=True), run.out / f"{kind}.html", kind=kind))
    return {"files": [f"{kind}.html"]}


def write_report(run: TaskRun) -> Result:
    """Write the report: the page, and the workbook of indicators."""
    from urbanplan.analysis.report import report

    made = report(_check(run, every_layer=True), run.out / "report.html", xlsx=run.out / "indicators.xlsx", log=False,
                  notify=run.notify)  # fmt: skip
    return {"files": [path.name for path in made.files]}


def write_brief(run: TaskRun) -> Result:
    """Write the director's page."""
    from urbanplan.analysis.report import brief

    made = brief(_check(run, every_layer=True), run.out / "brief.html", log=False, notify=run.notify)
    return {"files": [path.name for path in made.files]}


def write_sheets(run: TaskRun, *, of: str) -> Result:
    """Draw a sheet for each parcel, road project or sub-district: one PDF of all, and an archive of each."""
    from urbanplan.analysis.sheets import sheets

    made = sheets(run.plan, run.out / "sheets", of=of, combined=True, progress=run.progress)
    for note in made.notes:
        run.notify(note)
    archive = Path(shutil.make_archive(str(run.out / f"sheets-{of}"), "zip", run.out / "sheets"))
    files = [archive.name]
    if made.combined is not None:
        shutil.copyfile(made.combined, run.out / f"sheets-{of}.pdf")
        files.insert(0, f"sheets-{of}.pdf")
    return {"files": files}


def export_layers(run: TaskRun, *, layers: Sequence[str], format: str, profile: str | None = None) -> Result:
    """Export layers of the plan; several go into one GeoPackage."""
    from urbanplan.analysis.export import export_layers as export
    from urbanplan.exchange.formats import by_name

    row = by_name(format)
    if not layers:
        raise UsageError("no layer is chosen", fix="Choose one or more.")
    if row.folder or not row.writable or row.name == "shapefile":
        raise UsageError("there is no download of this format", fix="Choose another.")
    out = run.out / f"{layers[0] if len(layers) == 1 else run.plan.parent.name or 'layers'}{row.suffixes[0]}"
    done = export(run.plan, layers, out, format=format, profile=profile or None)
    for note in done.notes:
        run.notify(note)
    beside = [path.name for path in sorted(run.out.iterdir()) if path.name != out.name and path.is_file()]
    return {"files": [out.name, *(name for name in beside if name.endswith(".meta.json"))]}


def _reading(values: dict[str, Any]) -> ReadOptions:
    """What a person said of a file, of the words of the form."""
    from urbanplan.analysis.files import CadOptions, ReadOptions

    place = tuple(name.strip() for name in values.get("place", "").split(",") if name.strip())
    patterns = tuple(word for word in values.get("cad_layer", "").split() if word)
    try:
        close = float(values.get("close") or 0)
    except ValueError as error:
        raise UsageError("{text} is no length", where="close", fix="Write metres.", text=values["close"]) from error
    cad = CadOptions(patterns, values.get("label") or None, min(max(close, 0.0), 100.0), values.get("unit") or None)
    return ReadOptions(
        layer=values.get("table") or None,
        crs=values.get("crs") or None,
        encoding=values.get("encoding") or None,
        place=place[:2],
        datum=values.get("datum") or None,
        swap_axes=bool(values.get("swap")),
        cad=cad,
    )


def inspect_upload(run: TaskRun, *, file: str, said: dict[str, Any]) -> Result:
    """Look at a file that was dropped, and draw where it lies."""
    from urbanplan.analysis.files import write_whole
    from urbanplan.analysis.inspection import inspect_file, inspection_json
    from urbanplan.analysis.place_picture import draw_place

    reading = _reading(said)
    seen = inspect_file(file, plan=run.plan, reading=reading)
    write_whole(run.out / "inspection.json", inspection_json(seen))
    layer = next((one for one in seen.layers if one.name == reading.layer), seen.layers[0])
    guess = layer.crs_guesses[0] if layer.crs_guesses else None
    if reading.crs is None and layer.crs is None and guess is not None:
        reading = replace(reading, crs=guess["crs"], swap_axes=bool(guess["swapped"]))
    if layer.geometry and not (layer.crs is None and reading.crs is None):
        picture = draw_place(file, plan=run.plan, reading=reading)
        write_whole(run.out / "place.json", json.dumps(None if picture is None else asdict(picture)))
    return {"files": []}


def add_layer(run: TaskRun, *, layer: str, file: str, said: dict[str, Any], dry_run: bool) -> Result:
    """Bring a file in as a layer of the plan or join it to one, or say what would be done."""
    from urbanplan.analysis.files import ReadOptions
    from urbanplan.analysis.intake import add_layer as add
    from urbanplan.analysis.table_join import JoinOptions

    reading, joined = _reading(said), said.get("how") == "join"
    made = add(
        run.plan,
        layer,
        None if joined else file,
        join=JoinOptions(Path(file), said.get("on") or None, reading) if joined else None,
        reading=ReadOptions() if joined else reading,
        columns={name[4:]: column for name, column in said.items() if name.startswith("col.") and column},
        repairs=[kind for kind in str(said.get("repairs", "")).split() if kind],
        allow_loss=bool(said.get("allow_loss")),
        any_geometry=bool(said.get("any_geometry")),
        declare=True,
        type_name=said.get("type") or None,
        dry_run=dry_run,
        notify=run.notify,
    )
    return {"files": [], "layer": made.layer.name, "features": len(made.layer.frame)}


def undo_add(run: TaskRun, *, layer: str) -> Result:
    """Bring back what the last add replaced."""
    from urbanplan.analysis.layer_copies import undo_add as undo

    undo(run.plan, layer, notify=run.notify)
    return {"files": [], "layer": layer}


def read_draft(run: TaskRun, *, file: str, year: str) -> Result:
    """Read the numbers of a document beside its text."""
    from urbanplan.analysis.draft_review import review_document
    from urbanplan.analysis.files import write_whole

    read = review_document(file, year=_year(year))
    write_whole(run.out / "review.json", json.dumps(read, ensure_ascii=False, allow_nan=False))
    return {"files": []}


def write_draft(run: TaskRun, *, file: str, folder: str, words: dict[str, str]) -> Result:
    """Write the plan of a reviewed document."""
    from urbanplan.analysis.draft_review import FIELDS, Choice, Review, write_review

    ids = [name[3:] for name in words if name.startswith("is.")]
    choices = {
        one: Choice(
            f"take.{one}" in words, {name: words[f"{name}.{one}"] for name in FIELDS if f"{name}.{one}" in words}
        )
        for one in ids
    }
    crs = words.get("crs", "").strip() or None
    plan = write_review(file, folder, Review(choices, _year(words.get("year", "")), crs))
    return {"files": [], "name": plan.parent.name}


def _year(text: str) -> int | None:
    if not text.strip():
        return None
    if not (text.isascii() and text.strip().isdecimal() and 1900 <= int(text) <= 2200):
        raise UsageError("{text} is no year", fix="Write four digits.", text=text)
    return int(text)


def write_features(run: TaskRun, *, results: bool) -> Result:
    """Write the plan's layers, and after a check its results and findings, as a store of features."""
    from urbanplan.analysis.features import write_feature_store

    write_feature_store(run.plan, run.out, results=results, progress=run.progress)
    return {"files": []}


TASKS: dict[str, Callable[..., Result]] = {
    "check": check_plan,
    "layers": list_layers,
    "map": draw_map,
    "report": write_report,
    "brief": write_brief,
    "sheets": write_sheets,
    "export": export_layers,
    "inspect": inspect_upload,
    "preview": partial(add_layer, dry_run=True),
    "add": partial(add_layer, dry_run=False),
    "undo": undo_add,
    "features": write_features,
    "draft": read_draft,
    "write_draft": write_draft,
}
