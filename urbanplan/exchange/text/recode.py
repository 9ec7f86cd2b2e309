"""Texts whose bytes came through GDAL as Latin 1, one character a byte, decoded in their own encoding."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from urbanplan.exchange.text.code_pages import decoder_name
from urbanplan.exchange.text.encoding import decode_value
from urbanplan.model.translation import localize


def decode_table(table: pa.Table, encoding: str) -> tuple[pa.Table, dict[int, str], tuple[str, ...]]:
    """The table with names and texts decoded, rows (from 0) with damaged texts and the reason, and notes.

    Half a character at the end of a text is left out and told.
    """
    code, lost, cut = decoder_name(encoding), {}, 0
    names, notes = decode_names(table.column_names, code)
    for at, field in enumerate(table.schema):
        if not pa.types.is_string(field.type) or _is_ascii(table[at]):
            continue
        column, bad, halves = _decode_column(table[at], code)
        reason = localize("the text of {name} is damaged", name=repr(names[at])[:60])
        lost |= dict.fromkeys(bad, reason)
        cut += halves
        table = table.set_column(at, field, column)
    if cut:
        what = "{count} texts end inside a character of {encoding}: the half of it is left out"
        notes = (*notes, localize(what, count=cut, encoding=encoding))
    return table.rename_columns(names), lost, notes


def decode_names(names: list[str], code: str) -> tuple[list[str], tuple[str, ...]]:
    """Field names decoded, each with a name of its own, and notes on those that are cut inside a character."""
    found: list[str] = []
    notes: list[str] = []
    for name in names:
        raw = name.encode("latin-1", "replace")
        text, cut = decode_value(raw, code) or (raw.decode(code, "replace"), False)
        if cut:
            notes.append(localize("the field name {name} ends inside a character", name=repr(text)))
        alias, number = text or "field", 1
        while alias in found:
            number += 1
            alias = f"{text}_{number}"
        found.append(alias)
    return found, tuple(notes)


def _is_ascii(texts: pa.ChunkedArray) -> bool:
    return pc.call_function("all", [pc.call_function("string_is_ascii", [texts])]).as_py() is not False


def _decode_column(texts: pa.ChunkedArray, code: str) -> tuple[pa.ChunkedArray, list[int], int]:
    """A column decoded, its damaged rows, and how many texts end inside a character."""
    coded = texts.combine_chunks().dictionary_encode()
    found = [decode_value(value.encode("latin-1"), code) for value in coded.dictionary.to_pylist()]
    values = pa.array([None if one is None else one[0] for one in found], pa.string())
    made = values.take(coded.indices)
    counts = {row["values"]: row["counts"] for row in coded.indices.value_counts().to_pylist()}
    halves = sum(counts.get(at, 0) for at, one in enumerate(found) if one is not None and one[1])
    bad = [at for at, one in enumerate(found) if one is None]
    rows = pc.call_function("is_in", [coded.indices], pc.SetLookupOptions(pa.array(bad, coded.indices.type)))
    damaged = pc.call_function("indices_nonzero", [rows]).to_pylist() if bad else []
    return pa.chunked_array([made]), damaged, halves
