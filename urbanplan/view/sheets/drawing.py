"""A drawing as data: what is around, the grid and furniture, and text placed so that nothing overlaps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from urbanplan.view.sheets.backdrop import Backdrop
from urbanplan.view.sheets.frame import Frame
from urbanplan.view.sheets.furniture import Furniture
from urbanplan.view.sheets.labels import Label, Obstacles, PlacedLabel, place_labels


def compose_drawing(
    frame: Frame,
    around: list[dict[str, Any]],
    labels: Iterable[Label],
    *,
    obstacles: Obstacles,
    fixed: Furniture,
    backdrop: Backdrop | None = None,
) -> tuple[dict[str, Any], list[Label]]:
    """Place the labels and compose the drawing.

    Returns:
        data for the template's ``drawing``, and the labels for which there was no room.
    """
    soft = [*obstacles.soft, *((cross, 0.7) for cross in fixed.crosses)]
    room = (frame.width, frame.height)
    placed, left = place_labels([*fixed.labels, *_unique_labels(labels)], replace(obstacles, soft=soft), room)
    data = {
        "width": frame.width,
        "height": frame.height,
        "around": around,
        "labels": [label_data(each) for each in placed if each.label.kind != "block"],
        "furniture": fixed.data,
        **({} if backdrop is None else {"ground": backdrop.svg(frame)}),
    }
    return data, left


def _unique_labels(labels: Iterable[Label]) -> list[Label]:
    """Names once each: a road drawn by two layers is written once."""
    seen: set[tuple[str, str]] = set()
    kept = []
    for label in labels:
        key = (label.kind, label.text)
        if label.kind in ("road", "name") and key in seen:
            continue
        seen.add(key)
        kept.append(label)
    return kept


def label_data(each: PlacedLabel) -> dict[str, Any]:
    """A placed label as data."""
    label, place = each.label, each.place
    return {
        "text": label.text.split("\n"),
        "kind": label.kind,
        "size": label.size,
        "box": [round(place.x, 3), round(place.y, 3), round(label.width, 3), round(label.height, 3)],
        "angle": round(place.angle, 3),
    }
