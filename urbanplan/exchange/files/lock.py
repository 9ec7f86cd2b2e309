"""One writer at a time, and no reader meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from urbanplan.errors import ExchangeError
from urbanplan.layer.file_lock import FOLDERS, Lock

SECONDS = 60.0
"""How long a lock is waited for: files are flushed under it, which a busy disk may take many seconds for."""
_THEN_WRITE = "Wait for the other program to finish, then write again."
_THEN_READ = "Wait for the other program to finish, then read again."


@contextmanager
def hold_lock(path: Path, *, seconds: float = SECONDS) -> Iterator[None]:
    """Hold the lock of ``path`` (a folder or a lock file) inside the block; writers are served in turn.

    Raises:
        ExchangeError: another writer has held it for ``seconds``.
    """
    lock = _lock_of(path)
    if not lock.take_within(seconds):
        raise ExchangeError("another writer is at work here", where=str(path), fix=_THEN_WRITE)
    try:
        yield
    finally:
        lock.release()


@contextmanager
def wait_for_writers(folder: Path) -> Iterator[None]:
    """Keep writers out of ``folder`` inside the block; where nothing can be locked, the block runs without.

    Raises:
        ExchangeError: a writer has held the lock all the while: what stands there may be half of its work.
    """
    lock = _lock_of(folder)
    try:
        free = lock.take_within(SECONDS)
    except OSError:  # a place that knows no locks, or lets us make none
        free = True
    if not free:
        raise ExchangeError("another writer is at work here", where=str(folder), fix=_THEN_READ)
    try:
        yield
    finally:
        lock.release()


def _lock_of(path: Path) -> Lock:
    return Lock(path if FOLDERS or not path.is_dir() else path / ".urbanplan.lock")
