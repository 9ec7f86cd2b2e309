"""The gate: what may be opened at all.

A path is a plain file on this machine, with a known ending, whose first bytes
are what the ending says; a path from a plan lies inside the plan's folder.
"""

from __future__ import annotations

import codecs
import os
import re
import stat
from pathlib import Path

from urbanplan.errors import ExchangeError, GateError
from urbanplan.exchange.formats import FORMATS, Format, by_suffix
from urbanplan.exchange.gate import archive, folder
from urbanplan.model.safe_path import check_path, resolve_inside, shorten_path

_HEAD_BYTES = 4096
_MOST_CHANGES = 1_000_000_000  # bytes of a write-ahead log: programs put it into the file long before
_SMALL_COMPANIONS, _MOST_SMALL = (".prj", ".cpg", ".json"), 4_000_000
_POLYGLOT = re.compile(rb"<OGRVRTDataSource|gdal_streamed_alg|<!DOCTYPE|<!ENTITY", re.IGNORECASE)
_GDAL_FORMATS = ("gpkg", "shapefile", "flatgeobuf", "kml", "mapinfo", "mif", "gml")  # what GDAL or an XML reader opens


def admit(path: Path | str, *, root: Path | str | None = None) -> Path:
    """Admit a file for reading.

    Args:
        path: the file; relative to ``root`` when that is given.
        root: a plan's folder: the path must then be relative and, links followed, lie inside it.

    Returns:
        The resolved path.

    Raises:
        GateError: the path or the file's first bytes are not allowed.
        ExchangeError: the file is missing, cannot be read, or its ending is unknown.
    """
    found = resolve_path(path, root=root)
    row = by_suffix(found)
    if row.folder:
        folder.check_folder(found, row, root)
        _check_head(found / folder.FIRST_FILE, row)
        return found
    _check_size(found, row)
    _check_head(found, row)
    for companion in (*companions(found, row), *change_log(found, row)):
        _check_companion(companion, path=found, row=row, root=root)
    _check_journal(found, row, root)
    if row.magic.startswith(b"PK"):
        archive.open_zip(found).close()
    return found


def resolve_path(path: Path | str, *, root: Path | str | None = None) -> Path:
    """Check where a path leads without looking into the file; see :func:`admit`."""
    text = os.fspath(path)
    if root is not None:
        return _resolve_existing(resolve_inside(text, Path(root)), text)
    check_path(text)
    return _resolve_existing(Path(text), text)


def _resolve_existing(path: Path, text: str) -> Path:
    try:
        found = path.resolve(strict=True)
        _check_regular(found, None)
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links
        if isinstance(error, ExchangeError):
            raise
        if isinstance(error, PermissionError):
            fix = "Give yourself the right to read it."
            raise ExchangeError("the file may not be read", where=shorten_path(text), fix=fix) from error
        raise ExchangeError("the file does not exist", where=shorten_path(text), fix="Check its name.") from error
    return found


def _check_regular(path: Path, root: Path | str | None) -> None:
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode) and path.suffix.lower() in folder.SUFFIXES:
        return
    if stat.S_ISDIR(mode):
        raise GateError("this is a folder, not a file", where=shorten_path(str(path)), fix="Name a file.")
    if not stat.S_ISREG(mode):
        raise GateError("this is a device or pipe, not a file", where=shorten_path(str(path)), fix="Name a plain file.")
    if root is not None and not path.resolve().is_relative_to(Path(root).resolve()):
        fix = "Put the file into the plan's folder and write its path from there."
        raise GateError("{path} leads out of the plan's folder", where=str(root), fix=fix, path=shorten_path(str(path)))


