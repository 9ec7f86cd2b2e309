"""The rules of drafting as data: ``layers/draft/*.toml``, and words that a plan's folder adds in ``draft.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from urbanplan.errors import PlanError
from urbanplan.model.reading import Comparator
from urbanplan.model.resources import resource_path
from urbanplan.model.toml_file import read_declared

OWN_RULES = "draft.toml"
_COMPARATORS: tuple[Comparator, ...] = (">=", "<=", ">", "<", "about")
_MAX_PATTERN = 300
WordTable = dict[Comparator, list[str]]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(_Table):
    """Lists of words, each with one meaning; ``layers/draft/chinese.toml`` says which."""

    fall: list[str] = Field(default_factory=list)
    rise: list[str] = Field(default_factory=list)
    floor: list[str] = Field(default_factory=list)
    identity: list[str] = Field(default_factory=list)
    neutral: list[str] = Field(default_factory=list)
    completion: list[str] = Field(default_factory=list)
    growth: list[str] = Field(default_factory=list)
    promise: list[str] = Field(default_factory=list)
    strong: list[str] = Field(default_factory=list)
    past: list[str] = Field(default_factory=list)
    baseline: list[str] = Field(default_factory=list)
    whole: list[str] = Field(default_factory=list)
    every: list[str] = Field(default_factory=list)
    counted: list[str] = Field(default_factory=list)
    rate: list[str] = Field(default_factory=list)
    removal: list[str] = Field(default_factory=list)
    each: list[str] = Field(default_factory=list)
    generic: list[str] = Field(default_factory=list)
    aspect: list[str] = Field(default_factory=list)
    norm: list[str] = Field(default_factory=list)
    total: list[str] = Field(default_factory=list)
    vague: list[str] = Field(default_factory=list)
    review: list[str] = Field(default_factory=list)
    plan: list[str] = Field(default_factory=list)
    flow: list[str] = Field(default_factory=list)
    stock: list[str] = Field(default_factory=list)
    cut: list[str] = Field(default_factory=list)
    front: list[str] = Field(default_factory=list)
    back: list[str] = Field(default_factory=list)


class Numerals(_Table):
    """Which counting words let a Chinese numeral count, and which units never are a promise."""

    counters: list[str] = Field(default_factory=list)
    one: list[str] = Field(default_factory=list)
    not_before: list[str] = Field(default_factory=list)
    no_target: list[str] = Field(default_factory=list)


class Mask(_Table):
    """Patterns of what looks like a number and is none."""

    patterns: list[str] = Field(default_factory=list)

    @field_validator("patterns")
    @classmethod
    def _check_patterns(cls, value: list[str]) -> list[str]:
        for pattern in value:
            if len(pattern) > _MAX_PATTERN:
                raise ValueError(f"a pattern is longer than {_MAX_PATTERN} signs")
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern}: {error}") from error
        return value


class ObjectRule(_Table):
    """What a noun is measured with: a layer, its type and a measure for each dimension of units."""

    words: list[str]
    layer: str
    type: str | None = None
    count: dict[str, Any] | None = None
    area: dict[str, Any] | None = None
    length: dict[str, Any] | None = None
    share: dict[str, Any] | None = None
    time: dict[str, Any] | None = None
    flow: str | None = None


class DraftRules(_Table):
    """All rules of a language together with the table of objects."""

    adjacent: WordTable = Field(default_factory=dict)
    near: WordTable = Field(default_factory=dict)
    after: WordTable = Field(default_factory=dict)
    words: Words = Field(default_factory=Words)
    numerals: Numerals = Field(default_factory=Numerals)
    mask: Mask = Field(default_factory=Mask)
    object: list[ObjectRule] = Field(default_factory=list[ObjectRule])
    english: DraftRules | None = Field(default=None, description="Rules for sentences without a Chinese sign")

    @cached_property
    def mask_pattern(self) -> re.Pattern[str]:
        """One pattern of all that is no number."""
        return re.compile("|".join(f"(?:{pattern})" for pattern in self.mask.patterns) or r"(?!)")

    @cached_property
    def adjacent_pattern(self) -> re.Pattern[str]:
        """Comparator words directly before a number."""
        return _comparator_pattern(self.adjacent, r"\s*$")

    @cached_property
    def near_pattern(self) -> re.Pattern[str]:
        """Comparator words in the clause before a number."""
        return _comparator_pattern(self.near, "")

    @cached_property
    def after_pattern(self) -> re.Pattern[str]:
        """Comparator words directly behind a unit."""
        return _comparator_pattern(self.after, "")

    @cached_property
    def front_words(self) -> tuple[str, ...]:
        """Words that are no part of a noun at its front, longest first."""
        words = {*self.words.front, *self.words.floor, *self.words.neutral, *self.words.rise} - {""}
        return tuple(sorted(words, key=lambda word: (-len(word), word)))

    @cached_property
    def generic_words(self) -> tuple[str, ...]:
        """Words that leave the noun before them what it is, longest first."""
        return tuple(sorted({*self.words.generic, *self.words.aspect}, key=lambda word: (-len(word), word)))

    @cached_property
    def object_words(self) -> tuple[str, ...]:
        """Every word of the table of objects."""
        return tuple({word for row in self.object for word in row.words})

    @cached_property
    def back_words(self) -> tuple[str, ...]:
        """Words that are no part of a noun at its end, longest first."""
        told = {word for table in (self.near, self.adjacent) for words in table.values() for word in words}
        return tuple(sorted({*self.words.back, *told} - {""}, key=lambda word: (-len(word), word)))

    def pattern(self, name: str) -> re.Pattern[str]:
        """The words of a list, each before those that begin it."""
        return _words_pattern(tuple(getattr(self.words, name)))


def _comparator_pattern(table: WordTable, end: str) -> re.Pattern[str]:
    """A pattern of every word of the table."""
    words = sorted((word for words in table.values() for word in words), reverse=True)  # before what begins it
    return re.compile(f"(?:{'|'.join(map(re.escape, words))}){end}" if words else r"(?!)")


def last_end(pattern: re.Pattern[str], text: str) -> int:
    """The end of a pattern's last match, -1 where there is none."""
    return max((match.end() for match in pattern.finditer(text)), default=-1)


