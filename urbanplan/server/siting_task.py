"""The task of siting: a question in words, proposals with their proof, a picture and files of them."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from urbanplan.model.note import note

if TYPE_CHECKING:
    from urbanplan.server.task_run import TaskRun

_SECONDS = 60.0  # of solving
_FIELDS = ("id", "gained_m", "gained_residents", "cost")


def propose_sites(run: TaskRun, *, asked: dict[str, str]) -> dict[str, Any]:
    """Propose sites of the words of the form; ``site.json`` holds sentences, rows and a picture."""
    from urbanplan.analysis.files import ReadOptions, write_whole
    from urbanplan.analysis.place_picture import draw_place
    from urbanplan.analysis.siting import siting
    from urbanplan.analysis.siting_words import question_of_words, read_texts
    from urbanplan.view.document.encoding import to_json
    from urbanplan.view.siting_words import siting_lines

    made = siting(
        plan=run.plan,
        time_limit=_SECONDS,
        notify=lambda phase: run.progress(phase, 0, 0),
        **question_of_words(read_texts(asked)),
    )
    for text in made.notes:
        run.notify(note("{text}", text=text))
    write_whole(run.out / "siting.json", to_json(made.document()))
    files, picture = ["siting.json"], None
    if made.found and len(made.sites):
        for name in ("sites.geojson", "siting.gpkg"):
            made.write(run.out / name)
        drawn = draw_place(run.out / "sites.geojson", plan=run.plan, reading=ReadOptions())
        picture = None if drawn is None else asdict(drawn)
        files += ["sites.geojson", "siting.gpkg"]
    rows = (
        [{name: _plain(row[name]) for name in _FIELDS} for row in made.sites.to_dict("records")] if made.found else []
    )
    shown = {"lines": siting_lines(made.proposal), "rows": rows, "picture": picture}
    write_whole(run.out / "site.json", json.dumps(shown, ensure_ascii=False, allow_nan=False))
    return {"files": files}


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value
