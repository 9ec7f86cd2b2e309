"""Filters put together from columns, signs and values, and what each tells of three rows or why it cannot.

``python tests/layer/whole_filters.py`` writes ``whole_filters.jsonl``: T, F or U a row, or the message.  The lines hold
what is told today; laws and right values by hand stand in ``test_filter.py``.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd

from urbanplan.errors import FilterError
from urbanplan.layer.filter import evaluate_filter
from urbanplan.model.translation import translate

FILE = Path(__file__).with_name("whole_filters.jsonl")
KINDS = {
    "number": ("code", "big", "dec", "n", "whole", "u", "f", "nothing"),
    "text": ("name", "mixed", '"odd name"', "nothing"),
    "date": ("d", "day", "t", "since"),
    "boolean": ("b", "nothing"),
}
VALUES = {
    "number": ("1", "2.5", "-3", "0", "9007199254740993", "100000000000000000000", "1e3", "n + 1", "whole * 2", "n / whole", "-n",
               "2 * 3 - 1", "code - 1", "NULL", "u", "dec", "whole / 0.5", "big - 1"),
    "text": ("'Park'", "'2025-01-01'", "'a'", "LOWER(name)", "CASEI('PARK')", "NULL", "UPPER(mixed)", "name"),
    "date": ("'2025-01-01'", "DATE('2025-01-01')", "DATE('2024-12-31')", "TIMESTAMP('2024-12-31T16:00:00Z')", "day", "t", "d",
             "TIMESTAMP('2025-01-01T00:00:00')", "TIMESTAMP('2025-01-01T00:00:00+08:00')", "since", "NULL"),
    "boolean": ("TRUE", "FALSE", "NULL", "b"),
    "refused": ("DATE('2025-02-30')", "1 / 0", "nam", "1 +", "'2025'", "TRUE AND b", "POWER(n)", "n % 2", "1e400"),
}  # fmt: skip
SIGNS = ("=", "<>", "<", "<=", ">", ">=")
PATTERNS = ("'P%'", "'%ark_'", "'%a%'", "'park'", "'_____'", "'%\\%'", "''", "'%'", "'P_r%'")


def frame() -> pd.DataFrame:
    """Three rows of every kind of column; the last is mostly null."""
    moments = pd.to_datetime(["2024-12-31T16:00:00Z", "2025-01-01T00:00:00Z", None], utc=True)
    return pd.DataFrame({
        "code": [9007199254740993, 2, 3],
        "big": [10**20, 10**20 + 1, None],
        "dec": [Decimal("9007199254740993"), Decimal("2.5"), None],
        "name": ["Park", "aparkb", None],
        "n": [2.5, None, 3.0],
        "whole": pd.array([1, None, 0], dtype="Int64"),
        "u": np.array([1, 2**63 + 1, 3], dtype=np.uint64),
        "b": [True, None, False],
        "d": ["2025", "2025-07-01", "01/12/2024"],
        "day": pd.to_datetime(["2024-12-31", "2025-01-01", None]),
        "t": moments.tz_convert("Asia/Shanghai"),
        "since": ["2024", "2025-01", None],
        "nothing": [None, None, None],
        "mixed": ["a", 1, None],
        "f": np.array([1.0, 2.5, -3.0], dtype=np.float32),
        "odd name": ["x", "Park", "2025-01-01"],
    })  # fmt: skip


def filters() -> Iterator[str]:
    """The texts."""
    draw = random.Random(15)
    for _ in range(700):
        kind = draw.choice(("number", "number", "text", "date", "date", "boolean"))
        own = kind if draw.random() < 0.9 else draw.choice(list(VALUES))
        column, value, other, sign = (draw.choice(one) for one in (KINDS[kind], VALUES[own], VALUES[kind], SIGNS))
        more = f"{draw.choice(KINDS['number'])} {draw.choice(SIGNS)} {draw.choice(VALUES['number'])}"
        shapes = [
            f"{column} {sign} {value}", f"{column} {sign} {value}", f"{value} {sign} {column}", f"{column} {value}",
            f"NOT ({column} {sign} {value})", f"{column} IN ({value}, {other})", f"{column} NOT IN ({value}, {other})",
            f"{column} {sign} {value} AND {more}", f"{column} {sign} {value} OR {more}", f"{column} IS NULL OR {more}",
            f"{column} IS NOT NULL AND NOT {more}", f"{column} BETWEEN {value} AND {other}",
            f"{column} NOT BETWEEN {value} AND {other} OR {more}",
        ]  # fmt: skip
        if kind == "text":
            pattern = draw.choice(PATTERNS)
            shapes += [
                f"{column} LIKE {pattern}",
                f"CASEI({column}) LIKE CASEI({pattern})",
                f"{column} NOT LIKE {pattern}",
            ] * 3
        if kind == "number":
            shapes += [f"{column} + {value} {sign} {other}", f"{column} * 3 - {value} / 2 {sign} {other}"] * 3
        yield draw.choice(shapes)


def lines() -> Iterator[str]:
    """One JSON line for each filter."""
    rows, text = frame(), {True: "T", False: "F"}
    for where in filters():
        try:
            found = evaluate_filter(rows, where, place="plan.toml:3", dates=frozenset({"since"}))
            told = "".join(text.get(one, "U") if one is not pd.NA else "U" for one in found)
        except FilterError as error:
            told = error.text(translate)
        yield json.dumps([where, told], ensure_ascii=False)


if __name__ == "__main__":
    FILE.write_text("".join(f"{line}\n" for line in lines()), encoding="utf-8")
