"""Which engine answers: plain arrays at once, or compiled code where it is at hand or pays for its start.

Both give the same answers to the bit; the choice changes the time.  Machine code is made once on a machine, which takes
seconds: a small question does not wait for it, even where another one has loaded the compiler.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Literal

from urbanplan.errors import NetworkError

Engine = Literal["auto", "scipy", "numba"]
LOADED_SHARE = 20
"""Where the compiler is loaded, compiling pays from a question so many times smaller on: it is kept for later ones."""


def is_numba_chosen(engine: Engine, *, size: int, least: int, kernel: tuple[str, str]) -> bool:
    """Whether the compiled engine answers; ``auto`` takes it where it is at hand or pays.

    Args:
        size: of the question. least: size from which starting the engine pays within one question.
        kernel: module and name of the function that compiles the question's own.

    Raises:
        NetworkError: the engine is unknown or its library is missing.
    """
    if engine not in ("auto", "scipy", "numba"):
        raise NetworkError(
            "the engine '{engine}' is unknown",
            fix="Choose one of: {choices}.",
            engine=engine,
            choices="auto, scipy, numba",
        )
    if engine == "auto":
        pays = size >= (least // LOADED_SHARE if "numba" in sys.modules else least)
        return (pays or _is_at_hand(kernel)) and find_spec("numba") is not None and not _numba_problem()
    if engine == "numba" and find_spec("numba") is None:
        raise NetworkError("the engine numba is not installed", fix="Install the extra 'fast', or leave it to scipy.")
    if engine == "numba" and (problem := _numba_problem()):
        raise NetworkError(
            "the engine numba cannot start: {problem}",
            fix="Bring the extra 'fast' up to date, or leave it to scipy.",
            problem=problem,
        )
    return engine == "numba"


def _is_at_hand(kernel: tuple[str, str]) -> bool:
    """Whether the compiler is loaded and need not compile."""
    if "numba" not in sys.modules or _numba_problem():
        return False
    module, name = kernel
    return import_module("urbanplan.layer.compiled").is_compiled(getattr(import_module(module), name))


def _numba_problem() -> str:
    """Why numba cannot be imported (it refuses a numpy that is newer than itself); empty where it can."""
    try:
        import_module("numba")
    except ImportError as error:
        return str(error)
    return ""
