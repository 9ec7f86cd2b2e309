"""A plan's first page, its targets with reading, bound and evidence, and the check that fills it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from urbanplan.analysis.listing import key_title
from urbanplan.analysis.plans import fingerprint
from urbanplan.model.formatting import format_reading
from urbanplan.model.plan import Target
from urbanplan.model.report import Verdict
from urbanplan.model.translation import localize
from urbanplan.server.desk import desk_of
from urbanplan.server.job_pages import job_box
from urbanplan.server.markup import page, table
from urbanplan.server.plan_view import PlanView, view_plan
from urbanplan.server.words import basis_word, bound_words, status_word, verdict_words
from urbanplan.view.page import escape
from urbanplan.view.report.words import illustrative_note

_MAX_IDS = 200  # of features that a reading rests on


def targets_page(request: Request) -> Response:
    """Answer with the plan's targets, and what the last check said of each."""
    view = view_plan(request)
    facts = localize("{district}, as of {date}", district=view.plan.district.name, date=view.plan.as_of.isoformat())
    body = (
        f'<h1>{escape(view.plan.title)}</h1><p class="faint">{escape(facts)}</p>'
        f"{_state(view)}{_counts(view)}{_turned(view)}<section><h2>{escape(localize('Targets'))}</h2>{_rows(view)}</section>"
    )
    return page(request, view.plan.title, body, place=view.place())


def _state(view: PlanView) -> str:
    """What may be done, what is under way, and whether the answer is still of these files."""
    if view.check is not None:
        return job_box(view.desk, view.check)
    word = localize("Check") if view.report is None else localize("Check again")
    button = f'<form method="post" action="{view.opened.path}/check"><button>{escape(word)}</button></form>'
    lines = [f'<div class="actions">{button}{_edit_link(view, None, localize("New target"))}</div>']
    if view.report is None:
        lines.append(f"<p>{escape(localize('Not checked since the desk was opened.'))}</p>")
    elif view.stale:
        text = localize("The plan or a layer changed since this check.")
        lines.append(f'<p role="status" class="banner">{escape(text)}</p>')
    if view.report is not None and view.report.is_illustrative:
        lines.append(f'<p><span class="banner">{escape(illustrative_note())}</span></p>')
    failed = next(iter(view.desk.jobs.of_plan(view.opened.number, "check")), None)
    if failed is not None and failed.state == "failed":
        lines.append(job_box(view.desk, failed))
    return "".join(lines)


def _edit_link(view: PlanView, target: str | None, word: str) -> str:
    if not view.opened.writable:
        return ""
    asked = "" if target is None else f"?target={escape(target)}"
    return f'<a class="button plain" href="{view.opened.path}/edit{asked}">{escape(word)}</a>'


def _counts(view: PlanView) -> str:
    if view.report is None:
        return ""
    counts = view.report.summary.status
    cards = "".join(
        f'<li class="s-{status}"><b>{counts.get(status, 0)}</b>{escape(status_word(status))}</li>'
        for status in ("met", "not_met", "undecidable")
    )
    return f'<ul class="counts">{cards}</ul>'


def _turned(view: PlanView) -> str:
    """What the last check turned since the run before it."""
    done = next((job for job in view.desk.jobs.of_plan(view.opened.number, "check") if job.state == "done"), None)
    if done is None:
        return ""
    rows = [_turned_row(view, change) for change in json.loads((done.out / "turned.json").read_bytes())]
    if not rows:
        return ""
    heads = (localize("Target"), localize("Before"), localize("Now"), localize("Why"))
    title = localize("Turned since the run before")
    return f"<section><h2>{escape(title)}</h2>{table(heads, rows)}</section>"


def _turned_row(view: PlanView, change: dict[str, object]) -> list[str]:
    states = [change[name] for name in ("before", "after")]
    words = [_badge(one["status"] if isinstance(one, dict) else "") for one in states]
    why = change["why"]
    reasons = "; ".join(map(str, why)) if isinstance(why, list) else ""
    return [_target_link(view, str(change["target"]), str(change["title"])), *words, escape(reasons)]


def _badge(status: str) -> str:
    kind = status if status in ("met", "not_met", "undecidable") else "none"
    return f'<span class="badge s-{kind}">{escape(status_word(status))}</span>'


def _target_link(view: PlanView, target: str, title: str) -> str:
    return f'<a href="{view.opened.path}/targets/{escape(target)}">{escape(title or target)}</a>'


def _rows(view: PlanView) -> str:
    heads = (
        localize("Number of the target"), localize("Target"), localize("Promised"), localize("Measured"),
        localize("Verdict"), localize("Basis"),
    )  # fmt: skip
    found = {} if view.report is None else {one.target: one for one in view.report.verdicts}
    rows = (_row(view, target, found.get(target.id)) for target in view.plan.target)
    top = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    cells = "".join(rows)
    return f'<div class="wide"><table id="targets"><thead><tr>{top}</tr></thead><tbody>{cells}</tbody></table></div>'


