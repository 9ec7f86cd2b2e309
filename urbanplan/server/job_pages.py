"""Jobs on pages: a box that tells how far one is, its state for the script, its files, and its end."""

from __future__ import annotations

import mimetypes
import re
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response

from urbanplan.model.translation import localize
from urbanplan.server.desk import Desk, desk_of
from urbanplan.server.guard import POLICY
from urbanplan.server.jobs import Job
from urbanplan.view.page import escape

_PAGE_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">')

# task -> part of the plan whose page shows it
_SHOWN_ON: dict[str, str] = {
    "check": "",
    **dict.fromkeys(("layers", "add", "undo"), "/layers"),
    **dict.fromkeys(("inspect", "preview"), "/add"),
    "site": "/siting",
}


def job_title(job: Job) -> str:
    """What a job does, in words."""
    titles = {
        "check": localize("Check"),
        "layers": localize("Reading the layers"),
        "map": localize("Map"),
        "report": localize("Report"),
        "brief": localize("Director's page"),
        "sheets": localize("Sheets"),
        "export": localize("Export"),
        "inspect": localize("Looking at the file"),
        "preview": localize("What would be done"),
        "add": localize("Adding to the plan"),
        "undo": localize("Undoing the last add"),
        "features": localize("Features for GIS programs"),
        "site": localize("Siting"),
        "draft": localize("Reading the document"),
        "write_draft": localize("Writing the plan"),
    }
    return titles.get(job.name, job.name)


def job_box(desk: Desk, job: Job) -> str:
    """A box with a job's progress, notes and files; the script keeps it current, and reloads the page at its end."""
    address = f"/plans/{job.plan}/jobs/{job.number}"
    lines = [f"<h3>{escape(job_title(job))} <small>{escape(state_word(job))}</small></h3>"]
    if job.is_open:
        lines.append(
            f'<progress aria-label="{escape(job_title(job))}" max="{max(job.of, 1)}" value="{job.done}"></progress>'
            f'<p><span data-what role="status">{escape(job.what)}</span></p>'
            f'<form method="post" action="{address}/cancel"><button class="plain">{escape(localize("Cancel"))}'
            "</button></form>"
        )
    if job.problem:
        lines.append(f'<div role="alert">{_paragraphs(desk.hide_paths(job.problem))}</div>')
    lines.append(notes_list(desk, job))
    links = "".join(f"<li>{_file_link(address, name)}</li>" for name in job.files)
    lines.append(f"<ul>{links}</ul>" if links else "")
    gone = escape(localize("The desk no longer answers: it was closed, or it ended. Start it again."))
    watched = f' data-job="{address}" data-gone="{gone}"' if job.is_open else ""
    return f'<div class="job panel"{watched}>{"".join(lines)}</div>'


def notes_list(desk: Desk, job: Job) -> str:
    """The notes of a job."""
    rows = (f'<li class="{escape(level)}">{escape(desk.hide_paths(text))}</li>' for level, text in job.notes)
    listed = "".join(rows)
    return f'<ul class="notes">{listed}</ul>' if listed else ""


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in text.splitlines())


def _file_link(address: str, name: str) -> str:
    opens = name.endswith((".html", ".pdf"))
    word = localize("open") if opens else localize("download")
    goal = ' target="_blank"' if opens else " download"
    return f'<a href="{escape(f"{address}/files/{name}")}"{goal}>{escape(name)}</a> <small>{escape(word)}</small>'


def state_word(job: Job) -> str:
    """A job's state in the current language."""
    words = {
        "waiting": localize("waits"),
        "running": localize("under way"),
        "done": localize("done"),
        "failed": localize("failed"),
        "cancelled": localize("cancelled"),
    }
    return words[job.state]


def find_job(request: Request) -> Job:
    """The job of a request's address; those of documents are of plan 0.

    Raises:
        HTTPException: 404, the plan has no such job.
    """
    desk = desk_of(request)
    number = request.path_params["plan"]
    plan = 0 if number == "0" else desk.plan(number).number
    job = desk.jobs.find(request.path_params["job"])
    if job is None or job.plan != plan:
        raise HTTPException(404)
    return job


def job_state(request: Request) -> Response:
    """Answer with how far a job is, and the verdicts from the one that ``?from=`` names on."""
    job = find_job(request)
    begin = request.query_params.get("from", "0")
    start = int(begin) if begin.isdecimal() and len(begin) < 9 else 0
    return JSONResponse(
        {
            "state": job.state,
            "what": job.what,
            "done": job.done,
            "of": job.of,
            "verdicts": job.verdicts[start:],
        }
    )


def cancel_job(request: Request) -> Response:
    """End a job and go back to the plan."""
    job = find_job(request)
    desk_of(request).jobs.cancel(job)
    place = f"/plans/{job.plan}{_SHOWN_ON.get(job.name, '/results')}" if job.plan else "/"
    return RedirectResponse(place, status_code=303)


def job_file(request: Request) -> Response:
    """Answer with a file that a job made; a page brings its own policy, by hashes of its own scripts."""
    job, name = find_job(request), request.path_params["name"]
    if job.state != "done" or name not in job.files:
        raise HTTPException(404)
    path = job.out / name
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    shown = path.suffix in (".html", ".pdf")
    headers = {"content-security-policy": page_policy(path)} if path.suffix == ".html" else {}
    how = "inline" if shown else "attachment"
    return FileResponse(path, media_type=kind, filename=name, content_disposition_type=how, headers=headers)


def page_policy(path: Path) -> str:
    """The policy that a page of the package states in its head, as a header; the desk's own where it states none."""
    with path.open(encoding="utf-8") as stream:
        head = stream.read(200_000)
    found = _PAGE_POLICY.search(head)
    return POLICY if found is None else f"{found[1]}; frame-ancestors 'none'"
