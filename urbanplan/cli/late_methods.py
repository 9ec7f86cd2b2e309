"""Methods of dataclasses: Python compiles those of each class as it is made, and a command calls one in ten of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

_COMPILE = "_create_fn"
"""What compiles one method, to Python 3.12; later ones compile all of a class at once, and nothing is changed."""


def compile_late() -> None:
    """Let the methods of every dataclass that is made from now on be compiled when they are first called."""
    compile_now = getattr(dataclasses, _COMPILE, None)
    if compile_now is not None and compile_now.__module__ == dataclasses.__name__:
        setattr(dataclasses, _COMPILE, lambda name, *text, **scope: _late(compile_now, name, text, scope))


def _late(
    compile_now: Callable[..., Any], name: str, text: tuple[Any, ...], scope: dict[str, Any]
) -> Callable[..., Any]:
    """A method that puts the compiled one into its place when it is called."""
    made: list[Callable[..., Any]] = []

    def call(*values: Any, **named: Any) -> Any:
        if not made:
            method = compile_now(name, *text, **scope)
            method.__qualname__ = call.__qualname__
            made.append(method)
        for owner in type(values[0]).__mro__ if values else ():
            if vars(owner).get(name) is call:
                setattr(owner, name, made[0])
        return made[0](*values, **named)

    call.__name__ = call.__qualname__ = name
    return call
