"""Bytes of a boundary-point TXT to UTF-8; only lines with foreign characters are guessed at and transcoded."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from urbanplan.errors import ExchangeError
from urbanplan.exchange.table import Source
from urbanplan.exchange.text.encoding import CANDIDATES, choose_encoding, find_bad_byte, guess_encodings

_WHOLE_LINES = frozenset({*CANDIDATES, "gbk"})  # encodings in which a newline byte is never half a character
_NON_ASCII = re.compile(rb"[\x80-\xff]")
_SAMPLE_BYTES = 65_536  # bytes from the first foreign line on


def decode(raw: bytes, source: Source) -> tuple[bytes, str]:
    """The text as UTF-8, and its encoding.

    Raises:
        ExchangeError: it is in none of the known encodings, or not in the pinned one.
    """
    if source.encoding is None and raw.isascii():
        return raw, "utf-8"
    for name in [source.encoding] if source.encoding else _likely_encodings(_sample(raw)):
        try:
            return _to_utf8(raw, name), name
        except (UnicodeDecodeError, LookupError, pa.ArrowInvalid):
            continue
    fix = "Save it as UTF-8 or GBK, or pin the encoding."
    raise ExchangeError("the text has no known encoding", where=str(source.path), fix=fix)


def _likely_encodings(sample: bytes) -> Iterator[str]:
    """The encoding that is decided for, then the others, which are weighed only where it does not fit."""
    choice = choose_encoding(sample.splitlines(keepends=True)) if find_bad_byte(sample) is None else None
    if choice is not None:
        yield choice.encoding
        yield from (guess.encoding for guess in guess_encodings(sample))


def _sample(raw: bytes) -> bytes:
    """The first lines that hold foreign characters, wherever they stand."""
    first = _NON_ASCII.search(raw)
    begin = raw.rfind(b"\n", 0, first.start()) + 1 if first else 0
    lines = raw[begin : begin + _SAMPLE_BYTES].split(b"\n")
    return b"\n".join([line for line in lines if not line.isascii()][:200])


def _to_utf8(raw: bytes, name: str) -> bytes:
    if name == "utf-8":
        edges = pa.py_buffer(np.array([0, len(raw)], dtype=np.int64))
        whole = pa.LargeBinaryArray.from_buffers(pa.large_binary(), 1, [None, edges, pa.py_buffer(raw)])
        whole.cast(pa.large_string())  # the fastest check of a whole text
        return raw
    if name not in _WHOLE_LINES:
        return raw.decode(name).encode()
    marks = np.frombuffer(raw, dtype=np.uint8)
    edges = np.concatenate([[-1], np.flatnonzero(marks == ord("\n")), [len(raw)]])
    foreign = np.zeros(len(edges), dtype=bool)
    foreign[np.searchsorted(edges, np.flatnonzero(marks > 127))] = True
    rows = np.flatnonzero(foreign)
    begins, ends = (edges[rows - 1] + 1).tolist(), edges[rows].tolist()
    lines = [raw[begin:end] for begin, end in zip(begins, ends, strict=True)]
    pieces = [b""] * (2 * len(rows) + 1)
    pieces[0::2] = [raw[end:begin] for end, begin in zip([0, *ends], [*begins, len(raw)], strict=True)]
    pieces[1::2] = b"\n".join(lines).decode(name).encode().split(b"\n")
    return b"".join(pieces)
