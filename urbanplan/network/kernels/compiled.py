"""The compiler, put to work: functions compiled once and kept where a file can be written.

The machine code is kept beside the source, else in the user's cache folder, else only in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """``function`` compiled without the interpreter's lock, from the cache where one can be written."""
    try:
        return cast(F, njit(cache=True, nogil=True)(function))
    except RuntimeError:  # no folder for the cache can be written
        return cast(F, njit(nogil=True)(function))
