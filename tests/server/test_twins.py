"""What the desk does the command line does: routes, tasks, functions and form fields, each with its command."""

from __future__ import annotations

import ast
import inspect
from collections import defaultdict
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import urbanplan
from urbanplan.analysis.draft_choices import FIELDS as DRAFT_FIELDS
from urbanplan.analysis.siting_words import WORDS
from urbanplan.cli.app import COMMANDS
from urbanplan.server.add_page import CHOICES
from urbanplan.server.app import build_app
from urbanplan.server.edit_page import FIELDS
from urbanplan.server.results_page import RESULTS
from urbanplan.server.siting_page import FIELDS as SITING_FIELDS
from urbanplan.server.tasks import TASKS

PACKAGE = Path(urbanplan.__file__).parent
PAGES = "a page of what stands in the folder: "  # before the commands that print the same
# what a request does -> the command that does it, or why none does
ROUTES = {
    "GET /": "a list of the opened plans: what `serve` was given",
    "POST /end": "what Ctrl-C does", "GET /health": "of the server itself", "GET /static/desk.css": "of the server itself",
    "GET /static/desk.js": "of the server itself",
    **{f"GET /ogc{path}": "the same rows by another door: export, check --output gpkg" for path in (
        "", "/", "/api", "/conformance", "/collections", "/collections/{collection}",
        "/collections/{collection}/items", "/collections/{collection}/items/{feature:path}")},
    "POST /documents": "draft", "GET /drafts/{upload}": "draft", "POST /drafts/{upload}": "draft",
    "GET /plans/{plan}": PAGES + "targets, check, diff", "POST /plans/{plan}/check": "check",
    "GET /plans/{plan}/targets/{target}": PAGES + "targets, check", "GET /plans/{plan}/edit": "target",
    "POST /plans/{plan}/edit": "target", "GET /plans/{plan}/waive/{finding}": "waive",
    "POST /plans/{plan}/waive/{finding}": "waive", "GET /plans/{plan}/layers": "layers",
    "POST /plans/{plan}/layers/{layer}/undo": "add", "GET /plans/{plan}/add": "inspect",
    "POST /plans/{plan}/uploads": "inspect", "GET /plans/{plan}/add/{upload}": "inspect",
    "POST /plans/{plan}/add/{upload}": "add", "GET /plans/{plan}/siting": "site", "POST /plans/{plan}/siting": "site",
    "GET /plans/{plan}/results": PAGES + "the files that the commands wrote",
    "POST /plans/{plan}/results/{name}": "one command for each result: see RESULTS",
    "GET /plans/{plan}/jobs/{job}/state": "the progress bar", "POST /plans/{plan}/jobs/{job}/cancel": "what Ctrl-C does",
    "GET /plans/{plan}/jobs/{job}/files/{name}": "the file that -o names",
}  # fmt: skip
OF_RESULTS = {"map": "map", "report": "report", "brief": "report", "sheets": "sheets", "export": "export"}
OF_TASKS = {
    "check": "check", "layers": "layers", **OF_RESULTS, "inspect": "inspect", "preview": "add", "add": "add",
    "undo": "add", "features": "export", "draft": "draft", "write_draft": "draft", "site": "site",
}  # fmt: skip
# functions that the command line reaches by another name -> command, or why none is needed
OTHERWISE = {
    "diff.log_run": "report", "draft_review.review_document": "draft", "draft_review.write_review": "draft",
    "features.write_feature_store": "export", "intake_choices.field_names": "types",
    "intake_choices.match_fields": "add", "intake_choices.rank_layers": "inspect",
    "join_proposal.propose_layer_keys": "inspect", "listing.layer_titles": "types", "listing.key_title": "types", "waive.waive": "waive",
    "dropped_files.sort_files": "intake",
    "layer_copies.has_replaced": "whether a button is shown; add --undo says it",
    "maps.map_kinds": "the list of a choice; map --kind says it", "target_edit.read_sentence": "target",
    "target_edit.file_digest": "whether the file changed beside the page; target does it at once",
    "target_edit.target_file": "which file that is", "place_picture.draw_place": "map",
    "plans.example_district": "check", "plans.fingerprint": "whether a page is still of the files",
    "plans.open_plan": "check", "siting_words.read_texts": "site",
    "siting_words.goal_labels": "the labels of a form; site --help says them",
    "siting_words.count_label": "the labels of a form; site --help says them",
    "siting_words.word_labels": "the labels of a form; site --help says them",
}  # fmt: skip
OPTIONS = {  # field of a form -> the command's option, a word for what has no option
    "add": {
        **{name: name for name in ("table", "crs", "encoding", "place", "datum", "label", "cad_layer", "close", "unit",
                                   "on", "allow_loss", "any_geometry", "layer")},
        "swap": "swap_axes", "how": "join", "name": "layer", "type": "type_name", "repairs": "repair",
    },
    "site": {**{name: name for name in WORDS}, "goal": "fewest", "count": "best"},
    "target": {**{name: name for name in ("title", "chapter", "quote", "source", "tolerance", "due", "owner",
                                          "measure")},
               "id": "name", "note": "remark", "comparator": "bound", "number": "bound", "unit": "bound"},
    "draft": {"take": "accept", "leave": "reject", "name": "folder", "year": "year", "crs": "crs",
              **dict.fromkeys(DRAFT_FIELDS, "change")},
    "map": {"kind": "kind"}, "sheets": {"of": "of", "archive": "out", "combined": "combined"},
    "export": {name: name for name in ("layers", "format", "profile", "disclosure")},
    "waive": {name: name for name in ("code", "reason", "owner")},
}  # fmt: skip


