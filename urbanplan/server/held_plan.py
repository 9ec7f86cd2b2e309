"""A plan as it was read last, and read anew when anything in its folder changes.

A GIS program asks `/ogc` for a page of features many times a second; a plan of 180 targets takes 50 ms to read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from urbanplan.analysis.plans import open_plan

if TYPE_CHECKING:
    from urbanplan.model.plan import Plan

MOST_FILES = 2_000
"""In a folder of more files a plan is read each time: looking at each of them costs as much."""
OWN_FOLDER = ".urbanplan"
Stamp = tuple[tuple[str, int, int, int], ...]


@dataclass
class HeldPlans:
    """The plans that were read, by their file, each with the state of its folder before it was read."""

    held: dict[Path, tuple[Stamp, Plan]] = field(default_factory=dict[Path, "tuple[Stamp, Plan]"])

    def read(self, file: Path) -> Plan:
        """The plan of a file.

        Raises:
            PlanError: the file cannot be used.
        """
        stamp = folder_stamp(file.parent)
        known = self.held.get(file)
        if stamp is not None and known is not None and known[0] == stamp:
            return known[1]
        plan = open_plan(file)
        self.held.pop(file, None)
        if stamp is not None:
            self.held[file] = stamp, plan
        return plan


def folder_stamp(folder: Path) -> Stamp | None:
    """Place, size, time of change and number of all files below a folder; None where there are too many."""
    seen = [
        (path, found.st_size, found.st_mtime_ns, found.st_ino) for path, found in islice(_files(folder), MOST_FILES + 1)
    ]
    return tuple(sorted(seen)) if len(seen) <= MOST_FILES else None


def _files(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    for base, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != OWN_FOLDER]
        for name in names:
            path = os.path.join(base, name)
            try:
                yield path, os.stat(path)
            except OSError:  # gone since, or a link to nowhere: its coming back is a change
                continue
