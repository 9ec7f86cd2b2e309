"""The syntax of filters: CQL2 text (OGC 21-065r2) to its JSON form, without evaluating it.

Nothing of the text is ever run as code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, cast

from urbanplan.errors import FilterError
from urbanplan.model.cql2_parser import Cql2DepthError, Cql2SyntaxError, UnsupportedOperatorError, parse
from urbanplan.model.cql2_types import FilterTypeError, ValueKind, check_condition

_EXAMPLE = "Write for example: stage = '建成' AND spaces > 10. Put column names with odd signs in \"double quotes\""
_SHOWN = 200

# what layer/filter.py can evaluate; a test holds the two together
OPERATORS = frozenset(
    {"and", "or", "not", "=", "<>", "<", "<=", ">", ">=", "between", "in", "like", "isNull"}
    | {"+", "-", "*", "/", "casei", "lower", "upper"}
)


def parse_filter(text: str, *, where: str = "", kinds: Mapping[str, ValueKind] | None = None) -> Any:
    """Parse CQL2 text to CQL2 JSON and check that it is a condition that can be evaluated.

    Args:
        text: the filter. where: its place, for errors. kinds: what its columns hold, as far as it is known.

    Raises:
        FilterError: too long, too deep, not CQL2, an operator that is not supported, or kinds that do not fit.
    """
    shown = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    try:
        tree = _parse_once(text)
        if kinds:
            check_condition(tree, kinds)
        else:
            _check_once(text)
    except Cql2DepthError as error:
        raise FilterError(
            "the filter is too long or nested too deeply", where=where, fix="Split it into simpler ones"
        ) from error
    except Cql2SyntaxError as error:
        raise FilterError(
            "the filter {text!r} is not CQL2: {problem}", where=where, fix=_EXAMPLE, text=shown, problem=str(error)
        ) from error
    except UnsupportedOperatorError as error:
        raise FilterError(
            "the filter {text!r} uses {operator}, which is not supported",
            where=where,
            fix="Use one of: {operators}",
            text=shown,
            operator=str(error),
            operators=", ".join(sorted(OPERATORS)),
        ) from error
    except FilterTypeError as error:
        raise FilterError(
            "the filter {text!r} cannot be evaluated: {problem}",
            where=where,
            fix="Compare text with 'text', numbers with numbers, dates with DATE('2025-12-31')",
            text=shown,
            problem=str(error),
        ) from error
    return tree


_parse_once = lru_cache(maxsize=16_384)(parse)  # read with the plan and for each layer; nobody changes a tree


@lru_cache(maxsize=16_384)
def _check_once(text: str) -> None:
    """Check what holds whatever the columns are."""
    check_condition(_parse_once(text), {})


def columns_of(tree: Any) -> list[str]:
    """The columns that a parsed filter reads, in order of mention."""
    return list(dict.fromkeys(node["property"] for node in _nodes(tree) if "property" in node))


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
