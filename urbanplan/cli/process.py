"""What surrounds a command: streams that a reader may leave at any time, Ctrl-C, a machine without memory."""

from __future__ import annotations

import _thread
import errno
import gc
import io
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from urbanplan.errors import lacks_temporary_folder

_READER_LEFT = (errno.EPIPE, errno.EINVAL) if os.name == "nt" else (errno.EPIPE,)
_REFUSALS = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.EIO}
_MEMORY_MESSAGES = ("failed to map segment", "cannot allocate memory", "bad_alloc", "out of memory", "paging file")


class _Outlet(io.FileIO):
    """A pipe or file that swallows what cannot be written, and keeps the first error."""

    error: OSError | None = None

    def write(self, data: object, /) -> int:
        """Write bytes; all of them count as written once nobody reads or the disk is full."""
        if self.error is None:
            try:
                return super().write(data)  # pyright: ignore[reportArgumentType]
            except OSError as error:
                self.error = error
        return len(memoryview(data))  # pyright: ignore[reportArgumentType]


def guard_streams() -> None:
    """Put outlets under standard output and error, where they are pipes or files; a closed one leads nowhere."""
    for name, number in (("stdout", 1), ("stderr", 2)):
        stream = getattr(sys, name)
        if stream is None:  # closed by whoever started the command
            os.dup2(os.open(os.devnull, os.O_WRONLY), number)
            setattr(sys, name, open(number, "w", encoding="utf-8", closefd=False))  # noqa: SIM115
        elif isinstance(stream, io.TextIOWrapper) and not stream.isatty():
            outlet = io.BufferedWriter(_Outlet(stream.fileno(), "w", closefd=False))
            setattr(sys, name, io.TextIOWrapper(outlet, encoding=stream.encoding, errors=stream.errors))


def write_error() -> OSError | None:
    """Why the answer did not reach its file or device; None where it did, or where its reader left."""
    outlet = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    error = outlet.error if isinstance(outlet, _Outlet) else None
    return None if error is None or error.errno in _READER_LEFT else error


def deliver_interrupts() -> None:
    """Note every Ctrl-C, and send it once more where it fell into a callback of the interpreter, which ignores it."""
    ignore = sys.unraisablehook

    def _send_again(lost: sys.UnraisableHookArgs) -> None:
        if isinstance(lost.exc_value, KeyboardInterrupt):
            threading.Timer(0.01, _thread.interrupt_main).start()
        else:
            ignore(lost)

    sys.unraisablehook = _send_again
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    _interrupted.set()
    signal.default_int_handler(number, frame)


_interrupted = threading.Event()


def was_interrupted() -> bool:
    """Whether a person stopped the run: a library may have made another error of it."""
    return _interrupted.is_set()


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error, or one that led to it, is that of a machine without memory: a library may say it as another."""
    return any(
        isinstance(cause, MemoryError)
        or (isinstance(cause, OSError) and cause.errno == errno.ENOMEM)
        or any(words in str(cause).lower() for words in _MEMORY_MESSAGES)
        for cause in _causes(error)
    )


def is_refused_by_machine(error: BaseException) -> bool:
    """Whether an error is that of a machine that lets nothing be written or opened: no fault of the program's."""
    return isinstance(error, OSError) and (error.errno in _REFUSALS or lacks_temporary_folder(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


class Ending:
    """What is left to the end of the process; None in a process that goes on behind the command."""

    left: list[object] | None = None


def end_with_command() -> None:
    """Say that this process ends, by ``os._exit``, as soon as its command has ended."""
    Ending.left = []


def leave_to_end(*values: object) -> None:
    """Keep what a command made until the process ends: taking a million objects apart would only keep people waiting.

    In a process that goes on they are freed as any others.
    """
    if Ending.left is not None:
        Ending.left += values


@contextmanager
def pause_garbage_collection() -> Iterator[None]:
    """Without the cyclic garbage collector, which would walk all loaded libraries again and again.

    Where the process ends with its command it stays paused: what was made would be walked once more for nothing.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was and Ending.left is None:
            gc.enable()
