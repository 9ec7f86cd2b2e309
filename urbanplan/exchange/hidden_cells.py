"""What is hidden in a sheet: rows and columns are read and told, and so are sheets that were left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from urbanplan.model.translation import localize

_MAX_NAMED = 5


@dataclass(frozen=True)
class Hidden:
    """Hidden rows, from 1, and columns, from 0, of the sheet that is read, and the sheets that were left out for it."""

    rows: frozenset[int] = frozenset()
    columns: frozenset[int] = frozenset()
    sheets: tuple[str, ...] = ()


def hidden_notes(hidden: Hidden, rows: Iterable[int], names: dict[int, str]) -> Iterator[str]:
    """What is told of a sheet that was read.

    Args:
        hidden: what is hidden. rows: numbers of the rows that were read, from 1. names: of columns, by place from 0.
    """
    unseen = [number for number in rows if number in hidden.rows]
    if unseen:
        what = "{count} rows are hidden in the sheet and are read all the same: {rows}"
        yield localize(what, count=len(unseen), rows=_list([str(number) for number in unseen]))
    columns = [name for at, name in names.items() if at in hidden.columns]
    if columns:
        what = "{count} columns are hidden in the sheet and are read all the same: {names}"
        yield localize(what, count=len(columns), names=_list(columns))
    if hidden.sheets:
        yield localize("hidden sheets are not read unless --layer names one: {names}", names=_list(hidden.sheets))


def _list(words: Sequence[str]) -> str:
    more = ["…"] if len(words) > _MAX_NAMED else []
    return ", ".join([*(word[:40] for word in words[:_MAX_NAMED]), *more])
