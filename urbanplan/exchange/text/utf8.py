"""Texts of an Arrow table that are no UTF-8: GDAL passes such bytes on, and whoever reads them next stumbles."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from urbanplan.errors import ExchangeError
from urbanplan.model.translation import localize


def invalid_rows(table: pa.Table, where: str) -> dict[int, str]:
    """Rows (from 0) with a text that is no UTF-8, with the reason.

    Raises:
        ExchangeError: two fields have one name.
    """
    names = table.column_names
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        fix = "Give each column a name of its own."
        raise ExchangeError("two columns are called {name}", where=where, fix=fix, name=repr(twice)[:60])
    found: dict[int, str] = {}
    for name in names:
        if pa.types.is_string(table.schema.field(name).type) and not _is_valid_column(table[name]):
            reason = localize("the text of {name} is damaged", name=repr(name)[:60])
            blobs = table[name].cast(pa.binary()).to_pylist()
            found |= {row: reason for row, blob in enumerate(blobs) if blob is not None and not _is_utf8(blob)}
    return found


def _is_valid_column(texts: pa.ChunkedArray) -> bool:
    try:
        texts.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _is_utf8(blob: bytes) -> bool:
    try:
        blob.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def drop_invalid_texts(table: pa.Table, lost: dict[int, str]) -> pa.Table:
    """The table with nulls for those texts of lost rows that are no text; their ids may well be, and name them."""
    if not lost:
        return table
    for at, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            held = table[at].cast(pa.binary())
            keep = np.ones(len(table), dtype=bool)
            for row in lost:
                blob = held[row].as_py() if row < len(table) else None
                keep[row : row + 1] = blob is None or _is_utf8(blob)
            blobs = pc.call_function("if_else", [pa.array(keep), held, pa.scalar(None, pa.binary())])
            table = table.set_column(at, field, blobs.cast(pa.string()))
    return table
