"""Bringing a file in: dropped, looked at, doubts answered by a click, previewed, added."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, ImmutableMultiDict, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from urbanplan.analysis.folder_raster import TYPE as HEIGHTS
from urbanplan.analysis.intake_choices import field_names, rank_layers
from urbanplan.errors import UsageError
from urbanplan.model.translation import localize
from urbanplan.server.choice_form import NEW, choice_form
from urbanplan.server.desk import desk_of
from urbanplan.server.inspection_view import inspection_markup
from urbanplan.server.job_pages import job_box
from urbanplan.server.jobs import Job
from urbanplan.server.markup import page
from urbanplan.server.plan_view import PlanView, view_plan
from urbanplan.server.uploads import MAX_FILES, Upload
from urbanplan.store.raster_layer import is_raster
from urbanplan.view.page import escape

READING = ("table", "crs", "encoding", "place", "datum", "swap", "label", "cad_layer", "close", "unit")
CHOICES = (*READING, "how", "layer", "name", "type", "on", "repairs", "allow_loss", "any_geometry")
_MAX_WORD = 300  # characters of one answer
_MAX_NAMED = 5  # files of a lot in a list


def add_page(request: Request) -> Response:
    """Answer with the place to drop files on, and what was dropped before."""
    view = view_plan(request)
    lots = [lot for lot in view.desk.uploads.lots if lot.plan == view.opened.number]
    listed = "".join(
        f'<li><a href="{lot.path}">{escape(", ".join([*lot.files][:_MAX_NAMED]))}</a></li>' for lot in reversed(lots)
    )
    before = f"<section><h2>{escape(localize('Dropped before'))}</h2><ul>{listed}</ul></section>" if listed else ""
    title = localize("Add data")
    body = f"<h1>{escape(title)}</h1>{_drop_form(view)}{before}"
    return page(request, title, body, place=view.place("add"))


def _drop_form(view: PlanView) -> str:
    if not view.opened.writable:
        return f"<p>{escape(localize('The example of urbanplan; it cannot be changed here.'))}</p>"
    hint = localize("Drop a file, a folder or a zip here, or choose it. It is looked at first; nothing is changed yet.")
    return (
        f'<form class="drop" data-drop method="post" enctype="multipart/form-data" action="{view.opened.path}/uploads">'
        f'<p>{escape(hint)}</p><label for="file">{escape(localize("Files"))}</label>'
        '<input id="file" type="file" name="file" multiple required>'
        f"<p><button>{escape(localize('Look at it'))}</button></p></form>"
    )


async def take_upload(request: Request) -> Response:
    """Keep the files that were dropped and go to the page that looks at them."""
    desk = desk_of(request)
    opened = desk.writable_plan(request.path_params["plan"])
    async with request.form(max_files=MAX_FILES, max_fields=20) as form:
        files = [one for one in form.getlist("file") if isinstance(one, UploadFile) and one.filename]
        pairs = [(str(one.filename), one.file) for one in files]
        lot = await run_in_threadpool(desk.uploads.keep, opened.number, pairs)
    return RedirectResponse(lot.path, status_code=303)


def upload_page(request: Request) -> Response:
    """Answer with what a dropped file is, the questions that it leaves open, and a preview of bringing it in."""
    view = view_plan(request)
    lot = _find_upload(view, request)
    said = read_choices(request.query_params)
    file = _chosen_file(lot, said)
    if file in lot.rasters.values():
        parts = [_file_links(view, lot, file), _left_out(lot), _heights_form(view, lot, file)]
        return page(request, file.name, f"<h1>{escape(file.name)}</h1>{''.join(parts)}", place=view.place("add"))
    reading = {name: said[name] for name in READING if said.get(name)}
    if said.get("how") == "join" and view.plan.layer_spec(said.get("layer", "")) is not None:
        reading["joined"] = said["layer"]
    looked = view.desk.jobs.start_once("inspect", view.opened, {"file": str(file), "said": reading}, seen=view.seen)
    parts = [f"<h1>{escape(file.name)}</h1>", _file_links(view, lot, file), _left_out(lot)]
    if looked.state != "done":
        parts.append(job_box(view.desk, looked))
    else:
        parts.append(_looked_at(view, lot, looked, said))
    return page(request, file.name, "".join(parts), place=view.place("add"))


def _file_links(view: PlanView, lot: Upload, file: Path) -> str:
    """Ways to the other files that were dropped, whatever comes of looking at this one."""
    here = dict.fromkeys((file,), ' aria-current="page"')
    links = [
        f'<a href="{lot.path}?{escape(urlencode({"file": name}))}"{here.get(path, "")}>{escape(name)}</a>'
        for name, path in lot.addable.items()
    ]
    if lot.documents and view.desk.home is not None:
        word = localize("draft a plan of {file}", file=next(iter(lot.documents)))
        links.append(f'<a href="{lot.draft_path}">{escape(word)}</a>')
    return f'<p class="files">{" · ".join(links)}</p>' if len(links) > 1 else ""


def _heights_form(view: PlanView, lot: Upload, file: Path) -> str:
    """The one question of a raster: whether it is the heights of the ground."""
    known = next((spec.name for spec in view.plan.layer if spec.type == HEIGHTS and is_raster(spec.file)), None)
    name = next(name for name, path in lot.rasters.items() if path == file)
    words = {"file": name, "layer": known or NEW, "name": known or HEIGHTS, "type": HEIGHTS}
    hidden = "".join(f'<input type="hidden" name="{key}" value="{escape(word)}">' for key, word in words.items())
    text = localize("As heights of the ground, in metres, it becomes the layer {layer}; its file is copied as it is.",
                    layer=known or HEIGHTS)  # fmt: skip
    other = localize("A picture of the ground lies under a map instead: urbanplan map --base FILE.")
    return (
        f'<form method="post" action="{lot.path}"><section>{hidden}<p>{escape(text)}</p><p>{escape(other)}</p>'
        f"<p><button>{escape(localize('Add to the plan'))}</button></p></section></form>"
    )


def _left_out(lot: Upload) -> str:
    """What of the lot is not read, and why."""
    shown = [*lot.refused[:_MAX_NAMED], *(["…"] if len(lot.refused) > _MAX_NAMED else [])]
    told = "".join(f'<li class="warning">{escape(text)}</li>' for text in shown)
    return f'<ul class="notes">{told}</ul>' if told else ""


def _looked_at(view: PlanView, lot: Upload, looked: Job, said: dict[str, str]) -> str:
    seen = json.loads((looked.out / "inspection.json").read_bytes())
    place = looked.out / "place.json"
    picture = json.loads(place.read_bytes()) if place.is_file() else None
    file = _chosen_file(lot, said)
    layer = next((one for one in seen["layers"] if one["name"] == said.get("table")), seen["layers"][0])
    columns = [one["name"] for one in layer.get("fields", ())]
    ranked = rank_layers(view.plan, columns, shapes=layer.get("geometry", {}), stem=file.stem)
    form = choice_form(view, lot, file, seen, layer, ranked, said)
    preview = ""
    if said.get("layer"):
        job = view.desk.jobs.start_once("preview", view.opened, _task_values(view, file, said), seen=view.seen)
        preview = _preview(view, lot, job, said)
    return (
        f'<div class="split"><div>{form}{preview}</div><div>{inspection_markup(view, seen, layer, picture)}</div></div>'
    )


def _preview(view: PlanView, lot: Upload, job: Job, said: dict[str, str]) -> str:
    box = job_box(view.desk, job)
    if job.state != "done":
        return box
    hidden = "".join(f'<input type="hidden" name="{escape(name)}" value="{escape(v)}">' for name, v in said.items())
    return (
        f'{box}<form method="post" action="{lot.path}">{hidden}'
        f"<p><button>{escape(localize('Add to the plan'))}</button></p></form>"
    )


async def add_upload(request: Request) -> Response:
    """Bring a dropped file in as it was previewed, and go to the layers."""
    desk = desk_of(request)
    opened = desk.writable_plan(request.path_params["plan"])
    async with request.form(max_files=0, max_fields=500) as form:
        said = read_choices(form)
    view = await run_in_threadpool(view_plan, request)
    lot = _find_upload(view, request)
    desk.jobs.start("add", opened, _task_values(view, _chosen_file(lot, said), said), seen=view.seen)
    return RedirectResponse(f"{opened.path}/layers", status_code=303)


async def undo_layer(request: Request) -> Response:
    """Bring back what the last add of a layer replaced, and go to the layers."""
    desk = desk_of(request)
    opened = desk.writable_plan(request.path_params["plan"])
    view = await run_in_threadpool(view_plan, request)
    name = request.path_params["layer"]
    if view.plan.layer_spec(name) is None:
        raise HTTPException(404)
    desk.jobs.start("undo", opened, {"layer": name}, seen=view.seen)
    return RedirectResponse(f"{opened.path}/layers", status_code=303)


def read_choices(form: FormData | ImmutableMultiDict[str, str]) -> dict[str, str]:
    """The answers of a form that are known, the empty ones left out.

    Raises:
        UsageError: one is longer than an answer can be.
    """
    found = {
        name: value.strip()
        for name, value in form.items()
        if isinstance(value, str) and value.strip() and (name in (*CHOICES, "file") or name.startswith("col."))
    }
    if "cad_layer" in found:  # one line for each layer of a drawing
        found["cad_layer"] = "\n".join(str(value) for value in form.getlist("cad_layer"))
    if any(len(word) > _MAX_WORD for pair in found.items() for part in pair for word in part.split("\n")):
        raise UsageError("an answer is too long", fix="Give a name.")
    return found


def _task_values(view: PlanView, file: Any, said: dict[str, str]) -> dict[str, Any]:
    layer = said.get("layer", "")
    spec = view.plan.layer_spec(layer)
    fields = {
        f"col.{name}" for name in field_names(said.get("type", "") if spec is None else spec.type, plan=view.plan)
    }
    known = {name: word for name, word in said.items() if name in fields or not name.startswith("col.")}
    return {"layer": said.get("name", layer) if spec is None else layer, "file": str(file), "said": known}


def _find_upload(view: PlanView, request: Request) -> Upload:
    lot = view.desk.uploads.find(view.opened.number, request.path_params["upload"])
    if lot is None or not lot.addable:
        raise HTTPException(404)
    return lot


def _chosen_file(lot: Upload, said: dict[str, str]) -> Path:
    return lot.addable.get(said.get("file", "")) or next(iter(lot.addable.values()))
