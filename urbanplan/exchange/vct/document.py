"""A VCT document: its sections, its head, what its features are called, and the fields of their tables."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from urbanplan.errors import ExchangeError
from urbanplan.exchange.table import Source
from urbanplan.exchange.text.document import decode_sound

_REPAIR_HINT = "Get the file again from its source."
SHAPES = ("Point", "Line", "Polygon")
_SEMI_MAJOR_FAMILIES = {6378137: ("CGCS2000", 4488, 4509, 4490), 6378140: ("Xian 1980", 2324, 2345, 4610),
                        6378245: ("Beijing 1954", 2376, 2397, 4214)}  # fmt: skip
_NAMED_FAMILIES = (("2000", 6378137), ("CGCS", 6378137), ("80", 6378140), ("54", 6378245), ("1940", 6378245))
_MOST_DIGITS = 20
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")


@dataclass(frozen=True)
class FeatureKind:
    """What features of one code are: code, name, shape (Point, Line, Polygon …) and the table of their attributes."""

    code: str
    name: str
    shape: str
    table: str


@dataclass(frozen=True)
class VctDocument:
    """Lines of each section, without remarks and empty lines, and what is said before them.

    Attributes:
        head: lines ``Key:value``, by key. kinds: feature codes. fields: of each table, name and type in order.
        sections: the lines between Begin and End by the section's name. encoding, notes: of the text.
    """

    head: dict[str, str]
    kinds: list[FeatureKind]
    fields: dict[str, list[tuple[str, str]]]
    sections: dict[str, list[str]]
    encoding: str
    notes: tuple[str, ...] = field(default=())

    @property
    def separator(self) -> str:
        """What stands between values of a line."""
        return self.head.get("separator") or ","

    @property
    def is_first_edition(self) -> bool:
        """Whether objects are written as in the edition of 1999: no segments, the topology in the head."""
        version = self.head.get("version", "")
        return "topo" in self.head or (version.strip()[:2] in ("1.", "1") and "17798" not in version)

    @property
    def dimensions(self) -> int:
        """Numbers of a position: 3 where the head says so, else 2."""
        return 3 if self.head.get("dim", "2").strip() == "3" else 2

    @property
    def unit(self) -> str:
        """The unit of coordinates in the letters of the standard: M, K (kilometres), D, S (DDDMMSS.SSSS)."""
        return (self.head.get("xyunit") or self.head.get("unit") or "M").strip().upper()[:1]

    @property
    def swaps_axes(self) -> bool:
        """Whether the first of two coordinates is the northing."""
        return self.head.get("xaxisdirection", "E").strip().upper().startswith("N")


def read_document(source: Source) -> VctDocument:
    """The document of a file.

    Raises:
        ExchangeError: it is no VCT, or breaks off.
    """
    where = str(source.path)
    made = decode_sound(source.path.read_bytes(), where=where, pinned=source.encoding)
    sections = _split_sections(made.text, where)
    if "Head" not in sections:
        raise ExchangeError("this is no VCT file: it has no HeadBegin", where=where, fix=_REPAIR_HINT)
    pairs = [line.partition(":") for line in sections["Head"]]
    head = {key.strip().lower(): value.strip() for key, colon, value in pairs if colon}
    separator = head.get("separator") or ","
    fields = _table_fields(sections.get("TableStructure", []), separator)
    kinds = list(_feature_kinds(sections.get("FeatureCode", []), separator, fields))
    return VctDocument(head, kinds, fields, sections, made.encoding, made.notes)


def _split_sections(text: str, where: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    name: str | None = None
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if name is None:
            if line.endswith("Begin") and line[:-5].isalpha():
                name = line[:-5]
                found.setdefault(name, [])
        elif line == f"{name}End":
            name = None
        elif line.endswith("Begin") and line[:-5] in ("Head", "FeatureCode", "TableStructure", *SHAPES, "Attribute"):
            what = "the section {name} has no end before line {line}"
            raise ExchangeError(what, where=where, fix=_REPAIR_HINT, name=name, line=number)
        elif line:
            found[name].append(line)
    if name is not None:
        raise ExchangeError("the file breaks off in the section {name}", where=where, fix=_REPAIR_HINT, name=name)
    found.pop("Comment", None)
    return found


def _feature_kinds(lines: list[str], separator: str, tables: Collection[str]) -> Iterator[FeatureKind]:
    """Code, name, shape and table; before the table the edition of 1999 has a colour."""
    for line in lines:
        cells = [cell.strip() for cell in line.split(separator)]
        if len(cells) >= 3:
            table = next((cell for cell in cells[3:] if cell in tables), cells[3] if len(cells) > 3 else "")
            yield FeatureKind(cells[0], cells[1], cells[2].capitalize(), table)


def _table_fields(lines: list[str], separator: str) -> dict[str, list[tuple[str, str]]]:
    """Fields of each table: a line with its name and their number, a line for each, and a 0."""
    tables: dict[str, list[tuple[str, str]]] = {}
    name: str | None = None
    for line in lines:
        cells = [cell.strip() for cell in line.split(separator)]
        if line == "0":
            name = None
        elif name is None:
            name = cells[0]
            tables[name] = []
        else:
            tables[name].append((cells[0], cells[1].lower() if len(cells) > 1 else "char"))
    return tables


def declared_crs(document: VctDocument, eastings: float | None) -> str | None:
    """The EPSG code that the head means, None where it names no zone of the registry.

    Args:
        document: its head names ellipsoid, projection and parameters. eastings: one of the file's, which tells
            whether zone digits stand before it; None without any.
    """
    head = document.head
    family = _family(head.get("spheroid", ""))
    kind = head.get("coordinatesystemtype", "").upper()
    if family is None:
        return None
    if kind.startswith("D") or document.unit in ("D", "S"):
        return f"EPSG:{family[3]}"
    meridian = _central_meridian(head)
    if meridian is None or eastings is None:
        return None
    if eastings < 1e6:
        return f"EPSG:{family[2] + round(meridian / 3)}" if abs(meridian - 3 * round(meridian / 3)) < 1e-9 else None
    zone = int(eastings // 1e6)
    if zone == round(meridian / 3) and 25 <= zone <= 45:
        return f"EPSG:{family[1] + zone}"
    if family[0] == "CGCS2000" and 6 * zone - 3 == round(meridian) and 13 <= zone <= 23:
        return f"EPSG:{4478 + zone}"
    return None


def _family(spheroid: str) -> tuple[str, int, int, int] | None:
    """The family of zones: by the length of the half axis, in metres or kilometres, else by the name."""
    numbers = [float(text) for text in _NUMBER.findall(spheroid) if len(text) < _MOST_DIGITS]
    for number in numbers:
        metres = round(number * 1000) if 6370 < number < 6380 else round(number)
        if metres in _SEMI_MAJOR_FAMILIES:
            return _SEMI_MAJOR_FAMILIES[metres]
    axis = next((axis for word, axis in _NAMED_FAMILIES if word in spheroid), None)
    return None if axis is None else _SEMI_MAJOR_FAMILIES[axis]


def _central_meridian(head: dict[str, str]) -> float | None:
    """The first of the projection's parameters, or the key Meridian; degrees east."""
    for text in (head.get("parameters", "").split(",")[0].strip(), head.get("meridian", "").split(",")[0].strip()):
        if _NUMBER.fullmatch(text) and 70 <= float(text) <= 140:
            return float(text)
    return None
