"""``urbanplan export``: layers of a plan to files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urbanplan.cli.notes import print_notes
from urbanplan.cli.options import (
    AllowLoss,
    DatumError,
    Digits,
    Disclosure,
    LayerFile,
    PlanFile,
    Profile,
    ReviewNumber,
    ToCrs,
    disclosure_options,
)


def export(
    layers: Annotated[list[str], typer.Argument(metavar="LAYER…", help="Names of layers in the plan")],
    out: LayerFile,
    plan: PlanFile = Path("plan.toml"),
    format: Annotated[str | None, typer.Option("--format", help="Format, where the ending does not say")] = None,
    profile: Profile = None,
    to_crs: ToCrs = None,
    datum_error: DatumError = None,
    allow_loss: AllowLoss = False,
    digits: Digits = None,
    disclosure: Disclosure = None,
    review_number: ReviewNumber = None,
) -> None:
    """Export layers; several go into one GeoPackage. Source, date, basis and lineage stand beside the file."""
    from urbanplan.analysis.export import export_layers

    done = export_layers(
        plan,
        layers,
        out,
        format=format,
        profile=profile,
        to_crs=to_crs,
        datum_error=datum_error,
        allow_loss=allow_loss,
        digits=digits,
        disclosure=disclosure_options(disclosure, review_number),
    )
    print_notes(done.notes)
