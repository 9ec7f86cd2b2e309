"""The syntax of filters: CQL2 text (OGC 21-065r2) to its JSON form, without evaluating it.

The text is parsed by the library ``cql2``; nothing of it is ever run as code.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import cql2

from urbanplan.errors import FilterError

MAX_LENGTH = 10_000
MAX_DEPTH = 50
_EXAMPLE = "Write for example: stage = '建成' AND spaces > 10. Put column names with odd signs in \"double quotes\""

# what layer/filter.py can evaluate; a test holds the two together
OPERATORS = frozenset(
    {"and", "or", "not", "=", "<>", "<", "<=", ">", ">=", "between", "in", "like", "isNull"}
    | {"+", "-", "*", "/", "casei", "lower", "upper"}
)


def parse_filter(text: str, *, where: str = "") -> Any:
    """Parse CQL2 text to CQL2 JSON.

    Raises:
        FilterError: too long, too deep, not CQL2, or an operator that is not supported.
    """
    if len(text) > MAX_LENGTH or _depth(text) > MAX_DEPTH:
        raise FilterError("the filter is too long or nested too deeply", where=where, fix="Split it into simpler ones")
    try:
        tree = cql2.parse_text(text).to_json()
    except (cql2.ParseError, cql2.ValidationError, ValueError) as error:
        raise FilterError(
            "the filter {text!r} is not CQL2: {problem}",
            where=where,
            fix=_EXAMPLE,
            text=text,
            problem=_shorten(str(error)),
        ) from error
    for operator in _operators(tree):
        if operator not in OPERATORS:
            raise FilterError(
                "the filter {text!r} uses {operator}, which is not supported",
                where=where,
                fix="Use one of: {operators}",
                text=text,
                operator=operator,
                operators=", ".join(sorted(OPERATORS)),
            )
    return tree


def columns_of(tree: Any) -> list[str]:
    """The columns that a parsed filter reads, in order of mention."""
    return list(dict.fromkeys(node["property"] for node in _nodes(tree) if "property" in node))


def _depth(text: str) -> int:
    depth = deepest = 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        deepest = max(deepest, depth)
    return max(deepest, text.upper().count("NOT NOT"))


def _shorten(problem: str) -> str:
    lines = [line.strip(" |=") for line in problem.splitlines() if line.strip(" |=^-")]
    return "; ".join(lines)[:300]


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    stack: list[Any] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            found = cast("dict[str, Any]", node)
            yield found
            stack.extend(reversed(list(found.values())))
        elif isinstance(node, list):
            stack.extend(reversed(cast("list[Any]", node)))


def _operators(tree: Any) -> set[str]:
    return {str(node["op"]) for node in _nodes(tree) if "op" in node}
