"""``urbanplan inspect``: what a file is, before anything is done with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from urbanplan.errors import UsageError
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    from urbanplan.exchange.inspection import Inspection, LayerSummary


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
    from urbanplan.cli.output import parse_outputs, uses_stdout
    from urbanplan.exchange import inspect as look

    chosen = parse_outputs(output, ("json",))
    seen = look(
        file,
        reference=district_boundary(plan),
        crs=crs,
        encoding=encoding,
        place=parse_geometry_columns(place),
        head=head,
    )
    for line in inspection_lines(seen):
        typer.echo(line, err=uses_stdout(chosen))
    for one in chosen:
        import json

        one.put(json.dumps(seen.as_dict(), ensure_ascii=False, indent=1, default=str) + "\n")


def district_boundary(plan: Path | None) -> Any:
    """The boundary of a plan's district, or None."""
    if plan is None:
        return None
    from urbanplan.plan import read_plan
    from urbanplan.store.folder import read_plan_layers

    declared = read_plan(plan)
    name = declared.district.boundary
    layers, _ = read_plan_layers(declared, [name] if name else [])
    return layers[name].frame if name in layers else None


def parse_geometry_columns(text: str | None) -> tuple[str, ...]:
    """``EAST,NORTH`` or the one column of WKT as a tuple.

    Raises:
        UsageError: there are more than two.
    """
    names = tuple(name.strip() for name in (text or "").split(",") if name.strip())
    if len(names) > 2:
        raise UsageError("{word} names more than two columns", fix="Write for example --place X,Y.", word=text)
    return names


def inspection_lines(seen: Inspection) -> list[str]:
    """The inspection in words."""
    text = [localize("{path}: {format}, {size} bytes, sha256 {digest}", path=seen.path, format=seen.format,
                size=seen.size, digest=seen.digest[:16])]  # fmt: skip
    if seen.encoding:
        text.append("  " + localize("encoding {encoding}", encoding=seen.encoding))
    for guess in seen.encodings:
        text.append(f"    {guess['encoding']:8} {guess['confidence']:.2f}  {guess['sample']}")
    for layer in seen.layers:
        text += _layer_lines(layer)
    return text


_SHAPE_KINDS = {
    "Point": "points", "MultiPoint": "multipoints", "LineString": "lines", "MultiLineString": "multilines",
    "Polygon": "polygons", "MultiPolygon": "multipolygons", "GeometryCollection": "collections",
    "null": "without geometry",
}  # fmt: skip
_FIELD_KINDS = {
    "string": "text", "integer": "whole number", "number": "number", "boolean": "yes or no", "date": "date",
    "datetime": "date and time", "instant": "date and time with zone", "json": "list or mixed", "null": "no value",
}  # fmt: skip


def _layer_lines(layer: LayerSummary) -> list[str]:
    shapes = {name: localize(word) for name, word in _SHAPE_KINDS.items()}
    kinds = {name: localize(word) for name, word in _FIELD_KINDS.items()}
    counted = ", ".join(f"{count} {shapes.get(name, name)}" for name, count in layer.geometry.items()) or "—"
    text = [localize("layer {name}: {count} features ({kinds})", name=layer.name, count=layer.features, kinds=counted)]
    crs = layer.crs_name if layer.crs and "[" in layer.crs else layer.crs  # a WKT is for programs
    text.append("  " + localize("CRS {crs} ({note})", crs=crs or "—", note=layer.crs_note))
    for guess in layer.crs_guesses:
        why = guess["why"]
        text.append(f"    {guess['crs']:10} {guess['confidence']:.2f}  {guess['name']} — {why}")
    for row in layer.suspicions:
        what = f"{row['message']} ({row['confidence']:.2f})"
        text.append(f"  ! {localize('{message}. {repair}', message=what, repair=row['repair'])}")
    text += [f"  · {note}" for note in layer.notes]
    for field in layer.fields:
        samples = " | ".join(" ".join(sample.split()) for sample in field.samples)
        told = [kinds.get(field.kind, field.kind), localize("{count} nulls", count=field.nulls), samples]
        text.append(f"    {field.name}: {', '.join(told)}")
    for row in layer.refused:
        named = f" {row['id']}" if row["id"] is not None else ""
        text.append(f"  ✗ {localize('feature')} {row['row']}{named}: {row['reason']}")
    return text
