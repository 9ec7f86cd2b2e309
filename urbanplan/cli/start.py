"""The beginning of the program: what a person or the machine stops before the command runs ends in one line, too."""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from urbanplan.cli.late_methods import compile_late
from urbanplan.cli.late_modules import load_late

GARBAGE_AFTER = 500_000, 20, 50
"""Objects after which cyclic garbage is looked for: more than libraries and a layer have; few commands come there.
After 700, as by default, they are walked again and again; to walk the first 100,000 once takes 40 ms."""

MALLOC_OPTIONS = ((-3, 32 << 20), (-1, 128 << 20))
"""glibc's ``M_MMAP_THRESHOLD``, at the most to which it rises as blocks are freed, and ``M_TRIM_THRESHOLD``: below them
the pages of freed arrays are not handed back to be cleared and fetched again. A third of the page faults of ``network``
go, and no memory is added."""


def main() -> NoReturn:
    """Run the command line; a stop while it is loaded is 130, a machine without memory 2."""
    gc.set_threshold(*GARBAGE_AFTER)
    _keep_freed_memory()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # else every installed package is asked for one
    load_late()
    compile_late()
    try:
        from urbanplan.cli.app import main as run_command

        run_command()
    except KeyboardInterrupt:
        _end("stopped", 130)
    except (MemoryError, ImportError) as error:
        _end(_load_failure(error), 2)


def _keep_freed_memory() -> None:
    """Let the C library of Linux keep what is freed for the next array, as it learns to by itself after a while."""
    with suppress(OSError, AttributeError, TypeError):
        import ctypes

        set_option = ctypes.CDLL(None).mallopt
        for option, size in MALLOC_OPTIONS:
            set_option(option, size)


def desk() -> NoReturn:
    """Open the desk without a console: the arguments are plans; why it cannot be opened is shown by the browser."""
    folder = Path(tempfile.mkdtemp(prefix="urbanplan-desk-"))  # of this account alone
    said = folder / "urbanplan-desk.txt"
    sys.stdout = sys.stderr = said.open("w", encoding="utf-8-sig")
    code = _desk_code(sys.argv[1:])
    sys.stdout.close()
    if code not in (0, 130):
        import webbrowser

        webbrowser.open(said.as_uri())
    else:
        said.unlink()
        folder.rmdir()
    os._exit(code)


def _desk_code(plans: list[str]) -> int:
    """The exit code of ``serve``; what it cannot be loaded for is printed."""
    try:
        from urbanplan.cli.app import run_alone

        return run_alone(["serve", *plans])
    except KeyboardInterrupt:
        return 130
    except (MemoryError, ImportError) as error:
        sys.stdout.write(f"{_load_failure(error)}\n")
        return 2


def _load_failure(error: BaseException) -> str:
    return f"the program cannot be loaded: {error}. Give it more memory, or install it again"


def _end(text: str, code: int) -> NoReturn:
    os.write(2, f"{text}\n".encode())
    os._exit(code)
