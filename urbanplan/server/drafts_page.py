"""A plan drafted of a dropped document: reviewed line by line beside its text, then written and opened."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from urbanplan.analysis.draft_choices import FIELDS
from urbanplan.errors import UsageError
from urbanplan.model.translation import localize
from urbanplan.server.desk import Desk, desk_of
from urbanplan.server.job_pages import job_box
from urbanplan.server.jobs import Job
from urbanplan.server.markup import page
from urbanplan.server.opened import OpenPlan
from urbanplan.view.page import escape

_MAX_FIELDS = 40_000  # of a form: eight for each number
_MAX_WORD = 500  # characters of one answer
_PAUSE = 0.05  # seconds between two looks at a job
_HEAD = ("name", "year", "crs")
Words = dict[str, str]


async def take_document(request: Request) -> Response:
    """Keep a document that was dropped and go to the page that reviews it."""
    desk = desk_of(request)
    async with request.form(max_files=1, max_fields=20) as form:
        files = [one for one in form.getlist("file") if isinstance(one, UploadFile) and one.filename]
        pairs = [(str(one.filename), one.file) for one in files]
        lot = await run_in_threadpool(desk.uploads.keep, 0, pairs)
    if not lot.documents:
        fix = "Drop a .txt, .docx, .pdf, .html or .ofd file here; a layer is dropped on a plan's page Add data."
        raise UsageError("no document was dropped", fix=fix)
    return RedirectResponse(lot.draft_path, status_code=303)


def draft_page(request: Request) -> Response:
    """Answer with what was read in a document, each number beside its line."""
    desk, number = desk_of(request), request.path_params["upload"]
    return _page(request, desk, number, desk.reviews.get(number, {}))


async def save_draft(request: Request) -> Response:
    """Keep a review; write its plan where that is asked, and go to it."""
    desk, number = desk_of(request), request.path_params["upload"]
    _document(desk, number)
    async with request.form(max_files=0, max_fields=_MAX_FIELDS) as form:
        words = {name: value[:_MAX_WORD] for name, value in form.items() if isinstance(value, str)}
    desk.reviews[number] = words
    if words.get("do") != "write":
        return RedirectResponse(f"/drafts/{number}", status_code=303)
    return await run_in_threadpool(_write, request, desk, number, words)


def _write(request: Request, desk: Desk, number: str, words: Words) -> Response:
    if desk.home is None:
        raise HTTPException(403, localize("No plan is made on this desk."))
    name = words.get("name", "").strip()
    values = {
        "file": str(_document(desk, number)),
        "folder": str(desk.home / Path(name).name),
        "words": {key: word for key, word in words.items() if key not in ("do", "name")},
    }
    job = desk.jobs.start("write_draft", _NO_PLAN, values)
    while job.is_open:
        time.sleep(_PAUSE)
    if job.state != "done":
        return _page(request, desk, number, words, problem=desk.hide_paths(job.problem))
    opened = desk.open(desk.home / job.result["name"] / "plan.toml")
    return RedirectResponse(opened.path, status_code=303)


_NO_PLAN = OpenPlan(0, Path())


def _document(desk: Desk, number: str) -> Path:
    """The document of an address.

    Raises:
        HTTPException: 404, there is none.
    """
    found = desk.uploads.find_document(number)
    if found is None:
        raise HTTPException(404)
    return found


def _page(request: Request, desk: Desk, number: str, words: Mapping[str, str], *, problem: str = "") -> Response:
    file = _document(desk, number)
    year = words.get("year", "").strip()
    job = desk.jobs.start_once("draft", _NO_PLAN, {"file": str(file), "year": year}, seen=number)
    title = localize("A plan drafted of {file}", file=file.name)
    body = [f"<h1>{escape(title)}</h1>"]
    if problem:
        body.append(f'<div role="alert">{"".join(f"<p>{escape(line)}</p>" for line in problem.splitlines())}</div>')
    body.append(job_box(desk, job) if job.state != "done" else _form(job, file, number, words))
    return page(request, title, "".join(body), status=400 if problem else 200)


def _form(job: Job, file: Path, number: str, words: Mapping[str, str]) -> str:
    read = json.loads((job.out / "review.json").read_bytes())
    rows = "".join(_block(list(block), words) for _, block in groupby(read["lines"], lambda one: one["numbers"] == []))
    keep, write = escape(localize("Keep the review")), escape(localize("Write the plan"))
    hint = localize("Every line is a proposal: read it against its text, correct it or leave it out. What is written "
                    "is a folder of its own, which the desk opens.")  # fmt: skip
    counted = [one for line in read["lines"] for one in line["numbers"]]
    counts = localize("{promises} promises and {background} numbers of background were read",
                      promises=sum(one["promise"] for one in counted),
                      background=sum(not one["promise"] for one in counted))  # fmt: skip
    return (
        f'<p>{escape(hint)}</p><form method="post" action="/drafts/{escape(number)}"><section>'
        f"{_head_fields(file, read, words)}"
        f'<p class="actions"><button name="do" value="write">{write}</button>'
        f'<button class="plain" name="do" value="keep">{keep}</button> <span>{escape(counts)}</span></p></section>'
        f'<div class="review">{rows}</div></form>'
    )


def _head_fields(file: Path, read: Mapping[str, Any], words: Mapping[str, str]) -> str:
    year = "" if read["year"] is None else str(read["year"])
    held = {"name": file.stem.replace(" ", "-"), "year": year, "crs": "", **{k: words[k] for k in _HEAD if k in words}}
    labels = {"name": localize("Name of the plan's folder"), "year": localize("Year of the plan"),
              "crs": localize("Working CRS, such as EPSG:4547")}  # fmt: skip
    cells = (
        f'<div><label for="{name}">{escape(label)}</label>'
        f'<input type="text" id="{name}" name="{name}" value="{escape(held[name])}"></div>'
        for name, label in labels.items()
    )
    return f'<div class="pair">{"".join(cells)}</div>'


def _block(lines: list[Mapping[str, Any]], words: Mapping[str, str]) -> str:
    """Lines of the text, each beside the numbers that stand in it; those without any in one block."""
    if lines[0]["numbers"]:
        return "".join(_beside(_text(line), "".join(_number(one, words) for one in line["numbers"])) for line in lines)
    return _beside("".join(map(_text, lines)), "")


def _beside(text: str, numbers: str) -> str:
    return f'<div class="text">{text}</div><div class="numbers">{numbers}</div>'


def _text(line: Mapping[str, Any]) -> str:
    """A line of the text with its place, what was read in it marked."""
    place = localize("line {line}", line=line["line"])
    if line["page"] is not None:
        place = localize("page {page}, line {line}", page=line["page"], line=line["line"])
    parts = "".join(f'<mark class="m-{kind}">{escape(text)}</mark>' if kind else escape(text)
                    for text, kind in line["parts"])  # fmt: skip
    return f"<p><small>{escape(place)}</small> {parts}</p>"


def _number(one: Mapping[str, Any], words: Mapping[str, str]) -> str:
    """The fields of one number; ``is.ID`` says that the form held it, ``take.ID`` that it becomes a target."""
    key = escape(one["id"])
    taken = f"take.{one['id']}" in words if f"is.{one['id']}" in words else one["promise"]
    held = {name: words.get(f"{name}.{one['id']}", one[name]) for name in FIELDS}
    notes = [f"? {text}" for text in one["doubts"]]
    if one["layer"]:
        notes.append(localize("measured on the layer {layer}", layer=one["layer"]))
    told = "".join(f'<li class="{"warning" if text.startswith("?") else ""}">{escape(text)}</li>' for text in notes)
    name = localize("Take {number} {unit} {title}", number=held["number"], unit=held["unit"], title=held["title"])
    short = f"{held['number']} {held['unit']} {held['title']}"
    box = f'<input type="checkbox" name="take.{key}" value="1" aria-label="{escape(name)}"{" checked" * taken}>'
    return (
        f'<fieldset><legend><label class="choice">{box}<span>{key} <small>{escape(short)}</small></span></label>'
        "</legend>"
        f'<input type="hidden" name="is.{key}" value="1"><div class="line">{"".join(_cells(one["id"], held))}</div>'
        f'<ul class="notes">{told}</ul></fieldset>'
    )


def _cells(name: str, held: Mapping[str, str]) -> Iterator[str]:
    labels = {"title": localize("Title"), "comparator": localize("Comparator"), "number": localize("Number"),
              "unit": localize("Unit"), "due": localize("Due")}  # fmt: skip
    for field, label in labels.items():
        key, value = escape(f"{field}.{name}"), held[field]
        about = f'name="{key}" aria-label="{escape(f"{label} {name}")}" class="f-{field}"'
        if field == "comparator":
            signs = "".join(
                f'<option value="{escape(sign)}"{" selected" * (sign == value)}>{escape(sign)}</option>'
                for sign in (">=", "=", "<=", ">", "<", "about")
            )
            yield f"<select {about}>{signs}</select>"
        else:
            yield f'<input type="text" {about} value="{escape(value)}" placeholder="{escape(label)}">'
