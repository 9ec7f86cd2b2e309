"""A layer file that is a folder: plain files of bounded number and size, none of them a link."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from urbanplan.errors import GateError
from urbanplan.exchange.formats import FORMATS, Format
from urbanplan.model.safe_path import shorten_path

SUFFIXES = tuple(suffix for row in FORMATS if row.folder for suffix in row.suffixes)
FIRST_FILE = "a00000001.gdbtable"  # of a FileGDB: the catalogue of its tables
_MAX_FILES = 20_000
_LOCK_SUFFIX = ".lock"  # of programs that have it open


def check_folder(path: Path, row: Format, root: Path | str | None = None) -> None:
    """Refuse a folder that is none of its format, or holds what is no plain file.

    Args:
        path: the resolved folder. row: its format. root: a plan's folder, which it must lie in.

    Raises:
        GateError: it is refused.
    """
    where, fix = shorten_path(str(path)), "Copy the whole folder again from its source."
    if not path.is_dir():
        raise GateError("this is a file, not a folder of {title}", where=where, fix=fix, title=row.local_title)
    if root is not None and not path.is_relative_to(Path(root).resolve()):
        fix = "Put the folder into the plan's folder and write its path from there."
        raise GateError("{path} leads out of the plan's folder", where=str(root), fix=fix, path=where)
    files = sorted(os.scandir(path), key=lambda file: file.name)
    if len(files) > _MAX_FILES:
        raise GateError("the folder has {count} files", where=where, fix=fix, count=len(files))
    for file in files:
        if not stat.S_ISREG(file.stat(follow_symlinks=False).st_mode):
            what = "{name} in the folder is no plain file"
            raise GateError(what, where=where, fix=fix, name=shorten_path(file.name))
    check_largest(sum(file.stat().st_size for file in files), row, where)
    if not (path / FIRST_FILE).is_file():
        what = "the folder is no {title}: {name} is missing"
        raise GateError(what, where=where, fix=fix, title=row.local_title, name=FIRST_FILE)


def check_largest(size: int, row: Format, where: str) -> None:
    """Refuse what has more bytes than its format is read up to; ``URBANPLAN_LARGEST`` is another limit.

    Raises:
        GateError: it has.
    """
    largest = int(os.environ.get("URBANPLAN_LARGEST") or row.largest)
    if size > largest:
        raise GateError(
            "the file has {size} MB; {title} is read up to {largest} MB",
            where=where,
            fix="Split it, or set URBANPLAN_LARGEST to more bytes if you trust it.",
            size=size // 1_000_000,
            title=row.local_title,
            largest=largest // 1_000_000,
        )


def folder_files(path: Path) -> list[Path]:
    """The files of such a folder in order, without the locks of programs that have it open; none of a plain file."""
    if not path.is_dir():
        return []
    return sorted(file for file in path.iterdir() if file.suffix.lower() != _LOCK_SUFFIX and file.is_file())
