"""Reading of small files that anybody may have put there: no link, no pipe, no device, no more than a limit."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path


def read_regular(path: Path, *, limit: int) -> bytes:
    """The bytes of a regular file.

    Args:
        path: the file; a link is not followed. limit: bytes that it may have.

    Raises:
        OSError: there is none, it is no regular file, or it is longer.
    """
    handle = open_regular(path, os.O_RDONLY)
    with os.fdopen(handle, "rb") as stream:
        if os.fstat(handle).st_size > limit:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
        return stream.read(limit)


def open_regular(path: Path, flags: int, *, mode: int = 0o644) -> int:
    """A descriptor of a regular file; a pipe does not block, and what is written goes into no file of another name.

    Raises:
        OSError: it cannot be opened, is a link, a pipe, a device or a folder, or is to be written and has two names.
    """
    found = path.lstat() if os.path.lexists(path) else None
    twice = found is not None and found.st_nlink > 1 and flags & (os.O_WRONLY | os.O_RDWR)
    if found is not None and (twice or not stat.S_ISREG(found.st_mode)):
        raise OSError(errno.EINVAL, "this is a link or no regular file", str(path))
    safe = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags | safe, mode)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "this is a link or no regular file", str(path))
    return handle


def fingerprint(path: Path, *, limit: int | None = None) -> str:
    """Length and sha256 of a file's bytes, empty where there is no regular file of that name.

    Args:
        path: the file. limit: bytes beyond which its length alone is said, as nobody reads it.

    Raises:
        OSError: it cannot be read.
    """
    if not path.is_file():
        return ""
    if limit is not None and path.stat().st_size > limit:
        return str(path.stat().st_size)
    with path.open("rb") as stream:
        return f"{path.stat().st_size} {hashlib.file_digest(stream, 'sha256').hexdigest()}"


def has_fingerprint(path: Path, wanted: str) -> bool:
    """Whether a regular file, and no link, has a fingerprint; one of another length is not read."""
    if path.is_symlink() or not path.is_file():
        return False
    return str(path.stat().st_size) == wanted.partition(" ")[0] and fingerprint(path) == wanted
