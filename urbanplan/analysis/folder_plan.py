"""The plan folder of a proposal: plan file, own types, layers, a boundary that was made, and the raw files beside."""

from __future__ import annotations

import filecmp
import json
import os
import shutil
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from urbanplan.analysis.declaration import write_declaration
from urbanplan.analysis.files import ReadOptions, write_frame, write_whole
from urbanplan.analysis.folder_proposal import Proposal
from urbanplan.analysis.folder_raster import bring_in_raster
from urbanplan.analysis.folder_survey import Candidate
from urbanplan.analysis.folder_types import own_type_text
from urbanplan.analysis.intake import add_layer
from urbanplan.analysis.plans import open_plan
from urbanplan.errors import UrbanplanError, UsageError
from urbanplan.model.plan import LayerSpec
from urbanplan.model.run_files import allow_replacing
from urbanplan.model.translation import current_language, localize, localize_error
from urbanplan.plan.intake_pins import toml_text

ORIGINALS = "originals"
_SAMPLE = """[[target]]
id = "T-001"
quote = ""
bound = { comparator = ">=", number = 1, unit = "count" }
measure = { kind = "count", of = "LAYER" }"""


@dataclass(frozen=True)
class PlanHead:
    """What stands at the head of a new plan: names, working CRS and the day on which it is judged."""

    name: str
    crs: str
    as_of: str


def write_plan_file(home: Path, head: PlanHead) -> None:
    """Write a plan without targets and layers."""
    own_id = "".join(sign if sign.isalnum() or sign in "._-" else "-" for sign in head.name) or "plan"
    lines = [
        "#:schema ./plan.schema.json",
        f"# {localize('Drafted from a folder of files: each layer says its file; intake.toml says what was guessed.')}",
        "schema_version = 1",
        f"id = {toml_text(own_id)}",
        f"title = {toml_text(head.name)}",
        f"as_of = {head.as_of}  # {localize('the day on which the plan is judged')}",
        f"language = {toml_text(current_language())}",
        "include = []",
        "",
        f"# {localize('A target says what is asked, and how a layer proves it; `urbanplan measures` lists the ways:')}",
        *(f"# {line}" for line in _SAMPLE.splitlines()),
        "",
        "[district]",
        f"name = {toml_text(head.name)}",
        f"crs = {toml_text(head.crs)}",
    ]
    write_whole(home / "plan.toml", "\n".join(lines) + "\n")


def set_district(home: Path, proposal: Proposal, types: Iterable[Candidate]) -> None:
    """Name boundary, sub-districts and the types of layers in a plan file; its comments stay."""
    import tomlkit

    from urbanplan.exchange.files.edited_text import read_edited, write_edited

    path = home / "plan.toml"
    document: Any = tomlkit.parse(read_edited(path))
    for key, value in (("boundary", proposal.boundary), ("subdistricts", proposal.subdistricts)):
        if value is not None and key not in document["district"]:
            document["district"][key] = value
    declared = {stanza["name"]: stanza for stanza in document.get("layer", [])}
    for one in types:
        if one.layer in declared and one.type is not None:
            declared[one.layer]["type"] = one.type
    allow_replacing(path)
    write_edited(path, tomlkit.dumps(document))


def write_own_types(home: Path, candidates: Sequence[Candidate], kinds: dict[str, Any]) -> None:
    """Write the types of their own that layers need, where the folder has none of that name."""
    for one in candidates:
        path = home / "types" / f"{one.type}.toml"
        if one.layer and one.own_type and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            title = one.table if one.format == "osm" else Path(one.path).name.split(".")[0].replace("_", " ").strip()
            write_whole(path, own_type_text(one.frame, title=title, shipped=kinds.get(one.type or "")))


def write_outline(home: Path, proposal: Proposal) -> None:
    """Write the boundary that was made as a layer of the plan."""
    import geopandas as gpd

    if proposal.outline is None:
        return
    plan = open_plan(home)
    data = {"id": ["1"], "name": [plan.district.name], "basis": ["reported"]}
    write_frame(gpd.GeoDataFrame(data, geometry=[proposal.outline], crs=4326), home / "boundary.geojson")
    spec = LayerSpec(
        name="boundary", file="boundary.geojson", type="boundary", basis="reported", source=proposal.outline_why
    )
    if plan.layer_spec("boundary") is None:
        write_declaration(plan, spec)


