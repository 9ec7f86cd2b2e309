"""Whole files or nothing: write beside, fsync, replace.

A writer fills a temporary folder beside the target; when it is done, every file
is fsynced and moved into place.  Several files (a shapefile, a file and its
metadata) are moved behind a commit note, so that a process killed in the middle
is rolled forward by the next one that comes by: old or new, never half.  A set
that has a main file (the .shp) lacks it while its companions are moved: another
program finds the old set, the new one or none, but never a mixture.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from urbanplan.errors import ExchangeError
from urbanplan.exchange.files.lock import Lock, hold_lock

TEMPORARY_PREFIX = ".urbanplan-tmp-"
_COMMIT_FILE = ".commit"
_OWNER_FILE = ".owner"


@contextmanager
def atomic_write(path: Path | str) -> Iterator[Path]:
    """Yield a temporary path beside ``path`` (same suffix); on leaving, it replaces ``path`` whole.

    Raises:
        ExchangeError: the folder is missing or not writable, or the disk is full; ``path`` is then as it was.
    """
    path = Path(path)
    with replace_files(path.parent, name=path.name) as folder:
        yield folder / path.name


@contextmanager
def replace_files(
    parent: Path | str, *, name: str = "", remove: tuple[str, ...] = (), main: str | None = None
) -> Iterator[Path]:
    """Yield an empty folder beside the targets; on leaving, each file in it replaces its namesake in ``parent``.

    Args:
        parent: folder of the targets. name: what is being written, for messages.
        remove: names in ``parent`` that the new set has no longer (stale companions), removed in the same commit.
        main: the file without which the others of the set say nothing; it is taken away first and put last.

    Raises:
        ExchangeError: as for :func:`atomic`; nothing has changed then.
    """
    parent = Path(parent)
    where = str(parent / name)
    if not parent.is_dir():  # a lock would make a file of that name
        raise ExchangeError("the folder does not exist", where=where, fix="Create the folder or name another.")
    try:
        with hold_lock(parent):  # a folder is never seen without its owner's lock
            _recover(parent)
            folder = Path(tempfile.mkdtemp(prefix=TEMPORARY_PREFIX, dir=parent))
            owner = Lock(folder / _OWNER_FILE)
            owner.take()
    except OSError as error:
        raise _write_error(error, where) from error
    try:
        yield folder
        _commit(folder, parent, remove, main)
    except OSError as error:
        if isinstance(error, ExchangeError):
            raise
        raise _write_error(error, where) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        owner.release()


def recover(parent: Path) -> None:
    """Finish or clear what killed writers left in ``parent``: committed sets go forward, others are removed."""
    if next(parent.glob(f"{TEMPORARY_PREFIX}*"), None) is not None:
        with suppress(OSError), hold_lock(parent):
            _recover(parent)


def _recover(parent: Path) -> None:
    for folder in sorted(parent.glob(f"{TEMPORARY_PREFIX}*")):
        if folder.is_symlink() or not folder.is_dir():
            continue
        owner = Lock(folder / _OWNER_FILE)
        with suppress(OSError):
            if owner.take(wait=False):
                if (folder / _COMMIT_FILE).is_file():
                    _move(folder, parent)
                shutil.rmtree(folder, ignore_errors=True)
                owner.release()


def _commit(folder: Path, parent: Path, remove: tuple[str, ...], main: str | None) -> None:
    files = _files(folder)
    for file in files:
        sync(file)
        with suppress(OSError):  # a new name has no rights yet; a file of another owner keeps its own
            shutil.copymode(parent / file.name, file)
    names = [file.name for file in files]
    with hold_lock(parent):
        if len(files) == 1 and not any((parent / name).exists() for name in remove):
            os.replace(files[0], parent / files[0].name)
        elif files:
            note = {"files": names, "remove": [name for name in remove if name not in names], "main": main}
            _write_note(folder, note)
            _move(folder, parent)
        sync(parent)


def _write_note(folder: Path, note: dict[str, Any]) -> None:
    draft = folder / f"{_COMMIT_FILE}.draft"
    draft.write_text(json.dumps(note), encoding="utf-8")
    sync(draft)
    os.replace(draft, folder / _COMMIT_FILE)
    sync(folder)


def _move(folder: Path, parent: Path) -> None:
    note = json.loads((folder / _COMMIT_FILE).read_text(encoding="utf-8"))
    main = Path(note.get("main") or "").name
    if main and (folder / main).exists():
        (parent / main).unlink(missing_ok=True)
        sync(parent)
    for name in note["remove"]:
        (parent / Path(name).name).unlink(missing_ok=True)
    for name in sorted(note["files"], key=lambda name: name == main):
        plain = Path(name).name
        with suppress(FileNotFoundError):  # already moved by the writer that was killed
            os.replace(folder / plain, parent / plain)


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.is_file() and file.name not in (_OWNER_FILE, _COMMIT_FILE))


def sync(path: Path) -> None:
    """Force a file or folder to the disk."""
    flags = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) if path.is_dir() else os.O_RDWR
    try:
        handle = os.open(path, flags)
    except PermissionError:  # a folder on Windows
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_error(error: OSError, where: str) -> ExchangeError:
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return ExchangeError("the disk is full", where=where, fix="Free some space and write again.")
        case errno.ENOENT | errno.ENOTDIR:
            return ExchangeError("the folder does not exist", where=where, fix="Create the folder or name another.")
        case errno.EACCES | errno.EPERM | errno.EROFS:
            fix = "Give the folder write permission or name another."
            return ExchangeError("the folder cannot be written to", where=where, fix=fix)
        case errno.ENAMETOOLONG:
            return ExchangeError("the file name is too long", where=where, fix="Choose a shorter name.")
        case errno.EISDIR | errno.ENOTEMPTY | errno.EEXIST:
            return ExchangeError("this is a folder, not a file", where=where, fix="Name a file.")
    reason = error.strerror or str(error)
    return ExchangeError("the file cannot be written: {reason}", where=where, fix="Check the folder.", reason=reason)
