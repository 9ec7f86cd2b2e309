"""A picture of few colours as PNG, for maps of grids: no library is needed for it."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def encode_png(numbers: NDArray[Any], palette: list[tuple[int, int, int, int]]) -> bytes:
    """The bytes of a PNG with a palette.

    Args:
        numbers: rows x columns, the colour of each pixel by its place in the palette, at most 256.
        palette: red, green, blue and opacity, each 0 to 255.
    """
    rows, columns = numbers.shape
    lines = np.zeros((rows, columns + 1), np.uint8)  # each line begins with its filter, none
    lines[:, 1:] = numbers
    colours = np.array(palette, np.uint8)
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", columns, rows, 8, 3, 0, 0, 0)),
        (b"PLTE", colours[:, :3].tobytes()),
        (b"tRNS", colours[:, 3].tobytes()),
        (b"IDAT", zlib.compress(lines.tobytes(), 9)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
