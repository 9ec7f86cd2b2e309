"""Modules that libraries name and no command uses: they are loaded when something of them is asked for or called."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import LazyLoader, find_spec
from types import ModuleType
from typing import Any

LATE = frozenset({"numpy.f2py", "numpy.testing", "numpy.ctypeslib"})
"""scipy copies all names of numpy, its compiler of Fortran among them, with a detector of text encodings behind it."""
LATE_FUNCTIONS = {"scipy.sparse.csgraph._laplacian": ("laplacian",)}
"""Functions that another module takes at once, by the module that is loaded when one is called: behind this one stand
scipy's solvers of linear equations, a tenth of what the search of ways takes to start."""


class _FunctionLoader(Loader):
    """Functions that load their module when one of them is called."""

    def __init__(self, loader: Loader, names: Sequence[str]) -> None:
        self._loader, self._names = loader, names

    def exec_module(self, module: ModuleType) -> None:
        for name in self._names:
            setattr(module, name, self._late(module, name))

    def _late(self, module: ModuleType, name: str) -> Callable[..., Any]:
        def call(*values: Any, **named: Any) -> Any:
            if getattr(module, name) is call:
                self._loader.exec_module(module)
            return getattr(module, name)(*values, **named)

        return call


class _LateFinder(MetaPathFinder):
    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name not in LATE and name not in LATE_FUNCTIONS:
            return None
        sys.meta_path.remove(self)  # each is found once, by those behind
        try:
            spec = find_spec(name)
        finally:
            sys.meta_path.insert(0, self)
        if spec is not None and spec.loader is not None:
            functions = LATE_FUNCTIONS.get(name)
            spec.loader = LazyLoader(spec.loader) if functions is None else _FunctionLoader(spec.loader, functions)
        return spec


def load_late() -> None:
    """Let :data:`LATE` wait until they are used; a module that is loaded stays as it is."""
    if not any(isinstance(one, _LateFinder) for one in sys.meta_path):
        sys.meta_path.insert(0, _LateFinder())
