"""A whole XML document without namespaces; one that defines entities is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.parsers.expat import ErrorString

from urbanplan.errors import ExchangeError, GateError
from urbanplan.exchange.table import Source
from urbanplan.exchange.text.code_pages import parse_code_page
from urbanplan.exchange.text.document import decode_sound
from urbanplan.model.library_messages import translate_problem
from urbanplan.model.place import feature_place

_REPAIR_HINT = "Mend the file where it was made, or get it again from its source."


@dataclass(frozen=True)
class XmlDocument:
    """The root element, whose tags have no namespaces; the text, its encoding, and what is told of that."""

    root: ElementTree.Element
    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def parse_document(source: Source, *, feature: str = "") -> XmlDocument:
    """Parse a file.

    Args:
        source: what is read. feature: the tag of a feature, whose number is said where the text breaks off.

    Raises:
        GateError: the document defines entities. ExchangeError: it is no XML.
    """
    data = source.path.read_bytes()
    page = re.match(rb"(\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)", data[:200])
    said = parse_code_page(page[2].decode()) if page else None
    made = decode_sound(data, where=str(source.path), pinned=source.encoding, declared=said)
    text = made.text
    if re.search(r"<!(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise GateError("the document defines entities", where=str(source.path), fix="Take its DOCTYPE out.")
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        line, col = error.position
        place = f"{source.path}:{line}:{col}"
        if feature:
            place = feature_place(place, text.count(f"<{feature}", 0, _text_offset(text, line, col)))
        raise ExchangeError(
            "this is no XML: {reason}", where=place, fix=_REPAIR_HINT, reason=translate_problem(ErrorString(error.code))
        ) from error
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return XmlDocument(root, text, made.encoding, made.notes)


def _text_offset(text: str, line: int, col: int) -> int:
    return sum(len(row) + 1 for row in text.split("\n")[: line - 1]) + col
