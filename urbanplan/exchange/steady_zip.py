"""Zips with the same bytes each time: no hour of packing in them."""

from __future__ import annotations

import zipfile
from pathlib import Path

_THEN = (2000, 1, 1, 0, 0, 0)


def pack(path: Path, members: list[tuple[str, bytes]]) -> None:
    """Write members in their order."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data in members:
            entry = zipfile.ZipInfo(name, _THEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)


def steady(path: Path) -> None:
    """Pack a zip anew without its hours."""
    with zipfile.ZipFile(path) as archive:
        members = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    pack(path, members)
