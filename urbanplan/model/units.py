"""Units of readings, bounds, reported values and fields: one table, one parser.

1 mu is 10000/15 m² exactly; 666.67 is only ever a label.  Counting words
(宗, 条, 个 …) are one dimension each speaker writes differently: they convert 1:1.
A unit may bear a scale (万亩, 亿元, 100M CNY) and may be a quotient (万元/亩).
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from functools import cache
from typing import Any, NamedTuple

from urbanplan.model.translation import localize

MU_M2 = 10000 / 15


class Unit(NamedTuple):
    """What a unit measures, and how much of the dimension's base unit it is."""

    dimension: str
    factor: float


# dimension -> factor to its base unit -> names, those that a message lists first
_TABLE: dict[str, dict[float, str]] = {
    "count": {
        1.0: "count 个 宗 条 家 座 所 处 套 户 项 只 类 次 位 辆 块 片 件 台 支 批 栋 幢 间 张 部 株 盏 棵 份 场 组 对 "
        "种 期 根 站 床 床位 车位 泊位 学位 人次 层 级 分 口 眼 头 艘 架 列 趟 例 轮 笔 款 册 篇 枚 尾 羽 孔 "
        "名次 家次 户次 场次 班次 车次 台次 台套 标段 标箱 课时 "
        "number piece pieces item items unit units parcel parcels project "
        "projects site sites place places road roads school schools home homes dwelling dwellings household "
        "households space spaces bed beds seat seats building buildings"
    },
    "people": {1.0: "people 人 名 person persons resident residents inhabitant inhabitants"},
    "length": {
        1.0: "m 米 metre metres meter meters",
        1e3: "km 公里 千米 kilometre kilometres kilometer kilometers",
        0.01: "cm 厘米",
        0.001: "mm 毫米",
        0.3048: "ft foot feet",
        1609.344: "mi mile miles 英里",
    },
    "area": {
        1.0: "m2 平方米 平米 sqm sq_m square_metre square_metres square_meter square_meters",
        1e4: "ha hm2 公顷 hectare hectares 平方百米",
        1e6: "km2 平方公里 平方千米 sq_km square_kilometre square_kilometres square_kilometer square_kilometers",
        MU_M2: "mu 亩 市亩",
        4046.8564224: "acre acres 英亩",
        0.09290304: "ft2 sq_ft square_feet",
    },
    "share": {0.01: "% percent per_cent pct 百分点 个百分点", 1.0: "share 倍", 0.001: "‰"},
    "money": {1.0: "元 yuan CNY RMB 人民币"},
    "US dollars": {1.0: "美元 USD US$"},
    "pounds": {1.0: "英镑 GBP £ pounds_sterling"},
    "euros": {1.0: "欧元 EUR € euro euros"},
    "time": {
        1.0: "min 分钟 minute minutes",
        60.0: "h 小时 hour hours",
        1440.0: "d 天 日 个工作日 工作日 day days",
        10080.0: "周 星期 week weeks",
        1 / 60: "s 秒 second seconds",
    },
    "year": {1.0: "年 year years", 1 / 12: "个月 月 month months"},
    "volume": {1.0: "m3 立方米 cubic_metre cubic_metres cubic_meter cubic_meters", 0.001: "L 升 litre litres"},
    "mass": {
        1.0: "t 吨 tonne tonnes",
        0.001: "kg 千克 公斤",
        1e-6: "g 克",
        1e-9: "mg 毫克",
        1e-12: "µg 微克",
        0.0005: "斤",
    },
    "coal equivalent": {1.0: "tce 吨标准煤 吨标煤"},
    "power": {1.0: "MW 兆瓦", 0.001: "kW 千瓦", 1e-6: "W 瓦"},
    "apparent power": {1.0: "MVA 兆伏安", 0.001: "kVA 千伏安"},
    "energy": {1.0: "MWh 兆瓦时", 0.001: "kWh 千瓦时 度 千瓦小时"},
    "temperature": {1.0: "℃"},
    "sound": {1.0: "dB 分贝 dB(A)"},
}
CURRENCIES = ("money", "US dollars", "pounds", "euros")
"""Dimensions of money: each currency is its own, and none is converted into another."""
_LISTED = {
    "area": "m2, ha, km2, 平方米, 万平方米, 亩, 公顷, 平方公里",
    "money": "元, 万元, 亿元",
    "US dollars": "USD, million USD, 万美元",
    "pounds": "GBP, million GBP, 万英镑",
    "euros": "EUR, million EUR, 万欧元",
    "people": "人, 万人, people",
}
_HAN = {"十": 1e1, "百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8}
_LATIN = {"": 1.0, "k": 1e3, "M": 1e6, "thousand": 1e3, "million": 1e6, "bn": 1e9, "billion": 1e9}
_SCALED = re.compile(
    r"(?:([十百千万亿])|((?:[1-9]\d{0,8})?) ?(k|M|thousand|million|bn|billion)?(?: |(?<=\d)(?=\D)))(?!\d)(.*)"
)
_LONGEST = 40
_HEADS = frozenset({"count", "people"})  # heads are counted


def _normalize(text: str) -> str:
    """Compatibility forms (㎡, ％, full width) as plain signs, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


@cache
def _names() -> dict[str, Unit]:
    return {
        _normalize(name.replace("_", " ")): Unit(dimension, factor)
        for dimension, factors in _TABLE.items()
        for factor, names in factors.items()
        for name in names.split()
    }


@cache
def _folded() -> dict[str, Unit]:
    """Names whatever their case, where that is no other unit's name."""
    return {name.casefold(): unit for name, unit in reversed(_names().items())}


@cache
def parse_unit(text: str) -> Unit | None:
    """The unit that a text names, None where it names none; an empty text is a plain count.

    Full width, superscripts, case and spaces are as people write them; 十 to 亿, ``k``, ``M``, ``million`` scale.
    """
    name = _normalize(text)
    if not name:
        return Unit("count", 1.0)
    if len(name) > _LONGEST:
        return None
    found = _names().get(name) or _folded().get(name.casefold()) or _names().get(name.replace(" ", ""))
    if found is not None:
        return found
    head, slash, tail = name.partition("/")
    if slash and head.strip() and tail.strip():
        one, two = parse_unit(head), parse_unit(tail)
        return None if one is None or two is None else Unit(f"{one.dimension}/{two.dimension}", one.factor / two.factor)
    return _scaled(name)


def _scaled(name: str) -> Unit | None:
    match = _SCALED.fullmatch(name)
    if match is None or not any(match.groups()[:3]):
        return None
    han, digits, word, rest = match.groups()
    scale = _HAN[han] if han else float(digits or 1) * _LATIN[word or ""]
    unit = parse_unit(rest)
    return None if unit is None else Unit(unit.dimension, unit.factor * scale)


def dimension(unit: str) -> str:
    """The dimension of a unit; an unknown unit is a dimension of its own."""
    found = parse_unit(unit)
    return unit if found is None else found.dimension


def is_known_unit(unit: str) -> bool:
    """Whether the table and its scales know the unit."""
    return parse_unit(unit) is not None


def check_unit(unit: str) -> str:
    """A unit as it is; ValueError with those most like it where it is not known."""
    if not is_known_unit(unit):
        near = suggest_unit(unit)
        raise ValueError(localize("the unit {unit!r} is not known; near it: {near}", unit=unit, near=near))
    return unit


def unit_names() -> list[str]:
    """Every unit of the table, without scales."""
    return sorted(_names())


def unit_table() -> dict[str, dict[float, list[str]]]:
    """Every dimension with its units by their factor to the base unit, without scales."""
    return {
        dimension: {factor: [name.replace("_", " ") for name in names.split()] for factor, names in factors.items()}
        for dimension, factors in _TABLE.items()
    }


def suggest_unit(text: str) -> str:
    """The known unit most like a text, or some of each kind where none is like it."""
    name = _normalize(text)
    near = difflib.get_close_matches(name[:_LONGEST].casefold(), list(_folded()), n=2, cutoff=0.5)
    if not near:
        return "m, km, m2, ha, 亩, %, 个, 人, 元"
    return ", ".join(known for known in _names() if known.casefold() in near)


def units_of(dimension: str) -> str:
    """The units of a dimension that a message lists."""
    if dimension in _LISTED:
        return _LISTED[dimension]
    names = [names.replace("_", " ").split()[:2] for names in _TABLE.get(dimension, {}).values()]
    return ", ".join(name for pair in names[:3] for name in pair) or dimension


def dimension_name(dimension: str) -> str:
    """A dimension in the language of messages."""
    names = {
        "count": localize("a count"),
        "people": localize("a number of people"),
        "length": localize("length"),
        "area": localize("area"),
        "share": localize("a share"),
        "money": localize("money"),
        "US dollars": localize("an amount in US dollars"),
        "pounds": localize("an amount in pounds"),
        "euros": localize("an amount in euros"),
        "time": localize("time"),
    }
    return names.get(dimension, dimension)


def is_convertible(unit: str, to: str) -> bool:
    """Whether two units measure the same; a count converts to people and back."""
    kinds = {dimension(unit), dimension(to)}
    return len(kinds) == 1 or kinds <= _HEADS


def convert_unit(value: float, unit: str, to: str) -> float:
    """Convert a value between units of one dimension.

    A count converts to people and back 1:1, since heads are counted.

    Raises:
        ValueError: the units measure different things.
    """
    if unit == to:
        return value
    if not is_convertible(unit, to):
        raise ValueError(f"{unit} is no measure of {to}")
    one, two = parse_unit(unit), parse_unit(to)
    if one is None or two is None or one.factor == two.factor:
        return value
    if one.factor < two.factor:  # 84 ‰ is 8.4 %, 840,000 m² is 84 万m²: dividing by a whole number keeps the digits
        return value / (two.factor / one.factor)
    return value * (one.factor / two.factor)


def parse_metres(text: Any) -> float | None:
    """Metres of a text such as ``"5 m"``; None where it is no length of 0 to 1000 km."""
    match = re.fullmatch(r"\s*(\d{1,7}(?:\.\d{1,9})?)\s*(\S+)\s*", text) if isinstance(text, str) else None
    if match is None:
        return None
    try:
        metres = convert_unit(float(match[1]), match[2], "m")
    except ValueError:
        return None
    return metres if 0 <= metres <= 1e6 else None
