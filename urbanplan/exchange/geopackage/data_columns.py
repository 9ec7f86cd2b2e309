"""Aliases of fields and their codes, as GeoPackage's schema extension keeps them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

_MAX_CODES = 50_000
_TABLES = """
CREATE TABLE IF NOT EXISTS gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
  constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE IF NOT EXISTS gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,
  max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
CREATE TABLE IF NOT EXISTS gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
"""
_DEFINITION = "http://www.geopackage.org/spec121/#extension_schema"


def read_codes(base: sqlite3.Connection, table: str) -> dict[str, dict[str, str]]:
    """The meanings of codes by field and code, for the fields of a layer that have an enumeration; else empty."""
    try:
        rows = base.execute(
            "SELECT d.column_name, c.value, c.description FROM gpkg_data_columns d JOIN gpkg_data_column_constraints c "
            "ON c.constraint_name = d.constraint_name AND c.constraint_type = 'enum' WHERE d.table_name = ? LIMIT ?",
            (table, _MAX_CODES),
        ).fetchall()
    except sqlite3.Error:
        return {}
    codes: dict[str, dict[str, str]] = {}
    for name, code, meaning in rows:
        codes.setdefault(str(name), {})[str(code)] = str(code if meaning is None else meaning)
    return codes


def write_columns(path: Path, table: str, aliases: dict[str, str], codes: dict[str, dict[str, str]]) -> None:
    """Add aliases and codes of fields to a GeoPackage that has none of them yet; a second alias is told as a title."""
    taken: set[str] = set()
    with closing(sqlite3.connect(path)) as base, base:
        base.executescript(_TABLES)
        for name in ("gpkg_data_columns", "gpkg_data_column_constraints"):
            row = (name, None, "gpkg_schema", _DEFINITION, "read-write")
            base.execute("INSERT OR IGNORE INTO gpkg_extensions VALUES (?, ?, ?, ?, ?)", row)
        for field in dict.fromkeys([*aliases, *codes]):
            alias = aliases.get(field)
            named = alias if alias not in taken else None
            taken |= {alias} if alias else set()
            domain = f"{table}_{field}" if field in codes else None
            values = (table, field, named, alias, None, None, domain)
            base.execute("INSERT OR REPLACE INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, ?, ?)", values)
            for code, meaning in codes.get(field, {}).items():
                base.execute(
                    "INSERT OR IGNORE INTO gpkg_data_column_constraints (constraint_name, constraint_type, value, "
                    "description) VALUES (?, 'enum', ?, ?)",
                    (domain, code, meaning),
                )
