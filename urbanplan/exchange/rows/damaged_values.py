"""Values of JSON that no table holds: half characters, numbers that are not finite or too long, known by their row.

A half character is an escape such as ``\\ud800`` without its other half; it stands as U+FFFD in what is read, and the
text, list or object around it is one of the classes here, so that the row that holds it is set aside.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from typing import Any

from urbanplan.exchange.text.encoding import is_valid_unicode
from urbanplan.model.translation import localize


class _Text(str):
    __slots__ = ()


class _List(list[Any]):
    __slots__ = ()


class _Object(dict[str, Any]):
    __slots__ = ()


_HALVES = re.compile("[\ud800-\udfff]")
_DAMAGED = _Text, _List, _Object


def parse_json(data: bytes) -> Any:
    """A document with exact integers, NaN where it has it, and half characters marked.

    Raises:
        ValueError, RecursionError: it is none, or nests too deep.
    """
    return _mark(json.loads(data, object_pairs_hook=_mark_object))


def _mark_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    marked = [(_mark(name), _mark(value)) for name, value in pairs]
    damaged = any(isinstance(name, _Text) or isinstance(value, _DAMAGED) for name, value in marked)
    return _Object(marked) if damaged else dict(marked)


def _mark(value: Any) -> Any:
    """The value without half characters; one that had some is of the classes here."""
    if isinstance(value, str):
        return value if is_valid_unicode(value) else _Text(_HALVES.sub("\ufffd", value))
    if isinstance(value, list):
        marked = list(map(_mark, value))
        return _List(marked) if any(isinstance(one, _DAMAGED) for one in marked) else marked
    return value


def invalid_values(rows: Sequence[Any], ids: Sequence[Any] = ()) -> dict[int, str]:
    """Rows from 0 with a value that no table holds, and why.

    Args:
        rows: values by field, what is no mapping is passed over. ids: of the rows, where they have some of their own.
    """
    reasons = {at: localize(_HALF, name="'id'") for at, own in enumerate(ids) if isinstance(own, _DAMAGED)}
    for at, row in enumerate(rows):
        for name, value in row.items() if isinstance(row, dict) else ():
            reason = _HALF if isinstance(name, _Text) else _value_problem(value)
            if reason:
                reasons[at] = localize(reason, name=repr(str(name))[:60])
    return reasons


_HALF = "the text of {name} holds half a character"


def _value_problem(value: Any) -> str | None:
    if type(value) is float and not math.isfinite(value):
        return "the number of {name} is not finite (NaN or infinite)"
    if type(value) is int and not -(2**63) <= value < 2**63:
        return "the number of {name} does not fit in 64 bits"
    return _HALF if isinstance(value, _DAMAGED) else None
