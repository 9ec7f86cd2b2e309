"""The words of a question to the OGC API, read by the letter of the standard: what it does not know is an error."""

from __future__ import annotations

import datetime
import math
from collections.abc import Collection
from dataclasses import dataclass, field

from starlette.exceptions import HTTPException
from starlette.requests import Request

from urbanplan.store.features import Box, Interval

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"  # the one in which everything is given
LIMIT, MAX_LIMIT = 100, 10_000
_EVERYWHERE = ("f", "lang")  # the form of the answer, of which there is one; the language of titles


@dataclass(frozen=True)
class Query:
    """A question: where, when, how many from where; ``words`` are those of it that the next page keeps."""

    boxes: tuple[Box, ...] = ()
    when: Interval | None = None
    limit: int = LIMIT
    offset: int = 0
    words: dict[str, str] = field(default_factory=dict[str, str])


def read_query(request: Request, known: Collection[str]) -> Query:
    """Read the parameters of a request.

    Args:
        request: the request. known: names that it may hold besides ``f`` and ``lang``.

    Raises:
        HTTPException: 400, one is not known, stands twice or cannot be read.
    """
    pairs = request.query_params.multi_items()
    words = dict(pairs)
    if len(words) < len(pairs):
        raise HTTPException(400, "a parameter stands twice")
    for name in words:
        if name not in known and name not in _EVERYWHERE:
            raise HTTPException(400, "there is no such parameter; known are: " + ", ".join((*known, *_EVERYWHERE)))
    if words.get("f", "json") not in ("json", "geojson"):
        raise HTTPException(400, "f is json")
    if any(words.get(name, CRS84) != CRS84 for name in ("crs", "bbox-crs")):
        raise HTTPException(400, f"the one CRS is {CRS84}")
    return Query(
        boxes=_read_boxes(words["bbox"]) if "bbox" in words else (),
        when=_read_interval(words["datetime"]) if "datetime" in words else None,
        limit=min(_read_count(words, "limit", LIMIT, least=1), MAX_LIMIT),
        offset=_read_count(words, "offset", 0, least=0),
        words={name: word for name, word in words.items() if name not in ("offset", "lang")},
    )


def _read_count(words: dict[str, str], name: str, otherwise: int, *, least: int) -> int:
    text = words.get(name)
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdecimal() and len(text) < 16) or int(text) < least:
        raise HTTPException(400, f"{name} is a whole number of at least {least}")
    return int(text)


def _read_boxes(text: str) -> tuple[Box, ...]:
    """One box, or two where it crosses the antimeridian; heights are left aside."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (4, 6) or not all(map(math.isfinite, numbers)):
        raise HTTPException(400, "bbox is four or six numbers")
    west, south, east, north = numbers if len(numbers) == 4 else (*numbers[:2], *numbers[3:5])
    if south > north:
        raise HTTPException(400, "the south of bbox lies north of its north")
    if west > east:
        return (west, south, 180.0, north), (-180.0, south, east, north)
    return ((west, south, east, north),)


def _read_interval(text: str) -> Interval:
    """A moment, or two of which one may be open."""
    parts = text.split("/")
    if len(parts) == 1:
        day = _read_day(parts[0])
        return day, day
    if len(parts) != 2 or all(part in ("", "..") for part in parts):
        raise HTTPException(400, "datetime is a moment or an interval")
    first, last = (None if part in ("", "..") else _read_day(part) for part in parts)
    if first is not None and last is not None and first > last:
        raise HTTPException(400, "datetime ends before it begins")
    return first, last


def _read_day(text: str) -> datetime.date:
    try:
        return datetime.datetime.fromisoformat(text.replace("z", "Z").replace("t", "T")).date()
    except ValueError as error:
        raise HTTPException(400, "datetime is written as 2025-12-31 or 2025-12-31T00:00:00Z") from error
