"""``urbanplan schema``: the JSON Schema of the plan file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def schema(
    out: Annotated[Path | None, typer.Option("-o", "--out", help="File to write; standard output unless given")] = None,
) -> None:
    """Write the JSON Schema (draft 4) of the plan file, for an editor's `#:schema` line."""
    from urbanplan.analysis.district import schema_text
    from urbanplan.analysis.files import write_whole

    text = schema_text(sort_keys=True)
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_whole(out, text)
