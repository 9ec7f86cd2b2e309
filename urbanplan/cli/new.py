"""``urbanplan new``: the folder of a new district."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urbanplan.errors import UsageError
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


def new(
    folder: Annotated[Path, typer.Argument(help="Folder to make; it must not exist or be empty")],
) -> None:
    """Start a district: a plan file with comments, its schema for the editor, and empty folders."""
    import json

    from urbanplan.exchange.files.atomic import atomic_write
    from urbanplan.measure.schema import plan_schema

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
    with atomic_write(folder / "plan.toml") as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
    with atomic_write(folder / "plan.schema.json") as temporary:
        temporary.write_text(
            json.dumps(plan_schema(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n"
        )
    typer.echo(
        localize(
            "{folder} is ready: put your layers beside plan.toml, declare targets, run `urbanplan check {folder}`",
            folder=folder,
        )
    )
