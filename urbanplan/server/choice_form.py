"""The questions that a file leaves open, as a form: what it is, where it lies, how its texts are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from urbanplan.analysis.intake_choices import match_fields
from urbanplan.analysis.listing import list_types
from urbanplan.model.translation import current_language, localize
from urbanplan.server.plan_view import PlanView
from urbanplan.server.uploads import Upload
from urbanplan.view.page import escape

NEW = "+"  # of the choice of a layer that the plan does not have yet
Pair = tuple[str, str]


def choice_form(  # noqa: PLR0913 — what the page knows of the file, each used once
    view: PlanView,
    lot: Upload,
    file: Path,
    seen: dict[str, Any],
    layer: dict[str, Any],
    ranked: Sequence[str],
    said: dict[str, str],
) -> str:
    """The form of a file; it is sent anew with each answer, so that the page shows what follows from it.

    Args:
        view, lot, file: what the page is of. seen: the inspection. layer: the part of it that is brought in.
        ranked: the plan's layers, the likeliest first. said: the answers until now.
    """
    parts = [_target_fields(view, ranked, said), _source_fields(lot, file, seen, said), _doubts(seen, layer, said)]
    if seen["format"] in ("dxf", "dwg"):
        parts.append(_drawing_fields(said))
    if said.get("layer"):
        parts.append(_column_fields(view, layer, said))
    return (
        f'<form method="get" action="{lot.path}" data-send-choices><section>{"".join(parts)}'
        f'<p><button class="plain">{escape(localize("Preview"))}</button></p></section></form>'
    )


def _target_fields(view: PlanView, ranked: Sequence[str], said: dict[str, str]) -> str:
    options: list[Pair] = [("", "—"), *((name, name) for name in ranked), (NEW, localize("a new layer"))]
    how: list[Pair] = [("layer", localize("as the layer")), ("join", localize("its columns joined to the layer"))]
    parts = [
        f"<h2>{escape(localize('What it is'))}</h2>",
        _select("layer", localize("Layer of the plan"), options, said),
        _radios("how", localize("How it comes in"), how, said.get("how", "layer")),
    ]
    if said.get("how") == "join":
        parts.append(_text("on", localize("Key, a column of both or LAYER=TABLE"), said))
    if said.get("layer") == NEW:
        types: list[Pair] = [
            (row["name"], f"{row['title'].get(current_language(), '')} {row['name']}")
            for row in list_types(view.opened.file)
        ]
        parts.append(_text("name", localize("Name of the new layer"), said))
        parts.append(_select("type", localize("type"), [("", "—"), *types], said))
    return "".join(parts)


def _source_fields(lot: Upload, file: Path, seen: dict[str, Any], said: dict[str, str]) -> str:
    parts: list[str] = []
    if len(lot.files) > 1:
        names = [(path.name, path.name) for path in lot.files]
        parts.append(_select("file", localize("File"), names, {"file": file.name}))
    if len(seen["layers"]) > 1:
        tables = [(one["name"], f"{one['name']} ({one['features']})") for one in seen["layers"]]
        parts.append(_select("table", localize("Layer of the file"), tables, said))
    return "".join(parts)


def _doubts(seen: dict[str, Any], layer: dict[str, Any], said: dict[str, str]) -> str:
    """Coordinates and encodings, where the file does not say them or something speaks against what it says."""
    parts: list[str] = []
    guesses = [(one["crs"], f"{one['name']} · {one['crs']} ({one['confidence']:.0%})") for one in layer["crs_guesses"]]
    if guesses and (layer["crs"] is None or said.get("crs") in dict(guesses)):
        parts.append(_radios("crs", localize("Its coordinates are in"), guesses, said.get("crs", "")))
    elif layer["geometry"]:
        parts.append(_text("crs", localize("CRS, where the file is wrong"), said))
    if any(one.get("swapped") for one in layer["crs_guesses"]):
        parts.append(_check("swap", localize("North stands before east"), said))
    if any("datum" in one.get("repair", "") for one in layer["suspicions"]):
        shifts = [("", localize("none")), ("gcj02", "GCJ-02"), ("bd09", "BD-09")]
        parts.append(_radios("datum", localize("Shift of a web map"), shifts, said.get("datum", "")))
    texts = [
        (one["encoding"], f"{one['encoding']} · {str(one.get('sample', ''))[:30]}")
        for one in seen["encodings"]
        if one.get("encoding")
    ]
    if len(texts) > 1:
        parts.append(
            _radios(
                "encoding", localize("Its texts are written in"), texts, said.get("encoding") or seen["encoding"] or ""
            )
        )
    if not layer["geometry"] and said.get("how") != "join":
        parts.append(_text("place", localize("Columns that say where rows are: EAST,NORTH or WKT"), said))
    return "".join(parts)


def _drawing_fields(said: dict[str, str]) -> str:
    fields = (
        _text("cad_layer", localize("Layers of the drawing, such as JZD*"), said),
        _text("label", localize("Column for the text inside each outline"), said),
        _text("close", localize("Metres between the ends of an outline"), said),
        _text("unit", localize("Unit of the drawing: m, mm …"), said),
    )
    return (
        f'<fieldset><legend>{escape(localize("Drawing"))}</legend><div class="pair">{_cells(fields)}</div></fieldset>'
    )


def _column_fields(view: PlanView, layer: dict[str, Any], said: dict[str, str]) -> str:
    """The fields of the type beside the file's columns."""
    spec = view.plan.layer_spec(said["layer"])
    kind = spec.type if spec is not None else said.get("type", "")
    if not kind:
        return ""
    columns = [one["name"] for one in layer["fields"]]
    given = {name[4:]: column for name, column in said.items() if name.startswith("col.") and column in columns}
    fields = match_fields(kind, columns, plan=view.plan, given=given)
    options: list[Pair] = [("", "—"), *((name, name) for name in columns)]
    cells = (
        _select(
            f"col.{one.name}",
            one.title + (" *" if one.required else ""),
            options,
            {f"col.{one.name}": one.column or ""},
        )
        for one in fields
    )
    title = localize("Fields of the type, and the file's columns")
    return f'<fieldset><legend>{escape(title)}</legend><div class="pair">{_cells(cells)}</div></fieldset>'


def _cells(fields: Iterable[str]) -> str:
    return "".join(f"<div>{field}</div>" for field in fields)


def _select(name: str, label: str, options: Iterable[Pair], said: dict[str, str]) -> str:
    chosen = said.get(name, "")
    listed = "".join(
        f'<option value="{escape(value)}"{" selected" * (value == chosen)}>{escape(text)}</option>'
        for value, text in options
    )
    key = escape(name)
    return f'<label for="{key}">{escape(label)}</label><select id="{key}" name="{key}">{listed}</select>'


def _radios(name: str, label: str, options: Iterable[Pair], chosen: str) -> str:
    listed = "".join(
        f'<label class="choice"><input type="radio" name="{escape(name)}" value="{escape(value)}"'
        f"{' checked' * (value == chosen)}>{escape(text)}</label>"
        for value, text in options
    )
    return f"<fieldset><legend>{escape(label)}</legend>{listed}</fieldset>"


def _text(name: str, label: str, said: dict[str, str]) -> str:
    key = escape(name)
    value = escape(said.get(name, ""))
    return f'<label for="{key}">{escape(label)}</label><input type="text" id="{key}" name="{key}" value="{value}">'


def _check(name: str, label: str, said: dict[str, str]) -> str:
    held = " checked" if said.get(name) else ""
    return f'<label class="choice"><input type="checkbox" name="{escape(name)}" value="1"{held}>{escape(label)}</label>'
