"""Reading a set of files while another program replaces it: all of one version, or once more."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import TypeVar

from urbanplan.errors import ExchangeError
from urbanplan.exchange.files.atomic import recover
from urbanplan.exchange.files.lock import wait_for_writers
from urbanplan.exchange.files.sidecar import metadata_path
from urbanplan.exchange.formats import Format
from urbanplan.exchange.gate.admission import admit, change_log, companions
from urbanplan.exchange.gate.folder import folder_files
from urbanplan.model.safe_path import check_path, resolve_inside

Result = TypeVar("Result")
_MAX_TRIES = 5
_Stamp = tuple[tuple[str, int, int, int], ...]


def admit_consistent(path: Path | str, *, root: Path | str | None = None) -> Path:
    """Admit a file as :func:`~urbanplan.exchange.gate.admission.admit` does, also while its set is being replaced.

    What killed writers left in its folder is finished or cleared first.  A set lacks its main file for a moment while
    it is replaced: what is refused is looked at once more when no writer of urbanplan is at work there.

    Raises:
        GateError, ExchangeError: it is refused, or a writer has been at work there all the while.
    """
    folder = _folder(path, root)
    if folder is not None:
        recover(folder)
    with suppress(ExchangeError):
        return admit(path, root=root)
    with wait_for_writers(folder) if folder is not None else nullcontext():
        return admit(path, root=root)


def _folder(path: Path | str, root: Path | str | None) -> Path | None:
    """The folder that a path leads to, whether or not its file is there just now; None when it leads to none."""
    text = os.fspath(path)
    try:
        if root is None:
            check_path(text)
            folder = Path(text).resolve().parent
        else:
            folder = resolve_inside(text, Path(root)).parent
        return folder if folder.is_dir() else None
    except (OSError, RuntimeError):  # `admit` says what is wrong with it
        return None


def read_consistent(path: Path, row: Format, read: Callable[[], Result]) -> Result:
    """What ``read`` gives while the file, its companions and its metadata file stay as they are.

    Raises:
        ExchangeError: they were replaced at every try, or are being replaced all the while; or what ``read`` raises
            of a file that did not change.
    """
    for _ in range(_MAX_TRIES):
        before = _stable_stamp(path, row)
        try:
            answer = read()
        except (ExchangeError, OSError):  # OSError: a file that was there a moment ago is gone
            if _stamp(path, row) == before:
                raise
            continue
        if _stamp(path, row) == before:
            return answer
    fix = "Wait for the other program to finish, then read again."
    raise ExchangeError("the file is replaced by another program again and again", where=str(path), fix=fix)


def _stable_stamp(path: Path, row: Format) -> _Stamp:
    """The stamp of a set that no writer of urbanplan is replacing just now."""
    with wait_for_writers(path.parent):
        return _stamp(path, row)


def _stamp(path: Path, row: Format) -> _Stamp:
    """Names, numbers, hours and sizes of the files of a set; those that are gone are left out."""
    found = []
    beside = (*companions(path, row), *change_log(path, row), metadata_path(path))
    for file in (path, *folder_files(path), *beside):
        with suppress(OSError):
            said = file.stat()
            found.append((file.name, said.st_ino, said.st_mtime_ns, said.st_size))
    return tuple(found)
