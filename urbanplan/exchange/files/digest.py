"""sha256 of a file and its companions."""

from __future__ import annotations

import hashlib
from pathlib import Path

from urbanplan.exchange.formats import Format
from urbanplan.exchange.gate.admission import change_log, companions
from urbanplan.exchange.gate.folder import folder_files


def file_digest(path: Path, row: Format) -> str:
    """The hexadecimal sha256 of a file; companions, and changes not yet in a database, are taken in, in order.

    Of a folder: of the names and contents of its files.
    """
    if row.folder:
        return _folder_digest(path)
    with path.open("rb") as stream:
        whole = hashlib.file_digest(stream, "sha256")
    changes = (log for log in change_log(path, row) if log.stat().st_size)
    for companion in (*companions(path, row), *changes):
        with companion.open("rb") as stream:
            whole.update(companion.suffix.lower().encode() + hashlib.file_digest(stream, "sha256").digest())
    return whole.hexdigest()


def _folder_digest(path: Path) -> str:
    whole = hashlib.sha256()
    for file in folder_files(path):
        with file.open("rb") as stream:
            whole.update(file.name.lower().encode() + hashlib.file_digest(stream, "sha256").digest())
    return whole.hexdigest()
