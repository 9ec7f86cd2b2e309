"""A plan's layers with their state, and what was found about each."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from urbanplan.analysis.layer_copies import has_replaced
from urbanplan.model.finding import Finding
from urbanplan.model.plan import LayerSpec
from urbanplan.model.translation import localize
from urbanplan.server.job_pages import job_box
from urbanplan.server.jobs import Job
from urbanplan.server.markup import page, table
from urbanplan.server.plan_view import PlanView, view_plan
from urbanplan.server.words import basis_word, level_word
from urbanplan.view.page import escape

_MAX_FINDINGS = 300  # rows; the report holds them all


def layers_page(request: Request) -> Response:
    """Answer with the plan's layers; their files are read beside the server where that was not done yet."""
    view = view_plan(request)
    job = view.desk.jobs.start_once("layers", view.opened, {}, seen=view.seen)
    changes = [one for one in view.desk.jobs.of_plan(view.opened.number) if one.name in ("add", "undo")]
    body = [f"<h1>{escape(localize('Layers'))}</h1>"]
    body += [job_box(view.desk, one) for one in changes[:3]]
    if job.is_open or job.state == "failed":
        body.append(job_box(view.desk, job))
    body.append(f"<section>{_layer_table(view, _states(job))}</section>")
    if view.report is not None:
        body.append(
            f"<section><h2>{escape(localize('Findings'))}</h2>{_finding_table(view, view.report.findings)}</section>"
        )
    return page(request, localize("Layers"), "".join(body), place=view.place("layers"))


def _states(job: Job) -> dict[str, dict[str, Any]]:
    if job.state != "done":
        return {}
    return {row["name"]: row for row in json.loads((job.out / "layers.json").read_bytes())}


def _layer_table(view: PlanView, states: dict[str, dict[str, Any]]) -> str:
    heads = (
        localize("Layer"), localize("Basis"), localize("Of the date"), localize("Features"),
        localize("CRS"), localize("state"), localize("Findings"), localize("targets"), "",
    )  # fmt: skip
    return table(heads, (_layer_row(view, spec, states.get(spec.name)) for spec in view.plan.layer))


def _layer_row(view: PlanView, spec: LayerSpec, state: dict[str, Any] | None) -> list[str]:
    found = [] if view.report is None else [hit for hit in view.report.findings if hit.layer == spec.name]
    read = state or {}
    features = read.get("features")
    reason = f"<br><small>{escape(view.desk.hide_paths(read['reason']))}</small>" if read.get("reason") else ""
    kind = "" if spec.type == spec.name else f" · {escape(localize('type'))} {escape(spec.type)}"
    about = f"<br><small>{escape(spec.name)} · {escape(spec.file)}{kind}</small>"
    return [
        f"<b>{escape(view.layer_name(spec.name))}</b>{about}",
        f'<span class="basis b-{spec.basis}">{escape(basis_word(spec.basis))}</span>',
        escape(spec.date or "—"),
        "—" if features is None else f"{features:,}",
        escape(read.get("crs") or "—"),
        escape(_state_word(state)) + reason,
        str(len(read.get("findings", ())) if view.report is None else sum(hit.count for hit in found)),
        str(len(read["targets"])) if read else "—",
        _undo(view, spec),
    ]  # fmt: skip


def _undo(view: PlanView, spec: LayerSpec) -> str:
    """A button where the last add can be undone."""
    if not view.opened.writable or not has_replaced(view.plan, spec.name):
        return ""
    goal = f"{view.opened.path}/layers/{escape(spec.name)}/undo"
    name = localize("Undo the last add of {layer}", layer=spec.name)
    word = localize("Undo the add")
    return (
        f'<form method="post" action="{goal}"><button class="plain" aria-label="{escape(name)}">{escape(word)}'
        "</button></form>"
    )


def _state_word(state: dict[str, Any] | None) -> str:
    words = {"read": localize("read"), "absent": localize("absent"), "unreadable": localize("cannot be read")}
    return localize("is being read") if state is None else words[state["state"]]


def _finding_table(view: PlanView, findings: list[Finding]) -> str:
    heads = (localize("Level"), localize("Layer"), localize("Feature"), localize("Finding"), localize("Fix"), "")
    order = {"error": 0, "warn": 1, "info": 2}
    listed = sorted(enumerate(findings), key=lambda pair: (pair[1].waived is not None, order[pair[1].level]))
    rows = (_finding_row(view, number, hit) for number, hit in listed[:_MAX_FINDINGS])
    more = len(listed) - _MAX_FINDINGS
    note = f"<p>{escape(localize('… and {count} more; the report holds them all', count=more))}</p>" if more > 0 else ""
    return table(heads, rows) + note


def _finding_row(view: PlanView, number: int, hit: Finding) -> list[str]:
    layer = view.layer_name(hit.layer) if hit.layer else "—"
    texts = (layer, hit.feature or "—", view.desk.hide_paths(hit.message), view.desk.hide_paths(hit.fix))
    return [_level(hit), *map(escape, texts), _waive(view, number, hit)]


def _waive(view: PlanView, number: int, hit: Finding) -> str:
    """A way to let an error or a warning pass."""
    if hit.waived is not None:
        return escape(f"{hit.waived.owner}: {hit.waived.reason}")
    if hit.level == "info" or not view.opened.writable:
        return ""
    return f'<a href="{view.opened.path}/waive/{number}">{escape(localize("Waive"))}</a>'


def _level(hit: Finding) -> str:
    level = "waived" if hit.waived else hit.level
    return f'<b class="v-{level}">{escape(level_word(level))}</b>'
