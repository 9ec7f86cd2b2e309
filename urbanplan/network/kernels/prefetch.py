"""A hint to the processor: fetch a place of an array now, it will be read soon.

A search reads where the last steps led it, which no processor foresees; fetched some turns ahead, what it reads waits
in the nearest cache.  A hint never changes an answer, and a place beyond the array is no fault.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

READ, KEEP, DATA = 0, 3, 1
"""What LLVM's ``prefetch`` is told: it is to be read, kept in all caches, and no code."""


def _prefetch(typing: Any, array: Any, place: Any) -> Any:
    """The types of the hint and how it is built (llvm.prefetch)."""

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, values[0]).data
        at = builder.bitcast(builder.gep(data, [values[1]]), ir.PointerType(ir.IntType(8)))
        word = ir.IntType(32)
        hint = builder.module.declare_intrinsic(
            "llvm.prefetch", (at.type,), ir.FunctionType(ir.VoidType(), [at.type, word, word, word])
        )
        builder.call(hint, [at, *(ir.Constant(word, value) for value in (READ, KEEP, DATA))])
        return context.get_dummy_value()

    return types.void(array, types.uint64), build


prefetch = cast(Callable[[Any, Any], None], intrinsic(_prefetch))
"""``prefetch(array, place)`` fetches ``array[place]``: of a contiguous array, at an unsigned 64-bit number."""
