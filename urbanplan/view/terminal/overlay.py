"""An overlay for people at a terminal: sums by value, what is covered twice and what is not covered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from urbanplan.model.translation import localize
from urbanplan.view.terminal.tables import add_row, titled_table

if TYPE_CHECKING:
    import pandas as pd


def show_overlay(totals: pd.DataFrame, *, definition: str, err: bool) -> None:
    """Print the sums of an overlay.

    Args:
        totals: of :class:`urbanplan.analysis.overlay.Overlay`. definition: of area. err: print on standard error.
    """
    from urbanplan.view.terminal.console import open_console

    titles = {"plane": localize("plane area"), "ellipsoid": localize("area on the ellipsoid")}
    titles["length"] = localize("length")
    sizes = (localize("length (m)"),) if definition == "length" else (localize("area (m²)"), localize("mu"))
    table = titled_table(titles[definition], localize("value"), *sizes, localize("share"), localize("features"))
    for row in totals.to_dict("records"):
        size = (
            (f"{row['length_m']:,.2f}",) if definition == "length" else (f"{row['area_m2']:,.2f}", f"{row['mu']:,.4f}")
        )
        add_row(table, _label(row), *size, f"{row['share']:.2%}", row["features"])
    open_console(err=err).print(table)


def _label(row: dict[Any, Any]) -> str:
    match row["kind"]:
        case "overlap":
            return localize("overlap: {value}", value=row["b"])
        case "uncovered":
            return localize("not covered")
        case "undrawn":
            return localize("not drawn, of unknown area")
        case "unknown":
            return localize("without a value")
    return str(row["b"])
