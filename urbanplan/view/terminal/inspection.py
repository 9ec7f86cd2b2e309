"""An inspection of a file in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from urbanplan.model.translation import localize

if TYPE_CHECKING:
    from urbanplan.exchange.inspection import Inspection, LayerSummary
    from urbanplan.exchange.tiles.summary import RasterSummary

_MAX_RANKED = 3
_SHAPE_KINDS = {
    "Point": "points", "MultiPoint": "multipoints", "LineString": "lines", "MultiLineString": "multilines",
    "Polygon": "polygons", "MultiPolygon": "multipolygons", "GeometryCollection": "collections",
    "null": "without geometry",
}  # fmt: skip
_FIELD_KINDS = {
    "string": "text", "integer": "whole number", "number": "number", "boolean": "yes or no", "date": "date",
    "datetime": "date and time", "instant": "date and time with zone", "json": "list or mixed", "null": "no value",
}  # fmt: skip


def shape_word(kind: str) -> str:
    """A kind of geometry in the current language, as a count stands before it."""
    return {name: localize(word) for name, word in _SHAPE_KINDS.items()}.get(kind, kind)


def field_word(kind: str) -> str:
    """A kind of value in the current language."""
    return {name: localize(word) for name, word in _FIELD_KINDS.items()}.get(kind, kind)


def inspection_lines(seen: Inspection) -> list[str]:
    """The lines of an inspection: the file, its encoding with rivals, and each layer."""
    text = [localize("{path}: {format}, {size} bytes, sha256 {digest}", path=seen.path, format=seen.format,
                     size=seen.size, digest=seen.digest[:16])]  # fmt: skip
    if seen.encoding:
        text.append("  " + localize("encoding {encoding}", encoding=seen.encoding))
    for guess in seen.encodings:
        text.append(f"    {guess['encoding']:8} {guess['confidence']:.2f}  {guess['sample']}")
    if seen.raster is not None:
        text += _raster_lines(seen.raster)
    for layer in seen.layers:
        text += [*_head_lines(layer), *_field_lines(layer)]
    return text


def fit_lines(layers: Mapping[str, Sequence[str]], keys: Iterable[Any] | None) -> list[str]:
    """The lines of what a file may be in a plan: its likeliest layers, and pairs of columns that may be a key."""
    text = [
        localize("{name}: likeliest the plan's layer {layers}", name=name, layers=", ".join(ranked[:_MAX_RANKED]))
        for name, ranked in layers.items()
        if ranked
    ]
    if keys is None:
        return text
    found = "--on {pair}: {matched} of {features} features find their row"
    listed = [localize(found, pair=one.on, matched=one.matched, features=one.features) for one in keys]
    return text + (listed or [localize("no pair of columns may be the key of a join")])


def _raster_lines(raster: RasterSummary) -> list[str]:
    """A raster's size and colours, or the levels of tiles; where it lies."""
    text = []
    if raster.width is not None:
        colours = {"colour": localize("in colour"), "grey": localize("one band, drawn in grey"),
                   "palette": localize("of a palette")}  # fmt: skip
        text.append("  " + localize("raster {width} x {height}, {bands} bands of {dtype}, {colour}",
                                    width=raster.width, height=raster.height, bands=raster.bands, dtype=raster.dtype,
                                    colour=colours.get(raster.colour or "", "—")))  # fmt: skip
    if raster.pixel_m is not None:
        text.append("  " + localize("a pixel is {metres} m", metres=f"{raster.pixel_m:.3g}"))
    if raster.title:
        text.append("  " + localize("title {title}", title=" ".join(raster.title.split())[:80]))
    if raster.levels is not None:
        text.append("  " + localize("tiles of the levels {low} to {high}", low=raster.levels[0], high=raster.levels[1]))
    crs = raster.crs_name if raster.crs and "[" in raster.crs else raster.crs
    text.append("  " + localize("CRS {crs}", crs=crs or localize("none: a map cannot be drawn on it")))
    if raster.degrees is not None:
        box = " ".join(f"{value:.5f}" for value in raster.degrees)
        text.append("  " + localize("extent in degrees {box}", box=box))
    return text


def _head_lines(layer: LayerSummary) -> list[str]:
    """A layer's size, CRS with rivals, and what looks wrong."""
    counted = localize(", ").join(f"{count} {shape_word(name)}" for name, count in layer.geometry.items()) or "—"
    counts = {"name": layer.name, "count": layer.features, "kinds": counted}
    text = [localize("layer {name}: {count} features ({kinds})", **counts)]
    crs = layer.crs_name if layer.crs and "[" in layer.crs else layer.crs  # a WKT is for programs
    text.append("  " + localize("CRS {crs} ({note})", crs=crs or "—", note=layer.crs_note))
    for guess in layer.crs_guesses:
        text.append(f"    {guess['crs']:10} {guess['confidence']:.2f}  {guess['name']} — {guess['why']}")
    for row in layer.suspicions:
        what = f"{row['message']} ({row['confidence']:.2f})"
        text.append(f"  ! {localize('{message}. {repair}', message=what, repair=row['repair'])}")
    return text + [f"  · {note}" for note in layer.notes] + _drawing_lines(layer)


def _drawing_lines(layer: LayerSummary) -> list[str]:
    """The layers of a drawing: entities by kind, the box around them, and whether they are hidden."""
    text = []
    for row in layer.drawing_layers:
        kinds = localize(", ").join(f"{count} {kind}" for kind, count in row["kinds"].items())
        box = "—" if row["bounds"] is None else " ".join(f"{value:.2f}" for value in row["bounds"])
        state = {"frozen": localize("frozen"), "off": localize("switched off")}.get(row["hidden"] or "", "")
        line = localize("drawing layer {name}: {kinds}; extent {box}", name=row["name"], kinds=kinds, box=box)
        text.append("    " + (f"{line} ({state})" if state else line))
    return text


def _field_lines(layer: LayerSummary) -> list[str]:
    """A layer's fields with samples, and the features set aside."""
    text = []
    for field in layer.fields:
        samples = " | ".join(" ".join(sample.split()) for sample in field.samples)
        parts = [field_word(field.kind), localize("{count} nulls", count=field.nulls), samples]
        name = f"{field.name} ({field.alias})" if field.alias else field.name
        text.append("    " + localize("{name}: {text}", name=name, text=localize(", ").join(parts)))
    for row in layer.refused:
        named = f" {row['id']}" if row["id"] is not None else ""
        refused = localize("feature {row}{name}: {reason}", row=row["row"], name=named, reason=row["reason"])
        text.append(f"  ✗ {refused}")
    return text
