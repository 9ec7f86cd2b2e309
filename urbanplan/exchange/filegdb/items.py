"""What the catalogue of a FileGDB (``GDB_Items``) says of fields: their aliases, their domains, the domains' codes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from xml.etree import ElementTree

_MAX_CODES = 50_000  # of all domains together


@dataclass(frozen=True)
class Items:
    """The catalogue: ``aliases`` and ``domains`` by layer and field, the meanings of ``codes`` by domain and code."""

    aliases: dict[str, dict[str, str]] = field(default_factory=dict)
    domains: dict[str, dict[str, str]] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def code_tables(self, layer: str) -> dict[str, dict[str, str]]:
        """The meanings of codes by field, for the fields of a layer that have a domain of codes."""
        named = self.domains.get(layer, {})
        return {name: self.codes[domain] for name, domain in named.items() if self.codes.get(domain)}


def parse_items(definitions: list[str | None]) -> Items:
    """Read the definitions of the catalogue's rows; one that is no XML, or defines entities, is passed over.

    Args:
        definitions: texts of XML as the column ``Definition`` holds them.
    """
    items, left = Items(), _MAX_CODES
    for text in definitions:
        root = _parse(text)
        if root is None:
            continue
        if root.find("CodedValues") is not None:
            codes = dict(_coded_values(root, left))
            left -= len(codes)
            items.codes[_text(root, "DomainName")] = codes
        elif root.find("GPFieldInfoExs") is not None:
            _add_fields(items, root)
    return items


def _parse(text: str | None) -> ElementTree.Element | None:
    if not text or "<!" in text:
        return None
    with suppress(ElementTree.ParseError):
        return ElementTree.fromstring(text.strip("\0 \n"))
    return None


def _coded_values(root: ElementTree.Element, left: int) -> list[tuple[str, str]]:
    rows = root.findall("CodedValues/CodedValue")[: max(left, 0)]
    return [(_text(row, "Code"), _text(row, "Name")) for row in rows]


def _add_fields(items: Items, root: ElementTree.Element) -> None:
    layer = _text(root, "Name")
    for row in root.findall("GPFieldInfoExs/GPFieldInfoEx"):
        name, alias, domain = (_text(row, tag) for tag in ("Name", "AliasName", "DomainName"))
        if alias and alias != name:
            items.aliases.setdefault(layer, {})[name] = alias
        if domain:
            items.domains.setdefault(layer, {})[name] = domain


def _text(element: ElementTree.Element, tag: str) -> str:
    return (element.findtext(tag) or "").strip()
