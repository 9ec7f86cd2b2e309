"""A database with the changes that stand beside it, read from a copy: nothing is written where it lies."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from contextlib import closing
from functools import lru_cache
from pathlib import Path

from urbanplan.errors import ExchangeError
from urbanplan.model.library_messages import translate_error

_Stamp = tuple[int, int, int]


def settled_path(path: Path) -> Path:
    """The database itself, or a copy of it into which the write-ahead log beside it was put.

    A program that has it open, or was killed, leaves its newest rows in that log; who opens both would put them into
    the database, and write where the user asked to read alone.

    Raises:
        ExchangeError: the database is damaged, or there is no room for a copy.
    """
    log = path.with_name(f"{path.name}-wal")
    if not log.exists() or not log.stat().st_size:
        return path
    return _copy(path, log, _stamp(path), _stamp(log)).path


def _stamp(path: Path) -> _Stamp:
    said = path.stat()
    return said.st_ino, said.st_mtime_ns, said.st_size


class _Copy:
    """A copy in a folder of its own, which goes with it."""

    def __init__(self, path: Path, log: Path) -> None:
        folder = tempfile.mkdtemp(prefix="urbanplan-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self.path = Path(folder) / path.name
        shutil.copyfile(path, self.path)
        shutil.copyfile(log, self.path.with_name(log.name))
        import sqlite3  # here, since most files are no databases, and a start waits for every import

        with closing(sqlite3.connect(self.path)) as base:
            base.execute("PRAGMA trusted_schema = OFF")
            base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            base.execute("PRAGMA journal_mode = DELETE")


@lru_cache(maxsize=2)
def _copy(path: Path, log: Path, *_stamps: _Stamp) -> _Copy:
    """The copy of a database and log as they are now."""
    import sqlite3

    try:
        return _Copy(path, log)
    except (sqlite3.Error, OSError) as error:
        fix = "Close the program that has it open, or get the file again from its source."
        what = "the database and the changes beside it cannot be read: {reason}"
        raise ExchangeError(what, where=str(path), fix=fix, reason=translate_error(error)) from error
