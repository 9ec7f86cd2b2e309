"""``urbanplan export``: layers of a plan to files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from urbanplan.errors import LayerError, UsageError
from urbanplan.model.translation import current_language, localize

if TYPE_CHECKING:
    from urbanplan.layer.layer import Layer
    from urbanplan.model.plan import Plan


def export(
    layers: Annotated[list[str], typer.Argument(metavar="LAYER…", help="Names of layers in the plan")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The file to write; its ending is its format")],
    plan: Annotated[Path, typer.Option("--plan", help="Plan file or folder")] = Path("plan.toml"),
    format: Annotated[str | None, typer.Option("--format", help="Format, where the ending does not say")] = None,
    profile: Annotated[
        str | None, typer.Option(help="gbk (Shapefile), utf-8 (DXF), indexed (FlatGeobuf), a TXT template or sample")
    ] = None,
    to_crs: Annotated[str | None, typer.Option("--to-crs", help="Bring the coordinates into this CRS")] = None,
    allow_loss: Annotated[bool, typer.Option("--allow-loss", help="Write although something is lost")] = False,
) -> None:
    """Export layers; several go into one GeoPackage. Source, date, basis and lineage stand beside the file."""
    from urbanplan.cli.convert import report_written
    from urbanplan.exchange import write
    from urbanplan.exchange.crs.georeference import reproject
    from urbanplan.exchange.formats import by_name, by_suffix
    from urbanplan.plan import read_plan

    declared = read_plan(plan)
    chosen = read_layers(declared, layers)
    row = by_name(format) if format else by_suffix(out)
    frames = {name: reproject(to_frame(layer), to_crs=to_crs) for name, layer in chosen.items()}
    if len(chosen) > 1:
        _write_layers(declared, chosen, frames, out, row.name, allow_loss=allow_loss)
        return
    name, layer = next(iter(chosen.items()))
    style = qgis_style(declared, layer) if row.name == "gpkg" else profile
    written = write(
        frames[name], out, format=format, profile=style, allow_loss=allow_loss, metadata=layer_metadata(declared, layer)
    )
    report_written(written)
    if layer.basis == "illustrative":
        typer.echo(localize("{name} is illustrative, not surveyed", name=name), err=True)


def read_layers(declared: Plan, names: list[str]) -> dict[str, Layer]:
    """The layers of a plan by name.

    Raises:
        UsageError: a name is not in the plan. LayerError: a layer cannot be read.
    """
    import difflib

    from urbanplan.store.folder import read_plan_layers

    known = [spec.name for spec in declared.layer]
    for name in names:
        if name not in known:
            near = ", ".join(difflib.get_close_matches(name, known, n=3, cutoff=0.4)) or ", ".join(known[:5])
            raise UsageError("the plan has no layer {name}", fix="Did you mean {near}?", name=name, near=near)
    found, findings = read_plan_layers(declared, names)
    for name in names:
        if name not in found:
            told = "; ".join(f.message for f in findings if f.layer == name and f.level == "error")
            raise LayerError(
                "layer {name} cannot be read: {reason}", where=declared.file, fix="Mend its file.",
                name=name, reason=told or "—",
            )  # fmt: skip
    return {name: found[name] for name in names}


def to_frame(layer: Layer) -> Any:
    """A layer's frame as it was drawn: dates as dates, without fields that no feature has."""
    frame = layer.frame.copy()
    for name, spec in layer.type.fields.items():
        if name in frame and frame[name].isna().all() and not spec.required:
            frame = frame.drop(columns=name)
        elif name in frame and spec.type == "date":
            days = frame[name]
            frame[name] = [None if missing else day.date() for missing, day in zip(days.isna(), days, strict=True)]
            frame[name] = frame[name].astype(object).where(~days.isna(), None)
    return frame


def layer_metadata(declared: Plan, layer: Layer) -> dict[str, Any]:
    """What the metadata file says of a layer."""
    lineage = [
        {"plan": declared.id, "sha256": declared.digest},
        {"layer": layer.name, "file": layer.file, "sha256": layer.digest},
    ]
    return {
        "layer": layer.name,
        "title": layer.type.title.get(current_language(), layer.name),
        "source": layer.source or None,
        "date": str(layer.date) if layer.date else None,
        "basis": layer.basis,
        "as_of": str(declared.as_of),
        "lineage": lineage,
    }


def qgis_style(declared: Plan, layer: Layer) -> Any:
    """The layer's style of ``maps/styles`` for QGIS, or None where it has none."""
    from urbanplan.exchange.geopackage.layer_styles import LayerStyle
    from urbanplan.exchange.geopackage.qgis_style import to_qml
    from urbanplan.model.style import read_style

    name = layer.type.style or layer.type.name
    style = read_style(name, beside=Path(declared.file).resolve().parent)
    if style is None or layer.type.geometry not in ("point", "line", "polygon"):
        return None
    return LayerStyle(name, to_qml(style, [str(column) for column in layer.frame.columns], layer.type.geometry))


def _write_layers(
    declared: Plan, chosen: dict[str, Layer], frames: dict[str, Any], out: Path, format: str, *, allow_loss: bool
) -> None:
    from urbanplan.cli.convert import report_written
    from urbanplan.exchange.writing import write_layers

    if format != "gpkg":
        raise UsageError(
            "several layers go into a GeoPackage only",
            fix="End the file's name in .gpkg, or export one layer at a time.",
        )
    styles = {name: qgis_style(declared, layer) for name, layer in chosen.items()}
    told = {"contents": [layer_metadata(declared, layer) for layer in chosen.values()]}
    report_written(write_layers(frames, out, styles=styles, metadata=told, allow_loss=allow_loss))
