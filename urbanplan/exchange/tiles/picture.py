"""A tile's picture by its bytes: PNG, JPEG or WebP of bounded size, whole from its first byte to its last."""

from __future__ import annotations

import struct

from urbanplan.errors import GateError

MAX_SIDE = 1024  # pixels of a tile
MAX_BYTES = 4_000_000  # of a tile
ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
_FIX = "Make the tiles anew as PNG, JPEG or WebP."
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def check_picture(data: bytes, where: str) -> str:
    """The media type of a tile's picture.

    Args:
        data: its bytes. where: its name in messages.

    Raises:
        GateError: it is no picture that a page shows, cut short, or too large; an SVG is a program, not a picture.
    """
    if len(data) > MAX_BYTES:
        raise GateError("the tile has {size} MB", where=where, fix=_FIX, size=len(data) // 1_000_000)
    media = _media_type(data)
    if not media:
        head = repr(data[:16])[1:]
        raise GateError("the tile is no picture: its first bytes are {head}", where=where, fix=_FIX, head=head)
    try:
        width, height = _SIZES[media](data)
    except (struct.error, IndexError, ValueError) as error:
        raise GateError("the tile is cut short or damaged", where=where, fix=_FIX) from error
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise GateError("the tile has {width} x {height} pixels, more than {most} x {most}", where=where, fix=_FIX,
                        width=width, height=height, most=MAX_SIDE)  # fmt: skip
    return media


def _media_type(data: bytes) -> str:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    return "image/webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ""


def _png_size(data: bytes) -> tuple[int, int]:
    """Width and height; every chunk must be there, up to the last."""
    at, kind, size = 8, b"", (0, 0)
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", data, at)
        if at == 8:
            size = struct.unpack_from(">II", data, 16)
        at += 12 + length
        if at > len(data):
            raise ValueError(kind)
    return size


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Width and height of the first frame; the end of the picture must be there."""
    if b"\xff\xd9" not in data[-64:]:
        raise ValueError("no end")
    at = 2
    while True:
        marker, code, length = struct.unpack_from(">BBH", data, at)
        if marker != 0xFF:
            raise ValueError(marker)
        if code in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 + length


def _webp_size(data: bytes) -> tuple[int, int]:
    """Width and height; the file must be as long as it says."""
    if struct.unpack_from("<I", data, 4)[0] + 8 > len(data):
        raise ValueError("cut")
    match data[12:16]:
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", data, 26)
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L":
            bits = struct.unpack_from("<I", data, 21)[0]
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
            return width, height
    raise ValueError(data[12:16])


_SIZES = {"image/png": _png_size, "image/jpeg": _jpeg_size, "image/webp": _webp_size}
