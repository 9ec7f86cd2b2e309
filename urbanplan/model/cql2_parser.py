"""A parser of the CQL2 text that filters are written in, to CQL2 JSON.

It reads the subset that ``layer/filter.py`` evaluates.  Whole numbers stay whole
(a parcel code of 18 digits is no float), depth and length are bounded, and the
time is linear in the length of the text.
Source: OGC 21-065r2 (CQL2), annex B, the BNF of the text encoding.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from urbanplan.model.limits import FIRST_YEAR, LAST_YEAR
from urbanplan.model.translation import localize

MAX_LENGTH = 10_000
MAX_DEPTH = 50
_MAX_DIGITS = 40
_Day = TypeVar("_Day", bound=datetime.date)
_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)
    |"(?P<quoted>(?:[^"]|"")+)"
    |'(?P<text>(?:[^']|'')*)'
    |(?P<sign><>|<=|>=|[=<>()+\-*/%^,])""",
    re.VERBOSE,
)
_COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">="})
_WORDS = frozenset({"and", "or", "not", "is", "null", "like", "between", "in", "true", "false"})
_CONSTANTS = {"true": True, "false": False, "null": None}
_NOTHING = object()
_TEXT_FUNCTIONS = frozenset({"casei", "lower", "upper"})


class Cql2SyntaxError(ValueError):
    """The text is not CQL2; the message says why and where."""


class Cql2DepthError(ValueError):
    """The text is too long or nested too deeply."""


class UnsupportedOperatorError(ValueError):
    """An operator or function of CQL2 that is not evaluated; the message is its name."""


@dataclass(frozen=True)
class _Token:
    kind: str
    value: str
    column: int


def parse(text: str) -> Any:
    """Parse CQL2 text to CQL2 JSON; numbers are int where written as such.

    Raises:
        Cql2SyntaxError, Cql2DepthError, UnsupportedOperatorError.
    """
    if len(text) > MAX_LENGTH:
        raise Cql2DepthError
    parser = _Parser(_tokenize(text))
    tree = parser.disjunction()
    if parser.peek().kind != "end":
        raise parser.problem()
    return tree


