"""Measures worked out a second time, on squared paper: shapes are sets of cells, null is None, numbers are fractions.

Nothing here knows how the program measures.  A row is a dictionary of values with ``cells`` (a set of unit squares, or
of unit edges for lines), None where it is not drawn.  A condition is a function of a row that gives True, False or
None.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

Row = dict[str, Any]
Truth = bool | None
Condition = Callable[[Row], Truth]
CELL = 10  # metres


def also(one: Truth, other: Truth) -> Truth:
    """Kleene's and."""
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def kept(rows: Sequence[Row], condition: Condition) -> list[tuple[Row, bool]]:
    """The rows for which a condition holds or may hold, and whether it surely does."""
    return [(row, truth is True) for row in rows if (truth := condition(row)) is not False]


def cells_of(rows: Iterable[Row]) -> set[Any]:
    return set().union(*(row["cells"] or set() for row in rows))


def lies(row: Row, how: str, land: Sequence[tuple[Row, bool]]) -> Truth:
    """Whether a row lies within, outside or touching the land of rows of which some are sure.

    What is not drawn may lie anywhere; what shares a corner touches.
    """
    if row["cells"] is None:
        return None
    answers = set()
    for land_cells in land_of(land):
        if how == "within":
            answers.add(row["cells"] <= land_cells)
        elif how == "outside":
            answers.add(not row["cells"] & land_cells)
        else:
            answers.add(bool(corners(row["cells"]) & corners(land_cells)))
    if any(other["cells"] is None for other, _ in land):
        return (
            True
            if answers == {True} and how != "outside"
            else False
            if answers == {False} and how == "outside"
            else None
        )
    return answers.pop() if len(answers) == 1 else None


def corners(cells: set[Any]) -> set[Any]:
    """The corners of cells, borders included."""
    return {(x + i, y + j) for x, y in cells for i in (0, 1) for j in (0, 1)}


def land_of(land: Sequence[tuple[Row, bool]]) -> list[set[Any]]:
    """The land for every choice of the rows that may count."""
    sure = cells_of(row for row, surely in land if surely)
    open_rows = [row["cells"] or set() for row, surely in land if not surely]
    return [sure.union(*some) for size in range(len(open_rows) + 1) for some in itertools.combinations(open_rows, size)]


def count(rows: Sequence[tuple[Row, bool]], identity: str = "id") -> tuple[int, int]:
    """Least and greatest number of identities over every choice of open rows and names."""
    sure = {row[identity] for row, surely in rows if surely and row[identity] is not None}
    nameless = any(surely and row[identity] is None for row, surely in rows)
    every = {row[identity] for row, _ in rows if row[identity] is not None}
    return max(len(sure), int(nameless)), len(every) + sum(row[identity] is None for row, _ in rows)


def total(rows: Sequence[tuple[Row, bool]], field: str, least: Any, most: Any) -> tuple[Any, Any]:
    """Least and greatest sum; None where nothing bounds it."""
    ends = []
    for limit, pick in ((least, min), (most, max)):
        values = [limit if row[field] is None else Fraction(row[field]) for row, surely in rows]
        open_value = [not surely for _, surely in rows]
        if any(value is None for value in values):
            ends.append(None)
        else:
            ends.append(sum((pick(value, 0) if may else value) for value, may in zip(values, open_value, strict=True)))
    return ends[0], ends[1]


def area(rows: Sequence[tuple[Row, bool]]) -> tuple[int, int | None]:
    """Land in m², once; None where a row is not drawn."""
    low = len(cells_of(row for row, surely in rows if surely)) * CELL**2
    high = None if any(row["cells"] is None for row, _ in rows) else len(cells_of(row for row, _ in rows)) * CELL**2
    return low, high


def overlapping(rows: Sequence[tuple[Row, bool]], others: Sequence[tuple[Row, bool]] | None) -> tuple[int, int]:
    """How many rows share a cell with another row (of the others): over every choice of open rows."""
    counts = []
    for chosen in choices(rows):
        for beside in [chosen] if others is None else choices(others):
            hits = 0
            for row in chosen:
                rest = [one for one in beside if one is not row]
                hits += any(row["cells"] and one["cells"] and row["cells"] & one["cells"] for one in rest)
            counts.append(hits)
    return min(counts), max(counts)


def choices(rows: Sequence[tuple[Row, bool]]) -> list[list[Row]]:
    """Every set of rows that may be the true one."""
    return [
        [row for (row, surely), take in zip(rows, taken, strict=True) if surely or take]
        for taken in itertools.product(*[(True,) if surely else (True, False) for _, surely in rows])
    ]


def share(rows: Sequence[tuple[Row, bool]], part: Condition, weight: Callable[[Row], Sequence[Fraction | None]]) -> Any:
    """Least and greatest share of weight for which a condition holds, over every choice; None where none has a whole.

    ``weight`` gives the least and the greatest weight of a row, None for one without end.
    """
    found: set[Fraction] = set()
    certain = sum((weight(row)[0] or Fraction(0)) for row, surely in rows if surely)
    if not certain:
        return None
    for chosen in choices(rows):
        states = [[(truth, amount) for truth in truths(part(row)) for amount in weight(row)] for row in chosen]
        for state in itertools.product(*states):
            endless = {truth for truth, amount in state if amount is None}
            if endless:
                found |= {Fraction(int(truth)) for truth in endless}
                continue
            whole = sum(amount for _, amount in state)
            if whole:
                found.add(Fraction(sum(amount for truth, amount in state if truth), 1) / whole)
    return (min(found), max(found)) if found else None


def truths(truth: Truth) -> tuple[bool, ...]:
    return (True, False) if truth is None else (truth,)
