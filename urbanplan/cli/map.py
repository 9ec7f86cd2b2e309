"""``urbanplan map``: a plan's map as one HTML file that needs no network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urbanplan.cli.planfile import plan_file


def map_(
    plan: Annotated[Path | None, typer.Argument(help="Plan file or folder; ./plan.toml unless given")] = None,
    plan_option: Annotated[Path | None, typer.Option("--plan", help="The same as the argument")] = None,
    out: Annotated[Path, typer.Option("-o", "--out", help="The HTML file to write")] = Path("map.html"),
    kind: Annotated[
        str,
        typer.Option(
            help="overview, parcels, roads, circle, parking, science-city, findings, or one of the plan's own"
        ),
    ] = "overview",
    real_only: Annotated[bool, typer.Option("--real-only", help="Leave illustrative layers out")] = False,
    online: Annotated[
        bool, typer.Option("--online", help="Let the page put a base map beneath, with a key that it asks for")
    ] = False,
    base: Annotated[str, typer.Option(help="The base map, a file of maps/bases")] = "tianditu",
    key: Annotated[str | None, typer.Option(help="Your key; with it the page asks no more, and keeps it")] = None,
) -> int:
    """Draw a plan's layers, results and verdicts; exit 0 when the file was written."""
    from urbanplan.cli.progress_bar import progress_bar
    from urbanplan.exchange.files.atomic import atomic_write
    from urbanplan.model.translation import current_language, localize
    from urbanplan.plan import read_plan
    from urbanplan.verdict import audit
    from urbanplan.view import draw_map

    declared = read_plan(plan_file(plan, plan_option))
    with progress_bar() as tell:
        run = audit(declared, real_only=real_only, every_layer=True, tell=tell)
    ground = f"{base}:{key or ''}" if online or key else None
    text = draw_map(run.plan, run.report, run.layers, run.results, kind=kind, lang=current_language(), online=ground)
    with atomic_write(out) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
    typer.echo(localize("{file}: {size} kB", file=out, size=f"{out.stat().st_size / 1000:,.0f}"))
    return 0
