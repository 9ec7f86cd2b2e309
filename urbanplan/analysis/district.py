"""A new district: a plan file with comments, its schema for the editor, and empty folders."""

from __future__ import annotations

import json
from pathlib import Path

from urbanplan.analysis.files import write_whole
from urbanplan.errors import UsageError
from urbanplan.model.note import Note, note
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
crs = "EPSG:4547"             # a projected CRS: CGCS2000 3-degree zone of the district

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


def start_district(folder: Path | str) -> Note:
    """Make the folder of a new district.

    Args:
        folder: must not exist or be empty; its name becomes the plan's id and title.

    Raises:
        UsageError: the folder is not empty.
    """
    folder = Path(folder)
    if folder.exists() and any(folder.iterdir()):
        raise UsageError("the folder is not empty", where=str(folder), fix="Give a new one")
    (folder / "targets").mkdir(parents=True, exist_ok=True)
    (folder / "types").mkdir(exist_ok=True)
    name = folder.resolve().name
    text = _PLAN_TEMPLATE.format(
        id="".join(sign if sign.isalnum() or sign in "._-" else "-" for sign in name) or "plan",
        title=name.replace('"', ""),
        title_comment=localize(
            "the plan of a district: targets, layers, sources; docs/plan-file.md explains every key"
        ),
    )
    write_whole(folder / "plan.toml", text)
    write_whole(folder / "plan.schema.json", schema_text(indent=1))
    return note(
        "{folder} is ready: put your layers beside plan.toml, declare targets, run `urbanplan check {folder}`",
        level="result",
        folder=folder,
    )


def schema_text(*, indent: int = 2, sort_keys: bool = False) -> str:
    """The JSON Schema (draft 4) of the plan file as text."""
    from urbanplan.measure.schema import plan_schema

    return json.dumps(plan_schema(), ensure_ascii=False, indent=indent, sort_keys=sort_keys) + "\n"