def _row(view: PlanView, target: Target, verdict: Verdict | None) -> str:
    words = verdict_words(verdict) if verdict is not None and view.check is None else None
    status = "" if words is None else words["status"]
    reading = "—" if words is None else words["reading"]
    basis = "" if words is None else words["basis"]
    return (
        f'<tr data-target="{escape(target.id)}"><td><code>{escape(target.id)}</code></td>'
        f"<td>{_target_link(view, target.id, target.name)}</td><td>{escape(bound_words(target.bound))}</td>"
        f"<td data-reading>{escape(reading)}</td><td data-status>{_badge(status)}</td>"
        f"<td data-basis>{_basis(basis)}</td></tr>"
    )


def _basis(basis: str | None) -> str:
    return f'<span class="basis b-{escape(basis)}">{escape(basis_word(basis))}</span>' if basis else ""


async def start_check(request: Request) -> Response:
    """Begin a check and go back to the page that shows it."""
    desk = desk_of(request)
    opened = desk.plan(request.path_params["plan"])
    desk.jobs.start("check", opened, {"log": opened.writable}, seen=fingerprint(desk.held.read(opened.file)))
    return RedirectResponse(opened.path, status_code=303)


def target_page(request: Request) -> Response:
    """Answer with one target: what was promised, what was measured, and on what."""
    view = view_plan(request)
    target = next((one for one in view.plan.target if one.id == request.path_params["target"]), None)
    if target is None:
        raise HTTPException(404)
    verdict = view.verdict(target.id)
    parts = [*_promise(view, target), *([] if verdict is None else _measured(view, verdict)), _on_map(view, target)]
    body = f"<h1>{escape(target.name)}</h1>{''.join(parts)}"
    return page(request, target.name, body, place=view.place())


def _promise(view: PlanView, target: Target) -> Iterator[str]:
    source = next((one.title for one in view.plan.source if one.id == target.source), "")
    if target.quote:
        yield f"<blockquote>{escape(target.quote)}<br><small>{escape(source)}</small></blockquote>"
    facts = {
        localize("Number of the target"): target.id,
        localize("Chapter"): target.chapter,
        localize("Promised"): bound_words(target.bound),
        localize("Due"): "" if target.due is None else target.due.isoformat(),
        localize("Owner"): target.owner or "",
        localize("Note"): target.note or "",
        localize("Declared at"): view.desk.hide_paths(target.where),
    }
    yield f"<section>{_facts(facts)}{_edit_link(view, target.id, localize('Change'))}</section>"


def _on_map(view: PlanView, target: Target) -> str:
    """A way to see the target on the map of the plan as its files stand, which is drawn once."""
    maps = [
        job for job in view.desk.jobs.of_plan(view.opened.number, "map")
        if job.values.get("kind") == "overview" and not job.values.get("disclosure")
    ]  # fmt: skip
    drawn = next((job for job in maps if job.seen == view.seen), None)
    title = localize("On the map")
    if drawn is None or drawn.state in ("failed", "cancelled"):
        hidden = "".join(
            f'<input type="hidden" name="{name}" value="{escape(word)}">'
            for name, word in {"kind": "overview", "target": target.id}.items()
        )
        body = (
            f'<form method="post" action="{view.opened.path}/results/map">{hidden}'
            f'<p><button class="plain">{escape(localize("Draw the map"))}</button></p></form>'
        )
    elif drawn.is_open:
        body = job_box(view.desk, drawn)
    else:
        goal = f"{view.opened.path}/jobs/{drawn.number}/files/{drawn.files[0]}#target={quote(target.id)}"
        body = f'<p><a href="{escape(goal)}" target="_blank">{escape(localize("Show it on the map"))}</a></p>'
    return f"<section><h2>{escape(title)}</h2>{body}</section>"


def _measured(view: PlanView, verdict: Verdict) -> Iterator[str]:
    words = verdict_words(verdict)
    facts = {
        localize("Measured"): words["reading"],
        localize("Why"): verdict.reason,
        localize("What would settle it"): verdict.settled_by or "",
        localize("Layers"): ", ".join(map(view.layer_name, verdict.layers)),
    }
    marks = f"<p>{_badge(verdict.status)} {_basis(verdict.basis)}</p>"
    yield f"<section><h2>{escape(localize('Verdict'))}</h2>{marks}{_facts(facts)}</section>"
    if verdict.breakdown:
        keys = list(verdict.breakdown[0].keys)
        heads = [key_title(view.plan, key, verdict.layers) for key in keys]
        rows = (
            [*(escape(row.keys.get(key, "")) for key in keys), escape(format_reading(row.reading, verdict.bound))]
            for row in verdict.breakdown
        )
        parts = table([*heads, localize("Measured")], rows)
        yield f"<section><h2>{escape(localize('Breakdown'))}</h2>{parts}</section>"
    listed = "".join(_evidence_row(view.layer_name(name), ids) for name, ids in verdict.evidence.layers.items())
    if listed:
        yield f"<section><h2>{escape(localize('Evidence'))}</h2><dl>{listed}</dl></section>"


def _evidence_row(layer: str, ids: list[str]) -> str:
    more = " …" if len(ids) > _MAX_IDS else ""
    return f"<dt>{escape(layer)} <small>{len(ids)}</small></dt><dd>{escape(', '.join(ids[:_MAX_IDS]))}{more}</dd>"


def _facts(facts: dict[str, str]) -> str:
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in facts.items() if text)
    return f"<dl>{listed}</dl>"
