"""Values of a GeoPackage that are not of their field's type: GDAL would make 0 or 1 January 1970 of them."""

from __future__ import annotations

import sqlite3

from urbanplan.model.translation import localize

_DAY_PATTERN = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
_NO_DAY = "coalesce(date(substr({field}, 1, 10), '+0 days'), '') <> substr({field}, 1, 10)"  # 2025-02-30
_NO_TIME = "time(substr({field}, 12, 5)) IS NULL OR CAST(substr({field}, 18, 2) AS INTEGER) > 60"
_MISMATCH_CONDITIONS = {
    "BOOLEAN": "typeof({field}) IN ('text', 'blob', 'real') OR {field} NOT IN (0, 1)",
    "INTEGER": "typeof({field}) IN ('text', 'blob', 'real')",
    "REAL": "typeof({field}) IN ('text', 'blob')",
    "DATE": "{field} <> '' AND ({field} NOT GLOB '" + _DAY_PATTERN + "' OR " + _NO_DAY + ")",
    "DATETIME": "{field} <> '' AND ({field} NOT GLOB '"
    + _DAY_PATTERN
    + "[T ][0-9][0-9]:[0-9][0-9]*' OR "
    + f"{_NO_DAY} OR {_NO_TIME})",
}
_TYPE_FAMILIES = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "MEDIUMINT", "INT", "INTEGER"), "INTEGER"),
    **dict.fromkeys(("FLOAT", "DOUBLE", "REAL"), "REAL"),
    **{name: name for name in ("BOOLEAN", "DATE", "DATETIME")},
}


def type_mismatches(base: sqlite3.Connection, table: str) -> dict[int, str]:
    """Rows (from 0, in the order of their ids) with a value that is not of its field's type, with the reason."""
    found: dict[int, str] = {}
    for _, name, kind, *_ in base.execute(f"PRAGMA table_info({quote_identifier(table)})").fetchall():
        wanted = _TYPE_FAMILIES.get(str(kind).upper())
        if wanted is None:
            continue
        bad = _MISMATCH_CONDITIONS[wanted].format(field=quote_identifier(str(name)))
        if base.execute(f"SELECT 1 FROM {quote_identifier(table)} WHERE {bad} LIMIT 1").fetchone():
            numbered = (
                f"SELECT row_number() OVER (ORDER BY rowid) - 1 AS place, {bad} AS bad FROM {quote_identifier(table)}"
            )
            reason = localize("the value of {name} is no {kind}", name=repr(str(name))[:60], kind=str(kind)[:20])
            for (place,) in base.execute(f"SELECT place FROM ({numbered}) WHERE bad").fetchall():
                found.setdefault(place, reason)
    return found


def quote_identifier(name: str) -> str:
    """A name as SQL wants it."""
    return '"' + name.replace('"', '""') + '"'
