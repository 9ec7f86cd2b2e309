"""Export: layers of a plan to files, with source, date, basis and lineage beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.analysis.files import written_notes
from urbanplan.analysis.plans import find_layer, open_plan, plan_folder
from urbanplan.errors import LayerError, UsageError
from urbanplan.model.note import Note, note
from urbanplan.model.translation import current_language

if TYPE_CHECKING:
    from urbanplan.exchange.table import Written
    from urbanplan.layer.layer import Layer
    from urbanplan.model.plan import Plan


@dataclass(frozen=True)
class Export:
    """The layers that were written, the file, and notes: the file, losses, illustrative layers."""

    layers: dict[str, Layer]
    written: Written
    notes: list[Note] = field(default_factory=list)


def export_layers(  # noqa: PLR0913 — each is a choice that the caller must be able to name
    plan: Plan | Path | str,
    layers: Sequence[str],
    out: Path | str,
    *,
    format: str | None = None,
    profile: str | None = None,
    to_crs: str | None = None,
    allow_loss: bool = False,
) -> Export:
    """Write layers of a plan to a file; several go into one GeoPackage.

    Args:
        plan: the plan, its file or its folder. layers: names of layers.
        out: the file; its ending is its format unless ``format`` says. profile: of the format.
        to_crs: CRS of the file, the working CRS unless given. allow_loss: write although something is lost.

    Raises:
        UsageError: no such layer, or several and no GeoPackage. LayerError: a layer cannot be read.
        LossError: a loss is not allowed.
    """
    from urbanplan.exchange.crs.georeference import reproject
    from urbanplan.exchange.formats import by_name, by_suffix

    declared, out = open_plan(plan), Path(out)
    chosen = read_layers(declared, layers)
    row = by_name(format) if format else by_suffix(out)
    frames = {name: reproject(to_frame(layer), to_crs=to_crs) for name, layer in chosen.items()}
    if len(chosen) > 1:
        written = _write_several(declared, chosen, frames, out, row.name, allow_loss=allow_loss)
        return Export(chosen, written, list(written_notes(written)))
    from urbanplan.exchange import write

    name, layer = next(iter(chosen.items()))
    style = qgis_style(declared, layer) if row.name == "gpkg" else profile
    about = layer_metadata(declared, layer)
    written = write(frames[name], out, format=format, profile=style, allow_loss=allow_loss, metadata=about)
    notes = list(written_notes(written))
    if layer.basis == "illustrative":
        notes.append(note("{name} is illustrative, not surveyed", level="remark", name=name))
    return Export(chosen, written, notes)


def read_layers(declared: Plan, names: Sequence[str]) -> dict[str, Layer]:
    """The layers of a plan by name, in the working CRS.

    Raises:
        UsageError: a name is not in the plan. LayerError: a layer cannot be read.
    """
    from urbanplan.store.folder import read_plan_layers

    for name in names:
        find_layer(declared, name)
    found, findings = read_plan_layers(declared, names)
    for name in names:
        if name not in found:
            reason = "; ".join(f.message for f in findings if f.layer == name and f.level == "error")
            raise LayerError(
                "layer {name} cannot be read: {reason}", where=declared.file, fix="Mend its file.",
                name=name, reason=reason or "—",
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
    style = read_style(name, beside=plan_folder(declared))
    if style is None or layer.type.geometry not in ("point", "line", "polygon"):
        return None
    return LayerStyle(name, to_qml(style, [str(column) for column in layer.frame.columns], layer.type.geometry))


def _write_several(
    declared: Plan, chosen: dict[str, Layer], frames: dict[str, Any], out: Path, format: str, *, allow_loss: bool
) -> Written:
    from urbanplan.exchange.writing import write_layers

    if format != "gpkg":
        raise UsageError(
            "several layers go into a GeoPackage only",
            fix="End the file's name in .gpkg, or export one layer at a time.",
        )
    styles = {name: qgis_style(declared, layer) for name, layer in chosen.items()}
    about = {"contents": [layer_metadata(declared, layer) for layer in chosen.values()]}
    return write_layers(frames, out, styles=styles, metadata=about, allow_loss=allow_loss)
