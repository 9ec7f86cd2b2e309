"""Plain text: its encoding by the same decision as tables and boundary files."""

from __future__ import annotations

from pathlib import Path

from urbanplan.exchange.text.document import decode_sound


def read_prose(data: bytes, path: Path, encoding: str | None = None) -> tuple[str, tuple[int, ...]]:
    """The text, and no pages; form feeds begin one.

    Raises:
        ExchangeError: it is not in the pinned encoding, in none, or damaged.
    """
    text = decode_sound(data, where=str(path), pinned=encoding).text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    breaks = tuple(at + 1 for at, sign in enumerate(text) if sign == "\f")
    return text, (0, *breaks) if breaks else ()
