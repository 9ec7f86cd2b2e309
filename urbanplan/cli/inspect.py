"""``urbanplan inspect``: what a file is, before anything is done with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from urbanplan.errors import UsageError
from urbanplan.model.translation import say

if TYPE_CHECKING:
    from urbanplan.exchange.inspection import Inspection, LayerNote


def inspect(
    file: Annotated[Path, typer.Argument(help="The file")],
    plan: Annotated[
        Path | None, typer.Option("--plan", help="Weigh the CRS by where this plan's district lies")
    ] = None,
    crs: Annotated[str | None, typer.Option(help="Pin the CRS")] = None,
    encoding: Annotated[str | None, typer.Option(help="Pin the encoding of the texts")] = None,
    place: Annotated[str | None, typer.Option(help="EAST,NORTH or WKT: the columns that say where rows are")] = None,
    head: Annotated[int | None, typer.Option(help="The row of a table that holds the names")] = None,
    output: Annotated[list[str] | None, typer.Option(help="json:FILE (- is standard output)")] = None,
) -> None:
    """Show format, layers, fields, encoding and CRS with their rivals, and what looks wrong."""
    from urbanplan.cli.output import outputs, to_stderr
    from urbanplan.exchange import inspect as look

    chosen = outputs(output, ("json",))
    seen = look(file, reference=district(plan), crs=crs, encoding=encoding, place=place_columns(place), head=head)
    for line in lines(seen):
        typer.echo(line, err=to_stderr(chosen))
    for one in chosen:
        import json

        one.put(json.dumps(seen.as_dict(), ensure_ascii=False, indent=1, default=str) + "\n")


def district(plan: Path | None) -> Any:
    """The boundary of a plan's district, or None."""
    if plan is None:
        return None
    from urbanplan.plan import read
    from urbanplan.store.folder import load

    declared = read(plan)
    name = declared.district.boundary
    layers, _ = load(declared, [name] if name else [])
    return layers[name].frame if name in layers else None


def place_columns(text: str | None) -> tuple[str, ...]:
    """``EAST,NORTH`` or the one column of WKT as a tuple.

    Raises:
        UsageError: there are more than two.
    """
    names = tuple(name.strip() for name in (text or "").split(",") if name.strip())
    if len(names) > 2:
        raise UsageError("{word} names more than two columns", fix="Write for example --place X,Y.", word=text)
    return names


def lines(seen: Inspection) -> list[str]:
    """The inspection in words."""
    text = [say("{path}: {format}, {size} bytes, sha256 {digest}", path=seen.path, format=seen.format,
                size=seen.size, digest=seen.digest[:16])]  # fmt: skip
    if seen.encoding:
        text.append("  " + say("encoding {encoding}", encoding=seen.encoding))
    for guess in seen.encodings:
        text.append(f"    {guess['encoding']:8} {guess['confidence']:.2f}  {guess['sample']}")
    for layer in seen.layers:
        text += _layer_lines(layer)
    return text


_SHAPES = {
    "Point": "points", "MultiPoint": "multipoints", "LineString": "lines", "MultiLineString": "multilines",
    "Polygon": "polygons", "MultiPolygon": "multipolygons", "GeometryCollection": "collections",
    "null": "without geometry",
}  # fmt: skip
_KINDS = {
    "string": "text", "integer": "whole number", "number": "number", "boolean": "yes or no", "date": "date",
    "datetime": "date and time", "instant": "date and time with zone", "json": "list or mixed", "null": "no value",
}  # fmt: skip


def _layer_lines(layer: LayerNote) -> list[str]:
    shapes = {name: say(word) for name, word in _SHAPES.items()}
    kinds = {name: say(word) for name, word in _KINDS.items()}
    counted = ", ".join(f"{count} {shapes.get(name, name)}" for name, count in layer.geometry.items()) or "—"
    text = [say("layer {name}: {count} features ({kinds})", name=layer.name, count=layer.features, kinds=counted)]
    crs = layer.crs_name if layer.crs and "[" in layer.crs else layer.crs  # a WKT is for programs
    text.append("  " + say("CRS {crs} ({note})", crs=crs or "—", note=layer.crs_note))
    for guess in layer.crs_guesses:
        why = guess["why"]
        text.append(f"    {guess['crs']:10} {guess['confidence']:.2f}  {guess['name']} — {why}")
    for row in layer.suspicions:
        what = f"{row['message']} ({row['confidence']:.2f})"
        text.append(f"  ! {say('{message}. {repair}', message=what, repair=row['repair'])}")
    text += [f"  · {note}" for note in layer.notes]
    for field in layer.fields:
        samples = " | ".join(" ".join(sample.split()) for sample in field.samples)
        told = [kinds.get(field.kind, field.kind), say("{count} nulls", count=field.nulls), samples]
        text.append(f"    {field.name}: {', '.join(told)}")
    for row in layer.refused:
        named = f" {row['id']}" if row["id"] is not None else ""
        text.append(f"  ✗ {say('feature')} {row['row']}{named}: {row['reason']}")
    return text
