"""The compiler where it is installed; else the functions stay as they are written."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
HAS_COMPILER = find_spec("numba") is not None


def compiled(function: F) -> F:
    """``function`` compiled and kept, see :func:`urbanplan.layer.compiled.cached_njit`; itself without a compiler."""
    if not HAS_COMPILER:
        return function
    from urbanplan.layer.compiled import cached_njit

    return cached_njit(function)
