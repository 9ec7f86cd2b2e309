"""How many people a row stands for: a counted column, households, or floor area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from urbanplan.errors import ResidentsError

if TYPE_CHECKING:
    import pandas as pd

PEOPLE_COLUMNS = ("residents", "population", "people", "persons", "pop", "人口", "常住人口", "居民", "人数", "居住人口")
HOUSEHOLD_COLUMNS = ("households", "dwellings", "户数", "households_count")
FLOOR_AREA_COLUMNS = ("floor_area_m2", "floor_area", "gfa", "建筑面积", "住宅建筑面积")


@dataclass(frozen=True)
class CountingAssumptions:
    """Declared assumptions where people are not counted.

    Attributes:
        per_household: people in a household (2.62: national census of 2020; unverified, change it).
        floor_per_person: floor area of a person in m² (38.6: urban China, census of 2020; unverified, change it).
    """

    per_household: float = 2.62
    floor_per_person: float = 38.6


def count_people(
    frame: pd.DataFrame, column: str | None = None, custom: CountingAssumptions | None = None
) -> dict[str, NDArray[np.float64]]:
    """People of each row by every method that the frame's columns allow; all methods have one total.

    A counted column wins alone.  Households give ``households``; floor area beside them shares the same total by
    floor (``floor area``), so that the interval spans both; floor area alone gives people by floor per person.

    Raises:
        ResidentsError: no such column, or a value that is no number of people.
    """
    custom = custom or CountingAssumptions()
    if column is not None or (column := _first_column(frame, PEOPLE_COLUMNS)) is not None:
        return {"counted": _numbers(frame, column)}
    households, floor = _first_column(frame, HOUSEHOLD_COLUMNS), _first_column(frame, FLOOR_AREA_COLUMNS)
    if households is not None:
        people = _numbers(frame, households) * custom.per_household
        return (
            {"households": people}
            if floor is None
            else {"households": people, **_count_by_floor_area(frame, floor, people)}
        )
    if floor is not None:
        return {"floor area": _numbers(frame, floor) / custom.floor_per_person}
    raise ResidentsError(
        "no column tells the number of people (there are: {columns})",
        fix="Name it as people (--people), or call it residents.",
        columns=", ".join(str(name) for name in frame.columns if name != "geometry"),
    )


def counting_columns(frame: pd.DataFrame, column: str | None = None) -> list[str]:
    """The columns by which people are counted: a null in one of them is an unknown count; none where there is none."""
    if column is not None or (column := _first_column(frame, PEOPLE_COLUMNS)) is not None:
        return [column] if column in frame.columns else []
    return [
        name for name in (_first_column(frame, HOUSEHOLD_COLUMNS), _first_column(frame, FLOOR_AREA_COLUMNS)) if name
    ]


def _count_by_floor_area(
    frame: pd.DataFrame, floor: str, people: NDArray[np.float64]
) -> dict[str, NDArray[np.float64]]:
    area = _numbers(frame, floor)
    return {} if area.sum() <= 0 else {"floor area": people.sum() * area / area.sum()}


def people_per_unit(column: str, custom: CountingAssumptions | None = None) -> float:
    """People that one unit of a counting column stands for: a person, a household, a square metre of floor."""
    custom = custom or CountingAssumptions()
    if column.lower() in HOUSEHOLD_COLUMNS:
        return custom.per_household
    return 1 / custom.floor_per_person if column.lower() in FLOOR_AREA_COLUMNS else 1.0


def unknown_rows(frame: pd.DataFrame, column: str | None = None) -> NDArray[np.bool_]:
    """Rows of which no column tells how many people they stand for, shape (rows,)."""
    columns = counting_columns(frame, column)
    return np.asarray(frame[columns].isna().any(axis=1), dtype=bool)


def _first_column(frame: pd.DataFrame, names: tuple[str, ...]) -> str | None:
    """The first of the names that is a column with values, else the first that is a column."""
    found = [str(column) for name in names for column in frame.columns if str(column).lower() == name]
    return next((column for column in found if frame[column].notna().any()), found[0] if found else None)


def _numbers(frame: pd.DataFrame, column: str) -> NDArray[np.float64]:
    """Non-negative numbers, 0 for a null: which rows have one is what :func:`unknown_rows` gives."""
    import pandas as pd

    if column not in frame.columns:
        known = ", ".join(str(name) for name in frame.columns if name != "geometry")
        raise ResidentsError(
            "there is no column '{column}'", fix="Name one of: {columns}.", column=column, columns=known
        )
    values = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    wrong = (np.isnan(values) & frame[column].notna().to_numpy()) | (values < 0) | np.isinf(values)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise ResidentsError(
            "row {row} of column '{column}' is no number of people: {value}",
            fix="Correct it or leave it empty.",
            row=row + 1,
            column=column,
            value=frame[column].iloc[row],
        )
    return np.nan_to_num(values)
