"""``urbanplan demo``: the first district from plan to map, in one command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urbanplan.model.translation import current_language, localize


def demo(
    plan: Annotated[
        Path | None, typer.Argument(help="Plan file or folder; the shipped illustrative district unless given")
    ] = None,
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder of the results")] = Path("urbanplan-demo"),
) -> int:
    """Check a plan, draw its map, write its parcels as GeoJSON, tell where each went; exit 0 when all were written."""
    from urbanplan.cli.progress_bar import progress_bar
    from urbanplan.exchange import write
    from urbanplan.exchange.files.atomic import atomic_write
    from urbanplan.model.resources import resource_path
    from urbanplan.plan import read_plan
    from urbanplan.verdict import audit
    from urbanplan.view import draw_map
    from urbanplan.view.terminal.report import show_report

    home = plan or resource_path("layers", "zhengzhou-hitech")
    with progress_bar() as tell:
        run = audit(read_plan(home), every_layer=True, tell=tell)
    show_report(run.report)
    out.mkdir(parents=True, exist_ok=True)
    with atomic_write(out / "report.json") as temporary:
        temporary.write_text(run.report.model_dump_json(indent=1) + "\n", encoding="utf-8", newline="\n")
    with atomic_write(out / "map.html") as temporary:
        text = draw_map(run.plan, run.report, run.layers, run.results, lang=current_language())
        temporary.write_text(text, encoding="utf-8", newline="\n")
    written = [out / "report.json", out / "map.html"]
    for name in ("parcels", "road_projects"):
        if name in run.layers:
            written.append(write(run.layers[name].frame, out / f"{name}.geojson").path)
    for path in written:
        typer.echo(localize("{file}: {size} kB", file=path, size=f"{path.stat().st_size / 1000:,.0f}"))
    return 0
