"""A plan from a folder of raw files: what each is, which layer it would be, and the plan folder written."""

from __future__ import annotations

import datetime
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.analysis import folder_plan
from urbanplan.analysis.district import schema_text
from urbanplan.analysis.files import write_whole
from urbanplan.analysis.folder_joins import propose_joins
from urbanplan.analysis.folder_proposal import Proposal, propose
from urbanplan.analysis.folder_raster import propose_heights
from urbanplan.analysis.folder_survey import Candidate, survey
from urbanplan.analysis.plans import open_plan
from urbanplan.errors import CrsError, UsageError
from urbanplan.model.note import Note, note
from urbanplan.model.translation import localize
from urbanplan.plan.intake_pins import PIN_FILE, RECORDED, FilePin, Pins, pins_text, read_pins

if TYPE_CHECKING:
    from urbanplan.model.layertype import LayerType
    from urbanplan.model.plan import Plan

_OWN_FILES, _OWN_FOLDER = (PIN_FILE, "draft.toml"), "types"  # of a folder that has no plan yet


@dataclass
class FolderIntake:
    """What was found and written.

    Attributes:
        proposal: boundary, working CRS and the layers of the files, with their doubts. folder: of the plan.
        written: whether anything was written. changes: to the plan that is there, in words. notes: of the work.
    """

    proposal: Proposal
    folder: Path
    written: bool = False
    changes: list[str] = field(default_factory=list[str])
    notes: list[Note] = field(default_factory=list[Note])

    def to_json(self) -> str:
        """Files with format, CRS, type, columns and doubts, and the plan as a whole, as JSON text."""
        return folder_plan.json_text(
            {
                "schema_version": 1,
                "plan": str(self.folder / "plan.toml"),
                "crs": self.proposal.crs,
                "boundary": self.proposal.boundary,
                "written": self.written,
                "doubts": self.proposal.doubts,
                "changes": self.changes,
                "files": [folder_plan.file_json(one) for one in self.proposal.candidates],
            }
        )


@dataclass(frozen=True)
class FolderChoices:
    """What the caller says: a document that targets are drafted from, the working CRS, the plan's year, and whether a
    plan that is there already is changed.
    """

    document: Path | None = None
    crs: str | None = None
    year: int | None = None
    update: bool = False


def intake_folder(
    folder: Path | str,
    out: Path | str,
    *,
    choices: FolderChoices = FolderChoices(),
    tell: Callable[[str], None] | None = None,
) -> FolderIntake:
    """Look through a folder of raw files and write a plan folder of them.

    Args:
        folder: the raw files. out: the plan's folder; an ``intake.toml`` in it pins what would be guessed.
        choices: what the caller says. tell: called with the name of each file.

    Raises:
        UsageError: there is no such folder, or ``out`` is the same one. CrsError: nothing says a working CRS.
        PlanError: ``intake.toml`` or the plan cannot be used. GateError, ExchangeError: the document cannot be read.
    """
    from urbanplan.layer.kinds import list_layer_types

    folder, out = Path(folder), Path(out)
    if folder.is_dir() and out.is_dir() and out.samefile(folder):  # each layer would be its own origin
        what, fix = "the raw files and the plan are one folder", "Give the plan a folder of its own."
        raise UsageError(what, where=str(out), fix=fix)
    plan = open_plan(out) if (out / "plan.toml").exists() else None
    said = read_pins(out)
    pins = said if plan is None else _with_types(said, plan)
    kinds = {kind.name: kind for kind, _ in list_layer_types(out)}
    with tempfile.TemporaryDirectory() as scratch:
        found = _survey(folder, out, pins, kinds, Path(scratch), tell)
        crs = choices.crs or (plan.district.crs if plan is not None else None)
        known = [spec.name for spec in plan.layer] if plan is not None else []
        done = FolderIntake(propose(found, kinds, pins, crs=crs, known=known), out)
        propose_heights(found, kinds)
        propose_joins(found, kinds)
        if plan is None:
            _write_new(done, folder, said, kinds, choices)
        else:
            done.changes = [text for text, _ in _changes(plan, said, found)]
            if choices.update:
                _update(done, plan, folder, said, kinds)
        for one in found:
            one.frame = None
    done.notes = _notes(done)
    return done


