"""The questions that a drawing leaves open: which of its layers, which texts, how its outlines close, its unit."""

from __future__ import annotations

import glob
from typing import Any

from urbanplan.analysis.intake_choices import match_fields
from urbanplan.model.translation import localize
from urbanplan.server.fields import Pair, cells, checks, select, text_field
from urbanplan.server.plan_view import PlanView
from urbanplan.view.page import escape

_TEXTS = {"TEXT", "MTEXT", "ATTRIB", "INSERT"}
_MAX_LAYERS = 200


def drawing_fields(view: PlanView, layer: dict[str, Any], said: dict[str, str]) -> str:
    """The fields of a drawing.

    Args:
        view: the plan. layer: the inspection of what is drawn. said: the answers until now.
    """
    rows = layer["drawing_layers"][:_MAX_LAYERS]
    chosen = said.get("cad_layer", "").splitlines()
    title = localize("Layers of the drawing; all where none is chosen")
    parts = [checks("cad_layer", title, map(_named, rows), chosen)]
    if any(_TEXTS & set(one["kinds"]) for one in rows):
        title = localize("The text inside each outline becomes")
        parts.append(select("label", title, _label_columns(view, said), said))
    units: list[Pair] = [("", localize("as the drawing says")), *((one, one) for one in ("m", "mm", "cm", "km", "ft"))]
    pair = (
        select("unit", localize("Unit of the drawing"), units, said),
        text_field("close", localize("Metres between the ends of an outline"), said),
    )
    parts.append(f'<div class="pair">{cells(pair)}</div>')
    return f"<fieldset><legend>{escape(localize('Drawing'))}</legend>{''.join(parts)}</fieldset>"


def _named(row: dict[str, Any]) -> Pair:
    """A layer of the drawing, as the pattern that means it alone, with what is drawn on it."""
    kinds = ", ".join(f"{kind} {count}" for kind, count in row["kinds"].items())
    hidden = f" ({row['hidden']})" if row["hidden"] else ""
    return glob.escape(row["name"]), f"{row['name']} · {kinds}{hidden}"


def _label_columns(view: PlanView, said: dict[str, str]) -> list[Pair]:
    """The fields that a text may be: those of the layer's type."""
    spec = view.plan.layer_spec(said.get("layer", ""))
    kind = spec.type if spec is not None else said.get("type", "")
    named = [(one.name, f"{one.title} ({one.name})") for one in match_fields(kind, (), plan=view.plan)] if kind else []
    held = said.get("label", "")
    extra = [(held, held)] if held and held not in dict(named) else []
    return [("", localize("a feature of its own")), *(named or [("id", "id"), ("name", "name")]), *extra]
