"""``urbanplan rain``: where water stands after a rain, on what, and what drainage works change."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from urbanplan.cli.notes import print_notes
from urbanplan.cli.options import Disclosure, Quiet, check_answer, check_profile
from urbanplan.cli.output import parse_outputs, uses_stdout
from urbanplan.cli.progress_bar import phase_progress
from urbanplan.errors import UsageError


def rain(
    plan: Annotated[
        Path | None, typer.Option("--plan", help="Plan with an elevation; ./plan.toml unless --elevation is given")
    ] = None,
    elevation: Annotated[Path | None, typer.Option(help="Heights of the ground, a GeoTIFF in any CRS")] = None,
    rain: Annotated[str, typer.Option(help="Depths of rain in mm, separated by commas")] = "50,100,200",
    loss: Annotated[float, typer.Option(help="Of it, mm that seep away or are held before they run")] = 0.0,
    drainage: Annotated[float, typer.Option(help="Of the rest, mm that the drains take everywhere")] = 0.0,
    streets: Annotated[Path | None, typer.Option(help="Lines, or an .osm.pbf extract")] = None,
    parcels: Annotated[Path | None, typer.Option(help="Parcels that water may stand on")] = None,
    buildings: Annotated[Path | None, typer.Option(help="Buildings that water may stand on")] = None,
    homes: Annotated[Path | None, typer.Option(help="Homes with residents")] = None,
    people: Annotated[str | None, typer.Option(help="Column that counts people; else residents, population")] = None,
    works: Annotated[
        Path | None, typer.Option(help="Lines of drainage works: name, and pipe_m3 or outlet_m that say what they do")
    ] = None,
    culverts: Annotated[
        Path | None, typer.Option(help="Lines of culverts and underpasses, cut into the ground")
    ] = None,
    least_depth: Annotated[float, typer.Option(help="Metres of depressions that are listed")] = 0.15,
    least_area: Annotated[float, typer.Option(help="Square metres of depressions that are listed")] = 0.0,
    unit: Annotated[str | None, typer.Option(help="Unit of the heights where the file says none: m or ft")] = None,
    crs: Annotated[str | None, typer.Option(help="Working CRS, such as EPSG:4547")] = None,
    grid: Annotated[Path | None, typer.Option(help="Write the depths of the greatest rain, a GeoTIFF")] = None,
    map_file: Annotated[Path | None, typer.Option("--map", help="Write a map, one HTML file")] = None,
    sheets: Annotated[
        Path | None, typer.Option(help="Write a PDF for each named section of the works into this folder")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="GeoPackage of all layers, or a table of streets, by the ending")
    ] = None,
    disclosure: Disclosure = None,
    output: Annotated[list[str] | None, typer.Option("--output", help="FORMAT:FILE, repeatable; json, gpkg")] = None,
    quiet: Quiet = False,
) -> None:
    """Fill, spill and merge a rain on the ground: depressions, streets and people under water; a screening."""
    chosen = parse_outputs(output, ("json", "gpkg"))
    layers = {"streets": streets, "parcels": parcels, "buildings": buildings, "homes": homes, "works": works}
    layers["culverts"] = culverts
    if elevation is None and any(layers.values()):
        raise UsageError("files of features go with --elevation", fix="Give --elevation too, or a plan alone.")
    if chosen or any((out, grid, map_file, sheets)):
        check_profile(disclosure, None if elevation else plan or Path("plan.toml"), command="rain")
    with phase_progress(quiet) as notify:
        from urbanplan.analysis import rain as analysis

        rains = analysis.parse_rains(rain)
        shared = {"rain": rains, "loss": loss, "drainage": drainage, "least_depth": least_depth, "notify": notify}
        if elevation is None:
            result = analysis.rain_of_plan(plan or Path("plan.toml"), **shared)
        else:
            more = {"people": people, "least_area": least_area, "unit": unit, "crs": crs}
            result = analysis.rain(elevation, **layers, **more, **shared)
        if chosen or any((out, grid, map_file, sheets)):
            check_answer(disclosure, result.inputs.facts, command="rain")
        if out is not None:
            result.write(out)
        if grid is not None:
            result.write_depth(grid)
        if map_file is not None:
            result.write_map(map_file)
        sheet_notes = [] if sheets is None else result.write_sheets(sheets).notes
        for one in chosen:
            if one.format == "gpkg" and one.path is not None:
                result.write(one.path)
            else:
                from urbanplan.view.document.encoding import to_json

                one.put(to_json(result.document()))
    print_notes([*result.notes, *sheet_notes], err=uses_stdout(chosen))
    if not quiet:
        from urbanplan.view.terminal.rain import show_rain

        show_rain(result, err=uses_stdout(chosen))
