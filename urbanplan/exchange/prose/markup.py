"""XML of documents as a stream of events: no entities, no recursion, bounded depth."""

from __future__ import annotations

from collections.abc import Callable
from xml.parsers import expat

from urbanplan.errors import ExchangeError, GateError

MAX_DEPTH = 256
_FIX = "Save the document again with the program that made it."
Start = Callable[[str, dict[str, str]], None]


def read_events(
    data: bytes, where: str, *, start: Start, end: Callable[[str], None], text: Callable[[str], None]
) -> None:
    """Call ``start``, ``end`` (with local names) and ``text`` for the elements of a document.

    Raises:
        GateError: it declares a document type or nests too deeply. ExchangeError: it is no XML.
    """
    parser = expat.ParserCreate()
    depth = 0

    def refuse(*_: object) -> None:
        raise GateError("the document defines entities", where=where, fix="Take its DOCTYPE out.")

    def open_element(name: str, values: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise GateError("the document is nested too deeply", where=where, fix=_FIX)
        start(name.rpartition(":")[2], values)

    def close_element(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name.rpartition(":")[2])

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = open_element
    parser.EndElementHandler = close_element
    parser.CharacterDataHandler = text
    parser.buffer_text = True
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise ExchangeError(
            "the document's XML is damaged: {problem}", where=where, fix=_FIX, problem=str(error)
        ) from error
