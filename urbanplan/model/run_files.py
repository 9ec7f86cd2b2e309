"""Files of one run of a command: what it reads is never written over, and no two of its answers go into one file.

A command says which files it reads and writes before any work is done; a plan adds all that it names, and the last wall
is the writer itself, which asks before it replaces a file.  Outside such a run (a program that calls urbanplan) nothing
is asked.  Files are the same where they have the same address in any letter case, or are one file by links.
"""

from __future__ import annotations

import os
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
_COMPANIONS = {".shp": (".dbf", ".shx", ".prj", ".cpg", ".names.json")}


def _with_companions(path: Path) -> list[Path]:
    """A file with those that belong to it."""
    others = [path.with_suffix(ending) for ending in _COMPANIONS.get(path.suffix.lower(), ())]
    return [path, *others, path.with_name(path.name + _METADATA_ENDING)] if path.name else [path]


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
    """Say that an answer goes into a file.

    Raises:
        UsageError: it is read in this run, or another answer goes there.
    """
    files = _run.get()
    if files is None:
        return
    check_output(path)
    keys = _file_keys(path)
    for key in keys:
        if key in files.outputs:
            raise UsageError("two outputs go into one file: {one}", where=str(path), fix="Give each its own file.",
                             one=files.outputs[key])  # fmt: skip
    files.outputs |= dict.fromkeys(keys, path)


def check_output(path: Path) -> None:
    """Ask whether a file may be written in this run.

    Raises:
        UsageError: it is read in this run.
    """
    files = _run.get()
    if files is None:
        return
    for key in _file_keys(path):
        if key in files.inputs and key not in files.replaceable:
            raise _input_error(path, files.inputs[key])


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
