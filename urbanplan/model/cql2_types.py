"""Whether a parsed filter can be evaluated: a condition at the top, like compared with like.

The check needs the kinds of the columns only as far as they are known, so that it
runs when the plan is read and again where the layer's real columns are at hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

from urbanplan.model.cql2_parser import Cql2SyntaxError, parse_date, parse_time
from urbanplan.model.translation import localize

ValueKind = Literal["condition", "boolean", "number", "text", "date", "any"]
_COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">="})
_ORDER = frozenset({"<", "<=", ">", ">="})


class FilterTypeError(ValueError):
    """The filter mixes kinds, or is no condition; the message says where."""


def check_condition(tree: Any, kinds: Mapping[str, ValueKind]) -> None:
    """Check that a tree is a condition whose parts fit together.

    Args:
        tree: CQL2 JSON. kinds: what the columns hold; a column that is not named may hold anything.

    Raises:
        FilterTypeError: it cannot be evaluated.
    """
    if _kind(tree, kinds) != "condition" and not isinstance(tree, bool):
        raise FilterTypeError(localize("{part} alone is no condition", part=describe(tree)))


def _kind(node: Any, kinds: Mapping[str, ValueKind]) -> ValueKind:
    match node:
        case None:
            return "any"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "text"
        case {"property": name}:
            return kinds.get(name, "any")
        case {"date": _} | {"timestamp": _}:
            return "date"
        case _:
            return _kind_of_operator(str(node["op"]), node["args"], kinds)


def _kind_of_operator(op: str, args: list[Any], kinds: Mapping[str, ValueKind]) -> ValueKind:
    match op:
        case "and" | "or" | "not":
            for arg in args:
                check_condition(arg, kinds)
        case "isNull":
            _value(args[0], kinds)
        case "between":
            for end in args[1:]:
                _alike(args[0], end, kinds, ordered=True)
        case "in":
            for item in args[1]:
                _alike(args[0], item, kinds)
        case "like":
            _check_like(args, kinds)
        case "casei" | "lower" | "upper":
            _need(args[0], "text", op, kinds)
            return "text"
        case "+" | "-" | "*" | "/":
            for arg in args:
                _need(arg, "number", op, kinds)
            if op == "/" and constant(args[1]) == 0:
                raise FilterTypeError(localize("it divides by zero"))
            return "number"
        case _:
            _alike(args[0], args[1], kinds, ordered=op in _ORDER)
    return "condition"


def _value(node: Any, kinds: Mapping[str, ValueKind]) -> ValueKind:
    """Kind of a value; a condition is none."""
    kind = _kind(node, kinds)
    if kind == "condition":
        raise FilterTypeError(localize("a condition is compared like a value"))
    return kind


def _need(node: Any, kind: ValueKind, op: str, kinds: Mapping[str, ValueKind]) -> None:
    found = _value(node, kinds)
    if found not in (kind, "any"):
        raise FilterTypeError(
            localize("{operator} needs {kind}, not {part}", operator=op, kind=_kind_name(kind), part=describe(node))
        )


def _alike(left: Any, right: Any, kinds: Mapping[str, ValueKind], *, ordered: bool = False) -> None:
    one, two = _value(left, kinds), _value(right, kinds)
    if {one, two} == {"text", "date"}:
        _check_date_text(left, right, kinds)
    elif one != two and "any" not in (one, two):
        raise FilterTypeError(_mixed(one, two))
    if ordered and "boolean" in (one, two):
        raise FilterTypeError(localize("true and false have no order"))


def _kind_name(kind: ValueKind) -> str:
    names = {
        "boolean": localize("boolean"),
        "number": localize("number"),
        "text": localize("text"),
        "date": localize("date"),
    }
    return names.get(kind, kind)


def _mixed(one: ValueKind, two: ValueKind) -> str:
    return localize("{left} is compared with {right}", left=_kind_name(one), right=_kind_name(two))


def _check_date_text(left: Any, right: Any, kinds: Mapping[str, ValueKind]) -> None:
    """Text beside a date is read as one; a column of text may hold dates."""
    for node in (left, right):
        if isinstance(node, str):
            try:
                date_of(node)
            except Cql2SyntaxError as error:
                raise FilterTypeError(str(error)) from error
        elif isinstance(node, dict) and "op" in node and _kind(node, kinds) == "text":
            raise FilterTypeError(
                localize("{left} is compared with {right}", left=localize("text"), right=localize("date"))
            )


def date_of(text: str) -> Any:
    """The day or the moment that a text gives; Cql2SyntaxError where it gives none."""
    return parse_date(text) if len(text) <= len("2025-12-31") else parse_time(text)


def _check_like(args: list[Any], kinds: Mapping[str, ValueKind]) -> None:
    _need(args[0], "text", "LIKE", kinds)
    pattern = args[1]
    while _operator(pattern) in ("casei", "lower", "upper"):
        pattern = pattern["args"][0]
    if not isinstance(pattern, str):
        raise FilterTypeError(localize("LIKE needs a pattern in 'quotes', not {part}", part=describe(pattern)))


def constant(node: Any) -> float | None:
    """The value of an arithmetic expression without columns, else None."""
    if isinstance(node, int | float) and not isinstance(node, bool):
        return node
    sign = _operator(node)
    if sign not in ("+", "-", "*", "/"):
        return None
    one, two = (constant(arg) for arg in cast("dict[str, Any]", node)["args"])
    if one is None or two is None:
        return None
    try:
        match sign:
            case "+":
                return one + two
            case "-":
                return one - two
            case "*":
                return one * two
            case _:
                return one / two if two else None
    except OverflowError:
        return None


def _operator(node: Any) -> str:
    """The operator of a part of a tree; empty where it has none."""
    return str(cast("dict[str, Any]", node).get("op", "")) if isinstance(node, dict) else ""


def describe(node: Any) -> str:
    """A part of a filter as a person would write it, in short."""
    match node:
        case None:
            return "NULL"
        case bool():
            return str(node).upper()
        case str():
            return f"'{node}'"
        case {"property": name}:
            return localize("the column {column}", column=name)
        case dict():
            return _operator(cast("dict[str, Any]", node)) or next(iter(cast("dict[str, Any]", node)))
        case _:
            return str(node)
