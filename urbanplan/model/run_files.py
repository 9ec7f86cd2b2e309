"""Files of one run of a command: what it reads is never written over, and no two of its answers go into one file.

A command says which files it reads and writes before any work is done; a plan adds all that it names, and the last wall
is the writer itself, which asks before it replaces a file.  Outside such a run (a program that calls urbanplan) nothing
is asked.  Files are the same where they have the same address in any letter case, or are one file by links.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

from urbanplan.errors import UsageError

Key = str | tuple[int, int]


@dataclass
class RunFiles:
    """Keys of the files of a run, with their paths as they were given.

    Attributes:
        overwrite: a file of another format may be replaced.
        inputs, outputs: what is read and written. replaceable: what the command is there to replace.
    """

    overwrite: bool = False
    inputs: dict[Key, Path] = field(default_factory=dict[Key, Path])
    outputs: dict[Key, Path] = field(default_factory=dict[Key, Path])
    replaceable: set[Key] = field(default_factory=set[Key])


_run: ContextVar[RunFiles | None] = ContextVar("urbanplan_run_files", default=None)


@contextmanager
def use_run_files(files: RunFiles) -> Generator[RunFiles]:
    """Hold the files of one run inside the block."""
    token = _run.set(files)
    try:
        yield files
    finally:
        _run.reset(token)


def may_overwrite() -> bool:
    """Whether a file of another format may be replaced."""
    files = _run.get()
    return files is None or files.overwrite


_METADATA_ENDING = ".meta.json"
# endings that stand instead of the file's own, and behind it
_COMPANIONS = {
    ".shp": (".dbf", ".shx", ".prj", ".cpg", ".names.json", ".qix", ".sbn", ".sbx"),
    ".tab": (".dat", ".map", ".id", ".ind"),
    ".mif": (".mid",),
    **dict.fromkeys((".tif", ".tiff"), (".tfw", ".prj")),
}
_DATABASE, _RASTER = ("-wal", "-journal", "-shm"), (".aux.xml", ".ovr", ".msk")
_BEHIND = {
    **dict.fromkeys((".gpkg", ".sqlite", ".spatialite", ".db", ".mbtiles"), _DATABASE),
    **dict.fromkeys((".tif", ".tiff"), _RASTER),
}
_NO_FILE = {stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK}


def _with_companions(path: Path) -> list[Path]:
    """A file with those that belong to it."""
    if not path.name:
        return [path]
    kind = path.suffix.lower()
    others = [path.with_suffix(ending) for ending in _COMPANIONS.get(kind, ())]
    behind = (_METADATA_ENDING, *_BEHIND.get(kind, ()))
    return [path, *others, *(path.with_name(path.name + ending) for ending in behind)]


def add_inputs(paths: Iterable[Path]) -> None:
    """Say that files are read in this run.

    Raises:
        UsageError: an answer is to go into one of them.
    """
    files = _run.get()
    if files is None:
        return
    for path in (one for given in paths for one in _with_companions(given)):
        keys = _file_keys(path)
        for key in keys:
            if key in files.outputs and key not in files.replaceable:
                raise _input_error(files.outputs[key], path)
        files.inputs |= dict.fromkeys(keys, path)


def add_output(path: Path) -> None:
    """Say that an answer goes into a file, with the companions that its format may have.

    Raises:
        UsageError: it is no place for a file, it is read in this run, or another answer goes there.
    """
    check_output(path)
    files = _run.get()
    if files is None:
        return
    keys = [key for one in _with_companions(path) for key in _file_keys(one)]
    for key in keys:
        if key in files.outputs:
            raise UsageError("two outputs go into one file: {one}", where=str(path), fix="Give each its own file.",
                             one=files.outputs[key])  # fmt: skip
    files.outputs |= dict.fromkeys(keys, path)


def check_output(path: Path) -> None:
    """Ask whether a file may be written: what is no file is never replaced, in a run of a command or outside one.

    Raises:
        UsageError: a device, a pipe or a socket stands there, or the file or the database that it lies in is read in
            this run.
    """
    _check_kind(path)
    files = _run.get()
    if files is None:
        return
    databases = (one for one in path.parents if one.suffix.lower() == ".gdb")
    for key in (key for one in (path, *databases) for key in _file_keys(one)):
        if key in files.inputs and key not in files.replaceable:
            raise _input_error(path, files.inputs[key])


def _check_kind(path: Path) -> None:
    try:
        kind = stat.S_IFMT(os.stat(path).st_mode)
    except (OSError, ValueError):  # nothing is there, or nothing can be: the writer tells it
        return
    if kind in _NO_FILE:
        fix = "Name a file."
        raise UsageError("this is a device, a pipe or a socket: a file would take its place", where=str(path), fix=fix)


def allow_replacing(path: Path) -> None:
    """Let the command replace a file that it reads: that is what it was asked to do."""
    files = _run.get()
    if files is not None:
        files.replaceable |= {key for one in _with_companions(path) for key in _file_keys(one)}


def _input_error(path: Path, read: Path) -> UsageError:
    fix = "Name another file; nothing was written."
    return UsageError("the output would replace the input {read}", where=str(path), fix=fix, read=read)


def _file_keys(path: Path) -> list[Key]:
    """What two paths to one file have in common."""
    address = unicodedata.normalize("NFC", os.path.realpath(path)).casefold()
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return [address]
    return [address, (found.st_dev, found.st_ino)]
