"""Maps: a plan's layers, results and verdicts as one HTML file that needs no network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from urbanplan.analysis.check import Check, ensure_check
from urbanplan.analysis.files import size_note, write_whole
from urbanplan.analysis.plans import plan_folder
from urbanplan.model.note import Note
from urbanplan.model.translation import current_language, use_language

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from urbanplan.model.plan import Plan
    from urbanplan.store.diff import Change
    from urbanplan.view.map.ground import Ground


_OF_COMMANDS = ("coverage", "network")  # maps of other commands' answers


def map_kinds(plan: Plan) -> dict[str, str]:
    """The maps that can be drawn of a plan, its own and those that come with urbanplan: name to title.

    Raises:
        ViewError: a definition does not fit.
    """
    from urbanplan.model.style import map_kinds as kinds
    from urbanplan.model.style import read_map_definition

    home, language = plan_folder(plan), current_language()
    found = {name: read_map_definition(name, beside=home) for name in kinds(beside=home) if name not in _OF_COMMANDS}
    return {name: one.title.get(language, name) for name, one in found.items() if one is not None}


def map_page(
    plan: Plan | Path | str | Check,
    *,
    kind: str = "overview",
    online: str | None = None,
    since: str | None = None,
    ground: Ground | None = None,
) -> str:
    """The page of a map as HTML text.

    Args:
        plan: a check made with every layer, or a plan that is checked now.
        kind: a map definition: overview, parcels, roads, circle, parking, findings, or the plan's own.
        online: None keeps the page offline; ``NAME:`` lets it ask for the key of a base map, ``NAME:KEY`` keeps it.
        since: a run's number in the plan's log, ``last``, ``last~1`` … or a report's JSON file: what turned since then
            is shown first, with its cause.
        ground: a file of pictures under the plan, see :func:`urbanplan.analysis.ground.open_ground`; ``online`` is then
            passed over.

    Raises:
        ViewError: no such kind or base, a ground that lies elsewhere, or a layer that cannot be drawn.
        UsageError: there is no such run.
    """
    from urbanplan.view import draw_map

    done = ensure_check(plan, targetless=True)
    return draw_map(
        done.plan,
        done.report,
        done.layers,
        {**done.results, **_made_layers(done, kind)},
        kind=kind,
        lang=done.report.language,
        online=online,
        since=None if since is None else _changes(done, since),
        ground=ground,
    )


def _made_layers(done: Check, kind: str) -> dict[str, GeoDataFrame]:
    """Layers that are made for the map alone, for kinds that name them: water of a rain, the best places."""
    from urbanplan.analysis.map_places import BEST_PLACES, draw_best_places
    from urbanplan.analysis.map_water import STANDING_WATER, standing_water
    from urbanplan.model.style import read_map_definition

    definition = read_map_definition(kind, beside=plan_folder(done.plan))
    groups = [] if definition is None else definition.groups
    named = {shown.layer for group in groups for shown in group.layers}
    land = None if definition is None else definition.candidates
    made: dict[str, GeoDataFrame | None] = {}
    with use_language(done.report.language):
        if STANDING_WATER in named:
            made[STANDING_WATER] = standing_water(done)
        if BEST_PLACES in named and land is not None:
            made[BEST_PLACES] = draw_best_places(done, land)
    return {name: frame for name, frame in made.items() if frame is not None}


def _changes(done: Check, since: str) -> list[Change]:
    from urbanplan.analysis.diff import load_run
    from urbanplan.store.diff import diff_runs
    from urbanplan.store.runlog import log_file, to_record

    with use_language(done.report.language):
        return diff_runs(load_run(since, log_file(done.plan.file)), to_record(done.report))


def write_map(
    plan: Plan | Path | str | Check,
    out: Path | str = "map.html",
    *,
    kind: str = "overview",
    online: str | None = None,
    since: str | None = None,
    ground: Ground | None = None,
) -> Note:
    """Write the page of a map to a file; see :func:`map_page`. The note says where it is and how large."""
    return size_note(write_whole(out, map_page(plan, kind=kind, online=online, since=since, ground=ground)))
