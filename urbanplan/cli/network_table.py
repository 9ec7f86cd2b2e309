"""The account of a network for people: tables and bars in the terminal, findings and log as CSV, layers for a GIS."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.model.translation import language, say

if TYPE_CHECKING:
    from rich.table import Table

    from urbanplan.network.roads.projects import Effects
    from urbanplan.network.roads.road_analysis import Account
    from urbanplan.network.topology.repair import Repair

FINDINGS = ("code", "level", "layer", "feature", "message", "fix", "x", "y")
LOG = ("pass", "code", "feature", "others", "done", "x", "y")
BAR = 12


def show(made: Account, mended: dict[str, Any] | None, *, err: bool) -> None:
    """Print size and connection, defects, critical streets, mileage, projects, car parks, the repair."""
    from rich.console import Console

    console = Console(stderr=err)
    if made.layers.basis == "illustrative":
        console.print(say("illustrative data: nothing here was surveyed"), markup=False, style="yellow")
    console.print(_size(made))
    if made.topology.counts:
        console.print(_defects(made))
    if len(made.critical.bridges):
        console.print(_critical(made))
    console.print(_mileage(made))
    if made.effects is not None:
        console.print(_projects(made.effects))
    if made.parking is not None:
        console.print(_parking(made), markup=False, highlight=False)
    if mended is not None:
        told = {"file": mended["file"], "log": mended["log"], "done": sum(mended["done"].values())}
        text = say(
            "{done} defects repaired in {file}; {left} left to people; log: {log}",
            left=sum(mended["left"].values()),
            **told,
        )
        console.print(text, markup=False, highlight=False)
        if mended["done"].get("crossing") and not mended["levels_told"]:
            text = say(
                "no column tells bridges or tunnels: all crossings were joined; look at them, or use --leave crossing"
            )
            console.print(text, markup=False, highlight=False, style="yellow")
    phases = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in made.timings.items())
    console.print(phases, markup=False, highlight=False, style="dim")


def _table(title: str, *heads: str) -> Table:
    from urbanplan.cli.coverage_table import _table as table

    return table(title, *heads)


def _add(table: Table, *cells: object) -> None:
    from rich.markup import escape

    table.add_row(*(escape(str(cell)) for cell in cells))


def _size(made: Account) -> Table:
    table = _table(say("Street network"), say("what"), say("value"))
    net, found = made.network, made.critical
    _add(table, say("streets km"), f"{net.total / 1000:,.2f}")
    _add(table, say("nodes"), f"{net.nodes:,}")
    _add(table, say("edges"), f"{net.edges:,}")
    _add(table, say("connected parts"), f"{made.components:,}")
    _add(table, say("km outside the longest part"), f"{found.part_sums[1:, 0].sum() / 1000:,.2f}")
    _add(table, say("dead ends"), f"{len(found.dead_ends):,}")
    density = made.density["density_km_km2"]
    _add(table, say("density km/km²"), "–" if density is None else f"{density:.2f}")
    index = made.detour["index"]
    _add(table, say("detour index"), "–" if index is None else f"{index:.3f}")
    for name, one in made.served.items():
        label = made.layers.names.get(name, name)
        _add(table, say("{layer} without a street", layer=label), f"{int((~one.reached).sum()):,} / {len(one.ids):,}")
    return table


def _defects(made: Account) -> Table:
    from urbanplan.model.finding import rules

    table = _table(say("Defects of drawing"), say("finding"), say("code"), say("count"))
    for code, count in sorted(made.topology.counts.items(), key=lambda item: (-item[1], item[0])):
        rule = rules()[f"network-{code}"]
        _add(table, rule.title[language()], rule.code, f"{count:,}")
    return table


def _critical(made: Account) -> Table:
    from urbanplan.network.roads.document import critical_streets

    frame = critical_streets(made)
    heads = [name for name in frame.columns if name.startswith("cuts_")]
    names = {"cuts_length_m": say("cuts off km"), "cuts_residents": say("residents"), "cuts_sites": say("sites")}
    names |= {"cuts_parcels": say("parcels"), "cuts_lots": say("car parks"), "cuts_homes": say("homes")}
    title = say("The first of {count} streets that alone join others", count=len(frame))
    table = _table(title, say("street"), say("street m"), *(names.get(head, head) for head in heads))
    for row in frame.head(8).to_dict("records"):
        cells = [row[head] / 1000 if head == "cuts_length_m" else row[head] for head in heads]
        told = [
            f"{cell:,.2f}" if head == "cuts_length_m" else f"{cell:,.0f}"
            for head, cell in zip(heads, cells, strict=True)
        ]
        _add(table, row["street"], f"{row['street_m']:,.0f}", *told)
    return table


def _mileage(made: Account) -> Table:
    found = made.mileage
    table = _table(say("Mileage"), say("what"), "km")
    _add(table, say("drawn, plane"), f"{found.drawn_m / 1000:,.3f}")
    _add(table, say("drawn, ellipsoid"), f"{found.ellipsoid_m / 1000:,.3f}")
    _add(table, say("in the district, each stretch once"), _span(found.total_low_m, found.total_high_m))
    rules = made.settings.rules
    if found.behind:
        dates = f"{rules.since or '…'} – {rules.until or '…'}"
        _add(table, say("newly opened, {dates}", dates=dates), _span(found.opened_low_m, found.opened_high_m))
    for row in found.next[:3]:
        _add(table, say("opening the rest of {road} would add", road=row["name"]), f"{row['adds_m'] / 1000:,.3f}")
    for claim in [claim for claim in made.claims if not claim.declared][:3]:
        label = say("{road} is claimed by {layer} ({other}) too", road=claim.name, layer=claim.layer, other=claim.other)
        _add(table, label, f"{claim.length_m / 1000:,.3f}")
    if found.shared:
        metres = sum(row.length_m for row in found.shared)
        _add(table, say("claimed by two projects"), f"{metres / 1000:,.3f}")
    return table


def _span(low: float, high: float) -> str:
    low, high = low / 1000, high / 1000
    return f"{low:,.3f}" if high - low < 0.0005 else f"{low:,.3f} – {high:,.3f}"


def _projects(found: Effects) -> Table:
    """Projects alone, best first, a bar for residents newly within the walk."""
    title = say("Road projects, each alone: {count}", count=len(found.alone))
    heads = (say("stage"), say("opened"), say("joins"), say("residents"), say("m saved"), "")
    table = _table(title, say("project"), *heads)
    table.columns[-1].justify = "left"
    most = max((row.residents for row in found.alone), default=0.0) or 1.0
    for row in found.alone:
        bar = "█" * round(BAR * row.residents / most)
        metres = f"{-row.mean_m:,.1f}"
        _add(table, row.name, row.stage, row.opened or "–", row.joins or "–", f"{row.residents:,.0f}", metres, bar)
    table.caption = say("residents within the walk: {before:,.0f} without any, {after:,.0f} with all", **_sides(found))
    return table


def _sides(found: Effects) -> dict[str, float]:
    return {"before": found.before.within, "after": found.after.within}


def _parking(made: Account) -> str:
    assert made.parking is not None
    found = made.parking
    spans = {"spaces": _counts(found.new_spaces), "lots": _counts(found.linked_lots)}
    told = say("Car parks: {spaces} new spaces, {lots} linked lots in use", **spans)
    if found.beyond is None:
        return told
    more = say("{straight} of {buildings} buildings lie beyond {radius_m:g} m in a straight line", **found.beyond)
    return f"{told}; {more}"


def _counts(pair: tuple[float, float]) -> str:
    low, high = pair
    return f"{low:,.0f}" if low == high else f"{low:,.0f} – {high:,.0f}"


def findings_csv(made: Account) -> str:
    """Findings with a point each, for dividing among people."""
    import shapely

    from urbanplan.view.spreadsheet import table

    rows = []
    for note in made.findings:
        row: dict[str, Any] = {name: getattr(note, name) for name in FINDINGS[:6]}
        if note.geometry is not None:
            point = shapely.point_on_surface(shapely.geometry.shape(note.geometry))
            row |= dict(zip(("x", "y"), shapely.get_coordinates(point)[0].tolist(), strict=True))
        rows.append(row)
    return table(FINDINGS, rows)


def log_csv(mended: Repair) -> str:
    """The log of a repair; rows with nothing done are left to people."""
    from urbanplan.view.spreadsheet import table

    rows = [
        {
            "pass": step.number or None,
            "code": f"network-{step.code}",
            "feature": step.feature,
            "others": " ".join(step.others),
            "done": step.done,
            "x": step.x,
            "y": step.y,
        }
        for step in mended.log
    ]
    return table(LOG, rows)


def write_layers(made: Account, path: Path) -> None:
    """Findings, critical streets and junctions, blocks and projects as layers of one GeoPackage."""
    from urbanplan.exchange import ogr
    from urbanplan.exchange.files.atomic import atomic
    from urbanplan.exchange.table import Job
    from urbanplan.network.roads.document import layers_of

    with atomic(path) as temporary:
        for name, frame in layers_of(made).items():
            job = Job(frame, temporary, layer=name)
            ogr.write(job, "GPKG", crs=ogr.crs_text(frame), append=temporary.exists())
