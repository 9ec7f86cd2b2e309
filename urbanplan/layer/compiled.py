"""The compiler, put to work: functions compiled once and kept where a file can be written.

The machine code is kept beside the source, else in the user's cache folder, else only in memory.  It is made anew when
the source changes, or what it calls in other modules, of which it holds a copy; a spoilt file or a full disk costs the
time of compiling, no more.  Processes that need it at once compile a module's functions in turn, so that the first one
compiles and the others load; numba's own files are not made for two writers, who may exchange what they keep.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, partial
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, TypeVar, cast
from zlib import crc32

from numba import njit, types
from numba.core.caching import FunctionCache
from numba.core.compiler_lock import global_compiler_lock
from numba.core.dispatcher import Dispatcher
from numba.core.extending import _Intrinsic

from urbanplan.layer.file_lock import Lock
from urbanplan.layer.linked_library import LinkedCompiler

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
PATIENCE = 60.0
"""Seconds that another process is waited for, while it compiles functions of the same module."""
_NJIT: Any = njit
"""Its declared types leave out the options for wrappers."""


def cached_njit(function: F) -> F:
    """``function`` compiled without the interpreter's lock, from the cache where one can be written."""
    return cast(F, _cached(_NJIT(nogil=True, no_cfunc_wrapper=True)(function), function, _DependencyCache))


def inner_njit(function: F) -> F:
    """The same for what compiled functions alone call: without a way in from Python, for which numba compiles as much.

    A call from Python is refused, TypeError.
    """
    return cast(F, _inner(function, _DependencyCache))


def linked_njit(function: F) -> F:
    """The same, linked into what calls it and made ready there alone: compiled sooner, and not kept for itself.

    The compiler lays out the code of both anew, for better or worse: what is run often is measured.
    """
    return cast(F, _inner(function, _Stamp, pipeline_class=LinkedCompiler))


def _inner(function: Callable[..., Any], cache: type[_DependencyCache], **options: Any) -> Any:
    made = _NJIT(nogil=True, no_cfunc_wrapper=True, no_cpython_wrapper=True, **options)(function)
    made.add_overload = partial(_add_without_entry, made)
    made._compile_for_args = partial(_refuse_call, function.__qualname__)
    return _cached(made, function, cache)


def is_compiled(function: Any) -> bool:
    """Whether a function's machine code is at hand, in memory or kept on this machine: it need not be waited for."""
    return bool(function.overloads) or _is_kept(function)


@cache
def _is_kept(function: Any) -> bool:
    with suppress(*CORRUPT_CACHE_ERRORS):
        return bool(function._cache._cache_file._load_index())
    return False


def _cached(made: Any, function: Callable[..., Any], cache: type[_DependencyCache]) -> Any:
    with suppress(RuntimeError):  # no folder for the cache can be written
        made._cache = cache(function)
        made.compile = partial(_compile_in_turn, made)
    return made


def _add_without_entry(made: Any, compiled: Any) -> None:
    """Numba's way to note machine code, but hidden from calls out of Python: there is no function to jump to."""
    made.overloads[tuple(compiled.signature.args)] = compiled


def _refuse_call(name: str, *_: Any) -> None:
    raise TypeError(f"{name} is called from compiled functions only")


def _compile_in_turn(made: Any, signature: Any) -> Any:
    """Numba's way to a function's machine code, which looks in the cache first, with no other process on that way."""
    signature = tuple(map(_wide, signature))
    with global_compiler_lock, _TURNS.take(made._cache.turn):
        return Dispatcher.compile(made, signature)


def _wide(kind: Any) -> Any:
    """A number that stands in a call, or a narrow one out of an array, is one like any other.

    Numba would compile for each such number, and each width, anew.
    """
    plain = types.unliteral(kind)
    return types.int64 if plain in (types.int8, types.int16, types.int32) else plain


class _Turns:
    """The locks that this process holds; to be used by one thread at a time.

    What calls holds its lock while what it calls is compiled.  Calls make no circles, so none waits for ever; and who
    has once waited in vain, for a process that was stopped or a lock that a child keeps, waits no more.
    """

    def __init__(self) -> None:
        self._held: set[Path] = set()
        self._gave_up = False

    @contextmanager
    def take(self, path: Path) -> Iterator[None]:
        lock = Lock(path)
        if path in self._held or not self._wait(lock):
            yield
            return
        self._held.add(path)
        try:
            yield
        finally:
            self._held.remove(path)
            lock.release()

    def _wait(self, lock: Lock) -> bool:
        """Whether the lock was had; no folder to write in, or nobody's end of compiling, is no reason not to go on."""
        try:
            self._gave_up = self._gave_up or not lock.take_within(PATIENCE)
        except OSError:
            return False
        return not self._gave_up


_TURNS = _Turns()


class _DependencyCache(FunctionCache):
    """Numba's cache of a function, fresh only as long as what it calls, and never in the way."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self._cache_file._source_stamp = (self._cache_file._source_stamp, *_dependencies(function))
        self.turn = Path(self.cache_path) / f"{function.__module__.rpartition('.')[2]}.lock"

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


class _Stamp(_DependencyCache):
    """Tells what is kept of the callers how fresh the function is; nothing is kept of itself."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """None: it is made with each caller."""

    def save_overload(self, sig: Any, data: Any) -> None:
        """Not kept: there is no machine code."""


def _dependencies(function: Callable[..., Any]) -> Iterator[tuple[str, Any]]:
    """What is compiled in and stands in the function's module before it, by name, and how fresh it is.

    Compiled functions, numbers, and functions that write instructions themselves.
    """
    for name, value in sorted(function.__globals__.items()):
        if isinstance(value, Dispatcher):
            kept = getattr(value, "_cache", None)
            yield name, getattr(getattr(kept, "_cache_file", None), "_source_stamp", None)
        elif isinstance(value, _Intrinsic):
            yield name, crc32(Path(value._defn.__code__.co_filename).read_bytes())
        elif isinstance(value, int | float):
            yield name, value
