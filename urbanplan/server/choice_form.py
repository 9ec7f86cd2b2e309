"""The questions that a file leaves open, as a form: what it is, where it lies, how its texts are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from urbanplan.analysis.intake_choices import match_fields
from urbanplan.analysis.listing import list_types
from urbanplan.model.translation import current_language, localize
from urbanplan.server.drawing_form import drawing_fields
from urbanplan.server.fields import Pair, cells, check, radios, select, text_field
from urbanplan.server.plan_view import PlanView
from urbanplan.server.uploads import Upload
from urbanplan.view.page import escape

NEW = "+"  # of the choice of a layer that the plan does not have yet


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
    parts = [_target_fields(view, ranked, seen, said), _source_fields(lot, file, seen, said)]
    parts.append(_doubts(seen, layer, said))
    if seen["format"] in ("dxf", "dwg"):
        parts.append(drawing_fields(view, layer, said))
    if said.get("layer"):
        parts.append(_column_fields(view, layer, said))
    return (
        f'<form method="get" action="{lot.path}" data-send-choices><section>{"".join(parts)}'
        f'<p><button class="plain">{escape(localize("Preview"))}</button></p></section></form>'
    )


def _target_fields(view: PlanView, ranked: Sequence[str], seen: dict[str, Any], said: dict[str, str]) -> str:
    named = [(name, view.layer_name(name)) for name in ranked]
    options: list[Pair] = [("", "—"), *named, (NEW, localize("a new layer"))]
    how: list[Pair] = [("layer", localize("as the layer")), ("join", localize("its columns joined to the layer"))]
    parts = [
        f"<h2>{escape(localize('What it is'))}</h2>",
        select("layer", localize("Layer of the plan"), options, said),
        radios("how", localize("How it comes in"), how, said.get("how", "layer")),
    ]
    if said.get("how") == "join":
        parts.append(_key_fields(seen.get("keys") or (), said))
    if said.get("layer") == NEW:
        types: list[Pair] = [
            (row["name"], f"{row['title'].get(current_language(), '')} {row['name']}")
            for row in list_types(view.opened.file)
        ]
        parts.append(text_field("name", localize("Name of the new layer"), said))
        parts.append(select("type", localize("type"), [("", "—"), *types], said))
    return "".join(parts)


def _key_fields(keys: Iterable[dict[str, Any]], said: dict[str, str]) -> str:
    """Pairs of columns that may be the key, with what they find; a field for another."""
    found = "{pair} · {matched} of {features} features find their row"
    pairs: list[Pair] = [
        (one["on"], localize(found, pair=one["on"], matched=one["matched"], features=one["features"])) for one in keys
    ]
    if not pairs:
        return text_field("on", localize("Key, a column of both or LAYER=TABLE"), said)
    return radios("on", localize("Key"), pairs, said.get("on") or pairs[0][0])


def _source_fields(lot: Upload, file: Path, seen: dict[str, Any], said: dict[str, str]) -> str:
    parts: list[str] = []
    if len(lot.layers) > 1:
        chosen = next(name for name, path in lot.layers.items() if path == file)
        parts.append(select("file", localize("File"), [(name, name) for name in lot.layers], {"file": chosen}))
    if len(seen["layers"]) > 1:
        tables = [(one["name"], f"{one['name']} ({one['features']})") for one in seen["layers"]]
        parts.append(select("table", localize("Layer of the file"), tables, said))
    return "".join(parts)


def _doubts(seen: dict[str, Any], layer: dict[str, Any], said: dict[str, str]) -> str:
    """Coordinates and encodings, where the file does not say them or something speaks against what it says."""
    parts: list[str] = []
    guesses = [(one["crs"], f"{one['name']} · {one['crs']} ({one['confidence']:.0%})") for one in layer["crs_guesses"]]
    if guesses and (layer["crs"] is None or said.get("crs") in dict(guesses)):
        parts.append(radios("crs", localize("Its coordinates are in"), guesses, said.get("crs", "")))
    elif layer["geometry"]:
        parts.append(text_field("crs", localize("CRS, where the file is wrong"), said))
    if any(one.get("swapped") for one in layer["crs_guesses"]):
        parts.append(check("swap", localize("North stands before east"), said))
    if any("datum" in one.get("repair", "") for one in layer["suspicions"]):
        shifts = [("", localize("none")), ("gcj02", "GCJ-02"), ("bd09", "BD-09")]
        parts.append(radios("datum", localize("Shift of a web map"), shifts, said.get("datum", "")))
    texts = [
        (one["encoding"], f"{one['encoding']} · {str(one.get('sample', ''))[:30]}")
        for one in seen["encodings"]
        if one.get("encoding")
    ]
    if len(texts) > 1:
        parts.append(
            radios(
                "encoding", localize("Its texts are written in"), texts, said.get("encoding") or seen["encoding"] or ""
            )
        )
    if not layer["geometry"] and said.get("how") != "join":
        parts.append(text_field("place", localize("Columns that say where rows are: EAST,NORTH or WKT"), said))
    return "".join(parts)


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
    chosen = (
        select(
            f"col.{one.name}",
            one.title + (" *" if one.required else ""),
            options,
            {f"col.{one.name}": one.column or ""},
        )
        for one in fields
    )
    title = localize("Fields of the type, and the file's columns")
    return f'<fieldset><legend>{escape(title)}</legend><div class="pair">{cells(chosen)}</div></fieldset>'
