"""Export: layers of a plan to files, with source, date, basis and lineage beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.analysis.disclosure import (
    Disclosure,
    DisclosureOptions,
    disclose_layers,
    disclosure_notes,
    open_disclosure,
    require_disclosable,
    require_no_secret,
)
from urbanplan.analysis.files import ReadOptions, datum_notes, georeference_frame, written_notes
from urbanplan.analysis.plans import find_layer, open_plan, plan_folder
from urbanplan.errors import LayerError, UsageError
from urbanplan.model.note import Note, note
from urbanplan.model.translation import current_language, join_clauses

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
    datum_error: str | None = None,
    allow_loss: bool = False,
    digits: int | None = None,
    disclosure: DisclosureOptions | None = None,
) -> Export:
    """Write layers of a plan to a file; several go into one GeoPackage.

    Args:
        plan: the plan, its file or its folder. layers: names of layers.
        out: the file; its ending is its format unless ``format`` says. profile: of the format.
        to_crs: CRS of the file, the working CRS unless given. allow_loss: write although something is lost.
        digits: of degrees in GeoJSON and KML, 7 unless given.
        disclosure: for whom they leave; what the profile keeps back is left out.
        datum_error: an accepted error such as ``"5 m"``, where the way from the working CRS's datum is not known.

    Raises:
        UsageError: no such layer or profile, one that may not leave, or several and no GeoPackage.
        LayerError: a layer cannot be read. LossError: a loss is not allowed.
        CrsError: nobody knows how the datums lie to each other.
    """
    from urbanplan.exchange.formats import by_name, by_suffix

    declared, out = open_plan(plan), Path(out)
    released = _open_release(declared, layers, disclosure)
    chosen = read_layers(declared, layers)
    notes = [] if released is None else list(disclosure_notes(chosen, released))
    chosen = chosen if released is None else disclose_layers(chosen, released)
    row = by_name(format) if format else by_suffix(out)
    goal = to_crs or ("EPSG:4326" if row.crs == "wgs84" and datum_error is not None else None)
    said = ReadOptions(datum_error=datum_error)
    frames = {name: to_frame(layer) for name, layer in chosen.items()}
    notes += [one for frame in frames.values() for one in datum_notes(frame, goal, said)]
    notes += [note("{text}", text=found.message) for layer in chosen.values() for found in _datum_findings(layer)]
    frames = {name: georeference_frame(frame, said, to_crs=goal) for name, frame in frames.items()}
    if len(chosen) > 1:
        written = _write_several(declared, chosen, frames, (out, row.name), allow_loss=allow_loss, released=released)
        return Export(chosen, written, [*notes, *written_notes(written)])
    from urbanplan.exchange import write

    name, layer = next(iter(chosen.items()))
    style = qgis_style(declared, layer) if row.name == "gpkg" else profile
    about = layer_metadata(declared, layer, released)
    written = write(
        frames[name], out, format=format, profile=style, allow_loss=allow_loss, metadata=about, digits=digits
    )
    notes += written_notes(written)
    if layer.basis == "illustrative":
        notes.append(note("{name} is illustrative, not surveyed", level="remark", name=name))
    return Export(chosen, written, notes)


def _open_release(declared: Plan, layers: Sequence[str], disclosure: DisclosureOptions | None) -> Disclosure | None:
    if disclosure is None:
        require_no_secret(declared, layers)
        return None
    for name in layers:
        find_layer(declared, name)
    released = open_disclosure(declared, disclosure)
    require_disclosable(declared, layers, released)
    return released


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
            reason = join_clauses(f.message for f in findings if f.layer == name and f.level == "error")
            raise LayerError(
                "layer {name} cannot be read: {reason}", where=declared.file, fix="Mend its file.",
                name=name, reason=reason or "—",
            )  # fmt: skip
    return {name: found[name] for name in names}


def _datum_findings(layer: Layer) -> list[Any]:
    """What is not known of where a layer lies in the working CRS."""
    from urbanplan.layer.datum_change import datum_findings

    return [] if layer.datum is None else datum_findings(layer.name, layer.datum)


def to_frame(layer: Layer) -> Any:
    """A layer's frame as it was drawn: dates as dates, without fields that no feature has."""
    frame = layer.frame.copy()
    for name, spec in layer.type.fields.items():
        if name in frame and frame[name].isna().all() and not spec.required:
            frame = frame.drop(columns=name)
        elif name in frame and spec.type == "date" and hasattr(frame[name], "dt"):
            days = frame[name]
            frame[name] = [None if missing else day.date() for missing, day in zip(days.isna(), days, strict=True)]
            frame[name] = frame[name].astype(object).where(~days.isna(), None)
    return frame


def layer_metadata(declared: Plan, layer: Layer, released: Disclosure | None = None) -> dict[str, Any]:
    """What the metadata file says of a layer, and for whom it was released."""
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
        "aliases": _titles(layer) or None,
        "lineage": lineage,
        **({} if released is None else {"disclosure": released.metadata}),
    }


def _titles(layer: Layer) -> dict[str, str]:
    """What the fields that the layer has are called for people, by name."""
    named = {name: spec.title.get(current_language(), "") for name, spec in layer.type.fields.items()}
    return {name: title for name, title in named.items() if title and title != name and name in layer.frame}


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
    declared: Plan,
    chosen: dict[str, Layer],
    frames: dict[str, Any],
    job: tuple[Path, str],
    *,
    allow_loss: bool,
    released: Disclosure | None = None,
) -> Written:
    out, format = job
    from urbanplan.exchange.writing import write_layers

    if format != "gpkg":
        raise UsageError(
            "several layers go into a GeoPackage only",
            fix="End the file's name in .gpkg, or export one layer at a time.",
        )
    styles = {name: qgis_style(declared, layer) for name, layer in chosen.items()}
    about = {"contents": [layer_metadata(declared, layer, released) for layer in chosen.values()]}
    return write_layers(frames, out, styles=styles, metadata=about, allow_loss=allow_loss)
