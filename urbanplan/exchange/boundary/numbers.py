"""Numbers of a boundary-point TXT: each text the very double that Python reads, all at once where all are plain."""

# pyarrow makes the functions of its compute module when it is loaded
# pyright: reportAttributeAccessIssue=false
from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pac


def parse_numbers(texts: pa.ChunkedArray | pa.Array) -> np.ndarray:
    """Texts as doubles, shape (n,); what is no number is NaN."""
    try:
        return texts.cast(pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:  # spaces, or texts that are no numbers
        return np.array([_parse_number(text) for text in texts.to_pylist()], dtype=float)


def _parse_number(text: str) -> float:
    try:
        return float(text) if text.isascii() and "_" not in text else np.nan
    except ValueError:
        return np.nan


def max_digits(texts: pa.ChunkedArray | pa.Array) -> int:
    """The most digits after the point, 0 where there is none."""
    if not len(texts):
        return 0
    texts = pac.utf8_trim_whitespace(texts)
    point, length = (np.asarray(found) for found in (pac.find_substring(texts, "."), pac.binary_length(texts)))
    return int(np.where(point >= 0, length - point - 1, 0).max())
