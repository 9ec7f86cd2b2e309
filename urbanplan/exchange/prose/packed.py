"""Documents that are zips of XML: members read through the gate's rules for archives."""

from __future__ import annotations

import zipfile
from pathlib import PurePosixPath

from urbanplan.errors import ExchangeError, GateError
from urbanplan.exchange.gate.archive import read_member

MAX_MEMBER_BYTES = 100_000_000


def read_part(archive: zipfile.ZipFile, name: str, where: str) -> bytes:
    """One member by its name.

    Raises:
        ExchangeError: there is none. GateError: it is damaged or too large.
    """
    try:
        member = archive.getinfo(name)
    except KeyError as error:
        fix = "Check what the file is, and give it the ending of its format."
        raise ExchangeError("the document has no part {name}", where=where, fix=fix, name=name[:80]) from error
    if member.file_size > MAX_MEMBER_BYTES:
        limit = MAX_MEMBER_BYTES // 1_000_000
        raise GateError("the file is larger than {most} MB", where=where, fix="Split it", most=limit)
    return read_member(archive, member, where)


def part_path(base: str, location: str) -> str:
    """The member that a location names: from the root where it begins with ``/``, else beside ``base``."""
    place = PurePosixPath(location) if location.startswith("/") else PurePosixPath(base).parent / location
    parts: list[str] = []
    for part in place.parts:
        if part == "..":
            parts = parts[:-1]
        elif part not in ("/", "."):
            parts.append(part)
    return "/".join(parts)
