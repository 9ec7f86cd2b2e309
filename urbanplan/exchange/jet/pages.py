"""The pages of an Access database (Jet 3 and 4, ACE): their rows, pointers between them, and maps of who owns which.

The structure is as mdbtools and Jackcess describe it.  Whatever does not fit raises ``ValueError``, ``IndexError`` or
``struct.error``; no pointer is followed twice as often as the file could hold.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np

JET3 = 0
_VERSIONS = range(7)  # Jet 3, Jet 4, ACE of 2007 to 2019
_MASKED, _KEY = slice(24, 150), bytes((0xC7, 0xDA, 0x39, 0x6B))  # of the first page, and what it is masked with
_CODE_PAGE = 60 - 24
_OFFSET, _OVERFLOW, _DELETED = 0x1FFF, 0x4000, 0x8000
_DATA_PAGE, _MAP_PAGE = 0x01, 0x05
_HOPS = 4  # from a row that has moved to where it is
_READ_AGAIN = 8  # times the file's size: what pointers may ask for in all


class Pages:
    """The pages of one database.

    Attributes:
        jet3: it is of Access 97. size: bytes of a page. encoding: of the texts that are no UTF-16.
    """

    def __init__(self, data: bytes) -> None:
        version = data[0x14]
        if version not in _VERSIONS:
            raise ValueError(f"version {version}")
        self.jet3 = version == JET3
        self.size = 2048 if self.jet3 else 4096
        self._data, self._left = data, _READ_AGAIN * len(data) + 2**16
        page = int.from_bytes(_unmask(data[_MASKED])[_CODE_PAGE : _CODE_PAGE + 2], "little")
        self.encoding = f"cp{page}" if self.jet3 and page else "cp1252"

    def page(self, number: int) -> bytes:
        """A page by its number."""
        found = self._data[number * self.size : (number + 1) * self.size]
        if len(found) < self.size:
            raise ValueError(f"page {number} is not there")
        return found

    def owned(self, pointer: int) -> list[int]:
        """The numbers of the pages that a map names, ascending; the map is a row."""
        row = self.row(pointer)
        if row[0] == 0:
            return (int.from_bytes(row[1:5], "little") + _bits(row[5:])).tolist()
        found: list[int] = []
        for at, number in enumerate(np.frombuffer(row[1 : 1 + (len(row) - 1) // 4 * 4], "<u4").tolist()):
            page = self.page(number) if number else b""
            if page and page[0] != _MAP_PAGE:
                raise ValueError(f"page {number} is no map")
            found += (at * 8 * (self.size - 4) + _bits(page[4:])).tolist() if page else []
        return found

    def rows(self, number: int, owner: int) -> Iterator[bytes | None]:
        """The rows of a page of data, None for one that cannot be; nothing where another table owns the page."""
        page = self.page(number)
        if page[0] != _DATA_PAGE or int.from_bytes(page[4:8], "little") != owner:
            return
        for start, end, flags in self._bounds(page):
            if flags & _DELETED:
                continue
            if not 0 < start <= end <= self.size:
                yield None
            elif flags & _OVERFLOW:
                yield self._moved(page[start:end])
            else:
                yield page[start:end]

    def row(self, pointer: int) -> bytes:
        """The row that a pointer names: its number on the page in the low byte, the page above."""
        for _ in range(_HOPS):
            page = self.page(pointer >> 8)
            bounds = self._bounds(page)
            start, end, flags = bounds[pointer & 0xFF]
            self._left -= end - start
            if page[0] != _DATA_PAGE or not 0 < start <= end or self._left < 0:
                break
            if not flags & _OVERFLOW:
                return page[start:end]
            pointer = int.from_bytes(page[start : start + 4], "little")
        raise ValueError("a pointer leads nowhere")

    def _moved(self, cell: bytes) -> bytes | None:
        try:
            return self.row(int.from_bytes(cell[:4], "little"))
        except (ValueError, IndexError, struct.error):
            return None

    def _bounds(self, page: bytes) -> list[tuple[int, int, int]]:
        """Start, end and flags of each row of a page: each ends where the one before begins."""
        at = 8 if self.jet3 else 12
        count = int.from_bytes(page[at : at + 2], "little")
        marks = struct.unpack_from(f"<{count}H", page, at + 2)
        starts = [mark & _OFFSET for mark in marks]
        ends = [self.size, *starts[:-1]] if starts else []
        return [(start, end, mark & ~_OFFSET) for start, end, mark in zip(starts, ends, marks, strict=True)]


def _bits(data: bytes) -> np.ndarray:
    return np.flatnonzero(np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little"))


def _unmask(data: bytes) -> bytes:
    """The bytes without RC4's mask."""
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + _KEY[i % len(_KEY)]) % 256
        state[i], state[j] = state[j], state[i]
    made, j = bytearray(), 0
    for at, byte in enumerate(data):
        i = (at + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        made.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(made)