def _survey(
    folder: Path, out: Path, pins: Pins, kinds: dict[str, LayerType], scratch: Path, tell: Callable[[str], None] | None
) -> list[Candidate]:
    from urbanplan.exchange.folder_files import raw_files

    unpacked, parts = scratch / "unpacked", scratch / "parts"
    unpacked.mkdir()
    parts.mkdir()
    found = list[Candidate]()
    for raw in raw_files(folder, unpacked, without=out):
        if tell is not None:
            tell(raw.name)
        found += survey([raw], list(kinds.values()), pins, scratch=parts)
    return found


def _with_types(pins: Pins, plan: Plan) -> Pins:
    """The pins with the types of the plan's layers, which stay unless another one is pinned."""
    types = {spec.name: spec.type for spec in plan.layer}
    files = [pin if pin.type or pin.layer not in types else pin.model_copy(update={"type": types[pin.layer]})
             for pin in pins.file]  # fmt: skip
    return pins.model_copy(update={"file": files, "boundary": pins.boundary or plan.district.boundary})


def _write_new(
    done: FolderIntake, folder: Path, said: Pins, kinds: dict[str, LayerType], choices: FolderChoices
) -> None:
    """Write the plan folder beside its place, and move it there when it is whole."""
    proposal, out = done.proposal, done.folder
    if proposal.crs is None:
        what = "no file says where the district lies"
        raise CrsError(what, where=str(folder), fix="Give the working CRS with --crs, or pin the CRS of a file.")
    out.absolute().parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".intake-", dir=out.absolute().parent) as place:
        home = Path(place)
        if (out / _OWN_FOLDER).is_dir():
            shutil.copytree(out / _OWN_FOLDER, home / _OWN_FOLDER, symlinks=True)
        for name in (name for name in _OWN_FILES if (out / name).is_file()):
            shutil.copyfile(out / name, home / name)
        _begin(home, folder, out, proposal, choices)
        layers = [one for one in proposal.candidates if one.layer]
        folder_plan.set_district(home, proposal, layers)
        write_whole(home / "plan.schema.json", schema_text(indent=1))
        _bring_in_all(home, proposal, layers, kinds)
        folder_plan.copy_originals(home, folder, proposal.candidates)
        write_whole(home / PIN_FILE, pins_text(said, _pin_rows(proposal.candidates, said)))
        folder_plan.move_into(home, out, own=(*_OWN_FILES, _OWN_FOLDER))
    done.written = True


def _begin(home: Path, folder: Path, out: Path, proposal: Proposal, choices: FolderChoices) -> None:
    """The plan file: drafted from the document, or with no target yet."""
    crs = str(proposal.crs)
    if choices.document is not None:
        from urbanplan.analysis.draft import draft_plan

        draft_plan(choices.document, home, year=choices.year, crs=crs)
        return
    newest = max((one.origin.stat().st_mtime for one in proposal.candidates if one.layer), default=0.0)
    day = datetime.date.fromtimestamp(newest)
    as_of = f"{choices.year}-12-31" if choices.year is not None else day.isoformat()
    if choices.year is None:
        what = "the plan is judged on {day}, the date of the newest file: set as_of in the plan, or give --year"
        proposal.doubts.append(localize(what, day=as_of))
    folder_plan.write_plan_file(home, folder_plan.PlanHead(out.resolve().name, crs, as_of))


def _bring_in_all(home: Path, proposal: Proposal, layers: Sequence[Candidate], kinds: dict[str, LayerType]) -> None:
    """Types, boundary and layers of a plan folder; the boundary first, against which the others are looked at."""
    folder_plan.write_own_types(home, layers, kinds)
    folder_plan.write_outline(home, proposal)
    for one in sorted(layers, key=lambda one: one.layer != proposal.boundary):
        folder_plan.bring_in(home, one)


