"""The lines of a boundary-point TXT told apart: heads, points, and blanks between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

_POINT, _HEAD, _BLANK = 0, 1, 2


@dataclass(frozen=True)
class Lines:
    """The lines after the preamble.

    Attributes:
        begins, ends: of each line in the text, its newline taken in, shape (l,).
        kinds: of each line, 0 for a point (or what should be one), 1 for a head, 2 for a blank.
        heads: the head lines. points: all lines that should be points, joined.
    """

    begins: np.ndarray
    ends: np.ndarray
    kinds: np.ndarray
    heads: pa.LargeBinaryArray
    points: pa.Buffer

    @property
    def is_point(self) -> np.ndarray:
        """True for each line that should be a point, shape (l,)."""
        return self.kinds == _POINT

    def starts(self) -> np.ndarray:
        """First point of each plot, and the end; one plot where there are no heads. Shape (plots + 1,)."""
        above = np.append(0, np.cumsum(self.is_point))
        starts = above[:-1][self.kinds == _HEAD]
        return np.append(starts if len(starts) else 0, above[-1])


def split_lines(text: bytes, begin: int) -> Lines:
    """The lines of ``text`` from byte ``begin`` on; ``@`` makes a head."""
    marks = np.frombuffer(text, dtype=np.uint8)[begin:]
    ends = np.flatnonzero(marks == ord("\n")) + 1
    if len(marks) and marks[-1] != ord("\n"):
        ends = np.append(ends, len(marks))
    begins = np.append(0, ends)[: len(ends)]
    kinds = np.full(len(ends), _POINT, dtype=np.uint8)
    maybe = (ends - begins <= 2) | (marks[begins] <= ord(" "))
    for at in np.flatnonzero(maybe).tolist():
        kinds[at] = _POINT if text[begin + begins[at] : begin + ends[at]].strip() else _BLANK
    kinds[np.searchsorted(ends, np.flatnonzero(marks == ord("@")), side="right")] = _HEAD
    return Lines(begins + begin, ends + begin, kinds, *_split_kinds(text, begins + begin, kinds))


def _split_kinds(text: bytes, begins: np.ndarray, kinds: np.ndarray) -> tuple[pa.LargeBinaryArray, pa.Buffer]:
    """The heads one by one, and the points joined: the text is cut where the kind changes, and copied once."""
    new = np.ones(len(kinds), dtype=bool)
    new[1:] = (kinds[1:] != kinds[:-1]) | (kinds[1:] == _HEAD)
    cuts = pa.py_buffer(np.append(begins[new], len(text)).astype(np.int64))
    blocks = pa.LargeBinaryArray.from_buffers(pa.large_binary(), int(new.sum()), [None, cuts, pa.py_buffer(text)])
    heads, points = (blocks.take(pa.array(np.flatnonzero(kinds[new] == kind))) for kind in (_HEAD, _POINT))
    return heads, points.buffers()[2] or pa.py_buffer(b"")
