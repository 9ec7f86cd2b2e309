"""Named sections of drainage works, one by one: their lines, the water on them before and after, the homes near."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (pandas and shapely say little of what their columns hold)

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.analysis.rain_tables import DEPTHS, by_section, depth_key, people_over
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from urbanplan.raster.rain import Ponding

NEAR_M = 100.0
"""Metres from a section within which homes count as its own."""


@dataclass(frozen=True)
class SectionWater:
    """The water on a section.

    Attributes:
        over_m: by class of depth, metres of it that lie deeper. depth_m: the greatest depth, NaN where none is known.
        people: of homes within :data:`NEAR_M`, as :func:`people_over` has them; None where nobody is counted.
    """

    over_m: dict[str, float]
    depth_m: float
    people: dict[str, Any] | None


@dataclass(frozen=True, eq=False)
class Section:
    """A named section.

    Attributes:
        name: its name, or the id of its line. lines: its lines, in the working CRS. length_m: of them.
        rank: its place among all, the one with most metres under water first. unknown_m: metres whose depth nobody
            knows. before, after: the water; after is None where no work says what it does.
        effects: what its works do, in the current language.
    """

    name: str
    lines: NDArray[Any]
    length_m: float
    rank: int
    unknown_m: float
    before: SectionWater
    after: SectionWater | None
    effects: list[str]


def section_details(result: Any, before: Ponding, after: Ponding | None) -> list[Section]:
    """Named sections, the worst first.

    Args:
        result: an :class:`urbanplan.analysis.rain_result.RainResult` with works. before, after: water of one rain.
    """
    works = result.stands["works"]
    states = [None if water is None else _by_name(works.table(water.depth)) for water in (before, after)]
    names = np.array([name or key for name, key in zip(works.names, works.ids, strict=True)], dtype=object)
    made = []
    for rank, name in enumerate(result.sections(before.rain_mm)["section"], start=1):
        rows = np.flatnonzero(names == name)
        lines = works.frame.geometry.to_numpy()[rows]
        near = _near_homes(result, lines)
        found = [
            None if table is None or water is None else _water(result, table.loc[name], near, water)
            for table, water in zip(states, (before, after), strict=True)
        ]
        assert states[0] is not None  # the water before is always known
        assert found[0] is not None
        whole = states[0].loc[name]
        length, unknown = float(whole["size"]), float(whole["unknown"])
        effects = _effects(works.frame.iloc[rows])
        made.append(Section(str(name), lines, length, rank, unknown, found[0], found[1], effects))
    return made


def _by_name(table: pd.DataFrame) -> pd.DataFrame:
    return by_section(table).set_index("section")


def _near_homes(result: Any, lines: NDArray[Any]) -> NDArray[np.bool_] | None:
    if "homes" not in result.stands or result.inputs.people is None:
        return None
    whole = shapely.union_all(lines)
    return shapely.dwithin(result.stands["homes"].frame.geometry.to_numpy(), whole, NEAR_M)


def _water(result: Any, row: pd.Series, near: NDArray[np.bool_] | None, water: Ponding) -> SectionWater:
    people = None
    if near is not None:
        people = people_over(result.stands["homes"], water.depth, result.inputs.people, among=near)
    over = {key: float(row[key]) for key in (depth_key(one.metres) for one in DEPTHS)}
    return SectionWater(over, float(row["depth_m"]), people)


def _effects(rows: pd.DataFrame) -> list[str]:
    """What works do: pipes that take water, outlets that are lowered."""
    pipes = [localize("pipes take {volume:,.0f} m³ in a rain", volume=one) for one in _numbers(rows, "pipe_m3")]
    outlets = [localize("an outlet is lowered to {level:.2f} m", level=one) for one in _numbers(rows, "outlet_m")]
    return list(dict.fromkeys([*pipes, *outlets]))


def _numbers(rows: pd.DataFrame, column: str) -> list[float]:
    import pandas as pd

    return pd.to_numeric(rows[column], errors="coerce").dropna().tolist() if column in rows.columns else []
