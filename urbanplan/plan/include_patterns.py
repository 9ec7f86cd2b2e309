"""The files that an include pattern of a plan names, walked without links and in bounded number."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterator
from pathlib import Path

from urbanplan.errors import PlanError
from urbanplan.model.safe_path import resolve_inside

MAX_FOUND, MAX_SEEN = 1_000, 100_000  # files of one pattern, entries of folders looked at for it
_MAX_FOLDER_DEPTH, _MAX_NAME_BYTES = 64, 255  # folders below each other, bytes of a name


def expand_pattern(pattern: str, folder: Path, *, where: str) -> list[Path]:
    """Files of a pattern in order; none where no name can be so long.

    Folders that are links are not walked: by one to a folder above, every pattern would go round for ever.

    Raises:
        PlanError: it finds too many files, or too many folders are to be looked through.
        GateError: it leads out of the plan's folder.
    """
    resolve_inside(pattern, folder, where=where)
    steps = Path(pattern).parts
    if not steps or len(steps) > _MAX_FOLDER_DEPTH or max(len(step.encode()) for step in steps) > _MAX_NAME_BYTES:
        return []
    seen = 0
    level = {folder}
    for number, step in enumerate(steps):
        found: set[Path] = set()
        for entry, place in _matches(level, step, last=number == len(steps) - 1):
            seen += 1
            if entry:
                found.add(place)
            if seen > MAX_SEEN or (number == len(steps) - 1 and len(found) > MAX_FOUND):
                what, fix = "the pattern {pattern!r} finds more than {limit} files", "Name the files, or narrow it"
                limit = MAX_SEEN if seen > MAX_SEEN else MAX_FOUND
                raise PlanError(what, where=where, fix=fix, pattern=pattern[:60], limit=limit)
        level = found
    paths = sorted(path for path in level if path.is_file())
    for path in paths:
        resolve_inside(str(path.relative_to(folder)), folder, where=where)
    return paths


def _matches(level: set[Path], step: str, *, last: bool) -> Iterator[tuple[bool, Path]]:
    """Every entry looked at, and whether it fits the step; ``**`` is each folder below, and the folder itself."""
    todo = list(level)
    while todo:
        place = todo.pop()
        if step == "**":
            yield True, place
        for entry in _entries(place):
            path, walked = place / entry.name, entry.is_dir(follow_symlinks=False)
            if step == "**":
                yield last, path
                todo += [path] if walked else []
            else:
                yield fnmatch.fnmatchcase(entry.name, step) and (last or walked), path


def _entries(place: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(place) as entries:
            return list(entries)
    except OSError:  # no folder, or one that may not be read
        return []
