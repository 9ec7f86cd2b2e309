"""One writer at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from urbanplan.errors import ExchangeError
from urbanplan.layer.file_lock import FOLDERS, Lock


@contextmanager
def hold_lock(path: Path, *, seconds: float = 60.0) -> Iterator[None]:
    """Hold the lock of ``path`` (a folder or a lock file) inside the block; writers are served in turn.

    Raises:
        ExchangeError: another writer has held it for ``seconds``.
    """
    lock = Lock(path if FOLDERS or not path.is_dir() else path / ".urbanplan.lock")
    if not lock.take_within(seconds):
        fix = "Wait for the other program to finish, then write again."
        raise ExchangeError("another writer is at work here", where=str(path), fix=fix)
    try:
        yield
    finally:
        lock.release()