def _check_companion(companion: Path, *, path: Path, row: Format, root: Path | str | None) -> None:
    """A companion is a file of the same folder, no larger than it may be; a link shows what nobody named."""
    if not companion.exists():  # a link to nothing
        raise ExchangeError("the file does not exist", where=shorten_path(str(companion)), fix="Check its name.")
    _check_regular(companion, root)
    if companion.resolve().parent != companion.parent.resolve():
        fix = "Put the file itself there."
        raise GateError("the companion is a link to another folder", where=shorten_path(str(companion)), fix=fix)
    size, where = companion.stat().st_size, shorten_path(str(companion))
    if companion.suffix.lower() in _SMALL_COMPANIONS and size > _MOST_SMALL:
        fix, most = "Get the file again from its source.", _MOST_SMALL // 1_000_000
        raise GateError("the companion has more than {most} MB", where=where, fix=fix, most=most)
    if companion.name.endswith("-wal") and size > _MOST_CHANGES:
        fix, most = "Close the program that has it open, so that it is put into the file.", _MOST_CHANGES // 1_000_000
        raise GateError("the companion has more than {most} MB", where=where, fix=fix, most=most)
    if companion.suffix.lower() == ".shx" and size > path.stat().st_size:  # it names each shape in fewer bytes
        raise GateError("the index is larger than the shapes", where=where, fix="Get the file again from its source.")
    folder.check_largest(size, row, where)


def companions(path: Path, row: Format) -> list[Path]:
    """The files that belong to ``path``, whatever the case of their endings."""
    if not row.companions:
        return []
    beside = {file.name.lower(): file for file in path.parent.iterdir()}
    wanted = (f"{path.stem}{ending}".lower() for ending in row.companions)
    return [beside[name] for name in wanted if name in beside]


def change_log(path: Path, row: Format) -> list[Path]:
    """The write-ahead log beside a database that a program has open, or was killed with: the newest rows are there."""
    log = path.with_name(f"{path.name}-wal")
    return [log] if row.magic.startswith(b"SQLite") and os.path.lexists(log) else []


def _check_journal(path: Path, row: Format, root: Path | str | None) -> None:
    """A database whose journal is not done with is not whole, and who opens it obeys the journal.

    Raises:
        GateError: there is one; it may name further files, which would be deleted.
    """
    journal = path.with_name(f"{path.name}-journal")
    if not row.magic.startswith(b"SQLite") or not os.path.lexists(journal):
        return
    _check_companion(journal, path=path, row=row, root=root)
    with journal.open("rb") as stream:
        if stream.read(1) not in (b"", b"\0"):
            what, fix = "a program was stopped while it wrote this file: {name} stands beside it", _JOURNAL_HINT
            raise GateError(what, where=shorten_path(str(path)), fix=fix, name=journal.name)


def _check_size(path: Path, row: Format) -> None:
    size = path.stat().st_size
    if size == 0:
        raise GateError("the file is empty", where=str(path), fix="Get the file again from its source.")
    folder.check_largest(size, row, str(path))


def _check_head(path: Path, row: Format) -> None:
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
    except PermissionError as error:
        fix = "Give yourself the right to read it."
        raise ExchangeError("the file may not be read", where=str(path), fix=fix) from error
    if re.match(row.magic, head) is None:
        named = _identify_format(head)
        raise GateError(
            "the first bytes are {found}, not {title}",
            where=str(path),
            fix="Save it as UTF-8." if named == "UTF-16" else _DXF_HINT if named == "DWG" else _SUFFIX_HINT,
            found=named,
            title=row.local_title,
        )
    if row.name in _GDAL_FORMATS and _POLYGLOT.search(head):
        fix = "Save the data itself, without references to other files."
        raise GateError("the file refers to other files or entities", where=str(path), fix=fix)


_JOURNAL_HINT = "Open it once with the program that wrote it, or get the file again from its source."
_DXF_HINT = "Save it as DXF with a CAD program."
_SUFFIX_HINT = "Check what the file is, and give it the ending of its format."


def _identify_format(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "UTF-16"
    if re.match(rb"AC10\d\d", head):
        return "DWG"
    if b"<OGRVRTDataSource" in head:
        return "VRT"
    for row in FORMATS:
        if row.name not in ("csv", "txt", "dxf", "wktlist") and re.match(row.magic, head):
            return row.local_title
    return repr(head[:16])[1:]
