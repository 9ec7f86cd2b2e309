"""Which layer type rows of a file fit: by names, by columns, by values and by shapes, each with its reason."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from urbanplan.layer.column_names import ColumnMatch, match_columns
from urbanplan.model.translation import localize

if TYPE_CHECKING:
    from urbanplan.model.layertype import LayerType

_DIMENSIONS = {"point": 0, "line": 1, "polygon": 2}
_COMMON_FIELDS = {"id", "name", "basis", "name_status", "stage"}  # of most types: they say little
_NAME, _COLUMNS, _VALUES = 0.5, 0.4, 0.2  # weights
_MOST_VALUES = 200  # distinct values of a column that are compared with codes
MIN_SCORE = 0.3  # below it no type fits


@dataclass(frozen=True)
class Fit:
    """A type that rows may be of.

    Attributes:
        type: its name. score: 0 to 1. reasons: what speaks for it, in words.
        columns: field of the type → column of the file. by_values: the fields among them that only values speak for.
        missing: fields that the type requires and that no column holds; the id is none of them, rows are numbered.
        strange: fields of codes whose column has mostly other values. shapes: share of shapes of the type's kind.
    """

    type: str
    score: float
    reasons: tuple[str, ...]
    columns: Mapping[str, str]
    by_values: tuple[str, ...]
    missing: tuple[str, ...]
    strange: tuple[str, ...]
    shapes: float = 1.0


def fit_types(
    frame: Any, kinds: Iterable[LayerType], *, names: Sequence[str], words: Mapping[str, Sequence[str]]
) -> list[Fit]:
    """The types that a frame may be of, the best first.

    Args:
        frame: rows of a file, with or without shapes. kinds: the types.
        names: of the file and of the layer in it. words: more words for a type, by its name.
    """
    share = _dimension_shares(frame)
    values = {str(name): _distinct(frame[name]) for name in _plain_columns(frame)}
    fits = [_fit(values, kind, share, names, words.get(kind.name, ())) for kind in kinds]
    return sorted((fit for fit in fits if fit is not None), key=lambda fit: (-fit.score, len(fit.missing), fit.type))


def _plain_columns(frame: Any) -> list[Any]:
    active = getattr(frame, "_geometry_column_name", None)
    return [name for name in frame.columns if name != active]


def _distinct(column: Any) -> set[str]:
    values = column.dropna()
    return {str(value).strip() for value in values.drop_duplicates().head(_MOST_VALUES)} if _hashable(values) else set()


def _hashable(values: Any) -> bool:
    return not len(values) or not isinstance(values.iloc[0], (list, dict, np.ndarray))


def _dimension_shares(frame: Any) -> dict[int, float] | None:
    """Share of the shapes of each dimension; None of a table without shapes."""
    if getattr(frame, "_geometry_column_name", None) is None or frame.geometry.isna().all():
        return None
    drawn = frame.geometry.to_numpy()
    drawn = drawn[~(shapely.is_missing(drawn) | shapely.is_empty(drawn))]
    sizes = shapely.get_dimensions(drawn)  # pyright: ignore[reportUnknownMemberType]
    return {dimension: float(np.mean(sizes == dimension)) if len(sizes) else 0.0 for dimension in (0, 1, 2)}


def _fit(
    values: Mapping[str, set[str]], kind: LayerType, share: dict[int, float] | None, names: Sequence[str],
    words: Sequence[str],
) -> Fit | None:  # fmt: skip
    if (share is None) != (kind.geometry == "none"):
        return None
    fitting = 1.0 if share is None or kind.geometry == "any" else share[_DIMENSIONS[kind.geometry]]
    if fitting < 0.5:
        return None
    matches = match_columns(values, kind)
    coded, coded_reasons, strange = _coded_columns(values, kind, matches)
    columns = {**{match.field: match.column for match in matches}, **coded}
    named, word = _name_score(names, kind, words)
    specific = [field for field in columns if field not in _COMMON_FIELDS]
    known = [field for field in kind.fields if field not in _COMMON_FIELDS]
    part = len(specific) / min(max(len(known), 1), 4) if known else 0.0
    held = 0.02 * len(set(columns) & _COMMON_FIELDS)
    valued = min(_VALUES, 0.1 * len(coded_reasons))
    score = fitting * min(1.0, _NAME * named + _COLUMNS * min(part, 1.0) + held + valued - 0.05 * len(strange))
    missing = [f for f, spec in kind.fields.items() if spec.required and f not in columns and f != kind.id]
    reasons = _reasons(word, columns, specific, coded_reasons)
    return Fit(
        kind.name, round(score, 3), tuple(reasons), columns, tuple(coded), tuple(missing), tuple(strange), fitting
    )


def _reasons(word: str, columns: Mapping[str, str], specific: Sequence[str], coded: Sequence[str]) -> list[str]:
    reasons = [localize("the name says “{word}”", word=word)] if word else []
    if specific:
        pairs = ", ".join(columns[field] if columns[field] == field else f"{columns[field]} → {field}"
                          for field in specific[:6])  # fmt: skip
        reasons.append(localize("columns {columns}", columns=pairs))
    return reasons + list(coded)


def _coded_columns(
    values: Mapping[str, set[str]], kind: LayerType, matches: Sequence[ColumnMatch]
) -> tuple[dict[str, str], list[str], list[str]]:
    """Columns that only their values speak for, reasons of all columns of codes, and fields with strange values."""
    taken = {match.column for match in matches}
    by_field = {match.field: match.column for match in matches}
    found, reasons, strange = dict[str, str](), list[str](), list[str]()
    for field, codes in _codes(kind).items():
        column = by_field.get(field)
        if column is not None:
            share = _share_in(values[column], codes)
            if share is not None and share >= 0.8:
                reasons.append(localize("values of {column}", column=column))
            elif share is not None and share < 0.2:
                strange.append(field)
            continue
        likely = [name for name, held in values.items()
                  if name not in taken and len(held) > 1 and _share_in(held, codes) == 1.0]  # fmt: skip
        if likely:
            found[field] = likely[0]
            taken.add(likely[0])
            reasons.append(localize("values of {column}", column=f"{likely[0]} → {field}"))
    return found, reasons, strange


def _codes(kind: LayerType) -> dict[str, set[str]]:
    coded = {name: set(spec.codes) for name, spec in kind.fields.items()
             if isinstance(spec.codes, list) and name not in ("basis", "name_status")}  # fmt: skip
    return {**coded, "stage": set(kind.stages)} if kind.stages and "stage" in kind.fields else coded


def _share_in(held: set[str], codes: set[str]) -> float | None:
    return len(held & codes) / len(held) if held else None


def _name_score(names: Sequence[str], kind: LayerType, words: Sequence[str]) -> tuple[float, str]:
    """How well a name says the type, 0 to 1, and the word that says it."""
    best, said = 0.0, ""
    for word in dict.fromkeys((kind.name, *kind.title.values(), *words)):
        for name in names:
            rate = _word_score(name, word)
            if rate > best:
                best, said = rate, word
    return best, said


def _word_score(name: str, word: str) -> float:
    """1 where the name is the word; between 0.6 and 1 where it holds it, the more the longer the word is in it."""
    name, word = _fold(name), _fold(word)
    if not word or not name:
        return 0.0
    if re.search(r"[\u4e00-\u9fff]", word):
        return 0.6 + 0.4 * len(word) / len(name) if word in name else 0.0
    parts = name.split()
    wanted = word.split()
    holds = any(parts[at : at + len(wanted)] == wanted for at in range(len(parts)))
    return 0.6 + 0.4 * len(word) / len(name) if holds else 0.0


def _fold(text: str) -> str:
    """Words in lower case with single blanks, a plural without its s, figures apart."""
    plain = unicodedata.normalize("NFKC", text)
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain).casefold()
    parts = re.findall(r"[^\W\d_]+", plain)
    return " ".join(part.removesuffix("s") if part.isascii() and len(part) > 3 else part for part in parts)
