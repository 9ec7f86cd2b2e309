"""``urbanplan site``: where new sites would stand best, proved; a proposal, never a verdict."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from urbanplan.analysis.siting_words import GOAL_WORDS, WORDS, question_of_words
from urbanplan.cli.notes import print_notes
from urbanplan.cli.options import Disclosure, check_answer, check_profile
from urbanplan.cli.output import parse_outputs, uses_stdout
from urbanplan.cli.progress_bar import phase_progress
from urbanplan.errors import UsageError
from urbanplan.model.note import note


def _said(name: str, *flags: str) -> Any:
    """An option that the form of the desk has, too."""
    return typer.Option(*flags, help=WORDS[name])


def _goal(name: str, *flags: str) -> Any:
    """An option of a goal, one of those that the desk offers."""
    return typer.Option(*flags, help=GOAL_WORDS[name])


def site(
    candidates: Annotated[Path, _said("candidates")],
    plan: Annotated[Path | None, typer.Option("--plan", help="Plan; ./plan.toml unless files are given")] = None,
    target: Annotated[str | None, _said("target")] = None,
    streets: Annotated[Path | None, typer.Option(help="Lines, or an .osm.pbf extract")] = None,
    within: Annotated[float | None, _said("within")] = None,
    facilities: Annotated[Path | None, typer.Option(help="Sites that stand already")] = None,
    residents: Annotated[Path | None, typer.Option(help="Homes, population polygons, or a GeoTIFF of people")] = None,
    people: Annotated[str | None, typer.Option(help="Column that counts people; else residents, population")] = None,
    by: Annotated[str | None, _said("by")] = None,
    fewest: Annotated[bool, _goal("fewest", "--fewest")] = False,
    best: Annotated[int | None, _goal("most", "--best", "--k")] = None,
    fairest: Annotated[int | None, _goal("fairest")] = None,
    median: Annotated[int | None, _goal("median")] = None,
    cheapest: Annotated[bool, _goal("cheapest", "--cheapest")] = False,
    share: Annotated[str | None, _said("share")] = None,
    cost: Annotated[str | None, _said("cost")] = None,
    budget: Annotated[float | None, _said("budget")] = None,
    capacity: Annotated[str | None, _said("capacity")] = None,
    where: Annotated[str | None, _said("where")] = None,
    require: Annotated[list[str] | None, _said("require")] = None,
    forbid: Annotated[list[str] | None, _said("forbid")] = None,
    forbidden: Annotated[Path | None, _said("forbidden")] = None,
    least_area: Annotated[float | None, _said("least_area")] = None,
    districts: Annotated[Path | None, typer.Option(help="Sub-districts, with ids")] = None,
    at_least: Annotated[list[str] | None, _said("at_least")] = None,
    at_most: Annotated[list[str] | None, _said("at_most")] = None,
    min_per: Annotated[int | None, _said("min_per")] = None,
    max_per: Annotated[int | None, _said("max_per")] = None,
    barriers: Annotated[Path | None, typer.Option(help="Lines or polygons that no leg crosses")] = None,
    noding: Annotated[str | None, typer.Option(help="auto, endpoints or crossings")] = None,
    snap: Annotated[float | None, typer.Option(help="Leg limit in metres; 50 unless given")] = None,
    crs: Annotated[str | None, typer.Option(help="Working CRS, such as EPSG:4547")] = None,
    alternatives: Annotated[int, typer.Option(help="Ranked answers wanted")] = 1,
    time_limit: Annotated[float, typer.Option(help="Seconds of solving; then the best found with its bound")] = 60.0,
    disclosure: Disclosure = None,
    output: Annotated[list[str] | None, typer.Option(help="FORMAT:FILE, repeatable; json")] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="File of the proposed sites; a .gpkg also bears what they cover")
    ] = None,
    map_file: Annotated[Path | None, typer.Option("--map", help="Write a map, one HTML file")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No table for people and no progress")] = False,
) -> int:
    """Propose where new sites stand best and prove it; exit 1 where no answer holds, with what is missing."""
    chosen = parse_outputs(output, ("json",))
    goals = {"fewest": fewest, "cheapest": cheapest, "most": best, "fairest": fairest, "median": median}
    asked = [(name, value) for name, value in goals.items() if value is not None and value is not False]
    if len(asked) > 1:
        raise UsageError("--fewest, --best, --cheapest, --fairest and --median exclude each other", fix="Give one.")
    if streets is None and plan is None:
        plan = Path("plan.toml")
    if chosen or any((out, map_file)):
        check_profile(disclosure, plan, command="site")
    with phase_progress(quiet) as notify:
        from urbanplan.analysis import siting as analysis

        goal, count = asked[0] if asked else ("fewest", None)
        said = {"goal": goal, "count": None if count is True else count, "target": target, "candidates": candidates}
        said |= {"where": where, "by": by, "within": within, "share": share, "cost": cost, "budget": budget}
        said |= {"capacity": capacity, "require": require, "forbid": forbid, "forbidden": forbidden}
        said |= {"least_area": least_area, "min_per": min_per, "max_per": max_per}
        said |= {"at_least": at_least, "at_most": at_most}
        result = analysis.siting(
            streets,
            plan=plan,
            facilities=facilities,
            residents=residents,
            people=people,
            barriers=barriers,
            districts=districts,
            alternatives=alternatives,
            time_limit=time_limit,
            crs=crs,
            notify=notify,
            noding=noding,
            leg=snap,
            **question_of_words(said),
        )
        if chosen or any((out, map_file)):
            check_answer(disclosure, result.inputs.walk.facts, command="site", layers=[str(candidates)])
        for one in chosen:
            from urbanplan.view.document.encoding import to_json

            one.put(to_json(result.document()))
        if out is not None and result.found:
            result.write(out)
        if map_file is not None and result.found:
            result.write_map(map_file)
    if not quiet:
        from urbanplan.view.terminal.siting import show_siting

        show_siting(result.proposal, err=uses_stdout(chosen))
        print_notes(note("{text}", text=text) for text in result.notes)
    return 0 if result.found else 1
