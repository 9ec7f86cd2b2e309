"""What a dropped file is: its place on a small map, its columns with samples, and what looks wrong."""

from __future__ import annotations

from typing import Any

from urbanplan.model.translation import localize
from urbanplan.server.markup import table
from urbanplan.server.plan_view import PlanView
from urbanplan.view.page import escape
from urbanplan.view.terminal.inspection import field_word, shape_word

_MAX_FIELDS = 60
_MAX_REFUSED = 20


def inspection_markup(
    view: PlanView, seen: dict[str, Any], layer: dict[str, Any], picture: dict[str, Any] | None
) -> str:
    """The markup of an inspection of a file.

    Args:
        view: the plan. seen: the inspection as plain values. layer: the part of it that is shown.
        picture: of its place, None where there is none.
    """
    shapes = localize(", ").join(f"{count:,} {shape_word(kind)}" for kind, count in layer["geometry"].items())
    facts = {
        localize("Format"): seen["format"],
        localize("Size"): f"{seen['size'] / 1000:,.0f} kB",
        localize("Features"): f"{layer['features']:,}",
        localize("Shapes"): shapes or localize("none"),
        localize("CRS"): layer["crs_name"] or layer["crs"] or localize("not declared"),
        localize("Encoding"): seen["encoding"] or "",
    }
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in facts.items() if text)
    place = place_markup(picture, localize("Where the file lies in the district"))
    return (
        f"<section>{place}<dl>{listed}</dl>{_warnings(view, layer)}</section>"
        f"<section><h2>{escape(localize('Columns'))}</h2>{_fields(layer)}</section>"
    )


def place_markup(picture: dict[str, Any] | None, name: str) -> str:
    """A small map of shapes over the district; nothing where there is none."""
    if picture is None:
        return ""
    left, top, width, height = picture["extent"]
    box = f"0 0 {picture['width']} {picture['height']}"
    return (
        f'<svg class="place" role="img" aria-label="{escape(name)}" viewBox="{box}">'
        f'<path class="district" d="{escape(picture["district"])}"></path>'
        f'<path class="shapes" d="{escape(picture["shapes"])}"></path>'
        f'<rect class="extent" x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}"></rect></svg>'
    )


def _warnings(view: PlanView, layer: dict[str, Any]) -> str:
    rows = [
        f"{one.get('message', '')} ({one.get('confidence', 0):.0%}) {one.get('repair', '')}"
        for one in layer["suspicions"]
    ]
    rows += [str(note) for note in layer["notes"]]
    rows += [
        localize("feature {row}{name}: {reason}", row=one["row"], name="", reason=one["reason"])
        for one in layer["refused"][:_MAX_REFUSED]
    ]
    listed = "".join(f'<li class="warning">! {escape(view.desk.hide_paths(row))}</li>' for row in rows)
    return f'<ul class="notes">{listed}</ul>' if listed else ""


def _fields(layer: dict[str, Any]) -> str:
    heads = (localize("Column"), localize("Kind"), localize("Empty"), localize("Values"))
    rows = (
        [
            f"<b>{escape(one['name'])}</b>"
            + (f"<br><small>{escape(one['alias'])}</small>" if one.get("alias") else ""),
            escape(field_word(one["kind"])),
            str(one["nulls"]),
            escape(" · ".join(map(str, one["samples"]))),
        ]
        for one in layer["fields"][:_MAX_FIELDS]
    )
    return table(heads, rows)
