"""Entities of a foreign drawing as rows: their columns, labels, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from urbanplan.exchange.cad.labels import close_lines, joined_texts, nearest_texts
from urbanplan.exchange.cad.shapes import DrawnEntity
from urbanplan.exchange.cad.texts import decode_escapes
from urbanplan.exchange.cad.xdata import CASS_COLUMNS, CASS_ID, cass_values, is_cass
from urbanplan.exchange.fields.columns import to_column
from urbanplan.exchange.frames import build_frame
from urbanplan.exchange.table import Source
from urbanplan.exchange.text.encoding import is_valid_unicode
from urbanplan.model.translation import localize

MAX_COLUMNS = 200  # that attributes and extended data make
_OWN_COLUMNS = ("layer", "entity", "text", "label", "block", "handle", "geometry")


@dataclass
class Rows:
    """The rows of a foreign drawing.

    Attributes:
        frame: one row for each entity. refused: reasons by row from 0. crs_note: where the CRS comes from.
        notes: what is to be told. lost: what is not taken over.
    """

    frame: Any
    refused: dict[int, str]
    crs_note: str
    notes: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def foreign_rows(found: list[DrawnEntity], source: Source) -> Rows:
    """A row for each entity; with a label column the texts that name an outline are no rows of their own.

    Args:
        found: the entities. source: what is read.
    """
    shapes = np.array([row.shape for row in found] + [None], dtype=object)[:-1]
    kinds, texts = [row.entity for row in found], [decode_escapes(row.text) for row in found]
    shapes, notes = close_lines(shapes, kinds, within=source.cad.close)
    columns, lost = _columns(found, texts)
    keep = np.ones(len(found), dtype=bool)
    if source.cad.label:
        labels, used, told = nearest_texts(shapes, texts)
        taken = columns.pop(source.cad.label, None) or [None] * len(found)
        columns[source.cad.label] = [labels.get(at, value) for at, value in enumerate(taken)]
        keep[used] = False
        notes += told
    else:
        columns["label"] = joined_texts(shapes, texts)
    kept = np.flatnonzero(keep)
    columns = {name: [values[at] for at in kept] for name, values in columns.items()}
    rows = _frame(columns, shapes[kept], [found[at] for at in kept], source)
    return replace(rows, notes=notes, lost=lost)


def _frame(columns: dict[str, list[Any]], shapes: np.ndarray, found: list[DrawnEntity], source: Source) -> Rows:
    damaged = [
        at
        for at in range(len(found))
        if not all(is_valid_unicode(values[at]) for values in columns.values() if isinstance(values[at], str))
    ]
    for values in columns.values():
        for at in damaged:
            values[at] = values[at] if not isinstance(values[at], str) or is_valid_unicode(values[at]) else None
    wanted = {name: to_column(values) for name, values in columns.items() if source.wants(name)}
    frame, note = build_frame(wanted, shapes, source)
    refused = {
        at: row.problem or localize("a {entity} without two points that are numbers", entity=row.entity)
        for at, row in enumerate(found) if shapes[at] is None
    }  # fmt: skip
    return Rows(frame, refused | dict.fromkeys(damaged, localize("a text that is damaged")), note)


def _columns(found: list[DrawnEntity], texts: list[str | None]) -> tuple[dict[str, list[Any]], list[str]]:
    """The columns that every drawing has, then those of attributes and of extended data; and what is lost of these."""
    columns: dict[str, list[Any]] = {
        "layer": [decode_escapes(row.layer) for row in found],
        "entity": [row.entity for row in found],
        "text": list(texts),
        "label": [None] * len(found),
        "block": [decode_escapes(row.block) for row in found],
        "handle": [row.handle for row in found],
    }
    more = [_more_values(row) for row in found]
    names = list(dict.fromkeys(name for row in more for name in row))
    names = [*(name for name in CASS_COLUMNS if name in names), *(name for name in names if name not in CASS_COLUMNS)]
    for name in names[:MAX_COLUMNS]:
        columns[name] = [row.get(name) for row in more]
    beyond = len(names) - MAX_COLUMNS
    return columns, [localize("{count} columns of attributes", count=beyond)] if beyond > 0 else []


def _more_values(row: DrawnEntity) -> dict[str, Any]:
    """Attributes and extended data of an entity by column; a name that another column has gets a word before it."""
    values: dict[str, Any] = {}
    for tag, text in row.attributes.items():
        name = decode_escapes(tag) or ""
        values[f"attribute_{name}" if name.lower() in _OWN_COLUMNS else name] = decode_escapes(text)
    for program, held in row.programs.items():
        held = [decode_escapes(value) if isinstance(value, str) else value for value in held]
        if program.upper() == CASS_ID:
            values |= {f"attribute_{name}" if name in values else name: one for name, one in cass_values(held).items()}
        if program.upper() != CASS_ID or not is_cass(held):
            values[f"xdata_{decode_escapes(program)}"] = held
    return values
