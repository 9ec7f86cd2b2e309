"""Units of readings and bounds, and their conversion.

1 mu is 10000/15 m² exactly; 666.67 is only ever a label.  Counting words
(宗, 条, 个 …) are one dimension each speaker writes differently: they convert 1:1.
"""

from __future__ import annotations

MU_M2 = 10000 / 15

# unit -> (dimension, factor to the dimension's base unit)
_UNITS: dict[str, tuple[str, float]] = {
    "m2": ("area", 1.0),
    "m²": ("area", 1.0),
    "平方米": ("area", 1.0),
    "万m2": ("area", 1e4),
    "万平方米": ("area", 1e4),
    "ha": ("area", 1e4),
    "公顷": ("area", 1e4),
    "km2": ("area", 1e6),
    "平方公里": ("area", 1e6),
    "mu": ("area", MU_M2),
    "亩": ("area", MU_M2),
    "m": ("length", 1.0),
    "米": ("length", 1.0),
    "km": ("length", 1e3),
    "公里": ("length", 1e3),
    "share": ("share", 1.0),
    "%": ("share", 0.01),
    "min": ("time", 1.0),
    "分钟": ("time", 1.0),
    "年": ("year", 1.0),
    "元": ("money", 1.0),
    "万元": ("money", 1e4),
    "亿元": ("money", 1e8),
    "人": ("people", 1.0),
    "万人": ("people", 1e4),
}
_COUNT_WORDS = (
    "count",
    "",
    "个",
    "宗",
    "条",
    "家",
    "座",
    "所",
    "处",
    "项",
    "只",
    "类",
    "次",
    "位",
    "辆",
    "套",
    "户",
    "名",
)
_UNITS.update(dict.fromkeys(_COUNT_WORDS, ("count", 1.0)))


def dimension(unit: str) -> str:
    """The dimension of a unit; an unknown unit is a dimension of its own."""
    return _UNITS.get(unit, (unit, 1.0))[0]


def is_known_unit(unit: str) -> bool:
    """Whether the unit stands in the table."""
    return unit in _UNITS


def unit_names() -> list[str]:
    """Every known unit."""
    return sorted(_UNITS)


def convert_unit(value: float, unit: str, to: str) -> float:
    """Convert a value between units of one dimension.

    A count converts to people and back 1:1, since heads are counted.

    Raises:
        ValueError: the units measure different things.
    """
    if unit == to:
        return value
    kinds = {dimension(unit), dimension(to)}
    if len(kinds) != 1 and kinds != {"count", "people"}:
        raise ValueError(f"{unit} is no measure of {to}")
    return value * _UNITS.get(unit, ("", 1.0))[1] / _UNITS.get(to, ("", 1.0))[1]
