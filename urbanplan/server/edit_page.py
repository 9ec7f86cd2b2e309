"""The form of a target: what it says in words, and the sentence that the plan file will hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from urbanplan.analysis.listing import list_measures
from urbanplan.analysis.target_edit import (
    draft_target,
    file_digest,
    read_sentence,
    target_file,
    write_target,
)
from urbanplan.analysis.target_words import parse_bound, read_target_words
from urbanplan.errors import UrbanplanError
from urbanplan.model.translation import current_language, localize, translate
from urbanplan.server.desk import desk_of
from urbanplan.server.fields import cells, select, text_field
from urbanplan.server.markup import page
from urbanplan.server.plan_view import PlanView, view_plan
from urbanplan.view.page import escape

FIELDS = ("id", "title", "chapter", "quote", "source", "comparator", "number", "unit", "tolerance", "due", "owner",
          "note", "measure")  # fmt: skip
_PLAIN = ("id", "title", "chapter", "quote", "source", "owner", "note")
_BESIDE = ("comparator", "number", "unit", "tolerance", "due", "owner")
_MAX_TEXT = 5_000  # characters of a field
Words = dict[str, str]


def edit_page(request: Request) -> Response:
    """Answer with the form of a target, empty for a new one."""
    view = view_plan(request)
    name = request.query_params.get("target")
    target = None if name is None else next((one for one in view.plan.target if one.id == name), None)
    if name is not None and target is None:
        raise HTTPException(404)
    if target is None:
        return _form_page(request, view, {}, target=None)
    sentence, declared = read_sentence(view.plan, target.id)
    return _form_page(request, view, _words_of(declared), target=name, sentence=sentence)


async def save_target(request: Request) -> Response:
    """Show the sentence that the form makes, or write it and go to the target."""
    opened = desk_of(request).writable_plan(request.path_params["plan"])
    view = await run_in_threadpool(view_plan, request)
    async with request.form(max_files=0, max_fields=30) as form:
        words = {name: str(form.get(name, "")).strip()[:_MAX_TEXT].replace("\r\n", "\n") for name in FIELDS}
        target, seen, save = str(form.get("target", "")) or None, str(form.get("seen", "")), form.get("do") == "save"
    try:
        draft = await run_in_threadpool(draft_target, view.plan, target, to_values(words))
        if save:
            await run_in_threadpool(write_target, view.plan, draft, seen=seen)
            return RedirectResponse(f"{opened.path}/targets/{draft.target.id}", status_code=303)
    except UrbanplanError as error:
        error.where = _labels().get(error.where, error.where)
        problem = desk_of(request).hide_paths(error.text(translate))
        return _form_page(request, view, words, target=target, problem=problem, seen=seen)
    return _form_page(request, view, words, target=target, sentence=draft.sentence, seen=seen)


def to_values(words: Words) -> dict[str, Any]:
    """The keys of a target of the words of its form.

    Raises:
        UsageError: a number or a date is none. PlanError: the measure is no TOML.
    """
    values = read_target_words({name: words[name] for name in (*_PLAIN, "due", "measure")})
    bound: dict[str, Any] = {}
    if words["comparator"] or words["number"]:
        said = f"{words['comparator']} {words['number']} {words['unit']}"
        bound = parse_bound(said, tolerance=words["tolerance"] or None)
    return {**values, "bound": bound}


def _words_of(declared: Mapping[str, Any]) -> Words:
    """The words of the form of what a plan file declares."""
    import tomlkit

    words = {name: str(declared.get(name, "")) for name in (*_PLAIN, "due")}
    words |= {name: str(value) for name, value in declared.get("bound", {}).items()}
    return words | {"measure": tomlkit.dumps(declared.get("measure", {}))}


def _form_page(  # noqa: PLR0913 — what the form shows, each of its own kind
    request: Request,
    view: PlanView,
    words: Mapping[str, str],
    *,
    target: str | None,
    sentence: str = "",
    problem: str = "",
    seen: str = "",
) -> Response:
    title = localize("New target") if target is None else localize("Change {target}", target=target)
    digest = seen or file_digest(target_file(view.plan, target))
    lines = "".join(f"<p>{escape(line)}</p>" for line in problem.splitlines())
    alert = f'<div role="alert">{lines}</div>' if lines else ""
    shown = _shown(sentence) if sentence else ""
    hidden = {"target": target or "", "seen": digest}
    held = "".join(f'<input type="hidden" name="{name}" value="{escape(word)}">' for name, word in hidden.items())
    show, save = escape(localize("Show the sentence")), escape(localize("Write into the plan"))
    form = (
        f'<form method="post" action="{view.opened.path}/edit"><section>{held}'
        f"{_fields(view, words, new=target is None)}"
        f'<p class="actions"><button class="plain" name="do" value="show">{show}</button>'
        f'<button name="do" value="save">{save}</button></p></section></form>'
    )
    body = f'<h1>{escape(title)}</h1>{alert}<div class="split">{form}<div>{shown}{_examples()}</div></div>'
    status = 400 if problem else 200
    return page(request, title, body, place=view.place(), status=status)


def _shown(sentence: str) -> str:
    return f"<section><h2>{escape(localize('In the plan file'))}</h2><pre>{escape(sentence)}</pre></section>"


def _labels() -> dict[str, str]:
    """What the form calls each field."""
    return {
        "id": localize("Number of the target"), "title": localize("Title"), "chapter": localize("Chapter"),
        "quote": localize("Quote"), "source": localize("Source"), "comparator": localize("Comparator"),
        "number": localize("Number"), "unit": localize("Unit"), "tolerance": localize("Tolerance"),
        "due": localize("Due"), "owner": localize("Owner"), "measure": localize("Measured by"),
        "note": localize("Note"),
    }  # fmt: skip


def _fields(view: PlanView, words: Mapping[str, str], *, new: bool) -> str:
    sources = [("", "—"), *((one.id, one.title) for one in view.plan.source)]
    signs = [(sign, sign) for sign in ("", "=", ">=", "<=", ">", "<", "about")]
    labels = _labels()
    lines = {name: text_field(name, label, words) for name, label in labels.items()}
    lines["id"] = text_field("id", labels["id"], words, locked=not new)
    lines["source"] = select("source", labels["source"], sources, words)
    lines["comparator"] = select("comparator", labels["comparator"], signs, words)
    lines["measure"] = (
        f'<label for="measure">{escape(labels["measure"])}</label>'
        f'<textarea id="measure" name="measure" rows="5">{escape(words.get("measure", ""))}</textarea>'
    )
    beside = cells(lines[name] for name in _BESIDE)
    above = "".join(lines[name] for name in ("id", "title", "chapter", "quote", "source"))
    return f'{above}<div class="pair">{beside}</div>{lines["measure"]}{lines["note"]}'


def _examples() -> str:
    """An example of each measure, as its lines stand in the form."""
    return f"<section><h2>{escape(localize('Measures'))}</h2>{''.join(map(_example, list_measures()))}</section>"


def _example(row: Mapping[str, Any]) -> str:
    import tomlkit

    name = f"{escape(row['title'][current_language()])} <code>{escape(row['kind'])}</code>"
    lines = tomlkit.dumps(row["example"]["measure"])
    return f"<details><summary>{name}</summary><pre>{escape(lines)}</pre></details>"
