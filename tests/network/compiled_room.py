"""What a module of compiled functions answers, asked in a fresh process."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

HEAD = "from urbanplan.layer.compiled import cached_njit, inner_njit, linked_njit\n"
FIRST = HEAD + "@{kind}\ndef step(x):\n    return x + {step}.0 + 0.0 / (x - 10.0)\n"
SECOND = HEAD + "from first import step\n@cached_njit\ndef twice(x):\n    return step(step(x))\n"


def write_modules(folder: Path, step: int = 1, kind: str = "cached_njit") -> Path:
    """Two modules in ``folder``: one that adds (what is ten cannot be added to), and one that calls it twice."""
    (folder / "first.py").write_text(FIRST.format(step=step, kind=kind))
    (folder / "second.py").write_text(SECOND)
    return folder


def ask_twice(room: str, *, full: bool = False) -> tuple[float, int]:
    """What ``twice(0)`` is, and how often its machine code was found; to be called where numba is loaded and unused.

    Args:
        room: the folder of the modules. full: whether the disk takes nothing more.
    """
    caching: Any = import_module("numba.core.caching")
    config: Any = import_module("numba.core.config")
    kept = str(Path(room) / "kept")
    os.environ.update({"PATH": "", "HOME": kept, "XDG_CACHE_HOME": kept, "NUMBA_CACHE_DIR": kept})
    config.CACHE_DIR = kept
    if full:
        caching.IndexDataCacheFile._open_for_write = _no_space
    sys.path[:0] = [room]
    twice: Any = import_module("second").twice
    return twice(0.0), sum(twice.stats.cache_hits.values())


def ask_what_fails(room: str) -> str:
    """What ``twice`` raises where what it calls divides by nought."""
    ask_twice(room)
    try:
        return str(import_module("second").twice(10.0))
    except ZeroDivisionError as error:
        return str(error)


def is_twice_compiled(room: str) -> bool:
    """Whether the machine code of ``twice`` is at hand before it is called."""
    os.environ["NUMBA_CACHE_DIR"] = import_module("numba.core.config").CACHE_DIR = str(Path(room) / "kept")
    sys.path[:0] = [room]
    twice: Any = import_module("second").twice
    return import_module("urbanplan.layer.compiled").is_compiled(twice)


def ask_on_a_full_disk(room: str) -> tuple[float, int]:
    """The same where the disk takes nothing more."""
    return ask_twice(room, full=True)


def ask_while_another_compiles(room: str) -> tuple[float, int]:
    """The same where another process holds the modules' locks and never ends."""
    import_module("urbanplan.layer.compiled").PATIENCE = 0.2
    return ask_twice(room)


def _no_space(*_: Any) -> Any:
    raise OSError(28, "No space left on device")
