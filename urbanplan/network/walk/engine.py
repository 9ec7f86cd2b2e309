"""Which engine answers: plain arrays at once, or compiled code where it is loaded already or pays for its start.

Both give the same answers to the bit; the choice changes the time.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Literal

from urbanplan.errors import NetworkError

Engine = Literal["auto", "scipy", "numba"]


def is_numba_chosen(engine: Engine, *, large: bool) -> bool:
    """Whether the compiled engine answers; ``auto`` takes it where it is loaded or the question is ``large``.

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
        return ("numba" in sys.modules or large) and find_spec("numba") is not None and not _numba_problem()
    if engine == "numba" and find_spec("numba") is None:
        raise NetworkError("the engine numba is not installed", fix="Install the extra 'fast', or leave it to scipy.")
    if engine == "numba" and (problem := _numba_problem()):
        raise NetworkError(
            "the engine numba cannot start: {problem}",
            fix="Bring the extra 'fast' up to date, or leave it to scipy.",
            problem=problem,
        )
    return engine == "numba"


def _numba_problem() -> str:
    """Why numba cannot be imported (it refuses a numpy that is newer than itself); empty where it can."""
    try:
        import_module("numba")
    except ImportError as error:
        return str(error)
    return ""