def _tokenize(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise Cql2SyntaxError(localize("{sign!r} at column {column}", sign=text[at], column=at + 1))
        kind = str(match.lastgroup)
        if kind != "space":
            tokens.append(_Token(kind, match[kind], at + 1))
        at = match.end()
    return [*tokens, _Token("end", "", len(text) + 1)]


class _Parser:
    """Recursive descent over the tokens; every nesting goes through ``_descend``."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0

    def peek(self, ahead: int = 0) -> _Token:
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    def problem(self) -> Cql2SyntaxError:
        token = self.peek()
        if token.kind == "end":
            return Cql2SyntaxError(localize("it ends too early"))
        return Cql2SyntaxError(localize("{sign!r} at column {column}", sign=token.value, column=token.column))

    def disjunction(self) -> Any:
        return self._chain("or", self._conjunction)

    def _conjunction(self) -> Any:
        return self._chain("and", self._negation)

    def _chain(self, word: str, part: Callable[[], Any]) -> Any:
        parts: list[Any] = [part()]
        while self._take_word(word):
            parts.append(part())
        if len(parts) == 1:
            return parts[0]
        return {"op": word, "args": [arg for part_ in parts for arg in _flat(part_, word)]}

    def _negation(self) -> Any:
        if self._take_word("not"):
            with _Depth(self):
                return {"op": "not", "args": [self._negation()]}
        return self._predicate()

    def _predicate(self) -> Any:
        left = self._sum()
        token = self.peek()
        if token.kind == "sign" and token.value in _COMPARISONS:
            self.at += 1
            return {"op": token.value, "args": [left, self._sum()]}
        if self._take_word("is"):
            denied = self._take_word("not")
            self._need_word("null")
            return _negate({"op": "isNull", "args": [left]}, denied)
        denied = self._take_word("not")
        if self._take_word("like"):
            return _negate({"op": "like", "args": [left, self._sum()]}, denied)
        if self._take_word("between"):
            low = self._sum()
            self._need_word("and")
            return _negate({"op": "between", "args": [left, low, self._sum()]}, denied)
        if self._take_word("in"):
            return _negate({"op": "in", "args": [left, self._list()]}, denied)
        if denied:
            raise self.problem()
        return left

    def _list(self) -> list[Any]:
        self._need_sign("(")
        items = [self._sum()]
        while self._take_sign(","):
            items.append(self._sum())
        self._need_sign(")")
        return items

    def _sum(self) -> Any:
        return self._left_chain("+-", self._product)

    def _product(self) -> Any:
        return self._left_chain("*/", self._factor)

    def _left_chain(self, signs: str, part: Any) -> Any:
        """A chain of operators of one rank, from the left; as a tree it is as deep as it is long."""
        tree, length = part(), 0
        while (token := self.peek()).kind == "sign" and token.value in "+-*/%^":
            if token.value in "%^":
                raise UnsupportedOperatorError(token.value)
            if token.value not in signs:
                break
            self.at += 1
            length += 1
            if self.depth + length > MAX_DEPTH:
                raise Cql2DepthError
            tree = {"op": token.value, "args": [tree, part()]}
        return tree

    def _factor(self) -> Any:
        for sign in "+-":
            if self._take_sign(sign):
                with _Depth(self):
                    value = self._factor()
                return value if sign == "+" else _minus(value)
        return self._primary()

    def _primary(self) -> Any:
        token = self.peek()
        if self._take_sign("("):
            with _Depth(self):
                value = self.disjunction()
            self._need_sign(")")
            return value
        self.at += 1
        found = self._literal(token)
        if found is not _NOTHING:
            return found
        self.at -= 1
        raise self.problem()

    def _literal(self, token: _Token) -> Any:
        """The value, column or call that begins with a token; ``_NOTHING`` where none does."""
        word = token.value.lower()
        match token.kind:
            case "number":
                return _number(token)
            case "text":
                return token.value.replace("''", "'")
            case "quoted":
                return {"property": token.value.replace('""', '"')}
            case "name" if word in _CONSTANTS:
                return _CONSTANTS[word]
            case "name" if word not in _WORDS:
                call = self.peek().kind == "sign" and self.peek().value == "("
                return self._function(token) if call else {"property": token.value}
            case _:
                return _NOTHING

    def _function(self, token: _Token) -> Any:
        name = token.value.lower()
        if name not in (*_TEXT_FUNCTIONS, "date", "timestamp"):
            raise UnsupportedOperatorError(token.value)
        self._need_sign("(")
        with _Depth(self):
            value = self._sum()
        self._need_sign(")")
        if name in _TEXT_FUNCTIONS:
            return {"op": name, "args": [value]}
        if not isinstance(value, str):
            raise Cql2SyntaxError(localize("{name} needs a date in 'quotes'", name=token.value))
        (parse_date if name == "date" else parse_time)(value)
        return {name: value}

    def _is_word(self, word: str) -> bool:
        token = self.peek()
        return token.kind == "name" and token.value.lower() == word

    def _take_word(self, word: str) -> bool:
        found = self._is_word(word)
        self.at += found
        return found

    def _take_sign(self, sign: str) -> bool:
        found = self.peek().kind == "sign" and self.peek().value == sign
        self.at += found
        return found

    def _need_word(self, word: str) -> None:
        if not self._take_word(word):
            raise self.problem()

    def _need_sign(self, sign: str) -> None:
        if not self._take_sign(sign):
            raise self.problem()


class _Depth:
    """One more level of nesting inside the block."""

    def __init__(self, parser: _Parser) -> None:
        self.parser = parser

    def __enter__(self) -> None:
        self.parser.depth += 1
        if self.parser.depth > MAX_DEPTH:
            raise Cql2DepthError

    def __exit__(self, *_: object) -> None:
        self.parser.depth -= 1


def _flat(tree: Any, word: str) -> list[Any]:
    """The parts of a chain of one word, a chain inside it taken apart."""
    if isinstance(tree, dict) and cast("dict[str, Any]", tree).get("op") == word:
        return cast("dict[str, Any]", tree)["args"]
    return [tree]


def _negate(tree: Any, denied: bool) -> Any:
    return {"op": "not", "args": [tree]} if denied else tree


def _minus(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return -value
    return {"op": "*", "args": [-1, value]}


def _number(token: _Token) -> int | float:
    if len(token.value) > _MAX_DIGITS:
        raise Cql2SyntaxError(localize("the number at column {column} is too large", column=token.column))
    if token.value.isdecimal():
        return int(token.value)
    value = float(token.value)
    if not math.isfinite(value):
        raise Cql2SyntaxError(localize("the number at column {column} is too large", column=token.column))
    return value


def parse_date(text: str) -> datetime.date:
    """A calendar day as ``2025-12-31``; Cql2SyntaxError where it is none, or of a year that no column can hold."""
    try:
        day = datetime.date.fromisoformat("" if "W" in text else text)  # a week is no day
    except ValueError as error:
        raise Cql2SyntaxError(localize("{text!r} is no date", text=text)) from error
    return _plausible(day, text)


def parse_time(text: str) -> datetime.datetime:
    """A moment as ``2025-12-31T08:00:00Z``; without a zone it is the clock of the column."""
    try:
        moment = datetime.datetime.fromisoformat("" if "W" in text else text)
    except ValueError as error:
        raise Cql2SyntaxError(localize("{text!r} is no date", text=text)) from error
    return _plausible(moment, text)


def _plausible(day: _Day, text: str) -> _Day:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Cql2SyntaxError(
            localize("{text!r} lies outside {first} to {last}", text=text, first=FIRST_YEAR, last=LAST_YEAR)
        )
    return day
