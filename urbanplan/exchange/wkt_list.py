"""Lists of geometries: one WKT, EWKT or WKB in hexadecimal digits on a line, with a name before it or none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from urbanplan.errors import ExchangeError
from urbanplan.exchange.fields.columns import to_column
from urbanplan.exchange.rows.geometry_columns import RowContext, build_table
from urbanplan.exchange.table import Source, Table
from urbanplan.exchange.text.document import decode_text

_NAMED_PATTERN = re.compile(
    r"(?:(?!SRID=)(?P<name>[^;,|\t(]*?)\s*[;,|\t]\s*)?\"?(?P<shape>(?:SRID=\d+;)?\s*(?:[A-Za-z]+\s*[ZM]{0,2}\s*(?:\(|EMPTY).*|[0-9A-Fa-f]{18,}))\"?\s*",
    re.DOTALL,
)
_SIMPLE = r"(MULTI)?(POINT|LINESTRING|POLYGON)"
_STARTS_ANEW = re.compile(
    rf"\s*(?:[^;,|\t(]*[;,|\t])?\s*\"?\s*(SRID=\d+;)?\s*{_SIMPLE}\s*[ZM]{{0,2}}\s*(\(|EMPTY)", re.I
)
_HOLDS_OTHERS = re.compile(r"COLLECTION|CURVE|SURFACE|TIN", re.I)
_MAX_LINES = 10_000  # of one geometry


def read(source: Source) -> Table:
    """Read the list; a geometry may go over several lines while its brackets are open. ``#`` begins a remark.

    Raises:
        ExchangeError: nothing of it is a geometry.
    """
    made = decode_text(source.path.read_bytes(), where=str(source.path), pinned=source.encoding)
    rows = [_NAMED_PATTERN.fullmatch(text) or text for text in _entries(made.text)]
    if not any(isinstance(row, re.Match) for row in rows):
        what, fix = "no line is a geometry", "Write one WKT, or WKB in hexadecimal digits, on each line."
        raise ExchangeError(what, where=str(source.path), fix=fix)
    shapes = [row["shape"] if isinstance(row, re.Match) else row for row in rows]
    names = [row["name"] if isinstance(row, re.Match) else None for row in rows]
    columns = {"id": to_column(names)} if any(names) else {}
    return build_table({**columns, "geometry": to_column(shapes)}, source, RowContext(made.encoding, made.notes))


def _entries(text: str) -> Iterator[str]:
    """The entries of the list, each on one line or on several while brackets are open."""
    held: list[str] = []
    depth = 0
    for line in text.splitlines():
        if not held and (not line.strip() or line.lstrip().startswith("#")):
            continue
        if held and _STARTS_ANEW.match(line) and not _HOLDS_OTHERS.search(held[0]):  # the one before is never closed
            yield " ".join(held)
            held, depth = [], 0
        held.append(line.strip())
        depth += line.count("(") - line.count(")")
        if depth <= 0 or len(held) >= _MAX_LINES:
            yield " ".join(held)
            held, depth = [], 0
    if held:
        yield " ".join(held)
