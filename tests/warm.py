"""Fresh processes that need not load the heavy libraries: each is made of one that has loaded them and done nothing."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

PRELOADED = [
    "numba",
    "geopandas",
    "pyogrio",
    "folium",
    "matplotlib.pyplot",
    "scipy.sparse.csgraph",
    "nbformat",
    "IPython",
]
_CONTEXT: Any = multiprocessing.get_context("forkserver")


def call_fresh(function: Callable[..., Any], *given: Any) -> Any:
    """What ``function(*given)`` gives in a process of its own; what it raises fails the test, its trace among the output.

    Args:
        function: of a module that can be imported. given: values that can be sent, as the answer must be.
    """
    _CONTEXT.set_forkserver_preload(PRELOADED)
    mine, theirs = _CONTEXT.Pipe(duplex=False)
    child = _CONTEXT.Process(target=_answer, args=(theirs, function, *given))
    child.start()
    theirs.close()
    try:
        answer = mine.recv()
    except EOFError:
        answer = None
    child.join()
    assert child.exitcode == 0, f"{function.__name__} ended with {child.exitcode}"
    return answer


def _answer(pipe: Connection, function: Callable[..., Any], *given: Any) -> None:
    pipe.send(function(*given))
