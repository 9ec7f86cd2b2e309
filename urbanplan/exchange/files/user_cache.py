"""What urbanplan keeps of a plan between runs: readings, tables of large files and networks, in the user's own folder.

Each plan's folder has one here, named by a digest of its address; what lies in it is looked up by digests of the
content that it was made from.  A plan's own folder is never asked: it may come from anybody.  The whole is held below a
size, the files that were not used for longest go first; ``urbanplan cache`` shows it, empties it, switches it off.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from urbanplan.exchange.files.user_folder import CACHE_VARIABLE, OFF_FILE, PLANS, SWITCHED_OFF, user_folder
from urbanplan.model.translation import localize

MAX_BYTES = 2_000_000_000
"""Bytes that all plans' folders may take together."""
_DIGEST = re.compile("[0-9a-f]{32}")  # the name of a plan's folder; another of the folder named is not urbanplan's
_EARLIER_FILES = ("memory.json", "store.gpkg", "network-*.npz")  # kept in the plan's folder by earlier versions
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class CacheStatus:
    """What is kept.

    Attributes:
        folder: where, None where the account has no safe place. on: whether runs use it. plans: of how many plans.
        size: bytes. limit: bytes that it may take.
    """

    folder: str | None
    on: bool
    plans: int
    size: int
    limit: int = MAX_BYTES


def plan_folder(home: Path) -> Path | None:
    """Where things of the plan in a folder are kept, made where it is missing; None where nothing is kept.

    What lies in the plan's own folder under the names of such things is left there and told.
    """
    _warn_of_earlier_files(home)
    root = user_folder() if is_on() else None
    if root is None:
        return None
    folder = root / PLANS / hashlib.sha256(os.fsencode(home.resolve())).hexdigest()[:32]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder


def is_on() -> bool:
    """Whether runs keep things and use what was kept."""
    root = user_folder()
    return os.environ.get(CACHE_VARIABLE) != SWITCHED_OFF and root is not None and not (root / OFF_FILE).exists()


def switch(on: bool) -> None:
    """Let runs keep things, or not; what is kept is removed where not.

    Raises:
        OSError: the user's folder cannot be written.
    """
    root = _require_folder()
    if on:
        (root / OFF_FILE).unlink(missing_ok=True)
    else:
        (root / OFF_FILE).touch(mode=0o600)
        clear()


def clear() -> None:
    """Remove all that is kept of any plan; the account's secret stays.

    Raises:
        OSError: it cannot be removed.
    """
    for folder in _plan_folders(_require_folder()):
        shutil.rmtree(folder)


def cache_status() -> CacheStatus:
    """What is kept now."""
    root = user_folder()
    files = [] if root is None else _files(root)
    size = sum(found.st_size for _, found in files)
    return CacheStatus(None if root is None else str(root), is_on(), len({path.parent for path, _ in files}), size)


def mark_used(path: Path) -> None:
    """Say that a kept file is of use now."""
    with suppress(OSError):
        os.utime(path)


def evict(limit: int = MAX_BYTES) -> None:
    """Remove the files that were not used for longest until the rest is within a limit."""
    root = user_folder()
    if root is None:
        return
    files = sorted(_files(root), key=lambda item: item[1].st_mtime_ns)
    size = sum(found.st_size for _, found in files)
    for path, found in files:
        if size <= limit:
            return
        with suppress(OSError):
            path.unlink()
            size -= found.st_size


def _plan_folders(root: Path) -> list[Path]:
    """Folders of plans: a folder that ``URBANPLAN_CACHE`` names may hold others of its owner's."""
    return [path for path in (root / PLANS).glob("*") if _DIGEST.fullmatch(path.name) and not path.is_symlink()]


def _files(root: Path) -> list[tuple[Path, os.stat_result]]:
    """Kept files with what the system says of them; those at work and those that are gone are left out."""
    found: list[tuple[Path, os.stat_result]] = []
    for path in (path for folder in _plan_folders(root) for path in folder.glob("*")):
        with suppress(OSError):
            if path.is_file() and path.name != "lock":
                found.append((path, path.stat()))
    return found


def _require_folder() -> Path:
    root = user_folder()
    if root is None:
        raise OSError("no folder of the user's own")
    return root


def _warn_of_earlier_files(home: Path) -> None:
    names = [path.name for pattern in _EARLIER_FILES for path in (home / ".urbanplan").glob(pattern)]
    if names:
        _log.warning(
            localize(
                "{folder}: {names} may be anybody's and are not used; what is kept lies in the user's cache directory. "
                "Delete them.",
                folder=home / ".urbanplan",
                names=", ".join(sorted(names)[:5]),
            )
        )
