"""A change of functions put into a running program: each changed function gets its new code, wherever it is held.

What runs when a module is read (its own lines, class bodies, the values of defaults) cannot be put in afterwards.
"""

from __future__ import annotations

import gc
import inspect
import sys
from collections.abc import Iterator
from types import CodeType, FunctionType

Place = tuple[str, str, int]
"""A module's file inside the tree, the function's qualified name, its first line."""
ONCE = {"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}  # functions that only live while they run
SHAPE = (
    "co_code", "co_names", "co_varnames", "co_freevars", "co_cellvars", "co_flags", "co_argcount",
    "co_kwonlyargcount", "co_posonlyargcount", "co_exceptiontable", "co_name",
)  # fmt: skip


def index_functions(root: str) -> dict[Place, list[FunctionType]]:
    """The functions of the tree under ``root`` that live now, by place."""
    found: dict[Place, list[FunctionType]] = {}
    for one in gc.get_objects():
        if type(one) is FunctionType and one.__code__.co_filename.startswith(root):
            found.setdefault(_place(one.__code__, root), []).append(one)
    return found


def _place(code: CodeType, root: str) -> Place:
    return code.co_filename.removeprefix(root).lstrip("/"), code.co_qualname, code.co_firstlineno


def changed_functions(before: bytes, after: bytes, file: str) -> list[tuple[CodeType, CodeType]] | None:
    """Pairs of code of the functions that a change touches; None where it touches what runs as the module is read."""
    old, new = (compile(source, file, "exec", dont_inherit=True) for source in (before, after))
    try:
        return list(_changed(old, new))
    except LookupError:
        return None


def _changed(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    if not _alike(old, new):
        raise LookupError(old.co_name)
    for one, other in zip(_nested(old), _nested(new), strict=True):
        if not _differs(one, other):
            continue
        if one.co_flags & inspect.CO_NEWLOCALS and one.co_name not in ONCE:
            yield one, other
        else:
            yield from _changed(one, other)


def _nested(code: CodeType) -> list[CodeType]:
    return [const for const in code.co_consts if isinstance(const, CodeType)]


def _differs(old: CodeType, new: CodeType) -> bool:
    if not _alike(old, new):
        return True
    return any(_differs(one, other) for one, other in zip(_nested(old), _nested(new), strict=True))


def _alike(old: CodeType, new: CodeType) -> bool:
    """Whether two pieces of code do the same but for the functions inside them and the lines that they stand on."""
    if any(getattr(old, name) != getattr(new, name) for name in SHAPE):
        return False
    return [_const(one) for one in old.co_consts] == [_const(one) for one in new.co_consts]


def _const(value: object) -> str:
    """A constant as text: 1, 1.0 and True are three."""
    if isinstance(value, CodeType):
        return f"code {value.co_name}"
    return f"{sorted(map(repr, value))}" if isinstance(value, frozenset) else f"{value!r} {type(value)}"


def swap_functions(
    pairs: list[tuple[CodeType, CodeType]], functions: dict[Place, list[FunctionType]], *, file: str
) -> bool:
    """Give living functions their changed code; False where one is not found or holds other outer variables."""
    name = file.removesuffix("/__init__.py").removesuffix(".py").replace("/", ".")
    if name not in sys.modules:
        return True  # it is read later, from the changed file
    for old, new in pairs:
        found = functions.get((file, old.co_qualname, old.co_firstlineno), [])
        if not found or any(len(one.__code__.co_freevars) != len(new.co_freevars) for one in found):
            return False
        for one in found:
            one.__code__ = new
    return True
