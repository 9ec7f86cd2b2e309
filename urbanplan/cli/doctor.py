"""``urbanplan doctor``: whether this machine has what urbanplan needs."""

from __future__ import annotations

from typing import Annotated

import typer

from urbanplan.cli.terminal import print_line
from urbanplan.model.translation import localize


def doctor(json: Annotated[bool, typer.Option("--json", help="Machine-readable")] = False) -> int:
    """Show versions, drivers, projections, fonts and write rights; exit 2 where something needed is missing."""
    from urbanplan.analysis.doctor import diagnose_machine, diagnosis_json

    found = diagnose_machine()
    if json:
        typer.echo(diagnosis_json(found))
    else:
        for row in found:
            sign = {True: "ok", False: localize("MISSING"), None: "--"}[row.ok]
            print_line(f"{sign:>8}  {localize('{name}: {text}', name=row.what, text=row.found)}")
    return 2 if any(row.ok is False for row in found) else 0
