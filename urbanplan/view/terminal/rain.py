"""An answer to a question of rain for people at a terminal."""

from __future__ import annotations

import math
from typing import Any

from urbanplan.model.translation import localize
from urbanplan.view.terminal.tables import add_row, titled_table

_ROWS = 15


def show_rain(result: Any, *, err: bool) -> None:
    """Print the balance of each rain, depressions, people, and the streets and sections under water.

    Args:
        result: an :class:`urbanplan.analysis.rain_result.RainResult`. err: print on standard error.
    """
    from urbanplan.view.terminal.console import open_console

    console = open_console(err=err)
    console.print(_balance(result))
    if len(result.depressions.node):
        console.print(_depressions(result))
    for name in ("streets", "parcels", "buildings"):
        if name in result.stands:
            console.print(_features(result, name))
    if result.people() is not None:
        console.print(_people(result))
    if result.sections() is not None:
        console.print(_sections(result))


def _balance(result: Any) -> Any:
    title = localize("where the rain stays: {name}", name=result.inputs.elevation.name)
    heads = (localize("rain (mm)"), localize("rain (m³)"), localize("seeped (m³)"), localize("drained (m³)"),
             localize("standing (m³)"), localize("gone (m³)"))  # fmt: skip
    table = titled_table(title, *heads)
    for one in result.ponding:
        cells = one.rain_m3, one.lost_m3, one.drained_m3 + one.piped_m3, one.stored_m3, one.out_m3
        add_row(table, f"{one.rain_mm:g}", *(f"{cell:,.0f}" for cell in cells))
    return table


def _depressions(result: Any) -> Any:
    listed = result.depressions
    shown = min(_ROWS, len(listed.node))
    title = localize("depressions as if full, the {shown} deepest of {count}", shown=shown, count=len(listed.node))
    heads = localize("depression"), localize("depth (m)"), localize("area (m²)"), localize("volume (m³)")
    table = titled_table(title, *heads)
    for row in range(shown):
        cells = f"{listed.depth_m[row]:.2f}", f"{listed.area_m2[row]:,.0f}", f"{listed.volume_m3[row]:,.0f}"
        add_row(table, f"D{row + 1}", *cells)
    return table


def _features(result: Any, name: str) -> Any:
    titles = {"streets": localize("streets under water"), "parcels": localize("parcels under water"),
              "buildings": localize("buildings under water")}  # fmt: skip
    rain = result.ponding[-1].rain_mm
    found = result.table(name, rain_mm=rain)
    keys = [f"{one.metres:.2f}" for one in result.depth_classes]
    wet = found[found[keys[0]] > 0]
    shown = min(_ROWS, len(wet))
    unit = "m" if name == "streets" else "m²"
    text = localize("{title} at {rain:g} mm, the first {shown} of {count}", title=titles[name], rain=rain,
                    shown=shown, count=len(wet))  # fmt: skip
    heads = (localize("name"), localize("depth (m)"), *(f"> {key} m ({unit})" for key in keys))
    table = titled_table(text, *heads)
    for row in wet.head(shown).to_dict("records"):
        label = row["name"] or row["id"]
        add_row(table, label, f"{row['depth_m']:.2f}", *(f"{row[key]:,.0f}" for key in keys))
    return table


def _people(result: Any) -> Any:
    keys = [f"{one.metres:.2f}" for one in result.depth_classes]
    table = titled_table(localize("people whose home lies in water"), localize("rain (mm)"),
                         *(f"> {key} m" for key in keys), localize("of all"))  # fmt: skip
    for one in result.ponding:
        found = result.people(one.rain_mm)
        add_row(table, f"{one.rain_mm:g}", *(f"{found['over'][key]:,.0f}" for key in keys), f"{found['total']:,.0f}")
    return table


def _sections(result: Any) -> Any:
    rain = result.ponding[-1].rain_mm
    title = localize("sections of the works at {rain:g} mm: metres deeper than 0.15 m", rain=rain)
    table = titled_table(title, localize("section"), localize("length (m)"), localize("before"), localize("after"),
                         localize("depth before (m)"), localize("depth after (m)"))  # fmt: skip
    for row in result.sections(rain).to_dict("records"):
        cells = (row["size"], row["before"], row["after"])
        depths = (row["depth_before_m"], row["depth_after_m"])
        texts = [*("—" if math.isnan(cell) else f"{cell:,.0f}" for cell in cells),
                 *("—" if math.isnan(cell) else f"{cell:.2f}" for cell in depths)]  # fmt: skip
        add_row(table, row["section"], *texts)
    return table