def comparator_of(table: WordTable, word: str) -> Comparator | None:
    """The comparator that a word of a table stands for."""
    return next((key for key in _COMPARATORS if word in table.get(key, ())), None)


@cache
def _words_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in sorted(words, reverse=True)) or r"(?!)")


def read_rules(home: Path | None = None) -> DraftRules:
    """The shipped rules of both languages, with those of a folder's ``draft.toml`` added in front.

    Args:
        home: a plan's folder.

    Raises:
        PlanError: a file of rules does not fit; it names file and line.
    """
    files = {name: resource_path("layers", "draft", f"{name}.toml") for name in ("chinese", "english", "objects")}
    shipped = {name: read_declared(DraftRules, path, error_type=PlanError) for name, path in files.items()}
    file = None if home is None else home / OWN_RULES
    own = [] if file is None or not file.is_file() else [read_declared(DraftRules, file, error_type=PlanError)]
    english = _merge([*own, shipped["english"], shipped["objects"]])
    return _merge([*own, shipped["chinese"], shipped["objects"]]).model_copy(update={"english": english})


def _merge(parts: Sequence[DraftRules]) -> DraftRules:
    merged: dict[str, Any] = {"object": [one for part in parts for one in part.object]}
    for name in ("adjacent", "near", "after"):
        merged[name] = {
            key: _unique(word for p in parts for word in getattr(p, name).get(key, ())) for key in _COMPARATORS
        }
    for name, model in (("words", Words), ("numerals", Numerals), ("mask", Mask)):
        rows = [getattr(part, name) for part in parts]
        merged[name] = model(
            **{field: _unique(word for row in rows for word in getattr(row, field)) for field in model.model_fields}
        )
    return DraftRules(**merged)


def _unique(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))
