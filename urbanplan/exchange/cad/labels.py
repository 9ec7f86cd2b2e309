"""Texts as names of the outlines that they stand in, and lines that all but close."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import shapely

from urbanplan.model.translation import localize

_TIE = 1e-6  # a text is as near as another one within this share of the distance
_NEARLY_CLOSED, _NEARLY_CLOSED_SHARE = 0.5, 0.01  # metres, and share of its length, between the ends of a line
_OPEN_KINDS = ("LINE", "ARC")


def joined_texts(shapes: np.ndarray, texts: list[str | None]) -> list[str | None]:
    """For each outline the texts that stand inside it, joined."""
    labels: list[str | None] = [None] * len(shapes)
    outlines, written, pairs = _texts_inside(shapes, texts)
    for outline, text in zip(*pairs, strict=True):
        at, said = outlines[outline], texts[written[text]]
        labels[at] = said if labels[at] is None else f"{labels[at]} {said}"
    return labels


def _texts_inside(shapes: np.ndarray, texts: list[str | None]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows of the outlines, rows of the texts, and pairs of them (numbers among these), shape (2, n)."""
    written = np.flatnonzero([text is not None for text in texts])
    outlines = np.flatnonzero(np.isin(shapely.get_type_id(shapes), (3, 6)))
    if not len(written) or not len(outlines):
        return outlines, written, np.zeros((2, 0), dtype=int)
    pairs = shapely.STRtree(shapes[written]).query(shapes[outlines], predicate="intersects")
    return outlines, written, pairs


def nearest_texts(shapes: np.ndarray, texts: list[str | None]) -> tuple[dict[int, str], np.ndarray, list[str]]:
    """One text for each outline: a text belongs to the smallest outline around it, an outline takes the nearest.

    Args:
        shapes: geometries, shape (n,). texts: of each, None where it is no text.

    Returns:
        Texts by row of the outline, the rows of the texts that were used, and notes.
    """
    outlines, written, (outline, text) = _texts_inside(shapes, texts)
    order = np.lexsort((outline, shapely.area(shapes[outlines])[outline], text))
    outline, text = outline[order], text[order]
    first = np.append(True, text[1:] != text[:-1])[: len(text)]
    outline, text = outline[first], text[first]
    middles = shapely.centroid(shapes[outlines])
    far = shapely.distance(middles[outline], shapely.force_2d(shapes[written])[text])
    order = np.lexsort((text, far, outline))
    outline, text, far = outline[order], text[order], far[order]
    begins = np.flatnonzero(np.append(True, outline[1:] != outline[:-1])[: len(outline)])
    labels = {int(outlines[outline[at]]): str(texts[written[text[at]]]) for at in begins}
    follows = begins[begins + 1 < len(outline)]
    several = follows[outline[follows + 1] == outline[follows]]
    reach = np.sqrt(shapely.area(shapes[outlines]))[outline[several]]
    ties = several[far[several + 1] - far[several] <= _TIE * np.maximum(reach, 1e-9)]
    rivals = [f"{texts[written[text[at]]]} / {texts[written[text[at + 1]]]}" for at in ties]
    notes = list(_label_notes(len(outlines) - len(labels), len(several), rivals))
    return labels, written[text[begins]], notes


def _label_notes(without: int, several: int, rivals: list[str]) -> list[str]:
    told = []
    if without:
        told.append(localize("{count} outlines have no text inside", count=without))
    if several:
        told.append(
            localize("{count} outlines have several texts inside: the nearest to their middle counts", count=several)
        )
    if rivals:
        listed = ", ".join(rivals[:5])
        told.append(
            localize("{count} outlines have texts that are as near: the first counts ({listed})",
                     count=len(rivals), listed=listed)
        )  # fmt: skip
    return told


def close_lines(shapes: np.ndarray, kinds: list[str], *, within: float) -> tuple[np.ndarray, list[str]]:
    """The shapes with lines whose ends are ``within`` so many metres of each other as outlines, and notes.

    No corner moves: the ends are joined by a straight side. Without ``within`` such lines are only told.

    Args:
        shapes: geometries, shape (n,). kinds: of their entities. within: metres, 0 for none.
    """
    lines = np.flatnonzero((shapely.get_type_id(shapes) == 1) & ~np.isin(kinds, _OPEN_KINDS))
    lines = lines[shapely.get_num_points(shapes[lines]) >= 3]
    ends = [shapely.force_2d(shapely.get_point(shapes[lines], at)) for at in (0, -1)]
    gaps = shapely.distance(*ends)
    limit = np.minimum(_NEARLY_CLOSED, _NEARLY_CLOSED_SHARE * shapely.length(shapes[lines]))
    near = gaps <= (within if within else limit)
    if not near.any():
        return shapes, []
    worst = max(math.ceil(float(gaps[near].max()) * 1000 - 1e-6), 1) / 1000  # what is told closes them all
    if not within:
        what = "{count} lines all but close (up to {gap:.3f} m between their ends): --close {gap:.3f} makes outlines"
        return shapes, [localize(what, count=int(near.sum()), gap=worst)]
    made = shapes.copy()
    for at in lines[near].tolist():
        made[at] = _closed(shapes[at])
    what = "{count} lines were closed, up to {gap:.3f} m between their ends"
    return made, [localize(what, count=int(near.sum()), gap=worst)]


def _closed(line: Any) -> Any:
    points = shapely.get_coordinates(line, include_z=bool(line.has_z))
    return shapely.Polygon(points)
