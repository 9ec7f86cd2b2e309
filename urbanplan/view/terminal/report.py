"""A report as text for people at a terminal: tables that read well in 80 columns and without colour."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from urbanplan.model.code_words import basis_words, level_words
from urbanplan.model.finding import Finding, finding_rule
from urbanplan.model.formatting import format_bound, format_reading
from urbanplan.model.printable import to_printable
from urbanplan.model.readiness import Readiness, ReadinessCounts
from urbanplan.model.reading import exact_reading
from urbanplan.model.report import Report, Verdict
from urbanplan.model.translation import current_language, localize
from urbanplan.view.terminal.console import open_console

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAX_FINDINGS = 40  # more are told as a number; every format of --output holds them all
MAX_MISSING = 12
MAX_ROWS = 300  # verdicts in a table and a list; of more, those that are not met and open ones go first
LEVELS = ("error", "warn", "info")


def show_report(report: Report, *, err: bool = False, width: int | None = None) -> None:
    """Print verdicts, reasons, findings and the summary; on standard error if ``err``."""
    open_console(err=err, width=width).print(render_report(report))


def show_readiness(ready: Readiness, *, err: bool = False, width: int | None = None) -> None:
    """Print how much of a plan is measurable today, and what would settle most."""
    open_console(err=err, width=width).print(Group(share_table(ready), missing_data_table(ready)))


def render_report(report: Report) -> Group:
    """Everything that people read of a run."""
    parts: list[RenderableType] = [_heading(report), verdict_table(report), *_more(len(_promise_verdicts(report)))]
    parts += _reasons(report)
    if report.findings:
        parts.append(finding_list(report.findings))
    parts += [summary_table(report), *_footnotes(report)]
    return Group(*parts)


def sanitize(text: object) -> str:
    """Text on one line without control characters: data never moves the cursor or turns the writing direction."""
    return to_printable(text).strip()


def verdict_table(report: Report) -> Table:
    """One row for each promise: id, status, reading, bound, basis, title."""
    table = _table(
        localize("target"),
        localize("status"),
        localize("reads"),
        localize("bound"),
        localize("basis"),
        localize("title"),
    )
    table.expand = True
    for column, most in zip(table.columns, (16, None, 16, 14, None), strict=False):
        column.max_width, column.no_wrap = most, most is None
    for column in table.columns[2:4]:
        column.justify = "right"
    table.columns[5].no_wrap, table.columns[5].ratio, table.columns[5].min_width = True, 1, 6
    for verdict in _urgent_verdicts(_promise_verdicts(report)):
        table.add_row(*map(_text, _cells(verdict)))
    return table


def _urgent_verdicts(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts of a table in their order; of too many those that are not met, then open ones, then the others."""
    rank = {"not_met": 0, "undecidable": 1}
    rows = sorted(range(len(verdicts)), key=lambda row: rank.get(verdicts[row].status, 2))
    return [verdicts[row] for row in sorted(rows[:MAX_ROWS])]


def _more(count: int) -> Iterable[RenderableType]:
    """How many of a list are not shown."""
    if count > MAX_ROWS:
        yield _item(localize("{count} more; every format of --output holds them", count=count - MAX_ROWS))


def _cells(verdict: Verdict) -> tuple[str, ...]:
    reading = "—" if verdict.reading is None else format_reading(verdict.reading, verdict.bound).replace("–", "– ")
    bound = "—" if verdict.bound is None else format_bound(verdict.bound)
    return verdict.target, status_word(verdict), reading, bound, basis_word(verdict.basis), verdict.title


def status_word(verdict: Verdict) -> str:
    """The status in the current language; ``!`` marks a bound that only just holds."""
    words = {"met": localize("met"), "not_met": localize("NOT MET"), "undecidable": localize("undecidable")}
    return words[verdict.status] + (" !" if verdict.warn else "")


def basis_word(basis: str | None) -> str:
    """The basis in the current language."""
    return basis_words().get(basis or "", "—")


def _reasons(report: Report) -> Iterable[RenderableType]:
    """Why targets are not met, each; why they are open, those of one reason together."""
    missed = [v for v in _promise_verdicts(report) if v.status == "not_met"]
    beyond = [v for v in _promise_verdicts(report) if v.surplus is not None and v.bound is not None]
    explained = [v for v in _promise_verdicts(report) if v.comparator_because and v.bound is not None]
    if beyond:
        yield _title(localize("More than asked"))
        yield _item(localize(", ").join(f"{v.target} +{_surplus(v)}" for v in beyond[:MAX_ROWS]))
        yield from _more(len(beyond))
    if explained:
        yield _title(localize("Why this comparator"))
        yield from (
            _item(f"{v.target}  {v.bound and v.bound.comparator}  {sanitize(v.comparator_because or '')}")
            for v in explained[:MAX_ROWS]
        )
        yield from _more(len(explained))
    waiting = [v for v in _promise_verdicts(report) if v.status == "undecidable"]
    if missed:
        yield _title(localize("Not met"))
        yield from (_item(f"{v.target}  {sanitize(v.reason)}") for v in missed[:MAX_ROWS])
        yield from _more(len(missed))
    if waiting:
        yield _title(localize("Undecidable, and what would settle it"))
        groups = _group_by_reason(waiting)
        for (reason, settled), ids in islice(groups.items(), MAX_ROWS):
            tail = f" → {sanitize(settled)}" if settled else ""
            yield _item(localize("{name}: {text}", name=f"{sanitize(reason)}{tail}", text=_join_ids(ids)))
        yield from _more(len(groups))


def _surplus(verdict: Verdict) -> str:
    unit = verdict.bound.unit if verdict.bound else ""
    return format_reading(exact_reading(verdict.surplus or 0.0, unit))


