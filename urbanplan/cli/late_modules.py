"""Modules that libraries name and no command uses: they are loaded when something of them is asked for."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import LazyLoader, find_spec
from types import ModuleType

LATE = frozenset({"numpy.f2py"})
"""scipy copies all names of numpy, its compiler of Fortran among them, with a detector of text encodings behind it."""


class _LateFinder(MetaPathFinder):
    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name not in LATE:
            return None
        sys.meta_path.remove(self)  # each is found once, by those behind
        try:
            spec = find_spec(name)
        finally:
            sys.meta_path.insert(0, self)
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


def load_late() -> None:
    """Let :data:`LATE` wait until they are used; a module that is loaded stays as it is."""
    if not any(isinstance(one, _LateFinder) for one in sys.meta_path):
        sys.meta_path.insert(0, _LateFinder())
