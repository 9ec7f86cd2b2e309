"""Text files that people edit too: what is written back keeps their line ends."""

from __future__ import annotations

from pathlib import Path

from urbanplan.exchange.files.atomic import atomic_write


def read_edited(path: Path) -> str:
    """A UTF-8 text without its byte-order mark, line ends as ``\\n``; empty where there is no file.

    Raises:
        OSError, UnicodeDecodeError: it cannot be read as such.
    """
    return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n") if path.exists() else ""


def write_edited(path: Path, text: str) -> None:
    """Write a text over a file, whole or not at all, with the line ends that it has (most of them).

    Args:
        path: the file; a new one gets ``\\n``. text: line ends as ``\\n``.

    Raises:
        ExchangeError: it cannot be written; the file stays as it was.
    """
    before = path.read_bytes() if path.exists() else b""
    data = text.encode("utf-8")
    if 2 * before.count(b"\r\n") > before.count(b"\n"):
        data = data.replace(b"\n", b"\r\n")
    with atomic_write(path) as temporary:
        temporary.write_bytes(data)
