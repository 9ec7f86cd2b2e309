"""Lists at the terminal: types, units, measures, targets and layers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from urbanplan.model.printable import to_printable
from urbanplan.model.translation import current_language, localize
from urbanplan.view.terminal.console import open_console
from urbanplan.view.terminal.report import sanitize


def show_types(rows: Iterable[Mapping[str, Any]], *, err: bool = False) -> None:
    """A line for each type: name, title, geometry, fields."""
    heads = (localize("type"), localize("title"), localize("geometry"), localize("fields"))
    cells = (
        (row["name"], _title(row), row["geometry"], " ".join(one["name"] for one in row["fields"])) for row in rows
    )
    _show(heads, cells, err)


def show_fields(row: Mapping[str, Any], *, err: bool = False) -> None:
    """The fields of a type: name, title, type, unit, whether it must be there, codes."""
    heads = (
        localize("field"),
        localize("title"),
        localize("type"),
        localize("unit"),
        localize("required"),
        localize("codes"),
    )
    cells = (
        (one["name"], _title(one), one["type"], one["unit"] or "", "✓" if one["required"] else "", _codes(one["codes"]))
        for one in row["fields"]
    )
    _show(heads, cells, err)
    if row["stages"]:
        _line(localize("stages: {stages}", stages=" → ".join(row["stages"])), err)


def show_units(rows: Iterable[Mapping[str, Any]], *, err: bool = False) -> None:
    """A line for each unit and its other names."""
    heads = (localize("dimension"), localize("names"), localize("factor"))
    _show(heads, ((row["dimension"], " ".join(row["names"]), f"{row['factor']:.6g}") for row in rows), err)
    _line(localize("十, 百, 千, 万, 亿, k, M, million before a unit scale it; two units with / make a quotient."), err)


def show_measures(rows: Iterable[Mapping[str, Any]], *, err: bool = False) -> None:
    """Each measure with its parameters and an example."""
    for row in rows:
        _line(f"{row['kind']:12} {_title(row)}", err)
        _line(f"    {localize('parameters: {names}', names=', '.join(row['parameters']) or '—')}", err)
        for key, value in row["example"].items():
            _line(f"    {key} = {_toml(value)}", err)


def show_targets(rows: Iterable[Mapping[str, Any]], *, err: bool = False) -> None:
    """A line for each target: id, bound, measure, chapter, title."""
    heads = (localize("target"), localize("bound"), localize("measure"), localize("chapter"), localize("title"))
    cells = ((row["id"], _bound(row), row["measure"] or "—", row["chapter"], row["title"]) for row in rows)
    _show(heads, cells, err)


def show_layers(rows: Iterable[Mapping[str, Any]], *, err: bool = False) -> None:
    """A line for each layer: name, type, file, basis, state."""
    states = {"read": localize("read"), "absent": localize("absent"), "unreadable": localize("cannot be read")}
    heads = (
        localize("layer"),
        localize("type"),
        localize("basis"),
        localize("state"),
        localize("features"),
        localize("targets"),
    )
    listed = list(rows)
    cells = (
        (row["name"], row["type"], row["basis"], states[row["state"]], _count(row["features"]), len(row["targets"]))
        for row in listed
    )
    _show(heads, cells, err)
    for row in listed:
        if row["state"] == "unreadable":
            _line(localize("{name}: {text}", name=row["name"], text=row["reason"]), err)


def show_draft(rows: Iterable[Mapping[str, Any]], *, err: bool = False) -> None:
    """A line for each number of a document: its id, what it is, bound, due date, title, line and quote with doubts."""
    heads = (
        localize("number"), localize("is"), localize("bound"), localize("due"), localize("title"), localize("line"),
        localize("quote"),
    )  # fmt: skip
    kinds = {"promise": localize("target"), "background": localize("background")}
    cells = (
        (
            row["id"], kinds[row["kind"]], _bound(row), row["due"] or "", row["title"], row["place"]["line"],
            "  ? ".join((row["quote"], *row["not_understood"])),
        )
        for row in rows
    )  # fmt: skip
    _show(heads, cells, err)


def _count(value: int | None) -> str:
    return "—" if value is None else f"{value}"


def _bound(row: Mapping[str, Any]) -> str:
    return "—" if row["comparator"] is None else f"{row['comparator']} {row['number']:.12g} {row['unit']}"


def _codes(codes: list[str] | str | None) -> str:
    return codes if isinstance(codes, str) else " ".join(codes or [])


def _title(row: Mapping[str, Any]) -> str:
    texts = row["title"]
    return texts.get(current_language()) or next(iter(texts.values()), "")


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(part)}" for key, part in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def _show(heads: Iterable[str], rows: Iterable[Iterable[object]], err: bool) -> None:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, expand=False)
    for head in heads:
        table.add_column(Text(head), overflow="fold")
    for row in rows:
        table.add_row(*(Text(sanitize(cell)) for cell in row))
    open_console(err=err).print(table)


def _line(text: str, err: bool) -> None:
    open_console(err=err).print(to_printable(text), soft_wrap=True)
