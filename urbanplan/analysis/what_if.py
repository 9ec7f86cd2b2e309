"""What a proposal would turn: a plan's targets measured again with proposed sites; a proposal is never a verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.analysis.check import Check
from urbanplan.errors import UsageError
from urbanplan.model.note import Note, note
from urbanplan.model.translation import use_language
from urbanplan.siting.proposal import PROPOSED_LAYER, caption_sites

if TYPE_CHECKING:
    import geopandas as gpd

    from urbanplan.model.plan import Plan, Target
    from urbanplan.model.report import Verdict
    from urbanplan.verdict.run import Progress


@dataclass(frozen=True)
class WhatIf:
    """Targets that would read otherwise.

    Attributes:
        turned: ``target``, ``title``, ``before`` and ``after`` (``status`` and ``reading``), those whose status
            changes first. layer: the layer that was added to. added: how many features. notes: what is to be said.
    """

    turned: list[dict[str, Any]]
    layer: str
    added: int
    notes: list[Note]

    def document(self) -> dict[str, Any]:
        """The part of the JSON of ``check --with``."""
        remark = str(note("proposed, illustrative until decided"))
        return {"with": {"layer": self.layer, "added": self.added, "remark": remark}, "turned": self.turned}


def what_if(done: Check, proposal: Path | str | Any, *, layer: str | None = None,
            progress: Progress | None = None) -> WhatIf:  # fmt: skip
    """Measure the targets again that use a layer, with proposed features in it.

    Args:
        done: the check of the plan as it is. proposal: a file or frame: of ``site``, of the page's what-if, or drawn.
        layer: the layer that they go into; that of the coverage targets' sites unless given.
        progress: called with (what, done, of) as work goes on.

    Raises:
        UsageError: several layers may be meant, or there is none of the name. ExchangeError: the file cannot be read.
    """
    from urbanplan.verdict import audit
    from urbanplan.verdict.proposed import add_proposed, counted_row

    plan, layers = done.plan, done.layers
    name = _layer_name(plan, layer, Path(proposal) if isinstance(proposal, str | Path) else None)
    if name not in layers:
        raise UsageError("layer {name} was not read", where="--with", fix="Mend its file, or name another.", name=name)
    before = {one.target: one for one in done.verdicts if name in one.layers}
    targets = [target for target in plan.target if target.id in before]
    notes: list[Note] = []
    frame = _read_proposal(proposal, layers[name].frame.crs, notes)
    like = counted_row(layers[name], targets)
    changed, filled = add_proposed(layers[name], frame, like=like)
    added = len(changed.frame) - len(layers[name].frame)
    notes += _notes(layers[name], like, filled, added, len(frame))
    if not before:
        return WhatIf([], name, added, notes)
    after = audit(plan, select=list(before), replaced={name: changed}, tell=progress).report.verdicts
    turned = [_turn(before[one.target], one) for one in after if _differs(before[one.target], one)]
    turned.sort(key=lambda row: row["before"]["status"] == row["after"]["status"])
    return WhatIf(turned, name, added, notes)


def with_proposal(done: Check, proposal: Path | str | Any, notes: list[Note]) -> Check:
    """The check with proposed features as a result layer of its own, for maps, sheets and report; no verdict changes.

    Args:
        done: the check of the plan as it is. proposal: a file or frame: of ``site``, of the page's what-if, or drawn.
        notes: is told what of it is left out.

    Raises:
        ExchangeError: the file cannot be read. CrsError: its CRS is not known.
    """
    from urbanplan.layer.crs import parse_crs

    with use_language(done.report.language):
        drawn = caption_sites(_read_proposal(proposal, parse_crs(done.plan.district.crs), notes))
    run = replace(done.run, made=[*done.run.made, (PROPOSED_LAYER, lambda: {PROPOSED_LAYER: drawn})])
    return replace(done, run=run)


def _layer_name(plan: Plan, given: str | None, file: Path | None) -> str:
    from urbanplan.analysis.plans import find_layer

    if given is not None:
        return find_layer(plan, given).name
    found = sorted({name for target in plan.target for name in _site_layers(target)})
    if file is not None and file.stem in found:
        return file.stem
    if len(found) == 1:
        return found[0]
    what = "several layers may be meant: {names}" if found else "no target of the plan asks for sites"
    fix = "Write --with LAYER=FILE." if found else "Write --with LAYER=FILE, the layer that they go into."
    raise UsageError(what, where="--with", fix=fix, names=", ".join(found))


def _site_layers(target: Target) -> set[str]:
    measure = target.measure or {}
    sites: Any = measure.get("sites") if measure.get("kind") == "coverage" else None
    if isinstance(sites, dict):
        selection: dict[str, Any] = {str(key): value for key, value in sites.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        sites = selection.get("layer")
    return {sites} if isinstance(sites, str) else set()


def _read_proposal(proposal: Any, crs: Any, notes: list[Note]) -> gpd.GeoDataFrame:
    """The proposed features in the working CRS; ``notes`` is told of those without a shape, which are left out."""
    from urbanplan.analysis.files import ReadOptions, read_file
    from urbanplan.analysis.frames import load_frame

    if isinstance(proposal, str | Path) and Path(proposal).suffix.lower() == ".gpkg" and Path(proposal).is_file():
        from urbanplan.exchange.geopackage.database import layer_names

        if PROPOSED_LAYER in layer_names(Path(proposal)):
            proposal = read_file(Path(proposal), ReadOptions(layer=PROPOSED_LAYER)).frame
    lost: list[str] = []
    frame = load_frame(proposal, crs=crs, name="proposal", notes=lost)
    notes += [note("{text}", level="warning", text=text) for text in lost]
    return frame


def _notes(layer: Any, like: int | None, filled: list[str], added: int, given: int) -> Any:
    if added < given:
        yield note("{count} features stand in the layer {layer} already and were passed over", level="warning",
                   count=given - added, layer=layer.name)  # fmt: skip
    if like is not None and filled:
        yield note("what the proposal does not say is taken from {id}, which counts: {fields}",
                   id=str(layer.frame[layer.type.id].iloc[like]), fields=", ".join(filled))  # fmt: skip
    yield note("proposed, illustrative until decided: {count} features in the layer {layer}", level="warning",
               count=added, layer=layer.name)  # fmt: skip


def _differs(before: Verdict, after: Verdict) -> bool:
    return (before.status, before.reading) != (after.status, after.reading)


def _turn(before: Verdict, after: Verdict) -> dict[str, Any]:
    def told(one: Verdict) -> dict[str, Any]:
        return {"status": one.status, "reading": None if one.reading is None else one.reading.model_dump(mode="json")}

    return {
        "target": before.target,
        "title": before.title or before.quote,
        "before": told(before),
        "after": told(after),
    }
