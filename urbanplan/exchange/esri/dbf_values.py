"""Values of a dBASE table that are not of their field's type: GDAL makes 0, 1 January 1970 or false of them."""

from __future__ import annotations

import datetime
import math
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from urbanplan.exchange.esri.dbf import DbfHeader
from urbanplan.exchange.text.code_pages import decoder_name
from urbanplan.exchange.text.encoding import decode_value
from urbanplan.model.translation import localize

_NUMBER = re.compile(rb"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?")
_WHOLE = re.compile(rb"[-+]?\d+")
_BLANK, _DIGIT, _POINT, _SIGN, _OTHER = range(5)  # classes of bytes
_CLASSES = np.full(256, _OTHER, dtype=np.uint8)
for _bytes, _class in ((b" \0\t", _BLANK), (b"0123456789", _DIGIT), (b".", _POINT), (b"+-", _SIGN)):
    _CLASSES[list(_bytes)] = _class
_EXACT_DIGITS = 15  # of a number that GDAL reads as one with decimals
_LONG_FIELD = 19  # characters of a field of whole numbers that GDAL reads so
_KINDS = "NFDL"  # numbers, days, truth values
_TRUTHS = np.full(256, None, dtype=object)
_TRUTHS[list(b"TtYy1")], _TRUTHS[list(b"FfNn0")] = True, False
_MISREAD = np.frombuffer(b" \x001", dtype=np.uint8)  # GDAL makes false of each


@dataclass
class DbfValues:
    """What the values of a table are beside what GDAL makes of them.

    Attributes:
        faults: rows (from 0, deleted ones counted) with a value that is none of its field's, and why.
        lost: what is not taken over. truths: truth values of fields that GDAL reads wrong: blank ones are unknown.
        unread: fields whose values stand in another file.
    """

    faults: dict[int, str] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    truths: dict[str, np.ndarray] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)


def read_values(path: Path, table: DbfHeader, encoding: str) -> DbfValues:
    """Look at the values of a table."""
    with path.open("rb") as stream:
        stream.seek(table.header)
        data = np.frombuffer(stream.read(table.rows * table.record), dtype=np.uint8)
    records = data[: len(data) // table.record * table.record].reshape(-1, table.record)
    found = DbfValues()
    faults = found.faults
    at = 1
    for raw, kind, width in table.fields:
        cells, at = records[:, at : at + width], at + width
        if kind == "C" or not len(cells) or not width:
            continue
        cells = np.ascontiguousarray(cells)
        name = (decode_value(raw, decoder_name(encoding)) or (raw.decode("latin-1"), False))[0]
        if kind not in _KINDS:
            found.unread.append(name)
            if (_CLASSES[cells] != _BLANK).any():
                found.lost.append(localize("the values of {field}, a field of the kind {kind}", field=name, kind=kind))
            continue
        if kind == "L" and np.isin(cells[:, 0], _MISREAD).any():
            found.truths[name] = _TRUTHS[cells[:, 0]]
        for row in _bad_rows(cells, kind):
            faults.setdefault(row, _reason(cells[row].tobytes(), name, kind))
        if kind == "N" and width >= _LONG_FIELD and _loses_digits(cells):
            found.lost.append(localize("digits of {field} beyond {limit}", field=name, limit=_EXACT_DIGITS))
    return found


def _reason(cell: bytes, name: str, kind: str) -> str:
    said = {"text": repr(cell.strip(b" \0").decode("latin-1")[:40]), "name": repr(name)}
    if kind == "D":
        return localize("{text} in the field {name} is no date", **said)
    if kind == "L":
        return localize("{text} in the field {name} is no truth value", **said)
    return localize("{text} in the field {name} is no number", **said)


def _bad_rows(cells: np.ndarray, kind: str) -> list[int]:
    """Rows of one field, as bytes of shape (n, width), whose value is none of its kind."""
    match kind:
        case "D":
            known, place = np.unique(cells.view(f"S{cells.shape[1]}").ravel(), return_inverse=True)
            wrong = np.array([not _is_day(bytes(value)) for value in known], dtype=bool)
            return np.flatnonzero(wrong[place]).tolist()
        case "L":
            allowed = np.isin(cells, np.frombuffer(b"TtFfYyNn?01 \0", dtype=np.uint8))
            return np.flatnonzero(~allowed.all(axis=1)).tolist()
    return [row for row in _odd_numbers(cells).tolist() if not _is_number(cells[row].tobytes().strip(b" \0\t"))]


def _odd_numbers(cells: np.ndarray) -> np.ndarray:
    """Rows that may hold no number: all but one run of digits with at most one point and one sign before it."""
    found = _CLASSES[cells]
    filled = found > _BLANK
    odd = (found == _OTHER).any(axis=1) | ((found == _POINT).sum(axis=1) > 1)
    odd |= (filled[:, :-1] & ((found[:, 1:] == _SIGN) | ~filled[:, 1:])).any(axis=1)  # not at the right end alone
    odd |= filled.any(axis=1) & ~(found == _DIGIT).any(axis=1)
    return np.flatnonzero(odd)


def _loses_digits(cells: np.ndarray) -> bool:
    """Whether whole numbers of a field that GDAL reads as decimals are no longer the same there."""
    whole = ~(cells == ord(".")).any(axis=1)
    long = np.flatnonzero(whole)[(_CLASSES[cells[whole]] == _DIGIT).sum(axis=1) > _EXACT_DIGITS]
    texts = {cells[row].tobytes().strip(b" \0\t") for row in long.tolist()}
    return any(_WHOLE.fullmatch(text) and int(text) != int(float(text)) for text in texts)


def _is_number(text: bytes) -> bool:
    """Whether a cell holds a finite number, nothing, or the asterisks of a number that did not fit."""
    if not text.strip(b"*"):
        return True
    return _NUMBER.fullmatch(text) is not None and math.isfinite(float(text))


def _is_day(text: bytes) -> bool:
    """Whether a cell holds a day as eight digits, or none."""
    plain = text.strip(b" \0")
    if not plain.strip(b"0*"):
        return True
    try:
        return len(plain) == 8 and bool(datetime.datetime.strptime(plain.decode("ascii"), "%Y%m%d"))
    except ValueError:
        return False
