"""``urbanplan schema``: the JSON Schema of the plan file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def schema(
    out: Annotated[Path | None, typer.Option("-o", "--out", help="File to write; standard output unless given")] = None,
) -> None:
    """Write the JSON Schema (draft 4) of the plan file, for an editor's `#:schema` line."""
    import json

    from urbanplan.measure.schema import plan_schema

    text = json.dumps(plan_schema(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    if out is None:
        typer.echo(text, nl=False)
        return
    from urbanplan.exchange.files.atomic import atomic_write

    with atomic_write(out) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
