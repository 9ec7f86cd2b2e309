"""``urbanplan waive``: a finding let pass, with reason and owner."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urbanplan.cli.notes import print_note
from urbanplan.cli.options import PlanFile
from urbanplan.model.note import note


def waive(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Code of the finding, as check prints it")],
    reason: Annotated[str, typer.Option(help="Why it may pass")],
    owner: Annotated[str, typer.Option(help="Who answers for it")],
    plan: PlanFile = Path("plan.toml"),
    layer: Annotated[str | None, typer.Option(help="Only of this layer")] = None,
    feature: Annotated[str | None, typer.Option(help="Only of this feature or target")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every finding that fits, where several do")] = False,
    waivers: Annotated[
        Path | None, typer.Option(help="The file to add to; waivers.toml beside the plan unless given")
    ] = None,
) -> None:
    """Let a finding pass for 90 days: a row with reason and owner in the waiver file beside the plan."""
    from urbanplan.analysis.waive import FindingChoice, waive_findings

    choice = FindingChoice(code, layer, feature, every)
    file, found = waive_findings(plan, choice, reason=reason, owner=owner, waivers=waivers)
    for hit in found:
        text = "{code} {layer} {feature} is let pass in {file}: {reason} ({owner})"
        print_note(note(text, level="result", code=hit.code, layer=hit.layer or "", feature=hit.feature or "",
                        file=file, reason=reason, owner=owner))  # fmt: skip
