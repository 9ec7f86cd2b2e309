"""The director's page: one screen, one A4: what is met, what is red, what turned, what would settle most.

It holds no script: what it says stands in its markup, so it prints as it shows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from urbanplan.layer.layer import Layer
from urbanplan.model.code_words import status_words
from urbanplan.model.formatting import format_bound, format_reading
from urbanplan.model.plan import Plan, Target
from urbanplan.model.readiness import Want
from urbanplan.model.report import Report, Verdict
from urbanplan.model.translation import join_clauses, localize, use_language
from urbanplan.store.diff import Change, format_outcome
from urbanplan.view.page import FONTS, Page, escape, read_asset
from urbanplan.view.report.evidence import evidence_maps
from urbanplan.view.report.gauge import bound_gauge
from urbanplan.view.report.words import illustrative_note, no_targets_note

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

MAX_RED, MAX_CHAPTERS, MAX_LINES = 10, 10, 5  # what fits on one A4
STATUSES = ("met", "not_met", "undecidable")
_SIGNS = {"met": "✓", "not_met": "✕", "undecidable": "?"}
_PAD = 30  # units around a thumbnail


@dataclass(frozen=True)
class Progress:
    """What lies beside a run: ``turned`` since the run before (None: there is none), and what is wanted."""

    turned: Sequence[Change] | None = None
    wants: Sequence[Want] = ()


def brief_page(
    plan: Plan,
    report: Report,
    layers: Mapping[str, Layer],
    results: Mapping[str, GeoDataFrame],
    *,
    progress: Progress,
    lang: str = "zh",
) -> str:
    """The page as one HTML file that asks for nothing and runs nothing.

    Args:
        plan, report, layers, results: what :func:`urbanplan.verdict.run.audit` gives; shapes in the working CRS.
        progress: what turned, and what would settle most. lang: ``zh`` or ``en``.
    """
    with use_language(lang):
        parts = [
            _header(plan, report),
            _tag("main", *_sections(plan, report, layers, results, progress)),
            _tag("footer", escape(localize("Made with urbanplan {version}", version=report.urbanplan))),
        ]
        return Page(
            title=localize("{plan}: in brief", plan=plan.title),
            styles=[read_asset("brief.css").replace("FONTS", FONTS)],
            body="\n".join(parts),
            lang=lang,
        ).html()


def _tag(name: str, *content: str, **attributes: str) -> str:
    """An element; contents are markup, attributes are escaped here."""
    written = "".join(f' {key.rstrip("_")}="{escape(value)}"' for key, value in attributes.items())
    return f"<{name}{written}>{''.join(content)}</{name}>"


def _sections(
    plan: Plan,
    report: Report,
    layers: Mapping[str, Layer],
    results: Mapping[str, GeoDataFrame],
    progress: Progress,
) -> list[str]:
    """What the page says; of a plan without targets nothing is met, red or open, and that is said instead."""
    if not report.verdicts:
        return [_tag("section", _tag("p", escape(no_targets_note())), class_="summary")]
    due = {target.id: _due(target) or "9" for target in plan.target}
    red = sorted(
        (v for v in report.verdicts if v.role == "promise" and v.status == "not_met"),
        key=lambda v: (due.get(v.target, "9"), v.target),
    )
    return [_summary(plan, report), _red(plan, report, red, layers, results), _lines(progress)]


def _fill(words: str, **values: str) -> str:
    """Words with ``{name}`` in them as markup, each value kept whole: no date or figure ends in another line."""
    pieces = re.split(r"\{(\w+)\}", words)
    texts = (_tag("span", escape(values[p]), class_="whole") if at % 2 else escape(p) for at, p in enumerate(pieces))
    return "".join(texts)


def _header(plan: Plan, report: Report) -> str:
    as_of = _fill(localize("As of {date}", date="{date}"), date=plan.as_of.isoformat())
    facts = [escape(plan.district.name), as_of, escape(plan.maker or "")]
    banner = ""
    if report.is_illustrative:
        banner = _tag("p", escape(illustrative_note()), class_="banner")
    line = _tag("p", " · ".join(fact for fact in facts if fact), class_="facts")
    return _tag("header", _tag("h1", escape(plan.title)), line, banner)


def _summary(plan: Plan, report: Report) -> str:
    words, counts = status_words(), report.summary.status
    cards = [
        _tag("li", _tag("b", f"{counts.get(s, 0):,}"), _tag("span", _SIGNS[s], " ", escape(words[s])), class_=f"s-{s}")
        for s in STATUSES
    ]
    names = [name for name in plan.chapters if name in report.summary.chapters]
    names += [name for name in report.summary.chapters if name not in names]
    rows = [(name or localize("Other"), report.summary.chapters[name]) for name in names]
    if len(rows) > MAX_CHAPTERS:
        rest = rows[MAX_CHAPTERS - 1 :]
        total = {s: sum(count.get(s, 0) for _, count in rest) for s in STATUSES}
        rows = [*rows[: MAX_CHAPTERS - 1], (localize("{n} other chapters", n=len(rest)), total)]
    bars = [_tag("li", _tag("span", escape(name)), _bar(count), _figures(count)) for name, count in rows]
    return _tag("section", _tag("ul", *cards, class_="cards"), _tag("ul", *bars, class_="chapters"), class_="summary")


def _figures(count: Mapping[str, int]) -> str:
    return _tag("span", *(_tag("i", str(count.get(s, 0)), class_=f"s-{s}") for s in STATUSES), class_="figures")


def _bar(count: Mapping[str, int]) -> str:
    """Counts as pieces of a bar of 100 units."""
    total = sum(count.get(s, 0) for s in STATUSES) or 1
    pieces, x = [], 0.0
    for s in STATUSES:
        width = 100 * count.get(s, 0) / total
        pieces.append(f'<rect x="{x:.3f}" y="0" width="{width:.3f}" height="8" class="f-{s}"></rect>')
        x += width
    return f'<svg viewBox="0 0 100 8" preserveAspectRatio="none" class="bar" aria-hidden="true">{"".join(pieces)}</svg>'


def _due(target: Target | None) -> str | None:
    return target.due.isoformat() if target and target.due else None


def _owner(target: Target | None) -> str:
    if target is None:
        return ""
    return target.owner or (target.missing.owner if target.missing else "")


def _red(
    plan: Plan,
    report: Report,
    red: Sequence[Verdict],
    layers: Mapping[str, Layer],
    results: Mapping[str, GeoDataFrame],
) -> str:
    shown = list(red[:MAX_RED])
    drawn = evidence_maps(plan, report.model_copy(update={"verdicts": shown}), layers, results)
    targets = {target.id: target for target in plan.target}
    cards = [_red_card(plan, verdict, targets.get(verdict.target), drawn) for verdict in shown]
    head = _tag("h2", escape(localize("Not met: {n}", n=len(red))))
    if not red:
        return _tag("section", head, _tag("p", escape(localize("Nothing is red."))), class_="red")
    more = [v.target for v in red[MAX_RED:]]
    tail = _tag("p", escape(localize("And {n} more: {ids}", n=len(more), ids=_some(more))), class_="more")
    return _tag("section", head, _tag("ol", *cards), tail if more else "", class_="red")


def _some(ids: Sequence[str], *, most: int = 12) -> str:
    return ", ".join(ids[:most]) + (" …" if len(ids) > most else "")


def _red_card(plan: Plan, v: Verdict, target: Target | None, drawn: Mapping[str, Any]) -> str:
    reading = format_reading(v.reading, v.bound) if v.reading else "—"
    words = localize("{reading}; asked {bound}", reading="{reading}", bound="{bound}") if v.bound else "{reading}"
    asked = _fill(words, reading=reading, bound=format_bound(v.bound) if v.bound else "")
    owner = localize("Owner: {owner}", owner=_owner(target) or "—")
    due = _fill("{due}", due=localize("Due: {date}", date=_due(target) or plan.as_of.isoformat()))
    name = v.title or v.quote or v.target  # a target without a title is called by its id, once
    text = _tag(
        "div",
        _tag("h3", _tag("code", escape(v.target)), *([" ", escape(name)] if name != v.target else [])),
        _tag("p", asked, class_="reading"),
        _tag("p", due, " · ", escape(owner), class_="who"),  # the date first: a long owner is cut, not the date
    )
    return _tag("li", _thumbnail(v, drawn), text)


def _thumbnail(v: Verdict, drawn: Mapping[str, Any]) -> str:
    """The district's outline with the verdict's evidence on it, or its reading against its bound where it has none."""
    width, height = drawn["width"], drawn["height"]
    own = drawn["targets"].get(v.target, {"layers": {}, "results": []})
    if not own["results"] and not any(own["layers"].values()) and (gauge := bound_gauge(v.reading, v.bound)):
        return gauge
    if not width:
        return _tag("span", class_="thumb")
    pieces = [_path(drawn["outline"], "outline", closed=True)]
    for name in own["results"]:
        pieces += [_path([part["path"]], part["style"], closed=False) for part in drawn["results"].get(name, [])]
    for name, rows in own["layers"].items():
        layer = drawn["layers"].get(name)
        if layer is None:
            continue
        found = [layer["paths"][row] for row in rows]
        area = layer["kind"] == "polygon"
        pieces.append(_path([p for p in found if len(p) > 2], "area" if area else "way", closed=area))
        pieces.append(_path([p for p in found if len(p) == 2], "dots", closed=False))
    view = f"{-_PAD} {-_PAD} {width + 2 * _PAD} {height + 2 * _PAD}"
    return f'<svg viewBox="{view}" class="thumb" aria-hidden="true">{"".join(pieces)}</svg>'


def _path(paths: Sequence[Sequence[int]], style: str, *, closed: bool) -> str:
    """SVG of flat paths, whose parts the mark -9999 divides; a lone pair is a dot."""
    written = []
    for path in paths:
        part: list[int] = []
        for number in [*path, -9999]:
            if number != -9999:
                part.append(number)
                continue
            pairs = [f"{part[i]},{part[i + 1]}" for i in range(0, len(part) - 1, 2)]
            if pairs:
                end = "h0" if len(pairs) == 1 else "Z" if closed else ""
                written.append(f"M{'L'.join(pairs)}{end}")
            part = []
    return f'<path d="{"".join(written)}" class="{style}"></path>' if written else ""


def _lines(progress: Progress) -> str:
    return _tag("section", _turned(progress.turned), _wants(progress.wants), class_="lines")


def _turned(turned: Sequence[Change] | None) -> str:
    head = _tag("h2", escape(localize("Turned since the last run")))
    if turned is None:
        return _tag("div", head, _tag("p", escape(localize("There is no earlier run in the log."))), class_="turned")
    told = [turn for turn in turned if turn.way != "moved"]
    if not told:
        return _tag(
            "div", head, _tag("p", escape(localize("No verdict turned since the run before."))), class_="turned"
        )
    rows = [_turn_row(turn) for turn in told[:MAX_LINES]]
    more = escape(localize("… and {n} more", n=len(told) - MAX_LINES)) if len(told) > MAX_LINES else ""
    return _tag("div", head, _tag("ul", *rows), _tag("p", more, class_="more") if more else "", class_="turned")


def _turn_row(turn: Change) -> str:
    was = turn.before.status if turn.before else ""
    now = turn.after.status if turn.after else ""
    signs = _tag("b", _SIGNS.get(was, "–"), " → ", _tag("i", _SIGNS.get(now, "–"), class_=f"s-{now or 'none'}"))
    why = join_clauses(turn.why)
    values = f"{format_outcome(turn.before)} → {format_outcome(turn.after)}"
    text = f"{turn.target} {turn.title}"
    return _tag("li", _tag("span", signs, " ", escape(text), class_="what"), _tag("small", escape(f"{values} · {why}")))


def _wants(wants: Sequence[Want]) -> str:
    head = _tag("h2", escape(localize("What would settle most")))
    if not wants:
        return _tag("div", head, _tag("p", escape(localize("Nothing is open."))), class_="wants")
    rows = []
    for want in wants[:MAX_LINES]:
        count = localize("settles {n}: {ids}", n=len(want.targets), ids=_some(want.targets, most=6))
        owner = f" · {want.owner}" if want.owner else ""
        rows.append(
            _tag("li", _tag("span", escape(want.what), class_="what"), _tag("small", escape(f"{count}{owner}")))
        )
    return _tag("div", head, _tag("ul", *rows), class_="wants")
