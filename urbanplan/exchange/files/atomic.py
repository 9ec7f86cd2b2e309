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
import filecmp
import logging
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from urbanplan.errors import ExchangeError, lacks_temporary_folder
from urbanplan.exchange.files.commit_note import (
    COMMIT_FILE,
    DRAFT_FILE,
    OWNER_FILE,
    SEAL_FILE,
    CommitNote,
    build_note,
    fits,
    is_own_folder,
    new_files,
    note_text,
    read_note,
    seal_folder,
)
from urbanplan.exchange.files.lock import hold_lock
from urbanplan.layer.file_lock import Lock
from urbanplan.model.library_messages import translate_error
from urbanplan.model.run_files import check_output
from urbanplan.model.translation import localize

TEMPORARY_PREFIX = ".urbanplan-tmp-"
_log = logging.getLogger(__name__)


@contextmanager
def atomic_write(path: Path | str) -> Iterator[Path]:
    """Yield a temporary path beside ``path`` (same suffix); on leaving, it replaces ``path`` whole.

    Raises:
        ExchangeError: the folder is missing or not writable, or the disk is full; ``path`` is then as it was.
        UsageError: ``path`` is a device, a pipe or a socket, or is read in this run.
    """
    path = Path(path)
    check_output(path)
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
            folder, owner = _make_folder(parent)
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
        _clear(folder)
        owner.release()


def move_folder(made: Path, target: Path) -> None:
    """Move a whole folder from a writer's folder to a name that nothing has: it is there whole, or not at all.

    Raises:
        ExchangeError: something of that name is there. OSError: it cannot be moved.
    """
    check_output(target)
    for file in sorted(made.iterdir()):
        sync(file)
    sync(made)
    if os.path.lexists(target):
        fix = "Name another, or take it away first."
        raise ExchangeError("it stands there already, and a folder is not replaced", where=str(target), fix=fix)
    os.rename(made, target)


def _make_folder(parent: Path) -> tuple[Path, Lock]:
    """A writer's folder, marked as this account's, and the lock that says that the writer is alive.

    Raises:
        OSError: it cannot be made; nothing is left then.
    """
    folder = Path(tempfile.mkdtemp(prefix=TEMPORARY_PREFIX, dir=parent))
    owner = Lock(folder / OWNER_FILE)
    try:
        owner.take()
        seal_folder(folder)
    except OSError:
        owner.release()
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder, owner


def recover(parent: Path) -> None:
    """Finish or clear what killed writers of this account left in ``parent``.

    Committed sets go forward, others are removed.  What this account did not seal, or what was changed since, is left
    as it is and told by a warning of the logger ``urbanplan``.
    """
    with suppress(OSError):  # a folder that cannot be, or that nothing can be written in
        if next(parent.glob(f"{TEMPORARY_PREFIX}*"), None) is not None:
            with hold_lock(parent):
                _recover(parent)


def _recover(parent: Path) -> None:
    for folder in sorted(parent.glob(f"{TEMPORARY_PREFIX}*")):
        with suppress(OSError):
            if not _recover_folder(folder, parent):
                _log.warning(
                    localize(
                        "{folder}: this is no unfinished write of yours, or it was changed since: it is left as it is. "
                        "Delete it if you do not know it.",
                        folder=folder,
                    )
                )


def _recover_folder(folder: Path, parent: Path) -> bool:
    """Whether a folder is one that may be there: at work, or this account's, which is finished or cleared."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    owner = Lock(folder / OWNER_FILE)
    if owner.is_there() and not owner.take(wait=False):
        return True
    try:
        if not is_own_folder(folder):
            return _remove_blank(folder)
        if os.path.lexists(folder / COMMIT_FILE):
            note = read_note(folder)
            if note is None or not fits(note, folder, parent):
                return False
            _move(folder, parent, note)
        _clear(folder)
        return True
    finally:
        owner.release()


def _clear(folder: Path) -> None:
    """Remove a folder of this account; its seal goes last, so that what a kill leaves is still this account's."""
    with suppress(OSError):
        last = ("", SEAL_FILE, OWNER_FILE)
        for path in sorted(folder.iterdir(), key=lambda path: last.index(path.name) if path.name in last else 0):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        folder.rmdir()


def _remove_blank(folder: Path) -> bool:
    """Remove a folder with nothing in it: its writer was killed before it could mark it."""
    inside = list(folder.iterdir())
    if any(path.is_symlink() or not path.is_file() or path.stat().st_size for path in inside):
        return False
    for path in inside:
        path.unlink()
    folder.rmdir()
    return True


def _commit(folder: Path, parent: Path, remove: tuple[str, ...], main: str | None) -> None:
    files = new_files(folder)
    for file in files:
        check_output(parent / file.name)
    for file in files:
        sync(file)
        with suppress(OSError):  # a new name has no rights yet; a file of another owner keeps its own
            shutil.copymode(parent / file.name, file)
    with hold_lock(parent):
        if len(files) == 1 and not any((parent / name).exists() for name in remove):
            os.replace(files[0], parent / files[0].name)
        elif files:
            note = build_note(folder, parent, remove=remove, main=main)
            _write_note(folder, note)
            _move(folder, parent, note)
        sync(parent)


def _write_note(folder: Path, note: CommitNote) -> None:
    draft = folder / DRAFT_FILE
    draft.write_text(note_text(note, folder), encoding="utf-8")
    sync(draft)
    os.replace(draft, folder / COMMIT_FILE)
    sync(folder)


def _move(folder: Path, parent: Path, note: CommitNote) -> None:
    if note.main and (folder / note.main).exists():
        (parent / note.main).unlink(missing_ok=True)
        sync(parent)
    for name in set(note.before) - set(note.files):
        (parent / name).unlink(missing_ok=True)
    for name in sorted(note.files, key=lambda name: name == note.main):
        with suppress(FileNotFoundError):  # already moved by the writer that was killed
            os.replace(folder / name, parent / name)


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
    if lacks_temporary_folder(error):
        return ExchangeError("no folder for temporary files can be written", where=where, fix="Name one by TMPDIR.")
    where = _place(error, where)
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
    reason = translate_error(error)
    return ExchangeError("the file cannot be written: {reason}", where=where, fix="Check the folder.", reason=reason)


def _place(error: OSError, where: str) -> str:
    """The file that an error is about: what is written, or another one that it names, a temporary one for example."""
    named = error.filename
    return named if isinstance(named, str) and not Path(named).is_relative_to(Path(where).parent) else where


@contextmanager
def gone_on_failure(made: Mapping[Path, Path]) -> Generator[None]:
    """Take copies, each by what it is a copy of, away where what they were made for fails and has replaced nothing."""
    try:
        yield
    except BaseException:
        if all(file.is_file() and filecmp.cmp(file, copy, shallow=False) for file, copy in made.items()):
            for copy in made.values():
                copy.unlink()
        raise
