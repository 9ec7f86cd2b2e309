"""The account of a network for people: tables and bars in the terminal, findings and log as CSV, layers for a GIS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from urbanplan.model.translation import current_language, join_clauses, localize
from urbanplan.view.terminal.tables import add_row, titled_table
from urbanplan.view.terminal.timings import print_timings

if TYPE_CHECKING:
    from rich.table import Table

    from urbanplan.network.roads.projects import ProjectEffects
    from urbanplan.network.roads.road_analysis import RoadAnalysis

BAR_WIDTH = 12


def show_network(made: RoadAnalysis, mended: dict[str, Any] | None, *, err: bool) -> None:
    """Print size and connection, defects, critical streets, mileage, projects, car parks, the repair."""
    from urbanplan.view.terminal.console import open_console

    console = open_console(err=err)
    if made.layers.basis == "illustrative":
        console.print(localize("illustrative data: nothing here was surveyed"), style="yellow")
    console.print(_size_table(made))
    if made.topology.counts:
        console.print(_defect_table(made))
    if len(made.critical.bridges):
        console.print(_critical_table(made))
    console.print(_mileage_table(made))
    if made.effects is not None:
        console.print(_project_table(made.effects))
    if made.parking is not None:
        console.print(_parking(made))
    if mended is not None:
        told = {"file": mended["file"], "log": mended["log"], "done": sum(mended["done"].values())}
        text = localize(
            "{done} defects repaired in {file}; {left} left to people; log: {log}",
            left=sum(mended["left"].values()),
            **told,
        )
        console.print(text)
        if mended["done"].get("crossing") and not mended["levels_told"]:
            text = localize(
                "no column tells bridges or tunnels: all crossings were joined; look at them, or use --leave crossing"
            )
            console.print(text, style="yellow")
    print_timings(console, made.timings)


def _format_range(low: int, high: int) -> str:
    return f"{low:,}" if low == high else f"{low:,}–{high:,}"


def _size_table(made: RoadAnalysis) -> Table:
    table = titled_table(localize("Street network"), localize("what"), localize("value"))
    net, found = made.network, made.critical
    add_row(table, localize("streets km"), f"{net.total / 1000:,.2f}")
    add_row(table, localize("nodes"), f"{net.nodes:,}")
    add_row(table, localize("edges"), f"{net.edges:,}")
    add_row(table, localize("connected parts"), _format_range(*made.components))
    add_row(table, localize("km outside the longest part"), f"{found.part_sums[1:, 0].sum() / 1000:,.2f}")
    add_row(table, localize("dead ends"), f"{len(found.dead_ends):,}")
    density = made.density["density_km_km2"]
    add_row(table, localize("density km/km²"), "–" if density is None else f"{density:.2f}")
    index = made.detour["index"]
    add_row(table, localize("detour index"), "–" if index is None else f"{index:.3f}")
    for name, one in made.served.items():
        label = made.layers.names.get(name, name)
        add_row(
            table,
            localize("{layer} without a street", layer=label),
            f"{int((~one.reached).sum()):,} / {len(one.ids):,}",
        )
    return table


def _defect_table(made: RoadAnalysis) -> Table:
    from urbanplan.model.finding import finding_rule

    table = titled_table(localize("Defects of drawing"), localize("finding"), localize("code"), localize("count"))
    for code, count in sorted(made.topology.counts.items(), key=lambda item: (-item[1], item[0])):
        rule = finding_rule(f"network-{code}")
        add_row(table, rule.title[current_language()], rule.code, f"{count:,}")
    return table


def _critical_table(made: RoadAnalysis) -> Table:
    from urbanplan.view.document.network import critical_streets

    frame = critical_streets(made)
    heads = [name for name in frame.columns if name.startswith("cuts_")]
    names = {
        "cuts_length_m": localize("cuts off km"),
        "cuts_residents": localize("residents"),
        "cuts_sites": localize("sites"),
    }
    names |= {"cuts_parcels": localize("parcels"), "cuts_lots": localize("car parks"), "cuts_homes": localize("homes")}
    title = localize("The first of {count} streets that alone join others", count=len(frame))
    table = titled_table(title, localize("street"), localize("street m"), *(names.get(head, head) for head in heads))
    for row in frame.head(8).to_dict("records"):
        cells = [row[head] / 1000 if head == "cuts_length_m" else row[head] for head in heads]
        told = [
            f"{cell:,.2f}" if head == "cuts_length_m" else f"{cell:,.0f}"
            for head, cell in zip(heads, cells, strict=True)
        ]
        add_row(table, row["street"], f"{row['street_m']:,.0f}", *told)
    return table


def _mileage_table(made: RoadAnalysis) -> Table:
    found = made.mileage
    table = titled_table(localize("Mileage"), localize("what"), "km")
    add_row(table, localize("drawn, plane"), f"{found.drawn_m / 1000:,.3f}")
    add_row(table, localize("drawn, ellipsoid"), f"{found.ellipsoid_m / 1000:,.3f}")
    add_row(
        table, localize("in the district, each stretch once"), _format_interval(found.total_low_m, found.total_high_m)
    )
    rules = made.settings.rules
    if found.behind:
        dates = f"{rules.since or '…'} – {rules.until or '…'}"
        add_row(
            table,
            localize("newly opened, {dates}", dates=dates),
            _format_interval(found.opened_low_m, found.opened_high_m),
        )
    for row in found.next[:3]:
        add_row(
            table, localize("opening the rest of {road} would add", road=row["name"]), f"{row['adds_m'] / 1000:,.3f}"
        )
    for claim in [claim for claim in made.claims if not claim.declared][:3]:
        label = localize(
            "{road} is claimed by {layer} ({other}) too", road=claim.name, layer=claim.layer, other=claim.other
        )
        add_row(table, label, f"{claim.length_m / 1000:,.3f}")
    if found.shared:
        metres = sum(row.length_m for row in found.shared)
        add_row(table, localize("claimed by two projects"), f"{metres / 1000:,.3f}")
    return table


def _format_interval(low: float, high: float) -> str:
    low, high = low / 1000, high / 1000
    return f"{low:,.3f}" if high - low < 0.0005 else f"{low:,.3f} – {high:,.3f}"


def _project_table(found: ProjectEffects) -> Table:
    """Projects alone, best first, a bar for residents newly within the walk."""
    title = localize("Road projects, each alone: {count}", count=len(found.alone))
    heads = (localize("stage"), localize("opened"), localize("joins"), localize("residents"), localize("m saved"), "")
    table = titled_table(title, localize("project"), *heads)
    table.columns[-1].justify = "left"
    most = max((row.residents for row in found.alone), default=0.0) or 1.0
    for row in found.alone:
        bar = "█" * round(BAR_WIDTH * row.residents / most)
        metres = f"{-row.mean_m:,.1f}"
        add_row(table, row.name, row.stage, row.opened or "–", row.joins or "–", f"{row.residents:,.0f}", metres, bar)
    table.caption = localize(
        "residents within the walk: {before:,.0f} without any, {after:,.0f} with all", **_residents_within(found)
    )
    return table


def _residents_within(found: ProjectEffects) -> dict[str, float]:
    return {"before": found.before.within, "after": found.after.within}


def _parking(made: RoadAnalysis) -> str:
    assert made.parking is not None
    found = made.parking
    spans = {"spaces": _format_counts(found.new_spaces), "lots": _format_counts(found.linked_lots)}
    told = localize("Car parks: {spaces} new spaces, {lots} linked lots in use", **spans)
    if found.beyond is None:
        return told
    more = localize("{straight} of {buildings} buildings lie beyond {radius_m:g} m in a straight line", **found.beyond)
    return join_clauses((told, more))


def _format_counts(pair: tuple[float, float | None]) -> str:
    low, high = pair
    if high is None:
        return localize("at least {number:,.0f}", number=low)
    return f"{low:,.0f}" if low == high else f"{low:,.0f} – {high:,.0f}"
