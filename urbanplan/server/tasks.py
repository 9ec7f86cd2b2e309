"""The tasks of the processes beside the server: each calls one analysis, as a command does, and names its files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.errors import UsageError
from urbanplan.server.intake_tasks import add_layer, inspect_upload, read_draft, undo_add, write_draft
from urbanplan.server.siting_task import propose_sites

if TYPE_CHECKING:
    from urbanplan.analysis.check import Check
    from urbanplan.analysis.disclosure import DisclosureOptions
    from urbanplan.server.task_run import TaskRun

Result = dict[str, Any]


def _check(run: TaskRun, *, every_layer: bool, log: bool = False) -> Check:
    from urbanplan.analysis.check import check
    from urbanplan.analysis.waive import WAIVERS

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


def _released(run: TaskRun, disclosure: str | None) -> Check:
    """The check with every layer as it leaves for somebody; secret layers are warned of where nobody is named."""
    from urbanplan.analysis.disclosure_doors import disclose_or_warn

    done, notes = disclose_or_warn(_check(run, every_layer=True), _options(disclosure))
    for note in notes:
        run.notify(note)
    return done


def _options(disclosure: str | None) -> DisclosureOptions | None:
    from urbanplan.analysis.disclosure import DisclosureOptions

    return None if disclosure is None else DisclosureOptions(disclosure)


def draw_map(run: TaskRun, *, kind: str, disclosure: str | None = None) -> Result:
    """Draw a map of the plan."""
    from urbanplan.analysis.maps import map_kinds, write_map
    from urbanplan.analysis.plans import open_plan

    known = map_kinds(open_plan(run.plan))
    if kind not in known:
        raise UsageError("there is no map {kind}", fix="Choose one of {known}.", kind=kind, known=", ".join(known))
    run.notify(write_map(_released(run, disclosure), run.out / f"{kind}.html", kind=kind))
    return {"files": [f"{kind}.html"]}


def write_report(run: TaskRun, *, disclosure: str | None = None) -> Result:
    """Write the report: the page, and the workbook of indicators."""
    from urbanplan.analysis.report import report

    made = report(_released(run, disclosure), run.out / "report.html", xlsx=run.out / "indicators.xlsx", log=False,
                  notify=run.notify)  # fmt: skip
    return {"files": [path.name for path in made.files]}


def write_brief(run: TaskRun, *, disclosure: str | None = None) -> Result:
    """Write the director's page."""
    from urbanplan.analysis.report import brief

    made = brief(_released(run, disclosure), run.out / "brief.html", log=False, notify=run.notify)
    return {"files": [path.name for path in made.files]}


def write_sheets(run: TaskRun, *, of: str, disclosure: str | None = None) -> Result:
    """Draw a sheet for each parcel, road project or sub-district: one PDF of all, and an archive of each."""
    from urbanplan.analysis.sheets import sheets

    made = sheets(run.plan, run.out / "sheets", of=of, combined=True, progress=run.progress,
                  disclosure=_options(disclosure))  # fmt: skip
    for note in made.notes:
        run.notify(note)
    archive = Path(shutil.make_archive(str(run.out / f"sheets-{of}"), "zip", run.out / "sheets"))
    files = [archive.name]
    if made.combined is not None:
        shutil.copyfile(made.combined, run.out / f"sheets-{of}.pdf")
        files.insert(0, f"sheets-{of}.pdf")
    return {"files": files}


def export_layers(
    run: TaskRun, *, layers: Sequence[str], format: str, profile: str | None = None, disclosure: str | None = None
) -> Result:
    """Export layers of the plan; several go into one GeoPackage."""
    from urbanplan.analysis.export import export_layers as export
    from urbanplan.exchange.formats import by_name

    row = by_name(format)
    if not layers:
        raise UsageError("no layer is chosen", fix="Choose one or more.")
    if row.folder or not row.writable or row.name == "shapefile":
        raise UsageError("there is no download of this format", fix="Choose another.")
    out = run.out / f"{layers[0] if len(layers) == 1 else run.plan.parent.name or 'layers'}{row.suffixes[0]}"
    done = export(run.plan, layers, out, format=format, profile=profile or None, disclosure=_options(disclosure))
    for note in done.notes:
        run.notify(note)
    beside = [path.name for path in sorted(run.out.iterdir()) if path.name != out.name and path.is_file()]
    return {"files": [out.name, *(name for name in beside if name.endswith(".meta.json"))]}


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
    "site": propose_sites,
}
