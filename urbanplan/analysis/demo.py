"""The demo: a district from plan to map."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from urbanplan.analysis.check import Check, check
from urbanplan.analysis.files import size_note, write_whole
from urbanplan.analysis.maps import map_page
from urbanplan.analysis.plans import example_district
from urbanplan.model.note import Note

if TYPE_CHECKING:
    from urbanplan.model.plan import Plan
    from urbanplan.verdict.run import Progress


@dataclass(frozen=True)
class Demo:
    """The files that were written, and a note on each."""

    files: list[Path]
    notes: list[Note] = field(default_factory=list)


def check_demo(plan: Plan | Path | str | None = None, *, progress: Progress | None = None) -> Check:
    """Check a plan with every layer read; the shipped illustrative district unless one is given."""
    return check(example_district() if plan is None else plan, every_layer=True, progress=progress)


def write_demo(done: Check, out: Path | str = "urbanplan-demo") -> Demo:
    """Write the report of a check as JSON, its map, and its parcels and road projects as GeoJSON.

    Args:
        done: a check made with every layer. out: folder of the results, made where it is missing.
    """
    from urbanplan.exchange import write

    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    files = [write_whole(folder / "report.json", done.to_json()), write_whole(folder / "map.html", map_page(done))]
    for name in ("parcels", "road_projects"):
        if name in done.layers:
            files.append(write(done.layers[name].frame, folder / f"{name}.geojson").path)
    return Demo(files, [size_note(path) for path in files])
