"""A new district: a plan file with comments, its schema for the editor, and empty folders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from urbanplan.analysis.files import write_whole
from urbanplan.analysis.plans import open_plan, plan_folder
from urbanplan.errors import UsageError
from urbanplan.model.note import Note, note
from urbanplan.model.plan import Plan
from urbanplan.model.translation import localize

_PLAN_TEMPLATE = """#:schema ./plan.schema.json
# {title_comment}
schema_version = 1
id = "{id}"
title = "{title}"
as_of = 2025-12-31            # the date on which the plan is judged
language = "zh"
area = "plane"                # or "ellipsoid"
include = []                  # for example ["targets/*.toml"]

[district]
name = "{title}"
crs = {crs}             # projected, in metres: the zone that the district lies in

[[source]]
id = "speech"
title = "Work speech"

[[layer]]
name = "parcels"
file = "parcels.geojson"
type = "parcels"
basis = "reported"            # surveyed, reported or illustrative
source = ""

[[target]]
id = "T-001"
chapter = ""
quote = ""
source = "speech"
bound = {{ comparator = "=", number = 1, unit = "宗" }}
measure = {{ kind = "count", of = "parcels" }}
"""


def start_district(
    folder: Path | str,
    *,
    like: Path | str | None = None,
    crs: str | None = None,
    near: Path | str | None = None,
) -> Note:
    """Make the folder of a new district.

    Args:
        folder: must not exist or be empty; its name becomes the plan's id and title.
        like: a plan whose targets, declarations of layers and own types are taken over, its data not.
        crs: the working CRS, projected, in metres. near: else a layer of the district, whose zone it is. Without
            both it is that of ``like``.

    Raises:
        UsageError: the folder is not empty, or nothing says a CRS. PlanError: the plan that it shall be like cannot
            be used. CrsError: the CRS is unknown or not in metres, or the layer declares none. ExchangeError: the
            layer cannot be read.
    """
    folder = Path(folder)
    other = None if like is None else open_plan(like)
    working = working_crs(crs, near, other)
    if folder.exists() and any(folder.iterdir()):
        raise UsageError("the folder is not empty", where=str(folder), fix="Give a new one")
    name = folder.resolve().name
    own_id = "".join(sign if sign.isalnum() or sign in "._-" else "-" for sign in name) or "plan"
    files = _new_files(own_id, name, working) if other is None else _files_like(other, own_id, name, working)
    for part in ("targets", "types"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for place, text in {**files, "plan.schema.json": schema_text(indent=1)}.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        write_whole(folder / place, text)
    return note(
        "{folder} is ready, in {crs}: put layers beside plan.toml, declare targets, run `urbanplan check {folder}`",
        level="result",
        folder=folder,
        crs=working,
    )


def _new_files(own_id: str, name: str, crs: str) -> dict[str, str]:
    """The files of a plan with one target and one layer as samples."""
    comment = localize("the plan of a district: targets, layers, sources; docs/plan-file.md explains every key")
    title, written = name.replace('"', ""), json.dumps(crs, ensure_ascii=False)
    return {"plan.toml": _PLAN_TEMPLATE.format(id=own_id, title=title, title_comment=comment, crs=written)}


def _files_like(plan: Plan, own_id: str, name: str, crs: str) -> dict[str, str]:
    """Plan, included targets and own types of another plan; its comments stay, what it says of its data goes."""
    import tomlkit

    home = plan_folder(plan)
    document: Any = tomlkit.parse(Path(plan.file).read_text(encoding="utf-8-sig"))
    document["id"], document["title"] = own_id, name
    document["district"]["name"] = name
    if crs != plan.district.crs:
        document["district"]["crs"] = crs
    if "reported" in document:
        document["reported"] = []
    patterns = [*plan.include, "types/*.toml", "draft.toml"]
    found = {path for pattern in patterns for path in home.glob(pattern) if path.is_file()}
    inside = sorted(path for path in found if path.resolve().is_relative_to(home))
    copied = {path.relative_to(home).as_posix(): path.read_text(encoding="utf-8-sig") for path in inside}
    return {"plan.toml": tomlkit.dumps(document), **copied}


def working_crs(crs: str | None, near: Path | str | None, like: Plan | None = None) -> str:
    """The working CRS: the given one, else that of a layer or of the zone it lies in, else that of another plan.

    Raises:
        UsageError: nothing says one. CrsError, ExchangeError: as in :func:`start_district`.
    """
    from urbanplan.model.metric_crs import check_metric_crs

    if crs is not None:
        check_metric_crs(crs, where="--crs", find_zone=lambda: None)
        return crs
    if near is None and like is not None:
        return like.district.crs
    if near is None:
        raise UsageError(
            "the working coordinate system of the district is not said",
            fix="Give --crs (CGCS2000 3-degree: EPSG:4509 + longitude / 3), or --near and a file of the district.",
        )
    from urbanplan.analysis.frames import load_frames
    from urbanplan.layer.crs import crs_name

    return str(crs_name(load_frames({"near": near}).crs))


def schema_text(*, indent: int = 2, sort_keys: bool = False) -> str:
    """The JSON Schema (draft 4) of the plan file as text."""
    from urbanplan.measure.schema import plan_schema

    return json.dumps(plan_schema(), ensure_ascii=False, indent=indent, sort_keys=sort_keys) + "\n"
