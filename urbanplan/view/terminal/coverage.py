"""The answer of a coverage run for people at a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from urbanplan.model.formatting import format_reading
from urbanplan.model.translation import localize
from urbanplan.view.document.coverage import gap_rows
from urbanplan.view.terminal.tables import add_row, titled_table
from urbanplan.view.terminal.timings import print_timings

if TYPE_CHECKING:
    from rich.table import Table

    from urbanplan.model.reading import Reading
    from urbanplan.network.walk.coverage import Coverage
    from urbanplan.network.walk.gaps import Gaps
    from urbanplan.network.walk.readings import BandReading
    from urbanplan.network.walk.whatif import Comparison


def show_coverage(
    run: Coverage,
    band: Sequence[BandReading],
    changed: Comparison | None,
    *,
    err: bool,
    illustrative: bool = False,
    span: Mapping[str, Reading] | None = None,
) -> None:
    """Print coverage by sub-district and tier, its span, the readings, the worst gaps, the phases."""
    from urbanplan.view.terminal.console import open_console

    console = open_console(err=err)
    if illustrative:
        console.print(localize("the layers are illustrative: nothing here is a fact about the district"))
    console.print(_coverage_table(run))
    names = {"streets": localize("streets"), "residents": localize("residents")}
    for what, reading in (span or {}).items():
        text = "{what}: {share} over all that the layers leave open"
        console.print(localize(text, what=names[what], share=format_reading(reading)))
    if band:
        console.print(_band_table(band))
    if changed is not None:
        console.print(_whatif_table(changed))
    if run.left is not None and len(run.left):
        console.print(_gap_table(run.left))
    edited = () if changed is None else changed.findings
    notes = [note for note in (*edited, *run.findings) if note.level != "info"]
    for note in notes[:5]:
        console.print(note.message)
    if len(notes) > 5:
        console.print(localize("and {count} more findings", count=len(notes) - 5))
    print_timings(console, run.timings)


def _coverage_table(run: Coverage) -> Table:
    table = titled_table(
        localize("Within {metres:g} m", metres=run.settings["within_m"]),
        *(
            localize("where"),
            localize("streets km"),
            localize("covered km"),
            localize("share"),
            localize("residents"),
            localize("share"),
        ),
    )
    people = run.residents
    whole: dict[str, Any] = {name: getattr(run, name) for name in ("total_m", "covered_m", "covered_high_m", "share")}
    given = None if people is None else {"total": people.total, "covered": people.covered, "share": people.share}
    for row in (*run.breakdown, {**whole, "keys": {}, "residents": given}):
        names = [localize("outside") if value is None else str(value) for value in row["keys"].values()]
        add_row(table, *[" ".join(names) or localize("all"), *_cells(row)])
    return table


def _cells(row: dict[str, Any]) -> list[str]:
    low, high = row["covered_m"] / 1000, row["covered_high_m"] / 1000
    covered = f"{low:.2f}" if high - low < 0.005 else f"{low:.2f} – {high:.2f}"
    people = row["residents"]
    told = ["", ""] if people is None else [f"{people['total']:,.0f}", _format_percent(people["share"])]
    return [f"{row['total_m'] / 1000:.2f}", covered, _format_percent(row["share"]), *told]


def _format_percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def _band_table(band: Sequence[BandReading]) -> Table:
    table = titled_table(
        localize("Readings"), localize("reading"), "m", localize("streets"), localize("residents"), localize("holds")
    )
    names = {
        "network": localize("network"),
        "straight": localize("straight line"),
        "administrative": localize("a site in each sub-district"),
        "catchment": localize("sub-districts wholly served"),
    }
    words = {True: localize("yes"), False: localize("no"), None: localize("open")}
    for row in band:
        streets, people = (
            _format_interval(row.share, row.share_high),
            _format_interval(row.residents_share, row.residents_share_high),
        )
        metres = "" if row.within_m is None else f"{row.within_m:g}"
        add_row(table, *[names[row.reading], metres, streets, people, words[row.holds]])
    return table


def _format_interval(low: float | None, high: float | None) -> str:
    if low is None or high is None or abs(high - low) < 5e-4:
        return _format_percent(low)
    return f"{100 * low:.1f} – {100 * high:.1f} %"


def _whatif_table(changed: Comparison) -> Table:
    table = titled_table(
        localize("What if"),
        localize("where"),
        localize("before"),
        localize("after"),
        localize("residents before"),
        localize("residents after"),
    )
    for row in changed.rows:
        before, after = row["before"], row["after"] or row["before"]
        name = next(iter(row["keys"].values()), None)
        people = [_format_percent(side["residents"]["share"]) if side["residents"] else "" for side in (before, after)]
        cells = [
            str(name or localize("outside")),
            _format_percent(before["share"]),
            _format_percent(after["share"]),
            *people,
        ]
        add_row(table, *cells)
    both = (changed.before, changed.after)
    people = [_format_percent(side.residents.share) if side.residents else "" for side in both]
    add_row(table, *[localize("all"), *(_format_percent(side.share) for side in both), *people])
    if changed.gained is not None:
        moved = {"gained": changed.gained, "lost": changed.lost}
        table.caption = localize("residents gained {gained:,.0f}, lost {lost:,.0f}", **moved)
    return table


def _gap_table(gaps: Gaps) -> Table:
    title = localize("The first of {count} gaps", count=len(gaps))
    table = titled_table(
        title, localize("length m"), localize("residents"), localize("nearest site"), localize("distance m")
    )
    for row in gap_rows(gaps.pick(slice(5)).columns()):
        people = "" if row["residents"] is None else f"{row['residents']:,.1f}"
        way = localize("no way") if row["distance_m"] is None else f"{row['distance_m']:,.0f}"
        add_row(
            table, *[f"{row['length_m']:,.0f}", people, "–" if row["nearest"] is None else str(row["nearest"]), way]
        )
    return table
