"""A reconciliation for people at a terminal: rows that are not equal with their cause, and the sums."""

from __future__ import annotations

from typing import Any

from urbanplan.model.translation import join_clauses, localize
from urbanplan.view.terminal.tables import add_row, titled_table

MAX_ROWS = 40
_MU = 15 / 10000


def show_reconciliation(rows: list[dict[str, Any]], sums: list[dict[str, Any]], *, definition: str, err: bool) -> None:
    """Print the rows that differ, the greatest difference first, and the sums.

    Args:
        rows, sums: of :class:`urbanplan.analysis.reconcile.Reconciliation`. definition: of area. err: print on
            standard error.
    """
    from urbanplan.view.terminal.console import open_console

    console = open_console(err=err)
    away = [row for row in rows if row["state"] != "equal"]
    away.sort(key=lambda row: -_size(row))
    drawn = "drawn_plane" if definition == "plane" else "drawn_ellipsoid"
    if away:
        title = localize("areas that differ, in mu ({shown} of {count} features)", shown=min(len(away), MAX_ROWS),
                         count=len(rows))  # fmt: skip
        console.print(_table(title, localize("key"), away[:MAX_ROWS], key="id", drawn=drawn))
    console.print(_table(localize("sums, in mu"), localize("figure"), sums, key="figure", drawn=drawn))


def cause_titles() -> dict[str, str]:
    """What each cause is called, in the language of messages."""
    return {
        "definition": localize("plane area for that on the ellipsoid, or the other way"),
        "wrong_zone": localize("another zone or meridian"),
        "web_mercator": localize("Web Mercator"),
        "gcj02_shift": localize("shift of GCJ-02"),
        "bd09_shift": localize("shift of BD-09"),
        "swapped_axes": localize("swapped axes"),
        "mu_666_67": localize("a mu taken for 666.67 m²"),
        "mu_667": localize("a mu taken for 667 m²"),
        "hectares_for_mu": localize("hectares written as mu"),
        "square_metres_for_mu": localize("m² written as mu"),
        "hole": localize("a hole that is not subtracted"),
        "duplicate": localize("counted twice"),
        "clipped": localize("cut at a boundary"),
        "missing": localize("lacking on one side"),
    }


def figure_titles() -> dict[str, str]:
    """What each figure is called, in the language of messages."""
    return {
        "announced": localize("announced area"),
        "ledger": localize("area in the ledger"),
        "approved": localize("approved area"),
        "total": localize("announced sum"),
    }


def cause_text(row: dict[str, Any]) -> str:
    """What explains a difference, in the language of messages."""
    if row["state"] == "equal":
        return localize("equal")
    if row["cause"] is not None:
        one = row["causes"][0]
        return cause_titles()[row["cause"]] if not one["variant"] else _with_variant(one)
    if row["causes"]:
        return localize("one of: {causes}", causes=join_clauses(cause_titles()[one["cause"]] for one in row["causes"]))
    return localize("unexplained") if row["state"] == "unexplained" else localize("not known")


def _with_variant(one: dict[str, Any]) -> str:
    match one["cause"], one["variant"]:
        case "missing", "drawing":
            return localize("not drawn")
        case "missing", _:
            return localize("drawn, but stated nowhere")
        case "wrong_zone", zone:
            return localize("measured in another zone: {zone}", zone=zone)
        case "hectares_for_mu", _:
            return localize("mu written as hectares")
    return cause_titles()[one["cause"]]


def _table(title: str, first: str, rows: list[dict[str, Any]], *, key: str, drawn: str) -> Any:
    heads = first, localize("stated"), localize("drawn"), localize("difference"), localize("explanation")
    table = titled_table(title, *heads)
    for row in rows:
        stated = row["value"] if "value" in row else row[row["figure"]] if row["figure"] else None
        label = figure_titles()[row[key]] if key == "figure" else row[key]
        add_row(table, label, *(_mu(value) for value in (stated, row[drawn], row["difference"])), cause_text(row))
    return table


def _mu(value: float | None) -> str:
    return "—" if value is None else f"{value * _MU:,.4f}"


def _size(row: dict[str, Any]) -> float:
    if row["difference"] is not None:
        return abs(row["difference"])
    return max((abs(one["left"]) for one in row["causes"]), default=0.0)
