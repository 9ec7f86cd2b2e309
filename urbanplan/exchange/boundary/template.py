"""What one bureau's boundary-point TXT looks like: head fields, columns, zone, closing points, counts, digits."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from urbanplan.errors import ExchangeError

HEAD_FIELDS = ("界址点数", "地块面积", "地块编号", "地块名称", "图形属性", "图幅号", "地块用途", "地类编码")
POINT_NUMBER_FIELD = "界址点号"  # the column that keeps each plot's point numbers, in order
RING_NUMBER_FIELD = "圈号"  # the column that keeps ring numbers where they are not 1, 2, 3 …
_SYSTEMS = {"CGCS2000": "2000国家大地坐标系", "Xian 1980": "1980西安坐标系", "Beijing 1954": "1954年北京坐标系"}


@dataclass(frozen=True)
class Template:
    """A TXT variant.

    Attributes:
        head: names of the head's fields before ``@``; empty when a plot begins with a bare ``@``.
        heads: False where plots have no head line at all.
        columns: of a point line: 4, or 6 with two more that stay empty.
        zone_prefix: the easting begins with the zone's digits.
        east_first: the easting stands before the northing.
        closing: the closing point ``first`` (takes the ring's first number), ``next`` (the next number) or ``none``.
        count: 界址点数 counts the closing points (``closed``) or not (``open``).
        parts: ring numbers ``restart`` at 1 with each part, or go on (``continue``).
        area_unit: of 地块面积: ``ha``, ``m2`` or ``mu``. area_digits: after its point.
        digits: after the point of coordinates. prefix: before a point's number. comma: a comma stands before ``@``.
        encoding, bom, newline, last_newline: how the text is written.
        preamble: all lines before the first plot; empty to make them from the frame.
        unit, date: 数据产生单位 and 数据产生日期 of a made preamble.
    """

    head: tuple[str, ...] = HEAD_FIELDS
    heads: bool = True
    columns: int = 4
    zone_prefix: bool = True
    east_first: bool = False
    closing: str = "first"
    count: str = "closed"
    parts: str = "restart"
    area_unit: str = "ha"
    area_digits: int = 4
    digits: int = 3
    prefix: str = "J"
    comma: bool = True
    encoding: str = "utf-8"
    bom: bool = False
    newline: str = "\r\n"
    last_newline: bool = True
    preamble: tuple[str, ...] = ()
    unit: str = ""
    date: str = ""


def load_template(named: Any) -> Template:
    """A template by its name, by a TOML file of its settings, or from a sample TXT whose ways are taken over.

    Raises:
        ExchangeError: there is no such template, or a setting is unknown.
    """
    if isinstance(named, Template):
        return named
    if named is None:
        return Template()
    path = Path(str(named))
    if path.suffix.lower() == ".txt":
        from urbanplan.exchange.reading import read

        return replace(read(path).template, preamble=())
    if path.suffix.lower() == ".toml":
        return _build_template(tomllib.loads(path.read_text(encoding="utf-8")), str(path))
    rows = tomllib.loads((files("urbanplan.exchange.boundary") / "templates.toml").read_text(encoding="utf-8"))
    if named in rows:
        return _build_template(rows[named], str(named))
    fix = "Choose one of {names}, or name a sample TXT."
    raise ExchangeError("there is no boundary-point template {name}", fix=fix, name=named, names=", ".join(rows))


def _build_template(row: dict[str, Any], where: str) -> Template:
    known = {field.name for field in fields(Template)}
    for key in row:
        if key not in known:
            fix = "Use one of {names}."
            names = ", ".join(sorted(known))
            raise ExchangeError("a template has no setting {key}", where=where, fix=fix, key=key, names=names)
    row = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return Template(**row)


def preamble_lines(chosen: Template, *, system: str, zone: int, width: int) -> list[str]:
    """The lines before the first plot."""
    if chosen.preamble:
        return list(chosen.preamble)
    values = {
        "格式版本号": "1.01版本",
        "数据产生单位": chosen.unit,
        "数据产生日期": chosen.date,
        "坐标系": _SYSTEMS[system],
        "几度分带": str(width),
        "投影类型": "高斯克吕格",
        "计量单位": "米",
        "带号": str(zone),
        "精度": f"{10.0**-chosen.digits:.{chosen.digits}f}",
        "转换参数": ",,,,,,",
    }
    return ["[属性描述]", *(f"{key}={value}" for key, value in values.items()), "[地块坐标]"]


def parse_preamble(lines: list[str] | tuple[str, ...]) -> dict[str, str]:
    """The ``key=value`` lines of a preamble."""
    return dict(line.strip().split("=", 1) for line in lines if "=" in line)  # type: ignore[misc]