def functions(room: str) -> dict[str, set[str]]:
    """Functions of ``urbanplan.analysis`` that a room calls, with the files that do."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in (PACKAGE / room).rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
        modules = {}
        for node in imports:
            room, _, module = str(node.module).partition("urbanplan.analysis")
            if room:
                continue
            if not module:
                modules |= {one.asname or one.name: one.name for one in node.names}
            elif module.startswith("."):
                for one in node.names:
                    found[f"{module.rpartition('.')[2]}.{one.name}"].add(path.stem)
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
                found[f"{modules[node.value.id]}.{node.attr}"].add(path.stem)
    return {name: files for name, files in found.items() if name.rpartition(".")[2].islower()}


def parameters(command: str) -> set[str]:
    function = getattr(import_module(COMMANDS[command]), command if command != "map" else "map_")
    return set(inspect.signature(function).parameters)


def test_every_route_has_its_command(client):
    inner: Any = build_app(client.desk)
    while not hasattr(inner, "routes"):
        inner = inner.app
    asked = {f"{method} {route.path}" for route in inner.routes for method in (route.methods or ()) if method != "HEAD"}
    assert asked == set(ROUTES)
    said = [word for word in ROUTES.values() if " " not in word]
    assert set(said) <= set(COMMANDS)


def test_every_task_and_result_has_its_command():
    assert set(OF_TASKS) == set(TASKS)
    assert set(OF_RESULTS) == set(RESULTS)
    assert set(OF_TASKS.values()) <= set(COMMANDS)


def test_every_function_that_the_desk_calls_a_command_calls_too():
    desk, commands = functions("server"), functions("cli")
    assert len(desk) > 30
    assert set(desk) - set(commands) - {"files.write_whole"} == set(OTHERWISE), "a new one needs a command or a reason"
    assert {word for word in OTHERWISE.values() if " " not in word} <= set(COMMANDS)


@pytest.mark.parametrize(("command", "fields"), [
    ("add", CHOICES), ("site", SITING_FIELDS), ("target", FIELDS), ("draft", (*DRAFT_FIELDS, "take", "name", "year", "crs")),
])  # fmt: skip
def test_every_field_of_a_form_has_its_option(command, fields):
    assert set(fields) <= set(OPTIONS[command])


@pytest.mark.parametrize("command", OPTIONS)
def test_the_options_are_there(command):
    assert set(OPTIONS[command].values()) <= parameters(command)
