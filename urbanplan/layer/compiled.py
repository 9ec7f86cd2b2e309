"""The compiler, put to work: functions compiled once and kept where a file can be written.

The machine code is kept beside the source, else in the user's cache folder, else only in memory.  It is made anew when
the source changes, or what it calls in other modules, of which it holds a copy; a spoilt file or a full disk costs the
time of compiling, no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pickle import UnpicklingError
from typing import Any, TypeVar, cast

from numba import njit
from numba.core.caching import FunctionCache
from numba.core.dispatcher import Dispatcher

F = TypeVar("F", bound=Callable[..., Any])
CORRUPT_CACHE_ERRORS = (
    UnpicklingError,
    EOFError,
    OSError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ImportError,
    MemoryError,
    OverflowError,
)
"""What reading a file that was cut off or overwritten may end in."""


def cached_njit(function: F) -> F:
    """``function`` compiled without the interpreter's lock, from the cache where one can be written."""
    made: Any = njit(nogil=True)(function)
    with suppress(RuntimeError):  # no folder for the cache can be written
        made._cache = _DependencyCache(function)
    return cast(F, made)


class _DependencyCache(FunctionCache):
    """Numba's cache of a function, fresh only as long as what it calls, and never in the way."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self._cache_file._source_stamp = (self._cache_file._source_stamp, *_dependencies(function))

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The machine code; None where there is none or the file is spoilt."""
        try:
            return super().load_overload(sig, target_context)
        except CORRUPT_CACHE_ERRORS:
            with suppress(OSError):
                self.flush()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep the machine code where it can be."""
        with suppress(*CORRUPT_CACHE_ERRORS):
            super().save_overload(sig, data)


def _dependencies(function: Callable[..., Any]) -> Iterator[tuple[str, Any]]:
    """Compiled functions and numbers that stand in the function's module before it, by name, and how fresh they are."""
    for name, value in sorted(function.__globals__.items()):
        if isinstance(value, Dispatcher):
            kept = getattr(value, "_cache", None)
            yield name, getattr(getattr(kept, "_cache_file", None), "_source_stamp", None)
        elif isinstance(value, int | float):
            yield name, value
