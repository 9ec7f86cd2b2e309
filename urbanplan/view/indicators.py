"""The workbook of indicators (指标汇总): targets, sub-districts, findings and inputs, safe from formulas."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbanplan.errors import MissingExtraError
from urbanplan.exchange.files.atomic import atomic_write
from urbanplan.exchange.files.reproducible_zip import repack_zip
from urbanplan.layer.layer import Layer
from urbanplan.model.formatting import format_bound
from urbanplan.model.formula_text import escape_formula
from urbanplan.model.plan import Plan
from urbanplan.model.report import Report, Verdict
from urbanplan.model.translation import localize, use_language
from urbanplan.view.report.finding_locations import Chart, charts, finding_districts, finding_points, read_districts
from urbanplan.view.report.words import page_words

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_MAX_CELL_LENGTH = 32_000  # characters a cell may hold, a little below the format's own limit
_FIXED_DATE = datetime.datetime(2000, 1, 1)


def to_cell(value: Any) -> Any:
    """A value as a cell may hold it: a text that a spreadsheet would run is led by an apostrophe; numbers stay."""
    if not isinstance(value, str):
        return value
    text = _CONTROL_CHARACTERS.sub("?", value)[:_MAX_CELL_LENGTH]
    return escape_formula(text)


def write_indicators(
    path: Path,
    plan: Plan,
    report: Report,
    *,
    layers: Mapping[str, Layer],
    results: Mapping[str, GeoDataFrame],
    lang: str = "zh",
) -> None:
    """Write the workbook.

    Args:
        path: an .xlsx file. plan, report, layers, results: what :func:`urbanplan.verdict.run.audit` gives.
        lang: ``zh`` or ``en``.

    Raises:
        MissingExtraError: openpyxl is not installed. ExchangeError: the file cannot be written.
    """
    try:
        import openpyxl
    except ImportError as error:
        raise MissingExtraError(
            "the workbook needs openpyxl", fix="Install it: pip install 'urbanplan[office]'."
        ) from error
    with use_language(lang), atomic_write(path) as temporary:
        book = openpyxl.Workbook(write_only=True)
        book.properties.created = book.properties.modified = _FIXED_DATE
        for title, widths, rows in _sheets(plan, report, layers, results):
            _write_sheet(book, title, widths, rows)
        book.save(temporary)
        repack_zip(temporary)


def _write_sheet(book: Any, title: str, widths: Sequence[float], rows: Iterable[Sequence[Any]]) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font, PatternFill

    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for i, width in enumerate(widths):
        sheet.column_dimensions[chr(ord("A") + i)].width = width
    bold, shade = Font(bold=True), PatternFill("solid", fgColor="EEF1F4")
    for number, row in enumerate(rows):
        held = [WriteOnlyCell(sheet, value=to_cell(value)) for value in row]
        for each in held:
            if isinstance(each.value, str):
                each.data_type = "s"  # never a formula, whatever it begins with
            if number == 0:
                each.font, each.fill = bold, shade
        sheet.append(held)


def _sheets(plan: Plan, report: Report, layers: Mapping[str, Layer], results: Mapping[str, Any]) -> Iterable[Any]:
    w = page_words()
    yield localize("Indicators"), (11, 16, 34, 40, 11, 13, 9, 13, 13, 9, 11, 11, 44, 30), _targets(report, w)
    made = charts(plan, layers, results)
    if made:
        yield w["districts"], (24, 14, 9, *(14 for _ in made[0].districts)), _districts(made, w)
    yield w["findings"], (9, 12, 16, 16, 60, 50, 24), _findings(plan, report, layers, w)
    yield w["inputs"], (16, 22, 30, 13, 20, 12, 11, 9, 68), _inputs(report, w)


def _targets(report: Report, w: dict[str, str]) -> Iterable[list[Any]]:
    heads = ("id", "chapter", "target", "quote", "bound", "low", "high", "unit", "status", "basis")
    low, high = localize("Measured, low end"), localize("Measured, high end")
    named = {**w, "low": low, "high": high, "unit": localize("Unit")}
    yield [*(named[head] for head in heads), w["reason"], w["settle"], w["layers"], w["at"]]
    for verdict in report.verdicts:
        yield _target(verdict, w)


def _target(v: Verdict, w: dict[str, str]) -> list[Any]:
    reading = v.reading
    return [
        v.target,
        v.chapter,
        v.title or v.quote,
        v.quote,
        format_bound(v.bound) if v.bound else "",
        reading.low if reading else None,
        reading.high if reading else None,
        reading.unit if reading else "",
        w[v.status] if v.role == "promise" else w["context"],
        w[v.basis or "none"],
        v.reason,
        v.settled_by or "",
        ", ".join(v.layers),
        v.where,
    ]


def _districts(made: list[Chart], w: dict[str, str]) -> Iterable[list[Any]]:
    yield [w["target"], w["parts"], localize("Unit"), *made[0].districts]
    for chart in made:
        for series, values in zip(chart.series, chart.values, strict=True):
            yield [chart.title, series or w["in_all"], chart.unit, *values]


def _findings(plan: Plan, report: Report, layers: Mapping[str, Layer], w: dict[str, str]) -> Iterable[list[Any]]:
    places = finding_districts(report.findings, finding_points(report.findings), read_districts(plan, layers))
    yield [w[key] for key in ("level", "place", "layer", "feature", "message", "fix", "code")]
    for each, place in zip(report.findings, places, strict=True):
        level = w["waived"] if each.waived else w[each.level]
        yield [level, place, each.layer or "", each.feature or "", each.message, each.fix, each.code]


def _inputs(report: Report, w: dict[str, str]) -> Iterable[list[Any]]:
    yield [w[key] for key in ("layer", "target", "file", "basis", "source", "date", "features", "refused", "digest")]
    plan = report.plan
    yield [w["plan"], plan.title, plan.file, "", "", plan.as_of, None, None, plan.digest]
    for entry in report.layers:
        facts = [entry.name, entry.title, entry.file, w[entry.basis], entry.source, entry.date or ""]
        yield [*facts, entry.features, entry.refused, entry.digest]
