"""Compiled code that is only linked into what calls it.

Numba optimises and assembles each function for itself, and once more within each function that calls it, level by
level.  What Python never calls need be made ready only within what it does call: its code is handed on as written.
"""

from __future__ import annotations

from typing import Any

from llvmlite import binding as llvm
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler

ENVIRONMENT = "_ZN08NumbaEnv"
"""Names of the places at which a function finds its constants of Python; numba writes them once a function is made."""


class LinkedLibrary(JITCodeLibrary):
    """The code of a function that is never run by itself."""

    def _optimize_final_module(self) -> None:
        """Left to what calls it."""

    def _finalize_final_module(self) -> None:
        """Only the places of constants are made."""
        names = [place.name for place in self._final_module.global_variables if place.name.startswith(ENVIRONMENT)]
        places = llvm.parse_assembly("".join(f'@"{name}" = common global i8* null\n' for name in names))
        places.triple, places.data_layout = self._final_module.triple, self._codegen._data_layout
        engine: Any = self._codegen._engine
        engine.add_module(places)
        engine.finalize_object()
        self._finalized = True


class LinkedCompiler(Compiler):
    """Numba's way of compiling, into a :class:`LinkedLibrary`."""

    def __init__(self, typing: Any, target: Any, library: Any, *rest: Any) -> None:
        super().__init__(typing, target, library or LinkedLibrary(target.codegen(), "linked"), *rest)
