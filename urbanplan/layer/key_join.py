"""Join of a table to features by a key: one row of the table to each feature, and what finds no partner.

Keys are compared as texts without outer blanks and invisible characters, full width as half width.  Where numbers meet
texts, be they of one side or of some cells, leading zeros and ``.0`` do not count ("007" is 7).  A null or empty key
matches nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

_INVISIBLE = "[\u200b-\u200f\u2060\ufeff\u00ad]"  # what copying from a page or a message leaves in a text
MIN_MATCHED = 0.5  # least share of features with a row from which a pair of columns is taken for the key


@dataclass(frozen=True)
class KeyMatch:
    """Which row of a table belongs to which feature.

    Attributes:
        rows: for each feature the position of its row in the table, -1 where there is none; shape (features,).
        left, right: the compared keys of features and rows, null where they have none.
        numeric: whether texts were compared with numbers.
    """

    rows: NDArray[np.intp]
    left: pd.Series
    right: pd.Series
    numeric: bool

    @property
    def unmatched_features(self) -> NDArray[np.intp]:
        """Positions of features with a key that no row has."""
        return np.flatnonzero((self.rows < 0) & self.left.notna().to_numpy())

    @property
    def unmatched_rows(self) -> NDArray[np.intp]:
        """Positions of rows with a key that no feature has."""
        found = np.zeros(len(self.right), dtype=bool)
        found[self.rows[self.rows >= 0]] = True
        return np.flatnonzero(~found & self.right.notna().to_numpy())


def match_keys(features: pd.Series, table: pd.Series) -> KeyMatch:
    """Match the keys of features with those of a table; of equal keys in the table the first counts."""
    numeric = _is_numeric(features) != _is_numeric(table) or _is_mixed(features) or _is_mixed(table)
    left, right = (_key_texts(values, as_numbers=numeric) for values in (features, table))
    known = right.dropna()
    known = known[~known.duplicated()]
    at = pd.Series(known.index.to_numpy(dtype=np.intp), index=known.to_numpy())
    rows = left.map(at).fillna(-1).to_numpy(dtype=np.intp)
    return KeyMatch(rows, left, right, numeric)


def repeated_keys(match: KeyMatch) -> dict[str, list[int]]:
    """Keys that stand in several rows of the table, each with its rows counted from 1."""
    known = match.right.dropna()
    twice = known[known.duplicated(keep=False)]
    return {str(key): [int(row) + 1 for row in rows] for key, rows in twice.groupby(twice).groups.items()}


def find_key_columns(features: pd.DataFrame, table: pd.DataFrame) -> list[tuple[str, str]]:
    """Pairs of columns that may be the key: texts or whole numbers, no value twice, half of the features matched."""
    keys = [name for name in table if _is_key_column(table[name])]
    found: list[tuple[str, str]] = []
    for one in (name for name in features if _is_key_column(features[name])):
        for other in keys:
            match = match_keys(features[one], table[other])
            if not repeated_keys(match) and (match.rows >= 0).mean() >= MIN_MATCHED:
                found.append((str(one), str(other)))
    return found


@dataclass(frozen=True)
class KeyColumn:
    """A column that may be a key: its values as texts to compare, and as numbers without leading zeros."""

    texts: pd.Series
    numbers: pd.Series
    numeric: bool

    def count_in(self, other: KeyColumn) -> int:
        """How many of its values another column has."""
        mine, others = (self.numbers, other.numbers) if self.numeric != other.numeric else (self.texts, other.texts)
        return int(mine.isin(others).sum())

    def is_run(self, times: int) -> bool:
        """Whether its values are numbers that lie dense, as a count of rows does."""
        values = pd.to_numeric(self.numbers, errors="coerce")
        return bool(values.notna().all()) and float(values.max() - values.min()) < times * len(values)


def key_columns(frame: pd.DataFrame, *, repeated: bool = False) -> dict[str, KeyColumn]:
    """The columns of a frame that may be keys: texts or whole numbers, no value twice unless ``repeated``."""
    found: dict[str, KeyColumn] = {}
    for name in (name for name in frame.columns if _is_key_column(frame[name], repeated=repeated)):
        values = frame[name]
        texts, numbers = _key_texts(values).dropna(), _key_texts(values, as_numbers=True).dropna()
        found[str(name)] = KeyColumn(texts, numbers, _is_numeric(values))
    return found


def join_rows(
    features: Any, table: pd.DataFrame, match: KeyMatch, *, skip: str
) -> tuple[Any, dict[str, NDArray[np.intp]]]:
    """Features with the columns of their rows.

    A column that both have takes the table's value where the table has one.

    Args:
        features: frame with a RangeIndex. table: rows with a RangeIndex. match: which row belongs to which feature.
        skip: the table's key column, which is not taken over.

    Returns:
        The frame, and for each column of both the positions of features whose known value was changed.
    """
    joined, changed = features.copy(), {}
    has = match.rows >= 0
    for name in table.columns:
        if name == skip:
            continue
        values = table[name].take(np.where(has, match.rows, 0)).reset_index(drop=True) if len(table) else None
        given = None if values is None else values.where(has)
        if name not in joined.columns:
            joined[name] = given
        elif given is not None:
            old = joined[name]
            changed[str(name)] = np.flatnonzero(_differs(old, given))
            joined[name] = _fill(given, old)
    return joined, changed


def _differs(old: pd.Series, given: pd.Series) -> NDArray[np.bool_]:
    """Where both are known and not the same."""
    known = (old.notna() & given.notna()).to_numpy(dtype=bool)
    if _is_numeric(old) and _is_numeric(given):
        pair = (values.to_numpy(dtype=float, na_value=np.nan) for values in (old, given))
        return known & np.not_equal(*pair)
    return known & (_key_texts(old) != _key_texts(given)).fillna(True).to_numpy(dtype=bool)


def _fill(given: pd.Series, old: pd.Series) -> pd.Series:
    """Given values, and the old ones where none is given; of one kind where both are."""
    if given.dtype != old.dtype and not (_is_numeric(given) and _is_numeric(old)):
        given, old = given.astype(object), old.astype(object)
    return given.where(given.notna(), old)


def _is_key_column(values: pd.Series, *, repeated: bool = False) -> bool:
    known = values.dropna()
    if str(values.dtype) == "geometry" or not len(known) or (not repeated and known.duplicated().any()):
        return False
    if pd.api.types.is_float_dtype(values.dtype):
        return bool((known == known.round()).all())
    return pd.api.types.is_integer_dtype(values.dtype) or pd.api.types.is_string_dtype(values.dtype)


def _is_numeric(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype)


def _is_mixed(values: pd.Series) -> bool:
    """Whether some cells hold numbers and others texts, as in a spreadsheet."""
    if values.dtype != object:
        return False
    texts = values.dropna().map(lambda one: isinstance(one, str))
    numbers = values.dropna().map(lambda one: isinstance(one, int | float) and not isinstance(one, bool))
    return bool(texts.any() and numbers.any())


def _key_texts(values: pd.Series, *, as_numbers: bool = False) -> pd.Series:
    """Values as texts to compare; null where there is none; RangeIndex."""
    if pd.api.types.is_float_dtype(values.dtype):
        whole = values.dropna()
        if bool((whole == whole.round()).all()) and bool((whole.abs() < 2**53).all()):
            values = values.astype("Float64").astype("Int64")
    texts = values.astype("string").str.normalize("NFKC").str.replace(_INVISIBLE, "", regex=True).str.strip()
    texts = texts.reset_index(drop=True)
    if pd.api.types.is_float_dtype(values.dtype):
        texts = texts.str.removesuffix(".0")
    if as_numbers:
        texts = texts.str.replace(r"^0*(\d+)(?:\.0+)?$", r"\1", regex=True)
    return texts.mask(texts == "")
