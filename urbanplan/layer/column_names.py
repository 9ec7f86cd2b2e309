"""Columns of a file and fields of a type: matched by name, alias and title in any language, each column once."""

from __future__ import annotations

import difflib
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from urbanplan.model.layertype import FieldSpec, LayerType

_MIN_SIMILARITY = 0.4  # how alike two names are at least, of 1

Rule = Literal["given", "name", "alias", "title"]


@dataclass(frozen=True)
class ColumnMatch:
    """A field of a type, the file's column that holds it, and the rule by which it was found."""

    field: str
    column: str
    rule: Rule


def match_columns(columns: Iterable[str], kind: LayerType, given: Mapping[str, str] | None = None) -> list[ColumnMatch]:
    """The columns that hold the fields of a type.

    A field takes the column that the caller gives, else that of its own name, of an alias, of a title in any
    language: letter for letter first, then without regard to case, width and outer blanks.  The earlier rule wins
    over all fields, and no column is taken twice.

    Args:
        columns: of the file. kind: the type. given: field of the type = column of the file.
    """
    found = {name: ColumnMatch(name, column, "given") for name, column in (given or {}).items()}
    free = dict.fromkeys(str(column) for column in columns)
    for match in found.values():
        free.pop(match.column, None)
    for exact in (True, False):
        for rule in ("name", "alias", "title"):
            for name, spec in kind.fields.items():
                column = None if name in found else _find_column(free, _words(name, spec, rule), exact=exact)
                if column is not None:
                    found[name] = ColumnMatch(name, column, rule)
                    del free[column]
    return list(found.values())


def find_column(columns: Iterable[str], word: str, kind: LayerType | None) -> str | None:
    """The column of a name, or of the field that the name means by alias or title; None where there is none."""
    known = set(columns)
    meant = [match.field for match in match_columns([word], kind)] if kind is not None else []
    return next((name for name in (word, *meant) if name in known), None)


def rename_columns(columns: Iterable[str], matches: Iterable[ColumnMatch]) -> dict[str, str]:
    """New names of columns: matched ones become fields; one that has a field's name and is not it is numbered."""
    old = [str(column) for column in columns]
    new = {match.column: match.field for match in matches if match.column in old}
    taken = {*old, *new.values()}
    for name in sorted((set(new.values()) & set(old)) - set(new)):
        number = next(n for n in range(2, len(taken) + 3) if f"{name}_{n}" not in taken)
        new[name] = f"{name}_{number}"
        taken.add(new[name])
    return {column: name for column, name in new.items() if column != name}


def similar_columns(words: list[str], columns: list[str], *, most: int = 3) -> list[str]:
    """The columns most like one of the words, whatever their case."""
    rated = [
        (max(difflib.SequenceMatcher(None, word.lower(), column.lower()).ratio() for word in words), column)
        for column in columns
    ]
    return [column for rate, column in sorted(rated, key=lambda pair: -pair[0]) if rate >= _MIN_SIMILARITY][:most]


def _words(name: str, spec: FieldSpec, rule: Rule) -> list[str]:
    if rule == "name":
        return [name]
    return spec.aliases if rule == "alias" else list(spec.title.values())


def _find_column(columns: Iterable[str], words: list[str], *, exact: bool) -> str | None:
    if exact:
        return next((word for word in words if word in columns), None)
    folded = {_fold(word) for word in words}
    return next((column for column in columns if _fold(column) in folded), None)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