def _group_by_reason(verdicts: Sequence[Verdict]) -> dict[tuple[str, str], list[str]]:
    groups: dict[tuple[str, str], list[str]] = {}
    for verdict in verdicts:
        groups.setdefault((verdict.reason, verdict.settled_by or ""), []).append(verdict.target)
    return groups


def finding_list(findings: Sequence[Finding]) -> Group:
    """Findings by code, errors first, waived last; of many each code shows its first ones only."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in sorted(findings, key=lambda f: (f.waived is not None, LEVELS.index(f.level))):
        groups.setdefault((level_word(finding), finding.code), []).append(finding)
    each = len(findings) if len(findings) <= MAX_FINDINGS else max(2, MAX_FINDINGS // len(groups))
    parts: list[RenderableType] = [_title(localize("Findings"))]
    for (level, code), members in groups.items():
        parts.append(
            Text(f"{level} {code} · {sanitize(finding_rule(code).title[current_language()])} ({len(members)})")
        )
        parts += [_item(_message(finding)) for finding in members[:each]]
        if len(members) > each:
            parts.append(
                _item(localize("{count} more; every format of --output holds them", count=len(members) - each))
            )
    return Group(*parts)


def _message(finding: Finding) -> str:
    if finding.waived is None:
        return finding.message
    return localize("{message} (waived by {owner}: {reason})", message=finding.message, **finding.waived.model_dump())


def level_word(finding: Finding) -> str:
    """The level in the current language, or that the finding is waived."""
    return localize("waived") if finding.waived is not None else level_words()[finding.level]


def summary_table(report: Report) -> RenderableType:
    """Promises by status: in all, by chapter and by basis."""
    table = _table("", localize("met"), localize("NOT MET"), localize("undecidable"), localize("all"))
    for column in table.columns[1:]:
        column.justify, column.no_wrap = "right", True
    summary = report.summary
    for name, counts in summary.chapters.items():
        table.add_row(*map(_text, _counts(name or "—", counts)))
    table.add_section()
    for name, counts in summary.bases.items():
        word = localize("no layer") if name == "none" else basis_word(name)
        table.add_row(*map(_text, _counts(localize("basis: {basis}", basis=word), counts)))
    table.add_section()
    table.add_row(*map(_text, _counts(localize("all"), summary.status)))
    return Group(_title(localize("Summary")), table)


def _counts(name: str, counts: dict[str, int]) -> tuple[str, ...]:
    numbers = [counts.get(status, 0) for status in ("met", "not_met", "undecidable")]
    return name, *map(str, numbers), str(sum(numbers))


def share_table(ready: Readiness) -> RenderableType:
    """How many targets are measured and decided, by kind and chapter."""
    table = _table(
        "", localize("targets"), localize("measured"), localize("decided"), localize("still open"), localize("missing")
    )
    for column in table.columns[1:]:
        column.justify, column.no_wrap = "right", True
    for share in [*ready.kinds, *ready.chapters, ready.total]:
        table.add_row(*map(_text, _share_cells(share)))
        if share is ready.kinds[-1] or (ready.chapters and share is ready.chapters[-1]):
            table.add_section()
    return Group(_title(localize("Measurable today")), table)


def _share_cells(share: ReadinessCounts) -> tuple[str, ...]:
    kinds = {"spatial": localize("spatial"), "pipeline": localize("pipeline"), "indicator": localize("indicator")}
    numbers = (share.targets, share.measured, share.decided, share.open, share.missing)
    return kinds.get(share.name, share.name or "—"), *map(str, numbers)


def missing_data_table(ready: Readiness) -> RenderableType:
    """What is missing, those that settle most targets first."""
    if not ready.wants:
        return _title(localize("Nothing is missing."))
    table = _table(localize("targets"), localize("what is missing"), localize("who would have it"))
    table.columns[0].justify = "right"
    table.columns[1].ratio = 1
    for want in ready.wants[:MAX_MISSING]:
        table.add_row(
            *map(_text, (str(len(want.targets)), f"{want.what} ({_join_ids(want.targets)})", want.owner or "—"))
        )
    left = len(ready.wants) - MAX_MISSING
    more = [_item(localize("and {count} more", count=left))] if left > 0 else []
    return Group(_title(localize("What would settle most")), table, *more)


def _promise_verdicts(report: Report) -> list[Verdict]:
    return [verdict for verdict in report.verdicts if verdict.role == "promise"]


def _heading(report: Report) -> Text:
    plan = report.plan
    return Text(
        sanitize(f"{plan.title or plan.id} · {localize('as of {date}', date=plan.as_of)} · {report.crs}"), style="bold"
    )


def _footnotes(report: Report) -> Iterable[RenderableType]:
    context = len(report.verdicts) - len(_promise_verdicts(report))
    if context:
        yield _item(localize("{count} rows are context, no promise, and are left out", count=context))
    if any(verdict.warn for verdict in report.verdicts):
        yield _item(localize("! the bound holds, but only just"))
    if report.is_illustrative:
        yield _item(localize("Illustrative layers are invented: what rests on them says nothing of the real district."))


def _join_ids(ids: Sequence[str], most: int = 6) -> str:
    return localize(", ").join(ids[:most]) + (f" … ({len(ids)})" if len(ids) > most else "")


def _table(*heads: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, expand=False)
    for head in heads:
        table.add_column(_text(head), overflow="ellipsis" if head == heads[-1] else "fold")
    return table


def _title(text: str) -> Text:
    return Text(f"\n{text}", style="bold")


def _item(text: str) -> Padding:
    return Padding(Text(sanitize(text)), (0, 0, 0, 2))


def _text(text: str) -> Text:
    return Text(sanitize(text))