def bring_in(home: Path, one: Candidate) -> bool:
    """Bring a candidate in as its layer; what went wrong is among its doubts, and it is no layer then."""
    if one.kind == "raster":
        bring_in_raster(home, one)
        return True
    pin = one.pin
    reading = ReadOptions(
        layer=(one.table or None) if one.format != "osm" else None,
        crs=(pin.crs if pin else None) or (one.crs if one.crs_guessed else None),
        encoding=pin.encoding if pin else None,
        place=tuple(pin.place) if pin else (),
        datum=pin.datum if pin else None,
        swap_axes=one.swap_axes or bool(pin and pin.swap_axes),
    )
    try:
        made = add_layer(
            home, one.layer or "", one.file, reading=reading, columns=one.columns, allow_loss=True, declare=True,
            type_name=one.type, any_geometry=True, source=one.path,
        )  # fmt: skip
    except UrbanplanError as error:
        error.where = ""
        one.doubts.append(localize("it was not brought in: {reason}", reason=localize_error(error)))
        one.layer = None
        return False
    levels = [found.code for found in made.findings if found.level == "error"]
    for code in dict.fromkeys(levels):
        one.doubts.append(localize("finding {code}: {count}", code=code, count=levels.count(code)))
    return True


def copy_originals(home: Path, folder: Path, candidates: Iterable[Candidate]) -> None:
    """Copy the raw files that became layers, tables or documents, byte for byte, with their parts."""
    from urbanplan.exchange.formats import by_suffix
    from urbanplan.exchange.gate.admission import companions

    if folder.resolve().is_relative_to(home.resolve()):  # they lie beside the plan already
        return
    for origin in dict.fromkeys(one.origin for one in candidates if one.kind != "refused"):
        place = home / ORIGINALS / origin.relative_to(folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        if origin.is_dir():
            shutil.copytree(origin, place, dirs_exist_ok=True, symlinks=True)
            continue
        try:
            parts = companions(origin, by_suffix(origin))
        except UrbanplanError:  # a document or raster
            parts = []
        for part in (origin, *parts):
            shutil.copyfile(part, place.with_name(part.name), follow_symlinks=False)


def move_into(home: Path, out: Path, *, own: Collection[str] = ()) -> None:
    """Move a folder that was made into its place, the plan file last.

    Args:
        home: what was made. out: its place, which may be there. own: names that were taken over from there.

    Raises:
        UsageError: something else stands there under a name that is needed, or a link; nothing was moved.
    """
    for made in sorted(home.rglob("*")):
        _check_free(made, out / made.relative_to(home), own=made.relative_to(home).parts[0] in own)
    out.mkdir(parents=True, exist_ok=True)
    for entry in sorted(home.iterdir(), key=lambda entry: entry.name == "plan.toml"):
        goal = out / entry.name
        if entry.is_dir():
            shutil.copytree(entry, goal, dirs_exist_ok=True)
        else:
            entry.replace(goal)


def _check_free(made: Path, goal: Path, *, own: bool) -> None:
    """Refuse what would be replaced, unless it is the same or the plan's own; and what leads elsewhere."""
    if not os.path.lexists(goal):
        return
    if made.is_dir():
        free = goal.is_dir() and not goal.is_symlink()
    else:
        free = goal.is_file() and not goal.is_symlink() and (own or filecmp.cmp(made, goal, shallow=False))
    if not free:
        what, fix = "this stands where the plan is to stand", "Move it away, or name another folder."
        raise UsageError(what, where=str(goal), fix=fix)


def file_json(one: Candidate) -> dict[str, Any]:
    """A candidate as plain values."""
    best = one.fits[0] if one.fits else None
    return {
        "path": one.path,
        "table": one.table or None,
        "kind": one.kind,
        "format": one.format or None,
        "sha256": one.digest or None,
        "features": one.features,
        "geometry": one.geometry,
        "crs": one.crs,
        "crs_guessed": one.crs_guessed,
        "crs_rivals": list(one.crs_rivals),
        "layer": one.layer,
        "type": one.type,
        "own_type": one.own_type,
        "fits": [{"type": fit.type, "score": fit.score, "why": list(fit.reasons)} for fit in one.fits],
        "columns": {**(dict(best.columns) if best and best.type == one.type else {}), **one.columns},
        "cells": one.cells,
        "joins": one.joins,
        "doubts": one.doubts,
    }


def json_text(body: dict[str, Any]) -> str:
    """Plain values as JSON text."""
    return json.dumps(body, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
