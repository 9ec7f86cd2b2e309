"""How deep a geometry nests, counted before GEOS sees it: 100,000 levels end the process."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable

import numpy as np
import pyarrow as pa

MAX_DEPTH = 32  # levels; a collection of multi-parts of polygons with rings has 5
_NESTABLE_HEADER = re.compile(rb"[\x00\x01](?:[\x04-\x07]\x00\x00|\x00\x00\x00[\x04-\x07])", re.DOTALL)


def is_wkt_too_deep(texts: Iterable[str | None]) -> np.ndarray:
    """True for each text with more than :data:`DEEPEST` open brackets; shape (n,)."""
    return np.fromiter((text is not None and _has_deep_brackets(text) for text in texts), dtype=bool)


def _has_deep_brackets(text: str) -> bool:
    if text.count("(") <= MAX_DEPTH:
        return False
    codes = np.frombuffer(text.encode("utf-8", "replace"), dtype=np.uint8)
    depth = np.cumsum((codes == 40).astype(np.int32) - (codes == 41))
    return bool(depth.max() > MAX_DEPTH)


def is_wkb_too_deep(values: pa.ChunkedArray) -> np.ndarray:
    """True for each WKB whose parts nest deeper than :data:`DEEPEST`, or whose parts cannot be walked; shape (n,)."""
    chunks = [_is_chunk_too_deep(chunk) for chunk in values.cast(pa.large_binary()).chunks]
    return np.concatenate(chunks) if chunks else np.zeros(0, dtype=bool)


def _is_chunk_too_deep(chunk: pa.LargeBinaryArray) -> np.ndarray:
    """Only blobs that may hold more than DEEPEST parts, and are none of the simple kinds, are worth a look."""
    _, offsets, data = chunk.buffers()
    found = np.zeros(len(chunk), dtype=bool)
    if data is None:
        return found
    begin = np.frombuffer(offsets, dtype=np.int64)[chunk.offset : chunk.offset + len(chunk) + 1]
    long = np.flatnonzero(np.diff(begin) > 9 * MAX_DEPTH)
    head = np.frombuffer(data, dtype=np.uint8)[begin[long, None] + np.arange(5)].astype(np.int64)
    code = np.where(head[:, :1] > 0, head[:, 1:], head[:, :0:-1]) @ (1 << np.arange(0, 32, 8))
    nested = long[~np.isin(code % 1000 & 0xFF, (1, 2, 3))]
    found[nested] = [
        _may_be_too_deep(blob) and _is_too_deep(blob) for blob in (chunk[at].as_py() for at in nested.tolist())
    ]
    return found


def _may_be_too_deep(blob: bytes) -> bool:
    """Only blobs with more than DEEPEST nestable headers are worth the walk."""
    return (
        sum(1 for _ in zip(_NESTABLE_HEADER.finditer(blob), range(MAX_DEPTH + 1), strict=False)) > MAX_DEPTH
        or blob[2] != 0
    )


def _is_too_deep(blob: bytes) -> bool:
    """Walk the parts without recursion; a stack holds how many parts are left on each level."""
    at, left = 0, [1]
    try:
        while left:
            if left[-1] == 0:
                left.pop()
                continue
            left[-1] -= 1
            at, parts = _skip_header(blob, at)
            if parts:
                left.append(parts)
            if len(left) > MAX_DEPTH:
                return True
    except (struct.error, IndexError):
        return True
    return False


def _skip_header(blob: bytes, at: int) -> tuple[int, int]:
    """Pass one geometry header at ``at``: where its parts or successor begin, and how many parts it has."""
    order = "<" if blob[at] else ">"
    code, count = struct.unpack_from(f"{order}II", blob, at + 1)
    if code & 0x20000000:
        raise struct.error("an SRID inside a part")
    dims = 2 + bool(code & 0x80000000) + bool(code & 0x40000000)
    flat = code & 0x0FFFFFFF
    dims = {0: dims, 1: 3, 2: 3, 3: 4}.get(flat // 1000, dims)
    match flat % 1000:
        case 1:
            return at + 5 + 8 * dims, 0
        case 2 | 8:
            return at + 9 + 8 * dims * count, 0
        case 3 | 17:
            return _skip_rings(blob, at + 9, count, order, dims), 0
    return at + 9, count


def _skip_rings(blob: bytes, at: int, rings: int, order: str, dims: int) -> int:
    for _ in range(rings):
        (points,) = struct.unpack_from(f"{order}I", blob, at)
        at += 4 + 8 * dims * points
    return at
