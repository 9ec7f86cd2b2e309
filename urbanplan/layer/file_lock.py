"""A lock of one process, kept by the operating system: a killed process holds nothing."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no fcntl; msvcrt locks a byte of the file
    fcntl = None

FOLDERS = fcntl is not None
"""Whether a folder itself can be locked; else a file in it must be."""
RETRY = 0.005
"""Seconds after which a lock that another holds is tried again."""


class Lock:
    """An exclusive lock on a file or folder; the file is made where it is missing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    def is_there(self) -> bool:
        """Whether its file exists, as a file and no link."""
        return self.path.is_file() and not self.path.is_symlink()

    def take(self, *, wait: bool = True) -> bool:
        """Take the lock; False when another holds it and ``wait`` is off."""
        flags = os.O_RDONLY if self.path.is_dir() else os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        handle = os.open(self.path, flags, 0o644)
        try:
            _acquire(handle, wait=wait)
        except (BlockingIOError, PermissionError):
            os.close(handle)
            return False
        self._handle = handle
        return True

    def take_within(self, seconds: float) -> bool:
        """Take the lock, trying for so many seconds; False when another holds it all the while."""
        end = time.monotonic() + seconds
        while not self.take(wait=False):
            if time.monotonic() > end:
                return False
            time.sleep(RETRY)
        return True

    def release(self) -> None:
        """Give the lock back; harmless when it is not held."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _acquire(handle: int, *, wait: bool) -> None:
    if fcntl is not None:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except OSError as error:  # some network file systems know no locks: nothing can be held, nothing is refused
            if error.errno not in (errno.ENOTSUP, errno.ENOLCK, errno.ENOSYS):
                raise
        return
    import msvcrt

    msvcrt.locking(handle, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)  # pyright: ignore
