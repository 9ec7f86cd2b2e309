"""Which row of a table holds the names: titles above it are passed over, columns without a name get one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any

from urbanplan.errors import ExchangeError
from urbanplan.exchange.fields.field_names import number_name
from urbanplan.model.translation import localize

_SCAN_ROWS = 20  # rows looked at
_VALUE = re.compile(r"[-+]?(\d+\.\d+|\d{5,})")  # a number that is no year and no number of a column
_UNIT = re.compile(r"[(（〔](?:[^\d()（）〔〕]{1,12}|[a-z]{1,2}[23²³])[)）〕]")  # a word in brackets, no negative sum
_UNITS = frozenset({
    "m", "米", "km", "公里", "千米", "m2", "m²", "㎡", "平方米", "km2", "km²", "平方公里", "ha", "hm2", "hm²", "公顷",
    "亩", "万亩", "m3", "m³", "立方米", "户", "人", "万人", "个", "座", "处", "栋", "幢", "条", "元", "万元", "亿元",
    "%", "％", "度", "°", "t", "吨",
})  # fmt: skip
_NO_UNIT = ("—", "——", "–", "-", "－", "/", "／")  # of a column without one
_RENAME_HINT = "Give each column a name of its own."


def title_rows(rows: Sequence[Sequence[Any]]) -> int:
    """How many rows at the beginning are titles: one filled cell, above rows that have several."""
    filled = [sum(not is_empty_cell(cell) for cell in row) for row in rows[:_SCAN_ROWS]]
    first = next((at for at, count in enumerate(filled) if count > 1), 0)
    return first if all(count <= 1 for count in filled[:first]) and len(filled) > first + 1 else 0


def merge_header_rows(upper: Sequence[Any], lower: Sequence[Any]) -> list[Any] | None:
    """The names of two head rows whose cells are merged, or None where the lower row is none.

    A name that spans columns stands in the first of them alone, one that spans both rows in the upper alone: where one
    row is empty the other is filled, and the lower one holds texts only. Where two of those are the same, as below
    each of several years, each stands behind the name that spans it.
    """
    if len(upper) != len(lower) or not any(is_empty_cell(cell) for cell in upper):
        return None
    texts = [cell for cell in lower if not is_empty_cell(cell)]
    if not texts or not all(isinstance(cell, str) and not cell.strip()[:1].isdigit() for cell in texts):
        return None
    spans = [is_empty_cell(above) and not is_empty_cell(below) for above, below in zip(upper, lower, strict=True)]
    alone = [is_empty_cell(below) and not is_empty_cell(above) for above, below in zip(upper, lower, strict=True)]
    if not any(spans) or not any(alone):
        return None
    if len(set(texts)) < len(texts):
        return _join_spanning_names(upper, lower)
    return [above if is_empty_cell(below) else below for above, below in zip(upper, lower, strict=True)]


def _join_spanning_names(upper: Sequence[Any], lower: Sequence[Any]) -> list[Any] | None:
    """Lower names behind the upper one that spans them; None where two columns still have one name."""
    names: list[Any] = []
    group = None
    for above, below in zip(upper, lower, strict=True):
        group = above if not is_empty_cell(above) else group
        names.append(group if is_empty_cell(below) else below if group is None else f"{str(group).strip()} {below}")
    return names if len(set(names)) == len(names) else None


def echo_rows(
    candidates: Iterable[tuple[int, Sequence[Any]]], names: Sequence[Any], numbers: Sequence[int]
) -> tuple[set[int], tuple[str, ...]]:
    """Rows (from 0) that are no features because they say the names again, or their units, and what is told of them.

    Args:
        candidates: rows with their cells; units stand in the first row alone. names: the cells of the row of names.
        numbers: of each row in the file, for what is told.
    """
    again: list[int] = []
    units: list[int] = []
    said = [str(name).strip() for name in names if not is_empty_cell(name)]
    for at, cells in candidates:
        if at == 0 and len(numbers) > 1 and _holds_units(cells):
            units.append(at)
        elif len(said) > 1 and _repeats(cells, said):
            again.append(at)
    notes = []
    if units:
        what = "row {row} holds units and was passed over"
        notes.append(localize(what, row=numbers[0]))
    if again:
        what = "{count} rows say the names again and were passed over: {rows}"
        notes.append(localize(what, count=len(again), rows=", ".join(str(numbers[at]) for at in again[:5])))
    return {*units, *again}, tuple(notes)


def _holds_units(cells: Sequence[Any]) -> bool:
    filled = [cell.strip() if isinstance(cell, str) else cell for cell in cells if not is_empty_cell(cell)]
    texts = [text for text in filled if text not in _NO_UNIT]
    if not texts or not all(isinstance(text, str) for text in texts):
        return False
    bracketed = [_UNIT.fullmatch(text) is not None for text in texts]
    known = [one or text.lower() in _UNITS for one, text in zip(bracketed, texts, strict=True)]
    return all(bracketed) or (len(filled) > 1 and all(known))


def _repeats(cells: Sequence[Any], said: Sequence[str]) -> bool:
    """Whether the filled cells of a row say all names; of most rows the first one alone is looked at."""
    texts = (str(cell).strip() for cell in cells if not is_empty_cell(cell))
    return all(text == name for text, name in zip_longest(texts, said))


def value_note(cells: Sequence[Any], row: int) -> tuple[str, ...]:
    """What is told where the names look like a row of values: most are numbers of five digits or with decimals."""
    given = [str(cell).strip() for cell in cells if not is_empty_cell(cell)]
    numbers = [text for text in given if _VALUE.fullmatch(text)]
    if 2 * len(numbers) < len(given) or len(numbers) < 2:
        return ()
    what = "row {row} is taken for the names and looks like values ({text}): put a row of names above it"
    return (localize(what, row=row, text=", ".join(given[:3])[:60]),)


def column_names(
    cells: Sequence[Any], filled: Sequence[bool], where: str, *, tidy: bool = True
) -> tuple[dict[int, str], tuple[str, ...]]:
    """The names of the columns by their places, and what is to be told; empty columns without a name are left out.

    Of columns with one name the later ones are numbered.

    Args:
        cells: the row of names. filled: whether each column holds anything. where: file and row, for messages.
        tidy: spaces at the ends and line ends in the names are taken out.

    Raises:
        ExchangeError: no cell holds a name.
    """
    if all(is_empty_cell(cell) for cell in cells):
        raise ExchangeError("the first line holds no names", where=where, fix=_RENAME_HINT)
    found, notes = {}, []
    for at, cell in enumerate(cells):
        if not is_empty_cell(cell):
            found[at] = " ".join(str(cell).split()) if tidy else str(cell)
        elif filled[at]:
            found[at] = f"column_{at + 1}"
            notes.append(localize("column {number} has no name: it is called {name}", number=at + 1, name=found[at]))
    taken: set[str] = set()
    for at, name in list(found.items()):
        alias = number_name(name, taken)
        taken.add(alias)
        if alias != name:
            found[at] = alias
            notes.append(
                localize(
                    "several columns are called {name}: column {number} is called {alias}",
                    name=repr(name)[:60],
                    number=at + 1,
                    alias=repr(alias)[:60],
                )
            )
    return found, tuple(notes)


def is_empty_cell(cell: Any) -> bool:
    """Whether a cell holds nothing, or nothing but space."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def title_note(above: Iterable[Sequence[Any]], row: int) -> str:
    """What is told of titles, or a unit of the whole table, that stand above the names in ``row`` (from 1)."""
    filled = (next((cell for cell in cells if not is_empty_cell(cell)), None) for cells in above)
    titles = [repr(str(title).strip()[:40]) for title in filled if title is not None]
    if len(titles) < 2:
        return localize("{title} is a title: the names stand in row {row}", title="".join(titles) or "''", row=row)
    what = "{titles} stand above the names, which are in row {row}: no value of theirs is taken over"
    return localize(what, titles=", ".join(titles[:5]), row=row)
