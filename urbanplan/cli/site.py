"""``urbanplan site``: where new sites would stand best, proved; a proposal, never a verdict."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urbanplan.cli.notes import print_notes
from urbanplan.cli.options import Disclosure, check_answer, check_profile
from urbanplan.cli.output import parse_outputs, uses_stdout
from urbanplan.cli.progress_bar import phase_progress
from urbanplan.errors import UsageError
from urbanplan.model.note import note


def site(
    candidates: Annotated[
        Path, typer.Option(help="Where a site may stand: points, lines or polygons; a file, or a layer of the plan")
    ],
    plan: Annotated[Path | None, typer.Option("--plan", help="Plan; ./plan.toml unless files are given")] = None,
    target: Annotated[str | None, typer.Option(help="Coverage target of the plan; its first unless given")] = None,
    streets: Annotated[Path | None, typer.Option(help="Lines, or an .osm.pbf extract")] = None,
    within: Annotated[
        float | None, typer.Option(help="The walk in metres, legs included; 600 unless a plan says, none for --median")
    ] = None,
    facilities: Annotated[Path | None, typer.Option(help="Sites that stand already")] = None,
    residents: Annotated[Path | None, typer.Option(help="Homes, population polygons, or a GeoTIFF of people")] = None,
    people: Annotated[str | None, typer.Option(help="Column that counts people; else residents, population")] = None,
    by: Annotated[str | None, typer.Option(help="residents or metres; residents where they are given")] = None,
    fewest: Annotated[bool, typer.Option("--fewest", help="Fewest sites; the goal unless another is given")] = False,
    best: Annotated[int | None, typer.Option("--best", "--k", help="Best so many sites: those that cover most")] = None,
    fairest: Annotated[
        int | None, typer.Option(help="So many sites for the worst-off sub-district first; needs sub-districts")
    ] = None,
    median: Annotated[
        int | None, typer.Option(help="So many sites with the least sum of residents' walks to the nearest (p-median)")
    ] = None,
    cheapest: Annotated[bool, typer.Option("--cheapest", help="Least cost; needs --cost")] = False,
    share: Annotated[
        str | None, typer.Option(help="How much must be covered, as 95%; else all that candidates reach")
    ] = None,
    cost: Annotated[str | None, typer.Option(help="Column of the candidates' costs; 1 each unless given")] = None,
    budget: Annotated[float | None, typer.Option(help="At most so much cost")] = None,
    capacity: Annotated[str | None, typer.Option(help="Column of the people that a candidate can serve")] = None,
    where: Annotated[str | None, typer.Option(help="Filter of the candidates, CQL2")] = None,
    require: Annotated[list[str] | None, typer.Option(help="Id of a candidate that must be chosen; repeatable")] = None,
    forbid: Annotated[list[str] | None, typer.Option(help="Id of a candidate that may not be; repeatable")] = None,
    forbidden: Annotated[Path | None, typer.Option(help="Places where no site may stand")] = None,
    least_area: Annotated[float | None, typer.Option(help="Least area of a candidate, square metres")] = None,
    districts: Annotated[Path | None, typer.Option(help="Sub-districts, with ids")] = None,
    at_least: Annotated[list[str] | None, typer.Option(help="ID=NUMBER: sites in a sub-district; repeatable")] = None,
    at_most: Annotated[list[str] | None, typer.Option(help="ID=NUMBER: sites in a sub-district; repeatable")] = None,
    min_per: Annotated[int | None, typer.Option(help="Sites in each sub-district at least")] = None,
    max_per: Annotated[int | None, typer.Option(help="Sites in each sub-district at most")] = None,
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
    goals = {"fewest": fewest, "most": best is not None, "cheapest": cheapest, "fairest": fairest is not None}
    goals["median"] = median is not None
    if sum(goals.values()) > 1:
        raise UsageError("--fewest, --best, --cheapest, --fairest and --median exclude each other", fix="Give one.")
    if by not in (None, "residents", "metres"):
        raise UsageError("--by {word} is unknown", fix="Choose residents or metres.", word=by)
    if streets is None and plan is None:
        plan = Path("plan.toml")
    if chosen or any((out, map_file)):
        check_profile(disclosure, plan, command="site")
    with phase_progress(quiet) as notify:
        from urbanplan.analysis import siting as analysis
        from urbanplan.analysis import siting_question as words

        count = next((number for number in (best, fairest, median) if number is not None), None)
        result = analysis.siting(
            streets,
            candidates,
            plan=plan,
            target=target,
            question=words.read_question(goals, share=share, count=count, budget=budget),
            within=within,
            by="residents" if by == "residents" else "metres" if by == "metres" else None,
            facilities=facilities,
            residents=residents,
            people=people,
            barriers=barriers,
            districts=districts,
            options=analysis.CandidateOptions(
                where, cost, require or (), forbid or (), capacity, forbidden, least_area
            ),
            at_least=words.parse_district_counts(at_least or (), each=min_per, where="--at-least"),
            at_most=words.parse_district_counts(at_most or (), each=max_per, where="--at-most"),
            alternatives=alternatives,
            time_limit=time_limit,
            crs=crs,
            notify=notify,
            noding=noding,
            leg=snap,
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