def _changes(plan: Plan, said: Pins, found: Sequence[Candidate]) -> list[tuple[str, Candidate | None]]:
    """What running it again would change, in words, and the candidate that would be brought in."""
    rows = list[tuple[str, Candidate | None]]()
    for one in found:
        pin = said.find(one.path, one.table)
        if not one.layer:
            continue
        values = {"path": one.path, "layer": one.layer, "type": one.type}
        spec = plan.layer_spec(one.layer)
        if pin is None or spec is None:
            rows.append((localize("{path}: new, would become the layer {layer} of type {type}", **values), one))
        elif pin.sha256 != one.digest:
            rows.append((localize("{path}: changed, the layer {layer} would be brought in again", **values), one))
        elif pin.applied != _signature(pin):
            rows.append((localize("{path}: other pins, the layer {layer} would be brought in again", **values), one))
    there = {(one.path, one.table) for one in found}
    for pin in said.file:
        if pin.layer and (pin.path, pin.table) not in there:
            what = localize("{path}: no longer there; the layer {layer} stays", path=pin.path, layer=pin.layer)
            rows.append((what, None))
    return rows


def _update(done: FolderIntake, plan: Plan, folder: Path, said: Pins, kinds: dict[str, LayerType]) -> None:
    """Bring new and changed files into the plan that is there; what was replaced is kept beside."""
    layers = [one for _, one in _changes(plan, said, done.proposal.candidates) if one is not None]
    done.proposal.outline = None
    folder_plan.set_district(done.folder, done.proposal, layers)
    _bring_in_all(done.folder, done.proposal, layers, kinds)
    folder_plan.copy_originals(done.folder, folder, layers)
    write_whole(done.folder / PIN_FILE, pins_text(said, _pin_rows(done.proposal.candidates, said)))
    done.written = bool(layers)


def _pin_rows(candidates: Sequence[Candidate], said: Pins) -> list[dict[str, Any]]:
    """Rows of ``intake.toml``: each file that can be read, with the guesses that can be pinned."""
    rows = list[dict[str, Any]]()
    for one in candidates:
        if one.kind not in ("layer", "table") and not (one.layer or one.pin):
            continue
        pin = said.find(one.path, one.table)
        left_out = one.pin is not None and one.pin.layer == ""
        guesses = [
            ("type", one.type or "", one.rival),
            ("crs", one.crs or "", ", ".join(one.crs_rivals[1:])),
            ("columns", dict(one.columns), ""),
        ]
        rows.append(
            {
                "path": one.path,
                "table": one.table,
                "sha256": one.digest,
                "applied": "" if pin is None else _signature(pin),
                "layer": "" if left_out else one.layer,
                "guesses": guesses,
            }
        )
    there = {(row["path"], row["table"]) for row in rows}
    gone = [pin for pin in said.file if (pin.path, pin.table) not in there]
    return rows + [{**pin.model_dump(include=RECORDED), "guesses": []} for pin in gone]


def _signature(pin: FilePin) -> str:
    """A short digest of what is pinned, by which a change of it shows; empty where nothing is."""
    held = pin.model_dump_json(exclude_defaults=True, exclude={"path", "table", "sha256", "applied", "layer"})
    return "" if held == "{}" else hashlib.sha256(held.encode()).hexdigest()[:12]


def _notes(done: FolderIntake) -> list[Note]:
    layers = sum(bool(one.layer) for one in done.proposal.candidates)
    plan = done.folder / "plan.toml"
    if done.written:
        text = "{plan}: {layers} layers in {crs}, boundary {boundary}; run `urbanplan check {folder}`"
        return [note(text, level="result", plan=plan, layers=layers, crs=done.proposal.crs or "—",
                     boundary=done.proposal.boundary or "—", folder=done.folder)]  # fmt: skip
    if done.changes:
        return [note("{count} changes; write them with --update", level="result", count=len(done.changes))]
    return [note("{plan}: nothing has changed", level="result", plan=plan)]
