"""Hostile GeoPackage: views and virtual tables as layers, blobs that lie, contents that are not there."""

from __future__ import annotations

import sqlite3
import struct
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from exchange.corpus.traps_binary import DEEP_WKB

ENDLESS_QUERY = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS fid, NULL AS geom FROM n"
FAST_PRAGMAS = ("PRAGMA synchronous = OFF", "PRAGMA writable_schema = ON")


def gpkg(data: bytes, around: Any) -> dict[str, bytes]:
    """GeoPackage."""
    name = "good"
    head = b"GP\0\1" + struct.pack("<i", 4547)
    rings = head + struct.pack("<BII", 1, 6, 2**31 - 1) + b"\0" * 40
    nan = head + struct.pack("<BIdd", 1, 1, float("nan"), 1.0)
    return {
        "half": b"SQLite format 3\0" + b"\x10\0\1\1\0\x40\x20\x20" + b"\0" * 5000,
        "cut": data[: len(data) // 2],
        "view": execute(data, f"ALTER TABLE {name} RENAME TO hidden", f"CREATE VIEW {name} AS SELECT * FROM hidden"),
        "endless": execute(data, f"DROP TABLE {name}", f"CREATE VIEW {name} AS {ENDLESS_QUERY}"),
        "virtual": execute(data, "CREATE VIRTUAL TABLE v USING fts4(a)"),
        "no-contents": execute(data, "DROP TABLE gpkg_contents"),
        "no-table": execute(data, f"DROP TABLE {name}"),
        "no-layer": execute(data, "DELETE FROM gpkg_contents"),
        "no-column": execute(data, "UPDATE gpkg_geometry_columns SET column_name = 'elsewhere'"),
        "deep": execute(data, f"UPDATE {name} SET geom = ?", value=head + DEEP_WKB),
        "rings": execute(data, f"UPDATE {name} SET geom = ?", value=rings),
        "nan": execute(data, f"UPDATE {name} SET geom = ?", value=nan),
    }  # fmt: skip


def execute(data: bytes, *statements: str, value: bytes | None = None) -> bytes:
    """The database after these statements, triggers taken out first."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.gpkg"
        path.write_bytes(data)
        with closing(sqlite3.connect(path, isolation_level=None)) as base:
            triggers = base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for statement in (*FAST_PRAGMAS, *(f'DROP TRIGGER "{name}"' for (name,) in triggers)):
                base.execute(statement)
            for statement in statements:
                base.execute(statement, () if value is None else (value,))
        return path.read_bytes()


TRAPS = {".gpkg": gpkg}
