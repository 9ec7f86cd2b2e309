"""The task of siting: a question in words, proposals with their proof, a picture and files of them."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from urbanplan.errors import UsageError
from urbanplan.model.note import note

if TYPE_CHECKING:
    from urbanplan.server.task_run import TaskRun
    from urbanplan.siting.question import SitingQuestion

_SECONDS = 60.0  # of solving
_FIELDS = ("id", "gained_m", "gained_residents", "cost")


def propose_sites(run: TaskRun, *, asked: dict[str, str]) -> dict[str, Any]:
    """Propose sites of the words of the form; ``site.json`` holds sentences, rows and a picture."""
    from urbanplan.analysis.candidates import CandidateOptions
    from urbanplan.analysis.files import ReadOptions, write_whole
    from urbanplan.analysis.place_picture import draw_place
    from urbanplan.analysis.siting import siting
    from urbanplan.view.document.encoding import to_json
    from urbanplan.view.siting_words import siting_lines

    made = siting(
        candidates=asked.get("candidates"),
        plan=run.plan,
        target=asked.get("target") or None,
        question=_question(asked),
        within=_number(asked, "within"),
        by="residents" if asked.get("by") == "residents" else "metres" if asked.get("by") == "metres" else None,
        options=CandidateOptions(asked.get("where") or None, asked.get("cost") or None),
        time_limit=_SECONDS,
        notify=lambda phase: run.progress(phase, 0, 0),
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


def _question(asked: dict[str, str]) -> SitingQuestion:
    from urbanplan.analysis.siting_question import parse_share
    from urbanplan.siting.question import SitingQuestion

    goal = asked.get("goal", "fewest")
    if goal not in ("fewest", "cheapest", "most"):
        raise UsageError("there is no goal {text}", fix="Choose another.", text=goal)
    count = _number(asked, "count")
    return SitingQuestion(
        goal,
        share=parse_share(asked["share"]) if asked.get("share") else None,
        count=None if count is None else int(count),
        budget=_number(asked, "budget"),
    )


def _number(asked: dict[str, str], name: str) -> float | None:
    text = asked.get(name, "")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1e12:
        raise UsageError("{text} is no number", where=name, fix="Write digits, such as 12.5.", text=text)
    return value


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value
