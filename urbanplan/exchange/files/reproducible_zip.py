"""Zips with the same bytes each time: no hour of packing in them."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

_PROPERTIES_MEMBER = "docProps/core.xml"  # where a workbook says when it was written
_TIMESTAMP_PATTERN, _FIXED_TIMESTAMP_TEXT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), b"2000-01-01T00:00:00Z"
_FIXED_TIMESTAMP = (2000, 1, 1, 0, 0, 0)


def write_zip(path: Path, members: list[tuple[str, bytes]]) -> None:
    """Write members in their order."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data in members:
            entry = zipfile.ZipInfo(name, _FIXED_TIMESTAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)


def repack_zip(path: Path) -> None:
    """Pack a zip anew without its hours."""
    with zipfile.ZipFile(path) as archive:
        members = [
            (entry.filename, _TIMESTAMP_PATTERN.sub(_FIXED_TIMESTAMP_TEXT, archive.read(entry)))
            if entry.filename == _PROPERTIES_MEMBER
            else (entry.filename, archive.read(entry))
            for entry in archive.infolist()
        ]
    write_zip(path, members)
