"""What the files of a folder are, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from urbanplan.model.translation import localize


class Found(Protocol):
    """The layers of files that were found, and the doubts of the plan as a whole."""

    candidates: list[Any]
    doubts: list[str]


def file_lines(found: Found) -> list[str]:
    """Two lines or more for each layer of each file: what it is, what it becomes and why, what is doubtful."""
    text = [line for one in found.candidates for line in _candidate_lines(one)]
    return text + [f"! {doubt}" for doubt in found.doubts]


def change_lines(changes: Sequence[str]) -> list[str]:
    """A line for each change."""
    return [f"~ {change}" for change in changes]


def _candidate_lines(one: Any) -> list[str]:
    name = f"{one.path} ({one.table})" if one.table else one.path
    text = [f"{name}: {localize(', ').join(_facts(one))}"]
    if one.layer:
        text.append("  → " + _layer_text(one))
    return text + [f"  ? {doubt}" for doubt in one.doubts]


def _crs_text(crs: str | None) -> str:
    """A CRS in words: its code, or its name where it has none; a WKT is for programs."""
    if crs is None or "[" not in crs:
        return crs or "—"
    from pyproj import CRS

    from urbanplan.model.metric_crs import crs_label

    return crs_label(CRS.from_wkt(crs))


def _facts(one: Any) -> list[str]:
    if one.kind == "raster" and one.cells:
        size = localize("a raster of {columns} x {rows} cells", columns=one.cells[0], rows=one.cells[1])
        return [one.format, size, _crs_text(one.crs)]
    kinds = {"raster": localize("a raster, no layer"), "refused": localize("not read"),
             "document": localize("a document: draft targets from it with --document")}  # fmt: skip
    if one.kind in kinds:
        return [part for part in (one.format, kinds[one.kind]) if part]
    counted = localize("{count} rows", count=one.features)
    if one.geometry:
        shapes = " ".join(f"{count} {name}" for name, count in one.geometry.items())
        counted = localize("{count} features ({kinds})", count=one.features, kinds=shapes)
    crs = _crs_text(one.crs) if one.kind == "layer" else ""
    rivals = localize(" or {rivals}", rivals=", ".join(one.crs_rivals[1:])) if one.crs_rivals[1:] else ""
    return [part for part in (one.format, counted, f"{crs}{rivals}") if part]


def _layer_text(one: Any) -> str:
    best = one.fits[0] if one.fits else None
    if one.own_type or best is None or best.type != one.type:
        return (
            localize("layer {layer}, type {type} of its own", layer=one.layer, type=one.type)
            if one.own_type
            else (localize("layer {layer}, type {type}", layer=one.layer, type=one.type))
        )
    text = localize("layer {layer}, type {type} {score}", layer=one.layer, type=one.type, score=f"{best.score:.2f}")
    if one.rival:
        text += localize(" (rival {rival})", rival=one.rival)
    return text + (localize(": ") + "; ".join(best.reasons) if best.reasons else "")
